"""Guesses sent at the same moment are all counted: nobody gets more tries by hurrying."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from dossiers.privacy import guessing

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL")
def test_forty_guesses_at_once_are_forty_guesses():
    def guess(number: int) -> bool:
        try:
            guessing.attempt(f"10.0.0.{number}", ["H80.05-20261116-0000001", "080085001234"], now=1_000_000.0)
        except guessing.TooMany:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        let_in = sum(pool.map(guess, range(40)))
    assert let_in == guessing.GUESSES[0].most
