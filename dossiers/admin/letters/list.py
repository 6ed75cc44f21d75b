"""The leader's desk of letters: by step, with what each says, approved one by one or ticked together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import partial

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from dossiers import worklist
from dossiers.admin.access import letter_context, must_have, row_ids
from dossiers.deadlines.working_time import ZONE
from dossiers.lateness import sweep as overdue
from dossiers.lateness import worklists
from dossiers.lateness.horizons import soon_before
from dossiers.letters import issue as letter_issue
from dossiers.letters import many
from dossiers.letters.acts import APPROVABLE
from dossiers.long_acts import running
from dossiers.long_acts.kinds import NotDone, register
from dossiers.long_acts.progress import Progress, Stopped
from dossiers.models import LatenessBreach, Letter, LongAct
from dossiers.scoping import agency_ids_of, scoped
from dossiers.worklist import Looking, Worklist

MOST_AT_ONCE = 500
AT_ONCE = 20
"""Letters approved while one waits for the answer; more are the worker's."""
SHOWN = 100
SHOWN_COUNT = 999
State = Letter.State


def _in_states(*states: str):
    return lambda rows, at: rows.filter(state__in=states)


_ALL = (
    Worklist(
        name="cho-duyet",
        label="Chờ duyệt",
        tile="Văn bản chờ duyệt",
        rows=_in_states(State.SUBMITTED),
        look="today",
        by="due",
        worked_by=("dossiers.approve_letter",),
    ),
    Worklist(
        name="du-thao",
        label="Dự thảo",
        tile="Dự thảo văn bản xin lỗi",
        rows=_in_states(State.DRAFT),
        look="soon",
        by="due",
        worked_by=("dossiers.draft_letter",),
    ),
    Worklist(name="tra-lai", label="Trả lại để sửa", rows=_in_states(State.RETURNED), look="soon", by="due"),
    Worklist(
        name="cho-ky",
        label="Đã phát hành, chờ bản ký",
        tile="Văn bản chờ bản ký",
        rows=_in_states(State.ISSUED),
        worked_by=("dossiers.deliver_letter",),
    ),
    Worklist(name="cho-giao", label="Đã ký, chờ giao", rows=_in_states(State.SIGNED)),
    Worklist(name="da-giao", label="Đã giao", rows=_in_states(State.DELIVERED), counted=False),
    Worklist(
        name="dong",
        label="Không phát hành, thu hồi",
        rows=_in_states(State.CANCELLED, State.WITHDRAWN),
        counted=False,
    ),
)
WORKLISTS: dict[str, Worklist] = {each.name: each for each in _ALL}
ORDERS = {"due": ("old_due_at", "id"), "new": ("-issued_at", "-id")}


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
    counts = counts_of([each for each in WORKLISTS.values() if each.counted], request.user, now)
    chosen = request.GET.get("buoc", "")
    if chosen not in WORKLISTS:
        chosen = next((name for name, count in counts.items() if count != "0"), "cho-duyet")
    shown_list = WORKLISTS[chosen]
    rows = shown_list.rows(visible(request.user), Looking(request.user, now))
    rows = rows.select_related(*letter_issue.RELATED, "paper", "approved_by").defer("paper__context")
    shown = list(rows.order_by(*ORDERS[shown_list.by])[: SHOWN + 1])
    context = letter_context(
        request,
        "Văn bản xin lỗi, hẹn lại ngày trả",
        tabs=[(each.name, each.label, each.look, counts.get(each.name, "")) for each in WORKLISTS.values()],
        chosen=chosen,
        rows=[(row, level(row, now)) for row in shown[:SHOWN]],
        more=len(shown) > SHOWN,
        may_approve=request.user.has_perm("dossiers.approve_letter") and chosen in {"cho-duyet", "du-thao"},
        most=MOST_AT_ONCE,
        **standing(request.user, now),
    )
    return render(request, "dossiers/desk/letter_list.html", context)


def counts_of(lists: Iterable[Worklist], user, now: dt.datetime) -> dict[str, str]:
    """Return by list how many letters the user may see are on it, capped. One query."""
    return worklist.counts_of(lists, visible(user), Looking(user, now), most=SHOWN_COUNT)


def standing(user, now: dt.datetime) -> dict:
    """Return the state of the invariant for the user's agencies: breaches now, and on each of the last 30 days."""
    counts = worklists.counts_of(["no-letter", "new-date-passed"], user, now, most=SHOWN_COUNT)
    today = now.astimezone(ZONE).date()
    days = scoped(LatenessBreach.objects.filter(day__gt=today - dt.timedelta(days=30)), user)
    return {
        "without_letter": counts["no-letter"],
        "passed_new_date": counts["new-date-passed"],
        "broken_days": days.order_by().values("day").distinct().count(),
    }


def level(letter: Letter, now) -> str:
    """Return late | today | soon | calm by the date promised before; letters that went out are calm."""
    if not letter.is_open:
        return "calm"
    today = now.astimezone(ZONE).date()
    days = (letter.old_due_at.astimezone(ZONE).date() - today).days
    if days <= 0:
        return "late" if days < 0 else "today"
    return "soon" if letter.old_due_at < soon_before(letter.centre_id, today) else "calm"


@require_POST
def approve(request):
    """Ask once about the ticked letters, then approve them, each for itself."""
    must_have(request, "approve_letter")
    back = f"{reverse('admin:dossiers_letter_changelist')}?buoc={request.POST.get('buoc', '')[:20]}"
    ids = row_ids(request.POST.getlist("pk"))
    if not ids:
        messages.warning(request, "Hãy đánh dấu văn bản cần duyệt.")
        return HttpResponseRedirect(back)
    chosen = visible(request.user).filter(pk__in=ids[:MOST_AT_ONCE])
    if "confirmed" not in request.POST:
        return _asked_once(request, chosen.filter(state__in=APPROVABLE), back)
    allowed = list(chosen.values_list("pk", flat=True))
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


def _asked_once(request, chosen, back: str):
    """Show what is about to be numbered and told to the citizens, with the button that does it."""
    rows = chosen.select_related("dossier").order_by(*ORDERS["due"])
    context = letter_context(
        request,
        f"Duyệt, phát hành {len(rows)} văn bản",
        rows=rows,
        buoc=request.POST.get("buoc", "")[:20],
        back=back,
    )
    return render(request, "dossiers/desk/letters_confirm.html", context)


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
