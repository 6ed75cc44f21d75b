"""Tasks with a day: hung on a document, reminded before, on and after, closed by the issued answer (S4-07)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from dossiers.deadlines.calendars import working_calendar
from dossiers.models import Agency, LegalRule
from dossiers.workflow.moving import ActError, Forbidden
from portal.correspondence import acts, assigning, assignment_acts, incoming, reminder_rules, reminding
from portal.correspondence.models import Assignment, Document, Nudge, Recurrence
from portal.desk import bell, home, notices
from tests.people import MONDAY

pytestmark = pytest.mark.django_db
NOW = MONDAY
DUE = NOW.date() + dt.timedelta(days=5)


def body(answer) -> str:
    return answer.content.decode()


def act(client, row: Assignment, name: str, **sent):
    row.refresh_from_db()
    address = reverse("admin:correspondence_assignment_act", args=[row.pk, name])
    return client.post(address, {"version": row.version, **sent}, follow=True)


@pytest.fixture
def order(centre) -> Document:
    """What the province wrote: "Chậm nhất 15/8/2019 báo cáo UBND tỉnh"."""
    for user, address in ((centre.handler, "thu-ly@example.vn"), (centre.leader, "lanh-dao@example.vn")):
        user.email = address
        user.save(update_fields=["email"])
    return incoming.record(
        centre.agency, "dispatch", by=centre.clerk, now=NOW, number_text="3241/UBND-VX", dated=NOW.date(),
        issuer="UBND tỉnh", abstract="chỉ đạo triển khai mở rộng kênh Zalo",
    )  # fmt: skip


def given(centre, order=None, due=DUE, person="handler") -> Assignment:
    return assigning.give(
        centre.agency, "Báo cáo UBND tỉnh kết quả triển khai", due, by=centre.leader, now=NOW,
        person=getattr(centre, person) if person else None, source=order,
    )  # fmt: skip


def test_a_leader_hangs_a_task_on_a_document_and_the_issued_report_closes_it(client, centre, order):
    with time_machine.travel(NOW, tick=False):
        client.force_login(centre.leader)
        page = client.get(reverse("admin:correspondence_assignment_changelist"), {"van-ban": order.number_text})
        assert 'value="3241/UBND-VX"' in body(page)
        sent = {"title": "Báo cáo UBND tỉnh", "due_on": f"{DUE:%d/%m/%Y}", "agency": centre.agency.pk,
                "person": centre.handler.pk, "source": "3241/UBND-VX"}  # fmt: skip
        assert client.post(reverse("admin:correspondence_assignment_changelist"), sent, follow=True).status_code == 200
        row = Assignment.objects.get()
        assert row.source == order and "Báo cáo UBND tỉnh" in body(
            client.get(reverse("admin:correspondence_document_change", args=[order.pk]))
        )
        client.force_login(centre.handler)
        home_page = body(client.get(reverse("admin:index")))
        assert f"Báo cáo UBND tỉnh: chậm nhất {DUE:%d/%m/%Y}, còn 4 ngày làm việc." in home_page
        drafted = act(client, row, "answer", kind="report")
        assert drafted.status_code == 200 and "Thực hiện Công văn số 3241/UBND-VX" in body(drafted)
        answer = Document.objects.get(direction="out")
        assert act(client, row, "answer", kind="report").status_code == 409, "one answer at a time"
        acts.do("submit", answer, by=centre.handler, now=NOW)
        acts.do("issue", answer, by=centre.leader, now=NOW)
        row.refresh_from_db()
        assert (row.state, row.answer) == ("done", answer) and answer.addressees == "UBND tỉnh"
        assert "01/BC-TTPVHCC" in body(client.get(reverse("admin:correspondence_assignment_change", args=[row.pk])))
        acts.do("withdraw", answer, by=centre.leader, now=NOW, note="Sai số liệu")
        row.refresh_from_db()
        assert row.state == "open", "a withdrawn report answers nothing"


PERSON, LEADER = "thu-ly@example.vn", "lanh-dao@example.vn"


def told_by_day(first: int, last: int) -> dict[int, list[str]]:
    """Return who got a letter on each day around the due date; the beat runs twice each morning."""
    told: dict[int, list[str]] = {}
    for day in range(first, last + 1):
        now = dt.datetime.combine(DUE, dt.time(7, 25), NOW.tzinfo) + dt.timedelta(days=day)
        mail.outbox.clear()
        reminding.remind(now=now)
        reminding.remind(now=now)
        told[day] = sorted(to for letter in mail.outbox for to in letter.to)
    return told


def test_people_are_reminded_before_on_and_after_by_the_rules_and_the_leader_when_late(centre, order):
    """Three working days before, on the last one, each one after; the leader from the first late one, every third.

    The task is due on a Saturday: nobody is reminded on a day off, and it makes nothing later.
    """
    row = given(centre, order)
    assert told_by_day(-5, 6) == {
        -5: [], -4: [PERSON], -3: [], -2: [], -1: [PERSON], 0: [], 1: [],
        2: [LEADER, PERSON], 3: [PERSON], 4: [PERSON], 5: [LEADER, PERSON], 6: [PERSON],
    }  # fmt: skip
    assert "quá hạn 5 ngày làm việc" in mail.outbox[-1].body and "Nguyễn" not in mail.outbox[-1].body
    assert Nudge.objects.filter(assignment=row).count() == 9
    rule = LegalRule.objects.get(key="task-remind-before-days")
    LegalRule.objects.create(
        agency=centre.agency, key=rule.key, title=rule.title, value=4, article="QĐ 12", valid_from=rule.valid_from
    )
    other = given(centre)
    reminding.remind(now=NOW)
    assert other.nudges.exists(), "the agency's own rule goes before everybody's"


def test_a_day_off_is_never_called_the_last_working_day(centre):
    calendar = working_calendar(centre.agency)
    friday, saturday, sunday = (dt.date(2026, 11, day) for day in (20, 21, 22))
    for every_day, said in ((False, ("hôm nay là ngày làm việc cuối", "đến hạn toàn ngày nghỉ", "hạn hôm nay")),
                            (True, ("còn 2 ngày", "còn 1 ngày", "hạn hôm nay"))):  # fmt: skip
        counting = reminder_rules.Counting(None if every_day else calendar)
        assert tuple(counting.words(sunday, today) for today in (friday, saturday, sunday)) == said


def test_a_task_is_soon_by_working_days_of_the_dated_rule(centre):
    """Five working days before Tuesday 8/12/2026: from Tuesday 1/12 on, not from the Monday, eight days before."""
    given(centre, due=dt.date(2026, 12, 8))

    def told(day: int) -> bool:
        now = dt.datetime(2026, 11, 30, 9, tzinfo=NOW.tzinfo) + dt.timedelta(days=day)
        return any("Báo cáo UBND tỉnh" in each.sentence for each in notices.for_user(centre.handler, now))

    assert [told(day) for day in (-1, 0, 1, 8, 9)] == [False, False, True, True, True]
    rule = LegalRule.objects.get(key="task-soon-days")
    LegalRule.objects.create(
        agency=centre.agency, key=rule.key, title=rule.title, value=1, article="QĐ 12", valid_from=rule.valid_from
    )
    assert [told(day) for day in (1, 5, 6, 7)] == [False, False, False, True], "Monday is one working day before"


def test_an_agency_may_count_every_day(centre, order):
    rule = LegalRule.objects.get(key="task-count-working-days")
    LegalRule.objects.create(
        agency=centre.agency, key=rule.key, title=rule.title, value=False, article="QĐ 12", valid_from=rule.valid_from
    )
    row = given(centre, order)
    assert told_by_day(-5, 5) == {
        -5: [], -4: [], -3: [PERSON], -2: [], -1: [], 0: [PERSON],
        1: [LEADER, PERSON], 2: [PERSON], 3: [PERSON], 4: [LEADER, PERSON], 5: [PERSON],
    }  # fmt: skip
    assert "quá hạn 5 ngày\n" in mail.outbox[-1].body
    assert Nudge.objects.filter(assignment=row).count() == 9


def test_late_tasks_stand_on_the_leaders_home_page_tile_and_bell(centre, order):
    row = given(centre, order)
    later = NOW + dt.timedelta(days=9)
    said = [each.sentence for each in notices.for_user(centre.leader, later)]
    assert any("quá hạn 3 ngày làm việc" in each and "Trung tâm" in each for each in said)
    tiles = {tile.label: tile.count for tile in home.office_tiles(centre.leader, later).tiles}
    assert tiles["Nhiệm vụ quá hạn"] == "1"
    assert [ring.label for ring in bell.rings(centre.handler, later)] == ["Nhiệm vụ đến hạn, quá hạn"]
    assignment_acts.do("finish", row, by=centre.handler, now=later, note="Đã gửi qua trục liên thông")
    assert not bell.rings(centre.handler, later)
    assert not any("quá hạn" in each.sentence for each in notices.for_user(centre.leader, later))


def test_an_agency_with_nobody_is_reminded_through_the_one_above(centre, order):
    below = Agency.objects.create(code="H80.05.9", kind="commune", name="UBND xã Không Người", parent=centre.agency)
    assigning.give(below, "Báo cáo", DUE, by=None, now=NOW)
    reminding.remind(now=NOW + dt.timedelta(days=7))
    assert "lanh-dao@example.vn" in {to for letter in mail.outbox for to in letter.to}


def test_a_monthly_report_makes_its_task_once_a_month(centre):
    each = Recurrence.objects.create(
        agency=centre.agency, title="Báo cáo tháng", day=31, made_before=10, person=centre.handler,
        valid_from=dt.date(2026, 1, 1),
    )  # fmt: skip
    days = [dt.datetime(2026, 11, day, 7, 25, tzinfo=NOW.tzinfo) for day in (16, 20, 21, 30)]
    assert [reminding.make_recurring(now=now) for now in days] == [0, 1, 0, 0]
    row = Assignment.objects.get()
    assert (row.due_on, row.title) == (dt.date(2026, 11, 30), "Báo cáo tháng (tháng 11/2026)")
    each.every, each.day, each.made_before = "quarter", 14, 60
    each.save()
    assert reminding.make_recurring(now=dt.datetime(2026, 11, 1, 7, tzinfo=NOW.tzinfo)) == 1
    assert Assignment.objects.latest("id").title == "Báo cáo tháng (quý 4 năm 2026)"


def test_no_report_is_passed_over_however_many_recur(centre, monkeypatch):
    """Only so many reports were looked at, always the same: those behind them never made a task."""
    monkeypatch.setattr(reminding, "MOST_MADE", 1)
    for title in ("A", "B", "C"):
        Recurrence.objects.create(agency=centre.agency, title=title, day=30, valid_from=dt.date(2026, 1, 1))
    days = [dt.datetime(2026, 11, day, 7, 25, tzinfo=NOW.tzinfo) for day in (21, 22, 23, 24)]
    assert [reminding.make_recurring(now=now) for now in days] == [1, 1, 1, 0]


def test_the_task_of_somebody_whose_account_is_closed_is_everybodys(centre, order):
    given(centre, order, person="clerk")
    centre.clerk.email, centre.clerk.is_active = "da-nghi@example.vn", False
    centre.clerk.save(update_fields=["email", "is_active"])
    reminding.remind(now=dt.datetime.combine(DUE, dt.time(7, 25), NOW.tzinfo) - dt.timedelta(days=1))
    told = {to for letter in mail.outbox for to in letter.to}
    assert "thu-ly@example.vn" in told and "da-nghi@example.vn" not in told


def test_what_cannot_be_is_refused_with_a_sentence(client, centre, elsewhere, order):
    client.force_login(centre.leader)
    address = reverse("admin:correspondence_assignment_changelist")
    right = {"title": "Báo cáo", "due_on": "15/12/2026", "agency": centre.agency.pk}
    with time_machine.travel(NOW, tick=False):
        for changed, words in (
            ({"due_on": "01/01/2026"}, "đã qua"),
            ({"due_on": "abc"}, "Ngày chưa đúng"),
            ({"due_on": ""}, "Ghi hạn"),
            ({"title": "…"}, "Ghi việc phải làm"),
            ({"source": "77/KHAC"}, "chưa có văn bản số 77/KHAC"),
            ({"agency": elsewhere.agency.pk}, "Chọn cơ quan của bạn"),
            ({"person": elsewhere.clerk.pk}, "lựa chọn"),
        ):
            answer = client.post(address, {**right, **changed})
            assert answer.status_code == 422 and words.lower() in body(answer).lower(), words
    assert not Assignment.objects.exists()
    row = given(centre)
    with pytest.raises(ActError, match="Ghi số văn bản"):
        assignment_acts.do("finish", row, by=centre.handler, now=NOW)
    with pytest.raises(Forbidden):
        assignment_acts.do("drop", row, by=elsewhere.leader, now=NOW, note="x")
    assignment_acts.do(
        "change", row, by=centre.leader, now=NOW, title=row.title, due_on=DUE + dt.timedelta(days=1), person=None
    )
    assert "hạn" in row.steps.first().note and "chưa giao ai" in row.steps.first().note
