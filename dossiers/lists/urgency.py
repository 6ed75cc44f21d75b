"""How pressing a dossier is, in colour and words; colour is never the only sign."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dossiers.deadlines.working_time import WEEKDAYS, ZONE
from dossiers.models import Dossier
from dossiers.states import CLOCK_STOPPED, FINAL

SOON_DAYS = 2


@dataclass(frozen=True, slots=True)
class Urgency:
    """`level`: late | today | soon | calm | waiting | done | none; `words` says it in Vietnamese."""

    level: str
    words: str


def urgency(dossier: Dossier, now: dt.datetime) -> Urgency:
    """Return how pressing the dossier is at `now`; due dates are compared by date. No query."""
    if dossier.state in FINAL:
        return Urgency("done", "Đã kết thúc")
    if dossier.state in CLOCK_STOPPED:
        return Urgency("done", "Chờ trả kết quả")
    if dossier.is_paused or dossier.paused_at:
        return Urgency("waiting", "Đồng hồ tạm dừng")
    if dossier.due_at is None:
        return Urgency("none", "Chưa có ngày hẹn")
    due = dossier.due_at.astimezone(ZONE).date()
    days = (due - now.astimezone(ZONE).date()).days
    if days < 0:
        return Urgency("late", f"Quá hạn {-days} ngày")
    if days == 0:
        return Urgency("today", "Hạn hôm nay")
    level = "soon" if days <= SOON_DAYS else "calm"
    if days == 1:
        return Urgency(level, "Hạn ngày mai")
    # Over a weekend four days are one working day: the weekday says what the number hides.
    weekday = f", {WEEKDAYS[due.weekday()]}" if days < 7 else ""
    return Urgency(level, f"Còn {days} ngày{weekday}")
