"""Many people in one go: a pasted list fills in whose dossier is next; nothing is sent, agreed or shown by it."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest
import time_machine
from django.utils import timezone

from dossiers.models import Dossier
from dossiers.table_files.text_stream import TableFileError
from portal.submission import drafts, forgetting, people_list
from portal.submission.models import FilingDraft
from tests.people import MONDAY
from tests.portal.submission.conftest import OTHER, SELF, csrf, picture

HEADED = """DANH SÁCH NGƯỜI LAO ĐỘNG\t\t\t\t
STT\tĐịa chỉ\tHọ và tên\tĐiện thoại\tSố CCCD
1\tẤp 1, xã Cần Giuộc\tLÊ VĂN CẦN\t912345671\t1190004321
2\tẤp 2\tPhạm Thị Dung\t\t024190004322
3\tẤp 3\tPhạm Thị Dung\t\t024 190 004 322
4\tẤp 4\t<b>Hồ</b>\t12\t024190004323
5\tẤp 5\tVõ Văn Em\t\t"""


def test_rows_are_read_under_their_headings_and_each_that_is_not_says_why():
    found = people_list.read(HEADED.split("\n", 1)[1])
    assert [(each["full_name"], each["id_number"], each["phone"]) for each in found.people] == [
        ("LÊ VĂN CẦN", "001190004321", "0912345671"),
        ("Phạm Thị Dung", "024190004322", ""),
    ]
    assert [(each.line, each.who) for each in found.refused] == [
        (4, "Phạm Thị Dung"),
        (5, "<b>Hồ</b>"),
        (6, "Võ Văn Em"),
    ]
    assert "Trùng số với dòng 3" in found.refused[0].reasons[0] and "Thiếu số" in found.refused[2].reasons[0]


def test_rows_without_headings_are_read_in_order_and_what_a_spreadsheet_ate_comes_back():
    found = people_list.read(
        "1\tTrần Thị Bình\t24190004321\t0912.345.678\tẤp 2\txã Cần Giuộc\n\n2\tAn\t080085001234", own="080085001234"
    )
    assert found.people == [
        {
            "full_name": "Trần Thị Bình",
            "id_number": "024190004321",
            "phone": "0912.345.678",
            "address": "Ấp 2, xã Cần Giuộc",
        }
    ]
    assert found.refused[0].reasons == ("Số này trùng số của bạn.",)
    assert people_list.read(found.text).people == found.people


@pytest.mark.parametrize("text", ["", "\n \n", "\ud800", "=1+1", "\x00", '"', "a" * 9000, ",,,,,,"])
def test_odd_lists_hold_nobody_and_break_nothing(text):
    assert not people_list.read(text).people


FAR = "Số 12, đường Lê Lợi, khu phố 2, phường Long An, tỉnh Tây Ninh"


def shown(page: str) -> str:
    """The list that the page of what was read sends when it is confirmed."""
    return html.unescape(re.search(r'<input type="hidden" name="people" value="([^"]*)"', page)[1])


@pytest.mark.parametrize("headings", ["Họ tên\tSố CCCD\tĐịa chỉ\n", ""])
def test_commas_in_addresses_part_nothing_and_what_was_shown_is_kept(filer, headings):
    filer.fills_in("other").sends()
    tail = f"\t{FAR}" if headings else f"\t0912345671\t{FAR}"
    page = filer.lists(
        f'{headings}Lê Văn Cần\t001190004321{tail}\n"Phạm ""Dung"" Thị"\t024190004322{tail}'
    ).content.decode()
    assert "Đọc được 2 người" in page
    assert filer.lists(shown(page), keep="1").status_code == 302
    kept = drafts.typed(FilingDraft.objects.get())["next"]
    assert [(each["full_name"], each["address"]) for each in kept] == [("Lê Văn Cần", FAR), ('Phạm "Dung" Thị', FAR)]
    assert filer.lists("Lê Văn Cần", keep="1").status_code == 200
    assert drafts.typed(FilingDraft.objects.get())["next"] == kept
    assert filer.lists("", keep="1").status_code == 302 and not drafts.typed(FilingDraft.objects.get())


def test_a_tax_code_without_its_first_zero_is_no_persons_number():
    rows = """Công ty TNHH Hưng Thịnh\t100109106
Chi nhánh Công ty Hưng Thịnh\t100109106001
Trương Văn Trường\t100109106
Hộ kinh doanh Quý\t001190018321
Lê Văn Cần\t100109107"""
    found = people_list.read(rows)
    assert [each["id_number"] for each in found.people] == [
        "0100109106",
        "0100109106-001",
        "001190018321",
        "100109107",
    ]
    assert [each.line for each in found.refused] == [3] and "mất số 0" in found.refused[0].reasons[0]
    assert people_list.read(found.text).people == found.people


def test_a_list_has_an_end():
    with pytest.raises(TableFileError, match=r"100\.000 ký tự"):
        people_list.read("Nguyễn Văn An\t080085001234\n" * 4000)
    with pytest.raises(TableFileError, match="500"):
        people_list.read("\n".join(f"Nguyễn Văn An\t{80085000000 + n:012}" for n in range(600)))


def test_a_list_fills_in_one_person_after_the_other_and_asks_each(filer):
    assert filer.fills_in("other", relation="staff", mandate="QĐ 12").sends().status_code == 302
    rows = "Lê Văn Cần\t001190004321\nPhạm Thị Dung\t024190004322\nX"
    page = filer.lists(rows).content.decode()
    assert "Đọc được 2 người" in page and "Dòng 3, X" in page and not drafts.typed(FilingDraft.objects.get())
    assert filer.lists(rows, keep="1").status_code == 200 and not drafts.typed(FilingDraft.objects.get())
    assert filer.lists(shown(page), keep="1").status_code == 302
    first = filer.link
    assert "Danh sách của bạn còn 2 người" in filer.get().content.decode()
    filer.link = filer.goes_on()["Location"].removesuffix("nguoi-nop/")
    page = filer.get("nguoi-nop/").content.decode()
    assert 'value="Lê Văn Cần"' in page and 'name="consent" id="o-consent">' in page and "Phạm" not in page
    own = {"full_name": "Nguyễn Văn An", "id_number": "080085001234", "phone": "0912345678", "until": "30/11/2027"}
    own |= {"owner_full_name": "Lê Văn Cần", "owner_id_number": "001190004321", "relation": "staff", "mandate": "QĐ 12"}
    assert "Chỉ nộp thay khi" in filer.says(**own, result="counter").content.decode()
    assert filer.says(**own, result="counter", consent="on").status_code == 302
    one, two, _other = filer.keys
    filer.uploads({one: picture()}, **{f"khong-{two}": "later"}, next="1")
    assert filer.sends().status_code == 302 and Dossier.objects.count() == 2
    assert "Nộp tiếp cho Phạm Thị Dung" in filer.get().content.decode()
    # It stands with the last one sent, and nowhere else.
    assert "Danh sách của bạn" not in filer.client.get(first).content.decode()
    assert forgetting.numbers_in_drafts() == {"024190004322"}
    forgetting.forget(ids=["024190004322"], phones=[], dossier_ids=[])
    assert "Danh sách của bạn" not in filer.get().content.decode() and not forgetting.numbers_in_drafts()


TWO = "Lê Văn Cần\t001190004321\nPhạm Thị Dung\t024190004322"


def begun(filer) -> str:
    """Begin the next filing; return its link, the page of the sent one stays the filer's."""
    return filer.goes_on()["Location"].removesuffix("nguoi-nop/")


def test_the_list_stays_changeable_until_the_next_is_sent_and_thrown_away_nobody_is_lost(filer):
    filer.fills_in("other").sends()
    filer.lists(TWO, keep="1")
    first, thrown_away = filer.link, begun(filer)
    assert not any("next" in drafts.typed(row) for row in FilingDraft.objects.filter(receipt=None))
    filer.client.post(thrown_away + "xoa/", {"csrfmiddlewaretoken": csrf(filer)})
    assert not FilingDraft.objects.filter(receipt=None).exists()
    assert "Nộp tiếp cho Lê Văn Cần" in filer.get().content.decode()
    filer.lists(f"{TWO}\nVõ Văn Em\t024190004323", keep="1")
    filer.link = begun(filer)
    owner = {"owner_full_name": "Lê Văn Cần", "owner_id_number": "001 190 004 321"}
    assert filer.says(**OTHER | owner).status_code == 302
    one, two, _other = filer.keys
    filer.uploads({one: picture()}, **{f"khong-{two}": "later"}, next="1")
    assert filer.sends().status_code == 302
    page = filer.get().content.decode()
    assert "Danh sách của bạn còn 2 người" in page and "Nộp tiếp cho Phạm Thị Dung" in page
    assert "Danh sách của bạn" not in filer.client.get(first).content.decode()


def test_one_person_of_a_list_is_one_filing_whichever_window_it_is_begun_in(filer):
    filer.fills_in("other").sends()
    filer.lists(TWO, keep="1")
    listed, mark = filer.link, filer.next_mark
    window, other = begun(filer), begun(filer)
    assert window == other and FilingDraft.objects.filter(receipt=None).count() == 1
    filer.link = window
    owner = {"owner_full_name": "Lê Văn Cần", "owner_id_number": "001190004321"}
    assert filer.says(**OTHER | owner).status_code == 302
    one, two, _other = filer.keys
    filer.uploads({one: picture()}, **{f"khong-{two}": "later"}, next="1")
    assert filer.sends().status_code == 302 and Dossier.objects.count() == 2
    # A page that was open since before it was sent leads to what was sent, and begins nothing.
    filer.link = listed
    assert filer.presses(mark)["Location"] == window + "nguoi-nop/"
    assert filer.client.get(window + "nguoi-nop/")["Location"] == window
    assert FilingDraft.objects.filter(receipt=None).count() == 0
    # Listed again on purpose, they are filed for again.
    filer.lists(TWO, keep="1")
    again = begun(filer)
    assert again != window and "Lê Văn Cần" in filer.client.get(again + "nguoi-nop/").content.decode()


def test_the_next_filing_pressed_twice_is_one_and_from_two_windows_two(filer, client):
    filer.fills_in("other").sends()
    page, window = filer.next_mark, filer.next_mark
    twice = {filer.presses(page)["Location"] for _press in range(2)}
    assert len(twice) == 1 and filer.presses(window)["Location"] not in twice
    begun = twice.pop().removesuffix("nguoi-nop/")
    # What was typed there since under another number asks for it in a browser that has not shown it.
    draft = drafts.find(begun.strip("/").split("/")[-1], now=timezone.now())
    drafts.write(draft, now=timezone.now(), submitter={**SELF, "phone": "0987654321"})
    del filer.client.cookies[f"nop-{draft.pk}"]
    filer.presses(page)
    assert "Bốn số cuối" in filer.client.get(begun + "nguoi-nop/").content.decode()
    # After its days the button begins anew, at the same address.
    FilingDraft.objects.filter(pk=draft.pk).update(expires_at=timezone.now())
    assert filer.presses(page)["Location"] == begun + "nguoi-nop/"
    assert FilingDraft.objects.filter(receipt=None).count() == 2 and not FilingDraft.objects.filter(pk=draft.pk)


def test_a_list_ends_with_the_days_of_a_draft_though_the_dossier_goes_on(filer):
    filer.fills_in("other").sends()
    with time_machine.travel(MONDAY + dt.timedelta(days=20), tick=False):
        drafts.write_next(FilingDraft.objects.get(), people_list.read(TWO).people, now=timezone.now())
    drafts.forget_old(now=MONDAY + dt.timedelta(days=49))
    assert len(forgetting.numbers_in_drafts()) == 2
    drafts.forget_old(now=MONDAY + dt.timedelta(days=51))
    assert FilingDraft.objects.get().data == ""


def test_a_list_before_the_sending_or_by_a_stranger_is_not_taken(filer, client):
    filer.fills_in("other")
    assert filer.client.get(filer.link + "danh-sach/")["Location"] == filer.link
    filer.sends()
    assert filer.lists("Lê Văn Cần\t001190004321", keep="1").status_code == 302
    assert "Bốn số cuối" in client.get(filer.link + "danh-sach/").content.decode()
    assert csrf(filer)


def test_who_files_for_others_as_an_organisation_is_asked_for_the_next_owner_too(filer):
    filer.fills_in(
        "other", full_name="Công ty TNHH Hưng Thịnh", id_number="0100109106", relation="staff", mandate="QĐ 1"
    )
    assert filer.sends().status_code == 302, filer.get("kiem-tra/").content.decode()
    filer.link = filer.goes_on()["Location"].removesuffix("nguoi-nop/")
    assert "Họ và tên chủ hồ sơ" in filer.get("nguoi-nop/").content.decode()
