"""What the acts on an apology letter change from draft to the citizen's hand (form 04, requirement S1-15).

Who may do an act, from which state to which, stands in dossiers.letters.acts; issuing is in dossiers.letters.issue.
Each function takes the letter, `by` (None is the system) and `now`, returns the Change, and raises ActError with a
sentence. Every act leaves a LetterStep.
"""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction

from dossiers.deadlines.working_time import ZONE
from dossiers.letters.dates import check_new_date, proposed_date
from dossiers.models import DelayCause, Dossier, Letter, LetterStep, Unit
from dossiers.scoping import may_see
from dossiers.workflow.moving import Act, ActError, Change, Forbidden, Subject, checked_note


class LetterSubject(Subject):
    app = "dossiers"
    stale = "Người khác vừa xử lý văn bản này. Hãy tải lại trang để xem bản mới nhất rồi làm tiếp."

    def check_scope(self, user, row: Letter) -> None:
        if not (may_see(user, row.agency_id) or may_see(user, row.centre_id)):
            raise Forbidden("Văn bản này thuộc cơ quan khác, bạn không xử lý được.")

    def wrong_step(self, row: Letter, act: Act) -> str:
        return f"Văn bản đang ở bước “{row.get_state_display()}”, không làm được việc này."

    def tell(self, row: Letter, kind: str, change: Change, *, by, now, source: str, target: str) -> LetterStep:
        note = change.told.get("note", "")[:500]
        return LetterStep.objects.create(letter=row, what=kind, state=row.state, at=now, actor=by, note=note)


LETTER = LetterSubject()


@transaction.atomic
def draft(dossier: Dossier, *, by, now: dt.datetime) -> Letter:
    """Return a new draft for a dossier whose clock runs, with cause, unit and date proposed; the sweep does it in bulk.

    Raises ActError when none is needed or one is open already.
    """
    if not dossier.clock_open or dossier.due_at is None:
        raise ActError("Hồ sơ không đang tính thời hạn nên không cần văn bản xin lỗi.")
    letter = Letter(
        dossier=dossier,
        agency=dossier.competent_agency or dossier.agency,
        centre=dossier.agency,
        round=dossier.new_dates_given + 1,
        cause=DelayCause.objects.filter(active=True, proposed_for=dossier.state).order_by("pk").first(),
        unit_at_fault=dossier.unit,
        old_due_at=dossier.due_at,
        new_due_at=proposed_date(dossier, now),
        drafted_at=now,
    )
    LETTER.allow(by, "draft_letter", letter)
    try:
        with transaction.atomic():
            letter.save(force_insert=True)
    except IntegrityError as error:
        raise ActError("Hồ sơ này đã có một dự thảo đang mở. Hãy mở dự thảo đó.") from error
    LETTER.tell(letter, "Lập dự thảo", Change(), by=by, now=now, source="", target=letter.state)
    return letter


def edit(
    letter: Letter,
    *,
    by,
    now: dt.datetime,
    cause: DelayCause | None,
    words: str,
    new_due_on: dt.date,
    unit_at_fault: Unit | None = None,
) -> Change:
    """Correct a draft: cause, words, unit, new date (the close of that day). Raises ActError for an impossible date."""
    if cause is None:
        raise ActError("Chọn nguyên nhân chậm trong danh sách.")
    if unit_at_fault and unit_at_fault.agency_id not in {letter.agency_id, letter.centre_id}:
        raise ActError("Đơn vị để chậm phải thuộc cơ quan giải quyết hoặc nơi tiếp nhận.")
    return Change(
        {
            "cause": cause,
            "words": words.strip()[:600],
            "unit_at_fault": unit_at_fault or letter.unit_at_fault,
            "new_due_at": check_new_date(letter, new_due_on, now=now),
            "edited": True,
        }
    )


def submit(letter: Letter, *, by, now: dt.datetime) -> Change:
    """Hand the draft to the leader."""
    check_ready(letter, now=now)
    return Change({"submitted_at": now, "note": ""})


def send_back(letter: Letter, *, by, now: dt.datetime, note: str) -> Change:
    """The leader does not approve: back to the drafter, with a word why."""
    return _with_note(note, "Ghi rõ cần sửa gì để người soạn làm lại đúng.")


def cancel(letter: Letter, *, by, now: dt.datetime, note: str) -> Change:
    """Drop a draft; no number was used."""
    return _with_note(note, "Ghi lý do không phát hành.")


def withdraw(letter: Letter, *, by, now: dt.datetime, note: str) -> Change:
    """Take back an issued letter: its number stays used, the page behind its QR says so, the date told stays told."""
    return _with_note(note, "Ghi lý do thu hồi văn bản.")


def _with_note(note: str, what: str) -> Change:
    note = checked_note(note, what)[:500]
    return Change({"note": note}, told={"note": note})


def deliver(letter: Letter, *, by, now: dt.datetime, how: str) -> Change:
    """The citizen has the letter; `how` in words ("giao tại quầy", "gửi bưu điện")."""
    how = checked_note(how, "Ghi cách giao văn bản, ví dụ: giao tại quầy.")[:120]
    return Change({"delivered_at": now, "delivered_how": how}, told={"note": how})


def check_ready(letter: Letter, *, now: dt.datetime) -> None:
    """Raise ActError unless the draft has all a letter needs and the dossier still needs it."""
    still_needed(letter)
    if letter.cause_id is None:
        raise ActError("Chọn nguyên nhân chậm trước khi trình, duyệt.")
    if letter.new_due_at is None:
        raise ActError("Ghi ngày hẹn mới trước khi trình, duyệt.")
    check_new_date(letter, letter.new_due_at.astimezone(ZONE).date(), now=now)


def still_needed(letter: Letter) -> None:
    """Raise ActError when the dossier finished, waits for the citizen, or got another date meanwhile."""
    dossier = letter.dossier
    if dossier.finished_at or dossier.is_final:
        raise ActError("Hồ sơ đã có kết quả hoặc đã kết thúc nên không cần văn bản này nữa. Hãy bỏ dự thảo.")
    if not dossier.clock_open:
        raise ActError("Hồ sơ đang chờ người dân, thời hạn tạm dừng nên chưa cần văn bản này.")
    if dossier.due_at != letter.old_due_at:
        raise ActError("Ngày hẹn của hồ sơ đã đổi sau khi lập dự thảo. Hãy bỏ dự thảo này; dự thảo mới sẽ được lập.")
