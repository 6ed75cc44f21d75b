"""The apology letter from draft to the citizen's hand, one function per act (form 04, requirement S1-15).

draft → submitted → issued → signed → delivered; returned for correction, cancelled while a draft, withdrawn once out.
Every act takes the letter, `by` (None is the system) and `now`, changes the row only if it is still the one the person
saw, leaves a LetterStep, and raises ActError with a sentence. Issuing is in dossiers.letters.issue.
"""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction

from dossiers.deadlines.working_time import ZONE
from dossiers.letters.dates import check_new_date, proposed_date
from dossiers.models import DelayCause, Dossier, Letter, LetterStep, Unit
from dossiers.scoping import may_see
from dossiers.workflow.moving import ActError, Forbidden, checked_note, write

State = Letter.State
STALE = "Người khác vừa xử lý văn bản này. Hãy tải lại trang để xem bản mới nhất rồi làm tiếp."


def allow(user, permission: str, letter: Letter) -> None:
    """Raise Forbidden unless the user has the permission and the letter is of an agency of theirs."""
    if user is None:
        return
    if not (may_see(user, letter.agency_id) or may_see(user, letter.centre_id)):
        raise Forbidden("Văn bản này thuộc cơ quan khác, bạn không xử lý được.")
    if not user.has_perm(f"dossiers.{permission}"):
        raise Forbidden("Bạn chưa được giao quyền làm việc này. Hãy nhờ quản trị viên của trung tâm.")


def change(letter: Letter, sources, values: dict, *, expected_version: int | None = None) -> None:
    """Write `values` if the letter is still as the person saw it and in one of `sources`; raises ActError, Stale."""
    if letter.state not in sources:
        raise ActError(f"Văn bản đang ở bước “{letter.get_state_display()}”, không làm được việc này.")
    write(letter, values, unless=("state",), seen=expected_version, stale=STALE)


def step(letter: Letter, what: str, *, by, now: dt.datetime, note: str = "") -> None:
    LetterStep.objects.create(letter=letter, what=what, state=letter.state, at=now, actor=by, note=note[:500])


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
    allow(by, "draft_letter", letter)
    try:
        with transaction.atomic():
            letter.save(force_insert=True)
    except IntegrityError as error:
        raise ActError("Hồ sơ này đã có một dự thảo đang mở. Hãy mở dự thảo đó.") from error
    step(letter, "Lập dự thảo", by=by, now=now)
    return letter


@transaction.atomic
def edit(
    letter: Letter,
    *,
    by,
    now: dt.datetime,
    cause: DelayCause | None,
    words: str,
    new_due_on: dt.date,
    unit_at_fault: Unit | None = None,
    expected_version: int | None = None,
) -> None:
    """Correct a draft: cause, words, unit, new date (the close of that day). Raises ActError for an impossible date."""
    allow(by, "draft_letter", letter)
    if cause is None:
        raise ActError("Chọn nguyên nhân chậm trong danh sách.")
    if unit_at_fault and unit_at_fault.agency_id not in {letter.agency_id, letter.centre_id}:
        raise ActError("Đơn vị để chậm phải thuộc cơ quan giải quyết hoặc nơi tiếp nhận.")
    values = {
        "cause": cause,
        "words": words.strip()[:600],
        "unit_at_fault": unit_at_fault or letter.unit_at_fault,
        "new_due_at": check_new_date(letter, new_due_on, now=now),
        "edited": True,
    }
    change(letter, Letter.OPEN, values, expected_version=expected_version)
    step(letter, "Sửa dự thảo", by=by, now=now)


@transaction.atomic
def submit(letter: Letter, *, by, now: dt.datetime, expected_version: int | None = None) -> None:
    """Hand the draft to the leader."""
    allow(by, "draft_letter", letter)
    check_ready(letter, now=now)
    change(
        letter,
        {State.DRAFT, State.RETURNED},
        {"state": State.SUBMITTED, "submitted_at": now, "note": ""},
        expected_version=expected_version,
    )
    step(letter, "Trình duyệt", by=by, now=now)


@transaction.atomic
def send_back(letter: Letter, *, by, now: dt.datetime, note: str, expected_version: int | None = None) -> None:
    """The leader does not approve: back to the drafter, with a word why."""
    allow(by, "approve_letter", letter)
    note = checked_note(note, "Ghi rõ cần sửa gì để người soạn làm lại đúng.")[:500]
    change(
        letter,
        {State.DRAFT, State.SUBMITTED},
        {"state": State.RETURNED, "note": note},
        expected_version=expected_version,
    )
    step(letter, "Trả lại để sửa", by=by, now=now, note=note)


@transaction.atomic
def cancel(letter: Letter, *, by, now: dt.datetime, note: str, expected_version: int | None = None) -> None:
    """Drop a draft; no number was used."""
    allow(by, "draft_letter", letter)
    note = checked_note(note, "Ghi lý do không phát hành.")[:500]
    change(letter, Letter.OPEN, {"state": State.CANCELLED, "note": note}, expected_version=expected_version)
    step(letter, "Không phát hành", by=by, now=now, note=note)


@transaction.atomic
def withdraw(letter: Letter, *, by, now: dt.datetime, note: str, expected_version: int | None = None) -> None:
    """Take back an issued letter: its number stays used, the page behind its QR says so, the date told stays told."""
    allow(by, "approve_letter", letter)
    note = checked_note(note, "Ghi lý do thu hồi văn bản.")[:500]
    change(letter, Letter.SENT, {"state": State.WITHDRAWN, "note": note}, expected_version=expected_version)
    step(letter, "Thu hồi", by=by, now=now, note=note)


@transaction.atomic
def deliver(letter: Letter, *, by, now: dt.datetime, how: str, expected_version: int | None = None) -> None:
    """The citizen has the letter; `how` in words ("giao tại quầy", "gửi bưu điện")."""
    allow(by, "deliver_letter", letter)
    how = checked_note(how, "Ghi cách giao văn bản, ví dụ: giao tại quầy.")[:120]
    change(
        letter,
        {State.ISSUED, State.SIGNED},
        {"state": State.DELIVERED, "delivered_at": now, "delivered_how": how},
        expected_version=expected_version,
    )
    step(letter, "Giao người dân", by=by, now=now, note=how)


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
