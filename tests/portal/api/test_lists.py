"""Reading by other programs: no change is missed, pages join, figures agree, a key has its limit and can be changed."""

from __future__ import annotations

import datetime as dt
import threading
import time
from types import SimpleNamespace

import pytest
import time_machine
from django.db import connection, connections, transaction
from django.utils import timezone

from dossiers.models import Agency, Dossier, DossierResult
from dossiers.states import State
from dossiers.workflow import acts
from feedback.cases import intake as voice
from feedback.models import Kind
from portal.api import keys, problems
from portal.api.models import ApiClient, CodeTranslation
from portal.api.views import batch
from tests import factories
from tests.people import MONDAY
from tests.portal.api.test_callbacks import call
from tests.portal.api.test_door import CODE, api, body, event

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY + dt.timedelta(days=2), tick=False) as travel:
        yield travel


@pytest.fixture
def door(centre, clock):
    return api(centre.agency, ApiClient.Scope.WRITE)


def walk(door, **first):
    """Return the codes of all pages, and the cursor for the next time."""
    seen, asked = [], first
    while True:
        answer = call(door, "get", "dossiers", asked)
        assert answer.status_code == 200, answer.content
        page = answer.json()
        seen += [item["code"] for item in page["items"]]
        if not page["more"]:
            return seen, page["next_cursor"]
        asked = {"cursor": page["next_cursor"], "limit": first.get("limit", 200)}


def test_pages_join_without_gap_when_rows_share_a_time(door, centre, procedure, clock):
    made = [factories.dossier(centre, procedure, now=MONDAY) for _ in range(7)]
    Dossier.objects.update(updated_at=MONDAY)
    assert walk(door, limit=2)[0] == [each.code for each in made]
    clock.shift(5)
    seen, cursor = walk(door, limit=3)
    assert len(seen) == 7
    acts.do("assign", made[2], by=centre.leader, now=timezone.now(), handler=centre.handler, unit=centre.land)
    assert walk(door, cursor=cursor)[0] == [], "not settled yet"
    clock.shift(5)
    assert walk(door, cursor=cursor)[0] == [made[2].code]
    assert walk(door, updated_since=timezone.now().isoformat())[0] == []
    again = walk(door, updated_since=(MONDAY + dt.timedelta(days=1)).isoformat())
    assert again[0] == [made[2].code]


def test_a_step_reported_a_day_late_is_behind_the_cursor_too(door, procedure, clock):
    """What changed is when it was written here, not when the other system says it happened."""
    assert call(door, "put", f"dossiers/{CODE}", body()).status_code == 201
    clock.shift(5)
    seen, cursor = walk(door)
    assert seen == [CODE]
    yesterday = timezone.now() - dt.timedelta(days=1)
    assert call(door, "post", f"dossiers/{CODE}/events", event("mc-1", "assigned", yesterday)).status_code == 201
    clock.shift(5)
    assert walk(door, cursor=cursor)[0] == [CODE]
    assert Dossier.objects.get().state_changed_at == yesterday


def test_an_empty_first_page_gives_a_cursor_to_go_on_with(door, centre, procedure, clock):
    _, cursor = walk(door, updated_since=timezone.now().isoformat())
    clock.shift(3)
    dossier = factories.dossier(centre, procedure, now=timezone.now())
    clock.shift(3)
    assert cursor and walk(door, cursor=cursor)[0] == [dossier.code]


def test_only_the_keys_own_dossiers_and_no_history_are_listed(door, centre, elsewhere, procedure, clock):
    factories.dossier(elsewhere, procedure, now=MONDAY)
    own = factories.dossier(centre, procedure, now=MONDAY)
    clock.shift(3)
    (item,) = call(door, "get", "dossiers").json()["items"]
    assert item["code"] == own.code and "events" not in item and "Nguyễn Văn An" not in str(item)


@pytest.mark.parametrize(
    "asked, field",
    [
        ({"cursor": "xyz"}, "cursor"),
        ({"cursor": "W10"}, "cursor"),
        ({"cursor": "WzEsMl1"[:-1] + "é"}, "cursor"),
        ({"limit": "0"}, "limit"),
        ({"limit": "5000"}, "limit"),
        ({"updated_since": "hôm qua"}, "updated_since"),
        ({"updated_since": "2026-11-16T08:00:00"}, "updated_since"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_field(door, asked, field):
    answer = call(door, "get", "dossiers", asked)
    assert answer.status_code == 400 and answer.json()["errors"][0]["field"] == field
    assert answer["Content-Type"].startswith("application/problem+json")


@pytest.mark.django_db(transaction=True)
def test_a_change_committed_late_is_not_passed(centre, procedure):
    """Its time is put on the row when it is written; a list read before the commit must not go on behind it."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    door = api(centre.agency, ApiClient.Scope.WRITE)
    late, early = (factories.dossier(centre, procedure, now=MONDAY) for _ in range(2))
    time.sleep(1.1)
    _, cursor = walk(door)
    held, go = threading.Event(), threading.Event()

    def slow():
        try:
            with transaction.atomic():
                Dossier.objects.filter(pk=late.pk).update(updated_at=timezone.now())
                held.set()
                go.wait(20)
        finally:
            connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    assert held.wait(20)
    Dossier.objects.filter(pk=early.pk).update(updated_at=timezone.now())
    time.sleep(1.1)
    first, cursor = walk(door, cursor=cursor)
    go.set()
    thread.join()
    time.sleep(1.1)
    assert first + walk(door, cursor=cursor)[0] == [late.code, early.code]


def test_a_batch_takes_what_is_right_and_says_what_is_wrong_with_the_rest(door, procedure):
    good = {**body(), "code": CODE, "events": [event("e-1", "appraising", MONDAY + dt.timedelta(hours=2))]}
    steps = [event("e-1", "appraising", MONDAY), event("e-2", "bay", MONDAY), event("e-3", "signing", MONDAY)]
    items = [
        good,
        {**body(procedure_code="9.999999"), "code": "H80.05-20261116-0000043"},
        {**body(agency_code="H99"), "code": "H80.05-20261116-0000044"},
        "không phải hồ sơ",
        {"code": 5},
        {**body(), "code": "H80.05-20261116-0000045", "events": steps},
        good,
    ]
    answer = call(door, "post", "dossiers:batch", {"items": items})
    assert answer.status_code == 200
    said = answer.json()
    assert [each["status"] for each in said["results"]] == [201, 400, 403, 400, 400, 207, 200]
    assert (said["taken"], said["refused"]) == (3, 4)
    assert said["results"][1]["errors"][0]["field"] == "procedure_code"
    assert said["results"][5]["errors"][0]["field"] == "events[1].state"
    assert set(Dossier.objects.values_list("code", flat=True)) == {CODE, "H80.05-20261116-0000045"}
    assert Dossier.objects.get(code=CODE).events.count() == 2


def test_a_batch_that_takes_too_long_gives_the_rest_back(door, procedure, monkeypatch):
    monkeypatch.setattr(batch, "ENOUGH", 0)
    items = [{**body(), "code": f"{CODE}{number}"} for number in range(3)]
    for left in (2, 1, 0):
        answer = call(door, "post", "dossiers:batch", {"items": items})
        said = [(each["code"], each["status"]) for each in answer.json()["results"]]
        assert said == [(each["code"], 503 if place else 201) for place, each in enumerate(items)]
        assert all(each["detail"] == batch.NOT_REACHED for each in answer.json()["results"] if each["status"] == 503)
        assert problems.SENTENCES[503] != batch.NOT_REACHED, "what is said of one item is not said of the whole system"
        items = [each for each, (_, status) in zip(items, said, strict=True) if status == 503]
        assert len(items) == left == 3 - Dossier.objects.count()


def test_an_item_that_is_null_moves_no_other(door):
    answer = call(door, "post", "dossiers:batch", {"items": [None, {"code": "H80.05-1"}, None]}).json()
    assert [(result["index"], result["code"]) for result in answer["results"]] == [(0, ""), (1, "H80.05-1"), (2, "")]
    assert {result["status"] for result in answer["results"]} == {400}


@pytest.mark.parametrize("sent", [{}, {"items": []}, {"items": 5}, [], {"items": [{}] * 1001}])
def test_what_is_no_batch_is_refused_whole(door, sent):
    assert call(door, "post", "dossiers:batch", sent).status_code == 400


def test_the_catalogue_and_the_agencies_can_be_read(door, centre, elsewhere, procedure):
    (agency,) = call(door, "get", "agencies").json()["items"]
    assert agency["code"] == "H80.05" and {"code": "dia-chinh", "name": "Phòng Địa chính"} in agency["units"]
    page = call(door, "get", "procedures", {"q": "bien dong"}).json()
    assert [each["code"] for each in page["items"]] == ["1.004441"] and not page["more"]
    assert call(door, "get", "procedures", {"q": "khong co gi nhu the"}).json()["items"] == []
    one = call(door, "get", "procedures/1.004441").json()
    assert one["time_limits"] and one["papers"] and one["valid_from"]
    assert call(door, "get", "procedures/9.999999").status_code == 404


def test_the_figures_of_a_period(door, centre, elsewhere, procedure):
    factories.dossier(centre, procedure, now=MONDAY)
    factories.in_state("result_ready", centre, procedure, now=MONDAY)
    unpromised = factories.in_state("result_ready", centre, procedure, now=MONDAY)
    Dossier.objects.filter(pk=unpromised.pk).update(promised_at=None, due_at=None)
    factories.dossier(elsewhere, procedure, now=MONDAY)
    sent = voice.Sent(kind=Kind.REPORT, agency=centre.agency, text="Đèn đường tắt cả tuần nay", phone="0912345678")
    voice.receive(sent, now=MONDAY)
    said = call(door, "get", "statistics", {"from": "2026-11-16", "to": "2026-11-20"}).json()
    assert said["total"]["received"] == 3 and said["total"]["settled"] == 2 and said["total"]["open_now"] == 1
    assert (said["total"]["settled_in_time"], said["total"]["settled_late"]) == (1, 0), "no day was promised, none kept"
    assert said["total"]["cases_received"] == 1 and [each["agency_code"] for each in said["agencies"]] == ["H80.05"]
    outside = call(door, "get", "statistics", {"from": "2026-11-17", "to": "2026-11-20"}).json()
    assert outside["total"]["received"] == 0


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"from": "2026-11-16"},
        {"from": "2026-11-20", "to": "2026-11-16"},
        {"from": "0001-01-01", "to": "9999-12-31"},
        {"from": "2025-01-01", "to": "2026-11-16"},
        {"from": "2026-11-16", "to": "2026-11-16", "agency": "H24.31"},
    ],
)
def test_a_period_that_makes_no_sense_is_refused(door, elsewhere, asked):
    assert call(door, "get", "statistics", asked).status_code == 400


def test_a_key_has_its_own_limit(door, centre):
    ApiClient.objects.update(rate_per_minute=3)
    statuses = [call(door, "get", "agencies").status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    refused = call(door, "get", "agencies")
    assert int(refused["Retry-After"]) <= 62 and "Retry-After" in refused.json()["detail"]
    assert call(api(centre.agency, "read", "Khác"), "get", "agencies").status_code == 200
    ApiClient.objects.update(rate_per_minute=0)
    assert call(door, "get", "agencies").status_code == 200


def test_a_key_is_changed_without_a_gap(door, clock):
    client = ApiClient.objects.get()
    new = keys.rotate(client, now=timezone.now(), overlap=dt.timedelta(days=7))
    fresh = SimpleNamespace(key=new)
    assert call(door, "get", "agencies").status_code == 200 and call(fresh, "get", "agencies").status_code == 200
    clock.shift(dt.timedelta(days=8))
    assert call(door, "get", "agencies").status_code == 401 and call(fresh, "get", "agencies").status_code == 200


def test_the_codes_of_another_program_are_read_as_the_desk_says(door, procedure, centre):
    client = ApiClient.objects.get()
    for kind, theirs, ours in (
        ("procedure_code", "TTHC-0815", "1.004441"),
        ("agency_code", "84520", "H80.05"),
        ("state", "4", "appraising"),
        ("state", "Đang thẩm định", "appraising"),
        ("unit", "PDC", "dia-chinh"),
        ("channel", "Trực tiếp", "counter"),
    ):
        CodeTranslation.objects.create(client=client, kind=kind, theirs=theirs, ours=ours)
    sent = body(procedure_code="tthc-0815", agency_code=84520, channel="TRỰC  TIẾP")
    assert door("put", CODE, sent).status_code == 201
    told = door("post", f"{CODE}/events", event("a", 4, MONDAY + dt.timedelta(hours=1), unit="pdc"))
    assert told.status_code == 201 and told.json()["to_state"] == "appraising"
    assert {each["field"] for each in told.json()["warnings"]} <= {"due_at"}
    refused = door("post", f"{CODE}/events", event("b", "-4", MONDAY + dt.timedelta(hours=2)))
    assert refused.status_code == 400 and Agency.objects.count() == 1


def test_the_number_of_the_result_is_told_once_there_is_one_and_no_draft_before(door, centre, procedure, clock):
    dossier = factories.in_state(State.SIGNING, centre, procedure)
    day = dt.date(2026, 11, 16)
    DossierResult.objects.update_or_create(dossier=dossier, defaults={"number": "203/KQ", "dated": day})

    def told():
        clock.shift(5)
        row = call(door, "get", f"dossiers/{dossier.code}", {}).json()
        line = call(door, "get", "dossiers", {}).json()["items"][0]
        assert {name: row[name] for name in line} == line
        return line["result_number"], line["result_dated"]

    assert told() == ("", None)
    acts.do("sign", dossier, by=centre.leader, now=timezone.now())
    assert told() == ("203/KQ", "2026-11-16")
