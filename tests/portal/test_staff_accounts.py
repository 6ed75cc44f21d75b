"""Nobody raises themselves: accounts, roles, memberships and shared rules against forged requests (quality.md R8)."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.urls import reverse

from dossiers.models import Agency, AgencyVersion, CalendarException, LegalRule, Membership, WeekPattern
from portal.desk import roles
from tests import people
from zalo.models import Account, AccountAgency


@pytest.fixture
def administrator(client, centre):
    client.force_login(centre.administrator)
    return centre.administrator


def account_form(user: User, **more) -> dict:
    """Return the fields of an account's page as the browser would send them."""
    return {
        "username": user.username,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "email": "",
        "is_active": "on",
        "is_staff": "on",
        **more,
    }


def change(client, user: User, **more):
    return client.post(reverse("admin:auth_user_change", args=[user.pk]), account_form(user, **more))


def test_an_administrator_gives_roles_to_the_people_of_the_centre(client, administrator, centre):
    role = Group.objects.get(name=roles.LEADER)
    assert change(client, centre.handler, groups=[role.pk]).status_code == 302
    assert list(centre.handler.groups.all()) == [role]


def test_forged_fields_make_nobody_a_superuser(client, administrator, centre):
    every = [permission.pk for permission in Permission.objects.all()[:20]]
    change(client, centre.handler, is_superuser="on", user_permissions=every)
    centre.handler.refresh_from_db()
    assert not centre.handler.is_superuser
    assert not centre.handler.user_permissions.exists()
    client.post(
        reverse("admin:auth_user_add"),
        {
            "username": "moi",
            "password1": "mot-mat-khau-dai",
            "password2": "mot-mat-khau-dai",
            "usable_password": "true",
            "is_superuser": "on",
            "user_permissions": every,
        },
    )
    made = User.objects.get(username="moi")
    assert (made.is_superuser, made.is_staff, made.user_permissions.count()) == (False, True, 0)


def test_a_group_made_by_hand_is_not_a_role_to_give(client, administrator, centre):
    wide = Group.objects.create(name="Xem toàn tỉnh")
    wide.permissions.add(Permission.objects.get(codename="search_all_agencies"))
    answer = change(client, centre.handler, groups=[wide.pk])
    assert answer.status_code == 200  # the form comes back with its error
    assert not centre.handler.groups.filter(pk=wide.pk).exists()


def test_two_people_editing_one_persons_roles_lose_nothing(client, administrator, centre):
    """Whoever saved second put back the roles as they had been when the page was opened."""
    client.force_login(administrator)
    address = reverse("admin:auth_user_change", args=[centre.clerk.pk])
    page = client.get(address).content.decode()
    [opened] = re.findall(r'name="opened_as"\s+value="(\w+)"', page)
    centre.clerk.groups.add(Group.objects.get(name=roles.HANDLER))  # the other administrator
    reception = str(Group.objects.get(name=roles.RECEPTION).pk)
    sent = {"username": centre.clerk.username, "is_active": "on", "is_staff": "on", "groups": [reception]}
    refused = client.post(address, {**sent, "opened_as": opened})
    assert refused.status_code == 200 and "Người khác vừa sửa mục này" in refused.content.decode()
    assert centre.clerk.groups.filter(name=roles.HANDLER).exists()
    [fresh] = re.findall(r'name="opened_as"\s+value="(\w+)"', refused.content.decode())
    assert fresh != opened and client.post(address, {**sent, "opened_as": fresh}).status_code == 302
    assert not centre.clerk.groups.filter(name=roles.HANDLER).exists(), "asked once more, and meant"


def test_nobody_edits_the_own_roles(client, administrator):
    leader = Group.objects.get(name=roles.LEADER)
    assert change(client, administrator, groups=[leader.pk]).status_code == 403
    assert not administrator.groups.filter(pk=leader.pk).exists()


@pytest.mark.parametrize("role", ["clerk", "handler", "leader", "supervisor", "editor"])
def test_other_roles_do_not_touch_accounts_at_all(client, centre, role):
    client.force_login(getattr(centre, role))
    assert client.get(reverse("admin:auth_user_changelist")).status_code == 403
    assert client.get(reverse("admin:auth_user_add")).status_code == 403
    assert change(client, centre.handler, is_superuser="on").status_code in {302, 403}
    centre.handler.refresh_from_db()
    assert not centre.handler.is_superuser


def test_people_above_or_elsewhere_are_out_of_reach(client, administrator, centre, elsewhere):
    root = User.objects.create_superuser("goc", password="x")
    shared = people.member(elsewhere.agency, "hai-noi", roles.LEADER, "Kiêm nhiệm")
    Membership.objects.create(user=shared, agency=centre.agency, valid_from=dt.date(2026, 1, 1))
    for target in (root, elsewhere.clerk, shared):
        before = target.password
        change(client, target, username="chiem")
        address = reverse("admin:auth_user_password_change", args=[target.pk])
        answer = client.post(address, {"password1": "mot-mat-khau-dai", "password2": "mot-mat-khau-dai"})
        assert answer.status_code in {302, 403, 404}
        target.refresh_from_db()
        assert (target.password, target.username == "chiem") == (before, False)
    listed = client.get(reverse("admin:auth_user_changelist")).content.decode()
    assert "goc" not in listed.split('id="result_list"')[1]
    assert elsewhere.clerk.username not in listed


def test_an_account_with_the_whole_province_in_sight_is_out_of_reach(client, administrator, centre):
    centre.handler.user_permissions.add(Permission.objects.get(codename="search_all_agencies"))
    assert change(client, centre.handler, first_name="Khác").status_code == 403


def test_accounts_are_closed_not_deleted(client, administrator, centre):
    client.post(reverse("admin:auth_user_delete", args=[centre.handler.pk]), {"post": "yes"})
    client.post(
        reverse("admin:auth_user_changelist"),
        {"action": "delete_selected", "_selected_action": centre.handler.pk, "post": "yes"},
    )
    assert User.objects.filter(pk=centre.handler.pk).exists()


def membership_form(user, agency, **more) -> dict:
    return {"user": user.pk, "agency": agency.pk, "title": "Mới", "valid_from": "01/11/2026", **more}


def test_people_are_placed_only_in_own_agencies_and_only_own_people(client, administrator, centre, elsewhere):
    add = reverse("admin:dossiers_membership_add")
    root = User.objects.create_superuser("goc", password="x")
    count = Membership.objects.count()
    for user, agency in (
        (centre.handler, elsewhere.agency),
        (elsewhere.clerk, centre.agency),
        (root, centre.agency),
        (administrator, centre.agency),
    ):
        assert client.post(add, membership_form(user, agency)).status_code == 200
    assert Membership.objects.count() == count
    assert client.post(add, membership_form(centre.handler, centre.agency, sees_subordinates="on")).status_code == 302
    assert not Membership.objects.get(user=centre.handler, title="Mới").sees_subordinates


def test_nobody_widens_the_own_membership(client, administrator, centre):
    own = administrator.memberships.get()
    address = reverse("admin:dossiers_membership_change", args=[own.pk])
    assert client.post(address, membership_form(administrator, centre.agency)).status_code == 403


def test_an_agency_cannot_place_itself_above_others(client, administrator, centre, elsewhere):
    address = reverse("admin:dossiers_agency_change", args=[centre.agency.pk])
    page = client.get(address)
    data = {"name": "Tên mới của trung tâm", "rollout": "live", "rollout_from": "01/01/2026", "active": ""}
    data |= {"regulation_number": "12/QC", "regulation_published_on": "20/12/2025"}
    data |= {"parent": elsewhere.agency.pk, "kind": "province", "code": "H01"}
    data |= _inlines(page)
    answer = client.post(address, data)
    assert answer.status_code == 302, faults(answer)
    agency = Agency.objects.get(pk=centre.agency.pk)
    assert (agency.name, agency.code, agency.parent_id, agency.active) == (
        "Tên mới của trung tâm",
        "H80.05",
        None,
        True,
    )
    assert agency.kind == Agency.Kind.CENTRE
    assert client.get(reverse("admin:dossiers_agency_add")).status_code == 403
    assert client.get(reverse("admin:dossiers_agency_delete", args=[agency.pk])).status_code == 403


def test_go_live_waits_for_the_published_regulation(client, centre):
    client.force_login(User.objects.create_superuser("goc", password="x"))
    Agency.objects.filter(pk=centre.agency.pk).update(
        rollout="planned", rollout_from=None, regulation_published_on=None, regulation_number=""
    )
    address = reverse("admin:dossiers_agency_change", args=[centre.agency.pk])
    data = {"name": centre.agency.name, "code": "H80.05", "kind": "centre", "active": "on", "rollout": "live"}
    data |= _inlines(client.get(address))
    page = client.post(address, data | {"rollout_from": "01/12/2026"})
    assert "ngày ban hành quy chế" in page.content.decode()
    page = client.post(address, data | {"rollout_from": "01/12/2026", "regulation_published_on": "05/12/2026"})
    assert "bằng hoặc sau ngày ban hành" in page.content.decode()
    table = client.get(reverse("admin:dossiers_agency_rollout")).content.decode()
    assert "Chưa ban hành quy chế sử dụng kênh" in table
    data |= {"rollout_from": "05/12/2026", "regulation_published_on": "05/12/2026"}
    page = client.post(address, data).content.decode()
    assert "còn thiếu quy chế sử dụng kênh (số, ngày ban hành), Official Account" in page
    assert Agency.objects.get(pk=centre.agency.pk).rollout == "planned"
    account = Account.objects.create(name="Kênh tỉnh", oa_id="388613280878808645", app_id="360846524940903967")
    AccountAgency.objects.create(account=account, agency=centre.agency, valid_from=dt.date(2026, 1, 1))
    data |= {"regulation_number": "08/QĐ-UBND"}
    Agency.objects.filter(pk=centre.agency.pk).update(rollout="pilot", rollout_from=dt.date(2026, 1, 1))
    assert "kênh ngừng gửi tin" in client.post(address, data | {"rollout_from": "05/12/2099"}).content.decode()
    Agency.objects.filter(pk=centre.agency.pk).update(rollout="planned", rollout_from=None)
    answer = client.post(address, data)
    assert answer.status_code == 302, faults(answer)
    assert Agency.objects.get(pk=centre.agency.pk).rollout == "live"


def test_agencies_keep_their_names_by_date_and_are_found_without_accents(client, centre):
    client.force_login(User.objects.create_superuser("goc", password="x"))
    address = reverse("admin:dossiers_agency_change", args=[centre.agency.pk])
    data = {"name": "Trung tâm Hành chính công xã Cần Giuộc mới", "code": "H80.05", "kind": "centre", "active": "on"}
    data |= {"rollout": "planned", **_inlines(client.get(address))}
    data |= {
        "versions-TOTAL_FORMS": "2",
        "versions-1-agency": centre.agency.pk,
        "versions-1-name": data["name"],
        "versions-1-code": "H80.05",
        "versions-1-valid_from": "01/12/2026",
    }
    answer = client.post(address, data)
    assert answer.status_code == 302, faults(answer)
    assert AgencyVersion.objects.filter(agency=centre.agency).count() == 2
    assert centre.agency.version_on(dt.date(2026, 11, 30)).name != data["name"]
    assert centre.agency.version_on(dt.date(2026, 12, 1)).name == data["name"]
    listed = reverse("admin:dossiers_agency_changelist")
    for words in ("can giuoc moi", "CẦN GIUỘC", "h80.0"):
        assert data["name"] in client.get(listed, {"q": words}).content.decode()
    assert data["name"] not in client.get(listed, {"q": "son dong"}).content.decode()


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (CalendarException, {"date": "15/12/2026", "kind": "off", "name": "Nghỉ riêng"}),
        (WeekPattern, {"weekday": "5", "opens_at": "07:30", "closes_at": "11:30", "valid_from": "01/12/2026"}),
        (
            LegalRule,
            {"key": "x.y", "title": "Riêng", "value": "1", "unit": "", "article": "", "valid_from": "01/12/2026"},
        ),
    ],
)
def test_what_holds_for_everybody_is_not_a_centres_to_write(client, administrator, centre, elsewhere, model, values):
    add = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
    before = model.objects.count()
    for agency in ("", elsewhere.agency.pk):
        assert client.post(add, {**values, "agency": agency}).status_code == 200
    assert model.objects.count() == before


def faults(page) -> list:
    """Return why a page came back instead of being saved."""
    return [page.context["errors"], *[inline.formset.errors for inline in page.context["inline_admin_formsets"]]]


def _inlines(page) -> dict:
    """Return the fields of every inline of an agency's page as the browser would send them back untouched."""
    data = {}
    for inline in page.context["inline_admin_formsets"]:
        rows = inline.formset
        count = str(len(rows.initial_forms))
        data |= {f"{rows.prefix}-TOTAL_FORMS": count, f"{rows.prefix}-INITIAL_FORMS": count}
        for form in rows.initial_forms:
            for name in form.fields:
                value = form[name].value()
                if isinstance(value, dt.date):
                    value = value.strftime("%d/%m/%Y")
                if value is not None and value is not False:
                    data[f"{form.prefix}-{name}"] = "on" if value is True else str(value)
    return data
