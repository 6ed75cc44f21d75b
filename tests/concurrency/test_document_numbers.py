"""Two people at once on PostgreSQL: a document goes out once, came in once, and the registers have no holes."""

import datetime as dt

import pytest

from dossiers.workflow.moving import ActError
from portal.correspondence import acts, drafts, incoming, register
from portal.correspondence.models import Document
from tests import people
from tests.concurrency.test_counter_rush import together
from tests.people import MONDAY

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
PEOPLE = 4


def submitted(centre) -> Document:
    document = drafts.begin(centre.agency, "report", "kết quả", "<p>Đạt 560 người</p>", by=centre.handler, now=MONDAY)
    acts.do("submit", document, by=centre.handler, now=MONDAY)
    return document


def test_leaders_signing_at_once_leave_no_hole_and_no_second_paper():
    centre = people.centre()
    rows = [submitted(centre).pk for _ in range(PEOPLE)]

    def leader(number: int) -> None:
        """Sign the first; whoever comes second signs another one."""
        try:
            acts.do("issue", Document.objects.get(pk=rows[0]), by=centre.leader, now=MONDAY)
        except ActError:
            acts.do("issue", Document.objects.get(pk=rows[number]), by=centre.leader, now=MONDAY)

    results = together(leader, PEOPLE)
    assert all(result is None or isinstance(result, ActError) for result in results), results
    [series] = register.series(centre.agency, MONDAY.year)
    assert series.gaps == 0 and series.last == Document.objects.exclude(number=None).count()
    first = Document.objects.get(pk=rows[0])
    folder = first.file.name.rpartition("/")[0]
    assert [name for name in first.file.storage.listdir(folder)[1] if name.startswith(first.token)] == [
        f"{first.token}.pdf"
    ]


def test_the_same_document_entered_at_once_is_entered_once():
    centre = people.centre()

    def clerk(_: int) -> int | None:
        return incoming.record(
            centre.agency, "dispatch", by=centre.clerk, now=MONDAY, number_text="3241/UBND-VX",
            dated=dt.date(2019, 8, 1), issuer="UBND tỉnh", abstract="mở rộng kênh Zalo",
        ).number  # fmt: skip

    results = together(clerk, PEOPLE)
    assert [result for result in results if not isinstance(result, ActError)] == [1], results
    assert Document.objects.count() == 1
    [series] = register.series(centre.agency, MONDAY.year)
    assert (series.last, series.gaps) == (1, 0)
