"""Whatever is sent: never a 5xx, never half a dossier; and any order of the same events ends in the same place."""

import datetime as dt
import itertools
import json

import pytest
import time_machine
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dossiers.models import Dossier, DossierEvent
from dossiers.states import State
from portal.api import keys
from portal.api.models import ApiClient
from tests.people import MONDAY

pytestmark = pytest.mark.harder_on_postgresql
QUIET = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
NAMES = [
    "procedure_code",
    "agency_code",
    "applicant",
    "submitter",
    "received_at",
    "due_at",
    "channel",
    "papers",
    "receipt_number",
]
GOOD = {
    "procedure_code": "1.004441",
    "agency_code": "H80.05",
    "applicant": {"full_name": "Nguyễn Văn An"},
    "received_at": MONDAY.isoformat(),
}


@pytest.fixture
def send(centre, procedure):
    _, key = keys.create_client(name="Một cửa", agency=centre.agency, scope=ApiClient.Scope.WRITE)

    def call(method, path, body):
        with time_machine.travel(MONDAY + dt.timedelta(days=2), tick=False):
            return getattr(Client(raise_request_exception=False), method)(
                f"/api/v1/dossiers/{path}",
                body,
                content_type="application/json",
                headers={"Authorization": f"Api-Key {key}"},
            )

    return call


@QUIET
@given(
    body=st.one_of(JSON, st.fixed_dictionaries({}, optional={name: JSON for name in NAMES})), raw=st.binary(max_size=40)
)
def test_any_body_is_taken_or_refused_whole(send, body, raw):
    for text in (json.dumps(body), json.dumps({**GOOD, **(body if isinstance(body, dict) else {})}), raw):
        answer = send("put", "H80.05-20261116-0000001", text)
        assert answer.status_code in {200, 201, 400, 403, 409}, answer.content
        if answer.status_code >= 400:
            assert answer.json()["detail"]
        for dossier in Dossier.objects.all():
            assert dossier.events.exists() and dossier.receipt_id


@QUIET
@given(code=st.text(max_size=60))
def test_any_code_is_taken_or_refused(send, code):
    answer = send("get", code.replace("/", "") or "x", None)
    assert answer.status_code in {200, 301, 404}, (code, answer.status_code)


@QUIET
@given(
    body=st.one_of(
        JSON, st.fixed_dictionaries({"id": st.text(max_size=20)}, optional={"state": JSON, "at": JSON, "reasons": JSON})
    )
)
def test_any_event_is_taken_or_refused(send, body):
    send("put", "H80.05-20261116-0000001", json.dumps(GOOD))
    answer = send("post", "H80.05-20261116-0000001/events", json.dumps(body))
    assert answer.status_code in {200, 201, 400}, answer.content


def test_every_order_of_the_same_events_ends_in_the_same_state(send):
    steps = [
        {"id": "a", "state": "assigned", "at": (MONDAY + dt.timedelta(hours=1)).isoformat()},
        {"id": "b", "state": "appraising", "at": (MONDAY + dt.timedelta(hours=2)).isoformat()},
        {"id": "c", "state": "signing", "at": (MONDAY + dt.timedelta(hours=3)).isoformat()},
        {"id": "d", "state": "result_ready", "at": (MONDAY + dt.timedelta(hours=4)).isoformat()},
    ]
    for number, order in enumerate(itertools.permutations(steps), start=1):
        code = f"H80.05-20261116-{number:07d}"
        assert send("put", code, json.dumps(GOOD)).status_code == 201
        for step in order:
            assert send("post", f"{code}/events", json.dumps(step)).status_code == 201
        dossier = Dossier.objects.get(code=code)
        assert dossier.state == State.RESULT_READY
        assert not dossier.clock_open
        assert set(dossier.events.values_list("external_id", flat=True)) == {"", "a", "b", "c", "d"}
        assert dossier.events.filter(kind=DossierEvent.Kind.RESULT_READY).count() == 1
