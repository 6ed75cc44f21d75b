"""A department's road at the desk: file, columns, report, preview, approval by another, undo, withdrawal."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from dossiers.privacy import guessing
from portal.datasets import acts, loading
from portal.datasets.models import Dataset, DatasetRow, DatasetVersion
from portal.desk import notices
from tests.portal.datasets.conftest import NOON

CSV = "Xã,Tên đường,Giá\nXã Cần Giuộc,Lê Lợi,12500000\nXã Mỹ Lộc,,9\n"


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def pack(client, centre):
    """A pack its editor has just opened."""
    client.force_login(centre.editor)
    answer = client.post(
        reverse("admin:datasets_dataset_add"),
        {"title": "Giá đất", "slug": "gia-dat", "kind": "land_price", "agency": centre.agency.pk, "order": 50},
    )
    made = Dataset.objects.get()
    assert answer["Location"] == reverse("admin:datasets_data", args=[made.pk])
    return made


def upload(client, pack, text: str = CSV, **more):
    fields = {"source": "Sở Tài chính", "decision": "88/QĐ-UBND", "decided_on": "20/12/2025", "valid_to": "31/12/2026"}
    file = SimpleUploadedFile("gia.csv", text.encode())
    return client.post(reverse("admin:datasets_data", args=[pack.pk]), {**fields, "file": file, **more})


def columns(**roles) -> dict:
    titles = ["Xã", "Tên đường", "Giá"]
    chosen = {"commune": "0", "key": "1", "shown": "2"} | {role: str(place) for role, place in roles.items()}
    types = {"2": "number"}
    data = {"sheet": "", "heading": "1"}
    for role, place in chosen.items():
        data |= {f"title-{place}": titles[int(place)], f"role-{place}": role, f"type-{place}": types.get(place, "text")}
    return data


def test_the_whole_road(client, centre, pack):
    answer = upload(client, pack)
    version = DatasetVersion.objects.get()
    assert answer["Location"] == reverse("admin:datasets_version", args=[version.pk])
    page = client.get(answer["Location"]).content.decode()
    assert "chọn cột" in page and "Lê Lợi" in page and '<option value="key" selected>' in page
    client.post(reverse("admin:datasets_version_columns", args=[version.pk]), columns())
    page = client.get(answer["Location"]).content.decode()
    assert "<b>1</b> dòng nạp được, <b>1</b> dòng có vấn đề" in page and "trống" in page
    report = b"".join(client.get(reverse("admin:datasets_version_report", args=[version.pk])).streaming_content)
    assert "Dòng không nạp,Cột,Lý do" in report.decode()
    preview = reverse("admin:datasets_version_preview", args=[version.pk])
    assert "Xem thử" in client.get(preview, {"q": "le loi"}).content.decode()
    assert client.get("/thong-tin/gia-dat/").status_code == 410

    act = reverse("admin:datasets_version_act", args=[version.pk])
    client.post(act, {"viec": "send"})
    assert client.post(act, {"viec": "approve"}).status_code == 403, "an editor approves nothing"
    assert any("chờ bạn duyệt" in each.sentence for each in notices.for_user(centre.leader, NOON))
    client.force_login(centre.leader)
    client.post(act, {"viec": "approve"})
    page = client.get("/thong-tin/gia-dat/", {"q": "LE LOI"}).content.decode()
    assert "12.500.000" in page and "88/QĐ-UBND" in page and "20/12/2025" in page
    version.refresh_from_db()
    assert version.state == "live" and not version.file

    client.force_login(centre.editor)
    upload(client, pack, CSV.replace("12500000", "13000000"))
    second = DatasetVersion.objects.get(number=2)
    client.post(reverse("admin:datasets_version_columns", args=[second.pk]), columns())
    client.post(reverse("admin:datasets_version_act", args=[second.pk]), {"viec": "send"})
    client.force_login(centre.leader)
    act = reverse("admin:datasets_version_act", args=[second.pk])
    client.post(act, {"viec": "send_back", "note": ""})
    second.refresh_from_db()
    assert second.state == "waiting", "a reason is needed"
    client.post(act, {"viec": "approve"})
    assert "13.000.000" in client.get("/thong-tin/gia-dat/", {"q": "le loi"}).content.decode()
    client.post(act, {"viec": "undo"})
    assert "12.500.000" in client.get("/thong-tin/gia-dat/", {"q": "le loi"}).content.decode()
    client.force_login(centre.editor)
    client.post(reverse("admin:datasets_version_act", args=[version.pk]), {"viec": "withdraw"})
    assert client.get("/thong-tin/gia-dat/").status_code == 410
    assert not DatasetRow.objects.filter(version_id=version.pk).exists()


def test_nobody_approves_what_he_loaded(client, centre, pack):
    client.force_login(centre.administrator)
    upload(client, pack)
    version = DatasetVersion.objects.get()
    client.post(reverse("admin:datasets_version_columns", args=[version.pk]), columns())
    act = reverse("admin:datasets_version_act", args=[version.pk])
    client.post(act, {"viec": "send"})
    page = client.post(act, {"viec": "approve"}, follow=True).content.decode()
    assert "không tự duyệt" in page
    version.refresh_from_db()
    assert version.state == "waiting"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"valid_to": "01/01/2020"}, "đã qua"),
        ({"valid_to": "31/12/9999"}, "Năm phải"),
        ({"source": ""}, "này"),
        ({"file": SimpleUploadedFile("a.csv", b"")}, "rỗng"),
    ],
)
def test_a_wrong_form_says_what_to_mend(client, pack, more, says):
    page = upload(client, pack, **more).content.decode()
    assert says in page and not DatasetVersion.objects.exists()


@pytest.mark.parametrize("body", ["%PDF-1.7", "PK\x03\x04xx", "\x00\x01\x02" * 50])
def test_a_file_that_is_no_table_is_told_at_the_next_step(client, pack, body):
    upload(client, pack, body)
    page = client.get(reverse("admin:datasets_version", args=[DatasetVersion.objects.get().pk])).content.decode()
    assert "tệp" in page.lower() and 'role="alert"' in page


def test_columns_without_a_key_and_scores_without_a_second_fact_are_refused(client, pack):
    upload(client, pack)
    version = DatasetVersion.objects.get()
    address = reverse("admin:datasets_version_columns", args=[version.pk])
    assert "Dùng để tìm" in client.post(address, {**columns(), "role-1": "shown"}).content.decode()
    Dataset.objects.update(kind="exam")
    assert "thông tin thứ hai" in client.post(address, columns()).content.decode()
    version.refresh_from_db()
    assert version.state == "draft"


def test_the_wizard_shows_the_shape_of_personal_data_alone(client, pack):
    Dataset.objects.update(kind="exam")
    upload(client, pack, "Số báo danh,Họ và tên,Ngày sinh,Toán\n0101,Trần Thị Hoa,01/02/2010,8\n")
    page = client.get(reverse("admin:datasets_version", args=[DatasetVersion.objects.get().pk])).content.decode()
    assert "Hoa" not in page and "2010" not in page and "00/00/0000" in page


def test_another_agency_reaches_nothing_of_it(client, centre, elsewhere, pack):
    upload(client, pack)
    version = DatasetVersion.objects.get()
    for user in (elsewhere.editor, elsewhere.leader, elsewhere.administrator):
        client.force_login(user)
        assert client.get(reverse("admin:datasets_data", args=[pack.pk])).status_code == 404
        for name in ("version", "version_columns", "version_act", "version_preview", "version_report"):
            address = reverse(f"admin:datasets_{name}", args=[version.pk])
            assert client.get(address).status_code == 404 and client.post(address).status_code == 404
    client.force_login(centre.clerk)
    assert client.get(reverse("admin:datasets_data", args=[pack.pk])).status_code == 403


def test_a_large_file_is_read_in_the_background_and_its_progress_shown(client, pack, monkeypatch):
    from portal.datasets import desk

    monkeypatch.setattr(desk, "READ_AT_ONCE", 1)
    upload(client, pack)
    version = DatasetVersion.objects.get()
    client.post(reverse("admin:datasets_version_columns", args=[version.pk]), columns())
    page = client.get(reverse("admin:datasets_version", args=[version.pk])).content.decode()
    assert "Đang đọc tệp" in page and "refresh" in page
    assert acts.load_due(now=NOON) == 1
    version.refresh_from_db()
    assert version.state == "checked" and version.row_count == 1
    assert acts.load_due(now=NOON) == 0


def test_a_load_whose_worker_was_lost_is_taken_up_again_and_leaves_no_double(client, pack):
    upload(client, pack)
    version = DatasetVersion.objects.get()
    client.post(reverse("admin:datasets_version_columns", args=[version.pk]), columns())
    DatasetVersion.objects.update(state="loading", progress_at=NOON)
    assert loading.load(version.pk, now=NOON) is None, "somebody reads it"
    late = NOON + dt.timedelta(minutes=6)
    assert loading.load(version.pk, now=late).state == "checked"
    assert DatasetRow.objects.filter(version_id=version.pk).count() == 1


def test_a_pack_says_beforehand_that_it_ends_and_then_withdraws_itself(client, centre, load):
    load("Tên đường,Giá\nLê Lợi,1\n", "land_price", slug="gia", valid_to=dt.date(2026, 11, 20))
    assert any("20/11/2026" in each.sentence for each in notices.for_user(centre.editor, NOON))
    assert acts.sweep(now=NOON, today=dt.date(2026, 11, 20)) == 0
    assert acts.sweep(now=NOON, today=dt.date(2026, 11, 21)) == 1
    assert DatasetVersion.objects.get().state == "withdrawn" and not DatasetRow.objects.exists()


def test_previewing_a_protected_pack_guesses_like_anybody(client, centre, load, monkeypatch):
    version = load("Số báo danh,Ngày sinh,Toán\n0101,01/02/2010,8\n", "exam", to="checked")
    monkeypatch.setattr(guessing, "GUESSES", (guessing.Limit("guess", 2, 900),))
    client.force_login(centre.leader)
    address = reverse("admin:datasets_version_preview", args=[version.pk])
    assert "8" in client.post(address, {"k0": "101", "secret": "1/2/2010"}).content.decode()
    for _ in range(2):
        client.post(address, {"k0": "101", "secret": "1/2/2011"})
    assert client.post(address, {"k0": "101", "secret": "1/2/2011"}).status_code == 302


def test_the_form_of_a_protected_preview_is_taken_as_it_was_given(centre, load):
    version = load("Số báo danh,Ngày sinh,Toán\n0101,01/02/2010,8\n", "exam", to="checked")
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(centre.leader)
    address = reverse("admin:datasets_version_preview", args=[version.pk])
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', careful.get(address).content.decode())[1]
    sent = {"k0": "101", "secret": "1/2/2010", "csrfmiddlewaretoken": token}
    assert careful.post(address, sent).status_code == 200


def test_what_was_withdrawn_while_it_was_read_stays_withdrawn(centre, load, monkeypatch):
    version = load("Tên đường,Giá\nLê Lợi,1\n", "land_price", slug="gia", to="checked")
    asked = {"sheet": version.sheet, "heading_row": version.heading_row, "columns": version.columns}
    acts.do("choose_columns", version, by=None, now=NOON, **asked)
    read = loading._read

    def withdrawn_meanwhile(found, table):
        outcome = read(found, table)
        acts.do("withdraw", DatasetVersion.objects.get(pk=version.pk), by=None, now=NOON)
        return outcome

    monkeypatch.setattr(loading, "_read", withdrawn_meanwhile)
    assert loading.load(version.pk, now=NOON) is None
    assert DatasetVersion.objects.get().state == "withdrawn" and not DatasetRow.objects.exists()


def test_a_pack_with_versions_is_not_deleted(client, centre, load):
    version = load("Tên đường,Giá\nLê Lợi,1\n", "land_price", slug="gia")
    client.force_login(User.objects.create_superuser("goc", password="x"))
    client.post(reverse("admin:datasets_dataset_delete", args=[version.dataset_id]), {"post": "yes"})
    assert DatasetVersion.objects.filter(pk=version.pk).exists()
