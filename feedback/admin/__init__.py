"""The staff desk of the citizens' voice, a noun a file."""

from feedback.admin import case, ratings, restricted, settings_lists

__all__ = [
    "case",
    "panels",
    "ratings",
    "restricted",
    "settings_lists",
]
