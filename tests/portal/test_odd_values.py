"""R14: whatever stands in a form, a filter, an address, a header or a field of the API, nobody is answered with 500."""

from __future__ import annotations

import copy
import json
import os
import re
from urllib.parse import quote

import pytest
import time_machine
from django.apps import apps
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.api.models import ApiClient
from tests.browser.desk_world import DeskWorld
from tests.portal import odd_values
from tests.portal.api.test_door import CODE, NOW, api, body, event
from tests.portal.odd_values import HEADERS, ODD
from tests.portal.staff_walk import without_frame
from zalo.models import Conversation

EXAMPLES = int(os.environ.get("ODD_EXAMPLES", "100"))
# The long run takes as long as it takes.
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.harder_on_postgresql,
    *([pytest.mark.timeout(0)] if EXAMPLES > 100 else []),
]
BOUNDED = settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


JSON_ODD = st.sampled_from(ODD) | st.sampled_from([10**30, -1, 1e308, True, [], {}, [[[]]], {"a": {}}, [None]])


@pytest.fixture
def door(centre, procedure):
    call = api(centre.agency, ApiClient.Scope.WRITE)
    with time_machine.travel(NOW, tick=False):
        call("put", CODE, body())
        yield call


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_field_of_the_api_is_answered_with_500(door, data):
    step = event("a", "supplement_requested", NOW, note="", unit="", due_at=None, reasons=[{"what": "a", "why": "b"}])
    sent = body(submitter={"full_name": "Bình"}, due_at=None, state="submitted", channel="online", receipt_number="1")
    call, path, whole = data.draw(
        st.sampled_from([("put", CODE, sent), ("put", "NEW-1", sent), ("post", f"{CODE}/events", step)])
    )
    for at in data.draw(st.lists(st.sampled_from(list(flat(whole))), min_size=1, max_size=3, unique=True)):
        put(whole, at, copy.deepcopy(data.draw(JSON_ODD, label=str(at))))
    with transaction.atomic():
        answer = door(call, path, json.dumps(whole))
        transaction.set_rollback(True)
    assert answer.status_code < 500, answer.content
    assert answer.status_code < 400 or answer.json()["detail"]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """One for the whole module, rolled back at its end; who needs a centre of its own stands above."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield DeskWorld()
        transaction.set_rollback(True)


@pytest.fixture
def site(world):
    """A signed-in chief of everything, whose acts are undone after each question."""
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_superuser("goc", password="x"))
    with without_frame():
        yield client


def ask(site, method: str, address: str, sent: dict, **more):
    """Return the answer; what it wrote is undone."""
    sent = {name: _sendable(value) for name, value in sent.items()}
    with transaction.atomic():
        answer = getattr(site, method)(address, sent, **more)
        if answer.streaming:
            b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    return answer


def _sendable(value):
    """Return the bytes a hostile program would send: half a pair of surrogates has no UTF-8, but a spelling."""
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value


def test_no_form_and_no_filter_is_answered_with_500(site, world):
    forms = odd_values.read_pages(site, odd_values.starts(world))
    names = odd_values.asked_names()
    assert len(forms) > 150 and len(names) > 40

    @BOUNDED
    @given(data=st.data())
    def answered(data):
        form = data.draw(st.sampled_from(forms), label="form")
        known = [name for name, _ in form.fields]
        fields = dict(form.fields)
        pool = st.sampled_from(known) if known else st.sampled_from(names)
        if form.method == "get" or not known:
            pool = pool | st.sampled_from(names)
        for name in data.draw(st.lists(pool, min_size=1, max_size=3, unique=True), label="names"):
            fields[name] = data.draw(st.sampled_from(ODD), label=name)
        answer = ask(site, form.method if form.method == "post" else "get", form.action, fields)
        assert answer.status_code < 500, answer.exc_info

    answered()


KEYS = ["²", "9" * 30, "9" * 5000, "9223372036854775808", "9" * 18 + "_" + "9" * 30]
DAYS = ["0001-01-01", "9999-12-31", "31/12/9999", "01/01/0001", "²/²/²"]
FILTERS = [
    ("dossiers_dossier_changelist", ["unit", "handler", "after", "before", "s"], KEYS),
    ("feedback_case_changelist", ["after", "before"], KEYS),
    ("zalo_conversation_changelist", ["truoc"], KEYS),
    ("dossiers_registers", ["tu", "den", "co-quan"], KEYS + DAYS),
    ("feedback_boards", ["tu", "den", "ky", "co-quan"], KEYS + DAYS),
]


@pytest.mark.parametrize(("page", "names", "values"), FILTERS)
def test_filters_that_broke_stay_mended(site, page, names, values):
    for name in names:
        for value in values:
            answer = ask(site, "get", reverse(f"admin:{page}"), {name: value, "muc": "dang"})
            assert answer.status_code < 500, (name, value, answer.exc_info)


def test_a_reference_without_a_field_opens_the_page(site, world):
    for name in ("procedure", "agency"):
        model = apps.get_model("dossiers", name)
        page = reverse(f"admin:dossiers_{name}_change", args=[model.objects.first().pk])
        assert ask(site, "get", page, {"_to_field": ""}).status_code == 200
        assert ask(site, "post", page, {"_to_field": ""}).status_code < 500


def test_forms_that_broke_stay_mended(site, world):
    talk = Conversation.objects.latest("pk").pk
    posts = [
        (reverse("admin:dossiers_dossier_save_filter"), ["drop"]),
        (reverse("admin:zalo_conversation_act", args=[talk, "tra-loi"]), ["canned", "faq"]),
        (reverse("admin:zalo_conversation_act", args=[talk, "giao"]), ["user"]),
        (reverse("admin:dossiers_dossier_add"), ["item-0-sets", "item-0-case", "item-0-due_on"]),
        (reverse("admin:dossiers_dossier_act", args=[world.dossier.pk, "stop"]), ["version"]),
        (reverse("admin:dossiers_calendarexception_add"), ["date", "agency"]),
        (reverse("admin:dossiers_weekpattern_add"), ["valid_from", "valid_to", "weekday", "opens_at"]),
    ]
    for address, names in posts:
        for name in names:
            for value in KEYS + DAYS:
                answer = ask(site, "post", address, {"item-0-procedure": world.dossier.procedure.code, name: value})
                assert answer.status_code < 500, (address, name, value, answer.exc_info)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_out_of_reach_is_refused_and_breaks_no_calendar(site, world, day):
    centre = world.centre
    typed = {"date": day, "kind": "off", "name": "Nghỉ", "agency": centre.agency.pk}
    assert "1990" in site.post(reverse("admin:dossiers_calendarexception_add"), typed).content.decode()
    typed = {"agency": centre.agency.pk, "weekday": 0, "opens_at": "07:30", "closes_at": "11:30"}
    typed |= {"valid_from": "2026-01-01", "valid_to": day}
    assert "1990" in site.post(reverse("admin:dossiers_weekpattern_add"), typed).content.decode()


ADDRESSES = [
    "/",
    "/tra-cuu/",
    "/thu-tuc/",
    "/gop-y/",
    "/admin/",
    "/api/v1/dossiers/X",
    "/api/schema/",
    "/zalo/webhook/",
]


@pytest.mark.parametrize("name", HEADERS)
def test_no_header_is_answered_with_500(client, db, name):
    client.raise_request_exception = False
    key = name.upper().replace("-", "_")
    meta = {key if name.startswith("Content") else f"HTTP_{key}": HEADERS[name]}
    for address in ADDRESSES:
        for method in ("GET", "POST", "PUT"):
            answer = client.generic(method, address, b"a=%B2", **{"CONTENT_TYPE": "text/plain", **meta})
            assert answer.status_code < 500, (method, address, answer.exc_info)


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "HEAD", "FOO"])
def test_no_method_is_answered_with_500(client, db, method):
    client.raise_request_exception = False
    for route, _ in every_route():
        if route.startswith(("static", "media", "admin")):
            continue
        address = "/" + re.sub(r"<(?:\w+:)?\w+>|\(\?P.*?\)|[\^$]", "x", route)
        answer = client.generic(method, address)
        assert answer.status_code < 500, (method, address, answer.exc_info)


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_address_is_answered_with_500(site, data):
    routes = [route for route, _ in every_route() if not route.startswith(("static", "media"))]
    parts = re.split(r"<(?:\w+:)?\w+>", data.draw(st.sampled_from(routes), label="route"))
    odd = st.sampled_from([value for value in ODD if value and "/" not in value])
    address = "/" + "".join(part + data.draw(odd) for part in parts[:-1]) + parts[-1]
    address = quote(re.sub(r"\(\?P.*?\)|[\^$]", "x", address).encode("utf-8", "surrogatepass"))
    answer = ask(site, "get", address, {})
    assert answer.status_code < 500, (address, answer.exc_info)


def every_route(found=None, prefix=""):
    """Yield (route, name) of every address of the product."""
    for pattern in found if found is not None else get_resolver().url_patterns:
        route = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from every_route(pattern.url_patterns, route)
        else:
            yield route, pattern.name or ""


def flat(value, path=()):
    """Yield the path of every field of what is sent."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in items:
        yield (*path, name)
        yield from flat(inner, (*path, name))


def put(value, path, new) -> None:
    """Put `new` at the path, unless what led there was replaced before."""
    for name in path[:-1]:
        try:
            value = value[name]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(value, dict) or (isinstance(value, list) and path[-1] in range(len(value))):
        value[path[-1]] = new
