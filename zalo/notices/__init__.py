"""Events that become messages, by themselves or by hand, and the search for those without one."""

__all__ = [
    "by_hand",
    "dossier",
    "feedback",
    "mute",
    "reconcile",
    "untold_letters",
]
