"""Logs only grow, their days are sealed in a chain, and whoever inspects finds who changed and who read what."""

from __future__ import annotations

import datetime as dt
import io
import tracemalloc

import pytest
import time_machine
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from openpyxl import load_workbook

from dossiers.long_acts import files, running
from dossiers.models import DossierEvent, LongAct, Membership, PersonalDataRead
from dossiers.table_files.written import csv_lines
from portal.audit import exporting, logs, pages, passage, sealing, searching, triggers
from portal.audit.models import Erasure, Seal
from portal.desk import roles
from tests import factories, people

pytestmark = pytest.mark.django_db
READS = "dossiers.PersonalDataRead"


@pytest.fixture
def dossier(centre, procedure):
    return factories.dossier(centre, procedure)


@pytest.fixture
def guarded(db):
    triggers.install()


@pytest.fixture
def sealed(guarded, dossier, centre):
    """Six readings of this day, sealed two days later."""
    for _ in range(6):
        PersonalDataRead.objects.create(user=centre.clerk, dossier=dossier, via="trang hồ sơ")
    sealing.seal_due(now=timezone.now() + dt.timedelta(days=2))
    return list(PersonalDataRead.objects.order_by("pk"))


def verify() -> tuple[int, str]:
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("verify_audit", stdout=out, stderr=err)
    except CommandError:
        return 1, out.getvalue() + err.getvalue()
    return 0, out.getvalue()


def test_the_database_refuses_to_change_or_remove_a_line(sealed):
    for harm in (
        lambda: PersonalDataRead.objects.filter(pk=sealed[0].pk).update(via="khác"),
        lambda: PersonalDataRead.objects.filter(pk=sealed[0].pk)._raw_delete("default"),
        lambda: DossierEvent.objects.update(actor_name="Người khác"),
        lambda: Seal.objects.update(rows=0),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            harm()
    assert verify()[0] == 0


def test_a_changed_a_removed_and_an_inserted_line_are_found_by_log_and_day(sealed):
    today = f"{timezone.localdate():%d/%m/%Y}"
    name = PersonalDataRead._meta.verbose_name_plural

    def harmed(harm) -> str:
        with transaction.atomic():
            with passage.opened("thử"):
                harm()
            code, said = verify()
            transaction.set_rollback(True)
        assert code == 1 and name in said and today in said, said
        return said

    row = sealed[2]
    assert "bị sửa" in harmed(lambda: PersonalDataRead.objects.filter(pk=row.pk).update(via="khác"))
    removed = harmed(lambda: PersonalDataRead.objects.filter(pk=row.pk)._raw_delete("default"))
    assert f"bị xóa 1 dòng: {row.pk}" in removed
    assert "mất niêm phong" in harmed(lambda: Seal.objects.filter(log=READS).update(first_id=7))


def test_a_line_put_into_a_sealed_gap_is_found_unless_it_came_late(guarded, dossier, centre):
    first = PersonalDataRead.objects.create(user=centre.clerk, dossier=dossier, via="một")
    PersonalDataRead.objects.create(pk=first.pk + 5, user=centre.clerk, dossier=dossier, via="hai")
    later = timezone.now() + dt.timedelta(days=2)
    sealing.seal_due(now=later)
    PersonalDataRead.objects.create(pk=first.pk + 2, user=centre.clerk, dossier=dossier, via="chèn")
    code, said = verify()
    assert code == 1 and f"bị chèn 1 dòng: {first.pk + 2}" in said
    # The next night covers it as one that came late, and says so ever after.
    sealing.seal_due(now=later)
    code, said = verify()
    assert code == 0 and "1 dòng đến muộn" in said
    assert Seal.objects.get(log=READS, number=2).late_ids == [first.pk + 2]


def test_the_chain_shows_a_seal_that_was_taken_out(sealed, dossier, centre):
    now = timezone.now()
    for day in (3, 4):
        row = PersonalDataRead.objects.create(user=centre.clerk, dossier=dossier, via="sau")
        with passage.opened("thử"):
            PersonalDataRead.objects.filter(pk=row.pk).update(at=now + dt.timedelta(days=day))
        sealing.seal_due(now=now + dt.timedelta(days=day + 2))
    assert verify()[0] == 0 and Seal.objects.filter(log=READS).count() == 3
    with passage.opened("thử"):
        Seal.objects.filter(log=READS, number=2)._raw_delete("default")
    code, said = verify()
    assert code == 1 and "mất niêm phong trước số 3" in said


def test_erasing_a_persons_words_is_lawful_and_said(sealed, dossier):
    DossierEvent.objects.filter(dossier=dossier).update(public_note="(đã xóa)")
    assert Erasure.objects.filter(log="dossiers.DossierEvent").exists()
    code, said = verify()
    assert code == 0 and "đã xóa lời văn" in said


def test_sealing_twice_adds_nothing_and_an_open_day_stays_open(sealed):
    before = Seal.objects.count()
    assert sealing.seal_due(now=timezone.now() + dt.timedelta(days=2)) == 0
    PersonalDataRead.objects.create(user=None, dossier=sealed[0].dossier, via="hôm nay")
    assert sealing.seal_due(now=timezone.now()) == 0 and Seal.objects.count() == before


def test_a_day_that_cannot_be_read_is_a_sentence():
    with pytest.raises(CommandError, match="ngày/tháng/năm"):
        call_command("verify_audit", "--from", "hôm qua")
    assert all(log.fixed for log in logs.kept())


def test_the_inspector_finds_by_person_dossier_and_day_and_is_logged(client, sealed, dossier, centre, elsewhere):
    inspector = people.member(centre.agency, "thanh-tra", roles.AUDITOR, "Thanh tra viên")
    client.force_login(inspector)
    asked = {
        "so": "xem",
        "nguoi": centre.clerk.username,
        "ho-so": dossier.code,
        "tu": f"{timezone.localdate():%d/%m/%Y}",
    }
    page = client.get("/admin/nhat-ky/", asked).content.decode()
    assert page.count("Xem qua trang hồ sơ") == 6 and dossier.code in page
    assert PersonalDataRead.objects.filter(user=inspector, dossier=dossier, via="kiểm tra nhật ký").count() == 1
    assert "Đã tiếp nhận" in client.get("/admin/nhat-ky/", {"so": "ho-so"}).content.decode()
    assert client.get("/admin/nhat-ky/", {"so": "thiet-lap"}).status_code == 200
    assert "Hãy ghi ngày/tháng/năm" in client.get("/admin/nhat-ky/", {"tu": "31/02/2026"}).content.decode()
    stranger = people.member(elsewhere.agency, "thanh-tra-2", roles.AUDITOR, "Thanh tra viên")
    client.force_login(stranger)
    assert "Không có hồ sơ mang mã này" in client.get("/admin/nhat-ky/", asked).content.decode()
    assert "trang hồ sơ" not in client.get("/admin/nhat-ky/").content.decode()
    client.force_login(centre.clerk)
    assert client.get("/admin/nhat-ky/").status_code == 403


def test_what_a_colleague_did_at_an_earlier_place_stays_that_places(client, centre, elsewhere):
    """Whoever moves to another agency takes nothing along for its inspector to read, and leaves nothing behind."""
    moved = elsewhere.clerk
    with time_machine.travel(timezone.now() - dt.timedelta(days=40), tick=False):
        LogEntry.objects.log_actions(moved.pk, [elsewhere.agency], CHANGE, "VIỆC Ở NƠI CŨ", single_object=True)
    since = timezone.localdate() - dt.timedelta(days=10)
    Membership.objects.filter(user=moved).update(valid_to=since - dt.timedelta(days=1))
    Membership.objects.create(user=moved, agency=centre.agency, title="Chuyên viên", valid_from=since)
    LogEntry.objects.log_actions(moved.pk, [centre.agency], CHANGE, "VIỆC Ở NƠI MỚI", single_object=True)
    for place, seen, hidden in ((centre, "NƠI MỚI", "NƠI CŨ"), (elsewhere, "NƠI CŨ", "NƠI MỚI")):
        client.force_login(people.member(place.agency, f"tt-{place.agency.code}", roles.AUDITOR, "Thanh tra viên"))
        page = client.get("/admin/nhat-ky/", {"so": "thiet-lap"}).content.decode()
        assert (seen in page, hidden in page) == (True, False)


def test_an_export_says_who_took_it_and_is_logged(client, sealed, dossier, centre):
    client.force_login(centre.supervisor)
    answer = client.post("/admin/nhat-ky/xuat/", {"so": "xem", "ho-so": dossier.code, "tep": "xlsx"})
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    rows = list(sheet.values)
    assert centre.supervisor.get_full_name() in rows[0][0] and "xuất lúc" in rows[0][0]
    assert rows[1][:4] == ("Lúc", "Người", "Việc", "Về") and len(rows) >= 8
    told = client.post("/admin/nhat-ky/xuat/", {"so": "xem", "tep": "csv"})
    assert "xuất lúc" in b"".join(told.streaming_content).decode().splitlines()[0]
    assert PersonalDataRead.objects.filter(user=centre.supervisor, via="xuất nhật ký").count() == 2


def test_a_page_costs_the_same_however_long_the_log(client, sealed, centre, django_assert_max_num_queries):
    assert User.objects.filter(pk=centre.supervisor.pk).exists()
    client.force_login(centre.supervisor)
    client.get("/admin/nhat-ky/")
    with django_assert_max_num_queries(30) as told:
        client.get("/admin/nhat-ky/", {"so": "xem"})
    words = [each["sql"].upper() for each in told.captured_queries]
    assert not [sql for sql in words if "PERSONALDATAREAD" in sql and ("COUNT(" in sql or "OFFSET" in sql)]
    assert connection.vendor in {"sqlite", "postgresql"}


def test_more_than_one_waits_for_is_written_by_the_worker_and_fetched_for_a_week(
    client, sealed, dossier, centre, monkeypatch
):
    monkeypatch.setattr(pages, "MOST", 5)
    monkeypatch.setattr(files, "TELL_EVERY", 2)
    client.force_login(centre.supervisor)
    answer = client.post("/admin/nhat-ky/xuat/", {"so": "xem", "ho-so": dossier.code, "tep": "xlsx"})
    act = LongAct.objects.get()
    assert answer["Location"] == f"/admin/viec/{act.pk}/"
    file = f"/admin/viec/{act.pk}/tep/"
    assert client.get(file).status_code == 404, "not written yet"
    running.run(act.pk)
    act.refresh_from_db()
    assert (act.state, act.result["address"]) == ("done", file), act.result
    rows = b"".join(client.get(file).streaming_content).decode().splitlines()
    assert "xuất lúc" in rows[0] and len(rows) == 2 + PersonalDataRead.objects.filter(dossier=dossier).count()
    client.force_login(centre.administrator)
    assert client.get(file).status_code in {403, 404}, "another's export"
    client.force_login(centre.supervisor)
    LongAct.objects.update(created_at=timezone.now() - files.KEPT - dt.timedelta(hours=1))
    assert client.get(file)["Location"] == f"/admin/viec/{act.pk}/"
    files.forget_old(now=timezone.now())
    assert not default_storage.exists(files.stored_name(act))


def test_an_export_of_somebody_who_lost_the_right_writes_nothing(client, sealed, dossier, centre, monkeypatch):
    monkeypatch.setattr(pages, "MOST", 5)
    client.force_login(centre.supervisor)
    client.post("/admin/nhat-ky/xuat/", {"so": "xem", "tep": "csv"})
    centre.supervisor.groups.clear()
    act = LongAct.objects.get()
    running.run(act.pk)
    act.refresh_from_db()
    assert act.state == "failed" and "không còn quyền" in act.result["words"]
    assert not default_storage.exists(files.stored_name(act))


def test_writing_holds_no_more_than_a_piece_in_memory(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    lines = (searching.Line(timezone.now(), "Người", "Việc " + "x" * 200, "Về") for _ in range(20_000))
    tracemalloc.start()
    name = default_storage.save("xuat-bang/lon.csv", files.Lines(csv_lines(exporting.rows_of("Nhật ký", lines))))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert default_storage.size(name) > 4_000_000
    assert most < 2_000_000
