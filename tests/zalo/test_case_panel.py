"""On the page of a case staff see what its sender was told, and why not."""

import pytest
from django.urls import reverse

from feedback.states import Status
from tests.feedback.conftest import case_in, new_case
from tests.zalo.chat.talk import channel_of

pytestmark = pytest.mark.django_db


def page(client, user, case) -> str:
    client.force_login(user)
    return client.get(reverse("admin:feedback_case_change", args=[case.pk])).content.decode()


def test_each_message_stands_with_its_outcome(centre, client):
    channel_of(centre)
    case = case_in(Status.REFUSED, centre)
    text = page(client, centre.handler, case)
    assert "Đã báo người gửi" in text and text.count("zd-badge") == 2
    assert "Nguyễn Văn An" not in text and case.phone not in text


def test_whoever_left_no_way_is_said_to_have_none(centre, client):
    channel_of(centre)
    case = new_case(centre, phone="")
    assert "Không để lại số điện thoại" in page(client, centre.handler, case)


def test_without_a_channel_it_says_so_and_a_failing_panel_hides_nothing(centre, client, monkeypatch):
    case = new_case(centre)
    assert "Cơ quan chưa gắn Official Account" in page(client, centre.handler, case)
    from zalo.admin import case_panel

    monkeypatch.setattr(case_panel, "line", None)
    monkeypatch.setattr(case_panel, "render_to_string", None)
    text = page(client, centre.handler, case)
    assert case.code in text and "Đã báo người gửi" not in text
