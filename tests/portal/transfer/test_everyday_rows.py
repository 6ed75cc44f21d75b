"""Everyday tables by file: which row is meant, whose headings are remembered, what a longer list costs."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dossiers.models import Hotline, Unit
from feedback.models import Category, FaqEntry
from portal.transfer.everyday import remembering
from portal.transfer.models import RememberedColumn
from tests.portal.transfer.test_everyday_tables import page_of, tried, written

pytestmark = pytest.mark.django_db


def test_words_of_any_agency_and_of_the_province_are_seen_and_forgotten(province, centre, elsewhere):
    for agency in (None, centre.agency, elsewhere.agency):
        remembering.remember("ngay-nghi", agency, {"Dịp": "Tên gọi"}, by=None)
    address, forget = (reverse(f"admin:table_{name}", args=["ngay-nghi"]) for name in ("send", "forget"))
    page = province.get(address).content.decode()
    for whose in ("cả tỉnh", centre.agency, elsewhere.agency):
        assert f"Tên cột đã nhớ của {whose}</h2>" in page, whose
    assert f'name="agency" value="{elsewhere.agency.pk}"' in page and 'name="agency" value=""' in page
    province.post(forget, {"agency": elsewhere.agency.pk})
    province.post(forget, {"agency": ""})
    assert [each.agency for each in RememberedColumn.objects.all()] == [centre.agency]
    province.force_login(elsewhere.administrator)
    assert "Tên cột đã nhớ" not in province.get(address).content.decode()
    for said in ({}, {"agency": ""}, {"agency": centre.agency.pk}, {"agency": "x"}):
        assert "Chưa quên cột nào" in province.post(forget, said, follow=True).content.decode()
    assert RememberedColumn.objects.count() == 1


def test_figures_are_those_of_the_newest_look_when_nothing_was_written(keeper, centre):
    row = FaqEntry.objects.create(question="Giờ làm việc?", answer="7 giờ", agency=centre.agency)
    one = tried(keeper, "hoi-dap", "Câu hỏi,Trả lời\nGiờ làm việc?,7 giờ 30\n", centre.agency)
    FaqEntry.objects.filter(pk=row.pk).update(answer="7 giờ 30")
    assert not written(keeper, one).written_at
    one.refresh_from_db()
    assert one.counts == {"skip": 1} and "Ghi 1 dòng sửa" not in page_of(keeper, one)


def test_a_row_named_by_number_and_by_words_is_named_twice(keeper, centre):
    mine = FaqEntry.objects.create(question="Cũ?", answer="x", agency=centre.agency)
    lines = [f"{mine.pk},Mới?,y", ",Cũ?,z"]
    for rows in (lines, lines[::-1]):
        one = tried(keeper, "hoi-dap", "\n".join(["Mã dòng,Câu hỏi,Trả lời", *rows]), centre.agency)
        assert one.counts == {"update": 1, "invalid": 1} and "lặp lại dòng 2" in page_of(keeper, one)


def test_a_name_that_several_have_is_asked_for_by_code(keeper, centre):
    Category.objects.create(code="nha-1", name="Nhà ở xã hội")
    Category.objects.create(code="nha-2", name="Nhà ở xã hội")
    text = "Câu hỏi,Trả lời,Lĩnh vực\nMột?,x,nhà ở xã hội\nHai?,x,nha-2\n"
    one = tried(keeper, "hoi-dap", text, centre.agency)
    assert one.counts == {"invalid": 1, "new": 1}
    assert "Có 2 lĩnh vực ý kiến tên “nhà ở xã hội”. Hãy ghi mã." in page_of(keeper, one)


def test_a_longer_list_costs_no_more_queries(province, centre):
    theme = Category.objects.create(code="dat", name="Đất đai")

    def asked() -> list[int]:
        costs = []
        for slug in ("hoi-dap", "phong", "duong-day"):
            for act in (
                lambda slug=slug: province.get(reverse("admin:table_export", args=[slug, "csv"])),
                lambda slug=slug: tried(province, slug, head[slug]),
            ):
                with CaptureQueriesContext(connection) as seen:
                    act()
                costs.append(len(seen))
        return costs

    head = {
        "hoi-dap": "Câu hỏi,Trả lời\nLạ?,x\n",
        "phong": f"Mã cơ quan,Mã phòng,Tên phòng\n{centre.agency.code},la,Lạ\n",
        "duong-day": f"Mã cơ quan,Nội dung hỗ trợ,Số điện thoại\n{centre.agency.code},Lạ,19001234\n",
    }

    def grown(numbers) -> None:
        for number in numbers:
            FaqEntry.objects.create(question=f"Câu {number}?", answer="x", agency=centre.agency, category=theme)
            Unit.objects.create(agency=centre.agency, code=f"p{number}", name=f"Phòng {number}")
            Hotline.objects.create(agency=centre.agency, label=f"Việc {number}", phone="19001234")

    grown(range(3))
    asked()  # what is remembered of the first time
    few = asked()
    grown(range(3, 30))
    assert asked() == few
