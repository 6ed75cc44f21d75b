"""The schema is true: whatever it allows to be sent is answered as it says, and every sentence is Vietnamese."""

import datetime as dt
import json
import re

import pytest
import schemathesis
import time_machine
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from schemathesis.checks import CHECKS

from dossiers import outer_host
from dossiers.models import Dossier
from portal.api import keys
from portal.api.callbacks import signing
from portal.api.models import ApiClient, Subscription
from tests.people import MONDAY

OPERATIONS = [
    ("put", "/api/v1/dossiers/{code}"),
    ("get", "/api/v1/dossiers/{code}"),
    ("post", "/api/v1/dossiers/{code}/events"),
]
LISTS = [
    ("get", "/api/v1/dossiers"),
    ("post", "/api/v1/dossiers:batch"),
    ("get", "/api/v1/procedures"),
    ("get", "/api/v1/procedures/{code}"),
    ("get", "/api/v1/agencies"),
    ("get", "/api/v1/statistics"),
    ("get", "/api/v1/subscriptions"),
    ("post", "/api/v1/subscriptions"),
    ("get", "/api/v1/subscriptions/{id}"),
    ("delete", "/api/v1/subscriptions/{id}"),
    ("get", "/api/v1/subscriptions/{id}/deliveries"),
    ("post", "/api/v1/subscriptions/{id}/test"),
    ("post", "/api/v1/subscriptions/{id}/secret"),
    ("post", "/api/v1/subscriptions/{id}/replay"),
]
TRUE = ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance"]
QUICK = settings(
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@pytest.fixture
def schema(db):
    """What /api/schema/ serves, read by schemathesis through the real WSGI application.

    As in Django's own test client, a request leaves the connection of the test's transaction open.
    """
    around_a_request = (request_started, request_finished)
    for signal in around_a_request:
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/schema/?format=json", get_wsgi_application())
    for signal in around_a_request:
        signal.connect(close_old_connections)


@pytest.fixture
def key(centre, procedure):
    return keys.create_client(name="Một cửa", agency=centre.agency, scope=ApiClient.Scope.WRITE)[1]


@pytest.fixture
def one_of_each(key, monkeypatch):
    """A subscription for the numbers the schema makes up, and a look-up of names that asks nobody."""
    row = Subscription(client=ApiClient.objects.get(), address="https://ioc.example.vn/x", secret=signing.new_secret())
    row.pk = 1
    row.save(force_insert=True)
    inside = [(2, 1, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(outer_host.socket, "getaddrinfo", lambda *a, **k: inside)


def test_every_operation_of_the_schema_is_tried_here(schema):
    known = {(method, path) for path, methods in schema.raw_schema["paths"].items() for method in methods}
    assert known == {*OPERATIONS, *LISTS}


@pytest.mark.parametrize("method, path", LISTS)
def test_whatever_a_list_or_an_address_may_be_asked_is_answered_as_the_schema_says(
    schema, key, method, path, one_of_each
):
    @QUICK
    @given(case=schema[path][method].as_strategy())
    def answered(case):
        if "id" in (case.path_parameters or {}):
            case.path_parameters["id"] = abs(case.path_parameters["id"]) % 3
        with time_machine.travel(MONDAY + dt.timedelta(days=2), tick=False):
            answer = case.call(headers={"Authorization": f"Api-Key {key}"})
        case.validate_response(answer, checks=[CHECKS.get_one(name) for name in TRUE])

    answered()


@pytest.mark.parametrize("method, path", OPERATIONS)
def test_whatever_the_schema_allows_is_answered_as_it_says(schema, key, method, path):
    @QUICK
    @given(case=schema[path][method].as_strategy())
    def answered(case):
        with time_machine.travel(MONDAY + dt.timedelta(days=2), tick=False):
            answer = case.call(headers={"Authorization": f"Api-Key {key}"})
        case.validate_response(answer, checks=[CHECKS.get_one(name) for name in TRUE])

    answered()


def test_every_example_of_the_schema_works(schema, key, client):
    raw = schema.raw_schema["paths"]
    headers = {"Authorization": f"Api-Key {key}"}
    code = "H80.05-20261116-0000042"
    sent = {}
    with time_machine.travel(MONDAY + dt.timedelta(days=4), tick=False):
        for method, path in OPERATIONS[::2]:
            content = raw[path][method]["requestBody"]["content"]["application/json"]
            for example in content["examples"].values():
                answer = getattr(client, method)(
                    path.replace("{code}", code), example["value"], content_type="application/json", headers=headers
                )
                assert answer.status_code in {200, 201}, answer.content.decode()
                sent[method] = answer.json()
    assert set(sent) == {"put", "post"} and Dossier.objects.get().code == code


def test_every_operation_has_examples_of_its_answers_and_they_fit(schema):
    raw = schema.raw_schema
    shown = 0
    for method, path in OPERATIONS + LISTS:
        answers = raw["paths"][path][method]["responses"]
        assert {"401", "403"} <= set(answers)
        for status, answer in answers.items():
            if status == "204":
                continue
            (kind,) = answer["content"]
            assert kind == ("application/problem+json" if status >= "400" else "application/json")
            body = answer["content"][kind]
            validator = Draft202012Validator(nullable({**body["schema"], "components": raw["components"]}))
            for example in body["examples"].values():
                validator.validate(example["value"])
                shown += 1
    assert shown >= 15


def nullable(schema):
    """Return an OpenAPI 3.0 schema as plain JSON Schema: what may be null says so in its type."""
    if isinstance(schema, list):
        return [nullable(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: nullable(each) for name, each in schema.items()}
    return {"anyOf": [plain, {"type": "null"}]} if plain.pop("nullable", False) is True else plain


@pytest.mark.parametrize(
    "method, path, body, kind, status",
    [
        ("put", "X-1", "{", "application/json", 400),
        ("put", "X-1", "[]", "application/json", 400),
        ("put", "X-1", "null", "application/json", 400),
        ("put", "X-1", "{}", "application/json", 400),
        (
            "put",
            "X-1",
            '{"applicant": 5, "papers": 7, "channel": "bồ câu", "received_at": "hôm qua"}',
            "application/json",
            400,
        ),
        ("put", "X-1", "<a/>", "text/xml", 415),
        ("patch", "X-1", "{}", "application/json", 405),
        ("post", "X-1/events", "{}", "application/json", 404),
        ("get", "X-1", "", "application/json", 404),
    ],
)
def test_every_refusal_speaks_vietnamese(client, key, method, path, body, kind, status):
    headers = {"Authorization": f"Api-Key {key}", "Accept-Language": "en"}
    send = getattr(client, method)
    answer = (
        send(f"/api/v1/dossiers/{path}", headers=headers)
        if method == "get"
        else send(f"/api/v1/dossiers/{path}", body, content_type=kind, headers=headers)
    )
    assert answer.status_code == status and answer["Content-Type"].startswith("application/problem+json")
    problem = json.loads(answer.content)
    assert problem["status"] == status and {"type", "title", "detail"} <= set(problem)
    for sentence in [problem["title"], problem["detail"], *(each["detail"] for each in problem.get("errors", []))]:
        assert re.search(r"[À-ỹđĐ]", sentence) and sentence.isprintable(), sentence
