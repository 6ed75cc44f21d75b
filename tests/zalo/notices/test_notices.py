"""From an event to outbox rows: who is told, by which account, and that trouble here never stops the counter."""

import dataclasses
import datetime as dt

import pytest
from django.utils import timezone

from dossiers.intake import counter as intake
from dossiers.models import Agency, Applicant, Dossier, DossierEvent
from dossiers.workflow import acts
from portal.audit import passage
from tests import factories
from tests.people import AN, BINH
from zalo.messages import registry as messages
from zalo.models import AccountAgency, Contact, ContactLink, OutboxMessage, Outcome, State, TemplateUse
from zalo.notices import dossier as dossier_notices
from zalo.notices import reconcile

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(channel, procedure) -> Dossier:
    return factories.dossier(channel.centre, procedure, now=timezone.now())


def act(channel, dossier) -> DossierEvent:
    return acts.do("assign", dossier, by=channel.centre.leader, now=timezone.now(), handler=channel.centre.handler)


def told(event) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(event=event, required=True).order_by("pk"))


def test_an_act_queues_one_message_with_frozen_facts(channel, dossier):
    event = act(channel, dossier)
    [row] = told(event)
    assert (row.state, row.kind, row.dossier, row.agency) == (State.QUEUED, "dossier.assigned", dossier, dossier.agency)
    Dossier.objects.update(procedure_name="Tên khác", receipt_number="KHAC")
    assert "Tên khác" not in row.content["text"] and dossier.shown_number in row.content["text"]


def test_everybody_linked_is_told_once(channel, dossier):
    owner = channel.follower("lan", dossier=dossier)
    firm = channel.follower("vinh", applicant=dossier.owner)
    ContactLink.objects.create(contact=owner, applicant=dossier.owner, proof="phone", linked_at=timezone.now())
    gone = channel.follower("hung", dossier=dossier)
    ContactLink.objects.filter(contact=gone).update(unlinked_at=timezone.now())
    rows = told(act(channel, dossier))
    assert [row.contact for row in rows] == [owner, firm]
    assert [row.applicant_id for row in rows] == [dossier.submitter_id, None], "one telephone is never told twice"
    assert len({row.order_key for row in rows}) == 2, "one person's trouble does not hold the other up"


def test_the_firm_and_the_submitter_of_one_dossier(channel, procedure):
    centre, item = channel.centre, intake.Item(procedure=procedure, owner=AN)
    handed_in = intake.Intake(agency=centre.agency, submitter=BINH, items=(item,), desk=centre.desk)
    dossier = intake.receive(handed_in, by=centre.clerk, now=timezone.now()).dossiers.get()
    for_owner = channel.follower("lan", applicant=dossier.owner)
    for_submitter = channel.follower("hung", applicant=dossier.submitter)
    assert {row.contact for row in told(act(channel, dossier))} == {for_owner, for_submitter}


def test_nobody_linked_leaves_the_submitter(channel, dossier):
    [row] = told(act(channel, dossier))
    assert row.contact is None and row.applicant == dossier.submitter


def test_an_agency_off_the_channel_tells_nobody(channel, dossier):
    Agency.objects.update(rollout=Agency.Rollout.PAUSED)
    dossier.agency.refresh_from_db()
    assert told(act(channel, dossier)) == []


def test_an_agency_without_an_account_uses_the_one_above(channel, dossier):
    parent = Agency.objects.create(code="H80", kind="province", name="UBND tỉnh")
    Agency.objects.filter(pk=dossier.agency_id).update(parent=parent)
    AccountAgency.objects.update(agency=parent)
    dossier.refresh_from_db()
    assert len(told(act(channel, Dossier.objects.get()))) == 1


@pytest.mark.parametrize("span", [("2026-01-01", "2026-01-31"), ("2030-01-01", None)])
def test_an_account_speaks_only_within_its_dates(channel, dossier, span):
    AccountAgency.objects.update(valid_from=span[0], valid_to=span[1])
    [row] = told(act(channel, dossier))
    assert (row.account, row.state, row.outcome) == (None, State.UNREACHABLE, Outcome.NO_CHANNEL)


def test_the_same_event_told_twice_is_one_message(channel, dossier):
    event = act(channel, dossier)
    dossier_notices.tell(event)
    assert len(told(event)) == 1


def test_a_faulty_builder_leaves_a_row_that_says_so(channel, dossier, monkeypatch):
    def broken(event):
        raise ZeroDivisionError

    kind = dataclasses.replace(messages.get("dossier.assigned"), values=broken)
    monkeypatch.setitem(messages._kinds, kind.slug, kind)
    [row] = told(act(channel, dossier))
    assert (row.state, row.outcome) == (State.FAILED, Outcome.FAILED) and row.error


def test_trouble_in_the_channel_never_stops_the_counter(channel, dossier, monkeypatch):
    def broken(event, **more):
        OutboxMessage.objects.create(dedupe_key="nửa chừng", account=channel.account, next_at=timezone.now())

    monkeypatch.setattr(dossier_notices, "tell", broken)
    event = act(channel, dossier)
    dossier.refresh_from_db()
    assert dossier.state == "assigned" and told(event) == []
    assert not OutboxMessage.objects.filter(dedupe_key="nửa chừng").exists(), "the savepoint took it back"
    monkeypatch.undo()
    with passage.opened("Ghi từ năm phút trước"):
        DossierEvent.objects.filter(pk=event.pk).update(recorded_at=timezone.now() - dt.timedelta(minutes=5))
    assert [e.pk for e in _forgotten()] == [event.pk]
    assert reconcile.tell_forgotten() == 1
    assert len(told(event)) == 1 and _forgotten() == []


def test_events_of_agencies_off_the_channel_do_not_hide_the_forgotten(channel, dossier, elsewhere, monkeypatch):
    Agency.objects.filter(pk=elsewhere.agency.pk).update(rollout=Agency.Rollout.PAUSED)
    elsewhere.agency.refresh_from_db()
    before = factories.dossier(elsewhere, dossier.procedure)
    event = act(channel, dossier)
    OutboxMessage.objects.all().delete()
    long_ago = timezone.now() - dt.timedelta(hours=1)
    with passage.opened("Ghi từ một giờ trước"):
        DossierEvent.objects.filter(dossier=before).update(recorded_at=long_ago)
        DossierEvent.objects.exclude(dossier=before).update(recorded_at=long_ago + dt.timedelta(minutes=1))
    found = reconcile.events_without_message(since=long_ago, until=timezone.now(), limit=2)
    assert event.pk in {each.pk for each in found} and {each.dossier_id for each in found} == {dossier.pk}


def _forgotten() -> list[DossierEvent]:
    now = timezone.now()
    return reconcile.events_without_message(since=now - dt.timedelta(days=3), until=now - dt.timedelta(minutes=1))


def test_the_insert_costs_few_queries(channel, dossier, django_assert_max_num_queries):
    event = act(channel, dossier)
    OutboxMessage.objects.all().delete()
    with django_assert_max_num_queries(5):
        dossier_notices.tell(event)


def test_templates_are_proposed_by_name_and_the_screen_shows_what_is_missing(channel):
    from zalo.account import template_register

    faults = {line.kind.slug: line.faults for line in template_register.mapping(channel.account)}
    assert faults["dossier.accepted"] == ("Chưa gắn mẫu tin nào.",)
    channel.map_templates()
    lines = {line.kind.slug: line for line in template_register.mapping(channel.account)}
    assert lines["dossier.accepted"].faults == () and lines["dossier.accepted"].use.template.template_id == "500001"
    assert lines["dossier.payment_requested"].faults == ()
    use = TemplateUse.objects.get(kind="dossier.accepted")
    use.mapping = {}
    use.save()
    assert any("ten_khach_hang" in fault for fault in _faults(channel, "dossier.accepted"))
    template_register.status_changed(channel.account.pk, "500001", "DISABLE", "Chất lượng thấp", now=timezone.now())
    assert any("Đã tắt" in fault for fault in _faults(channel, "dossier.accepted"))


def _faults(channel, slug: str) -> tuple[str, ...]:
    from zalo.account import template_register

    return next(line.faults for line in template_register.mapping(channel.account) if line.kind.slug == slug)


OF_THE_SOURCES = {
    "S5-07 nộp hồ sơ": "dossier.submitted",
    "S5-08 tiếp nhận": "dossier.accepted",
    "S5-09 phân công": "dossier.assigned",
    "S5-10 thẩm định": "dossier.appraising",
    "S5-11 ký duyệt": "dossier.signing",
    "S5-12 trả kết quả": "dossier.result_returned",
    "S5-13 bổ sung": "dossier.supplement_requested",
    "S5-13 trả lại": "dossier.stopped",
    "S5-13 không tiếp nhận": "dossier.refused",
}
"""The steps the sources name, and the message of each (S5-27: nothing of it may be missing)."""


@pytest.mark.parametrize("step", OF_THE_SOURCES)
def test_each_step_of_the_sources_has_a_template_a_wording_and_every_route(step):
    kind = messages.get(OF_THE_SOURCES[step])
    assert kind.required and kind.routes == messages.ALL_ROUTES
    assert kind.by_template and kind.usual_template
    assert "{so_bien_nhan}" in kind.text


def test_each_step_of_the_sources_reaches_a_follower(channel, procedure):
    from dossiers.states import State as Step

    first = factories.dossier(channel.centre, procedure, now=timezone.now())
    channel.follower(applicant=first.submitter)
    for step in (Step.REFUSED, Step.RESULT_RETURNED, Step.SUPPLEMENT_REQUESTED, Step.STOPPED):
        factories.in_state(step, channel.centre, procedure, now=timezone.now())
    while channel.drain().more:
        pass
    rows = OutboxMessage.objects.filter(contact__isnull=False, required=True)
    assert set(OF_THE_SOURCES.values()) <= set(rows.values_list("kind", flat=True))
    assert {(row.state, row.route) for row in rows} == {(State.SENT, "reply")}
    said = channel.texts()
    assert all(any(row.dossier.shown_number in text for text in said) for row in rows.select_related("dossier"))


def test_every_message_of_every_step_goes_by_its_template(channel, procedure):
    """S5-27: with no chat window open, each step still arrives, by template."""
    from dossiers.states import State as Step

    channel.map_templates()
    person = dataclasses.replace(AN, phone="0912000102", email="")
    channel.account.__class__.objects.update(phone_basis="public_task")
    for step in (Step.SUBMITTED, Step.RESULT_RETURNED, Step.SUPPLEMENT_REQUESTED, Step.PAYMENT_REQUESTED, Step.STOPPED):
        factories.in_state(step, channel.centre, procedure, now=timezone.now(), person=person)
    while channel.drain().more:
        pass
    assert Contact.objects.count() == 0
    rows = OutboxMessage.objects.filter(required=True)
    assert {row.state for row in rows} == {State.SENT}, [
        (r.kind, r.route_reason, r.error) for r in rows if r.state != "sent"
    ]
    assert channel.zalo.count(channel="phone") == rows.count() >= 15
    assert Applicant.objects.count() == 2, "what was typed online stands apart from the counter's person"
