"""Statutory letters from draft to delivery: dates, numbers, signed files, whose delay it was."""

__all__ = [
    "acts",
    "attribution",
    "dates",
    "draft",
    "issue",
    "many",
    "signed_files",
]
