"""The page "Thông tin": the managed list of places elsewhere and what rooms put there (S1-04)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from portal.content import information
from portal.content.models import Link

pytestmark = pytest.mark.django_db


def body(answer) -> str:
    return answer.content.decode()


def test_the_national_portal_is_there_from_the_first_day(client):
    assert 'href="https://dichvucong.gov.vn/" rel="noopener external"' in body(client.get("/thong-tin/"))


def test_the_links_of_the_desk_are_listed_by_group_and_one_switched_off_is_not(client, centre):
    client.force_login(centre.editor)
    form = {
        "agency": centre.agency.pk,
        "group": "province",
        "order": "0",
        "active": "on",
        "description": "Tin của tỉnh",
    }
    address = reverse("admin:content_link_add")
    refused = client.post(address, {**form, "title": "Cổng", "address": "http://tayninh.gov.vn/"})
    assert "bắt đầu bằng https://" in str(refused.context["adminform"].form.errors)
    sent = client.post(address, {**form, "title": "Cổng <b>tỉnh</b>", "address": "https://www.tayninh.gov.vn/"})
    assert sent.status_code == 302
    Link.objects.create(title="Đã tắt", address="https://tat.example.vn/", active=False)
    page = body(client.get("/thong-tin/"))
    assert 'href="https://www.tayninh.gov.vn/"' in page and "Cổng &lt;b&gt;tỉnh&lt;/b&gt;" in page
    assert "Tin của tỉnh" in page and "tat.example.vn" not in page


def test_a_room_puts_a_section_on_the_page(client, monkeypatch):
    monkeypatch.setattr(information, "_sections", {})
    entries = [information.Entry("Giá đất", "/thong-tin/gia-dat/", "Theo tuyến đường")]
    information.register(information.Section("goi", lambda: "Tra cứu", lambda: entries))
    information.register(information.Section("rong", lambda: "Không có dòng nào", list))
    page = body(client.get("/thong-tin/"))
    assert '<h2 id="muc-goi">Tra cứu</h2>' in page and 'href="/thong-tin/gia-dat/"' in page
    assert "Không có dòng nào" not in page
