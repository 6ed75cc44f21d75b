"""Events that become messages, by themselves or by hand, and the search for those without one."""

__all__ = [
    "by_hand",
    "corrected",
    "dossier",
    "feedback",
    "mute",
    "reconcile",
    "untold_letters",
]
