"""The daily figures: exact, written once, closed, counted again only by name; and the boards read from them."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F, Sum
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dossiers.models import Dossier
from feedback.figures.periods import Period
from feedback.ratings import results
from portal.reporting import counting, halves, keeping, scope, sums
from portal.reporting.models import AgencyDay, DossierDay, DossierHalf, FigureDay, FollowDay, MessageDay, ResultDay
from tests.portal.reporting.conftest import TODAY, at

pytestmark = pytest.mark.django_db


def snapshot() -> dict:
    return {
        model.__name__: sorted(
            model.objects.values_list(*[f.attname for f in model._meta.concrete_fields if f.name != "id"]), key=repr
        )
        for model in (DossierDay, AgencyDay, MessageDay, FollowDay, ResultDay)
    }


def test_every_dossier_is_counted_once_and_twice_counting_changes_nothing(world):
    told = keeping.rebuild(dt.date(2026, 10, 1), TODAY.date(), now=TODAY)
    before = snapshot()
    assert told.days == 51 and told.changed > 0
    assert sum(row.received for row in DossierDay.objects.all()) == Dossier.objects.count()
    assert sum(row.settled for row in DossierDay.objects.all()) == Dossier.objects.exclude(finished_at=None).count()
    apart, whole = (
        list(
            model.objects.values_list("day", "agency").order_by("day", "agency").annotate(Sum("received"), Sum("kept"))
        )
        for model in (DossierDay, AgencyDay)
    )
    assert apart == whole
    assert keeping.rebuild(dt.date(2026, 10, 1), TODAY.date(), now=TODAY).changed == 0
    assert snapshot() == before


def test_a_closed_day_stays_until_somebody_has_it_counted_again(world):
    keeping.count_due(now=TODAY)
    closed = TODAY.date() - dt.timedelta(days=10)
    assert FigureDay.objects.get(day=closed).closed_at and not FigureDay.objects.get(day=TODAY.date()).closed_at
    Dossier.objects.filter(received_at__lt=at(9), received_at__gt=at(11)).update(unit=None)
    world.dossier(world.own, 10)
    before = snapshot()
    keeping.count_due(now=TODAY)
    assert [row for row in snapshot()["DossierDay"] if row[0] == closed] == [
        row for row in before["DossierDay"] if row[0] == closed
    ]
    assert keeping.compare(now=TODAY) == 1
    assert FigureDay.objects.get(day=closed).register_says == {"received": 2, "settled": 0}
    out = io.StringIO()
    call_command("rebuild_figures", "--from", "10/11/2026", "--to", "10/11/2026", stdout=out)
    assert "1 ngày đổi số, trong đó 1 ngày đã chốt" in out.getvalue()
    row = FigureDay.objects.get(day=closed)
    assert row.register_says is None and row.recounted_by == "lệnh rebuild_figures" and keeping.compare(now=TODAY) == 0


def test_both_index_sets_are_read_from_the_closed_days(world, monkeypatch):
    """They read every settled dossier of the period: seconds for a year of a province."""
    first, last = dt.date(2026, 10, 1), TODAY.date()
    for day, facts in ((35, {"supplement_rounds": 2}), (4, {"new_dates_given": 1, "fee_total": 5, "fee_paid": True})):
        Dossier.objects.filter(finished_at__date=TODAY.date() - dt.timedelta(days=day)).update(**facts)
    asked = [(ids, *days) for ids in (None, (world.own.agency.pk,)) for days in ((first, last), (last, last))]

    def both() -> list:
        return [(results.done(*each), results.received(*each)) for each in asked]

    register = both()
    assert register[0][0].whole == 6 and register[0][0].overdue and register[0][0].fee_paid == 1
    keeping.rebuild(first, last, now=TODAY)
    assert both() == register
    Dossier.objects.filter(finished_at__lt=at(20)).update(supplement_rounds=0)
    assert both() == register, "a closed day is not read again"
    monkeypatch.setattr(results, "kept", [])
    assert both() != register
    monkeypatch.undo()


def test_days_closed_before_results_were_kept_get_them_and_nothing_else(world):
    keeping.count_due(now=TODAY)
    before = ResultDay.objects.count()
    FigureDay.objects.update(results_kept=False)
    ResultDay.objects.all().delete()
    counted = dict(FigureDay.objects.filter(closed_at__isnull=False).values_list("day", "counted_at"))
    later = TODAY + dt.timedelta(minutes=10)
    keeping.count_due(now=later)
    assert ResultDay.objects.count() == before > 3 and not FigureDay.objects.filter(results_kept=False).exists()
    assert dict(FigureDay.objects.filter(day__in=counted).values_list("day", "counted_at")) == counted


def test_fees_and_files_after_a_day_is_closed_are_taken_up_at_night(world):
    """They are collected and named in any state: the figures of a closed day kept saying that nothing was paid."""
    keeping.rebuild(dt.date(2026, 10, 1), TODAY.date(), now=TODAY)
    old = Dossier.objects.filter(finished_at__lt=at(20))
    days = (TODAY.date() - dt.timedelta(days=40), TODAY.date() - dt.timedelta(days=20))
    old.update(fee_total=5, fee_paid=True, supplement_rounds=2)
    before = results.done(None, *days)
    assert before.whole and not before.with_fee
    assert keeping.renew_results(now=TODAY) > 0
    after = results.done(None, *days)
    assert after.with_fee == after.fee_paid == old.count() and after.overdue == before.overdue
    assert keeping.renew_results(now=TODAY) == 0


def test_results_another_hand_wrote_meanwhile_are_left_alone(world, monkeypatch):
    keeping.count_due(now=TODAY)
    FigureDay.objects.update(results_kept=False)

    def counted_meanwhile(first, last) -> dict:
        FigureDay.objects.update(results_kept=True)
        return {}

    before = ResultDay.objects.count()
    monkeypatch.setattr(counting, "results", counted_meanwhile)
    keeping.keep_results(TODAY.date() - keeping.OPEN_FOR)
    assert ResultDay.objects.count() == before > 3


def test_days_nobody_counted_yet_are_said_to_be_missing(world):
    """The newest days are counted first: those before the first counted one looked as if nothing had happened."""
    today = TODAY.date()
    keeping.rebuild(today - dt.timedelta(days=20), today, now=TODAY)
    assert keeping.first_day() == today - dt.timedelta(days=40)
    october = Period(today - dt.timedelta(days=45), today - dt.timedelta(days=31))
    assert sums.standing(october, today)["missing"] == 10
    keeping.rebuild(october.first, october.last, now=TODAY)
    standing = sums.standing(Period(october.first, today), today)
    assert (standing["counted"], standing["missing"]) == (31, 10)
    assert sums.standing(Period(today, today + dt.timedelta(days=9)), today)["missing"] == 0


def test_what_is_open_goes_from_room_to_room_with_its_dossier(client, world):
    """By the days alone a room it came into kept it for ever, and the room it was settled in had fewer than none."""
    moved, gone = world.dossiers[5:7]
    keeping.rebuild(dt.date(2026, 10, 1), TODAY.date(), now=TODAY)
    Dossier.objects.filter(pk__in=[moved.pk, gone.pk]).update(unit=world.own.front)
    Dossier.objects.filter(pk=gone.pk).update(finished_at=at(0), clock_open=False, state="result_ready")
    keeping.rebuild(TODAY.date(), TODAY.date(), now=TODAY)
    client.force_login(world.own.leader)
    asked = {"tu": "01/11/2026", "den": "20/11/2026"}
    board = client.get(reverse("admin:boards"), asked).context["board"]
    [rooms] = [table for table in board.tables if table.key == "phong"]
    assert {line.name: line.open for line in rooms.lines} == {world.own.land.name: 0, world.own.front.name: 1}
    assert {figure.key: figure.value for figure in board.figures}["open"] == 1
    for room, open_there in ((world.own.front, 1), (world.own.land, 0)):
        of_room = client.get(reverse("admin:boards"), {**asked, "phong": room.pk}).context["board"]
        assert {figure.key: figure.value for figure in of_room.figures}["open"] == open_there


def test_a_balance_adds_up_from_the_month_before_and_never_from_figures_that_changed(world):
    """Every day there ever was stood in each balance: a month's report cost eleven times its bare count."""
    every = scope.Scope(None)

    def by_hand(last: dt.date) -> dict:
        rows = DossierDay.objects.filter(day__lte=last).values_list("agency").order_by()
        return {pk: n for pk, n in rows.annotate(n=Sum(F("received") - F("settled") + F("unreceived"))) if n}

    def all_right() -> None:
        for days_ago in (0, 3, 19, 20, 21, 36, 50, 60):
            last = TODAY.date() - dt.timedelta(days=days_ago)
            found = {pk: n for pk, n in sums.open_by(every, last, "agency").items() if n}
            assert found == by_hand(last), last
            assert sum(found.values()) == sums.open_at_end(every, last)
            assert sum(sums.open_by(every, last, "procedure__field").values()) == sum(found.values())

    def kept() -> dict[str, int]:
        rows = (
            DossierHalf.objects.values_list("first").annotate(n=Sum("open_after"), m=Sum("received")).order_by("first")
        )
        apart, whole = (list(rows.filter(agency__isnull=of_all)) for of_all in (False, True))
        # The sums of all agencies say what theirs say; a half in which nothing happened is one row.
        assert [row for row in whole if row[1:] != (0, 0)] == [row for row in apart if row[1:] != (0, 0)]
        return {f"{first:%d/%m}": number for first, number, _ in whole}

    keeping.rebuild(dt.date(2026, 10, 1), TODAY.date(), now=TODAY)
    assert kept() == {"01/10": 1, "15/10": 0, "01/11": 3}
    world.dossier(world.other, 45)
    keeping.rebuild(dt.date(2026, 8, 31), TODAY.date(), now=TODAY)
    assert kept() == {"15/08": 0, "01/09": 0, "15/09": 0, "01/10": 2, "15/10": 1, "01/11": 4}
    all_right()
    own = scope.of(frozenset({world.other.agency.pk}), dt.date(2026, 11, 1), TODAY.date())
    assert sums.open_at_end(own, TODAY.date()) == 1
    # A day of October changes in another hand, which dies before it adds anything up.
    october = TODAY.date() - dt.timedelta(days=44)
    world.dossier(world.own, 44)
    keeping._count(october, october, TODAY, keeping.Told(), by="thử")
    assert kept() == {"15/08": 0, "01/09": 0, "15/09": 0}
    all_right()
    keeping.count_due(now=TODAY)
    assert kept() == {"15/08": 0, "01/09": 0, "15/09": 0, "01/10": 3, "15/10": 2, "01/11": 5}
    all_right()
    keeping.count_due(now=TODAY + dt.timedelta(days=30))
    assert (kept()["15/11"], kept()["01/12"]) == (4, 4)
    # Halves of months as they are kept, with the days around them, say what the days alone say.
    for first, last in (
        (dt.date(2026, 10, 1), dt.date(2026, 10, 31)),
        (dt.date(2026, 10, 15), dt.date(2026, 11, 14)),
        (dt.date(2026, 9, 20), TODAY.date()),
    ):
        period = Period(first, last)
        kept_sums, alone = (
            sums.by_procedure(every, period),
            sums._by(DossierDay.objects.filter(day__range=(first, last)), "procedure"),
        )
        assert kept_sums == alone
        assert sums.of_period(sums.by_day(every, period), period) == kept_sums[world.procedure.pk]


def test_halves_an_older_version_made_are_made_again(world):
    """It kept no sums of all agencies: whoever sees them all read nothing of those months, for good."""
    every, october = scope.Scope(None), Period(dt.date(2026, 10, 1), dt.date(2026, 10, 31))
    keeping.rebuild(october.first, TODAY.date(), now=TODAY)
    right, count = sums.by_procedure(every, october), DossierHalf.objects.count()
    DossierHalf.objects.filter(agency__isnull=True).delete()
    assert sums.by_procedure(every, october) == right, "their days serve meanwhile"
    assert halves.build(TODAY.date()) == 3 and DossierHalf.objects.count() == count
    assert sums.by_procedure(every, october) == right


def test_halves_are_made_a_few_in_one_transaction(world, monkeypatch):
    """Whoever changes days waits for its end: a whole register at once held them for a minute and a half."""
    begun = []
    hold = halves._in_one_hand
    monkeypatch.setattr(halves, "_in_one_hand", lambda: (begun.append(1), hold()))
    keeping.rebuild(dt.date(2026, 8, 31), TODAY.date(), now=TODAY)
    assert DossierHalf.objects.values("first").distinct().count() == 6
    begun.clear()
    DossierHalf.objects.all().delete()
    assert halves.build(TODAY.date()) == 6 and len(begun) == 3


def test_what_was_late_at_the_end_of_a_half_stays_what_it_was_until_counted_again(world):
    """A letter with a new date took a dossier out of what was late the month before; each reading cost the register."""
    every, last = scope.Scope(None), dt.date(2026, 11, 14)

    def late() -> tuple[int, int]:
        by_field = sums.late_by(every, last, "procedure__field", today=TODAY.date())
        return sums.late_at_end(every, last, today=TODAY.date()), sum(by_field.values())

    read = late()
    keeping.rebuild(dt.date(2026, 10, 1), TODAY.date(), now=TODAY)
    assert late() == read == (2, 2), "the register and what is kept agree"
    Dossier.objects.filter(pk=world.dossiers[5].pk).update(due_at=TODAY + dt.timedelta(days=9), new_dates_given=1)
    with CaptureQueriesContext(connection) as asked:
        assert late() == (2, 2)
    assert not [query for query in asked if "dossiers_dossier" in query["sql"].replace("dossiers_procedure", "")]
    keeping.count_due(now=TODAY)
    assert late() == (2, 2)
    keeping.rebuild(last, last, now=TODAY, by="Thanh tra")
    assert late() == (1, 1)


def test_impossible_days_are_refused_in_words(world):
    for asked in (("--from", "31/02/2026"), ("--from", "20/11/2026", "--to", "01/11/2026"), ("--from", "01/01/2100")):
        with pytest.raises(CommandError, match="Hãy"):
            call_command("rebuild_figures", *asked)


def test_the_board_says_what_a_recount_in_sql_says(client, world):
    late, online, foreign = world.dossiers[3], world.dossiers[0], world.dossiers[-1]
    Dossier.objects.filter(pk=late.pk).update(due_at=TODAY, new_dates_given=1)
    Dossier.objects.filter(pk__in=[online.pk, foreign.pk]).update(channel="online")
    keeping.rebuild(dt.date(2026, 10, 1), TODAY.date(), now=TODAY)
    client.force_login(world.own.leader)
    page = client.get(reverse("admin:boards"), {"tu": "01/11/2026", "den": "20/11/2026"})
    shown = {figure.key: figure for figure in page.context["board"].figures}
    day = (
        "date(datetime({0}, '+7 hours'))"
        if connection.vendor == "sqlite"
        else "({0} at time zone 'Asia/Ho_Chi_Minh')::date"
    )
    came, done, promised = (day.format(name) for name in ("received_at", "finished_at", "promised_at"))

    def recount(where: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) FROM dossiers_dossier WHERE agency_id = %s AND {where}", [world.own.agency.pk]
            )
            return cursor.fetchone()[0]

    within = "BETWEEN '2026-11-01' AND '2026-11-20'"
    assert shown["received"].value == recount(f"{came} {within}")
    assert shown["settled"].value == recount(f"{done} {within}")
    assert shown["broken"].value == recount(f"{done} {within} AND {done} > {promised}")
    whole = recount(f"{done} {within} AND promised_at IS NOT NULL")
    assert shown["kept"].value == round(100 * recount(f"{done} {within} AND {done} <= {promised}") / whole, 1)
    assert shown["open"].value == recount("received_at IS NOT NULL AND finished_at IS NULL") == 2
    assert shown["late"].value == 1
    # Every figure opens exactly its rows, a share those it divides.
    due = day.format("due_at")
    counted = {key: shown[key].value for key in ("received", "settled", "broken", "open")}
    counted |= {"online": recount(f"{came} {within} AND channel = 'online'")}
    counted |= {"on_time": recount(f"{done} {within} AND {done} <= {due}")}
    for key, value in counted.items():
        rows = re.findall(r'name="pk"\s+value="(\d+)"', client.get(shown[key].address).content.decode())
        assert len(rows) == value, key
    assert counted["online"] and counted["on_time"] and shown["on_time"].value != shown["kept"].value
    # What was open at the end of a day gone by is opened as it was then, in one room and procedure as well.
    narrow = {"phong": world.own.land.pk, "thu-tuc": world.procedure.code}
    for more in ({}, narrow):
        past = client.get(reverse("admin:boards"), {"tu": "01/11/2026", "den": "15/11/2026", **more})
        then = next(figure for figure in past.context["board"].figures if figure.key == "open")
        rows = re.findall(r'name="pk"\s+value="(\d+)"', client.get(then.address).content.decode())
        was_open = recount(f"{came} <= '2026-11-15' AND (finished_at IS NULL OR {done} > '2026-11-15')")
        assert len(rows) == then.value == was_open > 2, more
    for table in page.context["board"].tables:
        for line in table.lines:
            if line.to["finished"]:
                rows = re.findall(r'name="pk"\s+value="(\d+)"', client.get(line.to["finished"]).content.decode())
                assert len(rows) == line.totals.settled, line.name
