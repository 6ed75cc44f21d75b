"""What an agency needs before citizens come: one list for the roll-out table, the home page and `check_ready`.

Other apps add what they know (`register`): an agency without a Zalo account is live and mute.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from dossiers.models import Agency, AgencyVersion, Desk, Hotline, Membership, Unit, valid_on

Having = Callable[[list[int], dt.date], Iterable[int]]
"""Of these agencies those that have it on that day; one or two queries for all of them."""


@dataclass(frozen=True, slots=True)
class Need:
    """`what` ends the sentence "còn thiếu …"; a `must` stops the go-live."""

    what: str
    having: Having
    must: bool = True


_needs: list[Need] = []


def register(what: str, having: Having, *, must: bool = True) -> None:
    """Add a need to the list."""
    _needs.append(Need(what, having, must))


def missing(agencies: Iterable[Agency], today: dt.date) -> dict[int, list[Need]]:
    """Return agency id → what it lacks, in the order of the list. A fixed number of queries for any number of them."""
    ids = [agency.pk for agency in agencies]
    found: dict[int, list[Need]] = {pk: [] for pk in ids}
    for need in _needs if ids else ():
        having = set(need.having(ids, today))
        for pk in ids:
            if pk not in having:
                found[pk].append(need)
    return found


FIRST = "Ghi, lưu những phần ấy trước, rồi mới chuyển sang chính thức."
NOT_LATER = "ngày không sau hôm nay (đang thí điểm: đặt ngày sau thì kênh ngừng gửi tin đến ngày đó)"


def stops(agency: Agency, *, regulation: str) -> list[str]:
    """Return what keeps one agency from going live, with the number of the regulation as it is being written now."""
    if agency.pk is None:
        return [need.what for need in _needs if need.must]
    needs = [need.what for need in missing([agency], timezone.localdate())[agency.pk] if need.must]
    needs = [what for what in needs if what != REGULATION]
    return needs if regulation else [REGULATION, *needs]


def would_fall_silent(agency: int | None, day: dt.date | None) -> bool:
    """Return whether an agency on the channel today would leave it until that day, and its citizens be told nothing."""
    today = timezone.localdate()
    stored = Agency.objects.filter(pk=agency).first() if agency else None
    return bool(stored and day and day > today and stored.is_on_channel(today))


def _regulation(ids: list[int], today: dt.date) -> Iterable[int]:
    rows = Agency.objects.filter(pk__in=ids, regulation_published_on__lte=today).exclude(regulation_number="")
    return rows.values_list("pk", flat=True)


def _of(rows, ids: list[int]) -> Iterable[int]:
    return rows.filter(agency__in=ids).order_by().values_list("agency_id", flat=True).distinct()


def _staff(permission: str) -> Having:
    """People of the agency whose groups give them the permission."""

    def having(ids: list[int], today: dt.date) -> Iterable[int]:
        able = Q(user__groups__permissions__codename=permission) | Q(user__user_permissions__codename=permission)
        return _of(Membership.objects.filter(valid_on(today), able, user__is_active=True), ids)

    return having


REGULATION = "quy chế sử dụng kênh (số, ngày ban hành)"
register(REGULATION, _regulation)
register("tên gọi đang có hiệu lực", lambda ids, today: _of(AgencyVersion.objects.filter(valid_on(today)), ids))
register("quầy tiếp nhận", lambda ids, today: _of(Desk.objects.filter(active=True), ids))
register("bộ phận một cửa", lambda ids, today: _of(Unit.objects.filter(active=True, is_front_office=True), ids))
register("số điện thoại hỗ trợ", lambda ids, today: _of(Hotline.objects.all(), ids))
register("cán bộ tiếp nhận", _staff("receive_dossier"))
register("lãnh đạo", _staff("approve_letter"))
