"""Cases in every status, walked there by the real acts."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from feedback.cases import acts as case_acts
from feedback.cases import intake
from feedback.models import Case, Category, Kind
from feedback.states import Status
from tests.people import MONDAY, Centre

TEXT = "Đèn đường trước cổng trường tiểu học tắt một tuần nay, buổi tối rất tối."
_serial = itertools.count(1)


def sent(centre: Centre, **more) -> intake.Sent:
    """Return a report as a citizen types it; each with words of its own, so that none repeats another."""
    number = next(_serial)
    return intake.Sent(
        **{
            "kind": Kind.REPORT,
            "agency": centre.agency,
            "text": f"{TEXT} Cột thứ {number}.",
            # A phone each: the flood rules count by it.
            "phone": f"09{number:08d}",
            "sender_name": "Nguyễn Văn An",
            "may_publish": True,
            **more,
        }
    )


def new_case(centre: Centre, *, now: dt.datetime = MONDAY, **more) -> Case:
    """Return a case just received."""
    return intake.receive(sent(centre, **more), now=now)


def case_in(status: str, centre: Centre, *, now: dt.datetime = MONDAY, **more) -> Case:
    """Return a case walked to `status` by the acts, one minute each; a held one is put there."""
    clock = iter(now + dt.timedelta(minutes=n) for n in range(1, 20))
    case = new_case(centre, now=now, **more)
    leader, handler = centre.leader, centre.handler
    if status == Status.HELD:
        Case.objects.filter(pk=case.pk).update(status=Status.HELD, hold_reason="Người gửi đã gửi nhiều ý kiến")
        case.status = Status.HELD
    elif status == Status.REFUSED:
        case_acts.do("refuse", case, by=handler, now=next(clock), reason="Không thuộc thẩm quyền của xã")
    elif status == Status.FORWARDED:
        case_acts.do("forward", case, by=leader, now=next(clock), body="Điện lực Cần Giuộc", reason="Thuộc ngành điện")
    elif status == Status.WITHDRAWN:
        case_acts.do("withdraw", case, by=None, now=next(clock))
    elif status == Status.MERGED:
        case_acts.do("merge", case, into=new_case(centre, now=now), by=leader, now=next(clock))
    elif status == Status.RESTRICTED:
        case_acts.do("restrict", case, by=handler, now=next(clock), kind="denunciation")
    elif status in {Status.INFO_REQUESTED, Status.INFO_RECEIVED}:
        case_acts.do("ask_more", case, by=handler, now=next(clock), what="Xin cho biết số cột đèn")
        if status == Status.INFO_RECEIVED:
            case_acts.do("supply", case, by=None, now=next(clock), text="Cột số 12")
    elif status != Status.NEW:
        _work_on(case, status, centre, clock)
    return case


def _work_on(case: Case, status: str, centre: Centre, clock) -> None:
    """Accept, draft, submit, answer, confirm: as far as `status`."""
    case_acts.do("accept", case, by=centre.handler, now=next(clock))
    if status == Status.IN_PROGRESS:
        return
    case_acts.do("draft", case, by=centre.handler, now=next(clock), text="Đã thay bóng đèn ngày 17/11/2026.")
    case_acts.do("submit", case, by=centre.handler, now=next(clock))
    if status in {Status.ANSWERED, Status.CLOSED}:
        case_acts.send_answer(case, by=centre.leader, now=next(clock))
    if status == Status.CLOSED:
        case_acts.do("confirm", case, by=None, now=next(clock), satisfied=True)


@pytest.fixture
def themes(db):
    """The default themes by code."""
    return {category.code: category for category in Category.objects.all()}
