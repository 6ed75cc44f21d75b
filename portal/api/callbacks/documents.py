"""What is sent of an event: a CloudEvents 1.0 document, the same at every try, nothing of the person in it.

A dossier's event says what GET /api/v1/dossiers/{code} says of it; a case's says where the case stands and no word of
what was written in it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings

from dossiers.models import DossierEvent
from dossiers.states import State
from feedback.models import FeedbackEvent
from feedback.states import Status
from portal.api.models import Delivery

PREFIX = "vn.motcua"
SPOKEN_ELSEWHERE = frozenset(
    {
        FeedbackEvent.Kind.RESTRICTED,
        FeedbackEvent.Kind.TRANSFER_RECEIVED,
        FeedbackEvent.Kind.TRANSFER_SENT,
        FeedbackEvent.Kind.RATING_INVITED,
        FeedbackEvent.Kind.RATED,
        FeedbackEvent.Kind.RATING_CHANGED,
        FeedbackEvent.Kind.FOLLOW_UP_OPENED,
        FeedbackEvent.Kind.FOLLOW_UP_CONTACTED,
        FeedbackEvent.Kind.FOLLOW_UP_CLOSED,
        FeedbackEvent.Kind.FOLLOW_UP_REOPENED,
    }
)
"""Events of complaints, which are nobody's to know, and of ratings, which are figures."""
CASE_KINDS = [kind for kind in FeedbackEvent.Kind if kind not in SPOKEN_ELSEWHERE]
ALL_OF = {"dossier": "dossier.*", "case": "case.*"}
KINDS: dict[str, str] = {
    "dossier.*": "Mọi diễn biến hồ sơ",
    **{f"dossier.{kind.value}": f"Hồ sơ: {kind.label}" for kind in DossierEvent.Kind},
    "case.*": "Mọi diễn biến ý kiến",
    **{f"case.{kind.value}": f"Ý kiến: {kind.label}" for kind in CASE_KINDS},
}
"""What a subscription may ask for, with its words."""


def wants(kinds: list[str], stream: str, kind: str) -> bool:
    """Return whether a subscription for these kinds is told of an event; no kinds at all are all."""
    return not kinds or ALL_OF[stream] in kinds or f"{stream}.{kind}" in kinds


def of_dossier(event: DossierEvent) -> dict[str, Any]:
    """Return the document of an event whose dossier, procedure and agency are loaded."""
    dossier, facts = event.dossier, event.facts
    state = State(event.to_state) if event.to_state else None
    data = {
        "code": dossier.code,
        "receipt_number": dossier.receipt_number,
        "procedure_code": dossier.procedure.code,
        "procedure_name": dossier.procedure_name,
        "agency_code": dossier.agency.code,
        "agency_name": dossier.agency_name,
        "public_url": f"{settings.PUBLIC_BASE_URL}/h/{dossier.token}/",
        "event": {
            "id": event.external_id or f"p-{event.pk}",
            "kind": event.kind,
            "label": event.get_kind_display(),
            "from_state": event.from_state,
            "to_state": event.to_state,
            "state_label": state.label if state else "",
            "national_code": state.record.code if state else None,
            "at": event.at.isoformat(),
            "due_at": facts.get("due_at"),
            "unit_code": event.unit.code if event.unit else "",
            "note": event.public_note,
            "reasons": event.reasons,
        },
    }
    return _cloud_event("dossier", event.pk, event.kind, dossier.code, event.at, data)


def of_case(event: FeedbackEvent) -> dict[str, Any]:
    """Return the document of an event whose case, category and agency are loaded."""
    case = event.case
    assert case is not None
    status = Status(event.to_status) if event.to_status else None
    data = {
        "code": case.code,
        "kind": case.kind,
        "category_code": case.category.code if case.category else "",
        "agency_code": case.agency.code,
        "event": {
            "id": f"p-{event.pk}",
            "kind": event.kind,
            "label": event.get_kind_display(),
            "from_status": event.from_status,
            "to_status": event.to_status,
            "status_label": status.label if status else "",
            "national_status": status.record.national if status else "",
            "at": event.at.isoformat(),
        },
    }
    return _cloud_event("case", event.pk, event.kind, case.code, event.at, data)


def of_test(delivery: Delivery) -> dict[str, Any]:
    """Return the document that is sent to try the address; it is about nothing that happened."""
    words = "Gửi thử từ cổng một cửa: không có hồ sơ nào thay đổi."
    return _cloud_event("test", delivery.event_id, "ping", "test", delivery.noted_at, {"message": words})


def _cloud_event(stream: str, pk: int, kind: str, subject: str, at: dt.datetime, data: dict) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"{stream}-{pk}",
        "source": f"{settings.PUBLIC_BASE_URL}/api/v1",
        "type": f"{PREFIX}.{stream}.{kind}",
        "subject": subject,
        "time": at.isoformat(),
        "sequence": f"{pk:020d}",  # CloudEvents' extension: of one subject, what happened later sorts later
        "datacontenttype": "application/json",
        "data": data,
    }
