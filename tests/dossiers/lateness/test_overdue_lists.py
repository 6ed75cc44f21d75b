"""The worklists: each dossier on its list, counted by capped queries, stuck by the procedure's own pace."""

import datetime as dt

import pytest
from django.core import mail

from dossiers.admin.letters import lateness_page
from dossiers.deadlines.working_time import ZONE
from dossiers.lateness import pace, reminders, worklists
from dossiers.lateness import sweep as overdue
from dossiers.letters import acts as letter_acts
from dossiers.letters import attribution as delay_attribution
from dossiers.models import Dossier, Holding, Letter, ProcedurePace, Unit
from dossiers.states import State
from dossiers.workflow import acts
from tests import factories
from tests.dossiers.letters.test_letters_acts import FRIDAY, drafted
from tests.people import MONDAY


def at(day: int, hour: int = 9) -> dt.datetime:
    return dt.datetime(2026, 11, day, hour, tzinfo=ZONE)


def on(name: str, user, now: dt.datetime) -> list[int]:
    return list(lateness_page.rows_of(name, user, now).values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("name", "day"),
    [("soon", 20), ("today", 23), ("no-letter", 24)],
)
def test_a_dossier_walks_from_list_to_list(centre, procedure, name, day):
    dossier = factories.in_state(State.APPRAISING, centre, procedure)
    for each in ("soon", "today", "no-letter", "new-date-passed", "second"):
        assert (dossier.pk in on(each, centre.leader, at(day))) == (each == name), each


def test_after_a_letter_the_second_lateness_is_forecast_and_then_counted(centre, procedure):
    letter = letter_acts.do("approve", drafted(centre, procedure), by=centre.leader, now=FRIDAY)
    assert on("second", centre.leader, at(23)) == []
    assert on("second", centre.leader, at(25)) == [letter.dossier_id]
    assert on("new-date-passed", centre.leader, at(27)) == [letter.dossier_id]


def test_received_but_unassigned_for_a_day_is_a_worklist(centre, procedure):
    dossier = factories.dossier(centre, procedure)
    assert on("long-unassigned", centre.leader, MONDAY + dt.timedelta(hours=6)) == []
    assert on("long-unassigned", centre.leader, at(17, 10)) == [dossier.pk]


def test_unmoved_is_measured_by_the_procedures_own_pace(centre, procedure):
    old = [factories.in_state(State.APPRAISING, centre, procedure, now=at(2, 8)) for _ in range(20)]
    for number, dossier in enumerate(old):
        days = 1 if number < 18 else 3
        acts.do("finish", dossier, by=centre.handler, now=at(2, 8) + dt.timedelta(days=days, hours=1))
    assert pace.measure(now=at(16)) >= 1
    usual = ProcedurePace.objects.get(procedure=procedure, state=State.APPRAISING)
    assert usual.sample == 20
    assert 400 < usual.usual_minutes < 600  # nine in ten had moved on after a day and an hour
    dossier = factories.in_state(State.APPRAISING, centre, procedure, now=at(16))
    pace.refresh(now=at(17))
    assert on("unmoved", centre.leader, at(17)) == []
    pace.refresh(now=at(18))
    assert on("unmoved", centre.leader, at(18)) == [dossier.pk]


def test_a_procedure_without_history_falls_back_to_days(centre, procedure):
    dossier = factories.in_state(State.APPRAISING, centre, procedure)
    assert on("unmoved", centre.leader, at(20)) == []
    assert on("unmoved", centre.leader, at(24)) == [dossier.pk]


def test_supplement_overdue_and_results_uncollected(centre, procedure):
    waiting = factories.in_state(State.SUPPLEMENT_REQUESTED, centre, procedure)
    ready = factories.in_state(State.RESULT_READY, centre, procedure)
    assert on("supplement", centre.leader, at(30)) == []
    assert on("supplement", centre.leader, dt.datetime(2026, 12, 18, 9, tzinfo=ZONE)) == [waiting.pk]
    assert on("uncollected", centre.leader, at(20)) == []
    assert on("uncollected", centre.leader, at(24)) == [ready.pk]


def test_lists_show_the_own_agency_only_in_few_queries(centre, elsewhere, procedure, django_assert_max_num_queries):
    for each in (centre, centre, elsewhere):
        factories.in_state(State.APPRAISING, each, procedure)
    with django_assert_max_num_queries(26):
        counted = worklists.counts_of([each.name for each in worklists.LATENESS], centre.leader, at(24))
    assert counted["no-letter"] == "2"


def test_reminders_reach_the_handler_first_and_the_leader_last(centre, procedure):
    factories.in_state(State.APPRAISING, centre, procedure)
    overdue.sweep(now=at(18))
    assert reminders.of(centre.handler).count() == 1
    assert reminders.of(centre.supervisor).count() == 0
    overdue.sweep(now=at(19))
    assert reminders.of(centre.supervisor).count() == 1
    overdue.sweep(now=at(20))
    assert [row.level for row in reminders.of(centre.leader)] == ["supervisor", "leader"]


def test_a_finished_dossier_reminds_nobody(centre, procedure):
    dossier = factories.in_state(State.APPRAISING, centre, procedure)
    overdue.sweep(now=at(20))
    acts.do("finish", Dossier.objects.get(pk=dossier.pk), by=centre.handler, now=at(20))
    assert reminders.of(centre.handler).count() == 0


def test_one_letter_a_day_by_e_mail_without_names(centre, procedure):
    centre.handler.email = "thuly@example.vn"
    centre.handler.save()
    rows = [factories.in_state(State.APPRAISING, centre, procedure) for _ in range(2)]
    overdue.sweep(now=at(18))
    assert reminders.mail_digests(now=at(18)) == 1
    assert reminders.mail_digests(now=at(18)) == 0
    body = mail.outbox[0].body
    assert all(row.code in body for row in rows)
    assert "Nguyễn Văn An" not in body


def test_time_is_charged_to_the_unit_that_held_it(centre, procedure):
    dossier = factories.in_state(State.APPRAISING, centre, procedure)
    shares = {share.unit: share.minutes for share in delay_attribution.held_by_units(dossier, now=at(18, 9))}
    assert shares["Bộ phận Một cửa"] == 1  # assigned a minute after the receipt
    assert shares["Phòng Địa chính"] == 2 * 450 + 30 - 1
    debt = delay_attribution.debts(None, at(1), at(30), now=at(25, 17)).units[0]
    assert (debt.unit, debt.late_minutes) == ("Phòng Địa chính", 2 * 450)
    assert debt.owed == "1,9 ngày"


def test_the_last_line_is_what_the_column_adds_up_to(centre, procedure):
    for code, name in (("a", "Tư pháp"), ("b", "Công an xã"), ("c", "Văn hóa")):
        dossier = factories.in_state(State.APPRAISING, centre, procedure)
        room = Unit.objects.create(agency=centre.agency, code=code, name=name)
        acts.do("hand_over", dossier, by=centre.leader, now=at(24, 8), unit=room, handler=centre.handler)
    letter_acts.do("approve", drafted(centre, procedure), by=centre.leader, now=FRIDAY)
    total = delay_attribution.debts(None, at(1), at(30), now=at(26, 16))
    shown = [float(debt.owed.removesuffix(" ngày").replace(",", ".")) for debt in total.units]
    assert len(shown) == 4
    assert f"{sum(shown):.1f}".replace(".", ",").removesuffix(",0") == total.owed.removesuffix(" ngày")
    assert total.dossiers == 4
    assert total.letters + total.letters_elsewhere == Letter.objects.exclude(issued_at=None).count()


def test_waiting_for_the_citizen_is_nobodys_delay(centre, procedure):
    dossier = factories.in_state(State.SUPPLEMENT_REQUESTED, centre, procedure)
    before = sum(share.minutes for share in delay_attribution.held_by_units(dossier, now=at(17)))
    after = sum(share.minutes for share in delay_attribution.held_by_units(dossier, now=at(27)))
    assert before == after
    assert Holding.objects.filter(dossier=dossier, on_clock=False).count() == 1


def test_causes_are_counted_by_month(centre, procedure):
    for _ in range(2):
        letter_acts.do("approve", drafted(centre, procedure), by=centre.leader, now=FRIDAY)
    months = delay_attribution.causes_by_month(None, at(30))
    assert [(month.month, month.total, [cause[:2] for cause in month.causes]) for month in months] == [
        (dt.date(2026, 11, 1), 2, [("Chưa thẩm định xong", 2)])
    ]
    assert Letter.objects.filter(unit_at_fault=centre.land).count() == 2
