"""Deleting in the admin: what stands in the way is named, never read row by row."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dossiers.models import Agency, Desk
from tests import factories


@pytest.fixture
def root(client, db):
    client.force_login(User.objects.create_superuser("root"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_an_agency_with_dossiers_says_what_holds_it(root, centre, procedure):
    for _ in range(2):
        factories.dossier(centre, procedure)
    address = reverse("admin:dossiers_agency_delete", args=[centre.agency.pk])
    with CaptureQueriesContext(connection) as captured:
        page = root.get(address)
    assert "2 hồ sơ (cơ quan tiếp nhận)" in page.content.decode()
    read = [each["sql"] for each in captured if 'FROM "dossiers_dossier"' in each["sql"]]
    assert read and all("LIMIT 100" in sql and "owner_name" not in sql for sql in read), (
        "keys only, and not all of them"
    )
    root.post(address, {"post": "yes"})
    assert Agency.objects.filter(pk=centre.agency.pk).exists()


def test_the_number_is_capped(root, centre, procedure, monkeypatch):
    monkeypatch.setattr("dossiers.worklist.SHOWN_COUNT", 2)
    for _ in range(4):
        factories.dossier(centre, procedure)
    page = root.get(reverse("admin:dossiers_agency_delete", args=[centre.agency.pk])).content.decode()
    assert "2+ hồ sơ (cơ quan tiếp nhận)" in page


def test_many_at_once_say_it_too(root, centre, procedure):
    factories.dossier(centre, procedure)
    chosen = {"action": "delete_selected", "_selected_action": [centre.agency.pk], "post": "yes"}
    page = root.post(reverse("admin:dossiers_agency_changelist"), chosen, follow=True).content.decode()
    assert "1 hồ sơ (cơ quan tiếp nhận)" in page
    assert Agency.objects.filter(pk=centre.agency.pk).exists()


def test_what_nothing_holds_goes(root, centre):
    alone = Agency.objects.create(code="H80.77", kind="centre", name="Lập nhầm")
    Desk.objects.create(agency=alone, code="Q77", name="Quầy 1")
    root.post(reverse("admin:dossiers_agency_delete", args=[alone.pk]), {"post": "yes"})
    assert not Agency.objects.filter(pk=alone.pk).exists()
