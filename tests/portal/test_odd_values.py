"""R14: whatever stands in a form, a filter, an address, a header or a field of the API, nobody is answered with 500."""

from __future__ import annotations

import os

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.browser.desk_world import DeskWorld
from tests.portal import odd_values
from tests.portal.odd_values import ODD

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("ODD_EXAMPLES", "100"))
BOUNDED = settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture
def world(db):
    return DeskWorld()


@pytest.fixture
def site(world):
    """A signed-in chief of everything, whose acts are undone after each question."""
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_superuser("goc", password="x"))
    return client


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
