"""The first page of the desk: what waits for this person, how much of it, and one step to the next dossier."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from dossiers.admin.access import page_context
from dossiers.admin.letters import list as letter_list
from dossiers.admin.setup import rollout_table
from dossiers.lateness import worklists
from dossiers.lists.urgency import urgency
from dossiers.models import Dossier, DossierEvent
from dossiers.scoping import membership_of, scoped
from dossiers.worklist import Looking, Worklist, capped, counts_of
from feedback.cases import worklists as case_worklists
from feedback.models import Case
from portal.correspondence import worklists as office
from portal.correspondence.models import Assignment, Document, Proposal
from portal.desk import channel_week, notices, today
from portal.desk.week import week_of
from zalo.admin import conversation
from zalo.admin.access import incidents_of
from zalo.admin.message import to_call
from zalo.chat import conversations

MOST_RECENT = 8
EVENTS_READ = 80
MOST_AGENCIES = 8
PAGES = {"sign": "admin:dossiers_to_sign"}
"""Lists of dossiers with a page of their own."""


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
                office_tiles(user, now),
                channel_tiles(user, now),
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
    places = {name: reverse(page) for name, page in PAGES.items()}
    worked = _worked(worklists.TABS, user)
    counts = worklists.counts_of([each.name for each in worked], user, now)
    return Tiles("Hồ sơ", _tiles(worked, counts, f"{address}?worklist=", places))


def letter_tiles(user, now: dt.datetime) -> Tiles:
    """Return what waits on the desks of lateness and letters, for those who work there."""
    lateness, desk = reverse("admin:dossiers_lateness"), reverse("admin:dossiers_letter_changelist")
    letters = _worked(letter_list.WORKLISTS.values(), user)
    found = _tiles(letters, letter_list.counts_of(letters, user, now), f"{desk}?buoc=")
    late = _worked((each for each in worklists.LATENESS if each not in worklists.TABS), user)
    counts = worklists.counts_of([each.name for each in late], user, now, most=letter_list.SHOWN_COUNT)
    return Tiles("Trễ hạn, văn bản xin lỗi", found + _tiles(late, counts, f"{lateness}?ds="))


def case_tiles(user, now: dt.datetime) -> Tiles:
    """Return the worklists of citizens' cases the user works, counted up to 99."""
    title = "Ý kiến người dân"
    if not user.has_perm("feedback.view_case"):
        return Tiles(title, [])
    worked = _worked(case_worklists.WORKLISTS.values(), user)
    counts = counts_of(worked, Case.objects.visible_to(user), Looking(user, now))
    return Tiles(title, _tiles(worked, counts, reverse("admin:feedback_case_changelist") + "?worklist="))


def channel_tiles(user, now: dt.datetime) -> Tiles:
    """Return who waits on the Zalo channel, for those who answer there or keep it running."""
    worked = _worked(conversation.WORKLISTS.values(), user)
    counts = counts_of(worked, conversations.visible_to(user), Looking(user, now))
    found = _tiles(worked, counts, reverse("admin:zalo_conversation_changelist") + "?muc=")
    if user.has_perm("zalo.handle_call_list"):
        found.append(Tile("Người cần gọi điện", capped(to_call(user)), reverse("admin:zalo_call_list"), "soon"))
    if user.has_perm("zalo.change_incident"):
        found.append(Tile("Sự cố kênh đang mở", capped(incidents_of(user)), reverse("admin:zalo_health"), "today"))
    return Tiles("Kênh Zalo", found)


def office_tiles(user, now: dt.datetime) -> Tiles:
    """Return documents to sign and to mend, tasks that are due, proposals to answer."""
    at, found = Looking(user, now), []
    for lists, model, address in (
        (office.DOCUMENTS, Document, reverse("admin:correspondence_document_changelist") + "?buoc="),
        (office.TASKS, Assignment, reverse("admin:correspondence_assignment_changelist") + "?ds="),
        (office.PROPOSALS, Proposal, reverse("admin:correspondence_proposal_changelist") + "?ds="),
    ):
        worked = _worked(lists.values(), user)
        found += _tiles(worked, counts_of(worked, scoped(model.objects.all(), user), at), address)
    return Tiles("Văn thư, nhiệm vụ", found)


def _worked(lists: Iterable[Worklist], user) -> list[Worklist]:
    return [each for each in lists if each.is_worked_by(user)]


def _tiles(lists: list[Worklist], counts: dict[str, str], address: str, places: Mapping[str, str] = {}) -> list[Tile]:
    """Return the tiles of the lists: each leads to its list under `address`, or to its own of `places`."""
    return [
        Tile(each.tile or each.label, counts[each.name], places.get(each.name, address + each.name), each.look)
        for each in lists
    ]


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
