"""The second factor and the sessions, through the pages: nothing opens before the code, a lost phone has a way out."""

from __future__ import annotations

import datetime as dt
import re
import time

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from dossiers.models import Membership
from portal.access import sessions
from portal.desk import roles
from tests import people

pytestmark = [pytest.mark.django_db]
SECURITY, ACT, ASK = "/admin/dang-nhap-cua-toi/", "/admin/dang-nhap-cua-toi/hai-buoc/", "/admin/dang-nhap-cua-toi/ma/"


def code_of(user, steps: int = 0) -> str:
    device = TOTPDevice.objects.filter(user=user).latest("pk")
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    totp.time = time.time() + steps * device.step
    return f"{totp.token():06d}"


def enter(user, agent: str = "Mozilla/5.0 (Windows NT 10.0) Chrome/140") -> Client:
    client = Client(headers={"user-agent": agent})
    answer = client.post("/admin/login/", {"username": user.username, "password": "x", "next": "/admin/"})
    assert answer.status_code == 302
    return client


def enrol(client, user) -> list[str]:
    """Turn the second factor on as a person does; return the recovery codes."""
    assert client.post(ACT, {"viec": "start"}).status_code == 302
    assert "<svg" in client.get(SECURITY).content.decode()
    page = client.post(ACT, {"viec": "confirm", "code": code_of(user)})
    return re.findall(r"[a-z0-9]{5}-[a-z0-9]{5}(?=</code>)", page.content.decode())


def test_after_the_password_only_the_code_opens_the_desk(centre):
    user = centre.leader
    codes = enrol(enter(user), user)
    assert len(codes) == 10
    assert not StaticToken.objects.filter(token__in=[code.replace("-", "") for code in codes]).exists(), "kept hashed"
    client = enter(user)
    lists = reverse("admin:dossiers_dossier_changelist")
    for address in ("/admin/", lists, SECURITY, reverse("admin:auth_user_changelist")):
        assert client.get(address)["Location"].startswith(ASK)
    assert client.post(ACT, {"viec": "off"})["Location"] == ASK
    assert client.post(ASK, {"code": "abcde"}).status_code == 422
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    right = code_of(user, steps=1)
    answer = client.post(f"{ASK}?next={lists}", {"code": right})
    assert answer["Location"] == lists
    assert client.get(lists).status_code == 200
    again = enter(user)
    assert again.post(ASK, {"code": right}).status_code == 422, "a code is taken once"


def test_wrong_codes_are_slowed_down_and_a_recovery_code_works_once(centre):
    user = centre.leader
    codes = enrol(enter(user), user)
    client = enter(user)
    for _ in range(3):
        page = client.post(ASK, {"code": "000000"})
    assert "Hãy đợi" in page.content.decode()
    assert client.post(ASK, {"code": codes[0].upper()})["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200
    other = enter(user)
    assert other.post(ASK, {"code": codes[0]}).status_code == 422
    assert LogEntry.objects.filter(object_id=str(user.pk), change_message__contains="mã dự phòng").exists()


def test_a_desk_left_open_gives_away_no_new_codes(centre):
    """Whoever sits down at an open desk changes no second factor: that takes a code entered just now."""
    user = centre.leader
    client = enter(user)
    enrol(client, user)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=11), tick=False):
        page = client.get(SECURITY).content.decode()
        assert "Tạo mười mã dự phòng mới" not in page
        for act in ("codes", "start", "off"):
            answer = client.post(ACT, {"viec": act})
            assert (answer.status_code, "Hãy nhập mã" in answer.content.decode()) == (422, True)
            assert not re.findall(r"[a-z0-9]{5}-[a-z0-9]{5}(?=</code>)", answer.content.decode())
        assert TOTPDevice.objects.get(user=user).confirmed
        begun = TOTPDevice.objects.create(user=user, name="dở dang", confirmed=False)
        assert "<svg" not in client.get(SECURITY).content.decode(), "a key begun earlier is not shown either"
        assert client.post(ACT, {"viec": "confirm", "code": code_of(user)}).status_code == 422
        begun.delete()
        assert client.post(ACT, {"viec": "prove", "code": "000000"}).status_code == 422
        TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
        assert client.post(ACT, {"viec": "prove", "code": code_of(user)}).status_code == 302
        assert "Tạo mười mã dự phòng mới" in client.get(SECURITY).content.decode()
        assert len(re.findall(r"</code>", client.post(ACT, {"viec": "codes"}).content.decode())) == 10


def test_a_role_asks_for_it_from_its_day_on(centre, settings):
    settings.SECOND_FACTOR_FROM = dt.date(2020, 1, 1)
    assert enter(centre.clerk).get("/admin/").status_code == 200, "no role of a clerk's asks for it"
    client = enter(centre.administrator)
    assert client.get("/admin/")["Location"].startswith(SECURITY)
    assert "cần xác thực hai bước" in client.get(SECURITY).content.decode()
    assert len(enrol(client, centre.administrator)) == 10
    assert client.get("/admin/").status_code == 200
    assert client.post(ACT, {"viec": "off"}).status_code == 422
    settings.SECOND_FACTOR_FROM = dt.date(2090, 1, 1)
    assert enter(centre.leader).get("/admin/").status_code == 200


def test_an_administrator_resets_a_lost_factor_but_not_the_own_nor_anybody_above(centre, elsewhere):
    user = centre.leader
    enrol(enter(user), user)
    page = reverse("admin:desk_colleague_security", args=[user.pk])
    inside = enter(centre.administrator)
    for client in (enter(centre.clerk), enter(elsewhere.administrator)):
        assert client.post(page, {"viec": "reset", "reason": "mất điện thoại"}).status_code in {403, 404}
    own = reverse("admin:desk_colleague_security", args=[centre.administrator.pk])
    root = User.objects.create_superuser("goc", password="x")
    above = reverse("admin:desk_colleague_security", args=[root.pk])
    for address in (own, above):
        assert inside.post(address, {"viec": "reset", "reason": "mất điện thoại"}).status_code in {403, 404}
    assert inside.post(page, {"viec": "reset", "reason": ""}).status_code == 422
    assert TOTPDevice.objects.filter(user=user).exists()
    assert inside.post(page, {"viec": "reset", "reason": "mất điện thoại"}).status_code == 302
    assert not TOTPDevice.objects.filter(user=user).exists() and not sessions.open_of(user)
    line = LogEntry.objects.filter(object_id=str(user.pk)).latest("pk")
    assert (line.user, "mất điện thoại" in line.change_message) == (centre.administrator, True)


def test_sessions_are_listed_and_ended(centre):
    user = centre.clerk
    here, phone = enter(user), enter(user, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Safari/604.1")
    page = here.get(SECURITY).content.decode()
    assert "Safari trên iPhone" in page and "Chrome trên máy tính Windows <b>(máy bạn đang dùng)</b>" in page
    foreign = enter(centre.leader)
    theirs = sessions.open_of(centre.leader)[0]
    here.post("/admin/dang-nhap-cua-toi/ket-thuc/", {"phien": theirs.pk})
    assert foreign.get("/admin/").status_code == 200
    row = next(row for row in sessions.open_of(user) if "iPhone" in row.device)
    here.post("/admin/dang-nhap-cua-toi/ket-thuc/", {"phien": row.pk})
    assert phone.get("/admin/").status_code == 302 and here.get("/admin/").status_code == 200
    enter(user)
    here.post("/admin/dang-nhap-cua-toi/ket-thuc/")
    assert len(sessions.open_of(user)) == 1
    ended = enter(centre.administrator).post(
        reverse("admin:desk_colleague_security", args=[user.pk]), {"viec": "end", "reason": "máy bị mất"}
    )
    assert ended.status_code == 302 and here.get("/admin/").status_code == 302


def test_sessions_end_with_the_password_the_account_and_the_place(centre):
    user = centre.clerk
    first = enter(user)
    user.set_password("y")
    user.save()
    assert sessions.open_of(user) == [] and first.get("/admin/").status_code == 302
    user.set_password("x")
    user.save()
    second, place = enter(user), user.memberships.get()
    place.title = "Chức vụ mới"
    place.save()
    assert second.get("/admin/").status_code == 200, "a title opens and closes nothing"
    place.valid_to = dt.date(2026, 1, 1)
    place.save()
    assert second.get("/admin/").status_code == 302
    user.is_active = False
    user.save()
    assert sessions.open_of(user) == []


@pytest.mark.parametrize("dates", [{"valid_to": dt.date(2021, 1, 1)}, {"valid_from": dt.date(2090, 1, 1)}])
def test_a_place_that_ended_or_is_to_come_opens_nothing(centre, procedure, dates):
    user = people.member(centre.agency, "tinh", roles.PROVINCE, "Tỉnh")
    assert user.has_perm("dossiers.search_all_agencies")
    Membership.objects.filter(user=user).update(**dates)
    user = User.objects.get(pk=user.pk)
    assert not user.has_perm("dossiers.search_all_agencies") and not user.has_perm("dossiers.view_dossier")
    client = enter(user)
    assert client.get(reverse("admin:dossiers_dossier_changelist")).status_code == 403
    assert client.get(reverse("admin:auth_user_changelist")).status_code == 403


def test_the_end_of_a_place_is_told_before_and_shown_in_the_list(centre):
    today = timezone.localdate()
    centre.clerk.memberships.update(valid_to=today + dt.timedelta(days=3))
    assert "Chỗ làm việc của bạn" in enter(centre.clerk).get("/admin/").content.decode()
    client = enter(centre.administrator)
    assert "1 cán bộ hết hạn chỗ làm việc" in client.get("/admin/").content.decode()
    assert "Còn 3 ngày" in client.get(reverse("admin:dossiers_membership_changelist")).content.decode()
    assert "hết hạn chỗ làm việc" not in enter(centre.leader).get("/admin/").content.decode()


def test_the_page_of_roles_says_what_the_groups_may(centre):
    page = enter(centre.clerk).get("/admin/vai-tro/").content.decode()
    assert "cả mọi cơ quan bên dưới" in page and "mọi cơ quan." in page
    assert "Gồm mọi quyền của vai trò: Quản trị trung tâm" in page
    for role, rights in roles.ROLES.items():
        assert role in page and roles.MEANT_FOR[role] in page
        held = Group.objects.get(name=role).permissions.count()
        assert held == len(set(roles.expanded(rights)))
    assert set(roles.MAY_GIVE[roles.PROVINCE]) == set(roles.ROLES)


def test_who_signs_in_again_in_an_open_session_has_one_session(centre):
    client = enter(centre.clerk)
    again = client.post("/admin/login/", {"username": centre.clerk.username, "password": "x", "next": "/admin/"})
    assert again.status_code == 302
    assert len(sessions.open_of(centre.clerk)) == 1
