"""Notices by commune that write themselves when a pack goes live: power cuts, emergencies; one for each commune.

They wait for a person as broadcasts do (zalo.broadcasts); nothing is sent from here. A newer version takes the place
of all that have not begun to leave, approved for a later hour or not.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from dossiers.models import Agency
from dossiers.scoping import subordinates
from portal.datasets import search
from portal.datasets.chat import row_in_words
from portal.datasets.models import Dataset, DatasetRow, DatasetVersion
from portal.datasets.pages import source_line
from portal.datasets.search import Question
from zalo.broadcasts import audience, drafting, sources, writing
from zalo.models import Account, Broadcast, BroadcastRecord, Contact
from zalo.people import area_wishes, belonging

LISTED = 8
State, Category = Broadcast.State, Broadcast.Category


@dataclass(frozen=True, slots=True)
class Told:
    """How a kind of pack is told: as which category, in what words."""

    category: str
    title: str
    way_out: str = ""


KINDS: dict[str, Told] = {
    Dataset.Kind.POWER_CUT: Told(Category.POWER_CUT, "Lịch cúp điện", "Thôi nhận: nhắn “dừng báo cúp điện”."),
    Dataset.Kind.EMERGENCY: Told(Category.URGENT, "Khẩn cấp:"),
}
"""Power cuts are for those who asked for them; an emergency also for who dealt with a centre of the commune, so its way
out is the button alone: not everybody has a wish to end."""
MORE = "• và các dòng khác, xem ở liên kết."

Place = tuple[int, str]
"""An account and a folded commune."""


@transaction.atomic
def prepare(version: DatasetVersion, *, now: dt.datetime) -> list[Broadcast]:
    """Write the notices of a live version and return them, submitted for approval.

    A version nobody loaded by name has no author to answer for a notice: then none is written.
    """
    told = KINDS.get(version.dataset.kind)
    if told is None or version.uploaded_by_id is None:
        return []
    take_back(version.dataset, now=now, why=f"Có {version}")
    made = []
    for (account, area), agencies in sorted(_places(version, now).items()):
        found = search.ask(version, Question(area=area), now=now, size=LISTED)
        if not found.rows:
            continue
        name = area_wishes.communes().get(area) or dict(version.areas)[area]
        notice = Broadcast(
            account_id=account,
            agency=version.dataset.agency,
            category=told.category,
            title=f"{told.title} {name}"[: writing.TITLE],
            text=_text(version, name, found, told.way_out),
            link=f"{settings.PUBLIC_BASE_URL}{version.dataset.address}?xa={area.replace(' ', '+')}",
            audience={
                "areas": [area],
                **({"agencies": sorted(agencies)} if agencies else {}),
                "dataset": version.dataset_id,
                **_last_day(version, area),
            },
            state=State.SUBMITTED,
            author_id=version.uploaded_by_id,
            state_changed_at=now,
        )
        notice.recipients = audience.contacts(notice, now=now).count()
        notice.save(force_insert=True)
        said = f"Từ {version}, {notice.recipients} người nhận"[:300]
        BroadcastRecord.objects.create(broadcast=notice, act=drafting.PREPARED, state=notice.state, at=now, note=said)
        made.append(notice)
    return made


def of(dataset: Dataset) -> list[Broadcast]:
    """Return the notices of a pack that wait for approval."""
    return list(_notices(dataset, State.SUBMITTED).select_related("account").order_by("title")[:50])


def untold(version: DatasetVersion) -> list[str]:
    """Return the communes of a version whose kind is told and for which no notice was written, as written in it."""
    if version.dataset.kind not in KINDS or version.approved_at is None:
        return []
    rows = _notices(version.dataset, *State.values).filter(created_at__gte=version.approved_at)
    met = {area for audience in rows.values_list("audience", flat=True) for area in audience.get("areas", ())}
    return [name for area, name in version.areas if area not in met]


def take_back(dataset: Dataset, *, now: dt.datetime, why: str) -> None:
    """Cancel the notices of a pack that have not begun to leave: what they say is no longer so."""
    for pk in _notices(dataset, *Broadcast.NOT_BEGUN).values_list("pk", flat=True):
        writing.by_itself(
            pk, "Có bản mới thay", State.CANCELLED, sources=Broadcast.NOT_BEGUN, now=now, note=why, finished_at=now
        )


def _notices(dataset: Dataset, *states: str):
    categories = [told.category for told in KINDS.values()]
    return Broadcast.objects.filter(category__in=categories, state__in=states, audience__dataset=dataset.pk)


def _places(version: DatasetVersion, now: dt.datetime) -> dict[Place, set[int]]:
    """Return where somebody is to be told, with the centres there whose people an emergency is for."""
    areas = [area for area, _ in version.areas]
    urgent = version.dataset.kind == Dataset.Kind.EMERGENCY
    topic = None if urgent else area_wishes.Topic.POWER_CUT
    places: dict[Place, set[int]] = defaultdict(set)
    for account, area in area_wishes.asked_for(areas, topic):
        places[account, area] = set()
    if urgent:
        below = {version.dataset.agency_id} | subordinates({version.dataset.agency_id})
        for speaker, agency in sources.served(timezone.localdate(now)):
            area = area_wishes.key_of(agency.name)
            if area in areas and agency.pk in below and _known_to(speaker, agency).exists():
                places[speaker.pk, area].add(agency.pk)
    return places


def _known_to(account: Account, agency: Agency) -> QuerySet[Contact]:
    followers = Contact.objects.filter(account=account, is_follower=True, erased_at=None)
    return followers.filter(belonging.dealt_with([agency.pk]))


def _last_day(version: DatasetVersion, area: str) -> dict[str, str]:
    """Return the day after which nobody is told any more; nothing where a row of the commune has no end."""
    rows = DatasetRow.objects.filter(version_id=version.pk, area=area)
    if rows.filter(ends_at=None).exists():
        return {}
    last = rows.aggregate(last=Max("ends_at"))["last"]
    # A cut until midnight ends on the day before.
    return {"over": timezone.localdate(last - dt.timedelta(seconds=1)).isoformat()}


def _text(version: DatasetVersion, name: str, found: search.Answer, way_out: str) -> str:
    """Return what the notice says: as many whole rows as there is room for, where they come from, the way out."""
    head, tail = f"{version.dataset.title}, {name}:", [source_line(version), *filter(None, [way_out])]
    rows = [f"• {row_in_words(version, row, place=False)}" for row in found.rows]
    more = [MORE] if found.more else []
    while len(rows) > 1 and len("\n".join([head, *rows, *more, *tail])) > writing.LONGEST:
        rows.pop()
        more = [MORE]
    text = "\n".join([head, *rows, *more, *tail])
    return text if len(text) <= writing.LONGEST else text[: writing.LONGEST - 1] + "…"
