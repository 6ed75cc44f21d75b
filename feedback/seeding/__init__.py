"""The citizens' voice of the demonstration month."""

__all__ = [
    "month",
]
