"""Papers a citizen adds to a sent filing: from the same link, item by item, through the act that staff use too."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from dossiers.attachments.taking import Taken
from dossiers.deadlines.rules import value_on
from dossiers.deadlines.working_time import ZONE
from dossiers.models import Attachment, Dossier, DossierEvent, LegalRule
from dossiers.states import WITHOUT_RESULT, State
from dossiers.workflow import acts, asked
from dossiers.workflow.moving import ActError
from portal.submission import files
from portal.submission.models import FiledFile

MOST_ADDED = 60


def asked_of(dossier: Dossier) -> list[dict]:
    """Return what the citizen is still asked for, item by item; nothing in any other state."""
    if dossier.state != State.SUPPLEMENT_REQUESTED:
        return []
    event = asked.still_asked(dossier)
    return event.reasons if event else []


def grounds_of(dossier: Dossier) -> dict:
    """Return why a dossier ended without a result, item by item, as its page shows it; nothing before that."""
    ended = dossier.events.filter(to_state=dossier.state).last() if dossier.state in WITHOUT_RESULT else None
    return {"reasons": ended.reasons, "note": ended.public_note, "ended_without": True} if ended else {}


def key_of(reason: dict) -> str:
    """Return the short name under which a page sends the files of what was asked for: the same whatever its place."""
    said = [str(reason.get(name) or "") for name in ("paper", "what", "why", "where")]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:12]


def consent_is_over(dossier: Dossier, today: dt.date) -> bool:
    """Tell whether the right to act for the owner has ended; never for who files for themselves."""
    until = dossier.filing.consent_until if hasattr(dossier, "filing") else None
    return until is not None and until < today


def answer_hours(dossier: Dossier) -> int:
    """Return within how many working hours the agency answers a filing (rule `online-answer-working-hours`)."""
    day = (dossier.submitted_at or dossier.state_changed_at).astimezone(ZONE).date()
    try:
        return int(value_on("online-answer-working-hours", day, dossier.agency))
    except LegalRule.DoesNotExist:
        return 8


def receive(dossier: Dossier, sent: dict[str, Iterable], *, caller: str, now: dt.datetime) -> list[str]:
    """Keep the files item by item and tell the dossier what came; return sentences on files that were not taken.

    `sent` holds files by `key_of` what they answer; what another send of the same page answered meanwhile is left out.
    With a sentence nothing is kept. Raises ActError when nothing came, or the dossier no longer waits.
    """
    if consent_is_over(dossier, now.astimezone(ZONE).date()):
        raise ActError(_("Thời hạn nộp thay đã hết. Chủ hồ sơ tự nộp bổ sung tại quầy hoặc qua bưu điện."))
    wrong: list[str] = []
    taken: dict[str, list[Taken]] = {}
    for key, uploads in sent.items():
        taken[key], faults = files.take(uploads, caller=caller)
        wrong += faults
    if wrong:
        return wrong
    if not any(taken.values()):
        raise ActError(_("Chưa có tệp nào. Hãy chọn ảnh hoặc PDF của giấy tờ cần bổ sung."))
    with transaction.atomic():
        # Pressed twice, the second send finds what is still asked for after the first.
        dossier = Dossier.objects.select_for_update().get(pk=dossier.pk)
        came = {place: reason for place, reason in enumerate(asked_of(dossier)) if taken.get(key_of(reason))}
        if not came:
            return []
        if dossier.attachments.count() + sum(map(len, taken.values())) > MOST_ADDED:
            raise ActError(_("Hồ sơ đã có quá nhiều tệp. Hãy gộp các trang thành một tệp PDF."))
        for reason in came.values():
            name = str(reason.get("paper") or reason.get("what") or "")
            for item in taken[key_of(reason)]:
                _store(dossier, name, item)
        acts.do(
            "receive_supplement",
            dossier,
            by=None,
            now=now,
            came=list(came),
            source=DossierEvent.Source.CITIZEN,
        )
    return []


def _store(dossier: Dossier, paper: str, item: Taken) -> None:
    row = Attachment(
        dossier=dossier,
        name=item.name[:200],
        content_type=item.content_type,
        size=len(item.content),
        sha256=item.sha256,
    )
    row.file.save(item.name, ContentFile(item.content), save=False)
    row.save()
    FiledFile.objects.create(attachment=row, paper=paper, supplement=True)
