"""Days a library proposes for a year wait for a person, who confirms them with their preview."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.urls import reverse

from dossiers.models import CalendarException


def test_proposals_for_a_year_wait_for_a_person(client, centre):
    client.force_login(User.objects.create_superuser("goc", password="x"))
    client.post(reverse("admin:dossiers_calendar_propose"), {"year": "2027"})
    proposed = CalendarException.objects.filter(date__year=2027)
    assert proposed.count() > 8
    assert not proposed.filter(confirmed_at__isnull=False).exists()
    client.post(reverse("admin:dossiers_calendar_propose"), {"year": "2027"})
    assert CalendarException.objects.filter(date__year=2027).count() == proposed.count()
    ids = ",".join(str(pk) for pk in proposed.values_list("pk", flat=True))
    page = client.get(reverse("admin:dossiers_calendar_effect"), {"viec": "confirm", "ngay": ids})
    assert "Xác nhận" in page.content.decode()
    client.post(reverse("admin:dossiers_calendar_effect"), {"viec": "confirm", "ngay": ids})
    assert not proposed.filter(confirmed_at__isnull=True).exists()
