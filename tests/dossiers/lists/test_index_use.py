"""What the big tables are asked for, an index answers: the plans of PostgreSQL, with reading a table whole forbidden.

On a few rows the planner would rather read them all, so it is told not to; a question no index can answer is read
whole all the same, and fails here. On a few rows it also takes any index that begins alike, so two thousand dossiers of
a year stand there. What it thinks of the size of events must not matter: tables grow by the rows of tests rolled back,
so every question is asked of a small table and of a swollen one, and one whose order an index gives is asked with
sorting forbidden. Measured at millions of rows by tests/bench/desk/page_walk.py.
"""

import datetime as dt

import pytest
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from dossiers.lateness.worklists import on_worklist
from dossiers.lists.period_asked import of_period
from dossiers.lookup import tiers as lookup
from dossiers.models import Applicant, Dossier, DossierEvent
from dossiers.papers import books as registers
from dossiers.papers.books import Period
from feedback.ratings import results
from portal.desk import home
from tests import factories
from tests.people import AN

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]
TODAY = dt.date(2026, 11, 16)


@pytest.fixture(autouse=True)
def no_whole_tables(db):
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL only")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")


@pytest.fixture(params=[0, 4000], ids=["as it is", "swollen"])
def row(request, centre, procedure) -> Dossier:
    dossier = factories.dossier(centre, procedure)
    swell(dossier, request.param)
    crowd(dossier)
    return dossier


A_YEAR_OF_OTHERS = """
INSERT INTO dossiers_dossier
SELECT others.* FROM dossiers_dossier AS first, generate_series(1, 2000) AS n, jsonb_populate_record(
    first,
    jsonb_build_object(
        'id', first.id + n, 'code', first.code || '-' || n, 'token', md5(n::text),
        'owner_id', %s, 'submitter_id', %s, 'receipt_number', 'R' || n, 'external_code', 'X' || n,
        'owner_name_folded', md5(n::text), 'updated_at', first.updated_at - n * interval '4 hours',
        'received_at', first.received_at - (n + 9) * interval '4 hours',
        'due_at', first.due_at + n * interval '4 hours',
        'finished_at', first.received_at - (n + 9) * interval '3 hours'
    )
) AS others
WHERE first.id = %s
"""


def crowd(dossier: Dossier) -> None:
    """Put two thousand dossiers of another person beside, a year of them, and let the planner count."""
    other = Applicant.objects.create(agency=dossier.agency, full_name="Người khác")
    with connection.cursor() as cursor:
        cursor.execute(A_YEAR_OF_OTHERS, [other.id, other.id, dossier.id])
        cursor.execute("ANALYZE dossiers_dossier")


def swell(dossier: Dossier, rows: int) -> None:
    """Leave the place of so many events of one actor, as rows of a transaction rolled back do."""
    with transaction.atomic():
        event = dossier.events.latest("id")
        DossierEvent.objects.bulk_create(
            DossierEvent(dossier=dossier, kind=event.kind, at=event.at, actor=event.actor) for _ in range(rows)
        )
        transaction.set_rollback(True)


def plan(rows) -> str:
    """The plan of what is asked, whatever its order: of a few rows the planner would rather read all by their key."""
    return (rows if rows.query.is_sliced else rows.order_by()).explain()


def plan_in_order(rows) -> str:
    """The plan of a question whose order an index gives: neither a sort nor a bitmap, which forgets the order."""
    with connection.cursor() as cursor:
        for way in ("sort", "incremental_sort", "bitmapscan"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        found = rows.explain()
        for way in ("sort", "incremental_sort", "bitmapscan"):
            cursor.execute(f"SET LOCAL enable_{way} = on")
    return found


def test_what_changed_of_an_agency_for_another_system(row):
    since = timezone.now() - dt.timedelta(days=1)
    rows = Dossier.objects.filter(agency_id__in=[row.agency_id], updated_at__lt=timezone.now(), updated_at__gte=since)
    assert "dossier_agency_changed" in plan_in_order(rows.order_by("updated_at", "pk")[:101])
    behind = rows.filter(Q(updated_at__gt=since) | Q(pk__gt=7))
    assert "dossier_agency_changed" in plan_in_order(behind.order_by("updated_at", "pk")[:101])


def test_people_by_hash(row):
    for rows, index in (
        (Applicant.objects.with_id(AN.id_number), "applicant_id_hash"),
        (Applicant.objects.with_phone("+84912345678"), "applicant_phone_hash"),
    ):
        assert index in plan(rows) and "Seq Scan" not in plan(rows)
        assert rows.get().full_name == AN.full_name


def test_people_by_hash_while_two_keys_are_in_use(row, settings):
    settings.FIELD_ENCRYPTION_KEYS = ["bmV3LWtleS1uZXcta2V5LW5ldy1rZXktbmV3LWtleSE", *settings.FIELD_ENCRYPTION_KEYS]
    assert "applicant_id_hash" in plan(Applicant.objects.with_id(AN.id_number))


def test_a_number_on_any_paper(row):
    found = plan(lookup.carrying(row.code))
    for index in ("dossier_receipt_bare", "dossier_external_code", "dossiers_dossier_code"):
        assert index in found
    assert "Seq Scan" not in found


def test_the_dossiers_of_a_person(row):
    mine = plan(Dossier.objects.filter(Q(owner_id__in=[1, 2]) | Q(submitter_id__in=[1, 2])))
    assert "owner_id" in mine and "Seq Scan" not in mine


def test_what_somebody_did_last(row, centre):
    acted = DossierEvent.objects.filter(actor=centre.clerk).order_by("-id")
    found = plan_in_order(acted[:80])
    assert "event_of_actor" in found and "Sort" not in found
    assert home.recent_dossiers(centre.clerk) == [row]


def test_registers_and_statistics_of_a_period(row, centre):
    period = Period(TODAY, TODAY)
    assert "dossier_received" in plan(registers.received(centre.agency, period))
    assert "dossier_finished" in plan(results.finished(None, TODAY, TODAY))
    assert list(registers.received(centre.agency, period)) == [row]


@pytest.mark.parametrize("moment", ["late", "waited", "overdue"])
def test_the_list_behind_a_figure_of_a_period(row, moment):
    """Newest first, fifty a page: the planner would walk the table by its key until it has found them."""
    first = TODAY - dt.timedelta(days=2)
    rows = of_period(Dossier.objects.all(), moment, first, TODAY - dt.timedelta(days=1), timezone.now())
    found = rows.order_by("-id")[:51].explain()
    assert "dossier_finished" in found and "Seq Scan" not in found, found
    assert moment != "late" or "dossier_due" in found, found


def test_what_is_late(row):
    assert "dossier_due" in plan(on_worklist(Dossier.objects.all(), "late", None, timezone.now()))
