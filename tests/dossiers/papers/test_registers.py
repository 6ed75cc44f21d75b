"""The books of a period agree with the data: what the files say is counted again by SQL of its own."""

import datetime as dt
import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from dossiers.deadlines.working_time import ZONE
from dossiers.intake.people import PersonData
from dossiers.letters import acts as letter_acts
from dossiers.long_acts import files, running
from dossiers.models import DossierEvent, IssuedPaper, LongAct, Membership, PersonalDataRead
from dossiers.papers import act_papers, receipts
from dossiers.papers import books as registers
from dossiers.papers.books import Period
from dossiers.printed_forms import FormError
from dossiers.states import State
from tests import factories, people
from tests.dossiers.letters.test_letters_acts import FRIDAY, drafted
from tests.dossiers.printed_forms.printed_paper import words
from tests.people import MONDAY

NOVEMBER = Period(dt.date(2026, 11, 1), dt.date(2026, 11, 30))
STATES = [State.ACCEPTED, State.ASSIGNED, State.SUPPLEMENT_REQUESTED, State.STOPPED, State.RESULT_READY]


def sheet_of(file) -> list[tuple]:
    rows = list(load_workbook(io.BytesIO(file.read()), read_only=True).active.iter_rows(values_only=True))
    return rows[2:]


def counted(question: str, *values) -> list[tuple]:
    """Return the rows of a question put to the database without the product's own reading."""
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchall()


@pytest.fixture
def month(centre, procedure):
    """A month of one centre: every outcome, a refusal and an unread submission that are in no book, other months."""
    for state in (*STATES, State.RESULT_RETURNED, State.RESULT_RETURNED):
        factories.in_state(state, centre, procedure)
    for state in (State.SUBMITTED, State.REFUSED):
        factories.in_state(state, centre, procedure)
    letter_acts.do("approve", drafted(centre, procedure), by=centre.leader, now=FRIDAY)
    for outside in (dt.datetime(2026, 10, 30, 9, tzinfo=ZONE), dt.datetime(2026, 12, 1, 8, tzinfo=ZONE)):
        factories.dossier(centre, procedure, now=outside)
    factories.dossier(people.centre("H80.06"), procedure)
    return centre


def test_the_workbook_has_every_dossier_of_the_period_once(month):
    rows = sheet_of(registers.register_xlsx(month.agency, NOVEMBER))
    between = (NOVEMBER.since.astimezone(dt.UTC), NOVEMBER.until.astimezone(dt.UTC))
    where = "FROM dossiers_dossier WHERE agency_id = %s AND received_at >= %s AND received_at < %s"
    told = counted(
        "SELECT COUNT(*), COUNT(due_at), COUNT(CASE WHEN state <> 'stopped' THEN finished_at END), COUNT(returned_at), "
        f"SUM(sets) {where}",
        month.agency.pk,
        *between,
    )[0]
    columns = list(zip(*rows, strict=True))
    filled = [sum(bool(cell) for cell in columns[place]) for place in (8, 10, 11)]
    assert (len(rows), *filled, sum(columns[3])) == told
    assert told[0] == len(STATES) + 3
    assert set(columns[1]) == {code for (code,) in counted(f"SELECT code {where}", month.agency.pk, *between)}
    forwarded = counted(
        "SELECT COUNT(DISTINCT dossier_id) FROM dossiers_dossierevent WHERE kind = 'assigned' AND dossier_id IN "
        f"(SELECT id {where})",
        month.agency.pk,
        *between,
    )[0][0]
    assert sum(bool(cell) for cell in columns[9]) == forwarded
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))


def test_the_print_says_what_the_workbook_says(month):
    rows = sheet_of(registers.register_xlsx(month.agency, NOVEMBER))
    content, kind = registers.register_pdf(month.agency, NOVEMBER, keeper="Trần Thị Bích Ngọc", now=FRIDAY)
    text = "".join(words(content).split())
    assert kind == "pdf"
    for row in rows:
        assert row[1].replace(" ", "") in text
        assert "".join(row[4].split()) in text
    assert f"{len(rows):02d}hồsơ" in text or f"{len(rows)}hồsơ" in text


def test_the_book_of_papers_is_the_rows_and_has_no_gap(month, procedure):
    for _ in range(3):
        dossier = factories.in_state(State.SUPPLEMENT_REQUESTED, month, procedure)
        event = dossier.events.get(kind=DossierEvent.Kind.SUPPLEMENT_REQUESTED)
        act_papers.event_paper(event, "supplement", by=month.clerk, now=FRIDAY)
    rows = sheet_of(registers.papers_xlsx(month.agency, NOVEMBER))
    told = counted("SELECT number, sha256 FROM dossiers_issuedpaper WHERE register_agency_id = %s", month.agency.pk)
    assert sorted((row[0], row[6]) for row in rows) == sorted(told)
    assert [each.gaps for each in registers.series(month.agency)] == [0, 0, 0]
    one = IssuedPaper.objects.filter(form_code="supplement").order_by("register_number")[1]
    IssuedPaper.objects.filter(pk=one.pk).update(register_number=9)  # as if somebody had reached into the table
    gaps = {each.form_code: each.gaps for each in registers.series(month.agency)}
    assert gaps["supplement"] == 6


def test_a_receipt_that_replaces_one_printed_late_bears_the_day_of_the_receiving(centre, procedure):
    dossier = factories.dossier(centre, procedure)
    paper = receipts.receipt_paper(dossier.receipt, by=centre.clerk, now=MONDAY + dt.timedelta(days=4))
    assert paper.dated == MONDAY.date()
    again = receipts.replacing_paper(dossier.receipt, by=centre.clerk, now=MONDAY + dt.timedelta(days=5))
    assert again.dated == MONDAY.date()


def test_a_name_that_looks_like_a_formula_stays_a_name(centre, procedure):
    evil = PersonData(full_name='=HYPERLINK("http://x","a")', id_number="080085001234", phone="0912345678")
    factories.dossier(centre, procedure, person=evil)
    book = load_workbook(io.BytesIO(registers.register_xlsx(centre.agency, NOVEMBER).read()))
    cell = book.active.cell(row=3, column=5)
    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("http://x","a")')


def test_a_period_backwards_or_too_long_is_a_sentence(centre):
    day = MONDAY.date()
    for last, sentence in ((day - dt.timedelta(days=1), "bằng hoặc sau"), (day + dt.timedelta(days=400), "một năm")):
        with pytest.raises(FormError, match=sentence):
            registers.register_xlsx(centre.agency, Period(day, last))


def test_a_book_of_a_million_lines_is_the_workers_and_says_who_took_it(client, month, monkeypatch):
    """Beyond 200,000 lines the rest of the book was left out without a word, and no sheet said who had taken it."""
    client.force_login(month.clerk)
    asked = {"co-quan": month.agency.pk, "tu": "01/11/2026", "den": "30/11/2026"}
    name = month.clerk.get_full_name() or month.clerk.get_username()
    for kind in ("so", "van-ban"):
        answer = client.post(reverse("admin:dossiers_registers_download"), {**asked, "tep": kind})
        title = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active["A1"].value
        assert f"{name} xuất lúc" in title, kind
    whole = len(sheet_of(registers.register_xlsx(month.agency, NOVEMBER)))
    for kind, at_once in (("so", 3), ("van-ban", 0)):
        monkeypatch.setattr(files, "AT_ONCE", at_once)
        LongAct.objects.all().delete()
        answer = client.post(reverse("admin:dossiers_registers_download"), {**asked, "tep": kind})
        act = LongAct.objects.get()
        file = reverse("admin:desk_long_act_file", args=[act.pk])
        assert answer["Location"] == reverse("admin:desk_long_act", args=[act.pk])
        assert client.get(file).status_code == 404, "not written yet"
        running.run(act.pk)
        act.refresh_from_db()
        assert (act.state, act.result.get("address")) == ("done", file), act.result
        lines = b"".join(client.get(file).streaming_content).decode().splitlines()
        assert f"{name} xuất lúc" in lines[0]
        assert kind == "van-ban" or len(lines) == 2 + whole > 5
    client.force_login(month.administrator)
    assert client.get(file).status_code == 404, "another's file"
    client.force_login(month.clerk)
    LongAct.objects.update(created_at=timezone.now() - files.KEPT - dt.timedelta(hours=1))
    assert "chỉ giữ 7 ngày" in client.get(file, follow=True).content.decode()
    client.post(reverse("admin:dossiers_registers_download"), {**asked, "tep": "so"})
    month.clerk.groups.clear()
    running.run(LongAct.objects.latest("pk").pk)
    assert "không còn quyền" in LongAct.objects.latest("pk").result["words"]


@pytest.fixture
def written(client, month, monkeypatch):
    """A long register of the clerk's, written by the worker; nobody has fetched it."""
    monkeypatch.setattr(files, "AT_ONCE", 0)
    client.force_login(month.clerk)
    asked = {"co-quan": month.agency.pk, "tu": "01/11/2026", "den": "30/11/2026", "tep": "so"}
    client.post(reverse("admin:dossiers_registers_download"), asked)
    running.run(LongAct.objects.get().pk)
    return LongAct.objects.get(state=LongAct.State.DONE)


def test_a_written_register_is_fetched_by_who_still_may_and_each_time_is_logged(client, month, elsewhere, written):
    """A right withdrawn still opened the file, and the log had a line of the asking, none of the fetching."""
    file = reverse("admin:desk_long_act_file", args=[written.pk])
    assert not PersonalDataRead.objects.exists(), "nothing has been read yet"
    assert client.get(file).status_code == 200
    assert PersonalDataRead.objects.get().via.startswith("tải tệp: Sổ theo dõi")
    groups, place = list(month.clerk.groups.all()), Membership.objects.filter(user=month.clerk)
    month.clerk.groups.clear()
    assert client.get(file).status_code == 403
    month.clerk.groups.set(groups)
    place.update(agency=elsewhere.agency)
    assert client.get(file).status_code == 403
    place.update(agency=month.agency)
    assert client.get(file).status_code == 200
    assert PersonalDataRead.objects.count() == 2, "a line for each time it was handed out"


def test_files_without_a_fresh_act_are_forgotten_in_both_folders(client, month, written):
    """Each night asked the store once for every act ever made; exports of before the move stayed for ever."""
    orphans = ["xuat-nhat-ky/7.csv", "xuat-bang/999999.csv"]
    for name in orphans:
        default_storage.save(name, ContentFile(b"x"))
    LongAct.objects.create(
        kind=written.kind, title="x", by=written.by, created_at=timezone.now() - files.KEPT * 9, state="done"
    )
    files.forget_old(now=timezone.now())
    assert not any(default_storage.exists(name) for name in orphans)
    assert default_storage.exists(files.stored_name(written))
    assert files.forget_old(now=timezone.now()) == 0
    written.delete()
    before = f"/admin/nhat-ky/xuat/{LongAct.objects.get().pk}/"
    assert "Hãy xuất lại" in client.get(before, follow=True).content.decode(), "an address that results still name"


def test_a_register_that_is_refused_leaves_no_line_of_reading(client, month, monkeypatch):
    client.force_login(month.clerk)
    asked = {"co-quan": month.agency.pk, "tu": "01/11/2026", "den": "30/11/2026", "tep": "pdf"}
    monkeypatch.setattr(registers, "MOST_PRINTED", 1)
    said = client.post(reverse("admin:dossiers_registers_download"), asked, follow=True).content.decode()
    assert "Hãy chọn kỳ ngắn hơn" in said and not PersonalDataRead.objects.exists()
    client.post(reverse("admin:dossiers_registers_download"), {**asked, "tep": "so"})
    assert PersonalDataRead.objects.get().via.startswith("sổ theo dõi")
