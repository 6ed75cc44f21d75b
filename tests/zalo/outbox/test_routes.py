"""Which way a message goes: every rung of the ladder and every reason to wait or to stop, without a database."""

import dataclasses
import datetime as dt

import pytest

from dossiers.deadlines.working_time import ZONE
from dossiers.models import Applicant
from zalo.api.errors import Host
from zalo.messages import registry as messages
from zalo.messages.consent import Consents, Purpose
from zalo.models import (
    Account,
    AccountAgency,
    Contact,
    Lane,
    OutboxMessage,
    Outcome,
    Route,
    RouteStop,
    State,
    Template,
    TemplateUse,
)
from zalo.outbox.routes import End, Facts, Hold, Send, choose

NOON = dt.datetime(2026, 11, 16, 12, 0, tzinfo=ZONE)
NIGHT = NOON.replace(hour=23)
KIND = messages.get("dossier.result_ready")
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
PHONE = "+84912345678"


def template(**more) -> Template:
    params = [{"name": "ma_ho_so", "required": True, "kind": "STRING", "max_length": 40, "accept_null": False}]
    return Template(pk=1, template_id="500005", status="ENABLE", params=params, **more)


def use(made: Template) -> TemplateUse:
    return TemplateUse(kind=KIND.slug, template=made, mapping={"ma_ho_so": "so_bien_nhan"})


def message(
    *, interacted: dt.timedelta | None = None, contact: bool = True, phone: str = PHONE, email: str = "", **more
):
    person = Contact(pk=5, user_id="77", last_interaction_at=NOON - interacted if interacted is not None else None)
    row = OutboxMessage(
        pk=9,
        account_id=1,
        agency_id=3,
        kind=KIND.slug,
        purpose=Purpose.DOSSIER,
        payload='{"text": "x", "values": {"so_bien_nhan": "HS-1"}}',
        contact=person if contact else None,
        applicant=Applicant(pk=8, phone=phone, email=email),
        **more,
    )
    return row


def facts(**more) -> Facts:
    values = {
        "accounts": {1: Account(pk=1, phone_basis=Account.PhoneBasis.PUBLIC_TASK)},
        "consents": Consents(),
        "uses": {(1, KIND.slug): use(template())},
    }
    return Facts(**(values | more))


def test_within_48_hours_it_is_a_free_reply():
    plan = choose(message(interacted=HOUR), KIND, facts(), NOON)
    assert isinstance(plan, Send) and plan.route == Route.REPLY and plan.address == "77" and "48 giờ" in plan.reason


def test_within_7_days_the_package_pays_unless_the_account_prefers_templates():
    row = message(interacted=3 * DAY)
    assert choose(row, KIND, facts(), NOON).route == Route.REPLY
    thrifty = {1: Account(pk=1, use_paid_replies=False)}
    assert choose(row, KIND, facts(accounts=thrifty), NOON).route == Route.UID


def test_after_7_days_the_template_goes_by_user_id():
    plan = choose(message(interacted=8 * DAY), KIND, facts(), NOON)
    assert plan.route == Route.UID and plan.data == {"ma_ho_so": "HS-1"}


def test_a_template_that_cannot_go_by_user_id_goes_by_phone():
    plan = choose(message(interacted=8 * DAY), KIND, facts(uses={(1, KIND.slug): use(template(by_uid=False))}), NOON)
    assert plan.route == Route.PHONE and plan.address == "84912345678"


def test_nobody_linked_goes_by_phone_only_with_consent_or_public_task():
    row = message(contact=False)
    assert choose(row, KIND, facts(), NOON).route == Route.PHONE
    careful = {1: Account(pk=1)}
    end = choose(row, KIND, facts(accounts=careful), NOON)
    assert isinstance(end, End) and end.outcome == Outcome.NOT_LINKED and "đồng ý" in end.reason
    from dossiers.privacy.sealing import keyed_hash
    from zalo.models.contact import PHONE_PURPOSE

    said_yes = Consents()
    said_yes.__dict__["by_phone"] = {(keyed_hash(PHONE, PHONE_PURPOSE), Purpose.DOSSIER): True}
    assert choose(row, KIND, facts(accounts=careful, consents=said_yes), NOON).route == Route.PHONE


@pytest.mark.parametrize("phone", ["", "02723874001", "không có"])
def test_without_a_mobile_it_goes_by_email(phone):
    plan = choose(message(contact=False, phone=phone, email="an@example.vn"), KIND, facts(), NOON)
    assert plan.route == Route.EMAIL and plan.address == "an@example.vn"


def test_no_way_at_all_is_a_line_on_the_call_list():
    end = choose(message(contact=False, phone=""), KIND, facts(), NOON)
    assert (end.state, end.outcome) == (State.UNREACHABLE, Outcome.NOT_LINKED)


def test_routes_already_refused_are_not_tried_again():
    row = message(interacted=HOUR, tried=[{"route": "reply"}, {"route": "uid"}])
    assert choose(row, KIND, facts(), NOON).route == Route.PHONE
    row.tried += [{"route": "phone"}]
    end = choose(row, KIND, facts(), NOON)
    assert (end.state, end.outcome) == (State.UNREACHABLE, Outcome.FAILED)


def test_a_citizen_who_refused_on_zalo_is_not_asked_by_another_door_of_zalo():
    row = message(interacted=8 * DAY, tried=[{"route": "uid", "opt_out": True}])
    assert choose(row, KIND, facts(), NOON).outcome == Outcome.REFUSED
    row = message(interacted=8 * DAY, tried=[{"route": "uid", "opt_out": True}], email="an@example.vn")
    assert choose(row, KIND, facts(), NOON).route == Route.EMAIL


def test_a_recorded_no_is_respected_on_every_zalo_route():
    no = Consents(by_contact={(5, Purpose.DOSSIER): False})
    careful = {1: Account(pk=1)}
    end = choose(message(interacted=HOUR), KIND, facts(consents=no, accounts=careful), NOON)
    assert (end.state, end.outcome) == (State.CANCELLED, Outcome.REFUSED)


def test_an_answer_in_the_chat_is_given_even_after_a_stop():
    no = Consents(by_contact={(5, Purpose.DOSSIER): False})
    row = message(interacted=HOUR, lane=Lane.REPLY)
    assert choose(row, KIND, facts(consents=no), NOON).route == Route.REPLY


def test_an_erased_person_gets_nothing():
    row = message(interacted=HOUR, phone="")
    row.contact.erased_at = NOON
    assert isinstance(choose(row, KIND, facts(), NOON), End)


def test_stale_news_expires():
    end = choose(message(interacted=HOUR, expires_at=NOON), KIND, facts(), NOON)
    assert (end.state, end.outcome) == (State.UNREACHABLE, Outcome.EXPIRED), "the citizen must act: somebody calls"
    told = dataclasses.replace(KIND, call=False)
    assert choose(message(interacted=HOUR, expires_at=NOON), told, facts(), NOON).state == State.CANCELLED


SERVICE = AccountAgency(quiet_from=dt.time(21, 30), quiet_to=dt.time(6, 5))


def test_the_agencys_quiet_hours_hold_a_notice_until_morning():
    plan = choose(message(interacted=HOUR), KIND, facts(services={(1, 3): SERVICE}), NIGHT)
    assert isinstance(plan, Hold) and plan.until == dt.datetime(2026, 11, 17, 6, 5, tzinfo=ZONE)


@pytest.mark.parametrize("lane", [Lane.REPLY, Lane.URGENT])
def test_answers_and_emergencies_are_not_held(lane):
    row = message(interacted=HOUR, lane=lane)
    assert choose(row, KIND, facts(services={(1, 3): SERVICE}), NIGHT).route == Route.REPLY


def test_what_answers_the_citizens_own_act_is_not_held():
    kind = dataclasses.replace(KIND, any_hour=True)
    assert choose(message(interacted=HOUR), kind, facts(services={(1, 3): SERVICE}), NIGHT).route == Route.REPLY


def test_bulk_and_promotional_templates_wait_for_six_oclock():
    six = dt.datetime(2026, 11, 17, 6, 0, tzinfo=ZONE)
    bulk = choose(message(interacted=HOUR, lane=Lane.BULK), KIND, facts(), NIGHT)
    assert isinstance(bulk, Hold) and bulk.until == six
    promotional = {(1, KIND.slug): use(template(tag="PROMOTION"))}
    held = choose(message(interacted=8 * DAY), KIND, facts(uses=promotional), NIGHT)
    assert isinstance(held, Hold) and held.until == six
    assert choose(message(interacted=8 * DAY), KIND, facts(uses=promotional), NOON).route == Route.UID


def test_a_silent_host_is_waited_for_not_gone_round():
    plan = choose(message(contact=False, email="an@example.vn"), KIND, facts(down={Host.TEMPLATE: NOON + HOUR}), NOON)
    assert isinstance(plan, Hold) and plan.until == NOON + HOUR


def test_a_stopped_route_is_gone_round_and_waited_for_when_it_is_the_last():
    stops = {(1, Route.PHONE): RouteStop(route=Route.PHONE, until=NOON + HOUR, words="hết số dư")}
    row = message(contact=False, email="an@example.vn")
    assert choose(row, KIND, facts(stops=stops), NOON).route == Route.EMAIL
    plan = choose(message(contact=False), KIND, facts(stops=stops), NOON)
    assert isinstance(plan, Hold) and plan.until == NOON + HOUR and plan.reason == "hết số dư"


@pytest.mark.parametrize(
    "made",
    [template(gone_at=NOON), Template(status="PENDING_REVIEW"), template(stopped_until=NOON + HOUR)],
    ids=["gone", "pending", "stopped"],
)
def test_an_unusable_template_is_not_sent(made):
    plan = choose(
        message(interacted=8 * DAY, email="an@example.vn"), KIND, facts(uses={(1, KIND.slug): use(made)}), NOON
    )
    assert plan.route == Route.EMAIL


def test_missing_template_data_is_found_before_zalo_finds_it():
    made = template()
    made.params = [{"name": "khong_co", "required": True, "kind": "STRING", "accept_null": False}]
    end = choose(message(interacted=8 * DAY), KIND, facts(uses={(1, KIND.slug): use(made)}), NOON)
    assert isinstance(end, End) and "khong_co" in end.reason
