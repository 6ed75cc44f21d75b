"""Everyday tables by file at the desk: tried, looked at, written as seen, put out and brought in again unchanged."""

from __future__ import annotations

import datetime as dt
import io
import unicodedata

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from openpyxl import Workbook

from dossiers.models import Agency, AgencySuccession, CalendarException, LegalRule, Unit
from feedback.models import CannedAnswer, Category, FaqEntry
from portal.transfer.everyday import sending
from portal.transfer.everyday.kinds import TABLES
from portal.transfer.models import RememberedColumn, SentTable
from tests import people
from zalo.models import CannedAnswer as ChatAnswer

pytestmark = pytest.mark.django_db


def sent(client, table: str, content: str | bytes, agency: Agency | None = None, name: str = "bang.csv"):
    """Send a file as a person does; return the answer, with the file's row in `sent` when it was tried."""
    data = content.encode() if isinstance(content, str) else content
    given = {"file": ContentFile(data, name=name)} | ({"agency": agency.pk} if agency else {})
    answer = client.post(reverse("admin:table_send", args=[table]), given)
    answer.sent = SentTable.objects.first() if answer.status_code == 302 else None
    return answer


def tried(client, table: str, content: str | bytes, agency: Agency | None = None, name: str = "bang.csv") -> SentTable:
    answer = sent(client, table, content, agency, name)
    assert answer.status_code == 302, answer.content.decode()
    return answer.sent


def page_of(client, one: SentTable) -> str:
    return client.get(reverse("admin:table_sent", args=[one.pk])).content.decode()


def written(client, one: SentTable) -> SentTable:
    assert client.post(reverse("admin:table_write", args=[one.pk])).status_code == 302
    return SentTable.objects.get(pk=one.pk)


def book(*sheets, merged: str = "") -> bytes:
    made = Workbook()
    made.remove(made.active)
    for name, rows, *hidden in sheets:
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if hidden:
            sheet.sheet_state = "hidden"
        if merged:
            sheet.merge_cells(merged)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def tones_apart(text: str) -> str:
    """Return the text as Windows-1258 keeps it: base letters with the tone as a mark of its own behind them."""
    letters = []
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        tones = "".join(part for part in parts if part in "\u0300\u0301\u0303\u0309\u0323")
        letters.append(unicodedata.normalize("NFC", "".join(part for part in parts if part not in tones)) + tones)
    return "".join(letters)


QUESTIONS = """HỎI ĐÁP THƯỜNG GẶP, NĂM 2026

STT;CÂU HỎI;Câu trả lời;Lĩnh vực;Hiện công khai
1;Làm lại khai sinh, sửa tên ở đâu?;Tại Trung tâm, quầy 1;Đèn đường;có
2;Có làm việc thứ bảy không?;Có, buổi sáng;;không
3;;Trả lời không có câu hỏi;;
4;Giờ làm việc?;Từ 7 giờ 30;Chuyện lạ;x
5;Có làm việc thứ bảy không?;Lặp;;
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1258"])
def test_a_file_as_people_write_it_is_looked_at_then_written(keeper, centre, encoding):
    Category.objects.create(code="den-duong", name="Đèn đường")
    text = QUESTIONS
    if encoding == "cp1258":
        text = tones_apart(QUESTIONS)
    one = tried(keeper, "hoi-dap", text.encode(encoding), centre.agency)
    assert not FaqEntry.objects.exists() and one.counts == {"new": 2, "invalid": 3}
    page = page_of(keeper, one)
    for said in ("Dòng 1 đứng trên dòng tên cột", "Không dùng cột STT", "Chuyện lạ", "lặp lại dòng 5", "dòng 6",
                     "Ghi 2 dòng mới; bỏ lại 3 dòng không nhận"):  # fmt: skip
        assert said in page, said
    with open(default_storage.path(one.stored), "rb") as raw:
        assert b"STT" not in raw.read(), "kept open on the disk"
    one = written(keeper, one)
    assert one.written_at and not default_storage.exists(one.stored)
    assert set(FaqEntry.objects.values_list("agency", "published")) == {
        (centre.agency.pk, True),
        (centre.agency.pk, False),
    }
    assert "bang.csv”, dòng 4" in " ".join(LogEntry.objects.values_list("change_message", flat=True))
    written(keeper, one)
    assert FaqEntry.objects.count() == 2
    lines = keeper.get(reverse("admin:table_report", args=[one.pk])).content.decode("utf-8-sig").splitlines()
    assert len(lines) == 6 + len(page_remarks(one)) and "không nhận" in lines[3]


def page_remarks(one: SentTable) -> list[str]:
    return sending.outcome_of(one)["remarks"]


def test_differences_are_seen_and_what_changed_meanwhile_is_not_overwritten(keeper, centre):
    row = FaqEntry.objects.create(question="Giờ làm việc?", answer="7 giờ", agency=centre.agency)
    one = tried(keeper, "hoi-dap", "Câu hỏi,Trả lời\nGIỜ LÀM VIỆC?,7 giờ 30\n", centre.agency)
    page = page_of(keeper, one)
    assert "<del>7 giờ</del>" in page and "<ins>7 giờ 30</ins>" in page and one.counts == {"update": 1}
    FaqEntry.objects.filter(pk=row.pk).update(answer="8 giờ")
    answer = keeper.post(reverse("admin:table_write", args=[one.pk]), follow=True).content.decode()
    row.refresh_from_db()
    assert row.answer == "8 giờ" and "vừa có người sửa" in answer and "<del>8 giờ</del>" in answer
    written(keeper, one)
    row.refresh_from_db()
    assert (row.answer, row.question) == ("7 giờ 30", "GIỜ LÀM VIỆC?")


def test_a_heading_of_their_own_is_chosen_once_and_known_the_next_time(keeper, centre, elsewhere):
    text = "Ngày,Kiểu,Dịp,Ghi chú\n30/04/2027,nghỉ,Thống nhất,x\n"
    one = tried(keeper, "ngay-nghi", text, centre.agency)
    assert "thiếu cột “Loại”, “Tên gọi”" in page_of(keeper, one) and one.counts == {}
    keeper.post(reverse("admin:table_columns", args=[one.pk]), {"cot-1": "Loại", "cot-2": "Tên gọi", "cot-3": "bịa"})
    assert SentTable.objects.get().counts == {"new": 1}
    assert not RememberedColumn.objects.filter(shown="Ghi chú").exists()
    again = tried(keeper, "ngay-nghi", text.replace("Kiểu", "KIỂU "), centre.agency)
    assert again.counts == {"new": 1} and "Không dùng cột Ghi chú" in page_of(keeper, again)
    assert "Dịp → Tên gọi" in keeper.get(reverse("admin:table_send", args=["ngay-nghi"])).content.decode()
    keeper.force_login(elsewhere.administrator)
    assert tried(keeper, "ngay-nghi", text, elsewhere.agency).counts == {}, "the other agency has its own words"
    keeper.force_login(centre.administrator)
    keeper.post(reverse("admin:table_forget", args=["ngay-nghi"]), {"agency": centre.agency.pk})
    assert tried(keeper, "ngay-nghi", text, centre.agency).counts == {}


def test_every_sheet_is_read_or_told_of_and_merged_cells_are_filled(province):
    head = ["Tên mẫu", "Nội dung", "Mã cơ quan"]
    data = book(
        ("Một", [["MẪU CÂU"], head, ["Chào", "Kính chào", None], ["Chào hai", None, None]]),
        ("Hai", [head, ["Cảm ơn", "Xin cảm ơn", None, "thừa"]]),
        ("Ghi chú", [["Người lập: văn phòng", "x"]]),
        ("Nháp", [head, ["Bỏ", "Bỏ", None]], "hidden"),
        merged="B3:B4",
    )
    one = tried(province, "cau-mau", data, name="mau.xlsx")
    page = page_of(province, one)
    assert one.counts == {"new": 3}
    for said in ("“Ghi chú”: không đọc, vì thiếu cột", "“Nháp”: đang ẩn", "cột thứ 4 không có tên"):
        assert said in page, said
    written(province, one)
    assert CannedAnswer.objects.get(title="Chào hai").text == "Kính chào"


def test_what_a_person_may_not_do_at_the_desk_is_refused_by_file(client, keeper, centre, elsewhere):
    CalendarException.objects.create(date=dt.date(2027, 5, 1), kind="off", name="Lao động", confirmed_at=people.MONDAY)
    shared = FaqEntry.objects.create(question="Chung?", answer="Chung")
    own, other = centre.agency.code, elsewhere.agency.code
    text = f"Câu hỏi,Trả lời,Mã cơ quan\nChung?,Chung,\nChung?,Khác,{other}\nMới?,Mới,\nRiêng?,Có,{own}\n"
    one = tried(keeper, "hoi-dap", text, centre.agency)
    page = page_of(keeper, one)
    assert one.counts == {"skip": 1, "invalid": 2, "new": 1}
    assert "Dòng dùng chung do quản trị toàn tỉnh ghi" in page and "của cơ quan khác" in page
    days = f"Ngày,Loại,Tên gọi,Mã cơ quan\n01/05/2027,nghỉ,Lao động,\n01/05/2027,nghỉ,Riêng,{centre.agency.code}\n"
    assert tried(keeper, "ngay-nghi", days, centre.agency).counts == {"skip": 1, "new": 1}
    agencies = f"Mã,Tên,Loại\n{centre.agency.code},Tên mới,Thuế\nH99,Lạ,Thuế\n"
    one = tried(keeper, "co-quan", agencies, centre.agency)
    assert one.counts == {"invalid": 2} and "Cột “Loại” chỉ quản trị toàn tỉnh" in page_of(keeper, one)
    assert sent(keeper, "ke-thua", "x").status_code == 403
    assert sent(keeper, "hoi-dap", text, elsewhere.agency).status_code == 422
    client.force_login(centre.clerk)
    assert sent(client, "hoi-dap", text).status_code == 403 and sent(client, "bia", text).status_code == 404
    client.force_login(elsewhere.administrator)
    for name in ("table_sent", "table_report"):
        assert client.get(reverse(f"admin:{name}", args=[one.pk])).status_code == 404
    for name in ("table_columns", "table_write"):
        assert client.post(reverse(f"admin:{name}", args=[one.pk])).status_code == 404
    shared.refresh_from_db()
    assert shared.answer == "Chung"


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"PK\x03\x04rac", b"\xff\xd8\xff\xe0", b"a\n" * 2500])
def test_a_file_that_is_no_table_is_refused_in_one_sentence(keeper, centre, data):
    answer = sent(keeper, "hoi-dap", data, centre.agency)
    if answer.sent is None:
        assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()
        assert not SentTable.objects.exists()
    else:
        assert answer.sent.counts == {}


def test_agencies_and_who_follows_whom_come_in_one_after_the_other(province):
    agencies = (
        "Mã định danh;Tên đơn vị;Cấp;Trực thuộc\nT01;UBND tỉnh Thử;cấp tỉnh;\n"
        "T01.1;UBND xã Mới;xã;T01\nT01.2;UBND xã Cũ;xã;UBND tỉnh Thử\n"
    )
    one = written(province, tried(province, "co-quan", agencies))
    assert one.counts == {"new": 3} and Agency.objects.get(code="T01.2").parent.code == "T01"
    rows = (
        "Cơ quan cũ,Cơ quan mới,Hình thức,Hiệu lực từ\nUBND xã Cũ,T01.1,hợp nhất,1/7/2025\nT01,T01,sáp nhập,1/7/2025\n"
    )
    one = tried(province, "ke-thua", rows)
    assert one.counts == {"new": 1, "invalid": 1} and "phải khác nhau" in page_of(province, one)
    written(province, one)
    assert AgencySuccession.objects.get().effective_on == dt.date(2025, 7, 1)


def test_a_rule_is_of_the_kind_it_has_always_been(province):
    rule = LegalRule.objects.filter(agency=None, value__in=[1, 2, 3, 5, 10, 15]).first()
    assert rule is not None
    text = (
        f"Mã quy tắc,Nội dung,Giá trị,Căn cứ,Hiệu lực từ\n{rule.key},Thử,hai,Điều 1,01/01/2027\n"
        f'khong-co,x,1,Điều 1,01/01/2027\n{rule.key},Thử,"2,5",Điều 2,01/02/2027\n'
    )
    one = tried(province, "quy-tac", text)
    assert one.counts == {"invalid": 2, "new": 1} and "Gõ một con số" in page_of(province, one)


def filled(centre) -> None:
    """A row or two of every table, with what files are wont to lose."""
    theme = Category.objects.create(code="dat", name="Đất đai")
    FaqEntry.objects.create(
        question="=1+1?", answer="Một\n\nhai  ba", other_words="a\nb", category=theme, published=True
    )
    FaqEntry.objects.create(question="Cùng câu", answer="Một", agency=centre.agency, reviewed_on=dt.date(2026, 1, 2))
    FaqEntry.objects.create(question="Cùng câu", answer="Hai", agency=centre.agency)
    CannedAnswer.objects.create(title="+84", text="-x", agency=centre.agency, active=False)
    ChatAnswer.objects.create(title="Chào, bạn", text='Nói "chào"\nxong')
    CalendarException.objects.create(
        date=dt.date(2027, 5, 15),
        kind="work",
        name="Bù",
        opens_at=dt.time(7, 30),
        closes_at=dt.time(11),
        agency=centre.agency,
    )
    CalendarException.objects.create(date=dt.date(2027, 5, 1), kind="off", name="@x", confirmed_at=people.MONDAY)
    AgencySuccession.objects.create(
        predecessor=centre.agency,
        successor=people.centre("H80.99", "Nơi khác").agency,
        kind="rename",
        effective_on=dt.date(2026, 1, 1),
    )
    assert Unit.objects.exists()


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_what_is_put_out_comes_in_again_unchanged(province, centre, extension):
    filled(centre)
    for slug, kind in TABLES.items():
        answer = province.get(reverse("admin:table_export", args=[slug, extension]))
        assert answer.status_code == 200
        rows = kind._meta.model._default_manager.count()
        one = tried(province, slug, answer.content, name=f"{slug}.{extension}")
        assert one.counts == ({"skip": rows} if rows else {}), (slug, page_of(province, one))
    text = province.get(reverse("admin:table_export", args=["hoi-dap", "csv"])).content.decode("utf-8-sig")
    assert "'=1+1?" in text


def test_a_row_named_by_its_number_may_change_its_words(keeper, centre, elsewhere):
    mine = FaqEntry.objects.create(question="Cũ?", answer="x", agency=centre.agency)
    other = FaqEntry.objects.create(question="Người?", answer="x", agency=elsewhere.agency)
    own = centre.agency.code
    text = f"Mã dòng,Câu hỏi,Trả lời,Mã cơ quan\n{mine.pk},Mới?,x,{own}\n{other.pk},Lấy?,x,{own}\n"
    one = tried(keeper, "hoi-dap", text, centre.agency)
    assert one.counts == {"update": 1, "invalid": 1} and f"Không có dòng mã {other.pk}" in page_of(keeper, one)
    written(keeper, one)
    mine.refresh_from_db(), other.refresh_from_db()
    assert (mine.question, other.question) == ("Mới?", "Người?")


def test_the_index_names_what_each_may(client, keeper, centre):
    page = keeper.get(reverse("admin:tables")).content.decode()
    assert "Nhập từ tệp" in page and f'"{reverse("admin:table_send", args=["ke-thua"])}"' not in page
    faq = keeper.get(reverse("admin:feedback_faqentry_changelist")).content.decode()
    assert reverse("admin:table_send", args=["hoi-dap"]) in faq and faq.count("Xuất XLSX") == 1
    client.force_login(centre.clerk)
    assert (
        f'"{reverse("admin:table_send", args=["hoi-dap"])}"' not in client.get(reverse("admin:tables")).content.decode()
    )


DAYS = """Ngày,Loại,Tên gọi,Mã cơ quan,Làm từ giờ,Đến giờ,Văn bản quyết định
30/04/2027,nghỉ,Ngày Chiến thắng,,,,Điều 112
15/05/2027,Làm việc,Làm bù,H80.05,7:30,11h30,QĐ 12
2027-05-16,làm bù,Làm bù tiếp,H80.05,,,
"""


def test_days_come_in_as_proposals_and_a_second_time_change_nothing(province, centre):
    one = written(province, tried(province, "ngay-nghi", DAYS))
    assert one.counts == {"new": 3} and not CalendarException.objects.filter(confirmed_at__isnull=False).exists()
    day = CalendarException.objects.get(date=dt.date(2027, 5, 15))
    assert (day.kind, day.agency, day.opens_at, day.closes_at, day.source) == (
        "work", centre.agency, dt.time(7, 30), dt.time(11, 30), "nhập từ tệp",
    )  # fmt: skip
    again = tried(province, "ngay-nghi", DAYS.replace("Ngày Chiến thắng", "Ngày Giải phóng").replace(",", ";"))
    assert again.counts == {"update": 1, "skip": 2}
    real = [
        ["Ngày", "Loại", "Tên gọi", "Làm từ giờ", "Đến giờ"],
        [dt.date(2027, 4, 30), "Nghỉ lễ", "Ngày Chiến thắng", None, None],
        [dt.datetime(2027, 5, 22), "làm việc", "Làm bù", dt.time(7, 30), dt.time(11, 30)],
    ]
    assert tried(province, "ngay-nghi", book(("A", real)), name="lich.xlsx").counts == {"skip": 1, "new": 1}


def test_every_fault_of_a_calendar_is_told_by_row(province, centre):
    CalendarException.objects.create(date=dt.date(2027, 5, 1), kind="off", name="Lao động", confirmed_at=people.MONDAY)
    one = tried(
        province,
        "ngay-nghi",
        "Ngày,Loại,Tên gọi,Mã cơ quan,Làm từ giờ,Đến giờ\n"
        "32/13/2027,nghỉ,Sai ngày,,,\n"
        "02/06/2027,chơi,Sai loại,,,\n"
        "03/06/2027,nghỉ,,,,\n"
        "04/06/2027,nghỉ,Sai mã,H99,,\n"
        "05/06/2027,làm việc,Sai giờ,,17:00,7:30\n"
        "06/06/2027,nghỉ,Đúng,,,\n"
        "06/06/2027,nghỉ,Lặp,,,\n"
        "01/05/2027,làm việc,Đã xác nhận,,,\n",
    )
    page = page_of(province, one)
    assert one.counts == {"invalid": 7, "new": 1}
    for words in ("32/13/2027", "nghỉ, làm việc", "Tên gọi: ", "H99", "sau giờ bắt đầu", "dòng 7", "hủy xác nhận"):
        assert words in page, words


def test_a_file_without_an_end_is_read_to_the_row_one_no_longer_waits_for(province):
    text = "Ngày,Loại,Tên gọi\n" + "30/04/2027,nghỉ,Ngày Chiến thắng\n" * 2001
    answer = sent(province, "ngay-nghi", text)
    assert answer.status_code == 302 and "viec" in answer["Location"] and sending.outcome_of(answer.sent) == {}
