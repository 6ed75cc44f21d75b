"""A kept PostgreSQL connection: not asked at every request, never used once it is dead."""

import pytest
from django.db import connections

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def kept(settings):
    """Return the connection as a web process keeps it between requests."""
    connection = connections["default"]
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL only")
    connection.close()
    connection.settings_dict["CONN_HEALTH_CHECKS"] = True
    connection.settings_dict["CONN_MAX_AGE"] = 600
    connection.ensure_connection()
    yield connection
    connection.settings_dict["CONN_HEALTH_CHECKS"] = False
    connection.close()


def answered() -> int:
    """Go through the beginning of a request and its first query; return the server process that answered."""
    connection = connections["default"]
    connection.close_if_unusable_or_obsolete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


@pytest.fixture
def asked(kept, monkeypatch):
    """Count the questions put to the server."""
    questions = []
    ask = type(kept).is_usable
    monkeypatch.setattr(type(kept), "is_usable", lambda self: questions.append(1) or ask(self))
    return questions


def test_a_connection_that_answered_lately_is_not_asked_again(kept, asked):
    first = answered()
    assert [answered() for _ in range(5)] == [first] * 5 and not asked


def test_one_that_has_not_answered_for_a_while_is_asked(kept, asked):
    first = answered()
    kept._answered_at -= 60
    assert answered() == first and len(asked) == 1
    assert answered() == first and len(asked) == 1


def test_one_the_server_has_ended_is_replaced_before_a_query_fails(kept, asked):
    first = answered()
    other = kept.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
    finally:
        other.close()
    assert answered() != first


def test_one_lost_without_a_word_is_found_by_asking(kept, asked):
    first = answered()
    kept.connection.close()
    assert answered() != first


def test_no_query_is_compiled(kept):
    with kept.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)
