"""News that grew old while it waited, and news behind a message nobody knows the fate of.

What a later step of the same dossier has overtaken since is folded into that step's message ("Từ hôm qua: …"), in
order: the citizen reads one message in the morning, not five. Behind a doubtful message the later one says what may
not have arrived. Only rows that waited, or that stand behind a doubt, cost a query here.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from zalo.messages import registry as messages
from zalo.messages.reply import fitting
from zalo.models import OutboxMessage, Outcome, State
from zalo.models.outbox import ACCEPTED, CLAIMABLE
from zalo.outbox import claims

OLD = dt.timedelta(hours=1)
"""News that waited so long may be overtaken; what is queued together by one busy counter goes step by step."""


def fold(rows: list[OutboxMessage], *, now: dt.datetime) -> list[OutboxMessage]:
    """The claimed rows that still have something to say; the others have ended as folded into a later step."""
    old = [row for row in rows if row.event_id and row.order_key and now - row.created_at > OLD and _is_step(row)]
    if not old:
        return rows
    later: dict[str, list[OutboxMessage]] = {}
    followers = OutboxMessage.objects.filter(
        dossier__in={row.dossier_id for row in old},
        order_key__in={row.order_key for row in old},
        event__isnull=False,
        required=True,
        state__in=(*CLAIMABLE, *ACCEPTED),
        pk__gt=min(row.pk for row in old),
    )
    for row in followers.only("pk", "order_key", "kind", "state", "payload", "happened_at").order_by("pk"):
        if _is_step(row):
            later.setdefault(row.order_key, []).append(row)
    gone = {row.pk for row in old if _overtaken(row, later.get(row.order_key, ()), now)}
    return [row for row in rows if row.pk not in gone]


def _overtaken(row: OutboxMessage, later: Iterable[OutboxMessage], now: dt.datetime) -> bool:
    """True when the row ended: a later step's message carries it, or has already told what came after."""
    following = [each for each in later if each.pk > row.pk]
    waiting = [each for each in following if each.state in CLAIMABLE]
    if waiting:
        heir = waiting[-1]
        stale = [row, *waiting[:-1]]
        if not _hand_over(stale, heir, now):
            return False
        why = f"Gộp vào tin “{messages.get(heir.kind).title}” gửi sau"
        claims.end(row, State.CANCELLED, Outcome.FOLDED, why, now=now)
        between = OutboxMessage.objects.filter(pk__in=[each.pk for each in waiting[:-1]], state__in=CLAIMABLE)
        between.update(state=State.CANCELLED, outcome=Outcome.FOLDED, route_reason=why, finished_at=now)
        return True
    if following:
        why = f"Tin “{messages.get(following[-1].kind).title}” về bước sau đã tới trước"
        claims.end(row, State.CANCELLED, Outcome.FOLDED, why, now=now)
    return bool(following)


def _hand_over(stale: list[OutboxMessage], heir: OutboxMessage, now: dt.datetime) -> bool:
    # Read again under its lock: while it is written anew (zalo.notices.corrected) both wait for the next claim.
    locked = OutboxMessage.objects.select_for_update(skip_locked=True).filter(pk=heir.pk, state__in=CLAIMABLE)
    fresh = locked.only("payload").first()
    if fresh is None:
        return False
    content = fresh.content
    content.setdefault("news", content.get("text", ""))
    earlier = list(content.get("earlier", []))
    earlier += [line for each in stale for line in (*each.content.get("earlier", []), _line(each))]
    content["earlier"] = earlier
    today = timezone.localdate(now)
    head = "Từ hôm qua" if any(timezone.localdate(each.happened_at) < today for each in stale) else "Trước đó"
    content["since"] = head
    content["text"] = _with_earlier(content)
    values = {"payload": json.dumps(content, ensure_ascii=False), "next_at": now}
    return bool(OutboxMessage.objects.filter(pk=heir.pk).update(**values))


def _with_earlier(content: dict[str, Any]) -> str:
    told = "\n".join(f"• {line}" for line in content["earlier"])
    return fitting(f"{content['since']}:\n{told}\n\n{content['news']}")


def carried_over(content: dict[str, Any], anew: dict[str, Any]) -> dict[str, Any]:
    """Return the content written anew with what had been folded into the old one."""
    if not content.get("earlier"):
        return anew
    anew |= {"news": anew["text"], "earlier": content["earlier"], "since": content.get("since", "Trước đó")}
    return anew | {"text": _with_earlier(anew)}


def tell_doubts(rows: list[OutboxMessage]) -> dict[int, set[str]]:
    """For each row behind doubtful news of its dossier the routes that left the doubt; its words now say so."""
    keys = {row.order_key for row in rows if row.event_id and row.order_key}
    doubtful = OutboxMessage.objects.filter(order_key__in=keys, state=State.UNCERTAIN, required=True).order_by("pk")
    by_key: dict[str, list[OutboxMessage]] = {}
    for each in doubtful.only("pk", "order_key", "kind", "route", "payload"):
        by_key.setdefault(each.order_key, []).append(each)
    found: dict[int, set[str]] = {}
    for row in rows:
        before = [each for each in by_key.get(row.order_key, ()) if each.pk < row.pk]
        if before and row.event_id:
            found[row.pk] = {each.route for each in before}
            _say_doubt(row, before)
    return found


def _say_doubt(row: OutboxMessage, before: list[OutboxMessage]) -> None:
    content = row.content
    named = [_line(each) for each in before]
    if content.get("doubtful") == named or not content.get("text"):
        return
    content.setdefault("sure", content["text"])
    content["doubtful"] = named
    told = "; ".join(named)
    content["text"] = fitting(f"{content['sure']}\n\nTin trước có thể chưa tới ông/bà: {told}.")
    row.payload = json.dumps(content, ensure_ascii=False)
    OutboxMessage.objects.filter(pk=row.pk, lease=row.lease).update(payload=row.payload)


def _is_step(row: OutboxMessage) -> bool:
    try:
        return messages.get(row.kind).is_step
    except KeyError:
        return False


def _line(row: OutboxMessage) -> str:
    values: dict[str, Any] = row.content.get("values", {})
    what = values.get("trang_thai") or messages.get(row.kind).title
    return f"{what}, {values['thoi_diem']}" if values.get("thoi_diem") else what
