"""What of a case is shown to everybody."""

__all__ = [
    "acts",
    "publishing",
    "revealing",
]
