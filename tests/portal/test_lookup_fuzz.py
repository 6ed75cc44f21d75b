"""Whatever is typed, the answer is a page: never a 500, never somebody's data."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dossiers.privacy import guessing
from portal.pages.question import NAMES
from tests import factories

typed = st.one_of(
    st.text(max_size=120),
    st.text(alphabet="0123456789 .-+()", max_size=30),
    st.sampled_from(
        ["H80.05-20261116-0000001", "080085001234", "0912345678", "Nguyễn Văn An", "\x00", "‮H80", "🙂" * 40]
    ),
    st.text(alphabet=st.characters(categories=["Cc", "Cf", "Zs", "Mn", "Nd"]), max_size=40),
)
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def dossier(centre, procedure, monkeypatch):
    for name in ("SEARCHES", "MISSES", "GUESSES"):
        monkeypatch.setattr(guessing, name, ())
    return factories.dossier(centre, procedure)


@SLOW
@given(fields=st.dictionaries(st.sampled_from([*NAMES, "pass", "other"]), typed, max_size=6))
def test_any_form_body_gets_a_page(client, dossier, fields):
    answer = client.post("/tra-cuu/", fields)
    assert answer.status_code == 200
    page = answer.content.decode()
    if not fields.get("id_number") and not fields.get("last4") and not fields.get("phone"):
        assert "Nguyễn Văn An" not in page or "Nguyễn Văn An" in str(fields)


@SLOW
@given(last4=typed)
def test_any_second_fact_gets_a_page(client, dossier, last4):
    assert client.post(f"/h/{dossier.token}/", {"last4": last4}).status_code == 200


@SLOW
@given(query=st.dictionaries(st.sampled_from(["q", "linh-vuc", "cap", "sau", "lang", "cach"]), typed, max_size=4))
def test_any_query_gets_a_page(client, dossier, query):
    for address in ("/thu-tuc/", "/nop-ho-so/", "/ho-tro/", "/tra-cuu/", "/"):
        assert client.get(address, query).status_code == 200


@SLOW
@given(
    body=st.binary(max_size=200), kind=st.sampled_from(["application/x-www-form-urlencoded", "application/json", ""])
)
def test_any_bytes_get_an_answer(client, dossier, body, kind):
    assert client.post("/tra-cuu/", body, content_type=kind).status_code in {200, 400}
