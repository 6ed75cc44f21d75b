"""A neighbour system that is old, careless and late: nothing lost, doubled, moved back or refused whole for a part."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from dossiers.models import CalendarException, Dossier, DossierEvent
from dossiers.states import State
from portal.api.models import ApiClient
from tests.people import MONDAY
from tests.portal.api.test_door import CODE, NOW, api, body, event

ACCEPTED_AT = MONDAY + dt.timedelta(hours=3)


@pytest.fixture(autouse=True)
def on_wednesday(db):
    # A calendar nobody decided is a warning of its own.
    CalendarException.objects.create(date=dt.date(2026, 9, 2), kind="off", name="Quốc khánh", confirmed_at=MONDAY)
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def door(centre, procedure):
    return api(centre.agency, ApiClient.Scope.WRITE)


def warned(answer) -> dict[str, str]:
    return {each["field"]: each["detail"] for each in answer.json()["warnings"]}


def kinds() -> list[str]:
    return list(Dossier.objects.get().events.values_list("kind", flat=True))


# --- Only submitted, accepted later ---


def test_a_dossier_that_is_only_submitted_waits_and_is_accepted_by_an_event(door):
    answer = door("put", CODE, body(state="submitted", channel="online"))
    assert answer.status_code == 201 and answer.json()["state"] == "submitted"
    dossier = Dossier.objects.get()
    assert (dossier.received_at, dossier.due_at, dossier.submitted_at) == (None, None, MONDAY)
    assert kinds() == [DossierEvent.Kind.SUBMITTED]
    assert door("post", f"{CODE}/events", event("a", "accepted", ACCEPTED_AT)).status_code == 201
    dossier.refresh_from_db()
    assert dossier.state == State.ACCEPTED and dossier.received_at == ACCEPTED_AT and dossier.due_at
    assert kinds() == [DossierEvent.Kind.SUBMITTED, DossierEvent.Kind.ACCEPTED]


def test_the_same_submission_every_night_changes_nothing_before_or_after_it_was_accepted(door):
    for _night in range(3):
        assert door("put", CODE, body(state="submitted")).status_code in {200, 201}
    door("post", f"{CODE}/events", event("a", "accepted", ACCEPTED_AT))
    door("put", CODE, body(state="submitted"))
    assert kinds() == [DossierEvent.Kind.SUBMITTED, DossierEvent.Kind.ACCEPTED]
    assert Dossier.objects.get().state == State.ACCEPTED


def test_a_put_that_says_accepted_accepts_a_waiting_dossier_once(door):
    door("put", CODE, body(state="submitted"))
    for _night in range(2):
        assert door("put", CODE, body(state="accepted", received_at=ACCEPTED_AT.isoformat())).status_code == 200
    assert Dossier.objects.get().received_at == ACCEPTED_AT
    assert kinds() == [DossierEvent.Kind.SUBMITTED, DossierEvent.Kind.ACCEPTED]


def test_a_put_without_a_state_leaves_a_waiting_dossier_waiting(door):
    door("put", CODE, body(state="submitted"))
    assert door("put", CODE, body()).json()["state"] == "submitted"


@pytest.mark.parametrize("reached", ["accepted", "assigned", "appraising", "signing", "supplement_requested"])
@pytest.mark.parametrize("told", ["submitted", "accepted"])
def test_a_later_event_never_moves_an_accepted_dossier_back(door, reached, told):
    reasons = [{"what": "Nộp bản gốc", "why": "Thiếu"}]
    door("put", CODE, body())
    door("post", f"{CODE}/events", event("a", reached, MONDAY + dt.timedelta(hours=1), reasons=reasons))
    answer = door("post", f"{CODE}/events", event("b", told, MONDAY + dt.timedelta(hours=2)))
    assert answer.status_code == 201
    if (reached, told) == ("supplement_requested", "accepted"):
        return  # supplied: on it goes
    assert Dossier.objects.get().state == reached
    assert answer.json()["kind"] == DossierEvent.Kind.LATE_REPORT
    assert "lịch sử" in warned(answer)["state"]


# --- One dirty part does not keep a dossier out ---


@pytest.mark.parametrize(
    "phone", ["(064) 385 6789", "0912345678 / 0987654321", "không có", "12", "0" * 200, "²³", "chưa rõ"]
)
def test_a_dirty_phone_is_left_empty_with_a_warning(door, phone):
    answer = door("put", CODE, body(applicant={"full_name": "Nguyễn Văn An", "phone": phone}))
    assert answer.status_code == 201, answer.content
    assert Dossier.objects.get().owner.phone == ""
    assert list(warned(answer)) == ["applicant.phone"] and "để trống" in warned(answer)["applicant.phone"]


def test_every_dirty_optional_fact_is_left_empty_and_each_is_named(door):
    dirty = {
        "full_name": "Nguyễn Văn An",
        "phone": "không có",
        "email": "không có",
        "id_number": "12345",
        "address": "Ấp " * 400,
    }
    answer = door("put", CODE, body(applicant=dirty, submitter={"full_name": "Trần Thị Bình", "phone": "01"}))
    assert answer.status_code == 201, answer.content
    assert set(warned(answer)) == {
        "applicant.phone",
        "applicant.email",
        "applicant.id_number",
        "applicant.address",
        "submitter.phone",
    }
    dossier = Dossier.objects.get()
    assert (dossier.owner.phone, dossier.owner.email, dossier.owner.id_number) == ("", "", "")
    assert dossier.submitter.full_name == "Trần Thị Bình"


def test_null_is_as_absent_everywhere(door):
    person = {"full_name": "Nguyễn Văn An", "kind": None, "phone": None, "email": None, "id_number": None}
    nothing = dict.fromkeys(["submitter", "due_at", "channel", "papers", "receipt_number", "state"])
    answer = door("put", CODE, body(applicant={**person, "tax_code": None, "address": None}, **nothing))
    assert answer.status_code == 201, answer.content
    assert answer.json()["warnings"] == []
    step = event("a", "assigned", ACCEPTED_AT, note=None, due_at=None, unit=None, reasons=None)
    assert door("post", f"{CODE}/events", step).status_code == 201


def test_what_must_be_there_is_still_asked_for(door):
    answer = door("put", CODE, body(applicant={"full_name": None}))
    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == ["applicant.full_name"]


@pytest.mark.parametrize(
    "code", ["1.004441.000.00.00.H80", "1.004441.000.00.00.H80.05", " 1.004441 ", "1004441", "1,004441"]
)
def test_a_procedure_code_with_the_suffix_of_a_local_portal_is_that_procedure(door, code):
    answer = door("put", CODE, body(procedure_code=code))
    assert answer.status_code == 201, answer.content
    assert answer.json()["procedure_code"] == "1.004441"


def test_unknown_fields_and_units_are_named(door):
    sent = body(fax="x", applicant={"full_name": "An Văn", "fone": "0912345678"}, papers=[{"name": "Đơn", "kind": 1}])
    answer = door("put", CODE, sent)
    assert answer.status_code == 201
    assert set(warned(answer)) == {"fax", "applicant.fone", "papers[0].kind"}
    step = event(
        "a", "assigned", ACCEPTED_AT, unit="phong-la", nguoi="x", reasons=[{"what": "a", "why": "b", "who": 1}]
    )
    answer = door("post", f"{CODE}/events", step)
    assert answer.status_code == 201
    assert set(warned(answer)) == {"unit", "nguoi", "reasons[0].who"}
    assert "phong-la" in warned(answer)["unit"]
    assert Dossier.objects.get().unit is None


# --- Dates against each other ---


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"due_at": (MONDAY - dt.timedelta(days=1)).isoformat()}, "due_at"),
        ({"due_at": "9999-12-31T23:59:59+07:00"}, "due_at"),
        ({"due_at": "2201-01-01T08:00:00+07:00"}, "due_at"),
        ({"due_at": "0001-01-01T00:00:00+14:00"}, "due_at"),
        ({"received_at": "0001-01-01T00:00:00+14:00"}, "received_at"),
        ({"received_at": "1901-01-01T00:00:00+07:00"}, "received_at"),
        ({"received_at": "9999-12-31T23:59:59-11:00"}, "received_at"),
    ],
)
def test_dates_of_a_dossier_must_agree(door, changes, field):
    for state in ("accepted", "submitted"):
        answer = door("put", CODE, body(state=state, **changes))
        assert answer.status_code == 400, answer.content
        assert [each["field"] for each in answer.json()["errors"]] == [field]
    assert not Dossier.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"due_at": MONDAY.isoformat()}, "due_at"),
        ({"due_at": "9999-12-31T23:59:59+07:00"}, "due_at"),
        ({"due_at": "1989-12-31T23:59:59+07:00"}, "due_at"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "at"),
        ({"at": "9999-12-31T23:59:59-11:00"}, "at"),
    ],
)
def test_dates_of_an_event_must_agree(door, changes, field):
    door("put", CODE, body())
    answer = door("post", f"{CODE}/events", {**event("a", "assigned", ACCEPTED_AT), **changes})
    assert answer.status_code == 400, answer.content
    assert [each["field"] for each in answer.json()["errors"]] == [field]


def test_an_event_from_before_the_dossier_is_kept_in_the_history_and_named(door):
    door("put", CODE, body())
    answer = door("post", f"{CODE}/events", event("a", "assigned", MONDAY - dt.timedelta(days=3)))
    assert answer.status_code == 201 and "trước" in warned(answer)["at"]
    assert Dossier.objects.get().state == State.ACCEPTED


# --- Every refusal is a problem document ---


@pytest.mark.parametrize(
    ("method", "path", "sent", "kind", "status"),
    [
        ("get", "/api/", None, None, 404),
        ("get", "/api/v1/", None, None, 404),
        ("get", "/api/v2/dossiers/x", None, None, 404),
        ("post", "/api/v1/khong-co/", b"{}", "application/json", 404),
        ("get", "/api/v1/dossiers/%00", None, None, 404),
        ("delete", f"/api/v1/dossiers/{CODE}", b"", "application/json", 405),
        ("post", f"/api/v1/dossiers/{CODE}", b"{}", "application/json", 405),
        ("post", "/api/schema/", b"{}", "application/json", 405),
        ("put", f"/api/v1/dossiers/{CODE}", b"<a/>", "text/xml", 415),
        ("put", f"/api/v1/dossiers/{CODE}", b"{", "application/json", 400),
        ("put", f"/api/v1/dossiers/{CODE}", b'{"a": "\xff\xfe"}', "application/json", 400),
        ("put", f"/api/v1/dossiers/{CODE}", b'{"agency_code": "\\ud800"}', "application/json", 400),
        ("put", f"/api/v1/dossiers/{CODE}", b'{"channel": "\\uDFFF"}', "application/json", 400),
        ("put", f"/api/v1/dossiers/{CODE}", b"[" * 200_000, "application/json", 400),
        ("put", f"/api/v1/dossiers/{CODE}", b'{"a":' * 100_000 + b"1", "application/json", 400),
        ("put", f"/api/v1/dossiers/{CODE}", b'{"due_at": ' + b"9" * 5000 + b"}", "application/json", 400),
        ("put", f"/api/v1/dossiers/{CODE}", b'{"papers": [{"name": "a", "copies": 1e999}]}', "application/json", 400),
        ("put", f"/api/v1/dossiers/{CODE}", b"{}", "application/json; charset=zip", 415),
        ("put", f"/api/v1/dossiers/{CODE}", b"{}", "application/json; charset=khong-co", 415),
        ("put", f"/api/v1/dossiers/{CODE}", b"{}", "application/json; charset=utf-16", 415),
        ("put", f"/api/v1/dossiers/{CODE}", b" " * 6_000_000, "application/json", 413),
    ],
    ids=lambda value: None if isinstance(value, str | int) else str(value)[:20],
)
def test_every_refusal_under_api_is_a_problem_document(door, method, path, sent, kind, status):
    given = {} if kind is None else {"data": sent, "content_type": kind}
    answer = getattr(Client(), method)(path, headers={"Authorization": f"Api-Key {door.key}"}, **given)
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"].startswith("application/problem+json")
    problem = answer.json()
    assert problem["status"] == status and problem["title"] and problem["detail"]


def test_a_foreign_host_is_refused_by_a_problem_document_too(door, settings):
    settings.ALLOWED_HOSTS = ["motcua.example.vn"]
    answer = Client(headers={"Host": "la.example.org"}).get(f"/api/v1/dossiers/{CODE}")
    assert answer.status_code == 400 and answer.json()["status"] == 400
