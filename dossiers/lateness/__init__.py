"""What is late or about to be: the sweep, worklists, pace, reminders, results nobody fetched."""

__all__ = [
    "late_lists",
    "pace",
    "reminders",
    "sweep",
    "uncollected",
    "worklists",
]
