"""The demonstration month: believable, deterministic, lived through the acts, and every board opens on it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
import re
from importlib import import_module

import pytest
from django.apps import apps
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from dossiers.long_acts import files, running
from dossiers.models import LongAct
from feedback.cases.counted import NO_THEME
from feedback.cases.search import Asked, matching
from feedback.figures import reports
from feedback.figures.periods import Period, chosen
from feedback.models import Case, Category, FaqEntry, Publication
from feedback.seeding import month as seeding
from feedback.states import Status
from portal.audit import passage
from tests.factories import in_state
from tests.feedback.conftest import new_case
from tests.people import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]
TODAY = MONDAY.date()


@pytest.fixture
def month(centre, elsewhere, procedure):
    for day in range(8):
        in_state("result_returned", centre, procedure, now=MONDAY - dt.timedelta(days=2 + day))
    agencies = [centre.agency, elsewhere.agency]
    made = seeding.seed_cases(agencies, TODAY, random.Random(5), 100)
    made.ratings = seeding.seed_ratings(agencies, TODAY, random.Random(5)).ratings
    return made


def test_a_hundred_believable_cases(month, centre, client):
    assert month.cases == 100 and month.petitions == 2 and month.published > 8 and month.ratings >= 2
    statuses = set(Case.objects.values_list("status", flat=True))
    assert {Status.NEW, Status.IN_PROGRESS, Status.ANSWERED, Status.CLOSED, Status.FORWARDED} <= statuses
    assert not Case.objects.filter(sent_at__gt=MONDAY).exists()
    assert FaqEntry.objects.filter(published=True).count() >= 8
    for row in Publication.objects.filter(status="published"):
        assert "09" not in row.question

    period = Period(TODAY - dt.timedelta(days=31), TODAY)
    board = reports.board(centre.supervisor, period, now=MONDAY)
    assert board.total.received > 30 and board.total.median_days and board.by_category
    assert board.total.received == sum(tally.received for _, tally in board.by_kind)
    query = f"?tu={period.first}&den={period.last}"
    client.force_login(centre.supervisor)
    page = client.get(reverse("admin:feedback_boards") + query)
    assert page.status_code == 200 and "Phiếu 18 điểm" in page.content.decode() and "<circle" in page.content.decode()
    asked = {"tu": period.first, "den": period.last}
    handed = client.post(reverse("admin:feedback_boards_export"), asked)
    book = load_workbook(io.BytesIO(b"".join(handed.streaming_content)))
    assert book.sheetnames == ["Tổng hợp", "Đánh giá", "Ý kiến"]
    cells = [str(cell) for row in book["Ý kiến"].iter_rows(values_only=True) for cell in row]
    assert not any(cell.startswith(("=", "+", "@")) for cell in cells) and "+84" not in "".join(cells)
    assert client.get(reverse("admin:feedback_boards_export"), asked).status_code == 405
    answer = client.post(reverse("admin:feedback_boards_export"), {**asked, "tep": "csv"})
    text = b"".join(answer.streaming_content).decode()
    assert answer["Content-Type"].startswith("text/csv")
    [title], *lines = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    assert lines[0][0] == "Mã"
    sheet = [list(row) for row in book["Ý kiến"].iter_rows(values_only=True, min_row=2)]
    assert [row[:6] for row in lines] == [[cell or "" for cell in row[:6]] for row in sheet]
    assert all(isinstance(row[6], dt.datetime) for row in sheet[1:]), "the moments stood there as words"
    numbers = [row for row in book["Tổng hợp"].iter_rows(values_only=True, min_row=3) if row[1] is not None]
    assert all(isinstance(row[5], int | float) for row in numbers if row[3]), "the shares stood there as words"
    # Who took it and when, on every sheet and in the file.
    assert all("xuất lúc" in said for said in (title, *(sheet["A1"].value for sheet in book)))


def test_the_board_draws_what_its_tables_say(month, centre, client):
    client.force_login(centre.supervisor)
    page = client.get(reverse("admin:feedback_boards") + f"?tu={TODAY - dt.timedelta(days=31)}&den={TODAY}")
    board = page.context["board"]
    text = page.content.decode()
    for name, tally in board.by_kind:
        assert re.search(rf'max="{board.total.received}"\s+value="{tally.received}"', text), name
        if tally.satisfaction.drawn:
            low, at, high = tally.satisfaction.drawn
            assert low <= at <= high and f'<circle cx="{at}"' in text
    assert any(tally.satisfaction.drawn for _, tally in board.by_kind)


def test_every_figure_of_the_voices_opens_as_many_cases_as_it_says(month, centre, client):
    client.force_login(centre.supervisor)
    page = client.get(reverse("admin:feedback_boards") + f"?tu={TODAY - dt.timedelta(days=31)}&den={TODAY}")
    board = page.context["board"]
    groups = (board.by_kind, board.by_category, board.by_agency, board.by_month, board.worst)
    assert board.by_agency
    for name, tally in [("all", board.total), *(row for group in groups for row in group)]:
        said = {"received": tally.received, "answered": tally.answered, "timely": tally.on_time,
                "overdue": tally.overdue_open, "reopened": tally.reopened, "happy": tally.happy}  # fmt: skip
        for part, number in said.items():
            asked = Asked.from_query(QueryDict(tally.to[part].split("?")[1]))
            assert matching(asked, centre.supervisor, timezone.now()).count() == number, (name, part)
    assert board.total.to["received"].replace("&", "&amp;") in page.content.decode()
    listed = client.get(board.total.to["answered"]).content.decode()
    assert "đã trả lời" in listed and "Chỉ ý kiến gửi" in listed
    old = Category.objects.first().code
    Category.objects.filter(code=old).update(active=False)
    for kept in (NO_THEME, old):
        shown = client.get(reverse("admin:feedback_case_changelist"), {"category": kept}).content.decode()
        assert f'<option value="{kept}" selected>' in shown, "the next search forgot what the figure counted"
    wrong = client.get(reverse("admin:feedback_boards"), {"tu": "31/02/2026", "den": "01/03/2026"}).content.decode()
    assert "Ngày chưa đúng" in wrong, "this month stood there without a word"


def test_sentences_of_themes_nobody_edited_draw_their_borders_in_old_installations():
    migration = import_module("feedback.migrations.0008_dated_owners_of_themes")
    before, now = migration.DESCRIPTIONS["dat-dai"]
    Category.objects.update_or_create(code="dat-dai", defaults={"name": "Đất đai", "description": before})
    Category.objects.update_or_create(code="nha-o", defaults={"name": "Nhà ở", "description": "Câu của xã"})
    migration.draw_borders(apps, None)
    said = dict(Category.objects.values_list("code", "description"))
    assert (said["dat-dai"], said["nha-o"]) == (now, "Câu của xã")


def test_cases_too_many_to_wait_for_are_the_workers(
    month, centre, client, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(files, "AT_ONCE", 5)
    client.force_login(centre.supervisor)
    asked = {"tu": TODAY - dt.timedelta(days=31), "den": TODAY, "tep": "csv"}
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("admin:feedback_boards_export"), asked)
    act = LongAct.objects.latest("pk")
    assert answer["Location"] == reverse("admin:desk_long_act", args=[act.pk])
    running.run(act.pk)
    text = b"".join(client.get(reverse("admin:desk_long_act_file", args=[act.pk])).streaming_content).decode()
    title, head, *lines = text.splitlines()
    assert "xuất lúc" in title and head.startswith("Mã,") and len(lines) > 30
    book = client.post(reverse("admin:feedback_boards_export"), {**asked, "tep": ""})
    sheet = load_workbook(io.BytesIO(b"".join(book.streaming_content)))["Ý kiến"]
    assert sheet.max_row == 3 and "Tải CSV" in sheet["A3"].value
    client.force_login(centre.clerk)
    assert client.get(reverse("admin:desk_long_act_file", args=[act.pk])).status_code in {403, 404}


def test_a_name_that_is_a_formula_is_words_in_both_files(centre, client):
    with passage.opened("Chỉ còn một ý kiến"):
        Case.objects.all().delete()
    case = new_case(centre)
    case.category.name = "=HYPERLINK(1)"
    case.category.save()
    client.force_login(centre.supervisor)
    asked = {"tu": TODAY - dt.timedelta(days=31), "den": TODAY + dt.timedelta(days=1), "tep": "csv"}
    text = b"".join(client.post(reverse("admin:feedback_boards_export"), asked).streaming_content).decode()
    assert "'=HYPERLINK" in text and ",=HYPERLINK" not in text


@pytest.mark.parametrize(
    ("name", "day", "first", "last"),
    [
        ("thang", (2026, 11, 23), (2026, 11, 1), (2026, 11, 30)),
        ("thang-truoc", (2026, 1, 5), (2025, 12, 1), (2025, 12, 31)),
        ("ky-thang", (2026, 11, 14), (2026, 10, 15), (2026, 11, 14)),
        ("ky-thang", (2026, 11, 15), (2026, 11, 15), (2026, 12, 14)),
        ("ky-quy", (2026, 11, 23), (2026, 9, 15), (2026, 12, 14)),
        ("ky-quy", (2026, 12, 15), (2026, 12, 15), (2027, 3, 14)),
        ("ky-quy", (2026, 3, 14), (2025, 12, 15), (2026, 3, 14)),
        ("ky-nam", (2026, 12, 14), (2025, 12, 15), (2026, 12, 14)),
        ("ky-nam", (2026, 12, 15), (2026, 12, 15), (2027, 12, 14)),
        ("nam", (2026, 2, 1), (2026, 1, 1), (2026, 12, 31)),
    ],
)
def test_periods(name, day, first, last):
    assert chosen(name, "", "", dt.date(*day)) == (name, Period(dt.date(*first), dt.date(*last)))


@pytest.mark.parametrize("dates", [("2026-13-01", "2026-01-01"), ("2026-02-01", "2026-01-01"), ("x", "y"), ("", "")])
def test_odd_dates_give_this_month(dates):
    assert chosen("", *dates, dt.date(2026, 11, 23))[0] == "thang"
