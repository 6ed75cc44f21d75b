"""Notices of power cuts that write themselves: when a schedule goes live, one for each commune somebody asked about.

They wait for approval as broadcasts do (zalo.broadcasts); nothing is sent from here. A newer schedule takes the place
of all that have not begun to leave, approved for a later hour or not.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from portal.datasets import search
from portal.datasets.chat import row_in_words
from portal.datasets.models import Dataset, DatasetRow, DatasetVersion
from portal.datasets.pages import source_line
from portal.datasets.search import Question
from zalo.broadcasts import drafting, writing
from zalo.models import Broadcast, BroadcastRecord
from zalo.people import area_wishes

LISTED = 8
State = Broadcast.State


@transaction.atomic
def prepare(version: DatasetVersion, *, now: dt.datetime) -> list[Broadcast]:
    """Write the notices for a live schedule of power cuts and return them, submitted for approval.

    A version nobody loaded by name has no author to answer for a notice: then none is written.
    """
    if version.dataset.kind != Dataset.Kind.POWER_CUT or version.uploaded_by_id is None:
        return []
    take_back(version.dataset, now=now, why=f"Có {version}")
    made = []
    for account, area, name, people in area_wishes.counts(
        area_wishes.Topic.POWER_CUT, [area for area, _ in version.areas]
    ):
        found = search.ask(version, Question(area=area), now=now, size=LISTED)
        if not found.rows:
            continue
        notice = Broadcast.objects.create(
            account_id=account,
            agency=version.dataset.agency,
            category=Broadcast.Category.POWER_CUT,
            title=f"Lịch cúp điện {name}"[: writing.TITLE],
            text=_text(version, name, found),
            link=f"{settings.PUBLIC_BASE_URL}{version.dataset.address}?xa={area.replace(' ', '+')}",
            audience={"areas": [area], "dataset": version.dataset_id, **_last_day(version, area)},
            state=State.SUBMITTED,
            author_id=version.uploaded_by_id,
            recipients=people,
            state_changed_at=now,
        )
        told = f"Từ {version}, {people} người đăng ký"[:300]
        BroadcastRecord.objects.create(broadcast=notice, act=drafting.PREPARED, state=notice.state, at=now, note=told)
        made.append(notice)
    return made


def of(dataset: Dataset) -> list[Broadcast]:
    """Return the notices of a pack that wait for approval."""
    return list(_notices(dataset, State.SUBMITTED).select_related("account").order_by("title")[:50])


def _notices(dataset: Dataset, *states: str):
    return Broadcast.objects.filter(
        category=Broadcast.Category.POWER_CUT, state__in=states, audience__dataset=dataset.pk
    )


def take_back(dataset: Dataset, *, now: dt.datetime, why: str) -> None:
    """Cancel the notices of a pack that have not begun to leave: what they say is no longer so."""
    for pk in _notices(dataset, *Broadcast.NOT_BEGUN).values_list("pk", flat=True):
        writing.by_itself(
            pk, "Có bản mới thay", State.CANCELLED, sources=Broadcast.NOT_BEGUN, now=now, note=why, finished_at=now
        )


def _last_day(version: DatasetVersion, area: str) -> dict[str, str]:
    """Return the day after which nobody is told any more; nothing where a row of the commune has no end."""
    rows = DatasetRow.objects.filter(version_id=version.pk, area=area)
    if rows.filter(ends_at=None).exists():
        return {}
    last = rows.aggregate(last=Max("ends_at"))["last"]
    # A cut until midnight ends on the day before.
    return {"over": timezone.localdate(last - dt.timedelta(seconds=1)).isoformat()}


def _text(version: DatasetVersion, name: str, found: search.Answer) -> str:
    lines = [f"{version.dataset.title}, {name}:"]
    lines += [f"• {row_in_words(version, row)}" for row in found.rows]
    if found.more:
        lines.append("• và các lần khác, xem ở liên kết.")
    lines += [source_line(version), "Thôi nhận: nhắn “dừng báo cúp điện”."]
    text = "\n".join(lines)
    return text if len(text) <= writing.LONGEST else text[: writing.LONGEST - 1] + "…"
