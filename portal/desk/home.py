"""The first page of the desk: what waits for this person, how much of it, and one step to the next dossier."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from dossiers.admin.access import page_context
from dossiers.admin.letters import list as letter_list
from dossiers.admin.setup import rollout_table
from dossiers.lateness import late_lists as lateness_lists
from dossiers.lateness.worklists import capped, counts_of
from dossiers.lists.urgency import urgency
from dossiers.models import Dossier, DossierEvent
from dossiers.scoping import membership_of, scoped
from feedback.cases import search as case_search
from portal.desk import channel_week, notices, today
from portal.desk.week import week_of
from zalo.admin import conversation
from zalo.admin.access import agency_ids, hidden_from, incidents_of
from zalo.chat import conversations
from zalo.outbox import ledger

MOST_RECENT = 8
EVENTS_READ = 80
MOST_AGENCIES = 8

# Worklist → (what it is called on a tile, how it looks, the permissions whose holders work it).
DOSSIER_TILES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "sign": ("Chờ tôi ký", "today", ("sign_dossier",)),
    "late": ("Quá hạn", "late", ("view_dossier",)),
    "promised": ("Lỡ hẹn đầu, chờ theo văn bản xin lỗi", "soon", ("supervise_lateness", "sign_dossier")),
    "today": ("Đến hạn hôm nay", "today", ("view_dossier",)),
    "soon": ("Đến hạn 2 ngày tới", "soon", ("view_dossier",)),
    "mine": ("Việc của tôi", "plain", ("process_dossier", "sign_dossier")),
    "online": ("Nộp trực tuyến, chờ tiếp nhận", "plain", ("receive_dossier",)),
    "unassigned": ("Chưa phân công", "plain", ("assign_dossier",)),
    "waiting": ("Chờ người dân", "wait", ("view_dossier",)),
    "ready": ("Có kết quả, chờ trả", "done", ("return_result", "receive_dossier")),
}
LETTER_TILES: dict[str, tuple[str, str, str]] = {
    "cho-duyet": ("Văn bản chờ duyệt", "today", "approve_letter"),
    "du-thao": ("Dự thảo văn bản xin lỗi", "soon", "draft_letter"),
    "cho-ky": ("Văn bản chờ bản ký", "plain", "deliver_letter"),
}
CASE_TILES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "late": ("Ý kiến quá hạn trả lời", "late", ("view_case",)),
    "new": ("Ý kiến mới, chưa tiếp nhận", "plain", ("handle_case",)),
    "mine": ("Ý kiến giao cho tôi", "plain", ("handle_case",)),
    "approval": ("Trả lời chờ duyệt", "plain", ("approve_answer",)),
}


@dataclass(frozen=True, slots=True)
class Tile:
    """One worklist with its capped count, e.g. "99+"."""

    label: str
    count: str
    address: str
    look: str

    @property
    def empty(self) -> bool:
        return self.count == "0"


@dataclass(frozen=True, slots=True)
class Tiles:
    """The worklists of one kind of work."""

    title: str
    tiles: list[Tile]

    @property
    def waiting(self) -> list[Tile]:
        return [tile for tile in self.tiles if not tile.empty]

    @property
    def nothing(self) -> list[Tile]:
        """The lists with nothing on them: a line, not a tile each."""
        return [tile for tile in self.tiles if tile.empty]


@require_GET
def view(request):
    """Show the home of the signed-in person; everything on it is of the person's own agencies."""
    now = timezone.now()
    user = request.user
    place = membership_of(user)
    week = week_of(user, now)
    context = page_context(
        request,
        "Bàn làm việc",
        place=place,
        groups=[
            group
            for group in (
                dossier_tiles(user, now),
                letter_tiles(user, now),
                case_tiles(user, now),
                channel_tiles(user),
            )
            if group.tiles
        ],
        week=week,
        # Who leads looks at dossiers first; the channel's own page is a step away.
        channel=None if week else channel_week.week_of(user, now),
        work=[(each, [(row, urgency(row, now)) for row in each.rows]) for each in today.work_of(user, now)],
        recent=[(row, urgency(row, now)) for row in recent_dossiers(user)],
        notices=list(notices.for_user(user, now)),
        # The intake page needs the clerk's counter: without a place the button would lead nowhere.
        rollout=rollout_of(user, now),
        may_receive=bool(place) and user.has_perm("dossiers.receive_dossier"),
        may_search=user.has_perm("dossiers.view_dossier"),
        now=now,
    )
    context.pop("opts")  # a page of its own, not of the dossiers
    return render(request, "portal/desk/home.html", context)


def dossier_tiles(user, now: dt.datetime) -> Tiles:
    """Return the worklists of dossiers the user works, counted up to 99."""
    address = reverse("admin:dossiers_dossier_changelist")
    worked = {name: tile for name, tile in DOSSIER_TILES.items() if _any(user, "dossiers", tile[2])}
    counts = counts_of(worked, user, now)
    places = {"sign": reverse("admin:dossiers_to_sign")}
    tiles = [
        Tile(label, counts[name], places.get(name, f"{address}?worklist={name}"), look)
        for name, (label, look, _) in worked.items()
    ]
    return Tiles("Hồ sơ", tiles)


def letter_tiles(user, now: dt.datetime) -> Tiles:
    """Return what waits on the desks of lateness and letters, for those who work there."""
    lateness, desk = reverse("admin:dossiers_lateness"), reverse("admin:dossiers_letter_changelist")
    found = [
        Tile(label, letter_list.count_of(user, name), f"{desk}?buoc={name}", look)
        for name, (label, look, permission) in LETTER_TILES.items()
        if user.has_perm(f"dossiers.{permission}")
    ]
    if user.has_perm("dossiers.supervise_lateness"):
        counted = {each.list.name: each for each in lateness_lists.counted(user, now)}
        for name, look in (("no-letter", "late"), ("new-date-passed", "late"), ("unmoved", "soon")):
            each = counted[name]
            found.append(Tile(each.list.label, each.words, f"{lateness}?ds={name}", look))
    return Tiles("Trễ hạn, văn bản xin lỗi", found)


def case_tiles(user, now: dt.datetime) -> Tiles:
    """Return the worklists of citizens' cases the user works, counted up to 99."""
    if not user.has_perm("feedback.view_case"):
        return Tiles("Ý kiến người dân", [])
    address = reverse("admin:feedback_case_changelist")
    return Tiles(
        "Ý kiến người dân",
        [
            Tile(
                label,
                capped(case_search.matching(case_search.Asked(worklist=name), user, now)),
                f"{address}?worklist={name}",
                look,
            )
            for name, (label, look, permissions) in CASE_TILES.items()
            if _any(user, "feedback", permissions)
        ],
    )


def channel_tiles(user) -> Tiles:
    """Return who waits on the Zalo channel, for those who answer there or keep it running."""
    found = []
    if _any(user, "zalo", ("view_conversation", "answer_chat")):
        waiting = conversation.of_tab(conversations.visible_to(user), "cho", user)
        address = reverse("admin:zalo_conversation_changelist")
        found.append(Tile("Hội thoại chờ trả lời", capped(waiting), address, "plain"))
    if user.has_perm("zalo.handle_call_list"):
        rows = ledger.call_list(agency_ids(user)).exclude(hidden_from(user))
        found.append(Tile("Người cần gọi điện", capped(rows), reverse("admin:zalo_call_list"), "soon"))
    if user.has_perm("zalo.change_incident"):
        found.append(Tile("Sự cố kênh đang mở", capped(incidents_of(user)), reverse("admin:zalo_health"), "today"))
    return Tiles("Kênh Zalo", found)


def rollout_of(user, now: dt.datetime) -> list[rollout_table.Row]:
    """Return how far the roll-out is, for those who keep it: their first agencies, what is missing before the rest."""
    if not user.has_perm("dossiers.change_agency"):
        return []
    rows = rollout_table.rows_of(user, timezone.localdate(now))
    return sorted(rows, key=lambda row: not row.lacks)[:MOST_AGENCIES]


def recent_dossiers(user) -> list[Dossier]:
    """Return the dossiers the user did something to last, the newest first; read from the last acts only."""
    if not user.has_perm("dossiers.view_dossier"):
        return []
    acted = DossierEvent.objects.filter(actor=user).order_by("-id").values_list("dossier_id", flat=True)[:EVENTS_READ]
    wanted = list(dict.fromkeys(acted))[:MOST_RECENT]
    found = scoped(Dossier.objects.filter(pk__in=wanted), user).in_bulk()
    return [found[pk] for pk in wanted if pk in found]


def _any(user, app: str, permissions: Iterable[str]) -> bool:
    return any(user.has_perm(f"{app}.{permission}") for permission in permissions)
