"""Dossiers for tests, made through the real acts so that history, holdings and clocks are as in life."""

from __future__ import annotations

import datetime as dt

from dossiers.intake import counter as intake
from dossiers.intake.counter import Intake, Item, PaperLine
from dossiers.models import Dossier, Receipt
from dossiers.states import State
from dossiers.workflow import interruptions
from dossiers.workflow import main_road as workflow
from tests.people import AN, MONDAY, Centre

REASON = {"paper": "Trích đo bản đồ", "what": "Nộp bản có xác nhận", "why": "Bản đã nộp chưa có dấu xác nhận"}


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
            workflow.refuse(row, by=centre.clerk, now=next(clock), reasons=[REASON])
        return row
    row = dossier(centre, procedure, now=now, person=person)
    if state == State.ACCEPTED:
        return row
    workflow.assign(row, by=centre.leader, now=next(clock), handler=centre.handler, unit=centre.land)
    if state == State.ASSIGNED:
        return row
    workflow.start_appraisal(row, by=centre.handler, now=next(clock))
    if state in {State.SIGNING, State.RESULT_READY, State.RESULT_RETURNED}:
        workflow.send_to_signing(row, by=centre.handler, now=next(clock))
    if state in {State.RESULT_READY, State.RESULT_RETURNED}:
        workflow.finish(row, by=centre.leader, now=next(clock))
    if state == State.RESULT_RETURNED:
        workflow.return_result(row, by=centre.clerk, now=next(clock))
    if state == State.SUPPLEMENT_REQUESTED:
        interruptions.request_supplement(row, by=centre.handler, now=next(clock), reasons=[REASON])
    if state == State.PAYMENT_REQUESTED:
        interruptions.request_payment(row, by=centre.handler, now=next(clock), amount=120000)
    if state == State.WITHDRAWAL_REQUESTED:
        interruptions.request_withdrawal(row, by=centre.clerk, now=next(clock), note="Không còn nhu cầu")
    if state == State.STOPPED:
        workflow.stop(row, by=centre.leader, now=next(clock), reasons=[REASON])
    return row
