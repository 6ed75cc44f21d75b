"""The wording of every kind of message this app sends; importing the package registers them."""

from zalo.messages.texts import (
    broadcasts,
    dossier_by_hand,
    dossier_ends,
    dossier_linked,
    dossier_requests,
    dossier_steps,
    feedback_cases,
    feedback_petitions,
    feedback_ratings,
)

__all__ = [
    "broadcasts",
    "dossier_by_hand",
    "dossier_ends",
    "dossier_facts",
    "dossier_linked",
    "dossier_requests",
    "dossier_steps",
    "feedback_cases",
    "feedback_petitions",
    "feedback_ratings",
]
