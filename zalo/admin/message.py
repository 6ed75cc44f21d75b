"""The ledger of messages, the counter's call list, and which units' dossiers went untold."""

from __future__ import annotations

import datetime as dt

from django.contrib import admin
from django.db.models import Q
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_GET

from dossiers.admin.base import StaffAdmin
from dossiers.dossier_codes import InvalidCode, normalise_code
from dossiers.lists import keyset
from dossiers.models import Agency, Dossier, PersonalDataRead, Unit
from dossiers.receipt_spellings import written_as
from dossiers.scoping import scoped
from dossiers.typed import day, whole
from dossiers.written_dates import written_day
from feedback import codes
from zalo.admin.access import agency_ids, hidden_from, may_read, must_have, page_context
from zalo.admin.dossier_panel import line, message_act
from zalo.admin.message_why import why
from zalo.admin.wording import is_worded_here
from zalo.chat import danger_letters
from zalo.messages import registry as messages
from zalo.models import OutboxMessage, Outcome, Route, State
from zalo.models.outbox import OPEN
from zalo.outbox import ended, ledger
from zalo.people import belonging

PAGE = 50
OF_FIGURE = ("tu", "den", "nhom", "co-quan", "ve")
"""What the address of a figure's rows says: first and last day, what became of them, of whom, about dossiers only."""
TABS = {
    "": "Tất cả",
    "dang-gui": "Đang gửi",
    "da-toi": "Đã tới",
    "loi": "Không gửi được",
    "tu-choi": "Bị từ chối",
}


@require_GET
def ledger_list(request):
    """One page of messages, newest first."""
    must_have(request, "view_outboxmessage")
    tab, typed = request.GET.get("muc", ""), request.GET.get("q", "").strip()
    related = ("dossier", "contact", "agency", "handled_by", "feedback_event__case")
    rows = belonging.messages_of(request.user).select_related(*related).exclude(hidden_from(request.user))
    # A notice to many has a page of its own, where each person's row stands.
    rows = rows.filter(broadcast=None)
    # What the machine says in a chat is in the chat; only the answer that acknowledges a case belongs here.
    rows = rows.exclude(lane=0, kind="chat.answer", feedback_event=None)
    rows = _of_tab(rows, tab)
    if request.GET.get("loai") in {kind.slug for kind in messages.all_kinds()}:
        rows = rows.filter(kind=request.GET["loai"])
    if request.GET.get("cach") in Route.values:
        rows = rows.filter(route=request.GET["cach"])
    only, rows = _of_figure(rows, request)
    event = request.GET.get("viec", "")
    if event:
        rows = rows.filter(event=int(event)) if event.isascii() and event.isdigit() and len(event) < 19 else rows.none()
    if typed:
        case = codes.normalise(typed)
        about_case = Q(feedback_event__case__code=case) if case else Q(pk=None)
        rows = rows.filter(Q(dossier__in=_dossiers(typed, request.user)) | about_case)
    found, mark = keyset.page(rows, keyset.NEWEST, request.GET.get("truoc", ""), size=PAGE)
    query = request.GET.copy()
    query["truoc"] = mark
    context = page_context(
        request,
        "Sổ tin nhắn",
        OutboxMessage,
        rows=[line(row) for row in found],
        more=query.urlencode() if mark else "",
        tabs=[(name, label, _of_other_tab(request, name)) for name, label in TABS.items()],
        tab=tab,
        q=typed,
        kinds=[(kind.slug, kind.title) for kind in messages.all_kinds() if is_worded_here(kind)],
        kind=request.GET.get("loai", ""),
        routes=Route.choices,
        route=request.GET.get("cach", ""),
        only=only,
        kept=[(name, request.GET[name]) for name in OF_FIGURE if request.GET.get(name)],
    )
    return render(request, "zalo/desk/ledger.html", context)


def _of_other_tab(request, name: str) -> str:
    """Return the question of the address under another tab: what a figure or a box narrowed it to stays."""
    query = request.GET.copy()
    query.pop("truoc", None)
    query["muc"] = name
    return query.urlencode()


def _of_figure(rows, request):
    """Return in words, and as rows, what a figure of a board narrowed the list to: days, agencies, what became."""
    first, last, group, agencies, about = (request.GET.get(name, "") for name in OF_FIGURE)
    words = []
    first, last = day(first), day(last)
    if first and last and first <= last:
        words.append(f"đi từ {written_day(first)} đến {written_day(last)}")
        rows = ended.between(rows, _midnight(first), _midnight(last + dt.timedelta(days=1)))
    if group in ended.GROUPS:
        name, these = ended.GROUPS[group]
        words.append(name)
        rows = rows.filter(these)
    if about == "ho-so":
        words.append("về hồ sơ")
        rows = rows.filter(kind__startswith=ended.ABOUT_DOSSIERS)
    if agencies:
        pks = [pk for pk in map(whole, agencies[:200].split(",")) if pk is not None]
        names = scoped(Agency.objects.filter(pk__in=pks), request.user, "pk").values_list("name", flat=True)
        words.append(f"của {', '.join(names)}")
        rows = rows.filter(agency__in=pks)
    return ", ".join(words), rows


def _of_tab(rows, tab: str):
    if tab == "dang-gui":
        return rows.filter(state__in=OPEN)
    if tab == "da-toi":
        return rows.filter(Q(outcome__in=ledger.TOLD) | Q(state=State.SENT))
    if tab == "loi":
        return rows.filter(state__in=(State.FAILED, State.UNREACHABLE))
    if tab == "tu-choi":
        return rows.filter(outcome=Outcome.REFUSED)
    return rows


def _dossiers(typed: str, user):
    spelled = {typed, typed.upper()}
    try:
        spelled.add(normalise_code(typed))
    except InvalidCode:
        pass
    rows = Dossier.objects.filter(Q(code__in=spelled) | written_as(typed))
    return list(scoped(rows, user).values_list("pk", flat=True)[:50])


def to_call(user, *, everything: bool = False):
    """Return the messages nobody could deliver and the user may act on by a call (zalo.outbox.ledger.call_list)."""
    return ledger.call_list(agency_ids(user), everything=everything).exclude(hidden_from(user))


@require_GET
def call_list(request):
    """Who has to be telephoned because no message reached them, with what to say."""
    must_have(request, "handle_call_list", "view_outboxmessage")
    everything = request.GET.get("tat-ca") == "1"
    sees_people = request.user.has_perm("dossiers.see_personal_data")
    found = to_call(request.user, everything=everything)
    rows = list(found[:200])
    if sees_people:  # names and numbers in full: every citizen can see who read theirs
        seen = {row.dossier_id for row in rows if row.dossier_id}
        PersonalDataRead.objects.bulk_create(
            PersonalDataRead(user=request.user, dossier_id=pk, via="danh sách gọi điện") for pk in sorted(seen)
        )
    context = page_context(
        request,
        "Danh sách cần gọi điện",
        OutboxMessage,
        dangers=danger_letters.unanswered(request.user, now=timezone.now()),
        rows=[line(row) | {"script": _script(row) if may_read(row, request.user) else ""} for row in rows],
        everything=everything,
        may_read=sees_people,
        may_handle=request.user.has_perm("zalo.handle_call_list"),
    )
    return render(request, "zalo/desk/call_list.html", context)


def _script(row: OutboxMessage) -> str:
    return row.content.get("script") or row.content.get("text", "")


@require_GET
def untold(request):
    """Which units' dossiers went untold in a period, for who watches over the channel (S5-03)."""
    must_have(request, "view_outboxmessage")
    today = timezone.localdate()
    first = parse_date_or(request.GET.get("tu", ""), today - dt.timedelta(days=6))
    last = parse_date_or(request.GET.get("den", ""), today)
    start, end = _midnight(first), _midnight(last + dt.timedelta(days=1))
    ids = agency_ids(request.user)
    lines = ledger.by_unit(ids, start=start, end=end)
    silent = _units_without_messages(ids, {each.unit for each in lines})
    rows = OutboxMessage.objects.filter(
        agency__in=ids,
        required=True,
        outcome__in=ledger.UNTOLD,
        handled_at=None,
        happened_at__gte=start,
        happened_at__lt=end,
    ).select_related("dossier", "event__unit", "agency", "feedback_event__case__unit")
    context = page_context(
        request,
        "Đơn vị chưa báo người dân",
        OutboxMessage,
        lines=[(each, _share(each)) for each in lines],
        silent=silent,
        rows=[line(row) for row in rows.exclude(hidden_from(request.user)).order_by("happened_at")[:100]],
        first=first,
        last=last,
    )
    return render(request, "zalo/desk/untold.html", context)


def _share(each: ledger.UnitLine) -> int:
    whole = each.told + each.untold
    return round(100 * each.told / whole) if whole else 100


def _units_without_messages(ids: list[int], heard: set[str]) -> list[str]:
    """Rooms that hold dossiers and told nothing in the period: a unit that never acts is the first to be asked."""
    holding = Dossier.objects.filter(agency__in=ids, clock_open=True, unit__isnull=False).values("unit").distinct()
    units = Unit.objects.filter(pk__in=holding, active=True).select_related("agency")
    return sorted(f"{unit.name} – {unit.agency}" for unit in units if unit.name not in heard)


def parse_date_or(text: str, otherwise: dt.date) -> dt.date:
    return day(text) or otherwise


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


@admin.register(OutboxMessage)
class OutboxMessageAdmin(StaffAdmin):
    """Routes to the ledger's pages; a message is never edited."""

    def get_urls(self):
        def wrapped(view):
            return self.admin_site.admin_view(view)

        return [
            path("", wrapped(ledger_list), name="zalo_outboxmessage_changelist"),
            path("can-goi/", wrapped(call_list), name="zalo_call_list"),
            path("chua-bao/", wrapped(untold), name="zalo_untold"),
            path("<int:pk>/change/", wrapped(why), name="zalo_outboxmessage_change"),
            path("<int:pk>/viec/<slug:act>/", wrapped(message_act), name="zalo_message_act"),
        ]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
