"""Vì sao là ngày này? One exact Vietnamese sentence for staff and for the citizen."""

from __future__ import annotations

import json
from datetime import date

import pytest

from dossiers.deadlines.due import DayException, DueDate, Rules, TimeLimit, WorkingCalendar, due, resume, stated
from tests.dossiers.deadlines.calendar_2026 import OFFICE, SATURDAY_OFFICE, at


def sentence(received, amount, unit, audience="citizen", calendar=OFFICE, **rules):
    return due(received, TimeLimit(amount, unit), calendar, Rules(**rules)).sentence(audience)


def test_working_days_over_tet_for_the_citizen():
    assert sentence(at(13, 2, "15:20"), 5, "working_day") == (
        "Hồ sơ nhận lúc 15:20 thứ Sáu 13/02/2026, thời hạn 5 ngày làm việc đếm từ thứ Hai 23/02/2026, "
        "không tính nghỉ Tết Nguyên đán 14–22/02/2026; vì vậy trả kết quả chậm nhất 17:00 thứ Sáu 27/02/2026."
    )


def test_working_days_over_tet_for_staff_names_the_article():
    assert sentence(at(13, 2, "15:20"), 5, "working_day", "staff") == (
        "Hồ sơ nhận lúc 15:20 thứ Sáu 13/02/2026, thời hạn 5 ngày làm việc đếm từ thứ Hai 23/02/2026 "
        "vì không tính ngày nhận (Điều 147 Bộ luật Dân sự 2015), không tính nghỉ Tết Nguyên đán 14–22/02/2026; "
        "vì vậy trả kết quả chậm nhất 17:00 thứ Sáu 27/02/2026."
    )


def test_the_swapped_saturday_and_several_holidays():
    assert sentence(at(20, 8), 10, "working_day") == (
        "Hồ sơ nhận lúc 08:00 thứ Năm 20/08/2026, thời hạn 10 ngày làm việc đếm từ thứ Sáu 21/08/2026, "
        "không tính Chủ nhật, thứ Bảy và nghỉ Quốc khánh 29/08–02/09/2026, có tính ngày làm bù thứ Bảy 22/08/2026; "
        "vì vậy trả kết quả chậm nhất 17:00 thứ Hai 07/09/2026."
    ).replace("Chủ nhật, thứ Bảy", "thứ Bảy, Chủ nhật")
    assert "nghỉ Ngày Chiến thắng, Quốc tế Lao động 30/04–03/05/2026" in sentence(at(27, 4), 5, "working_day")


def test_a_receipt_outside_hours_says_from_when_it_counts():
    assert sentence(at(18, 2, "09:00"), "1.5", "working_day").startswith(
        "Hồ sơ nhận lúc 09:00 thứ Tư 18/02/2026 (nghỉ Tết Nguyên đán 14–22/02/2026) nên được tính từ "
        "07:30 thứ Hai 23/02/2026, thời hạn 1,5 ngày làm việc đếm từ thứ Ba 24/02/2026"
    )
    for clock, why in [
        ("06:00", "trước giờ làm việc"),
        ("12:00", "trong giờ nghỉ trưa"),
        ("17:00", "sau giờ làm việc"),
    ]:
        assert f"({why}) nên được tính từ" in sentence(at(2, 3, clock), 1, "working_day")
    assert "(ngày nghỉ hằng tuần) nên được tính từ 07:30 thứ Hai 09/03/2026" in sentence(at(7, 3), 1, "hour")


def test_hours():
    assert sentence(at(2, 3, "10:30"), 2, "hour") == (
        "Hồ sơ nhận lúc 10:30 thứ Hai 02/03/2026, thời hạn 2 giờ làm việc đếm ngay từ lúc nhận; "
        "vì vậy trả kết quả chậm nhất 14:30 thứ Hai 02/03/2026."
    )


def test_the_cut_off_is_named_only_when_it_moved_the_date():
    moved = sentence(at(2, 3, "15:30"), 0, "same_day", "staff", cut_off_basis="Quyết định 163/QĐ-BTP")
    assert moved == (
        "Hồ sơ nhận lúc 15:30 thứ Hai 02/03/2026, thủ tục giải quyết trong ngày, nhận sau 15:00 nên chuyển sang "
        "ngày làm việc kế tiếp (Quyết định 163/QĐ-BTP); vì vậy trả kết quả chậm nhất 17:00 thứ Ba 03/03/2026."
    )
    assert "15:00" not in sentence(at(2, 3, "14:30"), 0, "same_day")


def test_a_rolled_last_day_names_the_day_and_the_reason():
    assert sentence(at(2, 2), 15, "calendar_day") == (
        "Hồ sơ nhận lúc 08:00 thứ Hai 02/02/2026, thời hạn 15 ngày (tính cả ngày nghỉ) đếm từ thứ Ba 03/02/2026, "
        "ngày cuối thứ Ba 17/02/2026 rơi vào kỳ nghỉ Tết Nguyên đán 14–22/02/2026 nên chuyển sang ngày làm việc kế "
        "tiếp; "
        "vì vậy trả kết quả chậm nhất 17:00 thứ Hai 23/02/2026."
    )
    assert "kế tiếp (Điều 148 Bộ luật Dân sự 2015);" in sentence(at(2, 2), 15, "calendar_day", "staff")
    assert "rơi vào ngày nghỉ hằng tuần" in sentence(at(2, 3), 5, "calendar_day")


def test_a_short_month():
    text = sentence(at(30, 1), 1, "month")
    assert "thời hạn 1 tháng kể từ thứ Sáu 30/01/2026" in text
    assert "tháng 02/2026 không có ngày tương ứng nên lấy ngày cuối tháng" in text
    assert "không có ngày tương ứng" not in sentence(at(2, 3), 1, "month")
    assert "không có ngày tương ứng" not in sentence(at(30, 3), 1, "month")


def test_skipped_holidays_of_calendar_days():
    text = sentence(at(2, 2), 15, "calendar_day", calendar_skip_holidays=True)
    assert "15 ngày (không tính ngày lễ)" in text
    assert "không tính nghỉ Tết Nguyên đán 14–22/02/2026" in text
    assert "thứ Bảy" not in text


def test_counting_the_day_of_receipt():
    assert "5 ngày làm việc đếm cả ngày nhận" in sentence(at(2, 3), 5, "working_day", day_zero=False)


def test_only_the_weekdays_really_off_are_named():
    assert "không tính Chủ nhật;" in sentence(at(6, 3), 2, "working_day", calendar=SATURDAY_OFFICE)
    assert "không tính" not in sentence(at(2, 3), 2, "working_day")


def test_pauses_say_from_when_to_when_and_how_far():
    text = resume(
        due(at(2, 3), TimeLimit(5, "working_day"), OFFICE), at(3, 3, "10:00"), at(6, 3, "09:00"), OFFICE,
        reason="chờ bổ sung giấy tờ.",
    ).sentence("citizen")  # fmt: skip
    assert (
        "tạm dừng chờ bổ sung giấy tờ từ 10:00 thứ Ba 03/03/2026 đến 09:00 thứ Sáu 06/03/2026 nên lùi 3 ngày làm việc; "
        "vì vậy trả kết quả chậm nhất 17:00 thứ Năm 12/03/2026." in text
    )


def test_a_pause_of_hours_is_told_in_hours_and_minutes():
    limit = due(at(2, 3, "08:00"), TimeLimit(4, "hour"), OFFICE)
    assert "nên lùi 1 giờ 30 phút làm việc" in resume(limit, at(2, 3, "08:30"), at(2, 3, "10:00"), OFFICE).sentence()
    assert "nên lùi 2 giờ làm việc" in resume(limit, at(2, 3, "08:30"), at(2, 3, "10:30"), OFFICE).sentence()


def test_a_pause_that_moved_nothing_is_recorded_but_not_told():
    late = resume(due(at(2, 3), TimeLimit(1, "working_day"), OFFICE), at(5, 3), at(9, 3), OFFICE)
    assert len(late.explanation.pauses) == 1
    assert "tạm dừng" not in late.sentence()


def test_a_pause_inside_a_rolled_stretch_still_explains_the_date():
    rolled = due(at(2, 2), TimeLimit(15, "calendar_day"), OFFICE)
    text = resume(rolled, at(4, 2), at(6, 2), OFFICE).sentence()
    assert "nên lùi 2 ngày" in text
    assert "ngày cuối thứ Năm 19/02/2026 rơi vào kỳ nghỉ" in text


def test_what_a_pause_has_overtaken_is_no_longer_told():
    rolled = due(at(2, 2), TimeLimit(15, "calendar_day"), OFFICE)
    assert "rơi vào" not in resume(rolled, at(23, 2), at(25, 2), OFFICE).sentence()
    short_month = due(at(30, 1), TimeLimit(1, "month"), OFFICE)
    assert "không có ngày tương ứng" not in resume(short_month, at(2, 2), at(4, 2), OFFICE).sentence()


def test_days_left_out_before_and_after_a_pause_are_told_together():
    over_weekend = due(at(5, 3), TimeLimit(2, "working_day"), OFFICE)
    assert "không tính thứ Bảy và Chủ nhật," in resume(over_weekend, at(6, 3), at(9, 3), OFFICE).sentence("citizen")
    sunday = WorkingCalendar(dict(OFFICE.weekly), [DayException(date(2026, 3, 8), "off", "Lễ hội")])
    rules = Rules(calendar_skip_holidays=True)
    rolled = due(at(5, 3), TimeLimit(2, "calendar_day"), sunday, rules)  # Saturday 07/03
    assert "Lễ hội 08/03" in resume(rolled, at(5, 3), at(6, 3), sunday, rules).sentence()


def test_a_date_set_by_a_paper_names_the_paper():
    assert stated(at(9, 3, "17:00"), at(2, 3), "văn bản xin lỗi số 12/VBXL").sentence("citizen") == (
        "Hồ sơ nhận lúc 08:00 thứ Hai 02/03/2026, ngày hẹn trả kết quả do văn bản xin lỗi số 12/VBXL ấn định; "
        "vì vậy trả kết quả chậm nhất 17:00 thứ Hai 09/03/2026."
    )


def test_other_subjects_than_dossiers():
    text = due(at(2, 3), TimeLimit(2, "working_day"), OFFICE).sentence("citizen", subject="Phản ánh", outcome="trả lời")
    assert text.startswith("Phản ánh nhận lúc")
    assert "vì vậy trả lời chậm nhất" in text


def test_names_from_tables_cannot_break_the_sentence():
    odd = WorkingCalendar(dict(OFFICE.weekly), [DayException(date(2026, 3, 3), "off", "Bão số 3.\nTheo công điện. ")])
    text = due(at(2, 3), TimeLimit(1, "working_day"), odd).sentence("citizen")
    assert "\n" not in text
    assert "nghỉ Bão số 3. Theo công điện 03/03/2026;" in text
    nameless = WorkingCalendar(dict(OFFICE.weekly), [DayException(date(2026, 3, 3), "off")])
    assert "không tính ngày nghỉ 03/03/2026" in due(at(2, 3), TimeLimit(1, "working_day"), nameless).sentence("citizen")


def test_a_range_across_new_year_carries_its_years():
    bridge = [DayException(date(2026, 12, 31), "off", "Tết"), DayException(date(2027, 1, 1), "off", "Tết")]
    calendar = WorkingCalendar(dict(OFFICE.weekly), bridge)
    text = due(at(30, 12), TimeLimit(1, "working_day"), calendar).sentence("citizen")
    assert "nghỉ Tết 31/12/2026–03/01/2027" in text


@pytest.mark.parametrize(
    ("amount", "unit"), [(5, "working_day"), ("1.5", "working_day"), (9, "hour"), (20, "calendar_day"), (1, "month")]
)
def test_the_explanation_survives_json(amount, unit):
    answer = due(at(14, 2, "12:00"), TimeLimit(amount, unit), OFFICE, Rules(calendar_skip_holidays=True))
    answer = resume(answer, at(24, 2), at(27, 2), OFFICE, Rules(calendar_skip_holidays=True), "chờ nộp phí")
    stored = json.loads(json.dumps(answer.explanation.as_dict()))
    assert DueDate.from_dict(stored) == answer
    assert DueDate.from_dict({**stored, "added_later": 1}).sentence() == answer.sentence()
    # and goes on counting after it was stored
    again = (at(2, 3), at(4, 3), OFFICE)
    assert resume(DueDate.from_dict(stored), *again) == resume(answer, *again)
