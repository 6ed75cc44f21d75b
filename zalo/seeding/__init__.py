"""The channel's part of the demonstration."""

__all__ = [
    "demo",
]
