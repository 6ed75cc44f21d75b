"""The catalogue at the desk: who may do what, search without accents, upload → preview → load → report."""

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from dossiers.catalogue import uploads
from dossiers.catalogue.importing import Options, load_file
from dossiers.models import CatalogueImport, Procedure, ProcedureVersion
from tests.dossiers.catalogue.catalogue_files import CHANNELS, json_lines, portal_record

pytestmark = pytest.mark.django_db
ADD = "admin:dossiers_catalogueimport_add"
CONFIRM = "admin:dossiers_catalogueimport_confirm"
CHANGE = "admin:dossiers_catalogueimport_change"


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def chief(client):
    """The administrator of the whole province, signed in."""
    user = User.objects.create_superuser("chief", password="x")
    client.force_login(user)
    return user


@pytest.fixture
def loaded(tmp_path):
    records = [
        portal_record("1.000001", ten_thu_tuc="Đăng ký khai sinh", ma_khac="HT-01"),
        portal_record("1.000002", cach_thuc_thuc_hien=f"{CHANNELS}Trực tiếp7Miễn phí(Theo quy định của HĐND tỉnh)"),
    ]
    path = json_lines(tmp_path / "dau.jsonl", records)
    return load_file(path, Options(today=timezone.localdate()), now=timezone.now()).load


def upload(client, *records, name="moi.jsonl", data=None, tmp_path=None, **fields):
    content = data if data is not None else json_lines(tmp_path / name, records).read_bytes()
    return client.post(reverse(ADD), {"file": SimpleUploadedFile(name, content), **fields})


def text(response):
    return response.content.decode()


@pytest.mark.parametrize("words", ["dang ky khai sinh", "KHAI SINH", "1.000001", "ht-01", "đăng  ký"])
def test_search_needs_no_accents_and_knows_other_codes(client, chief, loaded, words):
    page = text(client.get(reverse("admin:dossiers_procedure_changelist"), {"q": words}))
    assert "Đăng ký khai sinh" in page
    assert "Không tìm thấy" not in page


def test_the_reading_page_shows_what_is_asked_for_and_what_waits(client, chief, loaded):
    procedure = Procedure.objects.get(code="1.000002")
    page = text(client.get(reverse("admin:dossiers_procedure_change", args=[procedure.pk])))
    for words in ("Tờ khai", "mẫu: Mẫu số 01.docx", "Theo quy định của HĐND tỉnh", "7 ngày (danh mục", "163/QĐ-BTP",
                  "2 chỗ cần người kiểm tra", "Luật Hộ tịch", "Nguyên văn trên Cổng"):  # fmt: skip
        assert words in page
    assert client.get(reverse("admin:dossiers_procedure_change", args=[999999])).status_code == 404
    assert client.get("/admin/dossiers/procedure/x/change/").status_code in (302, 404)


def test_an_earlier_version_can_be_read(client, chief, loaded, tmp_path):
    path = json_lines(tmp_path / "hai.jsonl", [portal_record("1.000001", ten_thu_tuc="Tên mới hẳn")])
    load_file(path, Options(today=timezone.localdate()), now=timezone.now())
    address = reverse("admin:dossiers_procedure_change", args=[Procedure.objects.get(code="1.000001").pk])
    assert "<h2>Tên mới hẳn</h2>" in text(client.get(address))
    assert "<h2>Đăng ký khai sinh</h2>" in text(client.get(address, {"ban": "1"}))


def test_a_unit_can_be_chosen_by_hand(client, chief, loaded):
    version = ProcedureVersion.objects.get(procedure__code="1.000002")
    limit = version.time_limits.get()
    address = reverse("admin:dossiers_procedureversion_change", args=[version.pk])
    form = client.get(address).context["adminform"].form
    data = {name: form.initial.get(name) or "" for name in form.fields} | {"valid_from": version.valid_from}
    for formset, rows in (("time_limits", [limit]), ("fees", []), ("cases", []), ("papers", [])):
        data |= {f"{formset}-TOTAL_FORMS": len(rows), f"{formset}-INITIAL_FORMS": len(rows)}
    data |= {
        "time_limits-0-id": limit.pk, "time_limits-0-version": version.pk, "time_limits-0-channel": "counter",
        "time_limits-0-amount": "7", "time_limits-0-unit": "working_day", "time_limits-0-text": limit.text,
    }  # fmt: skip
    response = client.post(address, data)
    assert response.status_code == 302 and response.url.endswith(f"/procedure/{version.procedure_id}/change/")
    limit.refresh_from_db()
    assert limit.unit == "working_day"


def test_upload_preview_confirm_and_report(client, chief, loaded, tmp_path):
    preview = upload(client, portal_record("1.000001", linh_vuc="Lĩnh vực mới"), portal_record("1.000003"), "{",
                     tmp_path=tmp_path)  # fmt: skip
    assert "Chưa ghi gì" in text(preview) and "Bãi bỏ 1 thủ tục" in text(preview)
    token = preview.context["token"]
    for outcome, words in [
        ("new", "1.000003"),
        ("changed", "<del>Hộ tịch</del>"),
        ("changed", "<ins>Lĩnh vực mới</ins>"),
        ("failed", "không phải JSON"),
        ("problems", "không phải JSON"),
    ]:
        page = text(client.get(reverse("admin:dossiers_catalogueimport_preview"), {"tep": token, "loai": outcome}))
        assert words in page, outcome
    asked = {"tep": token, "loai": "changed", "phan": "linh_vuc"}
    assert "1.000001" in text(client.get(reverse("admin:dossiers_catalogueimport_preview"), asked))
    assert Procedure.objects.count() == 2 and CatalogueImport.objects.count() == 1
    done = client.post(
        reverse(CONFIRM), {"token": token, "source": "", "agency": "", "abolish": "yes", "decision": "9/QĐ"}
    )
    load = CatalogueImport.objects.order_by("-pk").first()
    assert done.status_code == 302 and done.url == reverse(CHANGE, args=[load.pk])
    assert load.by == chief and load.file_name == "moi.jsonl"
    assert Procedure.objects.get(code="1.000002").abolishing_decision == "9/QĐ"
    assert storages["plain"].listdir(uploads.FOLDER)[1] == []
    for outcome, words in [
        ("changed", "Lĩnh vực mới"),
        ("abolished", "Đã bãi bỏ"),
        ("failed", "JSON"),
        ("problems", "JSON"),
    ]:
        assert words in text(client.get(done.url, {"loai": outcome}))
    report = b"".join(client.get(reverse("admin:dossiers_catalogueimport_csv", args=[load.pk])).streaming_content)
    assert report.startswith(b"\xef\xbb\xbf") and "Lĩnh vực mới" in report.decode()
    again = client.post(reverse(CONFIRM), {"token": token})
    assert again.url == reverse(ADD) and CatalogueImport.objects.count() == 2


def test_proposals_can_be_abolished_later(client, chief, loaded, tmp_path):
    preview = upload(client, portal_record("1.000001", ten_thu_tuc="Đăng ký khai sinh"), tmp_path=tmp_path)
    client.post(reverse(CONFIRM), {"token": preview.context["token"]})
    load = CatalogueImport.objects.order_by("-pk").first()
    row = load.rows.get(outcome="abolished")
    address = reverse(CHANGE, args=[load.pk]) + "?loai=abolished"
    assert "Đề nghị bãi bỏ" in text(client.get(address))
    client.post(
        reverse("admin:dossiers_catalogueimport_abolish", args=[load.pk]), {"row": [row.pk], "decision": "7/QĐ"}
    )
    gone = Procedure.objects.get(code="1.000002")
    assert (gone.status, gone.abolishing_decision) == ("abolished", "7/QĐ")
    assert "Đã bãi bỏ" in text(client.get(address))


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("rong.csv", b" ", "tiêu đề"),
        ("anh.png", b"\x89PNG\r\n\x1a\n1234", "không phải danh mục"),
        ("hong.gz", b"\x1f\x8b\x08\x00\x00\x00", "hỏng"),
    ],
)
def test_a_bad_file_says_why_beside_the_field_and_is_not_kept(client, chief, name, data, says):
    page = upload(client, name=name, data=data)
    assert page.status_code == 200 and says in text(page)
    assert storages["plain"].listdir(uploads.FOLDER)[1] == []


def test_a_kept_file_belongs_to_one_user_for_two_hours(chief, monkeypatch):
    kept = uploads.keep(SimpleUploadedFile("a.csv", b"x"), chief)
    other = User.objects.create_user("other")
    assert uploads.find(kept.token, chief) == kept
    assert uploads.find(kept.token, other) is None and uploads.find(kept.token + "x", chief) is None
    monkeypatch.setattr(uploads, "LIFE", dt.timedelta(0))
    uploads.keep(SimpleUploadedFile("b.csv", b"x"), chief)
    assert uploads.find(kept.token, chief) is None and not kept.path.exists()


def test_a_centre_reads_the_catalogue_and_changes_nothing(client, centre, loaded):
    procedure = Procedure.objects.get(code="1.000001")
    version = procedure.versions.get()
    client.force_login(centre.administrator)
    assert client.get(reverse("admin:dossiers_procedure_change", args=[procedure.pk])).status_code == 200
    assert "Sửa nội dung" not in text(client.get(reverse("admin:dossiers_procedure_change", args=[procedure.pk])))
    assert client.get(reverse(ADD)).status_code == 403
    assert client.post(reverse(CONFIRM), {"token": "x"}).status_code == 403
    abolish = reverse("admin:dossiers_catalogueimport_abolish", args=[loaded.pk])
    assert client.post(abolish, {"row": [1]}).status_code == 403
    edit = reverse("admin:dossiers_procedureversion_change", args=[version.pk])
    assert client.post(edit, {"name": "Đổi trộm"}).status_code == 403
    assert client.post(reverse("admin:dossiers_procedure_edit", args=[procedure.pk]), {"name": "x"}).status_code == 403
    assert Procedure.objects.get(code="1.000001").name == "Đăng ký khai sinh"


def test_staff_without_the_right_and_strangers_see_nothing(client, centre, loaded):
    pages = [
        reverse("admin:dossiers_catalogueimport_changelist"),
        reverse(CHANGE, args=[loaded.pk]),
        reverse("admin:dossiers_catalogueimport_csv", args=[loaded.pk]),
        reverse(ADD),
    ]
    client.force_login(centre.handler)
    assert {client.get(page).status_code for page in pages} == {403}
    client.logout()
    assert {client.get(page).status_code for page in pages} == {302}


def test_the_pages_take_few_queries(client, chief, loaded, django_assert_max_num_queries):
    procedure = Procedure.objects.get(code="1.000001")
    for address in (
        reverse("admin:dossiers_procedure_changelist"),
        reverse("admin:dossiers_procedure_change", args=[procedure.pk]),
        reverse("admin:dossiers_catalogueimport_changelist"),
        reverse(CHANGE, args=[loaded.pk]),
    ):
        with django_assert_max_num_queries(16):
            assert client.get(address).status_code == 200
