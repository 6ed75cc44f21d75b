"""Notices to many in the demonstration: one sent with its results, one that waits for approval, some self-written."""

from __future__ import annotations

import datetime as dt
import random

from django.contrib.auth.models import User

from zalo.broadcasts import acts, drafting, sending, sources
from zalo.models import Account, Broadcast, BroadcastRecord, OutboxMessage, Outcome, Route, State

AGO = dt.timedelta(days=2)
SENT = (
    "Trung tâm mở cửa thêm sáng thứ Bảy",
    "Từ tháng này, sáng thứ Bảy từ 7 giờ 30 đến 11 giờ 30 Trung tâm vẫn nhận và trả hồ sơ. Người đi làm xa không cần "
    "xin nghỉ để làm giấy tờ.",
)
WAITING = (
    "Hướng dẫn nộp hồ sơ trực tuyến tại nhà văn hoá xã",
    "Sáng thứ Năm tuần tới, cán bộ Trung tâm hướng dẫn nộp hồ sơ trực tuyến tại nhà văn hoá xã, từ 8 giờ đến 11 giờ. "
    "Mang theo căn cước và điện thoại có mạng.",
)
SELF_WRITTEN = (
    "Lịch nghỉ Tết Dương lịch",
    "Bộ phận Một cửa nghỉ ngày 01/01. Trong ngày nghỉ, ông/bà vẫn tra cứu hồ sơ, thủ tục và gửi ý kiến qua kênh này.",
)


def seed_month(*, now: dt.datetime, seed: int) -> str:
    """Add what is missing; return a line of what was added, "" when it was there or nobody could write it."""
    account = Account.objects.exclude(keeper=None).order_by("pk").first()
    editor = User.objects.filter(username="kenh").first()
    leader = User.objects.filter(username="lanhdao").first()
    if account is None or editor is None or leader is None or Broadcast.objects.filter(title=SENT[0]).exists():
        return ""
    told = _sent(account, editor, leader, random.Random(f"broadcast-{seed}"), now - AGO)
    row = _written(account, editor, WAITING, now - dt.timedelta(hours=3))
    acts.do("submit", row, by=editor, now=now - dt.timedelta(hours=2))
    made = sources.prepare(now=now)
    if not made and account.keeper is not None:
        title, text = SELF_WRITTEN
        drafting.prepare(
            account, account.keeper, Broadcast.Category.CLOSING, title, text,
            origin="closing:seed", audience={"everyone": True}, note="Từ lịch nghỉ: Tết Dương lịch", now=now,
        )  # fmt: skip
    return f"Tin gửi nhiều người: 1 tin đã gửi cho {told} người, 1 tin chờ duyệt, {made or 1} dự thảo tự soạn."


def _written(account: Account, editor: User, words: tuple[str, str], at: dt.datetime) -> Broadcast:
    title, text = words
    row = drafting.begin(account, account.keeper, Broadcast.Category.NEWS, title, by=editor, now=at)
    acts.do("edit", row, by=editor, now=at, title=title, text=text, asked={"everyone": True})
    return row


def _sent(account: Account, editor: User, leader: User, rng: random.Random, at: dt.datetime) -> int:
    """One that went out: approved on paper of the past, its messages given their ends as the month's are."""
    row = _written(account, editor, SENT, at - dt.timedelta(hours=4))
    acts.do("submit", row, by=editor, now=at - dt.timedelta(hours=3))
    Broadcast.objects.filter(pk=row.pk).update(
        state=Broadcast.State.RUNNING, approver=leader, approved_at=at, started_at=at, state_changed_at=at
    )
    row.refresh_from_db()
    while row.chosen_at is None:
        if not sending.choose(row, now=at):
            break
    while sending.feed(row, now=at):
        pass
    rows = list(OutboxMessage.objects.filter(broadcast=row))
    for message in rows:
        _arrived(message, rng, at + dt.timedelta(seconds=rng.uniform(1, 90)))
    OutboxMessage.objects.bulk_update(rows, [
        "state", "outcome", "route", "route_reason", "remote_id", "attempts", "requested_at", "sent_at", "delivered_at",
        "seen_at", "finished_at",
    ])  # fmt: skip
    BroadcastRecord.objects.create(
        broadcast=row, act="Duyệt, gửi", state="running", by=leader, at=at, note=f"Gửi cho {len(rows)} người"
    )
    sending.close(row, now=at + dt.timedelta(minutes=2))
    return len(rows)


def _arrived(message: OutboxMessage, rng: random.Random, at: dt.datetime) -> None:
    message.route, message.route_reason = Route.REPLY, "Người dân tương tác trong 48 giờ qua, miễn phí"
    message.remote_id, message.attempts = f"tin{message.pk:016d}", 1
    message.requested_at = message.sent_at = at
    message.delivered_at = at + dt.timedelta(seconds=rng.uniform(0.5, 4))
    message.state, message.outcome, message.finished_at = State.DELIVERED, Outcome.DELIVERED, message.delivered_at
    if rng.random() < 0.7:
        message.seen_at = message.delivered_at + dt.timedelta(minutes=rng.expovariate(1 / 40))
        message.state, message.outcome, message.finished_at = State.SEEN, Outcome.SEEN, message.seen_at
