"""Lateness told whole: what waits under a letter beside what is late, true causes, letters that count once signed."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from dossiers.admin.letters import lateness_page
from dossiers.deadlines.working_time import ZONE
from dossiers.lateness import sweep as overdue
from dossiers.lateness.worklists import counts_of
from dossiers.letters import acts as letter_acts
from dossiers.models import DelayCause, Dossier, LegalRule
from dossiers.states import State
from dossiers.workflow import acts
from dossiers.workflow.moving import ActError
from feedback.figures.index_766 import compute
from feedback.lateness.time_limits import WHOLE
from portal.desk.week import week_of
from tests import factories
from tests.dossiers.letters.test_letters_acts import FRIDAY, drafted, fresh
from tests.dossiers.letters.test_letters_signed import signed_copy

TUESDAY = dt.datetime(2026, 11, 24, 9, tzinfo=ZONE)  # the day after the first promise


def test_what_waits_under_a_letter_is_told_beside_what_is_late(centre, procedure):
    late = drafted(centre, procedure)
    apologised = letter_acts.do("approve", drafted(centre, procedure), by=centre.leader, now=FRIDAY)
    counts = counts_of(("late", "promised"), centre.leader, TUESDAY)
    assert counts == {"late": "1", "promised": "1"}
    assert [row.pk for row in lateness_page.rows_of("promised", centre.leader, TUESDAY)] == [apologised.dossier_id]
    assert [row.pk for row in lateness_page.rows_of("no-letter", centre.leader, TUESDAY)] == [late.dossier_id]
    week = week_of(centre.leader, TUESDAY)
    assert (week.late, week.apologised) == (1, 1)
    client = Client()
    client.force_login(centre.leader)
    with time_machine.travel(TUESDAY, tick=False):
        page = client.get(reverse("admin:boards"), {"tu": "01/11/2026", "den": "30/11/2026"})
    figures = {figure.key: figure.value for figure in page.context["board"].figures}
    assert (figures["late"], figures["waiting"]) == (1, 1)


def test_index_766_says_how_many_kept_only_the_new_date(centre, procedure):
    letter = letter_acts.do("approve", drafted(centre, procedure), by=centre.leader, now=FRIDAY)
    acts.do("finish", Dossier.objects.get(pk=letter.dossier_id), by=centre.handler, now=TUESDAY)
    progress = next(
        group
        for group in compute([centre.agency.pk], dt.date(2026, 11, 1), dt.date(2026, 11, 30)).groups
        if group.key == "progress"
    )
    assert progress.share == 1 and "1 hồ sơ lỡ ngày hẹn đầu" in progress.known


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (State.ACCEPTED, "cham-phan-cong"),
        (State.ASSIGNED, "cham-thu-ly"),
        (State.APPRAISING, "chua-tham-dinh-xong"),
        (State.SIGNING, "cho-ky-duyet"),
        (State.WITHDRAWAL_REQUESTED, None),
    ],
)
def test_a_draft_says_where_the_work_stopped_or_nothing(centre, procedure, state, code):
    dossier = factories.in_state(state, centre, procedure)
    overdue.sweep(now=FRIDAY)
    cause = dossier.letters.get().cause
    assert (cause.code if cause else None) == code
    guesses = DelayCause.objects.filter(code__in=["qua-tai", "can-tham-dinh-them", "thong-tin-nguoi-nop"])
    assert guesses.count() == 3 and not guesses.exclude(proposed_for="").exists()


@pytest.fixture
def once_signed(db):
    LegalRule.objects.filter(key="letter-counts-when-approved").update(value=False)


def test_where_the_rule_says_so_a_letter_counts_from_its_signature(centre, procedure, once_signed):
    letter = letter_acts.do("approve", drafted(centre, procedure), by=centre.leader, now=FRIDAY)
    dossier = Dossier.objects.get(pk=letter.dossier_id)
    assert dossier.due_at == letter.old_due_at and dossier.new_dates_given == 0
    assert not dossier.events.filter(kind="letter_issued").exists(), "nobody is told before"
    assert [row.pk for row in lateness_page.rows_of("no-letter", centre.leader, TUESDAY)] == [dossier.pk]
    assert overdue.sweep(now=TUESDAY).drafts == 0, "no second draft beside the one that waits for its signature"
    with pytest.raises(ActError, match="nạp bản đã ký"):
        letter_acts.do("deliver", fresh(letter), by=centre.clerk, now=TUESDAY, how="giao tại quầy")
    letter_acts.do("attach", fresh(letter), by=centre.clerk, now=FRIDAY, content=signed_copy(letter), how="digital")
    dossier.refresh_from_db()
    assert (dossier.due_at, dossier.new_dates_given) == (letter.new_due_at, 1)
    assert fresh(letter).event.kind == "letter_issued" and dossier.events.filter(kind="letter_issued").count() == 1


def test_a_letter_that_counted_at_once_counts_once(centre, procedure):
    letter = letter_acts.do("approve", drafted(centre, procedure), by=centre.leader, now=FRIDAY)
    letter_acts.do("attach", fresh(letter), by=centre.clerk, now=FRIDAY, content=signed_copy(letter), how="digital")
    assert Dossier.objects.get(pk=letter.dossier_id).new_dates_given == 1


def test_parts_never_fall_due_after_the_whole_and_a_case_that_left_leads_to_the_list(centre, elsewhere):
    from feedback.cases import acts as case_acts
    from feedback.cases.joining import Part
    from feedback.models import ServiceLevel
    from tests.feedback.conftest import new_case
    from tests.people import MONDAY

    case = new_case(centre)
    slow = {"agency": elsewhere.agency, "category": case.category, "amount": 40, "unit": "working_day"}
    ServiceLevel.objects.create(**slow, valid_from=dt.date(2020, 1, 1))
    parts = [Part(f"Phần {n}", "Nội dung", agency) for n, agency in ((1, centre.agency), (2, elsewhere.agency))]
    case_acts.do("accept", case, by=centre.leader, now=MONDAY)
    children = case_acts.do("split", case, by=centre.leader, now=MONDAY, parts=parts)
    assert all(child.due_at <= case.due_at for child in children)
    assert children[1].due_at == case.due_at and WHOLE in str(children[1].due_explanation)
    with pytest.raises(ActError, match="ý kiến chung"):
        until = case.due_at + dt.timedelta(days=1)
        case_acts.do("extend", children[0], by=centre.leader, now=MONDAY, until=until, reason="Cần đo đạc")
    client = Client()
    client.force_login(centre.leader)
    type(case).objects.filter(pk=case.pk).update(agency=elsewhere.agency)
    answer = client.get(f"/admin/feedback/case/{case.pk}/change/", follow=True)
    assert answer.redirect_chain == [("/admin/feedback/case/", 302)]
    assert "đã chuyển đi" in answer.content.decode()
    client.force_login(elsewhere.handler)
    type(case).objects.filter(pk=case.pk).update(agency=centre.agency)
    assert client.get(f"/admin/feedback/case/{case.pk}/change/").status_code == 404, "never theirs: as if it were not"
