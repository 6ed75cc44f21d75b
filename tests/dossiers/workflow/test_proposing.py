"""Which room and person a dossier is proposed for, and that only people of that room and role can be given it."""

import datetime as dt
import re

import pytest

from dossiers.models import Dossier, Unit
from dossiers.states import State
from dossiers.workflow import acts, proposing
from portal.desk import roles
from tests import factories, people
from tests.people import MONDAY

LATER = MONDAY + dt.timedelta(hours=1)


@pytest.fixture
def colleague(centre):
    return people.member(centre.agency, "dia-chinh-2", roles.HANDLER, "Chuyên viên", unit=centre.land)


def assign(client, dossier: Dossier, **said):
    return client.post(f"/admin/dossiers/dossier/{dossier.pk}/viec/assign/", said)


def test_room_by_the_procedure_and_whoever_has_least_to_do(client, centre, procedure, colleague):
    for _ in range(3):
        factories.in_state(State.ASSIGNED, centre, procedure)
    fresh = factories.dossier(centre, procedure)
    assert proposing.unit_for(fresh) == centre.land
    handlers = proposing.handlers_of([centre.agency.pk], MONDAY.date())
    assert proposing.handler_for(centre.land, handlers).pk == colleague.pk
    assert [each.load for each in handlers if each.pk == centre.handler.pk] == [3]
    client.force_login(centre.leader)
    page = client.get(f"/admin/dossiers/dossier/{fresh.pk}/change/").content.decode()
    chosen = re.findall(
        r'<option value="(\d+)"[^>]*selected[^>]*>', page.split('name="handler"')[1].split("</select>")[0]
    )
    assert chosen == [str(colleague.pk)]
    assert "đang giữ 3 hồ sơ" in page
    assert f'<option value="{centre.clerk.pk}"' not in page.split('name="handler"')[1].split("</select>")[0], (
        "who receives does not settle"
    )


def test_nobody_of_another_room_or_role_gets_it(client, centre, elsewhere, procedure):
    tax = Unit.objects.create(agency=centre.agency, code="thue", name="Thuế")
    dossier = factories.dossier(centre, procedure)
    client.force_login(centre.leader)
    for handler in (centre.clerk, elsewhere.handler):
        assert assign(client, dossier, unit=centre.land.pk, handler=handler.pk).status_code == 422
    refused = assign(client, dossier, unit=tax.pk, handler=centre.handler.pk)
    assert refused.status_code == 422 and "không thuộc Thuế" in refused.content.decode()
    assert Dossier.objects.get().state == State.ACCEPTED
    assign(client, dossier, handler=centre.handler.pk)
    assert Dossier.objects.get().unit == centre.land, "the room of the person, where none was chosen"


def test_a_clerk_passes_on_to_a_person_at_once(client, centre, procedure, colleague):
    client.force_login(centre.clerk)
    page = client.get("/admin/dossiers/dossier/add/").content.decode()
    assert f'value="{centre.land.pk}:{colleague.pk}"' in page
    form = {
        "full_name": "Nguyễn Văn An",
        "id_number": "080085001234",
        "phone": "0912345678",
        "channel": "counter",
        "kind": "person",
        "item-0-all": "on",
        "item-0-procedure": procedure.code,
        "unit": f"{centre.land.pk}:{colleague.pk}",
        "key": "k" * 22,
    }
    answer = client.post("/admin/dossiers/dossier/add/", form)
    assert answer.status_code == 302, re.findall(r'class="mc-error"[^>]*>([^<]*)', answer.content.decode())
    row = Dossier.objects.get()
    assert (row.state, row.handler, row.unit) == (State.ASSIGNED, colleague, centre.land)


def test_own_list_is_by_due_date_and_can_be_sorted(centre, procedure):
    from dossiers.lists.dossier_search import Asked, page_of

    slow = people.procedure("1.000002", "Thủ tục dài", amount="20")
    rows = [factories.in_state(State.ASSIGNED, centre, each) for each in (slow, procedure)]
    without = factories.in_state(State.ASSIGNED, centre, slow)
    Dossier.objects.filter(pk=without.pk).update(due_at=None, state_changed_at=MONDAY - dt.timedelta(days=3))

    def shown(**asked):
        return [row.pk for row in page_of(Asked(worklist="mine", **asked), centre.handler, LATER).rows]

    assert shown() == [rows[1].pk, rows[0].pk, without.pk]
    assert shown(sort="new") == [without.pk, rows[1].pk, rows[0].pk]
    assert shown(sort="still")[0] == without.pk


def test_found_by_last_digits_submitter_and_receipt_number(client, centre, procedure):
    from dossiers.intake import counter
    from dossiers.intake.counter import Intake, Item
    from dossiers.lists.dossier_search import Asked, page_of
    from tests.people import AN, BINH

    receipt = counter.receive(
        Intake(agency=centre.agency, submitter=BINH, items=(Item(procedure=procedure, owner=AN),)),
        by=centre.clerk,
        now=MONDAY,
    )
    row = receipt.dossiers.get()
    factories.dossier(centre, procedure)
    Dossier.objects.filter(pk=row.pk).update(receipt_number="BN-2026-00777")

    def found(text):
        return [each.pk for each in page_of(Asked(q=text), centre.clerk, LATER).rows]

    assert found(row.code[-4:]) == [row.pk]
    assert found("00777") == [row.pk]
    assert found("tran thi binh") == [row.pk] and row.pk in found("nguyen van an")
    assert found("bn 2026 00777") == [row.pk]
    client.force_login(centre.clerk)
    for typed in (row.code, row.code.lower(), "bn 2026 00777"):
        answer = client.post("/admin/dossiers/dossier/tim/", {"q": typed})
        assert answer.url == f"/admin/dossiers/dossier/{row.pk}/change/", typed


def test_reminders_in_signing_go_to_the_signer(centre, procedure):
    from dossiers.lateness import reminders
    from dossiers.models import Reminder

    row = factories.in_state(State.APPRAISING, centre, procedure)
    Reminder.objects.create(dossier=row, agency=centre.agency, level="handler", due_at=row.due_at, made_at=LATER)
    assert reminders.of(centre.handler).count() == 1
    acts.do("send_to_signing", row, by=centre.handler, now=LATER, signer=centre.leader)
    assert reminders.of(centre.handler).count() == 0 and reminders.of(centre.leader).count() == 1
