"""What the citizens' voice does when a dossier moves: a returned result invites a rating. Inserts rows only."""

from __future__ import annotations

from dossiers.models import DossierEvent
from dossiers.workflow.events import dossier_event
from feedback.ratings import rating as ratings


def connect() -> None:
    """Listen to the dossiers; called once at start."""
    dossier_event.connect(invite_after_result, dispatch_uid="feedback-invite")


def invite_after_result(sender, event: DossierEvent, **_signal) -> None:
    """Invite the applicant of a dossier whose result was just returned; told twice, it is one invitation."""
    if event.kind == DossierEvent.Kind.RESULT_RETURNED:
        ratings.invite(event.dossier, now=event.at)
