"""The dated rules of broadcasts: how many a person gets a week, from how many on a number is typed, the second look."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from dossiers.deadlines import rules
from dossiers.deadlines.rule_registry import Rule
from zalo.models import Broadcast

Category = Broadcast.Category
CAPPED = (Category.NEWS, Category.POLICY, Category.PROCEDURE, Category.CLOSING)
"""Told of the centre's own accord: a person gets only so many a week. What was asked for is not counted."""

TYPED_FROM = Rule(
    key="broadcast-typed-from",
    title="Gửi cho từ bao nhiêu người thì phải gõ lại số người nhận",
    value=500,
    unit="người",
    article="Quy tắc nội bộ của kênh; trung tâm sửa theo quy chế sử dụng kênh",
)
WEEKLY_CAP = Rule(
    key="broadcast-weekly-cap",
    title="Số tin chung một người nhận nhiều nhất trong 7 ngày, tính cả các đơn vị",
    value=3,
    unit="tin",
    article="Quy tắc nội bộ của kênh, để người dân không bị làm phiền; Luật 91/2025/QH15",
)
REVIEW_HOURS = Rule(
    key="broadcast-urgent-review-hours",
    title="Thông báo khẩn cấp phải được người thứ hai xem lại trong",
    value=24,
    unit="giờ",
    article="Quy tắc nội bộ của kênh; trung tâm sửa theo quy chế sử dụng kênh",
)
LATE_HOURS = Rule(
    key="broadcast-late-hours",
    title="Tin hẹn giờ, tin đang gửi bị trễ quá bao lâu thì phải có người xem lại rồi mới gửi",
    value=24,
    unit="giờ",
    article="Quy tắc nội bộ của kênh; trung tâm sửa theo quy chế sử dụng kênh",
)
RULES = (TYPED_FROM, WEEKLY_CAP, REVIEW_HOURS, LATE_HOURS)


def weekly_cap(broadcast: Broadcast, *, now: dt.datetime) -> int | None:
    """Return how many such notices a person gets in seven days across units; None for what is not counted."""
    return _value(WEEKLY_CAP, broadcast, now) if broadcast.category in CAPPED else None


def typed_from(broadcast: Broadcast, *, now: dt.datetime) -> int:
    """Return from how many people on whoever approves types their number."""
    return _value(TYPED_FROM, broadcast, now)


def review_due(broadcast: Broadcast) -> dt.datetime | None:
    """Return until when a second person looks at an emergency sent by one; None when that is not owed."""
    if not broadcast.is_urgent or broadcast.started_at is None or broadcast.approver_id is not None:
        return None
    hours = _value(REVIEW_HOURS, broadcast, broadcast.started_at)
    return broadcast.started_at + dt.timedelta(hours=hours)


def late_hours(broadcast: Broadcast, *, now: dt.datetime) -> int:
    """Return so many hours after its time a notice no longer leaves by itself."""
    return _value(LATE_HOURS, broadcast, now)


def _value(rule: Rule, broadcast: Broadcast, now: dt.datetime) -> int:
    return int(rules.value_on(rule.key, timezone.localdate(now), broadcast.agency))
