"""The studio at the desk, through its pages: one form, previews, files for printers, ZIPs, sharing, rights."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image, ImageDraw

from dossiers.long_acts import running
from dossiers.models import Agency, Desk, LongAct
from portal.desk import roles
from portal.print_studio import packing
from portal.print_studio.facts import facts_of
from portal.print_studio.models import Bundle, Identity, Material, Printing
from tests import people
from tests.dossiers.attachments.test_videos import FILM, PLACE
from tests.dossiers.printed_forms.printed_paper import needs_poppler, qr_codes, words
from tests.portal.print_studio.printed import NOW
from zalo.models import AccountAgency

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]


def url(name: str, *args) -> str:
    return reverse(f"admin:print_studio_{name}", args=args)


def picture(width=600, height=600, margin=0, kind="PNG", mode="RGB") -> bytes:
    drawn = Image.new(mode, (width, height), "white")
    ImageDraw.Draw(drawn).ellipse([margin, margin, width - margin - 1, height - margin - 1], fill="#b01020")
    out = io.BytesIO()
    drawn.save(out, kind)
    return out.getvalue()


def sent(content: bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


# --- The pieces of one centre


@needs_poppler
def test_an_editor_sees_the_pieces_and_hands_a_printer_the_counters_sheet(place, signed_in):
    client = signed_in(place.editor)
    assert client.get(url("identity_changelist")).url == url("agency", place.agency.pk)
    page = client.get(url("agency", place.agency.pk)).content.decode()
    assert "Tờ mã QR tại quầy, A4" in page and "Standee 60 × 160 cm" in page and "600 × 1600" not in page
    assert "Chính quyền số tỉnh Tây Ninh" in page and "02723874001" in page
    desk = Desk.objects.get(code="CG-02")
    answer = client.get(url("download", place.agency.pk, "to-quay") + f"?quay={desk.pk}&in=nha-in")
    assert answer["Content-Disposition"].endswith('"to-quay_CG-02-quay-tra-ket-qua_nha-in.pdf"')
    said = words(answer.content)
    assert "Quầy trả kết quả" in said and "Có kết quả, Zalo báo ngay cho bạn" in said
    assert "Trung tâm Phục vụ hành chính công xã Cần Giuộc" in said and "motcua.tayninh.gov.vn/q/CG-02" in said
    assert set(qr_codes(answer.content, dpi=60)) == {"https://motcua.tayninh.gov.vn/q/CG-02.q/"}


def test_a_preview_is_drawn_once_for_the_same_facts(place, signed_in):
    client = signed_in(place.clerk)
    address = url("preview", place.agency.pk, "nhan-dan") + f"?quay={place.desk.pk}"
    first = client.get(address)
    assert first["Content-Type"] == "image/png" and first.content.startswith(b"\x89PNG")
    assert client.get(address, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304


def test_an_officers_card_carries_the_officers_own_address(place, signed_in):
    client = signed_in(place.clerk)
    said = words(client.get(url("download", place.agency.pk, "the-can-bo") + "?cua=toi").content)
    assert place.clerk.get_full_name() in said and "Mã của riêng cán bộ" in said and "/q/cb-" in said.replace(" ", "")
    assert "/q/cq-H80.05" in words(client.get(url("download", place.agency.pk, "the-can-bo")).content).replace(" ", "")


def test_one_click_gives_every_counter_its_files_under_names_people_read(place, signed_in):
    answer = signed_in(place.editor).post(url("desks", place.agency.pk), {"in": "nha-in", "tat-ca": "1"})
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as box:
        names = set(box.namelist())
        assert {"to-quay_Q-H80-05-quay-1_nha-in.pdf", "to-quay_CG-02-quay-tra-ket-qua_nha-in.pdf"} <= names
        assert {"standee_nha-in.pdf", "bang-a1_nha-in.pdf", "to-gap_nha-in.pdf", "DOC-TRUOC-KHI-IN.txt"} <= names
        loud = box.read("loa-truyen-thanh.txt").decode("utf-8-sig")
        assert "chính quyền số tây ninh" in loud and "(Khoảng 1 phút 20 giây. Đọc chậm, lặp" in loud
        assert "in thử một bản" in box.read("DOC-TRUOC-KHI-IN.txt").decode("utf-8-sig").lower()
    office = signed_in(place.editor).post(url("desks", place.agency.pk), {"in": "van-phong", "tat-ca": "1"})
    with zipfile.ZipFile(io.BytesIO(b"".join(office.streaming_content))) as box:
        assert not [name for name in box.namelist() if name.startswith(("standee", "bang-a1", "banner"))]


def test_a_province_is_packed_by_the_worker_with_progress(
    place, province, signed_in, django_capture_on_commit_callbacks
):
    other = people.centre("H80.06", "Trung tâm Phục vụ hành chính công phường Long An")
    Agency.objects.filter(pk=other.agency.pk).update(parent=province)
    boss = people.member(province, "tinh", roles.PROVINCE, "Quản trị")
    client = signed_in(boss)
    answer = client.post(url("all"), {"in": "van-phong"})
    wish = LongAct.objects.get()
    assert answer.url == reverse("admin:desk_long_act", args=[wish.pk])
    running.run(wish.pk)
    wish.refresh_from_db()
    assert wish.state == LongAct.State.DONE and wish.result["refused"] == []
    file = client.get(wish.result["address"])
    with zipfile.ZipFile(io.BytesIO(b"".join(file.streaming_content))) as box:
        folders = {name.split("/")[0] for name in box.namelist()}
    assert folders == {
        "h80-05_trung-tam-phuc-vu-hanh-chinh-cong-xa-can-giuoc",
        "h80-06_trung-tam-phuc-vu-hanh-chinh-cong-phuong-long-an",
    }
    # Kept for whoever asked, for a week.
    assert signed_in(place.editor).get(wish.result["address"]).status_code == 404
    assert packing.sweep(now=NOW + packing.KEPT * 2) == 1 and not Bundle.objects.exists()


def test_a_bundle_packed_after_midnight_states_the_facts_of_that_day(place, signed_in, monkeypatch):
    days = []

    def asked(agency, day):
        days.append(day)
        raise packing.drawing.NothingToPrint("chưa gắn kênh")

    monkeypatch.setattr(packing, "facts_of", asked)
    with time_machine.travel(dt.datetime(2026, 11, 30, 18, 0, tzinfo=dt.UTC), tick=False):
        signed_in(place.editor).post(url("all"))
        running.run(LongAct.objects.get().pk)
    assert days == [dt.date(2026, 12, 1)]


def test_nothing_is_printed_before_an_account_answers(place, signed_in):
    AccountAgency.objects.all().delete()
    client = signed_in(place.editor)
    page = client.get(url("agency", place.agency.pk)).content.decode()
    assert "chưa gắn Official Account" in page and "Một lần bấm" not in page
    answer = client.get(url("download", place.agency.pk, "to-quay"), follow=True)
    assert "mã QR chưa dẫn tới đâu" in answer.content.decode()
    assert client.get(url("preview", place.agency.pk, "to-quay")).status_code == 404


# --- How the agency looks


def test_the_form_keeps_only_what_no_other_record_knows_and_lower_agencies_inherit(place, province, signed_in):
    boss = signed_in(people.member(province, "tinh", roles.EDITOR, "Biên tập"))
    answer = boss.post(
        url("look", province.pk), {"palette": "green", "emblem_file": sent(picture(margin=120), "quoc-huy.png")}
    )
    assert answer.status_code == 302
    facts = facts_of(place.agency, NOW.date())
    assert facts.palette.label == "Xanh lá" and facts.emblem.startswith("<svg")
    assert 'viewBox="0 0 360 360"' in facts.emblem  # the empty border is cut off
    assert {(label, above.pk) for label, above in facts.inherited} == {
        ("biểu trưng", province.pk), ("bộ màu", province.pk),
    }  # fmt: skip
    own = signed_in(place.editor)
    assert (
        own.post(url("look", place.agency.pk), {"palette": "red", "printed_name": "  TTHCC   Cần Giuộc "}).status_code
        == 302
    )
    facts = facts_of(place.agency, NOW.date())
    assert facts.name == "TTHCC Cần Giuộc" and facts.palette.label == "Đỏ cờ" and facts.emblem
    page = own.get(url("look", place.agency.pk)).content.decode()
    assert "02723874001" in page and "chính quyền số tây ninh" in page  # shown, not asked again


def drawing(inside: str, more: str = "", box: str = "0 0 9 9") -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"{more}>{inside}</svg>'.encode()


DISC = '<circle cx="4" cy="4" r="4"/>'
SCRIPT = drawing(f"<script>alert(1)</script>{DISC}")
HANDLER = drawing(DISC, ' onload="alert(1)"')
OUTSIDE = drawing('<image href="https://la.example/a.png"/>')
BOMB = b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + drawing("<text>&a;</text>")
THIN = drawing('<rect width="900" height="90"/>', box="0 0 900 90")


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (SCRIPT, "logo.svg", "mã chạy được"),
        (HANDLER, "logo.svg", "mã chạy được"),
        (OUTSIDE, "logo.svg", "từ nơi khác"),
        (BOMB, "logo.svg", "khai báo lạ"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><g>", "logo.svg", "hỏng"),
        (THIN, "logo.svg", "gần vuông"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * (50 * 1024 * 1024), "logo.png", "nặng 50 MB"),
        (picture(900, 120), "rong.png", "gần vuông"),
        (b"MZ\x90\x00" + b"\0" * 200, "logo.png", "chương trình nên không được nhận. Hãy gửi SVG, PNG hoặc JPEG."),
        (picture(90, 90), "logo.svg", "Tên tệp ghi .svg"),
        (b"%PDF-1.7\n%%EOF", "logo.pdf", "không được nhận"),
        (b"GIF89a" + b"\0" * 80, "logo.gif", "không được nhận"),
    ],
    ids=[
        "script",
        "handler",
        "outside",
        "entity",
        "broken",
        "thin",
        "50 MB",
        "wide",
        "program",
        "misnamed",
        "pdf",
        "gif",
    ],
)
def test_an_emblem_that_cannot_be_printed_is_refused_with_what_to_send_instead(place, signed_in, content, name, says):
    answer = signed_in(place.editor).post(
        url("look", place.agency.pk), {"emblem_file": sent(content, name), "palette": "red"}
    )
    assert answer.status_code == 200 and says in answer.content.decode()
    assert not Identity.objects.exists()


def test_a_clean_drawing_is_kept_and_taken_away_again(place, signed_in):
    own = """<linearGradient id="a"/><circle cx="5" cy="5" r="4" style="fill:url('#a')"/>"""
    clean = b'<?xml version="1.0"?>' + drawing(own)
    client, address = signed_in(place.editor), url("look", place.agency.pk)
    assert client.post(address, {"emblem_file": sent(clean, "logo.svg"), "palette": ""}).status_code == 302
    assert "<circle" in facts_of(place.agency, NOW.date()).emblem
    stored = Identity.objects.get().emblem
    assert client.post(address, {"no_emblem": "on", "palette": ""}).status_code == 302
    assert facts_of(place.agency, NOW.date()).emblem == "" and not stored.storage.exists(stored.name)


# --- What was printed, what is shared


def test_copies_printed_are_noted_once_the_day_has_come(place, signed_in):
    client, address = signed_in(place.clerk), url("printed", place.agency.pk)
    typed = {"in-medium": "g", "in-copies": "500", "in-day": "28/11/2026", "in-desk": ""}
    assert client.post(address, {**typed, "in-day": "24/12/2026"}).status_code == 200
    assert "Ngày in chưa tới" in client.post(address, {**typed, "in-day": "24/12/2026"}).content.decode()
    assert client.post(address, {**typed, "in-copies": "0"}).status_code == 200 and not Printing.objects.exists()
    assert client.post(address, typed).status_code == 302
    row = Printing.objects.get()
    assert (row.copies, row.medium, row.by, row.desk) == (500, "g", place.clerk, None)


def test_guides_of_the_province_reach_the_agencies_below_and_nobody_else(place, province, signed_in):
    boss = signed_in(people.member(province, "tinh", roles.EDITOR, "Biên tập"))
    for title, shared in (("Slide tập huấn", "on"), ("Nháp nội bộ", "")):
        file = sent(b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n", "tap-huan.pdf")
        answer = boss.post(
            url("material_add", province.pk),
            {"title": title, "upload": file, **({"shared": "on"} if shared else {})},
        )
        assert answer.status_code == 302, answer.content.decode()[-1500:]
    film = {"title": "Phim", "upload": sent(FILM, "phim.mp4")}
    assert boss.post(url("material_add", province.pk), film).status_code == 302
    kept = Material.objects.get(title="Phim")
    assert PLACE not in b"".join(boss.get(url("material", kept.pk)).streaming_content)
    kept.delete()
    own = signed_in(place.clerk)
    page = own.get(url("agency", place.agency.pk)).content.decode()
    assert "Slide tập huấn" in page and "Nháp nội bộ" not in page
    shared, draft = Material.objects.get(shared=True), Material.objects.get(shared=False)
    assert b"".join(own.get(url("material", shared.pk)).streaming_content).startswith(b"%PDF")
    assert own.get(url("material", draft.pk)).status_code == 404
    stranger = signed_in(people.centre("H24.31", "Trung tâm xã Sơn Động").editor)
    assert stranger.get(url("material", shared.pk)).status_code == 404
    assert signed_in(place.editor).post(url("material_drop", shared.pk)).status_code == 403
    assert boss.post(url("material_drop", shared.pk)).status_code == 302 and Material.objects.count() == 1


def test_a_colleague_of_another_centre_gets_nothing_and_a_clerk_changes_nothing(place, signed_in):
    stranger = signed_in(people.centre("H80.06", "Trung tâm phường Long An").administrator)
    pk = place.agency.pk
    closed = [
        url("agency", pk),
        url("preview", pk, "to-quay"),
        url("download", pk, "to-gap"),
        url("text", pk, "xe-luu-dong"),
    ]
    assert {stranger.get(address).status_code for address in closed} == {404}
    assert stranger.post(url("desks", place.agency.pk)).status_code == 404
    assert signed_in(place.clerk).get(url("look", place.agency.pk)).status_code == 403
    assert signed_in(place.editor).get(url("download", place.agency.pk, "khong-co")).status_code == 404
