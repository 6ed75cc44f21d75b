"""What writes a notice by itself: a centre that closes, results nobody fetched; others add theirs (`SOURCES`).

Each is a draft that waits for a person: to be looked at, mended, submitted, and approved by another one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import structlog
from django.db.models import Count
from django.utils import timezone

from dossiers.models import Agency, CalendarException, Dossier, valid_on
from dossiers.states import State as DossierState
from dossiers.written_dates import written_day
from zalo.broadcasts import cases, drafting, writing
from zalo.broadcasts.cases import LONGEST_CLOSING
from zalo.models import Account, AccountAgency, Broadcast

log = structlog.get_logger(__name__)
Category = Broadcast.Category
CLOSING_AHEAD = dt.timedelta(days=7)
UNCOLLECTED_DAYS = 15
ENOUGH = 5
"""Fewer results that lie at the counter are called by telephone."""

Source = Callable[[dt.datetime], int]
SOURCES: list[Source] = []


def prepare(*, now: dt.datetime) -> int:
    """Return how many drafts were written for what happened; what was written before is not written again.

    First those whose case has vanished meanwhile are cancelled: their names are free, should it come back.
    """
    drop_vanished(now=now)
    made = 0
    for source in SOURCES:
        try:
            made += source(now)
        except Exception:  # one source in trouble must not keep the others from writing
            log.exception("source of notices failed", source=source.__name__)
    return made


def drop_vanished(*, now: dt.datetime) -> None:
    """Cancel the notices that have not begun to leave and whose case is no longer so."""
    for row in cases.vanished(now=now):
        writing.by_itself(
            row.pk, "Không còn việc để báo", Broadcast.State.CANCELLED, sources=Broadcast.NOT_BEGUN, now=now,
            note=cases.why(row), finished_at=now, origin=f"{row.origin}:bỏ-{row.pk}"[-80:],
        )  # fmt: skip


def served(day: dt.date) -> Iterator[tuple[Account, Agency]]:
    """Yield the active accounts with the agencies they speak for themselves on the day."""
    rows = AccountAgency.objects.filter(valid_on(day), account__is_active=True, agency__active=True)
    for row in rows.select_related("account", "agency").order_by("pk"):
        yield row.account, row.agency


def keepers(day: dt.date) -> Iterator[tuple[Account, Agency]]:
    """Yield those accounts once, each with its keeper, who answers for what goes to everybody; none without one."""
    for account in {account.pk: account for account, _ in served(day)}.values():
        if account.keeper is not None:
            yield account, account.keeper


def closings(now: dt.datetime) -> int:
    """Tell of runs of closed days that begin within a week, each in one notice from its first day to its last."""
    today, made = timezone.localdate(now), 0
    rows = CalendarException.objects.filter(
        kind=CalendarException.Kind.OFF,
        confirmed_at__isnull=False,
        date__gt=today - LONGEST_CLOSING,
        date__lte=today + CLOSING_AHEAD + LONGEST_CLOSING,
    )
    days = list(rows.order_by("date"))
    if not days:
        return 0
    national = [each for each in days if each.agency_id is None]
    told: list[tuple[Account, Agency, list[CalendarException], dict]] = [
        (account, keeper, national, {"everyone": True}) for account, keeper in keepers(today)
    ]
    for account, agency in served(today):
        own = [each for each in days if each.agency_id == agency.pk]
        told.append((account, agency, own, {"agencies": [agency.pk]}))
    for account, agency, own, people in told:
        for run in _runs(own):
            first, last = run[0].date, run[-1].date
            if not today < first <= today + CLOSING_AHEAD:
                continue
            when = f"ngày {written_day(first)}" if first == last else f"từ {written_day(first)} đến {written_day(last)}"
            why = ", ".join(dict.fromkeys(each.name for each in run if each.name))
            who = "Bộ phận Một cửa" if own is national else str(agency)
            text = (
                f"{who} nghỉ {when}{f' ({why})' if why else ''}. Trong thời gian này bộ phận tiếp nhận không làm "
                "việc; ông/bà vẫn tra cứu hồ sơ, thủ tục và gửi ý kiến qua kênh này. Ngày hẹn trả đã tính cả ngày nghỉ."
            )
            made += _written(
                account, agency, Category.CLOSING, f"Lịch nghỉ {when}", text,
                origin=f"closing:{first.isoformat()}:{account.pk}:{agency.pk if own is not national else 'oa'}",
                audience={**people, "over": last.isoformat()}, note=f"Từ lịch nghỉ: {why or when}", now=now,
            )  # fmt: skip
    return made


def _runs(days: list[CalendarException]) -> list[list[CalendarException]]:
    found: list[list[CalendarException]] = []
    for each in days:
        if found and (each.date - found[-1][-1].date).days <= 1:
            found[-1].append(each)
        else:
            found.append([each])
    return found


def uncollected(now: dt.datetime) -> int:
    """Remind, once a month and agency, of results that lie at the counter longer than UNCOLLECTED_DAYS."""
    before = now - dt.timedelta(days=UNCOLLECTED_DAYS)
    month, made = timezone.localdate(now).strftime("%Y-%m"), 0
    lying = Dossier.objects.filter(state=DossierState.RESULT_READY, state_changed_at__lt=before).order_by()
    counts = dict(lying.values_list("agency").annotate(n=Count("pk")).filter(n__gte=ENOUGH))
    for account, agency in served(timezone.localdate(now)):
        count = counts.get(agency.pk, 0)
        if not count:
            continue
        text = (
            f"Ông/bà có kết quả hồ sơ đã sẵn sàng tại {agency} quá {UNCOLLECTED_DAYS} ngày. Mời ông/bà đến nhận trong "
            "giờ làm việc, mang theo giấy tiếp nhận và giấy tờ tuỳ thân. Không đến được, hãy nhắn “gặp cán bộ” để được "
            "hướng dẫn nhận qua bưu chính."
        )
        made += _written(
            account, agency, Category.COLLECT, "Mời nhận kết quả hồ sơ", text,
            origin=f"collect:{month}:{agency.pk}", note=f"{count} kết quả quá {UNCOLLECTED_DAYS} ngày chưa nhận",
            audience={"uncollected": UNCOLLECTED_DAYS, "agencies": [agency.pk]}, now=now,
        )  # fmt: skip
    return made


def _written(account: Account, agency: Agency, category: str, title: str, text: str, **more) -> int:
    return int(drafting.prepare(account, agency, category, title, text, **more) is not None)


SOURCES += [closings, uncollected]
