"""What the acts on a task change: given, changed, answered by a document, done, dropped (S4-07).

Who may do an act stands in portal.correspondence.assignment_acts. Every act leaves an AssignmentStep.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from dossiers import ownership
from dossiers.models import Agency, Membership, valid_on
from dossiers.workflow.moving import Act, ActError, Change, Forbidden, Subject, checked_note
from dossiers.written_dates import ZONE, written_day
from portal.correspondence import documents
from portal.correspondence.models import Assignment, AssignmentStep, Document, Recurrence
from portal.correspondence.states import OPEN as OPEN_DOCUMENTS
from portal.correspondence.states import WRITTEN_HERE, Kind


class AssignmentSubject(Subject):
    app = "correspondence"
    stale = "Người khác vừa đổi nhiệm vụ này. Hãy tải lại trang để xem bản mới nhất rồi làm tiếp."

    def check_scope(self, user, row: Assignment) -> None:
        if not ownership.may_write(user, row):
            raise Forbidden("Nhiệm vụ này của cơ quan khác, bạn không xử lý được.")

    def wrong_step(self, row: Assignment, act: Act) -> str:
        return f"Nhiệm vụ đang ở tình trạng “{row.get_state_display()}”, không làm được việc này. Hãy tải lại trang."

    def tell(self, row: Assignment, kind: str, change: Change, *, by, now, source: str, target: str) -> AssignmentStep:
        note = change.told.get("note", "")[:500]
        return AssignmentStep.objects.create(
            assignment=row, what=kind[:160], state=row.state, at=now, actor=by, note=note
        )


ASSIGNMENT = AssignmentSubject()


def title_of(text: str) -> str:
    """Return the title in one line. Raises ActError when it says nothing."""
    words = " ".join((text or "").split())
    if not any(letter.isalnum() for letter in words):
        raise ActError("Ghi việc phải làm, ví dụ “Báo cáo UBND tỉnh kết quả triển khai”.")
    return words[:255]


def _check_person(agency: Agency, person, day: dt.date) -> None:
    if person is None:
        return
    if not Membership.objects.filter(valid_on(day), user=person, agency=agency).exists():
        raise ActError("Người làm phải là cán bộ đang làm việc ở cơ quan được giao.")


@transaction.atomic
def give(
    agency: Agency,
    title: str,
    due_on: dt.date,
    *,
    by,
    now: dt.datetime,
    person=None,
    detail: str = "",
    source: Document | None = None,
    recurrence: Recurrence | None = None,
) -> Assignment:
    """Return the task given. Raises ActError for a day that has passed, or for somebody of another agency."""
    today = now.astimezone(ZONE).date()
    if due_on < today and by is not None:
        raise ActError(f"Hạn {written_day(due_on)} đã qua. Hãy ghi một ngày từ hôm nay trở đi.")
    _check_person(agency, person, today)
    row = Assignment(
        agency=agency,
        title=title_of(title),
        due_on=due_on,
        person=person,
        detail=detail.strip()[:2000],
        source=source,
        recurrence=recurrence,
        created_at=now,
        created_by=by,
    )
    ASSIGNMENT.allow(by, "give_assignment", row)
    row.save(force_insert=True)
    what = f"Giao việc, chậm nhất {written_day(due_on)}"
    ASSIGNMENT.tell(row, what, Change(), by=by, now=now, source="", target=row.state)
    return row


def change(
    row: Assignment, *, by, now: dt.datetime, title: str, due_on: dt.date, person=None, detail: str = ""
) -> Change:
    """Give it to somebody else, or another day; what was before stays in the history."""
    _check_person(row.agency, person, now.astimezone(ZONE).date())
    told = []
    if due_on != row.due_on:
        told.append(f"hạn {written_day(row.due_on)} → {written_day(due_on)}")
    if person != row.person:
        told.append(f"người làm: {_name(row.person)} → {_name(person)}")
    values = {"title": title_of(title), "due_on": due_on, "person": person, "detail": detail.strip()[:2000]}
    return Change(values, told={"note": "; ".join(told)})


def _name(user) -> str:
    return (user.get_full_name() or user.get_username()) if user else "chưa giao ai"


def answer(row: Assignment, *, by, now: dt.datetime, kind: str) -> Change:
    """Begin the document that answers: issued, it closes the task by itself."""
    if row.answer is not None and row.answer.state in OPEN_DOCUMENTS:
        raise ActError("Nhiệm vụ này đã có văn bản trả lời đang soạn. Hãy mở văn bản đó.")
    if kind not in WRITTEN_HERE:
        kind = Kind.REPORT
    source = row.source
    to = source.issued_by_name if source is not None and source.agency_id == row.agency_id else ""
    basis = f"<p>Thực hiện {source.named} của {source.issued_by_name}, đơn vị báo cáo như sau:</p>" if source else ""
    draft = documents.begin(
        row.agency, kind, by=by, now=now, abstract=row.title, body=basis, addressees=to, recipients=_usual(to)
    )
    return Change({"answer": draft}, told={"note": draft.abstract})


def _usual(to: str) -> str:
    return "\n".join(part for part in ("Như trên" if to else "", documents.FILED) if part)


def link(row: Assignment, *, by, now: dt.datetime, document: Document) -> Change:
    """Hang one more document of the register on the task."""
    row.linked.add(document)
    return Change({"note": row.note}, told={"note": document.named})


def finish(row: Assignment, *, by, now: dt.datetime, note: str = "", document: Document | None = None) -> Change:
    """It is done, by a document of the register or in another way said in words. Raises ActError without either."""
    if document is None:
        note = checked_note(note, "Ghi số văn bản đã gửi, hoặc ghi đã làm gì, gửi cho ai.")
    values = {"note": note.strip()[:500], "finished_at": now}
    if document is not None:
        values["answer"] = document
    told = "; ".join(part for part in (document.named if document else "", note.strip()) if part)
    return Change(values, told={"note": told})


def drop(row: Assignment, *, by, now: dt.datetime, note: str) -> Change:
    """It need not be done any more."""
    note = checked_note(note, "Ghi lý do không làm nữa.")[:500]
    return Change({"note": note, "finished_at": now}, told={"note": note})


def reopen(row: Assignment, *, by, now: dt.datetime, note: str) -> Change:
    """It was not done after all."""
    note = checked_note(note, "Ghi lý do mở lại.")[:500]
    return Change({"note": "", "finished_at": None}, told={"note": note})
