"""The door for the existing one-stop software: repeatable, order-proof, scoped, and honest about what is wrong."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from dossiers.models import Dossier, DossierEvent, WeekPattern
from dossiers.states import State
from portal.api import keys
from portal.api.models import ApiClient
from tests import factories, people
from tests.people import MONDAY

CODE = "H80.05-20261116-0000042"
NOW = MONDAY + dt.timedelta(days=2)


@pytest.fixture(autouse=True)
def on_wednesday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def door(centre):
    return api(centre.agency, ApiClient.Scope.WRITE)


def api(agency, scope, name="Một cửa điện tử"):
    """Return a function that calls the API with a new key of the agency."""
    _, key = keys.create_client(name=name, agency=agency, scope=scope)

    def call(method, path, data=None):
        return getattr(Client(), method)(
            f"/api/v1/dossiers/{path}",
            data,
            content_type="application/json",
            headers={"Authorization": f"Api-Key {key}"},
        )

    call.key = key
    return call


def body(**changes):
    return {
        "procedure_code": "1.004441",
        "agency_code": "H80.05",
        "applicant": {
            "kind": "person",
            "full_name": "Nguyễn Văn An",
            "phone": "0912 345 678",
            "id_number": "080085001234",
        },
        "received_at": MONDAY.isoformat(),
        "papers": [{"name": "Đơn đăng ký", "originals": 1}, "Bản sao giấy chứng nhận"],
        **changes,
    }


def event(id_, state, at, **more):
    return {"id": id_, "state": state, "at": at.isoformat(), **more}


def test_a_pushed_dossier_is_as_one_received_at_the_counter(door, centre, procedure):
    answer = door("put", CODE, body())
    assert answer.status_code == 201, answer.content
    pushed = Dossier.objects.get(code=CODE)
    counter = factories.dossier(centre, procedure, person=people.BINH)
    for name in ("state", "agency_name", "procedure_name", "due_at", "clock_open", "limit_amount"):
        assert getattr(pushed, name) == getattr(counter, name), name
    assert [e.kind for e in pushed.events.all()] == [e.kind for e in counter.events.all()]
    assert pushed.owner.phone == "+84912345678"
    assert pushed.papers.count() == 2
    assert answer.json()["public_url"].endswith(f"/h/{pushed.token}/")


def test_a_date_that_cannot_be_counted_at_the_acceptance_is_said_by_field(door, procedure):
    assert door("put", CODE, body(state="submitted")).status_code == 201
    WeekPattern.objects.all().delete()
    answer = door("put", CODE, body(state="accepted"))
    assert answer.status_code == 400 and answer.json()["errors"][0]["field"] == "due_at"
    assert Dossier.objects.get(code=CODE).state == State.SUBMITTED


def test_the_same_push_again_is_one_dossier_and_no_new_history(door, procedure):
    assert door("put", CODE, body()).status_code == 201
    assert door("put", CODE.lower(), body()).status_code == 200
    assert Dossier.objects.count() == 1
    assert DossierEvent.objects.count() == 1


def test_a_due_date_sent_by_the_other_system_stands(door, procedure):
    due = MONDAY + dt.timedelta(days=30)
    door("put", CODE, body(due_at=due.isoformat()))
    assert Dossier.objects.get().due_at == due
    later = due + dt.timedelta(days=1)
    door("put", CODE, body(due_at=later.isoformat()))
    dossier = Dossier.objects.get()
    assert dossier.due_at == later
    assert dossier.promised_at == due
    assert dossier.events.last().kind == DossierEvent.Kind.DUE_MOVED


def test_the_same_event_id_twice_is_one_event(door, procedure):
    door("put", CODE, body())
    step = event("e1", "assigned", MONDAY + dt.timedelta(hours=1))
    assert door("post", f"{CODE}/events", step).status_code == 201
    assert door("post", f"{CODE}/events", step).status_code == 200
    assert Dossier.objects.get().events.filter(external_id="e1").count() == 1


def test_disorder_never_moves_the_state_back(door, procedure):
    door("put", CODE, body())
    steps = [
        event("e3", "signing", MONDAY + dt.timedelta(hours=3)),
        event("e1", "assigned", MONDAY + dt.timedelta(hours=1)),
        event("e2", "appraising", MONDAY + dt.timedelta(hours=2)),
    ]
    for step in steps:
        assert door("post", f"{CODE}/events", step).status_code == 201
    dossier = Dossier.objects.get()
    assert dossier.state == State.SIGNING
    assert dossier.events.count() == 4, "late reports stay in the history"
    assert list(dossier.events.values_list("external_id", flat=True)) == ["", "e1", "e2", "e3"], "told in order of time"


def test_a_later_event_that_would_lead_back_from_the_end_is_only_history(door, procedure):
    door("put", CODE, body())
    door("post", f"{CODE}/events", event("e9", "result_returned", MONDAY + dt.timedelta(hours=3)))
    door("post", f"{CODE}/events", event("e10", "appraising", MONDAY + dt.timedelta(hours=4)))
    assert Dossier.objects.get().state == State.RESULT_RETURNED


def test_a_supplement_pauses_and_its_end_resumes_the_clock(door, procedure):
    door("put", CODE, body())
    before = Dossier.objects.get().due_at
    reasons = [{"paper": "Trích đo", "what": "Nộp bản có xác nhận", "why": "Thiếu dấu"}]
    asked = event("e1", "supplement_requested", MONDAY + dt.timedelta(hours=1), reasons=reasons)
    assert door("post", f"{CODE}/events", asked).status_code == 201
    assert not Dossier.objects.get().clock_open
    door("post", f"{CODE}/events", event("e2", "appraising", MONDAY + dt.timedelta(days=1, hours=1)))
    dossier = Dossier.objects.get()
    assert dossier.clock_open
    assert dossier.due_at == before + dt.timedelta(days=1)


@pytest.mark.parametrize("state", ["supplement_requested", "refused", "stopped"])
def test_what_sends_a_citizen_back_needs_its_reasons(door, procedure, state):
    door("put", CODE, body())
    answer = door("post", f"{CODE}/events", event("e1", state, MONDAY))
    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("application/problem+json")
    assert answer.json()["errors"][0]["field"] == "reasons"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"received_at": "2026-11-16T08:30:00"}, "received_at"),
        ({"received_at": "hôm qua"}, "received_at"),
        ({"received_at": "2027-01-01T00:00:00+07:00"}, "received_at"),
        ({"procedure_code": "9.999999"}, "procedure_code"),
        ({"applicant": {"full_name": ""}}, "applicant.full_name"),
        ({"applicant": {"full_name": "12", "phone": "12"}}, "applicant.full_name"),
        ({"applicant": None}, "applicant"),
        ({"papers": [{"name": "Đơn"}] * 201}, "papers"),
    ],
)
def test_bad_data_is_named_by_field_and_nothing_is_written(door, procedure, changes, field):
    answer = door("put", CODE, body(**changes))
    assert answer.status_code == 400, answer.content
    problem = answer.json()
    assert problem["status"] == 400
    assert field in [error["field"] for error in problem["errors"]]
    assert not Dossier.objects.exists()


def test_another_agency_can_neither_see_nor_take_a_code(door, elsewhere, procedure):
    door("put", CODE, body())
    other = api(elsewhere.agency, ApiClient.Scope.WRITE)
    assert other("get", CODE).status_code == 404
    assert other("post", f"{CODE}/events", event("e1", "assigned", MONDAY)).status_code == 404
    assert other("put", CODE, body()).status_code == 403
    assert other("put", CODE, body(agency_code="H24.31")).status_code == 409


def test_a_province_key_covers_the_agencies_below_it(door, centre, elsewhere, procedure):
    door("put", CODE, body())
    centre.agency.parent = elsewhere.agency
    centre.agency.save()
    above = api(elsewhere.agency, ApiClient.Scope.READ)
    assert above("get", CODE).status_code == 200
    assert above("put", CODE, body()).status_code == 403, "read scope"


def test_keys_are_refused_when_wrong_altered_withdrawn_or_missing(door, procedure):
    assert Client().get(f"/api/v1/dossiers/{CODE}").status_code == 401
    for wrong in ("x", "Api-Key", "Api-Key x.y", f"Api-Key {door.key}x", f"Bearer {door.key}"):
        answer = Client().get(f"/api/v1/dossiers/{CODE}", headers={"Authorization": wrong})
        assert answer.status_code == 401, wrong
        assert answer.json()["status"] == 401
    ApiClient.objects.update(active=False)
    assert door("get", CODE).status_code == 401


def test_only_the_hash_of_a_key_is_kept(door):
    row = ApiClient.objects.get()
    assert door.key not in str(vars(row))
    assert row.key_hash == keys.digest(door.key)


def test_the_answer_carries_no_personal_data(door, procedure):
    text = door("put", CODE, body()).content.decode()
    for secret in ("0912345678", "84912345678", "080085001234", "Nguyễn Văn An"):
        assert secret not in text


def test_the_schema_is_served_with_examples(client, db):
    text = client.get("/api/schema/?format=json").content.decode()
    assert "/api/v1/dossiers/{code}/events" in text
    assert "Hồ sơ đất đai nhận tại quầy" in text
