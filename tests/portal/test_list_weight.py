"""Every list of the desk stays light with a province's worth of rows behind it (quality.md P8: 200 kB of HTML)."""

import datetime as dt

import pytest
from django.contrib import admin
from django.urls import reverse

from dossiers.admin.base import CappedPaginator
from dossiers.models import Agency, CalendarException, LegalRule, WeekPattern
from tests import people

pytestmark = pytest.mark.django_db
HEAVIEST = 200_000
AGENCIES = 60
LONG = "Trung tâm Phục vụ hành chính công đặc khu Trường Sa Lớn số"


@pytest.fixture
def province(centre):
    """Sixty agencies with long names, each with its own people, days and hours."""
    for number in range(AGENCIES):
        agency = Agency.objects.create(code=f"H99.{number:03}", kind=Agency.Kind.CENTRE, name=f"{LONG} {number}")
        people.member(agency, f"can-bo-{number}", people.roles.HANDLER, "Chuyên viên Nguyễn Thị Hoàng Oanh")
        day = {"agency": agency, "kind": "off", "name": f"Ngày truyền thống {number}", "decision": "QĐ 12/QĐ-UBND"}
        CalendarException.objects.create(date=dt.date(2027, 3, 1), **day)
        WeekPattern.objects.create(
            agency=agency, weekday=5, opens_at="07:30", closes_at="11:30", valid_from="2026-01-01"
        )
    LegalRule.objects.bulk_create(
        LegalRule(
            key="reminder-handler-days", title=f"Nhắc người thụ lý {number}", value=3, unit="ngày làm việc",
            article="Quyết định " + "rất dài " * 15, agency=agency, valid_from="2026-01-01",
        )
        for number, agency in enumerate(Agency.objects.exclude(pk=centre.agency.pk))
    )  # fmt: skip


def test_every_list_is_light(admin_client, province):
    heavy, walked = {}, 0
    for model in admin.site._registry:
        answer = admin_client.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"))
        walked += answer.status_code == 200
        if len(answer.content) > HEAVIEST:
            heavy[model._meta.label] = len(answer.content)
    assert not heavy and walked > 40


def test_the_choice_of_agencies_is_the_persons_own(client, centre, province):
    client.force_login(centre.administrator)
    page = client.get(reverse("admin:dossiers_weekpattern_changelist")).content.decode()
    assert centre.agency.name in page and LONG not in page


def test_the_choice_narrows_the_list(admin_client, province):
    one = Agency.objects.get(code="H99.007")
    page = admin_client.get(reverse("admin:dossiers_weekpattern_changelist"), {"agency__id__exact": one.pk})
    assert [row.agency for row in page.context["cl"].result_list] == [one]


def test_a_list_is_shown_a_page_at_a_time_whatever_is_asked(admin_client, province):
    address = reverse("admin:dossiers_agency_changelist")
    whole, asked = admin_client.get(address), admin_client.get(address, {"all": ""})
    assert "Hiện tất cả" not in whole.content.decode()
    assert (
        len(asked.content) <= HEAVIEST
        and len(asked.context["cl"].result_list) == admin.site._registry[Agency].list_per_page
    )
    some = admin_client.get(address, {"q": "Trường Sa"}).content.decode()
    assert f"{AGENCIES} dòng" in some and "Hiện tất cả" in some, "a way back from what was searched"


def test_a_count_that_stopped_says_so(admin_client, province, monkeypatch):
    monkeypatch.setattr(CappedPaginator, "CEILING", 50)
    page = admin_client.get(reverse("admin:dossiers_agency_changelist")).content.decode()
    assert "50+ cơ quan" in " ".join(page.split())
