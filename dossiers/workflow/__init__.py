"""The life of a dossier: what may be done to it, by whom, from which state to which, and what is told of it."""

__all__ = [
    "acts",
    "asked",
    "calendar_changes",
    "entering",
    "events",
    "fees",
    "holding",
    "moving",
    "progress",
    "proposing",
    "ready_reasons",
    "reports",
    "results",
    "series",
]
