"""An article on the page of the OA, and its one broadcast to who follows, narrowed by Zalo where asked (S5-02).

Made in two steps as Zalo does, then pushed by one call. Nothing can prove a lost answer of these calls: it is marked
before they leave, none is repeated by itself, and a person is told to look at the OA's page.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import structlog
from asgiref.sync import async_to_sync
from django.db.models import QuerySet

from zalo.account import tokens
from zalo.api.client import ZaloClient
from zalo.api.errors import NotSent, OutcomeUnknown, Refused, ZaloError
from zalo.broadcasts import article_targets, planning, writing
from zalo.models import Broadcast

log = structlog.get_logger(__name__)
State, Way = Broadcast.State, Broadcast.Way
TITLE, DESCRIPTION = 150, 300  # Zalo's limits of an article
STILL_WORKING = -214
ANSWER_LOST = dt.timedelta(minutes=2)
ASKED, NOT_ASKED = 1, 0
"""`cursor` of a broadcast by article: whether Zalo is being asked at the moment; `chosen_at` says since when."""
NOT_KNOWN = "Không rõ Zalo đã nhận lệnh chưa. Mở trang quản trị OA xem bài; chưa có thì bấm “Gửi tiếp”."


def article(row: Broadcast) -> dict[str, Any]:
    """Return the article as Zalo takes it."""
    paragraphs = [part.strip() for part in row.text.split("\n") if part.strip()]
    body = [{"type": "text", "content": part} for part in paragraphs]
    if row.link:
        body.append({"type": "text", "content": f"Xem đầy đủ: {row.link}"})
    return {
        "type": "normal",
        "title": row.title[:TITLE],
        "author": str(row.agency or row.account)[:50],
        "description": " ".join(row.text.split())[:DESCRIPTION],
        "cover": {"cover_type": "photo", "photo_url": "", "status": "hide"},
        "body": body,
        "status": "show",
        "comment": "hide",
    }


def go_on(row: Broadcast, *, now: dt.datetime) -> None:
    """Do the next step of a running broadcast by article; every failure ends in a retry or in words for a person."""
    if not _taken(row, now):
        return
    try:
        _make(row, now)
        if row.way == Way.POST:
            _done(row, "Đã đăng bài trên trang OA", now)
        elif planning.quiet_until(row, now=now) is None and _runs(row).exists():
            target = article_targets.target_of(row.audience or {})
            _call(row, now, lambda zalo, token: zalo.broadcast_article(token, target, row.article_id))
            _done(row, "Zalo đã nhận bài gửi chung, có thể tới sau 30 phút", now)
        else:
            _let_go(row)
    except OutcomeUnknown:
        _halt(row, NOT_KNOWN, now)
    except ZaloError as error:
        _let_go(row)
        if isinstance(error, NotSent):
            log.warning("article not sent yet", broadcast=row.pk, error=str(error))
        elif not (isinstance(error, Refused) and error.code == STILL_WORKING):
            _halt(row, f"{error.words.rstrip('.')}. {error.advice}", now)


def _taken(row: Broadcast, now: dt.datetime) -> bool:
    """Return whether this process may ask Zalo now: one at a time, and nothing again whose answer was lost."""
    if _runs(row).filter(cursor=NOT_ASKED).update(cursor=ASKED, chosen_at=now):
        row.refresh_from_db(fields=["article_token", "article_id"])
        return True
    if _runs(row).filter(cursor=ASKED, chosen_at__lt=now - ANSWER_LOST).exists():
        _halt(row, NOT_KNOWN, now)
    return False


def _let_go(row: Broadcast) -> None:
    Broadcast.objects.filter(pk=row.pk).update(cursor=NOT_ASKED)


def _runs(row: Broadcast) -> QuerySet[Broadcast]:
    return Broadcast.objects.filter(pk=row.pk, state=State.RUNNING)


def _make(row: Broadcast, now: dt.datetime) -> None:
    if row.article_id:
        return
    if not row.article_token:
        row.article_token = _call(row, now, lambda zalo, token: zalo.create_article(token, article(row)))
        Broadcast.objects.filter(pk=row.pk).update(article_token=row.article_token)
    row.article_id = _call(row, now, lambda zalo, token: zalo.verify_article(token, row.article_token))
    Broadcast.objects.filter(pk=row.pk).update(article_id=row.article_id)


def _call(row: Broadcast, now: dt.datetime, ask):
    token = tokens.current(row.account, now=now)

    async def call():
        async with ZaloClient(concurrency=1) as zalo:
            return await ask(zalo, token)

    return async_to_sync(call)()


def _done(row: Broadcast, words: str, now: dt.datetime) -> None:
    known = row.way == Way.ARTICLE and not article_targets.target_of(row.audience or {})
    people = planning.followers(row).count() if known else 0  # of a part of them Zalo does not say how many
    # What Zalo has taken is done, even where somebody pressed "Tạm dừng" in that very moment: it must not go again.
    writing.by_itself(
        row.pk, "Gửi xong", State.DONE, sources=(State.RUNNING, State.STOPPED), now=now, note=words,
        recipients=people, finished_at=now,
    )  # fmt: skip


def _halt(row: Broadcast, words: str, now: dt.datetime) -> None:
    writing.by_itself(row.pk, "Tự dừng", State.STOPPED, sources=(State.RUNNING,), now=now, note=words)
