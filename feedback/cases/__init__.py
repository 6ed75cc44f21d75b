"""A question, report or suggestion from sending to closing, and what may be done to it."""

__all__ = [
    "acts",
    "answers",
    "citizen_acts",
    "emergency",
    "erasure",
    "events",
    "files",
    "form",
    "handling",
    "intake",
    "joining",
    "links",
    "moving",
    "pin_map",
    "quick_answers",
    "refusals",
    "routing",
    "search",
    "tracking",
    "visitors",
]
