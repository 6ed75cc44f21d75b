"""What the home page of the desk tells about packs: one that waits for approval, one that soon withdraws itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from dossiers import ownership
from dossiers.written_dates import written_day
from portal.datasets.acts import WARNED_BEFORE
from portal.datasets.models import Dataset, DatasetVersion
from portal.desk import notices as desk_notices
from portal.desk.notices import Notice

State = DatasetVersion.State


def register() -> None:
    for source in (waiting, ending):
        if source not in desk_notices.SOURCES:
            desk_notices.SOURCES.append(source)


def waiting(user, now: dt.datetime) -> Iterable[Notice]:
    """Tell who approves that versions of the own packs wait."""
    if not user.has_perm("datasets.approve_dataset"):
        return
    own = ownership.own(Dataset.objects.all(), user).values("pk")
    prepared = Q(uploaded_by=user) | Q(columns_by=user) | Q(sent_by=user)
    found = list(DatasetVersion.objects.filter(state=State.WAITING, dataset__in=own).exclude(prepared)[:20])
    if found:
        yield Notice(
            f"{len(found)} bản dữ liệu tra cứu chờ bạn duyệt.",
            reverse("admin:datasets_version", args=[found[0].pk]),
            "Xem bản đầu tiên",
        )


def ending(user, now: dt.datetime) -> Iterable[Notice]:
    """Tell who loads that what a pack shows withdraws itself soon."""
    if not user.has_perm("datasets.add_datasetversion"):
        return
    today = timezone.localdate(now)
    own = ownership.own(Dataset.objects.all(), user).values("pk")
    soon = DatasetVersion.objects.filter(
        state=State.LIVE, valid_to__gte=today, valid_to__lte=today + WARNED_BEFORE, dataset__in=own
    )
    for version in soon.select_related("dataset").order_by("valid_to")[:5]:
        yield Notice(
            f"Gói “{version.dataset}” dùng đến hết ngày {written_day(version.valid_to)} "
            "rồi tự rút khỏi trang, tin nhắn.",
            reverse("admin:datasets_data", args=[version.dataset_id]),
            "Nạp bản mới",
            urgent=version.valid_to - today <= dt.timedelta(days=3),
        )
