"""Petitions in plain words, danger and haste, themes: understood when a text comes in, shown to whom it concerns."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.urls import reverse

from feedback.cases import intake, routing
from feedback.lateness import escalation_mail
from feedback.models import Case, Category, Escalation, TransferRecord
from feedback.petitions import acts as petition_acts
from tests import people
from tests.feedback.conftest import new_case, sent
from tests.people import MONDAY

pytestmark = pytest.mark.django_db
PLAIN_PETITIONS = (
    "Gia đình tôi không chịu cái quyết định thu hồi đất đó, yêu cầu huyện rút lại",
    "trưởng thôn khai khống tên người chết để lấy tiền hỗ trợ rồi chia nhau",
)
FIRE = "cháy nhà bà Tư rồi, lửa lan qua nhà kế bên, có người kẹt trong nhà, cứu với"


@pytest.mark.parametrize("text", PLAIN_PETITIONS)
def test_a_petition_in_plain_words_is_stopped_and_explained(client, centre, text):
    page = client.post(reverse("feedback:send"), {"kind": "report", "agency": centre.agency.code, "text": text})
    assert "trình tự giải quyết riêng" in page.content.decode()
    assert not Case.objects.exists() and not TransferRecord.objects.exists()


def test_a_doubtful_text_is_received_with_a_code_but_held_for_a_named_officer(centre, monkeypatch):
    from dossiers.language import voice

    text = "Xã làm vậy với đất nhà tôi là không phải, xin xem giúp"
    margin = voice.read(text).petition_margin
    monkeypatch.setattr(voice, "DOUBTFUL", margin - 0.01)
    monkeypatch.setattr(voice, "CLEAR", margin + 0.01)
    held = intake.receive(sent(centre, text=text), now=MONDAY)
    assert isinstance(held, TransferRecord) and held.kind == TransferRecord.Kind.UNCLEAR and held.code
    assert not Case.objects.exists()


def test_a_unit_named_in_a_petition_cannot_open_it(centre):
    text = f"{PLAIN_PETITIONS[0]}. {centre.land.name} làm sai."
    record = intake.receive(sent(centre, text=text), now=MONDAY, confirmed=True)
    assert record.about_unit == centre.land


def test_a_released_text_is_due_from_the_day_it_was_sent(centre):
    people.named_officer(centre.supervisor, centre.agency)
    record = intake.receive(sent(centre, text=PLAIN_PETITIONS[0]), now=MONDAY, confirmed=True)
    case = petition_acts.do("release", record, by=centre.supervisor, now=MONDAY + dt.timedelta(days=3), kind="report")
    assert case.sent_at == MONDAY and case.due_at == new_case(centre, category=case.category).due_at


def test_asking_how_to_complain_is_not_complaining(centre):
    text = "Cho hỏi không đồng ý với quyết định xử phạt thì khiếu nại ở đâu, trong mấy ngày?"
    assert isinstance(intake.receive(sent(centre, text=text), now=MONDAY), Case)


def test_danger_shows_whom_to_call_while_typing_and_after_sending(client, centre):
    typing = client.post(reverse("feedback:suggest"), {"text": FIRE, "kind": "report"}).content.decode()
    assert typing.index("tel:114") < typing.index("tel:113") and "tel:112" in typing and "tel:115" in typing
    after = client.post(
        reverse("feedback:send"), {"kind": "report", "agency": centre.agency.code, "text": FIRE}, follow=True
    )
    assert "tel:114" in after.content.decode() and Case.objects.get().urgent


def test_danger_reaches_the_people_on_duty_at_once_and_without_a_word_of_it(centre):
    for user in (centre.leader, centre.supervisor):
        user.email = f"{user.username}@example.vn"
        user.save()
    case = new_case(centre, text=FIRE)
    assert case.escalations.get().rung == Escalation.Rung.DANGER
    assert escalation_mail.mail_alarms(now=MONDAY) == 2 and escalation_mail.mail_alarms(now=MONDAY) == 0
    letter = mail.outbox[0]
    assert "KHẨN" in letter.subject and case.code in letter.body
    assert "bà Tư" not in letter.body and case.phone not in letter.body


def test_harm_within_hours_shortens_the_deadline_by_a_dated_rule(centre):
    text = "Cáp cầu treo đứt mấy sợi, ván thủng, sáng mai học sinh vẫn phải đi qua"
    soon = new_case(centre, text=text, category=Category.objects.get(code="giao-duc"))
    calm = new_case(centre, text="Trường mình mấy giờ mở cửa cho phụ huynh vào", category=soon.category)
    assert soon.urgent and not calm.urgent
    # 8 working hours by the rule "pakn-urgent-limit": 6½ are left of Monday.
    assert soon.due_at < MONDAY + dt.timedelta(days=2) < calm.due_at


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("nước máy đục ngầu ba hôm nay, tiền nước thì tăng", "dien-nuoc"),
        ("trường thu tiền đồng phục cao quá, phụ huynh lớp 6 than", "giao-duc"),
        ("tiền trợ cấp người khuyết tật tháng này chưa có", "chinh-sach"),
        ("wifi nhà mạng chập chờn cả tuần, sóng 4g yếu", "vien-thong"),
        ("cô ở quầy số 3 nói năng cộc lốc với người già", "thai-do"),
    ],
)
def test_the_theme_is_proposed_and_staff_see_why(client, centre, text, code):
    case = new_case(centre, text=text)
    assert case.category.code == code
    client.force_login(centre.supervisor)
    page = client.get(reverse("admin:feedback_case_change", args=[case.pk])).content.decode()
    assert "Vì sao lĩnh vực này" in page


def test_what_is_held_is_not_called_a_petition_to_its_sender(client, centre, monkeypatch):
    from feedback.cases.routing import Certainty, Nature, Verdict

    doubtful = Verdict(Nature.COMPLAINT, Certainty.DOUBTFUL, ("đo lại",))
    monkeypatch.setattr("feedback.cases.routing.classify", lambda _text: doubtful)
    record = intake.receive(sent(centre, text="Đất tôi đo còn có 78 mét, xin coi lại giùm"), now=MONDAY)
    assert record.kind == TransferRecord.Kind.UNCLEAR
    page = client.get(reverse("feedback:track", args=[record.token])).content.decode()
    main = page[page.index("<main") : page.index("</main")]
    assert "Đã nhận ý kiến" in main and "78 mét" not in main
    for word in ("Đơn", " đơn", "khiếu nại", "tố cáo"):
        assert word not in main


def test_a_theme_s_owner_is_dated_and_an_old_case_keeps_the_one_of_its_day(client, centre):
    theme = Category.objects.get(code="moi-truong")
    first = theme.owners.get()
    case, today = new_case(centre, category=theme), MONDAY.date()
    first.valid_to = today
    first.save()
    theme.owners.create(name="Đội môi trường mới", decision="QĐ 9", valid_from=today + dt.timedelta(days=1))
    assert theme.owner_on(today) == first and theme.owner_on(today + dt.timedelta(days=9)).decision == "QĐ 9"
    client.force_login(centre.leader)
    page = client.get(reverse("admin:feedback_case_change", args=[case.pk])).content.decode()
    assert first.name in page and "Đội môi trường mới" not in page


def test_a_second_theme_is_told_with_its_borders_where_it_is_close(client, centre, monkeypatch):
    first, second, far = Category.objects.filter(code__in=["cu-tru", "thu-tuc", "y-te"]).order_by("code")
    monkeypatch.setattr(routing, "_theme_scores", lambda text: {first.code: 0.2, second.code: 0.0, far.code: -0.8})
    assert routing.likely_categories("xin trả lời giúp") == [first, second]
    case = new_case(centre, category=first, text="xin trả lời giúp")
    client.force_login(centre.leader)
    page = client.get(reverse("admin:feedback_case_change", args=[case.pk])).content.decode()
    assert f"Cũng gần lĩnh vực “{second.name}”: {second.description}" in page
    assert f"{first.name} – {first.description}" in page  # the list to choose from tells the borders as well
