"""One form for a new colleague; the first password by a link that works once."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group, User
from django.core import mail
from django.urls import reverse

from dossiers.models import Membership
from portal.desk import roles

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]
ADD = "admin:desk_colleague"


def form(centre, **more) -> dict:
    return {
        "full_name": "Lê Thị Ngọc Hà",
        "username": "ngocha",
        "email": "ha@example.vn",
        "agency": centre.agency.pk,
        "unit": centre.front.pk,
        "title": "Chuyên viên",
        "role": Group.objects.get(name=roles.RECEPTION).pk,
        **more,
    }


def test_one_form_makes_account_role_and_place_and_the_link_lets_in(client, centre):
    client.force_login(centre.administrator)
    page = client.post(reverse(ADD), form(centre))
    assert page.status_code == 200
    user = User.objects.get(username="ngocha")
    assert (user.get_full_name(), user.last_name, user.is_staff) == ("Lê Thị Ngọc Hà", "Hà", True)
    assert not user.has_usable_password() and [group.name for group in user.groups.all()] == [roles.RECEPTION]
    seat = Membership.objects.get(user=user)
    assert (seat.agency, seat.unit) == (centre.agency, centre.front)
    link = re.search(r"https?://\S+", mail.outbox[0].body)[0]
    assert link in page.content.decode()
    client.logout()
    path = link.split("/", 3)[3]
    opened = client.get(f"/{path}", follow=True)
    assert "Đặt mật khẩu lần đầu" in opened.content.decode()
    done = client.post(
        opened.redirect_chain[-1][0], {"new_password1": "mat-khau-rieng-42", "new_password2": "mat-khau-rieng-42"}
    )
    assert done.status_code == 302 and done["Location"] == reverse("admin:login")
    assert client.login(username="ngocha", password="mat-khau-rieng-42")
    client.logout()
    assert "không còn dùng được" in client.get(f"/{path}", follow=True).content.decode()


def test_without_an_address_or_a_mail_server_the_link_is_handed_over(client, centre, monkeypatch):
    client.force_login(centre.administrator)
    page = client.post(reverse(ADD), form(centre, email="")).content.decode()
    assert "tận tay" in page and "/admin/mat-khau-dau/" in page and not mail.outbox

    def down(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("portal.desk.colleague.send_mail", down)
    page = client.post(reverse(ADD), form(centre, username="ha2")).content.decode()
    assert "tận tay" in page and "/admin/mat-khau-dau/" in page


def test_nobody_gives_more_than_they_may_or_places_people_elsewhere(client, centre, elsewhere):
    client.force_login(centre.administrator)
    province = Group.objects.get(name=roles.PROVINCE)
    for wrong in (
        {"role": province.pk},
        {"agency": elsewhere.agency.pk},
        {"unit": elsewhere.front.pk},
        {"username": centre.clerk.username.upper()},
        {"full_name": " "},
    ):
        assert client.post(reverse(ADD), form(centre, **wrong)).status_code == 422, wrong
    assert not User.objects.filter(username="ngocha").exists()
    for role in ("clerk", "handler", "leader", "supervisor", "editor"):
        client.force_login(getattr(centre, role))
        assert client.get(reverse(ADD)).status_code == 403, role
        assert client.post(reverse(ADD), form(centre)).status_code == 403, role
