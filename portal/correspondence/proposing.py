"""What the acts on a proposal change: a centre proposes, the province answers (S1-52, S4-10).

Nobody answers the proposal of the agency they only belong to themselves: whoever answers oversees it.
"""

from __future__ import annotations

import datetime as dt

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse

from dossiers import ownership
from dossiers.models import Agency, Membership, valid_on
from dossiers.scoping import agency_ids_of, subordinates
from dossiers.workflow.moving import Act, ActError, Change, Forbidden, Subject, checked_note
from dossiers.written_dates import ZONE
from portal.correspondence.models import Proposal, ProposalStep

log = structlog.get_logger(__name__)


class ProposalSubject(Subject):
    app = "correspondence"
    stale = "Người khác vừa xử lý đề xuất này. Hãy tải lại trang để xem bản mới nhất rồi làm tiếp."

    def check_scope(self, user, row: Proposal) -> None:
        if not ownership.may_write(user, row):
            raise Forbidden("Đề xuất này của cơ quan khác, bạn không xử lý được.")

    def wrong_step(self, row: Proposal, act: Act) -> str:
        return f"Đề xuất đang ở tình trạng “{row.get_state_display()}”, không làm được việc này. Hãy tải lại trang."

    def entering(self, row: Proposal, target: str, change: Change, now: dt.datetime) -> dict:
        return {"state": target, "changed_at": now}

    def tell(self, row: Proposal, kind: str, change: Change, *, by, now, source: str, target: str) -> ProposalStep:
        note = change.told.get("note", "")[:500]
        step = ProposalStep.objects.create(proposal=row, what=kind, state=row.state, at=now, actor=by, note=note)
        if change.told.get("tell"):
            transaction.on_commit(lambda: _mail(row))
        return step


PROPOSAL = ProposalSubject()


@transaction.atomic
def propose(agency: Agency, *, by, now: dt.datetime, subject: str, title: str, text: str) -> Proposal:
    """Return the proposal sent to the province. Raises ActError without a title or a reason."""
    title, text = " ".join(title.split())[:200], text.strip()[:4000]
    if not any(letter.isalnum() for letter in title):
        raise ActError("Ghi đề xuất trong một dòng, ví dụ “Thêm tra cứu lịch thu gom rác”.")
    if not any(letter.isalnum() for letter in text):
        raise ActError("Ghi nội dung và lý do: người dân hỏi gì, được lợi gì.")
    row = Proposal(
        agency=agency, subject=subject, title=title, text=text, created_by=by, created_at=now, changed_at=now
    )
    PROPOSAL.allow(by, "make_proposal", row)
    row.save(force_insert=True)
    PROPOSAL.tell(row, "Gửi đề xuất", Change(), by=by, now=now, source="", target=row.state)
    return row


def oversees(user, row: Proposal, today: dt.date) -> bool:
    """Return whether the person answers for agencies above the one that proposes (or it has none above it)."""
    allowed = agency_ids_of(user)
    if allowed is None or row.agency.parent_id is None:
        return True
    places = Membership.objects.filter(valid_on(today), user=user, sees_subordinates=True)
    above = set(places.values_list("agency_id", flat=True))
    return row.agency_id in subordinates(above)


def _answering(row: Proposal, by, now: dt.datetime) -> None:
    if by is not None and not oversees(by, row, now.astimezone(ZONE).date()):
        raise Forbidden("Đề xuất do cơ quan cấp trên trả lời, không do cơ quan đề xuất.")


def consider(row: Proposal, *, by, now: dt.datetime) -> Change:
    """Somebody looks into it."""
    _answering(row, by, now)
    return Change(told={"tell": True})


def accept(row: Proposal, *, by, now: dt.datetime, answer: str, planned_on: dt.date | None = None) -> Change:
    """It will be done, by the day planned."""
    _answering(row, by, now)
    if planned_on is not None and planned_on < now.astimezone(ZONE).date():
        raise ActError("Ngày dự kiến đã qua. Hãy ghi một ngày sắp tới, hoặc để trống.")
    return _answered(answer, planned_on=planned_on)


def decline(row: Proposal, *, by, now: dt.datetime, note: str) -> Change:
    """It will not be done; the proposer reads why."""
    _answering(row, by, now)
    return _answered(note)


def deliver(row: Proposal, *, by, now: dt.datetime, answer: str) -> Change:
    """It is there: where and since when."""
    _answering(row, by, now)
    return _answered(answer)


def _answered(words: str, **values) -> Change:
    words = checked_note(words, "Ghi câu trả lời để người đề xuất biết vì sao, khi nào.")[:2000]
    return Change({"answer": words, **values}, told={"note": words, "tell": True})


def take_back(row: Proposal, *, by, now: dt.datetime, note: str) -> Change:
    """The centre needs it no more."""
    return Change(told={"note": checked_note(note, "Ghi lý do rút đề xuất.")})


def _mail(row: Proposal) -> None:
    """Write to who proposed it; the home page of the desk tells it as well."""
    if not row.created_by.email:
        return
    address = settings.PUBLIC_BASE_URL + reverse("admin:correspondence_proposal_change", args=[row.pk])
    body = f"Đề xuất “{row.title}”: {row.get_state_display().lower()}.\n\n{row.answer}\n\nXem: {address}"
    try:
        send_mail(f"Trả lời đề xuất: {row.title}"[:150], body, None, [row.created_by.email])
    except OSError as error:
        log.warning("proposal letter not sent", error=type(error).__name__)
