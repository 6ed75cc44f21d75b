"""What is late or about to be: the sweep, worklists, pace, reminders, results nobody fetched."""

__all__ = [
    "horizons",
    "moments",
    "pace",
    "reminders",
    "sweep",
    "uncollected",
    "worklists",
]
