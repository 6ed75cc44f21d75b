"""Dossiers for tests, made through the real acts so that history, holdings and clocks are as in life."""

from __future__ import annotations

import datetime as dt

from dossiers.deadlines import due as deadlines
from dossiers.intake import counter as intake
from dossiers.intake.counter import Intake, Item, PaperLine
from dossiers.models import Dossier, Receipt
from dossiers.states import State
from dossiers.workflow import acts
from tests.people import AN, MONDAY, Centre

REASON = {"paper": "Trích đo bản đồ", "what": "Nộp bản có xác nhận", "why": "Bản đã nộp chưa có dấu xác nhận"}


def asked(act, centre: Centre) -> dict:
    """Return what a person, or another system, would say for this act; by what the act asks for, else by its name."""
    forms = {
        "": {},
        "note": {"note": "Mời đến quầy số 2"},
        "return": {"how": "counter"},
        "to_signing": {},
        "sign": {"place": "Quầy số 3", "note": ""},
        "needed_note": {"note": "Theo đơn của người nộp"},
        "finish": {"place": "Quầy số 3", "note": ""},
        "accept": {"due_at": None},
        "payment": {"amount": 120000, "note": ""},
        "assign": {"handler": centre.handler, "unit": centre.land},
        "reasons": {"reasons": [REASON], "note": ""},
        "refusal": {"reasons": [REASON], "note": ""},
        "supplement": {"reasons": [REASON], "note": ""},
        "came": {"note": "Mời đến quầy số 2"},
    }
    without_a_form = {
        "move_due_date": {"due": deadlines.stated(MONDAY + dt.timedelta(days=9), MONDAY, "lãnh đạo"), "reason": "Bão"},
        "correct_details": {"values": {"content": "Sửa đúng nội dung"}, "note": "Ghi nhầm"},
        "correct": {"values": {"receipt_number": "BN-7"}},
        "collect_fees": {"method": "cash"},
        "cancel_fees": {"line": None, "reason": "Thu nhầm"},
        "report": {"state": State.STOPPED, "reasons": [REASON], "external_id": "mc-1"},
    }
    return without_a_form.get(act.name) or forms[act.asks]


def received(centre: Centre, procedure, *, person=AN, now: dt.datetime = MONDAY, count: int = 1, **more) -> Receipt:
    """Return the receipt of `count` dossiers just received at the counter."""
    item = Item(procedure=procedure, papers=(PaperLine("Đơn đăng ký theo mẫu", originals=1),), unit=centre.front)
    return intake.receive(
        Intake(agency=centre.agency, submitter=person, items=(item,) * count, desk=centre.desk, **more),
        by=centre.clerk,
        now=now,
    )


def dossier(centre: Centre, procedure, **more) -> Dossier:
    """Return one dossier just received."""
    return received(centre, procedure, **more).dossiers.get()


def submitted(centre: Centre, procedure, *, person=AN, now: dt.datetime = MONDAY) -> Dossier:
    """Return one dossier handed in online and not yet accepted."""
    receipt = intake.submit(
        Intake(agency=centre.agency, submitter=person, items=(Item(procedure=procedure),), channel="online"),
        by=centre.clerk,
        now=now,
    )
    return receipt.dossiers.get()


def in_state(state: str, centre: Centre, procedure, *, now: dt.datetime = MONDAY, person=AN) -> Dossier:
    """Return a dossier that was walked to `state` by the shortest run of acts, one minute apart."""
    clock = iter(now + dt.timedelta(minutes=n) for n in range(1, 20))
    if state in {State.SUBMITTED, State.REFUSED}:
        row = submitted(centre, procedure, now=now, person=person)
        if state == State.REFUSED:
            acts.do("refuse", row, by=centre.clerk, now=next(clock), reasons=[REASON])
        return row
    row = dossier(centre, procedure, now=now, person=person)
    if state == State.ACCEPTED:
        return row
    acts.do("assign", row, by=centre.leader, now=next(clock), handler=centre.handler, unit=centre.land)
    if state == State.ASSIGNED:
        return row
    acts.do("start_appraisal", row, by=centre.handler, now=next(clock))
    if state in {State.SIGNING, State.RESULT_READY, State.RESULT_RETURNED}:
        acts.do("send_to_signing", row, by=centre.handler, now=next(clock))
    if state in {State.RESULT_READY, State.RESULT_RETURNED}:
        acts.do("sign", row, by=centre.leader, now=next(clock))
    if state == State.RESULT_RETURNED:
        acts.do("return_result", row, by=centre.clerk, now=next(clock))
    if state == State.SUPPLEMENT_REQUESTED:
        acts.do("request_supplement", row, by=centre.handler, now=next(clock), reasons=[REASON])
    if state == State.PAYMENT_REQUESTED:
        acts.do("request_payment", row, by=centre.handler, now=next(clock), amount=120000)
    if state == State.WITHDRAWAL_REQUESTED:
        acts.do("request_withdrawal", row, by=centre.clerk, now=next(clock), note="Không còn nhu cầu")
    if state == State.STOPPED:
        acts.do("stop", row, by=centre.leader, now=next(clock), reasons=[REASON])
    return row
