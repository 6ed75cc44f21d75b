"""The leader's desk of letters: by step, with what each says, approved one by one or ticked together."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from dossiers.admin.access import letter_context, must_have, row_ids
from dossiers.deadlines.working_time import ZONE
from dossiers.lateness import sweep as overdue
from dossiers.letters import issue as letter_issue
from dossiers.letters import many
from dossiers.long_acts import running
from dossiers.long_acts.kinds import NotDone, register
from dossiers.long_acts.progress import Progress, Stopped
from dossiers.models import LatenessBreach, Letter, LongAct
from dossiers.scoping import agency_ids_of, scoped

MOST_AT_ONCE = 500
AT_ONCE = 20
"""Letters approved while one waits for the answer; more are the worker's."""
SHOWN = 100
SHOWN_COUNT = 999
State = Letter.State
TABS: dict[str, tuple[str, tuple[str, ...], str]] = {
    "cho-duyet": ("Chờ duyệt", (State.SUBMITTED,), "today"),
    "du-thao": ("Dự thảo", (State.DRAFT,), "soon"),
    "tra-lai": ("Trả lại để sửa", (State.RETURNED,), "soon"),
    "cho-ky": ("Đã phát hành, chờ bản ký", (State.ISSUED,), "calm"),
    "cho-giao": ("Đã ký, chờ giao", (State.SIGNED,), "calm"),
    "da-giao": ("Đã giao", (State.DELIVERED,), "calm"),
    "dong": ("Không phát hành, thu hồi", (State.CANCELLED, State.WITHDRAWN), "calm"),
}
COUNTED = ("cho-duyet", "du-thao", "tra-lai", "cho-ky", "cho-giao")


def visible(user):
    """Return the letters of the user's agencies, as the one that settles or as the one that received."""
    allowed = agency_ids_of(user)
    rows = Letter.objects.all()
    return rows if allowed is None else rows.filter(Q(agency__in=allowed) | Q(centre__in=allowed))


@require_GET
def view(request):
    """Show the letters of one step, the nearest due date first."""
    must_have(request, "view_letter")
    now = timezone.now()
    overdue.ensure_swept(now=now)
    counts = {name: count_of(request.user, name) for name in COUNTED}
    chosen = request.GET.get("buoc", "")
    if chosen not in TABS:
        chosen = next((name for name in COUNTED if counts[name] != "0"), "cho-duyet")
    _label, states, _level = TABS[chosen]
    rows = (
        visible(request.user)
        .filter(state__in=states)
        .select_related(*letter_issue.RELATED, "paper", "approved_by")
        .defer("paper__context")
    )
    order = ("old_due_at", "id") if set(states) <= set(Letter.OPEN) else ("-issued_at", "-id")
    shown = list(rows.order_by(*order)[: SHOWN + 1])
    context = letter_context(
        request,
        "Văn bản xin lỗi, hẹn lại ngày trả",
        tabs=[(name, TABS[name][0], TABS[name][2], counts.get(name, "")) for name in TABS],
        chosen=chosen,
        rows=[(row, level(row, now)) for row in shown[:SHOWN]],
        more=len(shown) > SHOWN,
        may_approve=request.user.has_perm("dossiers.approve_letter") and chosen in {"cho-duyet", "du-thao"},
        most=MOST_AT_ONCE,
        **standing(request.user, now),
    )
    return render(request, "dossiers/desk/letter_list.html", context)


def standing(user, now) -> dict:
    """Return the state of the invariant for the user's agencies: breaches now, and on each of the last 30 days."""
    rows = scoped(overdue.late(now), user)
    today = now.astimezone(ZONE).date()
    days = scoped(LatenessBreach.objects.filter(day__gt=today - dt.timedelta(days=30)), user)
    return {
        "without_letter": _capped(rows.filter(new_dates_given=0)),
        "passed_new_date": _capped(rows.filter(new_dates_given__gt=0)),
        "broken_days": days.order_by().values("day").distinct().count(),
    }


def level(letter: Letter, now) -> str:
    """Return late | today | soon | calm by the date promised before; letters that went out are calm."""
    if not letter.is_open:
        return "calm"
    days = (letter.old_due_at.astimezone(ZONE).date() - now.astimezone(ZONE).date()).days
    return "late" if days < 0 else "today" if days == 0 else "soon" if days <= 2 else "calm"


@require_POST
def approve(request):
    """Approve the ticked letters, each for itself."""
    must_have(request, "approve_letter")
    back = f"{reverse('admin:dossiers_letter_changelist')}?buoc={request.POST.get('buoc', '')[:20]}"
    ids = row_ids(request.POST.getlist("pk"))
    if not ids:
        messages.warning(request, "Hãy đánh dấu văn bản cần duyệt.")
        return HttpResponseRedirect(back)
    allowed = list(visible(request.user).filter(pk__in=ids[:MOST_AT_ONCE]).values_list("pk", flat=True))
    if len(allowed) > AT_ONCE:
        title = f"Duyệt, phát hành {len(allowed)} văn bản"
        act = running.begin("approve-letters", title, {"letters": allowed}, by=request.user, now=timezone.now())
        return HttpResponseRedirect(reverse("admin:desk_long_act", args=[act.pk]))
    done = many.approve_many(allowed, by=request.user, now=timezone.now())
    if done.issued:
        messages.success(
            request, f"Đã duyệt, phát hành {done.issued} văn bản. Người dân được báo khi văn bản có hiệu lực."
        )
    for sentence in done.refused[:10]:
        messages.warning(request, sentence)
    if len(done.refused) > 10:
        messages.warning(request, f"Còn {len(done.refused) - 10} văn bản khác chưa phát hành được.")
    return HttpResponseRedirect(back)


@register("approve-letters")
def approve_later(act: LongAct, progress: Progress) -> dict:
    """Approve the letters asked for that are still the person's to approve."""
    if act.by is None or not act.by.has_perm("dossiers.approve_letter"):
        raise NotDone("Người yêu cầu không còn quyền duyệt văn bản.")
    ids = list(visible(act.by).filter(pk__in=act.asked["letters"]).values_list("pk", flat=True))
    goes_on = partial(progress.goes_on, total=len(ids), words="văn bản đã xem")
    done = many.approve_many(ids, by=act.by, now=timezone.now(), goes_on=goes_on)
    words = f"Đã duyệt, phát hành {done.issued} văn bản; {len(done.refused)} văn bản chưa phát hành được"
    result = {
        "refused": list(done.refused),
        "address": f"{reverse('admin:dossiers_letter_changelist')}?buoc=cho-ky",
        "action": "Xem văn bản đã phát hành",
    }
    if done.untouched:
        raise Stopped({**result, "words": f"Đã dừng theo yêu cầu. {words}, {done.untouched} văn bản chưa xem đến."})
    return {**result, "words": f"{words}."}


def count_of(user, tab: str) -> str:
    """Return the number of letters on a tab, capped."""
    return _capped(visible(user).filter(state__in=TABS[tab][1]))


def _capped(rows) -> str:
    found = len(rows.order_by().values_list("pk", flat=True)[: SHOWN_COUNT + 1])
    return f"{SHOWN_COUNT}+" if found > SHOWN_COUNT else str(found)
