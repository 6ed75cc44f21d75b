"""A quarter at two centres in seconds: dossiers come, finish, wait and stall; every day the invariant holds.

Half-hourly sweeps are thinned to three a day; leaders open the desk in the afternoon and approve what would be late
tomorrow. On two days beat stands still, one centre has a day off of its own, and many dossiers would be late.
"""

import datetime as dt
from random import Random

import pytest

from dossiers.deadlines.calendars import calendar_of
from dossiers.deadlines.working_time import ZONE, at_minute
from dossiers.lateness import sweep as overdue
from dossiers.letters import acts as letter_acts
from dossiers.letters import attribution as delay_attribution
from dossiers.letters import issue as letter_issue
from dossiers.models import CalendarException, Dossier, IssuedPaper, LatenessBreach, Letter, SweepRun
from dossiers.papers import books as registers
from dossiers.papers.books import Period
from dossiers.states import State
from dossiers.workflow import acts
from tests import factories, people

FIRST, LAST = dt.date(2026, 8, 3), dt.date(2026, 11, 6)
NO_BEAT = {dt.date(2026, 9, 8), dt.date(2026, 10, 14)}
HOLIDAY = [dt.date(2026, 9, 1), dt.date(2026, 9, 2)]


@pytest.fixture
def quarter(centre, elsewhere, procedure, monkeypatch):
    monkeypatch.setattr("dossiers.letters.issue.issue_numbered", number_only)
    for day in HOLIDAY:
        CalendarException.objects.create(date=day, kind="off", name="Quốc khánh", confirmed_at=at_minute(FIRST, 0))
    CalendarException.objects.create(
        agency=elsewhere.agency,
        date=dt.date(2026, 10, 2),
        kind="off",
        name="Ngày địa phương",
        confirmed_at=at_minute(FIRST, 0),
    )
    short = people.procedure("2.000815", "Chứng thực bản sao", amount="1")
    return Quarter([centre, elsewhere], [procedure, procedure, short], Random(766))


def number_only(form_code, agency, context_for, *, by, now, **columns):
    """Stand in for printing: the number and its row as in life, no PDF, so that a quarter takes seconds."""
    from dossiers.papers import register as paper_register

    serial = paper_register.next_number(f"paper:{form_code}:{agency.pk}:{now.year}")
    place = paper_register.draft_place(form_code, agency, now=now)
    context_for(place)
    return IssuedPaper.objects.create(
        form_code=form_code,
        form_set="2025",
        title="VĂN BẢN XIN LỖI",
        number=f"{serial:02d}/PXL-TTPVHCC",
        register_agency=agency,
        register_year=now.year,
        register_number=serial,
        issued_at=now,
        issued_by=by,
        **columns,
    )


class Quarter:
    """Plays the days."""

    def __init__(self, centres, procedures, rng: Random):
        self.centres, self.procedures, self.rng = centres, procedures, rng
        self.by_agency = {each.agency.pk: each for each in centres}

    def play(self) -> None:
        day = FIRST
        while day <= LAST:
            calendar = calendar_of(self.centres[0].agency)
            if calendar.is_working_day(day):
                self.morning(day)
                if day not in NO_BEAT:
                    for minute in (7 * 60 + 35, 15 * 60 + 10):
                        overdue.sweep(now=at_minute(day, minute))
                self.afternoon(day)
            if day not in NO_BEAT:
                overdue.sweep(now=at_minute(day, 23 * 60 + 30))
            day += dt.timedelta(days=1)

    def morning(self, day: dt.date) -> None:
        now = at_minute(day, 8 * 60)
        for centre in self.centres:
            if calendar_of(centre.agency).is_working_day(day):
                for _ in range(self.rng.randrange(3)):
                    factories.dossier(centre, self.rng.choice(self.procedures), now=now)

    def afternoon(self, day: dt.date) -> None:
        now = at_minute(day, 14 * 60)
        for dossier in Dossier.objects.filter(state__in=[State.ACCEPTED, State.ASSIGNED, State.APPRAISING]):
            self.work(self.by_agency[dossier.agency_id], dossier, now)
        for dossier in Dossier.objects.filter(state=State.SUPPLEMENT_REQUESTED):
            if self.rng.random() < 0.4:
                acts.do("receive_supplement", dossier, by=self.by_agency[dossier.agency_id].clerk, now=now)
        self.approve(at_minute(day, 16 * 60), day)

    def work(self, centre, dossier: Dossier, now: dt.datetime) -> None:
        chance = self.rng.random()
        if dossier.state == State.ACCEPTED:
            if chance < 0.8:
                acts.do("assign", dossier, by=centre.leader, now=now, handler=centre.handler, unit=centre.land)
        elif dossier.state == State.ASSIGNED:
            if chance < 0.5:
                acts.do("start_appraisal", dossier, by=centre.handler, now=now)
        elif chance < 0.12 and not dossier.supplement_rounds:
            acts.do("request_supplement", dossier, by=centre.handler, now=now, reasons=[factories.REASON])
        elif chance < 0.35:
            acts.do("finish", dossier, by=centre.handler, now=now)

    def approve(self, now: dt.datetime, day: dt.date) -> None:
        """Open the desk, as leaders do, and approve what would be late on the next working day."""
        overdue.ensure_swept(now=now)
        for centre in self.centres:
            limit = at_minute(calendar_of(centre.agency).next_working_day(day) + dt.timedelta(days=1), 0)
            rows = Letter.objects.filter(centre=centre.agency, state__in=letter_acts.APPROVABLE, old_due_at__lt=limit)
            for letter in rows.select_related(*letter_issue.RELATED):
                try:
                    letter_acts.do("approve", letter, by=centre.leader, now=now, override_note="Ý kiến lãnh đạo UBND")
                except letter_issue.ActError as error:
                    assert "không cần" in str(error) or "tạm dừng" in str(error) or "đã đổi" in str(error)


@pytest.mark.harder_on_postgresql
def test_the_invariant_holds_every_day_of_a_quarter(quarter):
    quarter.play()
    broken = list(SweepRun.objects.exclude(late_without_letter=0, passed_new_date=0))
    assert broken == []
    assert not LatenessBreach.objects.exists()
    assert not SweepRun.objects.exclude(problems=[]).exists()
    days = {run.at.astimezone(ZONE).date() for run in SweepRun.objects.all()}
    assert len(days) == (LAST - FIRST).days + 1

    issued = Letter.objects.filter(state__in=Letter.SENT)
    assert issued.filter(round=1).count() > 10
    assert issued.filter(round=2).exclude(override_note="").count() == issued.filter(round=2).count() > 0
    # Told before the date is missed: no letter went out after its old day.
    for letter in issued:
        assert letter.issued_at.astimezone(ZONE).date() <= letter.old_due_at.astimezone(ZONE).date()
        assert calendar_of(letter.centre_id).is_working_day(letter.new_due_at.astimezone(ZONE).date())
    for centre in quarter.centres:
        series = [each for each in registers.series(centre.agency) if each.form_code == "apology"]
        assert [each.gaps for each in series] == [0]
        period = Period(FIRST, LAST)
        rows = list(registers.register_rows(registers.received(centre.agency, period)))
        received = Dossier.objects.filter(agency=centre.agency)
        assert [row.code for row in rows] == list(received.order_by("received_at", "id").values_list("code", flat=True))
    # What letters say and what the dossiers carry is the same date.
    for dossier in Dossier.objects.filter(new_dates_given__gt=0, supplement_rounds=0):
        last = dossier.letters.filter(state__in=Letter.SENT).order_by("-issued_at").first()
        assert dossier.due_at == last.new_due_at
        assert dossier.new_dates_given == dossier.letters.filter(state__in=Letter.SENT).count()
    debts = delay_attribution.debts(None, at_minute(FIRST, 0), at_minute(LAST, 0), now=at_minute(LAST, 0))
    assert "Phòng Địa chính" in {debt.unit for debt in debts.units}
