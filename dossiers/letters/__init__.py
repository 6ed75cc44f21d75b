"""Statutory letters from draft to delivery: dates, numbers, signed files, whose delay it was."""

__all__ = [
    "attribution",
    "dates",
    "draft",
    "issue",
    "signed_files",
]
