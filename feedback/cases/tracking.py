"""What the sender may read of a case or a restricted record: one frozen page, no more than theirs to know."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from dossiers.identity_numbers import last_digits_match
from feedback import codes
from feedback.cases import answers
from feedback.lateness import time_limits
from feedback.models import Answer, Case, CaseFile, FeedbackEvent, Publication, TransferRecord
from feedback.publication import publishing as publication
from feedback.states import AWAITS_CITIZEN, CLOCK_RUNS, EXPLAINED, OPEN, Status

Kind = FeedbackEvent.Kind
SHOWN: dict[str, str] = {
    Kind.RECEIVED: "Đã nhận ý kiến của bạn",
    Kind.ACCEPTED: "Đã tiếp nhận xử lý",
    Kind.TRANSFERRED: "Chuyển đúng cơ quan xử lý",
    Kind.FORWARDED: "Chuyển đến cơ quan khác",
    Kind.REFUSED: "Không tiếp nhận",
    Kind.MORE_REQUESTED: "Đề nghị bạn bổ sung",
    Kind.MORE_RECEIVED: "Bạn đã bổ sung",
    Kind.DUE_MOVED: "Gia hạn trả lời",
    Kind.LATE_APOLOGY: "Xin lỗi vì trả lời chậm",
    Kind.PART_ANSWERED: "Trả lời một phần",
    Kind.ANSWERED: "Đã trả lời",
    Kind.REOPENED: "Bạn yêu cầu xem lại",
    Kind.CLOSED: "Kết thúc",
    Kind.WITHDRAWN: "Bạn đã rút ý kiến",
    Kind.PUBLISHED: "Đã công khai, đã ẩn thông tin của bạn",
    Kind.TAKEN_DOWN: "Đã gỡ khỏi trang công khai",
    Kind.TRANSFER_RECEIVED: "Đã nhận đơn",
    Kind.TRANSFER_SENT: "Đã chuyển đơn hoặc hướng dẫn bạn",
}
"""History lines the sender sees, in their words; everything else is between colleagues."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the history; `note` is the agency's word or the sender's own."""

    at: dt.datetime
    title: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer that was sent; of the main case where this one was merged, so nothing else of it travels along."""

    text: str
    sent_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the tracking page shows."""

    code: str
    token: str
    status: str
    label: str
    tone: str
    agency: str
    sent_at: dt.datetime
    step: int = 0
    title: str = ""
    kind_label: str = ""
    text: str = ""
    due_at: dt.datetime | None = None
    late: bool = False
    why_due: str = ""
    outcome: str = ""
    what_to_add: str = ""
    add_until: dt.datetime | None = None
    answers: list[Said] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    parts: list[tuple[str, str, str]] = field(default_factory=list)
    files: list[CaseFile] = field(default_factory=list)
    may_reopen_until: dt.datetime | None = None
    may_withdraw: bool = False
    satisfied: bool | None = None
    may_publish: bool = False
    published: Publication | None = None
    hidden: list[tuple[str, str]] = field(default_factory=list)
    restricted: bool = False
    looked_at: bool = False
    """Kept apart for an officer to look at, nobody having called it a petition: the page doesn't either."""


def address(kept: Case | TransferRecord) -> str:
    """Return the path of the tracking page."""
    return reverse("feedback:track", args=[kept.token])


def find(code: str, last_four: str) -> Case | TransferRecord | None:
    """Return what has this code, when the last four digits fit the phone left with it; None for every failure.

    A case without a phone needs the code alone: it is 50 random bits and its sender has nothing else. Both tables are
    asked whatever is found: the time of the answer says nothing. Two queries.
    """
    wanted = codes.normalise(code)
    case, record = (rows.filter(code=wanted).first() for rows in (Case.objects, TransferRecord.objects))
    found = case or record
    phone = found.phone if found is not None else ""
    fits = last_digits_match(phone or "0000000000", last_four)
    if found is None or (phone and not fits):
        return None
    return found


def by_token(token: str) -> Case | TransferRecord | None:
    """Return what this address is about. A case moved to a restricted record, and back, leads on to where it went."""
    case = Case.objects.filter(token=token).select_related("agency", "category", "merged_into", "parent").first()
    record = None
    if case is None:
        record = TransferRecord.objects.filter(token=token).select_related("agency", "released_to").first()
    elif case.status == Status.RESTRICTED:
        record = TransferRecord.objects.filter(case=case).select_related("agency", "released_to").first()
    if record is not None and record.released_to_id:
        return record.released_to
    # A part has no sender of its own: its address is nobody's.
    return record or (case if case is not None and case.parent_id is None else None)


def page_of(found: Case | TransferRecord, now: dt.datetime) -> Page:
    """Return what the sender reads."""
    return _record_page(found) if isinstance(found, TransferRecord) else _case_page(found, now)


def _record_page(record: TransferRecord) -> Page:
    waiting = record.status == TransferRecord.Status.RECEIVED
    looked_at = waiting and record.kind == TransferRecord.Kind.UNCLEAR
    return Page(
        code=record.code,
        token=record.token,
        status=record.status,
        label=_record_label(waiting, looked_at),
        tone="work" if waiting else "done",
        agency=record.agency.name,
        sent_at=record.received_at,
        due_at=record.due_at if waiting else None,
        # The law owes the sender where the petition went; here, behind the address only they have, never in a message.
        outcome=_where_sent(record),
        lines=_lines(record.events.all(), received=gettext("Đã nhận ý kiến") if looked_at else ""),
        restricted=True,
        looked_at=looked_at,
    )


def _record_label(waiting: bool, looked_at: bool) -> str:
    if looked_at:
        return gettext("Đã nhận ý kiến")
    return gettext("Đã nhận đơn") if waiting else gettext("Đã xử lý đơn")


def _where_sent(record: TransferRecord) -> str:
    if not record.sent_to:
        return ""
    return gettext("%(body)s, văn bản số %(number)s") % {"body": record.sent_to, "number": record.sent_number}


def _case_page(case: Case, now: dt.datetime) -> Page:
    main = case.merged_into if case.merged_into_id else case
    merged = case.status == Status.MERGED
    # The sender of a repeat follows the main case's step without learning whose it is.
    status = main.status if merged and main.status in CLOCK_RUNS | AWAITS_CITIZEN | {Status.CLOSED} else case.status
    if merged and status == Status.INFO_REQUESTED:
        status = Status.IN_PROGRESS
    shown = Case(status=status)
    rows = main.answers.filter(status=Answer.Status.SENT).order_by("id")
    sent = [Said(row.text, row.sent_at) for row in rows]
    events = case.events.all()
    asked = case.events.filter(kind=Kind.MORE_REQUESTED).order_by("-id").first()
    published = Publication.objects.filter(case=case, status=Publication.Status.PUBLISHED).first()
    due = main.due_at if status in OPEN else None
    return Page(
        code=case.code,
        token=case.token,
        status=status,
        label=gettext(Status.NEW.label if status == Status.HELD else shown.get_status_display()),
        tone=Status(status).record.tone,
        agency=case.agency.name,
        sent_at=case.sent_at,
        step=shown.progress,
        title=case.title,
        kind_label=gettext(case.get_kind_display()),
        text=case.text,
        due_at=due,
        late=bool(due and due < now and status in CLOCK_RUNS),
        why_due=time_limits.why_this_date(main, "citizen") if due else "",
        outcome=case.outcome_reason if status in EXPLAINED else "",
        what_to_add=asked.public_note if asked and status == Status.INFO_REQUESTED else "",
        add_until=case.supplement_due_at if status == Status.INFO_REQUESTED else None,
        answers=sent,
        lines=_lines(events),
        parts=[(part.title, part.agency.name, gettext(part.get_status_display())) for part in _parts(case)],
        files=list(case.files.all()),
        may_reopen_until=case.reopen_until if case.may_reopen(now) else None,
        may_withdraw=case.status in OPEN,
        satisfied=case.satisfied,
        may_publish=case.may_publish,
        published=published,
        hidden=publication.hidden_from(published) if published else [],
    )


def _parts(case: Case):
    return case.parts.select_related("agency").order_by("id")


def _lines(events, received: str = "") -> list[Line]:
    """Return the history in the sender's words, `received` for the first. Answers stand on their own above it."""
    lines = []
    for event in events:
        if event.kind not in SHOWN:
            continue
        title = received if received and event.kind == Kind.TRANSFER_RECEIVED else gettext(SHOWN[event.kind])
        note = "" if event.kind == Kind.ANSWERED or event.record_id else event.public_note
        if event.kind == Kind.FORWARDED and event.facts.get("body"):
            title = gettext("Chuyển đến %(body)s") % {"body": event.facts["body"]}
        elif event.kind == Kind.TRANSFERRED and event.facts.get("agency"):
            title = gettext("Chuyển đến %(body)s") % {"body": event.facts["agency"]}
        lines.append(Line(timezone.localtime(event.at), title, note))
    return lines


def seen(found: Case | TransferRecord, now: dt.datetime) -> None:
    """Note that the sender has opened the page with the answer on it."""
    if isinstance(found, Case) and found.status == Status.ANSWERED and found.answer_received_at is None:
        answers.mark_received(found, now=now, how="Người gửi mở trang theo dõi")
