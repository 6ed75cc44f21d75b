"""Complaints and denunciations, apart by law: the guide and the restricted record."""

__all__ = [
    "acts",
    "guide",
    "officers",
    "restricted",
]
