"""Nonsense sent to every form of this part's desk is answered with a sentence, never with a broken page."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from feedback.cases.acts import ACTS
from feedback.states import Status
from tests.feedback.conftest import case_in
from tests.portal.staff_walk import without_frame

pytestmark = [pytest.mark.django_db, pytest.mark.harder_on_postgresql]
LISTS = "category routingrule servicelevel cannedanswer faqentry questionset restrictedofficer".split()
FIELDS = (
    "user agency unit category received_by area amount valid_from valid_to decision title text code name question "
    "answer version handler into until reason body what note kind about_unit part-0-title part-0-agency urgent channel"
).split()


@pytest.fixture(autouse=True)
def bare_pages():
    with without_frame():
        yield


@pytest.mark.parametrize("nonsense", ["", "x\x00", "99999999999999999999"])
def test_forms_survive_nonsense(centre, client, nonsense):
    client.force_login(User.objects.create_superuser("root", password="x"))
    sent = dict.fromkeys(FIELDS, nonsense)
    for name in LISTS:
        management = {"questions-TOTAL_FORMS": "0", "questions-INITIAL_FORMS": "0"}
        assert client.post(reverse(f"admin:feedback_{name}_add"), {**sent, **management}).status_code in {200, 302}
    for status in (Status.NEW, Status.ANSWERED):
        case = case_in(status, centre)
        for act in ACTS:
            url = reverse("admin:feedback_case_act", args=[case.pk, act])
            assert client.post(url, sent).status_code in {302, 404, 409, 422}, (status, act)
    # As data, so that the address is written the way browsers write it.
    for asked in (
        dict.fromkeys(("q", "after", "status"), nonsense),
        {"worklist": "late", "after": f"{nonsense}.{nonsense}"},
    ):
        assert client.get(reverse("admin:feedback_case_changelist"), asked).status_code in {200}
    dates = dict.fromkeys(("tu", "den", "ky", "co-quan"), nonsense)
    assert client.get(reverse("admin:feedback_boards"), dates).status_code in {200}
    assert client.post(reverse("admin:feedback_case_add"), sent).status_code in {422}
