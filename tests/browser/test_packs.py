"""Look-up packs in Chromium: an owner loads one, another person approves, a citizen asks; axe, 320 px, no script."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.datasets import live, samples
from portal.datasets.models import Dataset, DatasetVersion
from tests import people
from tests.browser.accessibility import fits, violations
from tests.browser.desk_steps import sign_in
from tests.portal.datasets.conftest import make_live

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def centre(live_server):
    live.forget()
    return people.centre()


def test_from_the_file_of_an_owner_to_the_answer_of_a_citizen(open_page, centre, tmp_path):
    sample = next(each for each in samples.all_samples(timezone.localdate(), rows=100) if each.kind == "land_price")
    path = tmp_path / "bang-gia.csv"
    path.write_text(sample.text, encoding="utf-8-sig")
    owner = open_page("desktop")
    sign_in(owner, centre.editor)
    owner.goto("/admin/datasets/dataset/add/")
    owner.locator("[name=title]").fill("Giá đất")
    owner.locator("[name=slug]").fill("gia-dat")
    owner.locator("[name=kind]").select_option("land_price", force=True)
    owner.evaluate(
        "([pk, name]) => document.querySelector('[name=agency]').add(new Option(name, pk, true, true))",
        [centre.agency.pk, centre.agency.name],
    )
    owner.locator("[name=_save]").click()
    owner.get_by_role("heading", name="Nạp bản mới").wait_for()
    assert not violations(owner) and fits(owner)
    owner.locator("[name=file]").set_input_files(str(path))
    owner.get_by_label("Số văn bản, quyết định").fill("88/QĐ-UBND")
    owner.get_by_label("Dùng đến hết ngày").fill(f"31/12/{timezone.localdate().year + 1}")
    owner.get_by_role("button", name="Tải lên").click()
    owner.get_by_role("heading", name="Các cột").wait_for()
    assert not violations(owner) and fits(owner)
    owner.get_by_role("button", name="Kiểm tra từng dòng").click()
    owner.get_by_role("button", name="Gửi duyệt").wait_for()
    assert not violations(owner) and fits(owner)
    owner.get_by_role("link", name="Xem thử như người dân").click()
    owner.get_by_text("Xem thử: người dân chưa thấy bản này.").wait_for()
    owner.go_back()
    owner.get_by_role("button", name="Gửi duyệt").click()
    owner.get_by_text("Chờ người khác có quyền duyệt").wait_for()

    leader = open_page("desktop")
    sign_in(leader, centre.leader)
    leader.get_by_text("1 bản dữ liệu tra cứu chờ bạn duyệt").wait_for()
    leader.get_by_role("link", name="Xem bản đầu tiên").click()
    leader.get_by_role("button", name="Duyệt, đưa ra cho người dân").click()
    leader.get_by_text("Đã duyệt").first.wait_for()
    assert DatasetVersion.objects.get().state == "live"

    citizen = open_page("small", java_script_enabled=False)
    citizen.goto("/thong-tin/")
    citizen.get_by_role("link", name="Giá đất").click()
    citizen.locator("[name=q]").fill("duong le loii")
    citizen.get_by_role("button", name="Tra cứu").click()
    citizen.get_by_role("heading", name="Lê Lợi").first.wait_for()
    assert citizen.get_by_text("88/QĐ-UBND").count() and fits(citizen)


def test_every_page_of_the_examples_is_accessible_and_fits(open_page, centre):
    for sample in samples.all_samples(timezone.localdate(), rows=120):
        make_live(
            centre, sample.text, sample.kind, slug=sample.slug, title=sample.title, name=sample.file_name,
            valid_to=sample.valid_to,
        )  # fmt: skip
    Dataset.objects.create(slug="chua-co", title="Chưa có dữ liệu", agency=centre.agency)
    live.forget()
    for size in ("desktop", "small"):
        page = open_page(size)
        for address in (
            "/thong-tin/",
            "/thong-tin/gia-dat/?q=le+loi",
            "/thong-tin/gia-dat/?q=zzzz&lang=en",
            "/thong-tin/lich-cup-dien/",
            "/thong-tin/lich-cup-dien/?ngay=hom+qua",
            "/thong-tin/quy-hoach/?k0=1&k1=6",
            "/thong-tin/quy-hoach/?k0=1",
            "/thong-tin/diem-tiem-chung/?xa=my+loc",
            "/thong-tin/diem-thi-lop-10/",
            "/thong-tin/chua-co/",
        ):
            page.goto(address)
            assert not violations(page), (size, address, violations(page))
            assert fits(page), (size, address)
        page.goto("/thong-tin/diem-thi-lop-10/?lang=vi")
        page.locator("[name=k0]").fill("800001")
        page.locator("[name=secret]").fill("01/01/1999")
        page.get_by_role("button", name="Tra cứu").click()
        page.get_by_text("Không có dòng nào khớp cả hai thông tin.").wait_for()
        assert not violations(page) and fits(page)
    desk = open_page("desktop")
    sign_in(desk, centre.editor)
    version = DatasetVersion.objects.filter(dataset__kind="power_cut").get()
    for address in (
        reverse("admin:datasets_dataset_changelist"),
        reverse("admin:datasets_data", args=[version.dataset_id]),
        reverse("admin:datasets_version", args=[version.pk]),
    ):
        desk.goto(address)
        assert not violations(desk), (address, violations(desk))
        assert fits(desk), address
