"""A case's life: limits that rest and move, answers and approvals, reopening, withdrawing, parts and duplicates."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from dossiers.deadlines.working_time import ZONE
from dossiers.workflow.moving import ActError, Forbidden
from feedback.cases import acts as case_acts
from feedback.cases import answers, citizen_acts, joining, tracking
from feedback.cases.events import feedback_event
from feedback.cases.joining import Part
from feedback.lateness import time_limits
from feedback.models import Answer, Case, FeedbackEvent
from feedback.states import Status
from tests.feedback.conftest import case_in, new_case
from tests.people import MONDAY

pytestmark = pytest.mark.django_db
Kind = FeedbackEvent.Kind
DAY = dt.timedelta(days=1)


@pytest.fixture
def told():
    seen = []

    def listen(event, **_signal):
        seen.append(event)

    feedback_event.connect(listen)
    yield seen
    feedback_event.disconnect(listen)


def test_the_clock_rests_while_the_sender_has_the_word(centre, themes):
    case = new_case(centre, category=themes["thu-tuc"])
    before = case.due_at
    case_acts.do("ask_more", case, by=centre.handler, now=MONDAY, what="Ở đâu?")
    assert (case.clock_open, case.paused_at) == (False, MONDAY)
    case_acts.do("supply", case, by=None, now=MONDAY + 2 * DAY, text="Ấp 2")
    case.refresh_from_db()
    # Two working days with the citizen: two working days later, with the reason in the explanation.
    assert case.due_at - before == 2 * DAY and case.clock_open
    assert "Ý kiến nhận lúc" in time_limits.why_this_date(case)


def test_asking_late_is_for_leaders(centre):
    case = new_case(centre)
    late = case.ask_due_at + dt.timedelta(minutes=1)
    with pytest.raises(ActError, match="Thời hạn yêu cầu bổ sung đã hết"):
        case_acts.do("ask_more", case, by=centre.handler, now=late, what="Ở đâu?")
    case_acts.do("ask_more", case, by=centre.leader, now=late, what="Ở đâu?")


def test_a_transfer_starts_the_limits_again_in_the_other_agency(centre, elsewhere, told, themes):
    case = case_in(Status.IN_PROGRESS, centre, category=themes["thu-tuc"])
    case_acts.do("assign", case, by=centre.leader, now=MONDAY, handler=centre.handler, unit=centre.land)
    event = case_acts.do(
        "transfer",
        case,
        by=centre.leader,
        now=MONDAY + 3 * DAY,
        agency=elsewhere.agency,
        reason="Thuộc địa bàn Sơn Động",
    )
    case.refresh_from_db()
    assert (case.agency, case.unit, case.handler, case.status) == (elsewhere.agency, None, None, Status.NEW)
    assert case.screen_due_at == dt.datetime(2026, 11, 23, 17, 0, tzinfo=ZONE)
    assert event.facts["from_agency"] == centre.agency.name and told[-1] == event
    with pytest.raises(Forbidden):
        case_acts.do("accept", case, by=centre.handler, now=MONDAY + 3 * DAY)


def test_an_answer_needs_a_second_person_and_reaches_the_sender(centre, told, themes):
    case = case_in(Status.IN_PROGRESS, centre, category=themes["thu-tuc"])
    case_acts.do("draft", case, by=centre.handler, now=MONDAY, text="Nháp một")
    case_acts.do("draft", case, by=centre.handler, now=MONDAY, text="Mang giấy chứng sinh")
    assert case.answers.get().text == "Mang giấy chứng sinh"
    with pytest.raises(Forbidden):
        case_acts.send_answer(case, by=centre.handler, now=MONDAY)
    case_acts.do("submit", case, by=centre.handler, now=MONDAY)
    case_acts.do("return_for_changes", case, by=centre.leader, now=MONDAY, note="Nói rõ lệ phí")
    case_acts.do("draft", case, by=centre.handler, now=MONDAY, text="Mang giấy chứng sinh, không thu phí")
    case_acts.do("submit", case, by=centre.handler, now=MONDAY)
    event = case_acts.send_answer(case, by=centre.leader, now=MONDAY + DAY)
    assert told[-1] == event and event.public_note == "Mang giấy chứng sinh, không thu phí"
    assert case.reopen_until == MONDAY + DAY + dt.timedelta(days=10) and not case.clock_open
    assert answers.mark_received(case, now=MONDAY + 2 * DAY, how="Zalo") is True
    assert answers.mark_received(case, now=MONDAY + 3 * DAY, how="Zalo") is False


def test_a_theme_without_approval_is_answered_by_the_handler(centre, themes):
    case = case_in(Status.IN_PROGRESS, centre, category=themes["gop-y-kenh"])
    case_acts.do("draft", case, by=centre.handler, now=MONDAY, text="Cảm ơn góp ý")
    case_acts.send_answer(case, by=centre.handler, now=MONDAY)
    assert case.status == Status.ANSWERED


def test_reopening_within_the_window_owes_a_new_answer(centre):
    case = case_in(Status.ANSWERED, centre)
    with pytest.raises(ActError, match="đã hết"):
        case_acts.do("reopen", case, by=None, now=case.reopen_until + DAY, text="Vẫn tắt")
    case_acts.do("reopen", case, by=None, now=MONDAY + DAY, text="Vẫn tắt")
    case.refresh_from_db()
    assert (case.status, case.times_reopened, case.answered_at, case.clock_open) == (Status.IN_PROGRESS, 1, None, True)
    case_acts.do("draft", case, by=centre.handler, now=MONDAY + DAY, text="Đã thay lần hai")
    case_acts.do("submit", case, by=centre.handler, now=MONDAY + DAY)
    case_acts.send_answer(case, by=centre.leader, now=MONDAY + DAY)
    page = tracking.page_of(tracking.by_token(case.token), MONDAY + DAY)
    assert [answer.text for answer in page.answers] == ["Đã thay bóng đèn ngày 17/11/2026.", "Đã thay lần hai"]


def test_reopening_is_not_for_ever(centre):
    case = case_in(Status.ANSWERED, centre)
    Case.objects.filter(pk=case.pk).update(times_reopened=citizen_acts.MOST_REOPENINGS)
    case.refresh_from_db()
    with pytest.raises(ActError, match="đã được xem lại 3 lần"):
        case_acts.do("reopen", case, by=None, now=MONDAY + DAY, text="Vẫn tắt")


def test_nothing_closes_without_an_answer_received_or_a_reason(centre):
    case = case_in(Status.ANSWERED, centre)
    after = case.reopen_until + DAY
    with pytest.raises(ActError, match="còn được yêu cầu xem lại"):
        case_acts.do("close", case, by=centre.handler, now=MONDAY + DAY)
    with pytest.raises(ActError, match="ghi lý do"):
        case_acts.do("close", case, by=centre.handler, now=after)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(status=Status.CLOSED, outcome_reason="", answer_received_at=None)
    case_acts.do("close", case, by=centre.handler, now=after, reason="Không còn liên lạc được")
    assert case.status == Status.CLOSED


def test_an_answer_to_a_withdrawn_case_is_refused_with_a_sentence(centre):
    case = case_in(Status.APPROVAL, centre)
    stale = Case.objects.get(pk=case.pk)
    case_acts.do("withdraw", case, by=None, now=MONDAY + DAY, text="Việc đã xong")
    assert not case.answers.exists()
    with pytest.raises(ActError):
        case_acts.send_answer(stale, by=centre.leader, now=MONDAY + DAY)
    with pytest.raises(ActError, match="không soạn trả lời được"):
        case_acts.do("draft", case, by=centre.handler, now=MONDAY + DAY, text="Trả lời")
    assert not Answer.objects.filter(status=Answer.Status.SENT).exists()


def test_parts_are_answered_apart_and_told_through_the_whole(centre, elsewhere, told):
    case = case_in(Status.IN_PROGRESS, centre)
    told.clear()
    first, second = case_acts.do(
        "split",
        case,
        by=centre.leader,
        now=MONDAY,
        parts=[Part("Đèn", "Đèn tắt", centre.agency), Part("Rác", "Rác chưa gom", elsewhere.agency)],
    )
    assert (first.phone, second.sender_name) == ("", "")
    assert [event.kind for event in told] == [Kind.SPLIT]
    case_acts.do("draft", case, by=centre.handler, now=MONDAY, text="Chung")
    with pytest.raises(ActError, match="Còn phần chưa trả lời xong: Đèn; Rác"):
        case_acts.do("submit", case, by=centre.handler, now=MONDAY)
    for part, place in ((first, centre), (second, elsewhere)):
        case_acts.do("accept", part, by=place.handler, now=MONDAY)
        case_acts.do("draft", part, by=place.handler, now=MONDAY, text=f"Đã xong {part.title.lower()}")
        case_acts.do("submit", part, by=place.handler, now=MONDAY)
        case_acts.send_answer(part, by=place.leader, now=MONDAY)
    assert [event.kind for event in told if event.kind != Kind.SPLIT] == [Kind.PART_ANSWERED] * 2
    assert {event.case_id for event in told} == {case.pk}
    case.refresh_from_db()
    assert answers.composed_from_parts(case) == "Đèn:\nĐã xong đèn\n\nRác:\nĐã xong rác"
    case_acts.do("submit", case, by=centre.handler, now=MONDAY)
    # A part's own address is nobody's.
    assert tracking.by_token(first.token) is None


def test_duplicates_get_the_same_answer_and_never_each_others_code(centre, told):
    main = case_in(Status.IN_PROGRESS, centre)
    twins = [new_case(centre) for _ in range(2)]
    for twin in twins:
        case_acts.do("merge", twin, into=main, by=centre.leader, now=MONDAY)
    assert main.code not in str([event.facts for event in told if event.case_id != main.pk])
    case_acts.do("draft", main, by=centre.handler, now=MONDAY, text="Đã sửa")
    case_acts.do("submit", main, by=centre.handler, now=MONDAY)
    told.clear()
    main.refresh_from_db()
    case_acts.send_answer(main, by=centre.leader, now=MONDAY)
    assert {event.facts["code"] for event in told} == {main.code, *(twin.code for twin in twins)}
    for twin in twins:
        page = tracking.page_of(tracking.by_token(twin.token), MONDAY)
        assert page.answers[0].text == "Đã sửa" and page.label == "Đã trả lời"
        assert main.code not in str(page)


def test_when_the_main_case_is_withdrawn_a_duplicate_takes_its_place(centre):
    main, heir, other = (new_case(centre) for _ in range(3))
    for twin in (heir, other):
        case_acts.do("merge", twin, into=main, by=centre.leader, now=MONDAY)
    case_acts.do("withdraw", main, by=None, now=MONDAY)
    heir.refresh_from_db()
    other.refresh_from_db()
    assert (heir.status, heir.merged_into, heir.clock_open) == (Status.NEW, None, True)
    assert (other.status, other.merged_into) == (Status.MERGED, heir)


def test_work_is_not_given_to_those_complained_of(centre):
    case = new_case(centre, about_unit=centre.land)
    with pytest.raises(ActError, match="chính là nơi bị phản ánh"):
        case_acts.do("assign", case, by=centre.leader, now=MONDAY, handler=centre.handler)
    with pytest.raises(Forbidden):
        case_acts.do("accept", case, by=centre.handler, now=MONDAY)
    case_acts.do("assign", case, by=centre.leader, now=MONDAY, handler=centre.clerk)


def test_saying_whom_it_is_about_takes_it_from_their_hands(centre):
    case = case_in(Status.IN_PROGRESS, centre)
    assert case.handler == centre.handler
    case_acts.do("about", case, by=centre.leader, now=MONDAY, unit=centre.land)
    case.refresh_from_db()
    assert (case.about_unit, case.handler) == (centre.land, None)
    assert not Case.objects.visible_to(centre.handler).filter(pk=case.pk).exists()


def test_history_is_never_edited(centre):
    event = new_case(centre).events.get()
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()


def test_a_second_person_acting_on_what_they_saw_is_told(centre):
    case = new_case(centre)
    other = Case.objects.get(pk=case.pk)
    case_acts.do("accept", case, by=centre.handler, now=MONDAY)
    with pytest.raises(ActError, match="tải lại trang"):
        case_acts.do("refuse", other, by=centre.leader, now=MONDAY, reason="Trùng")


def test_lookalikes_are_offered(centre, themes):
    first = new_case(centre, text="Rác đầu ngõ chưa dọn", phone="0911111111")
    second = new_case(centre, text="Rác đầu ngõ chưa dọn", phone="0922222222")
    assert joining.possible_duplicates(second) == [first]
