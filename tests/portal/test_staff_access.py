"""Every address of the desk as a stranger, without a role and in the wrong role (quality.md R8).

As each role of another agency they are all asked in test_staff_matrix; here are the doors with a rule of their own.
"""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from dossiers.workflow.acts import ACTS
from tests import factories, people
from tests.portal.staff_walk import WITHOUT_LOGIN, World, addresses, everything, without_frame, words_of

pytestmark = pytest.mark.sqlite_only  # whose rows they are is decided by filters, alike on every database
REFUSED = {302, 400, 403, 404, 405, 409}
HARMLESS = {
    "index", "password_change", "password_change_done", "logout", "jsi18n", "login", "zalo_my_address",
    "desk_find", "desk_bell", "desk_help", "desk_first_password", "desk_long_acts",
    "desk_security", "desk_factor", "desk_factor_ask", "desk_sessions_end", "desk_roles",
}  # fmt: skip
"""What every signed-in member of staff may open: the own home, password and address of the channel, signing out, help,
and a search and a bell that find nothing for whoever may see nothing."""

FORGED = {
    "confirmed": "1",
    "act": "stop",
    "note": "Vào nhầm",
    "text": "Vào nhầm",
    "name": "Vào nhầm",
    "reason-0-what": "Vào nhầm",
    "reason-0-why": "Vào nhầm",
    "q": "Nguyễn Văn An",
    "viec": "confirm",
    "id_number": "",
    "action": "delete_selected",
    "post": "yes",
    "_selected_action": "1",
}


@pytest.fixture(autouse=True)
def bare_pages():
    with without_frame():
        yield


@pytest.fixture
def world(centre, procedure):
    return World(centre, procedure)


def every_answer(client, world, method: str):
    """Yield (address, name, response) of every address, asked with `method` and plausible data."""
    data = FORGED | {"pk": str(world.dossier.pk), "ngay": str(world.day.pk), "_selected_action": str(world.day.pk)}
    for address, name in addresses(world):
        if name == "logout":
            continue
        yield address, name, getattr(client, method)(address, data if method == "post" else {})


def test_the_walk_is_long_enough_to_mean_something(world):
    found = dict((name, address) for address, name in addresses(world))
    assert len(found) > 120
    for name in ("dossiers_dossier_act", "dossiers_receipt_print", "dossiers_intake_person", "autocomplete"):
        assert name in found


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_is_led_to_the_sign_in_page_from_everywhere(client, world, method):
    before = everything(world.centre)
    for address, name, response in every_answer(client, world, method):
        if name in WITHOUT_LOGIN:
            continue
        assert response.status_code in {302, 403, 404, 405}, (address, response.status_code)
        if response.status_code == 302:
            assert "/admin/login/" in response["Location"], (address, response["Location"])
    assert everything(world.centre) == before


def test_no_form_of_the_desk_breaks_when_nothing_or_nonsense_is_sent(client, world):
    client.force_login(User.objects.create_superuser("goc", password="x"))
    for address, name in addresses(world):
        if name == "logout":
            continue
        for data in ({}, {"q": "\x00", "pk": "-1", "ngay": "1,,x", "agency": "x", "unit": "x", "date": "32/13/2026"}):
            assert client.post(address, data).status_code < 500, (address, data)
            assert client.get(address, data).status_code < 500, (address, data)


def test_an_id_larger_than_any_row_is_left_out(client, centre, procedure):
    dossier = factories.dossier(centre, procedure)
    client.force_login(User.objects.create_superuser("goc", password="x"))
    huge = "9" * 30
    data = {"act": "assign", "confirmed": "1", "handler": centre.handler.pk, "pk": [huge, dossier.pk]}
    assert client.post(reverse("admin:dossiers_dossier_bulk"), data).status_code == 302
    dossier.refresh_from_db()
    assert dossier.state == "assigned"
    assert client.get(reverse("admin:dossiers_calendar_effect"), {"ngay": huge}).status_code == 302


def test_a_member_of_the_public_with_an_account_is_no_member_of_staff(client, world):
    client.force_login(User.objects.create_user("dan", password="x"))
    for address, name, response in every_answer(client, world, "get"):
        if name not in WITHOUT_LOGIN:
            assert response.status_code == 302, (address, response.status_code)
            assert "/admin/login/" in response["Location"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_staff_without_role_and_agency_find_every_door_shut(client, world, method):
    client.force_login(User.objects.create_user("moi", password="x", is_staff=True))
    before = everything(world.centre)
    for address, name, response in every_answer(client, world, method):
        if name not in HARMLESS:
            assert response.status_code in REFUSED, (address, response.status_code)
    assert everything(world.centre) == before


@pytest.mark.parametrize("role", ["clerk", "leader", "administrator"])
def test_the_receipt_and_its_paper_open_only_at_home(client, world, elsewhere, role):
    pytest.importorskip("typst")
    paper = world.print_receipt()
    for address in (
        reverse("admin:dossiers_receipt_print", args=[world.receipt.pk]),
        reverse("admin:dossiers_paper", args=[paper.pk]),
        reverse("admin:dossiers_dossier_file", args=[world.dossier.pk, world.attachment.pk]),
    ):
        client.force_login(getattr(elsewhere, role))
        assert client.get(address).status_code in {403, 404}, address
    client.force_login(world.centre.clerk)
    assert client.get(reverse("admin:dossiers_paper", args=[paper.pk])).status_code == 200


@pytest.mark.parametrize("role", ["clerk", "handler", "leader", "supervisor", "editor", "administrator"])
def test_an_act_needs_its_permission(client, centre, procedure, role):
    user = getattr(centre, role)
    client.force_login(user)
    for act in ACTS.values():
        dossier = factories.in_state(sorted(act.sources)[0], centre, procedure)
        if user.has_perm(f"dossiers.{act.permission}"):
            continue
        data = FORGED | {"version": dossier.version, "handler": centre.handler.pk, "amount": "1000"}
        response = client.post(reverse("admin:dossiers_dossier_act", args=[dossier.pk, act.name]), data)
        assert response.status_code in {403, 404, 409, 422}, (act.name, response.status_code)
        state = dossier.state
        dossier.refresh_from_db()
        assert dossier.state == state, act.name


def test_bulk_acts_leave_foreign_dossiers_alone(client, world, elsewhere, procedure):
    own = factories.dossier(elsewhere, procedure)
    foreign = factories.dossier(world.centre, procedure)
    client.force_login(elsewhere.leader)
    data = {"act": "assign", "confirmed": "1", "handler": elsewhere.handler.pk, "pk": [own.pk, foreign.pk]}
    client.post(reverse("admin:dossiers_dossier_bulk"), data)
    own.refresh_from_db()
    foreign.refresh_from_db()
    assert (own.state, foreign.state) == ("assigned", "accepted")


def test_the_recall_by_id_is_for_the_counter_only(client, world, elsewhere):
    address = reverse("admin:dossiers_intake_person")
    for user, status in ((elsewhere.handler, 403), (elsewhere.editor, 403), (elsewhere.administrator, 403)):
        client.force_login(user)
        response = client.post(address, {"id_number": people.AN.id_number})
        assert response.status_code == status
        assert "Nguyễn" not in words_of(response)


@pytest.mark.parametrize(
    ("model", "field", "shown", "hidden"),
    [
        ("membership", "user", "clerk-H24.31", "clerk-H80.05"),
        ("membership", "agency", "Sơn Động", "Cần Giuộc"),
        ("agency", "parent", "Sơn Động", "Cần Giuộc"),
    ],
)
def test_autocompletes_offer_only_what_is_ones_own(client, centre, elsewhere, model, field, shown, hidden):
    client.force_login(elsewhere.administrator)
    query = {"app_label": "dossiers", "model_name": model, "field_name": field, "term": ""}
    response = client.get(reverse("admin:autocomplete"), query)
    assert response.status_code == 200
    said = response.json()["results"]
    assert any(shown in row["text"] for row in said)
    assert not any(hidden in row["text"] for row in said)


def test_the_boxes_of_the_desk_offer_only_own_rooms_and_people(client, centre, elsewhere, procedure):
    dossier = factories.dossier(elsewhere, procedure)
    client.force_login(elsewhere.leader)
    page = client.get(reverse("admin:dossiers_dossier_change", args=[dossier.pk])).content.decode()
    assert "handler-H24.31" in page
    assert "handler-H80.05" not in page
    data = {"version": dossier.version, "handler": centre.handler.pk, "unit": centre.land.pk}
    answer = client.post(reverse("admin:dossiers_dossier_act", args=[dossier.pk, "assign"]), data)
    assert answer.status_code == 422


def test_opening_a_dossier_is_written_down(client, world):
    client.force_login(world.centre.clerk)
    client.get(reverse("admin:dossiers_dossier_change", args=[world.dossier.pk]))
    assert world.dossier.personal_data_reads.filter(user=world.centre.clerk).exists()
    client.force_login(world.centre.supervisor)
    page = words_of(client.get(reverse("admin:dossiers_dossier_change", args=[world.dossier.pk])))
    assert people.AN.id_number not in page


def test_names_and_numbers_never_stand_in_an_address(client, world):
    client.force_login(world.centre.clerk)
    for typed in ("nguyen van an", "080085001234", "0912345678"):
        answer = client.post(reverse("admin:dossiers_dossier_search"), {"q": typed})
        assert answer.status_code == 302
        assert typed.split()[0] not in answer["Location"]
        assert world.dossier.code in words_of(client.get(answer["Location"]))
    answer = client.post(reverse("admin:dossiers_dossier_search"), {"q": world.dossier.code})
    assert answer["Location"] == reverse("admin:dossiers_dossier_change", args=[world.dossier.pk])
    answer = client.post(reverse("admin:dossiers_dossier_search"), {"q": "H80.05-20261116-9999999"})
    assert answer["Location"].endswith("?q=H80.05-20261116-9999999")
    assert client.get(reverse("admin:dossiers_dossier_changelist"), {"s": "v1.giả.mạo"}).status_code == 200
