"""Complaints and denunciations handed in all the same: sealed, opened by named officers only, every look recorded.

Never handled as feedback, never repeated in a message, never published, never visible to the unit complained of
(Luật Khiếu nại 2011; Luật Tố cáo 2018: the denouncer's identity is kept secret).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from dossiers.models import Agency, Membership, Unit, valid_on
from dossiers.search_text import fold
from dossiers.workflow.moving import ActError, Forbidden
from feedback.cases import events
from feedback.cases import files as case_files
from feedback.cases.moving import Change, needed
from feedback.lateness import time_limits
from feedback.models import Answer, Case, CaseNote, FeedbackEvent, ReadRecord, TransferRecord
from feedback.models.case import Channel
from feedback.petitions import officers
from feedback.states import Publishing

Kind = FeedbackEvent.Kind
NOT_NAMED = "Bạn không thuộc danh sách được mở đơn này."
TITLE_LEFT_BEHIND = "Đơn đã chuyển theo quy định riêng"
EMPTIED = {
    "title": TITLE_LEFT_BEHIND,
    "text": TITLE_LEFT_BEHIND,
    "search_text": "",
    "text_hash": "",
    "sender_name": "",
    "phone": "",
    "phone_hash": "",
    "email": "",
    "email_hash": "",
    "sender_address": "",
    "address": "",
    "latitude": None,
    "longitude": None,
    "dossier": None,
    "may_publish": False,
    "handler": None,
}
"""What is left of a case whose words went into a restricted record."""


@dataclass(frozen=True, slots=True)
class Petition:
    """What was handed in; all of it is sealed at rest."""

    kind: str
    text: str
    about: str = ""
    about_unit: Unit | None = None
    sender_name: str = ""
    phone: str = ""
    email: str = ""
    sender_address: str = ""
    channel: str = Channel.WEB
    origin_ref: str = ""


@transaction.atomic
def take(agency: Agency, petition: Petition, *, now: dt.datetime, files=()) -> TransferRecord:
    """Return the record kept for a petition that was sent in although its sender was told where to file."""
    text = needed(petition.text, "Hãy ghi nội dung đơn.", longest=20000)
    record = TransferRecord.objects.create(
        kind=petition.kind,
        channel=petition.channel,
        agency=agency,
        about=petition.about.strip()[:500],
        about_unit=petition.about_unit or named_unit(agency, f"{petition.about}\n{text}"),
        text=text,
        sender_name=petition.sender_name.strip()[:255],
        phone=petition.phone,
        email=petition.email,
        sender_address=petition.sender_address.strip()[:300],
        origin_ref=petition.origin_ref,
        received_at=now,
        due_at=_due(petition.kind, agency, now),
    )
    record.against.set(named_staff(agency, f"{petition.about}\n{text}", now))
    case_files.keep(files, record=record, now=now)
    events.record_transfer(record, Kind.TRANSFER_RECEIVED, at=now, source=FeedbackEvent.Source.CITIZEN)
    return record


def restrict(case: Case, *, by, now: dt.datetime, kind: str, about: str = "", about_unit: Unit | None = None) -> Change:
    """Move a case that turns out to be a petition into a restricted record, which the act returns.

    Nothing readable stays on the case: the words, the sender, the files, the colleagues' notes and drafts leave it; its
    code and address go on working for the sender. Staff of the agency no longer see the case at all.
    """
    if kind not in TransferRecord.Kind.values:
        raise ActError("Chọn khiếu nại, tố cáo hoặc chưa rõ.")
    if case.answers.filter(status=Answer.Status.SENT).exists() or case.publishing == Publishing.PUBLISHED:
        raise ActError("Ý kiến đã trả lời hoặc đã công khai; hãy báo người phụ trách đơn để xử lý trực tiếp.")
    against = named_staff(case.agency, case.text, now)
    record = TransferRecord(
        kind=kind,
        channel=case.channel,
        agency=case.agency,
        about=about.strip()[:500],
        about_unit=about_unit or case.about_unit,
        text=case.text,
        sender_name=case.sender_name,
        phone=case.phone,
        email=case.email,
        sender_address=case.sender_address,
        origin_ref=case.origin_ref,
        received_at=case.sent_at,
        due_at=_due(kind, case.agency, now),
        case=case,
    )

    def then(event: FeedbackEvent) -> TransferRecord:
        record.save(force_insert=True)
        record.against.set(against)
        case.files.update(case=None, record=record)
        case.answers.all().delete()
        CaseNote.objects.filter(case=case).delete()
        # What was said along the way goes too; the rows stay, so that the history has no hole.
        said = FeedbackEvent.objects.filter(case=case).exclude(pk=event.pk)
        said.update(public_note="", internal_note="", facts={"code": case.code})
        events.record_transfer(record, Kind.TRANSFER_RECEIVED, at=now, actor=by)
        return record

    return Change(EMPTIED, then=then)


def named_staff(agency: Agency, text: str, now: dt.datetime) -> list:
    """Return the agency's members whose full name stands in the text, with or without accents: they may not open it."""
    words = f" {fold(text)} "
    members = Membership.objects.filter(valid_on(timezone.localdate(now)), agency=agency).select_related("user")
    found = {}
    for member in members:
        user = member.user
        spellings = (f"{user.last_name} {user.first_name}", f"{user.first_name} {user.last_name}")
        names = {fold(name) for name in spellings}
        if any(len(name.split()) > 1 and f" {name} " in words for name in names):
            found[user.pk] = user
    return list(found.values())


def named_unit(agency: Agency, text: str) -> Unit | None:
    """Return the one unit of the agency whose name stands in the text: its members may not open it; else None."""
    words = f" {fold(text)} "
    named = [unit for unit in Unit.objects.filter(agency=agency, active=True) if f" {fold(unit.name)} " in words]
    return named[0] if len(named) == 1 else None


def is_officer(user, now: dt.datetime) -> bool:
    """Return whether the user is named, today, to open any transfer records. One query."""
    return user.is_authenticated and user.is_active and officers.duties(user, now).exists()


def shown_in_menu(request) -> bool:
    """Return whether the desk's menu names the restricted records: to officers alone. Asked once a request."""
    known = getattr(request, "_is_restricted_officer", None)
    if known is None:
        known = request._is_restricted_officer = is_officer(request.user, timezone.now())
    return known


def visible_to(user, now: dt.datetime) -> QuerySet[TransferRecord]:
    """Return the records the user may open: of the agencies named in the decision, none against user, unit or agency.

    Nobody else sees any, superusers included: the right comes from a decision, not from a role.
    """
    if not user.is_authenticated or not user.is_active:
        return TransferRecord.objects.none()
    named = list(officers.duties(user, now).values_list("agency_id", flat=True))
    if not named:
        return TransferRecord.objects.none()
    rows = TransferRecord.objects.all()
    if None not in named:
        rows = rows.filter(agency_id__in=named)
    # Ended places count as well: whoever keeps the staff list of a centre could end one to open what is against it.
    places = list(user.memberships.values_list("unit_id", "agency_id"))
    units = [unit for unit, _ in places if unit]
    # A complaint against an agency as a whole is for officers from outside it.
    agencies = [agency for _, agency in places]
    rows = rows.exclude(against=user)
    return rows.exclude(about_unit_id__in=units).exclude(Q(about_unit__isnull=True) & Q(about_agency_id__in=agencies))


def seen_by_nobody(now: dt.datetime, agency_ids: frozenset[int] | None = None) -> dict[str, int]:
    """Return how many petitions wait that no officer in force may open, by the name of their agency.

    `agency_ids` None means every agency. Two queries, and at most four for every officer until all are covered.
    """
    waiting = TransferRecord.objects.filter(status=TransferRecord.Status.RECEIVED)
    if agency_ids is not None:
        waiting = waiting.filter(agency_id__in=agency_ids)
    agency_of = dict(waiting.order_by("agency__name").values_list("pk", "agency__name"))
    named = get_user_model().objects.filter(pk__in=officers.in_force(now).values("user_id"), is_active=True)
    for user in named:
        if not agency_of:
            break
        for pk in visible_to(user, now).filter(pk__in=list(agency_of)).values_list("pk", flat=True):
            agency_of.pop(pk)
    return dict(Counter(agency_of.values()))


def open_record(user, pk: int, *, now: dt.datetime) -> TransferRecord:
    """Return the record for reading, after noting who reads it. Raises Forbidden, noted as well, for everyone else."""
    record = visible_to(user, now).filter(pk=pk).first()
    if record is None:
        known = TransferRecord.objects.filter(pk=pk).first()
        if known is not None and user.is_authenticated:
            ReadRecord.objects.create(user=user, record=known, what=ReadRecord.What.REFUSED, at=now)
        raise Forbidden(NOT_NAMED)
    ReadRecord.objects.create(user=user, record=record, what=ReadRecord.What.OPEN, at=now)
    return record


def note_read(user, *, what: str, now: dt.datetime, record: TransferRecord | None = None, case: Case | None = None):
    """Append a line to the reading log."""
    return ReadRecord.objects.create(user=user, record=record, case=case, what=what, at=now)


def _due(kind: str, agency: Agency, now: dt.datetime) -> dt.datetime:
    name = "complaint" if kind == TransferRecord.Kind.COMPLAINT else "denunciation"
    return time_limits.moment(agency, now, f"pakn-{name}-transfer-limit")
