"""The seed of a whole province: rows written past the acts agree with what the acts would have written."""

import datetime as dt

import pytest
from django.core.management import call_command

from dossiers.deadlines.working_time import ZONE
from dossiers.models import Agency, Counter, Dossier, Receipt
from dossiers.papers import books, receipts
from dossiers.states import State
from dossiers.workflow.series import series_key

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]


@pytest.fixture
def province(db, capsys):
    call_command("seed", scenario="province", dossiers=600)


def test_every_receipt_has_its_line_in_the_register_in_order_of_receiving(province):
    assert Dossier.objects.filter(receipt=None).count() == 0
    unreceived = Receipt.objects.filter(register_number=None)
    assert set(unreceived.values_list("dossiers__state", flat=True)) <= {State.SUBMITTED, State.REFUSED}
    for agency in Agency.objects.filter(receipts__isnull=False).distinct():
        mine = Receipt.objects.filter(agency=agency, register_number__isnull=False)
        rows = mine.order_by("dossiers__received_at", "id").values_list("register_year", "register_number")
        by_year: dict[int, list[int]] = {}
        for year, number in rows:
            by_year.setdefault(year, []).append(number)
        for year, numbers in by_year.items():
            assert numbers == list(range(1, len(numbers) + 1)), (agency, year)
        newest = max(by_year)
        assert Counter.objects.get(key=series_key("receipt", agency.pk, newest)).last == len(by_year[newest])
        assert all(each.gaps == 0 for each in books.series(agency))


def test_its_receipts_print_under_that_number(province):
    receipt = Receipt.objects.filter(register_number__isnull=False).latest("id")
    paper = receipts.receipt_paper(receipt, by=None, now=dt.datetime.now(ZONE))
    assert paper.register_number == receipt.register_number
