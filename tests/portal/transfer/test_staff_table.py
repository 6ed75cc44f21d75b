"""Colleagues by file: places changed, accounts made by the desk's own form, nobody raised."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from dossiers.models import Membership
from portal.desk import roles
from tests.portal.transfer.test_everyday_tables import page_of, tried, written

pytestmark = pytest.mark.django_db


def test_places_are_changed_accounts_made_and_nobody_is_raised(client, centre, elsewhere):
    keeper = client
    keeper.force_login(centre.administrator)
    text = (
        "DANH SÁCH CÁN BỘ\nSTT,Tài khoản,Họ và tên,Email,Phòng,Chức danh,Vai trò,Ngày kết thúc\n"
        f"1,{centre.clerk.username},Khác,,mot-cua,Tổ trưởng,Quản trị toàn tỉnh,31/12/2027\n"
        "2,moi1,Trần Thị Mới,moi1@example.vn,Phòng Địa chính,Chuyên viên,thụ lý,\n"
        "3,moi2,Lê Cao,,,,Quản trị toàn tỉnh,\n"
        "4,moi3,Lê Thấp,,Phòng lạ,,Thụ lý,\n"
        f"5,{elsewhere.clerk.username},x,,,,,\n"
        f"6,{centre.administrator.username},x,,,Giám đốc,,\n"
        "7,moi 4,,sai,,,,\n"
    )
    one = tried(keeper, "can-bo", text, centre.agency)
    page = page_of(keeper, one)
    assert one.counts == {"update": 1, "new": 1, "invalid": 5}, page
    for said in ("Vai trò: ", "Không có phòng “Phòng lạ”", "không thuộc phạm vi", "Bạn không được sửa", "Họ và tên: "):
        assert said in page, said
    before = set(centre.clerk.groups.values_list("name", flat=True))
    assert not User.objects.filter(username="moi1").exists()
    written(keeper, one)
    made = User.objects.get(username="moi1")
    place = made.memberships.get()
    assert (made.get_full_name(), made.email, made.is_staff) == ("Trần Thị Mới", "moi1@example.vn", True)
    assert not made.has_usable_password() and [group.name for group in made.groups.all()] == [roles.HANDLER]
    assert (place.agency, place.unit, place.title) == (centre.agency, centre.land, "Chuyên viên")
    clerk = Membership.objects.get(user=centre.clerk)
    assert (clerk.title, clerk.valid_to) == ("Tổ trưởng", dt.date(2027, 12, 31))
    centre.clerk.refresh_from_db()
    assert set(centre.clerk.groups.values_list("name", flat=True)) == before and centre.clerk.last_name != "Khác"
    left = dt.date(2025, 1, 1)
    Membership.objects.create(
        user=centre.leader, agency=centre.agency, valid_from=left, valid_to=left
    )  # an earlier place
    out = keeper.get(reverse("admin:table_export", args=["can-bo", "xlsx"]))
    again = tried(keeper, "can-bo", out.content, centre.agency, name="can-bo.xlsx")
    assert again.counts == {"skip": Membership.objects.filter(agency=centre.agency).count() - 1}, page_of(keeper, again)


def test_a_new_place_obeys_its_own_rules_and_makes_no_account_otherwise(client, centre):
    client.force_login(centre.administrator)
    text = (
        "Tài khoản,Họ và tên,Vai trò,Từ ngày,Đến hết ngày\n"
        "moi1,Trần Thị Mới,thụ lý,01/06/2027,01/05/2027\n"
        "moi2,Trần Thị Hai,thụ lý,01/06/2027,01/07/2027\n"
    )
    one = tried(client, "can-bo", text, centre.agency)
    page = page_of(client, one)
    assert one.counts == {"invalid": 1, "new": 1} and "Ngày kết thúc phải sau ngày bắt đầu" in page, page
    written(client, one)
    assert [each.username for each in User.objects.filter(username__startswith="moi")] == ["moi2"]
    place = Membership.objects.get(user__username="moi2")
    assert (place.valid_from, place.valid_to) == (dt.date(2027, 6, 1), dt.date(2027, 7, 1))
