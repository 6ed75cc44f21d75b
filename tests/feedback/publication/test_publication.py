"""Publishing: masked whatever is typed, approved by a second person, taken down on the sender's word; quick answers."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from dossiers.workflow.moving import ActError, Forbidden
from feedback.cases import acts as case_acts
from feedback.cases import quick_answers, tracking
from feedback.models import FaqEntry, Publication
from feedback.publication import revealing
from feedback.states import Publishing, Status
from tests.feedback.conftest import new_case
from tests.people import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def answered(centre):
    User.objects.filter(pk=centre.clerk.pk).update(last_name="Phạm Thị", first_name="Hoa")
    text = "Tôi là Lê Thị Kín, pham thi hoa ở quầy 2 hẹn tôi gọi 0912 345 678, nhà số nhà 12 ngõ 5"
    case = new_case(centre, text=text, sender_name="Lê Thị Kín")
    case_acts.do("accept", case, by=centre.handler, now=MONDAY)
    case_acts.do(
        "draft", case, by=centre.handler, now=MONDAY, text="Chào bà Lê Thị Kín, gọi 02723 874 001 để hẹn lại nhé."
    )
    case_acts.do("submit", case, by=centre.handler, now=MONDAY)
    case_acts.send_answer(case, by=centre.leader, now=MONDAY)
    return case


def publish(case, centre) -> Publication:
    row = case_acts.do("prepare", case, by=centre.handler, now=MONDAY)
    case_acts.do("submit_publication", row.case, by=centre.handler, now=MONDAY)
    case_acts.do("approve_publication", row.case, by=centre.leader, now=MONDAY)
    return row


def test_what_is_published_holds_nobody(answered, centre, client):
    assert answered.publishing == Publishing.DRAFT and answered.publish_due_at
    row = publish(answered, centre)
    shown = client.get(f"/hoi-dap/{row.token}/").content.decode()
    for secret in ("Kín", "hoa ở", "345 678", "0912", "số nhà 12", "874 001", answered.code, answered.token):
        assert secret not in shown
    assert "[đã ẩn tên người]" in shown and answered.national_status == "Đã công khai"


def test_the_sender_sees_what_was_hidden(answered, centre, client):
    publish(answered, centre)
    page = tracking.page_of(tracking.by_token(answered.token), MONDAY)
    assert ("số điện thoại", "0912 345 678") in page.hidden
    assert "0912 345 678" in client.get(f"/gop-y/{answered.token}/").content.decode()


def test_a_person_may_hide_more_never_less(answered, centre):
    row = case_acts.do(
        "prepare",
        answered,
        by=centre.handler,
        now=MONDAY,
        question="Hẹn ở quầy, gọi 0912345678",
        answer="Đã trả lời bà Kín rồi",
    )
    assert row.question == "Hẹn ở quầy, gọi [đã ẩn số điện thoại]" and "Kín" not in row.answer


def test_what_is_hidden_by_mistake_is_opened_by_a_leader_with_a_reason_on_record(centre, client):
    text = "Bà con gọi đoạn này là dốc Ông Cọp nhà bà Chằn Tinh, xin đặt biển. Lê Thị Kín, 0912 345 678"
    case = new_case(centre, text=text, sender_name="Lê Thị Kín")
    for act, who, asked in (("accept", centre.handler, {}), ("draft", centre.handler, {"text": "Đã nhận."})):
        case_acts.do(act, case, by=who, now=MONDAY, **asked)
    case_acts.do("submit", case, by=centre.handler, now=MONDAY)
    case_acts.send_answer(case, by=centre.leader, now=MONDAY)
    row = case_acts.do("prepare", case, by=centre.handler, now=MONDAY)
    (nobody,) = [words for words in revealing.choices(case) if "Chằn" in words]
    with pytest.raises(Forbidden):
        case_acts.do("reveal", case, by=centre.handler, now=MONDAY, words=nobody, reason="Tên truyện")
    with pytest.raises(ActError, match="người gửi"):
        case_acts.do("reveal", case, by=centre.leader, now=MONDAY, words="Lê Thị Kín", reason="Không sao")
    client.force_login(centre.leader)
    address = reverse("admin:feedback_case_act", args=[case.pk, "reveal"])
    assert client.post(address, {"words": nobody, "reason": ""}).status_code == 422
    assert client.post(address, {"words": nobody, "reason": "Tên truyện"}).status_code == 302
    row.refresh_from_db()
    assert nobody in row.question and "Kín" not in row.question and "0912" not in row.question
    event = case.events.get(kind="unhidden")
    assert event.actor == centre.leader and "Tên truyện" in event.internal_note
    again = case_acts.do("prepare", row.case, by=centre.handler, now=MONDAY)
    assert nobody in again.question


def test_it_takes_two_and_a_consent(answered, centre):
    row = case_acts.do("prepare", answered, by=centre.leader, now=MONDAY)
    case_acts.do("submit_publication", row.case, by=centre.leader, now=MONDAY)
    with pytest.raises(ActError, match="người khác duyệt"):
        case_acts.do("approve_publication", row.case, by=centre.leader, now=MONDAY)
    with pytest.raises(Forbidden):
        case_acts.do("approve_publication", row.case, by=centre.handler, now=MONDAY)
    silent = new_case(centre, may_publish=False)
    with pytest.raises(ActError, match="Chỉ công khai ý kiến đã được trả lời"):
        case_acts.do("prepare", silent, by=centre.handler, now=MONDAY)


def test_no_consent_no_publication(answered, centre, client):
    case_acts.do("object_to", answered, by=None, now=MONDAY)
    with pytest.raises(ActError, match="không đồng ý công khai"):
        case_acts.do("prepare", answered, by=centre.handler, now=MONDAY)


def test_the_senders_word_takes_it_down_at_once(answered, centre, client):
    row = publish(answered, centre)
    case_acts.do(
        "grow_faq", row.case, by=centre.leader, now=MONDAY, question="Hẹn lại thế nào?", answer="Gọi trung tâm."
    )
    client.post(f"/gop-y/{answered.token}/", {"act": "khong-cong-khai"})
    assert client.get(f"/hoi-dap/{row.token}/").status_code == 404
    assert not FaqEntry.objects.filter(published=True, source=row).exists()
    answered.refresh_from_db()
    assert (answered.may_publish, answered.publishing) == (False, Publishing.TAKEN_DOWN)


def test_the_page_is_searched_without_accents_and_paged_by_place(answered, centre, client):
    row = publish(answered, centre)
    assert row.title in client.get("/hoi-dap/?q=quay hen").content.decode()
    assert "Chưa có câu nào khớp" in client.get("/hoi-dap/?q=khongcogi").content.decode()
    for odd in ("?sau=xyz", "?linh-vuc=khong-co", "?q=%00", "?sau=" + "a" * 500):
        assert client.get(f"/hoi-dap/{odd}").status_code == 200


def test_quick_answers_find_by_words_in_any_order(db):
    FaqEntry.objects.create(question="Làm khai sinh cho con cần giấy gì?", answer="Giấy chứng sinh.", published=True)
    FaqEntry.objects.create(question="Giờ làm việc", answer="7 giờ 30", published=True)
    FaqEntry.objects.create(question="Khai sinh nháp", answer="chưa", published=False)
    [best] = quick_answers.find("muon lam KHAI SINH cho chau can nhung gi")
    assert best.answer == "Giấy chứng sinh." and best.score > 0.5
    assert quick_answers.find("thời tiết ngày mai") == [] and quick_answers.find("là gì thế") == []
    quick_answers.helped(best.faq_id)
    assert FaqEntry.objects.get(pk=best.faq_id).times_helpful == 1


def test_reopening_a_published_case_keeps_what_was_published(answered, centre):

    publish(answered, centre)
    answered.refresh_from_db()
    case_acts.do("reopen", answered, by=None, now=MONDAY + dt.timedelta(days=1), text="Vẫn chưa")
    answered.refresh_from_db()
    assert (answered.status, answered.publishing) == (Status.IN_PROGRESS, Publishing.PUBLISHED)
