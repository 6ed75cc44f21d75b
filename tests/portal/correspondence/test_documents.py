"""Documents at the desk: written, submitted, numbered without holes, signed, withdrawn; read back from the PDF."""

from __future__ import annotations

import datetime as dt
import io

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from PIL import Image
from pypdf import PdfReader

from dossiers.long_acts import files, running
from dossiers.models import Agency, LongAct, SigningAuthority
from dossiers.workflow.moving import ActError, Forbidden, Stale
from portal.correspondence import acts, documents, drafts, incoming, register, rich_text
from portal.correspondence.models import Document
from portal.correspondence.states import State
from tests import people
from tests.people import MONDAY

pytestmark = pytest.mark.django_db
NOW = MONDAY
BODY = (
    "<h2>1. Giao Văn phòng</h2><p>Hướng dẫn người dân <strong>tra cứu hồ sơ</strong> trên Zalo.</p>"
    "<ul><li>Dán mã QR tại quầy</li><li>Trực hỗ trợ</li></ul>"
    "<p>Chỉ tiêu | Số lượng<br>Hồ sơ | 560<br>Tin nhắn | 4.694</p><p>Yêu cầu các đơn vị thực hiện</p>"
)


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def body(answer) -> str:
    return answer.content.decode()


def act(client, document: Document, name: str, **sent):
    document.refresh_from_db()
    address = reverse("admin:correspondence_document_act", args=[document.pk, name])
    return client.post(address, {"version": document.version, **sent}, follow=True)


@pytest.fixture
def draft(centre) -> Document:
    return drafts.begin(
        centre.agency, "dispatch", "tuyên truyền kết nối Zalo vào giải quyết thủ tục hành chính", BODY,
        by=centre.handler, now=NOW, addressees=["Các cơ quan, đơn vị", "UBND các xã"], recipients=["Lưu: VT, TH"],
        electronic=["Như trên", "Chủ tịch, các PCT UBND", "LĐVP, CVTH"], drafting_unit="TH",
    )  # fmt: skip


def issued(document: Document, centre, now=NOW) -> Document:
    acts.do("submit", document, by=centre.handler, now=now)
    acts.do("issue", document, by=centre.leader, now=now)
    return document


def test_a_file_taken_away_again_is_not_left_behind(draft, centre, django_capture_on_commit_callbacks):
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8)).save(drawn, "PNG")
    file = SimpleUploadedFile("so-do.png", drawn.getvalue(), "image/png")
    acts.do("enclose", draft, by=centre.handler, now=NOW, file=file)
    extra = draft.enclosures.get()
    assert extra.file.storage.exists(extra.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        acts.do("remove_enclosure", draft, by=centre.handler, now=NOW, enclosure=extra)
    assert not extra.file.storage.exists(extra.file.name)


def deputy(centre) -> SigningAuthority:
    return SigningAuthority.objects.create(
        agency=centre.agency, user=centre.leader, kind="KT", position="Phó Giám đốc", stands_for="Giám đốc",
        valid_from=dt.date(2026, 1, 1),
    )  # fmt: skip


def test_an_official_walks_a_dispatch_from_the_draft_to_the_register(client, centre):
    """S1-56, S3-11, S5-35: what the sources show stands on the paper, in the order of the decree."""
    authority = deputy(centre)
    with time_machine.travel(NOW, tick=False):
        incoming.record(
            centre.agency, "dispatch", by=centre.clerk, now=NOW, number_text="212/VP-TTPVHCC",
            dated=dt.date(2019, 8, 2), issuer="Văn phòng UBND tỉnh", abstract="phối hợp tuyên truyền",
        )  # fmt: skip
        client.force_login(centre.handler)
        begun = client.post(
            reverse("admin:correspondence_document_changelist"),
            {
                "form": "new",
                "kind": "dispatch",
                "agency": centre.agency.pk,
                "abstract": "V/v tuyên truyền kết nối Zalo",
            },
            follow=True,
        )
        document = Document.objects.get(direction="out")
        assert begun.status_code == 200 and document.abstract == "tuyên truyền kết nối Zalo"
        refused = act(client, document, "submit")
        assert refused.status_code == 409 and "chưa đủ: nội dung, kính gửi ai" in body(refused)
        saved = act(
            client, document, "edit", abstract=document.abstract, body=BODY, addressees="Các cơ quan;\n- UBND các xã.",
            recipients="Lưu: VT", electronic="Như trên;\nLĐVP", authority=authority.pk, drafting_unit="TH",
        )  # fmt: skip
        assert saved.status_code == 200, body(saved)
        assert act(client, document, "enclose", refers_to="999/XX").status_code == 422
        assert act(client, document, "enclose", refers_to="212/VP-TTPVHCC").status_code == 200
        preview = client.get(reverse("admin:correspondence_document_preview", args=[document.pk]))
        assert "Số: /TTPVHCC-TH" in text_of(preview.content)
        assert act(client, document, "submit").status_code == 200
        assert act(client, document, "issue").status_code == 403, "who writes does not sign"
        client.force_login(centre.leader)
        assert act(client, document, "issue").status_code == 200
        document.refresh_from_db()
        said = text_of(document.file.open("rb").read())
        for words in (
            "Số: 01/TTPVHCC-TH", "V/v tuyên truyền kết nối Zalo", "Kính gửi:", "- Các cơ quan;", "- UBND các xã.",
            "1. Giao Văn phòng", "- Dán mã QR tại quầy", "4.694", "Yêu cầu các đơn vị thực hiện./.",
            "(Sao gửi kèm Công văn số 212/VP-TTPVHCC ngày 02/08/2019 của Văn phòng UBND tỉnh)",
            "Nơi nhận: - Lưu: VT.", "Bản điện tử: - Như trên; - LĐVP.", "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC",
        ):  # fmt: skip
            assert words in said, (words, said)
        scan = SimpleUploadedFile("quet.pdf", b"%PDF-1.7 quet", "application/pdf")
        assert act(client, document, "attach", how="scan", file=scan).status_code == 200
        document.refresh_from_db()
        assert document.state == State.SIGNED and document.signed_sha256
        page = body(client.get(reverse("admin:correspondence_register"), {"q": "ket noi zalo"}))
        assert "01/TTPVHCC-TH" in page and "Như trên" in page and "212/VP-TTPVHCC ngày 02/08/2019" in page
        assert "01/TTPVHCC-TH" not in body(client.get(reverse("admin:correspondence_register"), {"q": "lam phat"}))


def test_a_report_has_its_name_and_abstract_and_a_series_of_its_own(centre, draft):
    """S2-03: "BÁO CÁO" and the abstract below; each kind is numbered by itself, each year anew."""
    issued(draft, centre)
    numbers = []
    for now in (NOW, NOW + dt.timedelta(minutes=5), NOW + dt.timedelta(days=60)):
        report = drafts.begin(centre.agency, "report", "kết quả triển khai", "<p>Đạt 560 người</p>", by=None, now=now)
        issued(report, centre, now)
        numbers.append(report.number_text)
    assert numbers == ["01/BC-TTPVHCC", "02/BC-TTPVHCC", "01/BC-TTPVHCC"]
    said = text_of(report.file.open("rb").read())
    assert "BÁO CÁO Kết quả triển khai" in said and "V/v" not in said and "Đạt 560 người./." in said
    assert draft.number_text == "01/TTPVHCC-TH"


def test_what_cannot_be_printed_uses_no_number(centre, draft, monkeypatch):
    from portal.correspondence import issuing

    acts.do("submit", draft, by=centre.handler, now=NOW)

    def broken(*args, **kwargs):
        raise issuing.PrintError("Máy in hỏng.")

    with monkeypatch.context() as patch:
        patch.setattr(issuing.printed_forms, "render", broken)
        with pytest.raises(ActError, match="Máy in hỏng"):
            acts.do("issue", draft, by=centre.leader, now=NOW)
    draft.refresh_from_db()
    acts.do("issue", draft, by=centre.leader, now=NOW)
    assert draft.number == 1
    [series] = register.series(centre.agency, NOW.year)
    assert (series.last, series.gaps) == (1, 0)


def test_who_signs_second_gets_a_sentence_and_leaves_no_paper(centre, draft):
    acts.do("submit", draft, by=centre.handler, now=NOW)
    twin = Document.objects.get(pk=draft.pk)
    acts.do("issue", draft, by=centre.leader, now=NOW)
    with pytest.raises(Stale):
        acts.do("issue", twin, by=centre.leader, now=NOW)
    folder, own = draft.file.name.rpartition("/")[0], draft.token
    assert [name for name in draft.file.storage.listdir(folder)[1] if name.startswith(own)] == [f"{own}.pdf"]
    [series] = register.series(centre.agency, NOW.year)
    assert (series.last, series.gaps) == (1, 0)


def test_only_the_named_signer_signs_and_a_second_save_is_told(centre, draft, elsewhere):
    other = SigningAuthority.objects.create(
        agency=centre.agency, user=centre.supervisor, position="Giám đốc", valid_from=dt.date(2026, 1, 1)
    )
    twin = Document.objects.get(pk=draft.pk)
    written = {"abstract": draft.abstract, "body": draft.body, "addressees": draft.addressees, "authority": other}
    acts.do("edit", draft, by=centre.handler, now=NOW, **written)
    with pytest.raises(Stale):
        acts.do("edit", twin, by=centre.handler, now=NOW, **written)
    acts.do("submit", draft, by=centre.handler, now=NOW)
    with pytest.raises(Forbidden, match="trình"):
        acts.do("issue", draft, by=centre.leader, now=NOW)
    with pytest.raises(Forbidden):
        acts.do("issue", draft, by=elsewhere.leader, now=NOW)
    acts.do("send_back", draft, by=centre.leader, now=NOW, note="Đổi người ký")
    assert draft.state == State.RETURNED and draft.number is None


def test_who_oversees_an_agency_does_not_sign_in_its_name(centre, draft):
    """Whoever saw the agencies below signed their documents as "Thủ trưởng đơn vị" of each."""
    above = Agency.objects.create(code="H80", kind="province", name="UBND tỉnh")
    Agency.objects.filter(pk=centre.agency.pk).update(parent=above)
    chief = people.member(above, "chu-tich", people.roles.LEADER, "Chủ tịch")
    chief.memberships.update(sees_subordinates=True)
    acts.do("submit", draft, by=centre.handler, now=NOW)
    with pytest.raises(Forbidden, match="không làm việc ở"):
        acts.do("issue", draft, by=chief, now=NOW)
    acts.do("issue", draft, by=centre.leader, now=NOW)
    assert draft.number == 1


def test_a_withdrawn_document_keeps_its_number_and_says_why(centre, draft):
    issued(draft, centre)
    with pytest.raises(ActError, match="lý do"):
        acts.do("withdraw", draft, by=centre.leader, now=NOW, note=" ")
    acts.do("withdraw", draft, by=centre.leader, now=NOW, note="Ghi nhầm nơi nhận")
    sheet = load_workbook(
        register.xlsx(centre.agency, "out", NOW.year, made="Lê Văn thư xuất lúc 09:30 16/11/2026.")
    ).active
    assert sheet["A1"].value.endswith("Lê Văn thư xuất lúc 09:30 16/11/2026.")
    row = [cell.value for cell in list(sheet.rows)[2]]
    assert row[0] == "01/TTPVHCC-TH" and row[1].date() == NOW.date() and row[-2:] == ["Đã thu hồi", "Ghi nhầm nơi nhận"]
    paper = text_of(register.pdf(centre.agency, "out", NOW.year, now=NOW, keeper="Lê Văn thư"))
    assert "SỔ ĐĂNG KÝ VĂN BẢN ĐI" in paper and "đã thu hồi: Ghi nhầm nơi nhận" in paper


def test_a_register_of_a_hundred_thousand_lines_is_the_workers(client, centre, elsewhere, draft, monkeypatch):
    """Beyond 50,000 lines the rest of the register was left out without a word."""
    issued(draft, centre)
    monkeypatch.setattr(files, "AT_ONCE", 0)
    client.force_login(centre.clerk)
    download = reverse("admin:correspondence_register_download")
    asked = {"co-quan": centre.agency.pk, "so": "di", "nam": NOW.year}
    empty = client.post(download, {**asked, "nam": NOW.year - 1})
    assert load_workbook(io.BytesIO(b"".join(empty.streaming_content))).active.max_row == 2
    answer = client.post(download, {**asked, "tep": "xlsx", "q": "ket noi zalo"})
    act = LongAct.objects.get()
    assert answer["Location"] == reverse("admin:desk_long_act", args=[act.pk])
    running.run(act.pk)
    act.refresh_from_db()
    file = reverse("admin:desk_long_act_file", args=[act.pk])
    assert (act.state, act.result.get("address")) == ("done", file), act.result
    title, headings, *lines = b"".join(client.get(file).streaming_content).decode().splitlines()
    assert f"{NOW.year} – {centre.agency.name}" in title and "xuất lúc" in title and "Trích yếu" in headings
    assert len(lines) == 1 and "01/TTPVHCC-TH" in lines[0]
    client.force_login(elsewhere.leader)
    assert client.get(file).status_code == 404, "another's file"
    client.force_login(centre.clerk)
    client.post(download, asked)
    centre.clerk.groups.clear()
    running.run(LongAct.objects.latest("pk").pk)
    assert "không còn quyền" in LongAct.objects.latest("pk").result["words"]


def test_a_signed_file_must_be_the_issued_one(client, centre, draft):
    issued(draft, centre)
    client.force_login(centre.clerk)
    strange = SimpleUploadedFile("ky.pdf", b"%PDF-1.7 khac", "application/pdf")
    answer = act(client, draft, "attach", how="digital", file=strange)
    assert answer.status_code == 409 and "khác văn bản số 01/TTPVHCC-TH" in body(answer)
    plain = SimpleUploadedFile("ky.pdf", draft.file.open("rb").read(), "application/pdf")
    answer = act(client, draft, "attach", how="digital", file=plain)
    assert answer.status_code == 409 and "chưa có chữ ký số" in body(answer)


def test_what_came_in_has_a_number_of_arrival_once(client, centre, elsewhere):
    client.force_login(centre.clerk)
    address = reverse("admin:correspondence_document_changelist")
    sent = {"form": "in", "kind": "dispatch", "agency": centre.agency.pk, "number_text": "3241/UBND-VX",
            "dated": "01/08/2019", "issuer": "UBND tỉnh", "abstract": "triển khai mở rộng kênh Zalo"}  # fmt: skip
    assert client.post(address, sent, follow=True).status_code == 200
    again = client.post(address, sent)
    assert again.status_code == 422 and "đã vào sổ: số đến 1 năm" in body(again)
    for changed, words in (
        ({"dated": "32/13/2019"}, "Ngày chưa đúng"),
        ({"dated": "01/08/2099"}, "không thể sau hôm nay"),
        ({"number_text": "abc"}, "Ghi số, ký hiệu"),
        ({"agency": elsewhere.agency.pk}, "Chọn cơ quan của bạn"),
        ({"abstract": "..."}, "Ghi trích yếu"),
    ):
        answer = client.post(address, {**sent, **changed})
        assert answer.status_code == 422 and words in body(answer), words
    trap = SimpleUploadedFile("quet.pdf", b"MZ programme", "application/pdf")
    refused = client.post(address, {**sent, "number_text": "5/UBND", "file": trap})
    assert refused.status_code == 422 and "tệp chương trình" in body(refused), refused.context["arrived"].errors
    assert Document.objects.count() == 1
    row = Document.objects.get()
    assert act(client, row, "correct", kind="dispatch", number_text="3241/UBND-VX", dated="02/08/2019",
               issuer="UBND tỉnh", abstract="triển khai").status_code == 200  # fmt: skip
    page = body(client.get(reverse("admin:correspondence_register"), {"so": "den", "q": "3241"}))
    assert "3241/UBND-VX" in page and "02/08/2019" in page


def test_hostile_text_stays_text_and_another_agency_sees_nothing(client, centre, elsewhere, draft):
    hostile = '<script>alert(1)</script><p>#read("/etc/passwd") $x$ *đậm* \\ </p><img src=x onerror=alert(1)>'
    acts.do(
        "edit", draft, by=centre.handler, now=NOW, abstract="=1+1 <b>", body=hostile, addressees="A <i>", recipients=""
    )
    issued(draft, centre)
    said = text_of(draft.file.open("rb").read())
    assert '#read("/etc/passwd") $x$ *đậm*' in said and "alert" not in said and "V/v =1+1 <b>" in said
    assert load_workbook(register.xlsx(centre.agency, "out", NOW.year, made="")).active["D3"].value == "=1+1 <b>"
    client.force_login(elsewhere.leader)
    for name in ("change", "preview", "issued", "signed"):
        assert client.get(reverse(f"admin:correspondence_document_{name}", args=[draft.pk])).status_code == 404
    page = client.get(reverse("admin:correspondence_register"), {"co-quan": centre.agency.pk})
    assert page.context["agency"] == elsewhere.agency


def test_rich_text_becomes_blocks_in_order():
    text = rich_text.cleaned(
        "<h2>1. Kết quả</h2><p>Đạt <strong>560</strong> người<br>dòng hai</p><ol><li>Một<ul><li>Nhỏ</li></ul></li>"
        "<li>Hai</li></ol><table><tr><th>Tên</th><th>Số</th></tr><tr><td>A</td><td>1.000</td></tr></table>"
        "<p>một | dòng lẻ</p>"
    )
    shown = rich_text.blocks(text)
    assert shown[0]["section"] == "1. Kết quả" and shown[1]["prose"][0][1] == {"t": "560", "b": True}
    said = ["".join(run["t"] for run in block["prose"][0]) for block in shown if "prose" in block]
    assert said == ["Đạt 560 người", "dòng hai", "1. Một", "+ Nhỏ", "2. Hai", "một | dòng lẻ"]
    [table] = [block["table"] for block in shown if "table" in block]
    assert table["header"] == ["Tên", "Số"] and table["rows"] == [["A", "1.000"]]
    assert [column["align"] for column in table["columns"]] == ["l", "r"]
    assert rich_text.blocks(rich_text.cleaned("<p> </p><br>")) == ()


def test_a_kind_the_desk_does_not_write_is_refused(centre):
    with pytest.raises(ActError, match="Chọn loại"):
        documents.begin(centre.agency, "decision", by=centre.leader, now=timezone.now(), abstract="Quyết định")
