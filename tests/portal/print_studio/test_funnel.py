"""The funnel from the printed sheet to the first message: counted by day, shown with what to do next."""

from __future__ import annotations

import datetime as dt
import io

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from openpyxl import load_workbook

from dossiers.deadlines.working_time import ZONE
from portal.print_studio import sources, tasks
from portal.print_studio.funnel import counting
from portal.print_studio.funnel.advice import advise, part_of_each, towards
from portal.print_studio.models import Figure, Printing, Scan, Target
from tests import factories, people
from tests.portal.print_studio.printed import NOW
from zalo.models import Contact, ContactLink, FollowRecord, OutboxMessage
from zalo.people import referrals

pytestmark = pytest.mark.django_db
PAGE = "admin:print_studio_figure_changelist"
Step, By = Figure.Step, Figure.By


def follower(account, number: int, at) -> Contact:
    contact = Contact.objects.create(account=account, user_id=f"u{number}", is_follower=True, followed_at=at)
    record = FollowRecord.objects.create(contact=contact, account=account, change="follow", at=at)
    referrals.attribute(record, now=at)
    return contact


def message(contact, dossier, at, key: str) -> None:
    OutboxMessage.objects.create(
        account=contact.account, agency=dossier.agency, dossier=dossier, contact=contact, kind="dossier.received",
        purpose="dossier", dedupe_key=key, state="delivered", outcome="delivered", happened_at=at, created_at=at,
        next_at=at, finished_at=at,
    )  # fmt: skip


@pytest.fixture
def morning_at_the_counter(place, account, client):
    """One counter on one morning: four dossiers, a sheet printed, three scans, two follows, one link, one message."""
    procedure = people.procedure()
    made = [
        factories.dossier(place, procedure, now=NOW, person=person) for person in (people.AN, people.BINH, people.AN)
    ]
    Printing.objects.create(agency=place.agency, desk=place.desk, medium="q", copies=2, day=NOW.date())
    address = sources.of_desk(place.desk).address("q").removeprefix("https://motcua.tayninh.gov.vn")
    for minute in (1, 20, 40):
        with time_machine.travel(NOW + dt.timedelta(minutes=minute), tick=False):
            answer = client.get(address)
            assert answer.status_code == 302 and answer.url == "https://zalo.me/chinhquyensotayninh"
    client.get(address, HTTP_USER_AGENT="Googlebot")
    lan = follower(account, 1, NOW + dt.timedelta(minutes=2))
    follower(account, 2, NOW + dt.timedelta(minutes=21))
    linked = NOW + dt.timedelta(minutes=5)
    ContactLink.objects.create(contact=lan, dossier=made[0], proof="code", linked_at=linked)
    message(lan, made[0], linked + dt.timedelta(minutes=1), "a")
    message(lan, made[0], linked + dt.timedelta(minutes=9), "b")  # the second message of a person is not the first
    return made


def numbers(by: str, subject: str = "", **more) -> dict[str, int]:
    return dict(Figure.objects.filter(by=by, subject=subject, **more).values_list("step", "number"))


def test_a_morning_is_counted_by_agency_counter_and_printed_thing(place, morning_at_the_counter):
    assert Scan.objects.filter(medium="q").count() == 3
    counting.rebuild(NOW.date(), NOW.date())
    whole = {
        Step.SUBMITTERS: 2, Step.RECEIPTS: 3, Step.SHEETS: 2, Step.SCANNED: 3, Step.FOLLOWED: 2, Step.LINKED: 1,
        Step.TOLD: 1,
    }  # fmt: skip
    assert numbers(By.AGENCY) == whole
    desk = numbers(By.DESK, str(place.desk.pk))
    assert desk == {step: desk.get(step) for step in whole} and desk[Step.SCANNED] == 3 and desk[Step.TOLD] == 1
    assert numbers(By.MEDIUM, "q") == {
        Step.SHEETS: 2, Step.SCANNED: 3, Step.FOLLOWED: 2, Step.LINKED: 1, Step.TOLD: 1,
    }  # fmt: skip
    # Counting again changes nothing; another day has none of it.
    before = set(Figure.objects.values_list("day", "by", "subject", "step", "number"))
    tasks.count_funnel_again()
    tasks.count_funnel()
    assert set(Figure.objects.values_list("day", "by", "subject", "step", "number")) == before


def test_the_officers_address_counts_for_the_officer(place, account, client):
    client.get(f"/q/{referrals.officer_code(place.clerk)}.t/")
    follower(account, 7, NOW + dt.timedelta(minutes=1))
    counting.rebuild(NOW.date(), NOW.date())
    assert numbers(By.OFFICER, str(place.clerk.pk)) == {Step.SCANNED: 1, Step.FOLLOWED: 1}
    assert numbers(By.MEDIUM, "t") == {Step.SCANNED: 1, Step.FOLLOWED: 1}


def test_days_are_those_of_vietnam(place, account, client):
    late = dt.datetime(2026, 11, 29, 23, 50, tzinfo=ZONE)
    with time_machine.travel(late, tick=False):
        client.get(f"/q/{place.desk.code}.q/")
    with time_machine.travel(late + dt.timedelta(minutes=20), tick=False):
        client.get(f"/q/{place.desk.code}/")
    counting.rebuild(dt.date(2026, 11, 29), dt.date(2026, 11, 30))
    days = Figure.objects.filter(by=By.AGENCY, step=Step.SCANNED).values_list("day", "number")
    assert set(days) == {(dt.date(2026, 11, 29), 1), (dt.date(2026, 11, 30), 1)}


def test_a_typed_address_has_no_medium_and_a_strange_letter_still_leads_to_the_channel(place, client):
    assert referrals.origin_of(f"{place.desk.code}.z").desk == place.desk
    for code in (place.desk.code, f"{place.desk.code}.z", f"{place.desk.code}.Q", "khong-co.q"):
        assert client.get(f"/q/{code}/").status_code == 302
    assert list(Scan.objects.values_list("medium", flat=True)) == ["q"]


def test_the_page_shows_names_bars_targets_and_what_to_do(place, morning_at_the_counter, signed_in):
    counting.rebuild(NOW.date(), NOW.date())
    Target.objects.create(agency=place.agency.parent, percent=100, valid_from=dt.date(2026, 1, 1))
    client = signed_in(place.leader)
    page = client.get(reverse(PAGE)).content.decode()
    assert "Quầy 1" in page and place.desk.code in page and page.count("--part:") == 5
    assert "Chưa ai quét mã của quầy này" in page  # the other counter
    assert "Đạt chỉ tiêu 100%." in page  # the counter where they followed, by its agency's target
    page = client.get(reverse(PAGE) + "?theo=agency").content.decode()
    assert "Đạt chỉ tiêu 100%." in page and "Cứ 100 lượt người nộp hồ sơ có 100 người" in page
    for address in ("?theo=officer", "?theo=medium", "?tu=31/02/2026&den=x&theo=y&co-quan=99999999999999999999"):
        assert client.get(reverse(PAGE) + address).status_code == 200
    assert "Tờ mã QR tại quầy" in client.get(reverse(PAGE) + "?theo=medium").content.decode()


def test_a_figure_opens_its_rows_for_who_may_see_them(place, morning_at_the_counter, signed_in):
    counting.rebuild(NOW.date(), NOW.date())
    leader = signed_in(place.leader)
    asked = (
        reverse("admin:print_studio_funnel_rows") + f"?theo=desk&cua={place.desk.pk}&co-quan={place.agency.pk}&buoc="
    )
    assert morning_at_the_counter[0].code in leader.get(asked + "receipts").content.decode()
    for step in ("submitters", "sheets", "scanned", "followed", "linked", "told"):
        answer = leader.get(asked + step)
        assert answer.status_code == 200 and "Không có dòng nào" not in answer.content.decode(), step
    assert "/admin/zalo/contact/" in leader.get(asked + "followed").content.decode()
    assert signed_in(place.supervisor).get(asked + "followed").status_code == 403
    assert leader.get(asked + "khac").status_code == 404
    assert leader.get(asked.replace(f"cua={place.desk.pk}", "cua=x") + "scanned").status_code == 404
    stranger = signed_in(people.centre("H80.06", "Trung tâm phường Long An").leader)
    for step in ("receipts", "scanned", "followed", "linked", "told", "sheets"):
        assert "Không có dòng nào" in stranger.get(asked + step).content.decode()
    assert signed_in(place.clerk).get(reverse(PAGE)).status_code == 403


def test_a_link_to_a_person_opens_where_it_is_counted_and_nowhere_else(place, account, signed_in):
    other = people.centre("H80.06", "Trung tâm phường Long An")
    mai = Contact.objects.create(account=account, user_id="mai", is_follower=True, followed_at=NOW)
    for minute, centre in ((1, place), (2, other)):
        at = NOW + dt.timedelta(minutes=minute)
        FollowRecord.objects.create(contact=mai, account=account, change="follow", at=at, agency=centre.agency)
    person = factories.dossier(place, people.procedure(), now=NOW).submitter
    ContactLink.objects.create(contact=mai, applicant=person, proof="staff", linked_at=NOW + dt.timedelta(minutes=3))
    counting.rebuild(NOW.date(), NOW.date())
    assert list(Figure.objects.filter(step="linked", by="agency").values_list("agency", "number")) == [
        (other.agency.pk, 1)
    ]
    asked = reverse("admin:print_studio_funnel_rows") + "?theo=agency&buoc=linked"
    assert f"Người quan tâm số {mai.pk}, " in signed_in(other.leader).get(asked).content.decode()
    assert "Không có dòng nào" in signed_in(place.leader).get(asked).content.decode()


def test_the_table_leaves_as_a_file(place, morning_at_the_counter, signed_in):
    counting.rebuild(NOW.date(), NOW.date())
    client = signed_in(place.editor)
    csv = b"".join(client.get(reverse("admin:print_studio_funnel_export", args=["csv"])).streaming_content).decode()
    assert "Quầy 1" in csv and "Việc nên làm" in csv
    book = client.get(reverse("admin:print_studio_funnel_export", args=["xlsx"]) + "?theo=agency")
    sheet = load_workbook(io.BytesIO(b"".join(book.streaming_content))).active
    row = [cell.value for cell in sheet[3]]
    assert row[0] == place.agency.name and row[2:9] == [2, 2, 3, 3, 2, 1, 1] and row[9] == 100
    assert client.get(reverse("admin:print_studio_funnel_export", args=["exe"])).status_code == 404


def test_the_page_asks_the_kept_figures_and_no_big_table(
    place, morning_at_the_counter, signed_in, django_assert_max_num_queries
):
    counting.rebuild(NOW.date(), NOW.date())
    client = signed_in(place.leader)
    client.get(reverse(PAGE))
    with django_assert_max_num_queries(40) as asked:
        client.get(reverse(PAGE))
    sql = " ".join(query["sql"] for query in asked.captured_queries)
    for table in ("zalo_followrecord", "zalo_referralvisit", "zalo_contactlink", "dossiers_receipt"):
        assert f'FROM "{table}"' not in sql


def test_the_command_counts_a_quarter_again(place, morning_at_the_counter, capsys):
    call_command("rebuild_funnel", "--tu", "01/10/2026", "--den", "30/11/2026")
    assert numbers(By.AGENCY)[Step.FOLLOWED] == 2
    assert "01/10/2026–31/10/2026" in capsys.readouterr().out


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("found", "says"),
    [
        ({}, "in bộ cho mọi quầy"),
        ({"receipts": 100, "scanned": 4}, "ngang tầm mắt"),
        ({"receipts": 100, "scanned": 60, "followed": 10}, "chưa bấm “Quan tâm”"),
        ({"receipts": 100, "scanned": 60, "followed": 40, "linked": 5}, "chưa kết nối hồ sơ"),
        ({"receipts": 100, "scanned": 60, "followed": 40, "linked": 30, "told": 3}, "Sức khoẻ kênh"),
        ({"receipts": 100, "scanned": 60, "followed": 40, "linked": 30, "told": 28}, "giữ cách làm"),
        ({"scanned": 2, "followed": 1}, "Số còn ít"),
    ],
)
def test_the_first_leak_decides_what_to_do(found, says):
    assert says in advise(found)
    assert "Đang chạy tốt" not in advise(found, short=True), "not while the target is missed"


@pytest.mark.sqlite_only
def test_how_far_from_the_target_is_said_in_people():
    assert towards(30, 12, 100) == "Còn thiếu 18 người quan tâm để đạt chỉ tiêu 30%."
    assert towards(30, 30, 100) == "Đạt chỉ tiêu 30%." and towards(None, 1, 1) == ""
    told = "Cơ quan còn thiếu 18 người để đạt chỉ tiêu 30%: mỗi cán bộ mời thêm 5."
    assert part_of_each(30, 12, 100, 4) == told and part_of_each(None, 1, 1, 1) == ""
    assert part_of_each(30, 30, 100, 4) == "Cơ quan đạt chỉ tiêu 30%."
