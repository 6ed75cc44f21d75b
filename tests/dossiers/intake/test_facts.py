"""A person's facts belong to those who recorded them: no key, clerk or agency rewrites what another stated."""

import dataclasses
import datetime as dt
import json
from importlib import import_module
from types import SimpleNamespace

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.test import Client

from dossiers.intake import people as register
from dossiers.intake.counter import Intake, Item, receive
from dossiers.intake.people import PersonData
from dossiers.models import Applicant, Dossier, LegalRule, PersonalDataRead, Receipt
from dossiers.papers import issuing, receipts
from portal.api import keys
from portal.api.models import ApiClient
from tests import factories
from tests.dossiers.printed_forms.printed_paper import words
from tests.people import AN, BINH, MONDAY

FIRM = PersonData(full_name="Công ty TNHH Vĩnh Phát", kind="enterprise", id_number="0100109106", phone="0912000111")


def pusher(centre):
    """Return a call that PUTs a dossier with a write key of the centre."""
    _, key = keys.create_client(name="Một cửa", agency=centre.agency, scope=ApiClient.Scope.WRITE)

    def put(code, **body):
        document = {
            "procedure_code": "1.004441",
            "agency_code": centre.agency.code,
            "applicant": {"full_name": AN.full_name, "id_number": AN.id_number, "phone": AN.phone},
            "received_at": MONDAY.isoformat(),
            **body,
        }
        with time_machine.travel(MONDAY + dt.timedelta(hours=2), tick=False):
            return Client(raise_request_exception=False).put(
                f"/api/v1/dossiers/{code}",
                json.dumps(document),
                content_type="application/json",
                headers={"Authorization": f"Api-Key {key}"},
            )

    return put


def opens(client, dossier, **second) -> bool:
    page = client.post("/tra-cuu/", {"number": dossier.code, **second})
    return page.status_code == 200 and dossier.owner_name in page.content.decode()


@pytest.mark.parametrize("door", ["key", "counter"])
def test_no_agency_rewrites_the_second_fact_of_another(client, centre, elsewhere, procedure, door):
    hers = factories.dossier(centre, procedure)
    if door == "key":
        body = {"full_name": "Kẻ Khác", "id_number": AN.id_number, "phone": "0909999999"}
        assert pusher(elsewhere)("H24.31-20261116-0000001", applicant=body).status_code == 201
    else:
        factories.dossier(elsewhere, procedure, person=dataclasses.replace(AN, phone="0909999999"))
    assert not opens(client, hers, phone="0909999999")
    assert opens(client, hers, phone="0912345678"), "her own still opens it"
    assert "Kẻ Khác" not in client.post("/tra-cuu/", {"number": hers.code, "phone": "0912345678"}).content.decode()


def test_a_correction_in_the_same_agency_leaves_older_dossiers_as_they_were(client, centre, procedure):
    older = factories.dossier(centre, procedure)
    factories.dossier(centre, procedure, person=dataclasses.replace(AN, phone="0909999999"))
    assert opens(client, older, phone="0912345678") and not opens(client, older, phone="0909999999")


def test_an_applicants_row_is_written_once(centre, procedure):
    row = factories.dossier(centre, procedure).owner
    row.phone = "+84909999999"
    with pytest.raises(TypeError, match="further row"):
        row.save()


@pytest.mark.parametrize("number", [{}, {"id_number": AN.id_number}])
def test_the_same_put_again_is_no_change_at_all(centre, procedure, number):
    put = pusher(centre)
    body = {
        "receipt_number": "BN-2026-00123",
        "applicant": {"kind": "person", "full_name": "Nguyễn Văn An", "phone": "0912345678", **number},
        "due_at": "2026-11-23T17:00:00+07:00",
        "papers": [{"name": "Đơn đăng ký", "originals": 1}],
    }
    assert put("H80.05-20261116-0000042", **body).status_code == 201
    before = Dossier.objects.values().get()
    for _ in range(3):
        assert put("H80.05-20261116-0000042", **body).status_code == 200
    dossier = Dossier.objects.get()
    assert Dossier.objects.values().get() == before
    assert (Applicant.objects.count(), dossier.events.count(), Receipt.objects.count()) == (1, 1, 1)


def test_a_put_that_corrects_a_phone_is_one_correction_and_says_so(centre, procedure):
    put = pusher(centre)
    put("H80.05-20261116-0000042")
    changed = {"full_name": AN.full_name, "id_number": AN.id_number, "phone": "0909999999"}
    for _ in range(2):
        put("H80.05-20261116-0000042", applicant=changed)
    dossier = Dossier.objects.get()
    assert dossier.owner.phone == "+84909999999"
    assert dossier.events.filter(kind="details_corrected").count() == 1
    put("H80.05-20261116-0000042", applicant={"full_name": AN.full_name})
    dossier.refresh_from_db()
    assert dossier.owner.phone == "+84909999999", "what is left out is not taken away"


def test_a_key_uses_no_number_of_another_agency(centre, elsewhere, procedure):
    put = pusher(elsewhere)
    refused = put("H80.05-20261116-0000001")
    assert refused.status_code == 400 and refused.json()["errors"][0]["field"] == "code"
    assert factories.dossier(centre, procedure).code == "H80.05-20261116-0000001"
    assert put("MC-2026-77").status_code == 201, "a code of nobody's pattern is free"


def test_a_number_the_own_software_has_used_is_passed_over_at_the_counter(centre, procedure):
    assert pusher(centre)("H80.05-20261116-0000001").status_code == 201
    assert factories.dossier(centre, procedure).code == "H80.05-20261116-0000002"


def test_receipts_of_several_dossiers_and_of_equal_numbers_arrive(centre, elsewhere, procedure):
    put = pusher(centre)
    assert put("H80.05-20261116-0000001", receipt_number="BN-1").status_code == 201
    assert put("H80.05-20261116-0000002", receipt_number="BN-1").status_code == 201, "the same slip"
    assert Receipt.objects.get().dossiers.count() == 2
    other = {"full_name": BINH.full_name, "phone": BINH.phone}
    assert put("H80.05-20261116-0000003", receipt_number="BN-1", applicant=other).status_code == 201
    assert pusher(elsewhere)("H24.31-20261116-0000001", receipt_number="BN-1").status_code == 201
    assert Receipt.objects.count() == 3, "another person, another agency: slips of their own"


def test_the_counter_recalls_its_own_people_and_leaves_a_line(client, centre, elsewhere, procedure):
    factories.dossier(centre, procedure)

    def ask(clerk, number):
        client.force_login(clerk)
        return client.post("/admin/dossiers/dossier/add/nguoi-nop/", {"id_number": number})

    assert ask(elsewhere.clerk, AN.id_number).json() == {"known": False}
    assert ask(centre.clerk, AN.id_number[-6:]).json() == {"known": False}, "the full number only"
    assert not PersonalDataRead.objects.exists()
    assert ask(centre.clerk, "080 085 001 234").json()["phone"] == "0912 345 678"
    read = PersonalDataRead.objects.get()
    assert (read.user, read.applicant.full_name) == (centre.clerk, AN.full_name)
    for _ in range(register.RECALLS[0].most):
        last = ask(centre.clerk, AN.id_number)
    assert last.status_code == 429 and "phút" in last.json()["trouble"]


@pytest.mark.parametrize("value, known", [(0, False), (1, True), (2, True)])
def test_a_dated_rule_widens_the_recall_along_the_tree(centre, elsewhere, procedure, value, known):
    elsewhere.agency.parent = centre.agency
    elsewhere.agency.save()
    factories.dossier(elsewhere, procedure)
    LegalRule.objects.create(
        key="applicant-recall",
        title="Gọi lại",
        value=value,
        article="QĐ 1",
        agency=centre.agency,
        valid_from=MONDAY.date(),
    )
    found = register.recall(AN.id_number, by=centre.clerk, agency=centre.agency, now=MONDAY)
    assert bool(found) is known
    early = MONDAY - dt.timedelta(days=2)
    assert register.recall(AN.id_number, by=centre.clerk, agency=centre.agency, now=early) is None


def test_an_enterprise_has_a_representative_in_the_api_on_the_page_and_on_papers(client, centre, procedure):
    body = {"kind": "enterprise", "full_name": FIRM.full_name, "tax_code": FIRM.id_number}
    acting = {"full_name": "Lê Thị Hoa", "id_number": "080185001234", "position": "Giám đốc"}
    put = pusher(centre)
    assert put("MC-1", applicant=body, representative=acting).status_code == 201
    assert put("MC-1", applicant=body, representative=acting).status_code == 200
    dossier = Dossier.objects.get()
    assert dossier.events.count() == 1
    person = issuing.person_of(dossier.owner)
    assert person.representative_line == "Lê Thị Hoa, Giám đốc; CCCD/Hộ chiếu số 080185001234"
    assert person.signing_name == "Lê Thị Hoa"
    client.force_login(centre.clerk)
    page = client.get(f"/admin/dossiers/dossier/{dossier.pk}/change/").content.decode()
    assert "Lê Thị Hoa, Giám đốc" in page and "080185001234" in page
    wrong = put("MC-2", representative=acting)
    assert wrong.status_code == 201 and wrong.json()["warnings"][0]["field"] == "representative"
    bad = put("MC-3", applicant=body, representative={**acting, "id_number": "12"})
    assert bad.status_code == 201 and bad.json()["warnings"][0]["field"] == "representative.id_number"


def test_the_slip_of_who_files_for_an_enterprise_names_its_representative(centre, procedure):
    firm = dataclasses.replace(FIRM, representative="Lê Thị Hoa", representative_position="Giám đốc")
    filed = Intake(agency=centre.agency, submitter=AN, items=(Item(procedure=procedure, owner=firm),))
    receipt = receive(filed, by=centre.clerk, now=MONDAY)
    paper = receipts.receipt_paper(receipt, by=centre.clerk, now=MONDAY)
    with paper.file.open() as file:
        said = " ".join(words(file.read()).split())
    assert "Công ty TNHH Vĩnh Phát (người đại diện: Lê Thị Hoa, Giám đốc)" in said


def test_an_enterprise_has_a_representative_at_the_counter(client, centre, procedure):
    client.force_login(centre.clerk)
    form = {
        "key": "k1",
        "kind": "enterprise",
        "id_number": FIRM.id_number,
        "full_name": FIRM.full_name,
        "representative": "Lê Thị Hoa",
        "representative_id": "080185001234",
        "representative_position": "Giám đốc",
        "item-0-procedure": procedure.code,
        "item-0-all": "on",
    }
    with time_machine.travel(MONDAY, tick=False):
        page = client.post("/admin/dossiers/dossier/add/", {**form, "representative_id": "12"})
        assert page.status_code == 422 and "Lê Thị Hoa" in page.content.decode()
        assert client.post("/admin/dossiers/dossier/add/", form).status_code == 302
    owner = Dossier.objects.get().owner
    assert (owner.representative, owner.representative_id) == ("Lê Thị Hoa", "080185001234")
    assert owner.representative_position == "Giám đốc"
    with connection.cursor() as cursor:
        cursor.execute("SELECT representative_id FROM dossiers_applicant")
        assert "080185001234" not in cursor.fetchone()[0]


def test_rows_that_agencies_shared_are_taken_apart(centre, elsewhere, procedure):
    here, there = factories.dossier(centre, procedure), factories.dossier(elsewhere, procedure)
    alone = Applicant.objects.create(full_name="Không Hồ Sơ")
    shared = here.owner
    Dossier.objects.update(owner=shared, submitter=shared)
    Receipt.objects.update(submitter=shared)
    Applicant.objects.update(agency=None)
    split = import_module("dossiers.migrations.0010_registers_apart").keep_apart
    for _ in range(2):
        split(apps, SimpleNamespace(connection=connection))
    for dossier, owner in ((here, centre), (there, elsewhere)):
        dossier.refresh_from_db()
        assert dossier.owner.agency == owner.agency == dossier.submitter.agency == dossier.receipt.submitter.agency
        assert (dossier.owner.phone, dossier.owner.id_number) == ("+84912345678", AN.id_number)
    assert here.owner_id != there.owner_id
    assert Applicant.objects.with_id(AN.id_number).count() == 3, "the row nobody named any more stays nobody's"
    assert Applicant.objects.get(pk=alone.pk).agency is None


def test_the_intake_of_another_agency_does_not_hear_whose_a_number_is(centre, elsewhere, procedure):
    factories.dossier(centre, procedure)
    stranger = dataclasses.replace(BINH, id_number=AN.id_number)
    receipt = receive(
        Intake(agency=elsewhere.agency, submitter=stranger, items=(Item(procedure=procedure),)),
        by=elsewhere.clerk,
        now=MONDAY,
    )
    assert receipt.submitter.full_name == BINH.full_name
