"""Floods of cases: too many from one sender, the same words again, advertising: held, merged or refused."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.db.models import Q

from dossiers.privacy.sealing import keyed_hashes
from dossiers.search_text import fold
from feedback.cases.visitors import TooOften
from feedback.models import Case
from feedback.models.case import PHONE_PURPOSE, TEXT_PURPOSE
from feedback.states import OPEN, Status

WINDOW = dt.timedelta(hours=1)
PERSON = (5, 30)
ADDRESS = (40, 300)
"""Within an hour: held from, refused from. Mobile carriers put thousands of people behind one address."""
SAME_TEXT_WITHIN = dt.timedelta(days=7)
MOST_LINKS = 2
_LINK = re.compile(r"(?i)https?://|www\.")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What to do with a new case: hold it for `hold_reason`, or join it to `same_as`."""

    hold_reason: str = ""
    same_as: Case | None = None


def judge(*, text: str, source_hash: str, phone: str, origin_ref: str, agency_id: int, now: dt.datetime) -> Judgement:
    """Return whether the case goes on, is held, or repeats the sender's own open case. Raises TooOften."""
    person, address = _person(phone, origin_ref), Q(source_hash=source_hash) if source_hash else None
    if person is None and address is None:
        return Judgement(hold_reason=_looks_wrong(text))
    same = Case.objects.filter(
        person if person is not None else address,
        text_hash__in=keyed_hashes(fold(text), TEXT_PURPOSE),
        agency_id=agency_id,
        sent_at__gt=now - SAME_TEXT_WITHIN,
        status__in=OPEN | {Status.MERGED},
    ).select_related("merged_into")
    first = same.order_by("id").first()
    counts = [
        (Case.objects.filter(who, sent_at__gt=now - WINDOW)[: limit[1]].count(), *limit)
        for who, limit in ((person, PERSON), (address, ADDRESS))
        if who is not None
    ]
    if any(count >= refused for count, _, refused in counts):
        raise TooOften(
            "Bạn đã gửi quá nhiều ý kiến trong một giờ. Các ý kiến trước đã được ghi nhận; hãy chờ rồi gửi tiếp, "
            "hoặc gọi đường dây hỗ trợ nếu việc gấp."
        )
    if first is not None:
        return Judgement(same_as=first.merged_into or first)
    for count, held, _ in counts:
        if count >= held:
            return Judgement(hold_reason=f"Cùng một nơi đã gửi {count} ý kiến trong một giờ")
    return Judgement(hold_reason=_looks_wrong(text))


def _person(phone: str, origin_ref: str) -> Q | None:
    same = Q()
    if phone:
        same |= Q(phone_hash__in=keyed_hashes(phone, PHONE_PURPOSE))
    if origin_ref:
        same |= Q(origin_ref=origin_ref)
    return same if same else None


def _looks_wrong(text: str) -> str:
    if len(_LINK.findall(text)) > MOST_LINKS:
        return "Nội dung có nhiều đường dẫn, giống quảng cáo"
    letters = fold(text).replace(" ", "")
    if len(letters) >= 30 and len(set(letters)) < 6:
        return "Nội dung lặp ký tự, không đọc được"
    return ""
