"""Whose a row is: everybody's rows and another agency's are refused with a sentence, typed by hand too (R13)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.urls import reverse

from dossiers import ownership
from dossiers.admin.base import OwnInline
from dossiers.models import DelayCause, SigningAuthority
from feedback.models import CannedAnswer, Category, FaqEntry, QuestionSet, RoutingRule, ServiceLevel
from portal.desk import roles
from tests import people
from zalo.models import Account, AccountAgency, MenuItem, Template, TemplateUse, Wording

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]
SENTENCE = "Dòng này dùng chung hoặc của cơ quan khác"


@pytest.fixture
def shared(centre, elsewhere) -> Account:
    """An account the centre keeps and another province's centre uses as well."""
    account = Account.objects.create(
        name="Kênh chung", oa_id="388613280878808645", app_id="360846524940903967", app_secret="a", oa_secret="b"
    )
    for place in (centre, elsewhere):
        AccountAgency.objects.create(account=account, agency=place.agency, valid_from=dt.date(2026, 1, 1))
    account.refresh_from_db()
    return account


def account_form(account: Account, **more) -> dict:
    return {
        "name": account.name,
        "oa_id": account.oa_id,
        "app_id": account.app_id,
        "is_active": "on",
        "phone_basis": "consent",
        "services-TOTAL_FORMS": "0",
        "services-INITIAL_FORMS": "0",
        **more,
    }


def service_rows(*rows, stored: int = 0) -> dict:
    data = {"services-TOTAL_FORMS": str(len(rows)), "services-INITIAL_FORMS": str(stored)}
    for place, row in enumerate(rows):
        row = {"valid_from": "01/01/2026", "quiet_from": "21:30", "quiet_to": "06:05", **row}
        data |= {f"services-{place}-{name}": value for name, value in row.items()}
    return data


def test_every_list_and_inline_is_in_the_table_and_asks_it():
    for model, one in admin.site._registry.items():
        assert model._meta.label in ownership.OWNERS, f"{model._meta.label}: say whose its rows are in OWNERS"
        for inline in getattr(one, "inlines", ()):
            assert inline.model._meta.label in ownership.OWNERS
            assert issubclass(inline, OwnInline), inline


def test_the_first_agency_attached_keeps_the_account(shared, centre):
    assert shared.keeper == centre.agency


def test_who_only_uses_an_account_changes_nothing_of_it(client, elsewhere, centre, shared):
    client.force_login(elsewhere.administrator)
    page = reverse("admin:zalo_account_change", args=[shared.pk])
    text = client.get(page).content.decode()
    assert centre.agency.name in text and "bạn chỉ xem" in text
    assert client.post(page, account_form(shared, oa_secret="chiem", name="Chiếm")).status_code == 403
    own, other = shared.services.get(agency=elsewhere.agency), shared.services.get(agency=centre.agency)
    ended = service_rows(
        {"id": other.pk, "account": shared.pk, "agency": centre.agency.pk, "valid_to": "01/02/2026"},
        {"id": own.pk, "account": shared.pk, "agency": elsewhere.agency.pk},
        stored=2,
    )
    assert client.post(page, account_form(shared) | ended).status_code == 403
    for address in (
        reverse("admin:zalo_health_act", args=[shared.pk, "hoi"]),
        reverse("admin:zalo_template_propose", args=[shared.pk]),
        reverse("admin:zalo_menu_act", args=[shared.pk, "mau"]),
        reverse("zalo:oauth-start", args=[shared.pk]),
    ):
        answer = client.post(address)
        assert answer.status_code == 403 and SENTENCE in answer.content.decode(), address
    shared.refresh_from_db()
    other.refresh_from_db()
    assert (shared.name, shared.oa_secret, other.valid_to) == ("Kênh chung", "b", None)
    assert not MenuItem.objects.exists()


def test_the_consent_of_a_shared_account_cannot_be_exchanged_by_who_only_uses_it(client, elsewhere, shared):
    client.force_login(elsewhere.administrator)
    answer = client.get(reverse("zalo:oauth-callback"), {"oa_id": shared.oa_id, "code": "ma"})
    assert answer.status_code == 403


def test_a_template_is_mapped_by_the_keeper_only(client, elsewhere, shared):
    template = Template.objects.create(account=shared, template_id="1", name="Mẫu", status="ENABLE")
    client.force_login(elsewhere.editor)
    address = reverse("admin:zalo_template_map", args=[shared.pk, "dossier.received"])
    from zalo.messages import registry
    from zalo.models import Route

    kind = next(each.slug for each in registry.all_kinds() if {Route.UID, Route.PHONE} & set(each.routes))
    address = reverse("admin:zalo_template_map", args=[shared.pk, kind])
    assert client.post(address, {"save": "1", "template": template.pk}).status_code == 403
    assert not TemplateUse.objects.exists()


def test_an_account_of_ones_own_speaks_for_nobody_else(client, elsewhere, centre):
    client.force_login(elsewhere.administrator)
    form = account_form(Account(name="Của tôi", oa_id="123456789", app_id="987654321"), keeper=elsewhere.agency.pk)
    stolen = service_rows({"agency": centre.agency.pk})
    assert client.post(reverse("admin:zalo_account_add"), form | stolen).status_code == 200
    assert client.post(reverse("admin:zalo_account_add"), form | {"keeper": centre.agency.pk}).status_code == 200
    assert client.post(reverse("admin:zalo_account_add"), form | {"keeper": ""}).status_code == 200
    assert not Account.objects.exists()
    own = service_rows({"agency": elsewhere.agency.pk})
    assert client.post(reverse("admin:zalo_account_add"), form | own).status_code == 302
    assert Account.objects.get().keeper == elsewhere.agency


def test_the_keeper_ends_no_service_of_an_agency_out_of_reach(client, centre, elsewhere, shared):
    client.force_login(centre.administrator)
    other = shared.services.get(agency=elsewhere.agency)
    own = shared.services.get(agency=centre.agency)
    rows = service_rows(
        {"id": own.pk, "account": shared.pk, "agency": centre.agency.pk},
        {"id": other.pk, "account": shared.pk, "agency": elsewhere.agency.pk, "valid_to": "01/02/2026"},
        stored=2,
    )
    assert client.post(reverse("admin:zalo_account_change", args=[shared.pk]), account_form(shared) | rows).status_code
    other.refresh_from_db()
    assert other.valid_to is None


def test_a_menu_line_hangs_on_an_account_one_keeps(client, elsewhere, shared):
    client.force_login(elsewhere.editor)
    line = {"account": shared.pk, "position": "1", "title": "Lạ", "act": "url", "payload": "https://la.example"}
    assert client.post(reverse("admin:zalo_menuitem_add"), line).status_code == 200
    row = MenuItem.objects.create(account=shared, title="Tra cứu", act="query", payload="tra cứu")
    change = reverse("admin:zalo_menuitem_change", args=[row.pk])
    assert client.post(change, line).status_code == 403
    assert client.post(reverse("admin:zalo_menuitem_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    assert MenuItem.objects.get().title == "Tra cứu"


def test_the_wording_of_every_agency_is_nobodys_alone(client, centre, elsewhere, shared):
    from zalo.messages import registry

    kind = next(each for each in registry.all_kinds() if not each.slug.startswith("chat."))
    for user in (elsewhere.administrator, elsewhere.editor, centre.editor):
        client.force_login(user)
        page = reverse("admin:zalo_wording_edit", args=[kind.slug])
        answer = client.post(page, {"text": kind.text + "\nhttps://la.example", "script": "", "version": "0"})
        assert answer.status_code == 403 and "dùng chung cho mọi cơ quan" in answer.content.decode()
    assert not Wording.objects.exists()


def national_rows() -> list:
    return [
        DelayCause.objects.create(code="c", name="Nguyên nhân", words="vì", blame="us"),
        Category.objects.create(code="rieng-bai-thu", name="Bài thử"),
        QuestionSet.objects.create(title="Bộ câu hỏi", version=1, valid_from="2026-01-01"),
        RoutingRule.objects.create(agency=people.centre("H99.1", "Nơi khác").agency),
        ServiceLevel.objects.create(amount=1, decision="QĐ", valid_from="2026-01-01"),
        CannedAnswer.objects.create(title="Mẫu chung", text="x"),
        FaqEntry.objects.create(question="Hỏi chung", answer="x"),
    ]


def test_national_lists_are_read_in_a_centre_and_written_by_who_sees_all(client, centre):
    rows = national_rows()
    client.force_login(centre.administrator)
    for row in rows:
        model = f"{row._meta.app_label}_{row._meta.model_name}"
        delete = reverse(f"admin:{model}_delete", args=[row.pk])
        assert client.post(delete, {"post": "yes"}).status_code in {302, 403}, model
        change = reverse(f"admin:{model}_change", args=[row.pk])
        assert client.post(change, {"name": "Đổi", "title": "Đổi"}).status_code in {302, 403}, model
        swept = {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}
        client.post(reverse(f"admin:{model}_changelist"), swept)
        assert type(row).objects.filter(pk=row.pk).exists(), model
    for name in ("dossiers_delaycause", "feedback_category", "feedback_questionset"):
        assert client.get(reverse(f"admin:{name}_add")).status_code == 403
        assert client.get(reverse(f"admin:{name}_changelist")).status_code == 200
    listed = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-id": rows[0].pk, "form-0-order": "9"}
    client.post(reverse("admin:dossiers_delaycause_changelist"), listed | {"_save": "1"})
    assert DelayCause.objects.get(pk=rows[0].pk).active
    client.force_login(people.member(centre.agency, "tinh", roles.PROVINCE, "Toàn tỉnh"))
    assert client.get(reverse("admin:feedback_category_add")).status_code == 200
    client.post(reverse("admin:feedback_category_delete", args=[rows[1].pk]), {"post": "yes"})
    assert not Category.objects.filter(pk=rows[1].pk).exists()


def test_the_owner_of_a_theme_is_changed_by_who_sees_every_agency_and_read_in_a_centre(client, centre):
    theme = Category.objects.create(code="rac-thai", name="Rác thải")
    page = reverse("admin:feedback_category_change", args=[theme.pk])
    owner = {"owners-0-name": "Phòng Kinh tế", "owners-0-valid_from": "01/12/2026"}
    asked = {"code": theme.code, "name": theme.name, "national_class": "field", "order": "0", "active": "on"}
    asked |= {"owners-TOTAL_FORMS": "1", "owners-INITIAL_FORMS": "0", **owner}
    client.force_login(User.objects.create_superuser("goc"))
    assert client.get(page).status_code == 200
    client.force_login(people.member(centre.agency, "tinh", roles.PROVINCE, "Toàn tỉnh"))
    assert client.post(page, asked).status_code == 302
    assert "owners-0-name" in client.get(page).content.decode()
    assert theme.owner_on(dt.date(2026, 12, 1)).name == "Phòng Kinh tế"
    client.force_login(centre.administrator)
    text = client.get(page).content.decode()
    assert "Phòng Kinh tế" in text and "owners-0-name" not in text


def test_a_rule_draws_no_letters_of_other_agencies_to_ones_own(client, centre, elsewhere):
    client.force_login(elsewhere.administrator)
    for source in ("", centre.agency.pk):
        rule = {"agency": elsewhere.agency.pk, "received_by": source, "active": "on"}
        assert client.post(reverse("admin:feedback_routingrule_add"), rule).status_code == 200
    assert not RoutingRule.objects.exists()
    rule = {"agency": elsewhere.agency.pk, "received_by": elsewhere.agency.pk, "active": "on"}
    assert client.post(reverse("admin:feedback_routingrule_add"), rule).status_code == 302


def test_a_signer_typed_by_hand_must_be_of_the_own_people(client, centre, elsewhere):
    client.force_login(elsewhere.administrator)
    row = {"kind": "deputy", "position": "Phó", "agency": elsewhere.agency.pk, "valid_from": "01/01/2026"}
    answer = client.post(reverse("admin:dossiers_signingauthority_add"), row | {"user": centre.leader.pk})
    assert answer.status_code == 200 and not SigningAuthority.objects.exists()


def test_a_new_account_is_not_for_the_next_centre_to_take_over(client, centre, elsewhere):
    new = {"username": "moi", "password1": "mot-mat-khau-dai", "password2": "mot-mat-khau-dai"}
    client.force_login(elsewhere.administrator)
    client.post(reverse("admin:auth_user_add"), new | {"usable_password": "true"})
    made = User.objects.get(username="moi")
    assert LogEntry.objects.filter(object_id=str(made.pk)).exists()
    client.force_login(centre.administrator)
    address = reverse("admin:auth_user_password_change", args=[made.pk])
    client.post(address, {"password1": "mat-khau-cua-toi-1", "password2": "mat-khau-cua-toi-1"})
    made.refresh_from_db()
    assert made.check_password("mot-mat-khau-dai")
    assert "moi" not in client.get(reverse("admin:auth_user_changelist")).content.decode().split('id="result_list"')[-1]
    client.force_login(elsewhere.administrator)
    assert client.get(reverse("admin:auth_user_change", args=[made.pk])).status_code == 200


def test_nobody_gives_a_role_that_is_not_theirs_to_give(client, centre):
    client.force_login(centre.administrator)
    province = Group.objects.get(name=roles.PROVINCE)
    form = {"username": centre.handler.username, "is_active": "on", "is_staff": "on", "groups": [province.pk]}
    assert client.post(reverse("admin:auth_user_change", args=[centre.handler.pk]), form).status_code == 200
    assert not centre.handler.groups.filter(pk=province.pk).exists()
    narrow = people.member(centre.agency, "nhan-su", roles.RECEPTION, "Nhân sự")
    from django.contrib.auth.models import Permission

    narrow.user_permissions.add(*Permission.objects.filter(codename__in=["change_user", "view_user"]))
    client.force_login(narrow)
    leader = Group.objects.get(name=roles.LEADER)
    assert (
        client.post(
            reverse("admin:auth_user_change", args=[centre.handler.pk]), form | {"groups": [leader.pk]}
        ).status_code
        == 200
    )
    kept = form | {"first_name": "Đổi tên", "groups": []}
    assert client.post(reverse("admin:auth_user_change", args=[centre.handler.pk]), kept).status_code == 302
    assert centre.handler.groups.filter(name=roles.HANDLER).exists()
