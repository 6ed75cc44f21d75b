"""The first page of a leader: the week's figures add up, compare with the week before and open their own rows."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from dossiers.deadlines.working_time import ZONE
from dossiers.models import Dossier
from portal.desk.week import week_of
from tests import factories, people

pytestmark = pytest.mark.django_db
TODAY = dt.datetime(2026, 11, 20, 15, 0, tzinfo=ZONE)


def at(days_ago: int) -> dt.datetime:
    return TODAY - dt.timedelta(days=days_ago)


@pytest.fixture
def settled(centre, procedure):
    """Six dossiers: three settled this week (one past its first promise), one the week before, two still open."""
    rows = []
    for came, done, promised in [(6, 1, 0), (5, 2, 1), (6, 1, 3), (12, 9, 8), (3, None, 1), (10, None, 2)]:
        row = factories.dossier(centre, procedure, now=at(came))
        facts = {"received_at": at(came), "promised_at": at(promised), "due_at": at(promised)}
        if done is not None:
            facts |= {"finished_at": at(done), "clock_open": False, "state": "result_ready"}
        Dossier.objects.filter(pk=row.pk).update(unit=centre.land, **facts)
        rows.append(row)
    return rows


def test_the_week_counts_what_came_and_what_was_settled_in_time(centre, settled):
    week = week_of(centre.leader, TODAY)
    assert [(f.label, f.shown, f.before) for f in week.figures] == [
        ("Tiếp nhận", "4", "2"),
        ("Giải quyết xong", "3", "1"),
        ("Đúng ngày hẹn đầu", "67 %", "100 %"),
        ("Lỡ ngày hẹn đầu", "1", "0"),
    ]
    [unit] = week.units
    assert (unit.settled, unit.share, unit.late) == (3, "67 %", 2)
    assert sum(day.received for day in week.trend) == 6 and len(week.trend) == 30


def test_a_week_without_anything_has_no_share_of_nothing(centre):
    shares = {f.label: f.shown for f in week_of(centre.leader, TODAY).figures}
    assert shares["Đúng ngày hẹn đầu"] == "–" and shares["Tiếp nhận"] == "0"


def test_every_figure_opens_exactly_its_rows(client, centre, settled, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: TODAY)
    client.force_login(centre.leader)
    week = week_of(centre.leader, TODAY)
    for figure in week.figures:
        rows = re.findall(r'name="pk"\s+value="(\d+)"', client.get(figure.address).content.decode())
        expected = {"Đúng ngày hẹn đầu": "2"}.get(figure.label, figure.shown)
        assert len(rows) == int(expected), figure.label


def test_the_lines_add_up_to_the_figures_and_open_their_rows(client, centre, settled, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: TODAY)
    client.force_login(centre.leader)
    nobody, unsigned, elsewhere = settled[0], settled[4], settled[5]
    Dossier.objects.filter(pk=nobody.pk).update(unit=None)
    Dossier.objects.filter(pk=unsigned.pk).update(state="signing", signer=centre.leader)
    Dossier.objects.filter(pk=elsewhere.pk).update(handler=centre.handler)
    week = week_of(centre.leader, TODAY)
    assert week.late == 2
    for lines in (week.units, week.people):
        assert sum(line.settled for line in lines) == 3
        assert sum(line.kept for line in lines) == 2
        assert sum(line.late for line in lines) == 2
        for line in lines:
            for count, address in (
                (line.settled, line.address),
                (line.kept, line.kept_address),
                (line.late, line.late_address),
            ):
                page = client.get(address).content.decode() if count else ""
                assert len(re.findall(r'name="pk"', page)) == count, (line.name, address)
    assert [line.name for line in week.units if not line.settled] == [f"{centre.leader.get_full_name()} (chờ ký)"]
    home = client.get("/admin/").content.decode()
    for line in (line for lines in (week.units, week.people) for line in lines if line.late):
        assert line.late_address.replace("&", "&amp;") in home


def test_what_is_left_over_stands_in_one_line(centre, settled, monkeypatch):
    monkeypatch.setattr("portal.desk.week.MOST_LINES", 1)
    Dossier.objects.filter(pk=settled[0].pk).update(unit=None)
    units = week_of(centre.leader, TODAY + dt.timedelta(seconds=1)).units
    assert [line.name for line in units] == ["Phòng Địa chính", "Còn lại (1)"]
    assert sum(line.settled for line in units) == 3


def test_who_neither_signs_nor_supervises_sees_no_week(centre, settled):
    assert week_of(centre.clerk, TODAY) is None


def test_another_agency_sees_nothing_of_it(settled):
    other_centre = people.centre("H56.14", "Trung tâm Phục vụ hành chính công xã Sơn Động")
    assert [f.shown for f in week_of(other_centre.leader, TODAY).figures] == ["0", "0", "–", "0"]


def test_days_that_make_no_sense_filter_nothing(client, centre, settled):
    client.force_login(centre.leader)
    for query in ("moment=kept&first=abc&last=2026-11-01", "moment=x&first=01/11/2026&last=02/11/2026", "procedure=²"):
        assert client.get(f"/admin/dossiers/dossier/?{query}").status_code == 200
