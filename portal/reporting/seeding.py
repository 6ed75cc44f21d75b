"""The boards' part of a demonstration: the months before the played one, copied from it back in time, and all counted;
and two reports.

Copies are finished dossiers with receipt, history and messages, four, eight, … weeks earlier: same weekday, same rooms.
Nobody is told of them, none has a line in a register, and none is what a colleague did last (the acts name them only).
"""

from __future__ import annotations

import datetime as dt
from random import Random

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import F
from django.utils import timezone

from dossiers.models import Agency, Dossier, DossierEvent, Receipt, public_token
from dossiers.states import State
from dossiers.workflow.events import TOLD_ELSEWHERE
from feedback.figures.periods import Period
from portal.audit import passage
from portal.content.models import UseCount
from portal.reporting import keeping
from portal.reporting.models import Report
from portal.reporting.reports import acts
from portal.seeding.agencies import CAN_GIUOC
from zalo.models import OutboxMessage

MONTHS = 5
SHIFT = dt.timedelta(weeks=4)
FIRST_NUMBER = 5000  # of a day's codes: the played month never comes so far
MOMENTS = (
    "state_changed_at", "submitted_at", "received_at", "due_at", "promised_at", "finished_at", "returned_at",
)  # fmt: skip
TOLD_AT = ("happened_at", "created_at", "next_at", "requested_at", "sent_at", "delivered_at", "seen_at", "finished_at")
USES = {"found": 40, "missed": 6, "search": 55, "vain": 5, "procedure": 70, "filing": 9, "piece": 25}


def seed_month(*, now: dt.datetime, seed: int) -> str:
    """Return a line of what was counted; the earlier months only in a demonstration."""
    copies = 0
    if settings.DEMO and not Dossier.objects.filter(receipt__intake_key__startswith="seed-earlier-").exists():
        copies = _earlier()
        _uses(timezone.localdate(now), Random(seed))
    begin = keeping.first_day()
    if begin is None:
        return ""
    told = keeping.rebuild(begin, timezone.localdate(now), now=now)
    if copies:
        _reports(now)
    earlier = f"{copies} hồ sơ của các tháng trước; " if copies else ""
    return f"{earlier}số liệu {told.days} ngày đã đếm cho bảng và báo cáo."


def _reports(now: dt.datetime) -> None:
    """Write last month's report, numbered, and this month's for the head of the centre, still a draft."""
    leader = User.objects.get(username="lanhdao")
    agency, today = Agency.objects.get(code=CAN_GIUOC), timezone.localdate(now)
    this = Period(today.replace(day=1), today)
    last = this.first - dt.timedelta(days=1)
    month = Period(last.replace(day=1), last)
    told = acts.begin(
        Report.Kind.PILOT, agency, [agency], month,
        f"Kết quả triển khai kênh Zalo tháng {last.month}/{last.year}", by=leader, now=now,
    )  # fmt: skip
    acts.give_number(told, 41, "BC-TTPVHCC", min(last + dt.timedelta(days=4), today), seen=True, by=leader, now=now)
    acts.begin(
        Report.Kind.SUMMARY, agency, [agency], this, f"Tổng hợp tháng {today.month}/{today.year}", by=leader, now=now
    )


def _earlier() -> int:
    done = list(Dossier.objects.filter(state=State.RESULT_RETURNED, receipt__isnull=False).select_related("receipt"))
    events = list(DossierEvent.objects.filter(dossier__in=done).order_by("id"))
    told = list(OutboxMessage.objects.filter(dossier__in=done).exclude(outcome=""))
    for month in range(1, MONTHS + 1):
        back = SHIFT * month
        made: dict[int, Dossier] = {}
        receipts: dict[int, Receipt] = {}
        for number, old in enumerate(done):
            first = old.receipt
            if first is None:
                continue
            if first.pk not in receipts:  # one receipt may be of several dossiers
                receipts[first.pk] = Receipt(
                    number=f"{first.number}-{month}", agency_id=first.agency_id, submitter_id=first.submitter_id,
                    issued_at=first.issued_at - back, issued_by_id=first.issued_by_id,
                    intake_key=f"seed-earlier-{month}-{first.pk}",
                )  # fmt: skip
            made[old.pk] = _copy(old, receipts[first.pk], month, number, back)
        Receipt.objects.bulk_create(receipts.values())
        for row in made.values():
            row.receipt_id = getattr(row.receipt, "pk", None)
        Dossier.objects.bulk_create(made.values())
        _history(events, made, back)
        _messages(told, made, back, month)
    return MONTHS * len(done)


def _copy(old: Dossier, receipt: Receipt, month: int, number: int, back: dt.timedelta) -> Dossier:
    values = {field.attname: getattr(old, field.attname) for field in Dossier._meta.concrete_fields}
    values |= {name: values[name] - back for name in MOMENTS if values[name]}
    prefix = old.code.rsplit("-", 2)[0]
    day = values["received_at"] or values["state_changed_at"]
    values |= {
        "id": None,
        "code": f"{prefix}-{timezone.localtime(day):%y%m%d}-{FIRST_NUMBER + number}",
        "receipt_number": receipt.number if old.receipt_number else "",
        "token": public_token(),
        "external_code": "",
        "due_explanation": {},
    }
    row = Dossier(**values)
    row.receipt = receipt
    return row


def _history(events: list[DossierEvent], made: dict[int, Dossier], back: dt.timedelta) -> None:
    rows = [
        DossierEvent(
            dossier=made[each.dossier_id or 0], kind=each.kind, from_state=each.from_state, to_state=each.to_state,
            at=each.at - back, actor_name=each.actor_name, unit_id=each.unit_id,
            source=each.source, public_note=each.public_note, reasons=each.reasons,
            facts={**each.facts, TOLD_ELSEWHERE: True},
        )
        for each in events
    ]  # fmt: skip
    DossierEvent.objects.bulk_create(rows, batch_size=1000)
    # Written down when it happened: whoever looks for news without a message finds none.
    with passage.opened("Dữ liệu mẫu của các tháng trước"):
        DossierEvent.objects.filter(dossier__in=list(made.values())).update(recorded_at=F("at"))


def _messages(told: list[OutboxMessage], made: dict[int, Dossier], back: dt.timedelta, month: int) -> None:
    rows = []
    for each in told:
        moments = {name: getattr(each, name) and getattr(each, name) - back for name in TOLD_AT}
        rows.append(
            OutboxMessage(
                account_id=each.account_id, agency_id=each.agency_id, dossier=made[each.dossier_id or 0],
                contact_id=each.contact_id, applicant_id=each.applicant_id, kind=each.kind, purpose=each.purpose,
                lane=each.lane, dedupe_key=f"earlier-{month}-{each.pk}", state=each.state, outcome=each.outcome,
                route=each.route, price=each.price, handled_at=each.handled_at, handled_note="Dữ liệu mẫu", **moments,
            )
        )  # fmt: skip
    OutboxMessage.objects.bulk_create(rows, batch_size=1000)


def _uses(today: dt.date, rng: Random) -> None:
    rows = []
    for back in range(1, 28 * (MONTHS + 1)):
        day = today - dt.timedelta(days=back)
        quiet = 0.2 if day.weekday() >= 5 else 1.0
        for what, usual in USES.items():
            for door, share in (("web", 0.5), ("zalo", 0.35), ("paper", 0.15)):
                times = round(usual * share * quiet * rng.uniform(0.6, 1.4))
                rows.append(UseCount(day=day, what=what, door=door, times=times))
    UseCount.objects.bulk_create(rows, ignore_conflicts=True)
