"""The list of dossiers: worklists, search, colour of urgency, saved filters, acts on many at once."""

from __future__ import annotations

from functools import partial
from urllib.parse import parse_qsl

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from dossiers import typed
from dossiers.admin.access import must_have, page_context, row_ids
from dossiers.admin.act_forms import FORMS
from dossiers.lateness.worklists import TABS, WORKLISTS, counts_of
from dossiers.lists.dossier_search import NOBODY, SORTS, Asked, page_of, scanned_dossier
from dossiers.lists.period_asked import MOMENTS
from dossiers.lists.urgency import urgency
from dossiers.long_acts import running
from dossiers.long_acts.kinds import NotDone, register
from dossiers.long_acts.progress import Progress, Stopped
from dossiers.models import Agency, Channel, Dossier, Field, LongAct, Membership, SavedFilter, valid_on
from dossiers.scoping import scoped
from dossiers.states import State
from dossiers.workflow.acts import ACTS
from dossiers.workflow.moving import ActError, run

MOST_AT_ONCE = 100
AT_ONCE = 20
"""Dossiers acted on while one waits for the answer; more are the worker's."""
NAMES_PEOPLE = frozenset({"return_result"})
"""What is typed for these names a person: it is not left in the worker's list of wishes."""
MOST_CHOICES = 200


@require_GET
def view(request):
    """Show one page of the list."""
    must_have(request, "view_dossier")
    now = timezone.now()
    asked = Asked.from_query(request.GET)
    page = page_of(asked, request.user, now)
    tabs = [each for each in TABS if each.name != "sign" or request.user.has_perm("dossiers.sign_dossier")]
    counts = counts_of([each.name for each in tabs if each.counted], request.user, now)
    context = page_context(
        request,
        "Hồ sơ",
        asked=asked,
        here=asked.address(after=asked.after, before=asked.before),
        rows=[(row, urgency(row, now)) for row in page.rows],
        page=page,
        columns=("Mã hồ sơ, trạng thái", "Chủ hồ sơ, thủ tục", "Hạn trả", "Đang giữ"),
        worklists=[
            (each.name, each.label, asked.address(worklist=each.name, q="", state=""), counts.get(each.name, ""))
            for each in tabs
        ],
        sorts=SORTS.items() if asked.can_be_sorted else (),
        states=State.choices,
        more=_more_filters(request.user, asked),
        bulk_acts=[act for act in ACTS.values() if act.bulk and request.user.has_perm(f"dossiers.{act.permission}")],
        saved=SavedFilter.objects.filter(user=request.user),
        may_receive=request.user.has_perm("dossiers.receive_dossier"),
    )
    return render(request, "dossiers/desk/dossier_list.html", context)


def _more_filters(user, asked: Asked) -> dict:
    """Return what the list can be narrowed by besides state and words: rooms with people, people, channel, days."""
    seats = scoped(Membership.objects.filter(valid_on(timezone.localdate())), user).select_related("user", "unit")
    people, units = {}, {}
    for seat in seats[:MOST_CHOICES]:
        people[str(seat.user_id)] = seat.user.get_full_name() or seat.user.get_username()
        if seat.unit:
            units[str(seat.unit_id)] = seat.unit.name
    return {
        "units": [*sorted(units.items(), key=lambda each: each[1]), (NOBODY, "Chưa ghi phòng")],
        "people": [*sorted(people.items(), key=lambda each: each[1]), (NOBODY, "Chưa ghi người")],
        "channels": Channel.choices,
        "moments": MOMENTS.items(),
        "only": _only(user, asked),
        "open": any((asked.unit, asked.handler, asked.channel, asked.procedure, asked.period)),
    }


def _only(user, asked: Asked) -> str:
    """Return in words what a figure narrowed the list to that no box says: agencies, a field, a signer, a worklist."""
    pks = [pk for pk in map(typed.whole, asked.agency.split(",")) if pk is not None]
    names = list(scoped(Agency.objects.filter(pk__in=pks), user, "pk").values_list("name", flat=True)) if pks else []
    pk = typed.whole(asked.field)
    field = Field.objects.filter(pk=pk).first() if pk is not None else None
    parts = [f"của {', '.join(names)}{' và cơ quan cấp dưới' if asked.below else ''}"] if names else []
    if field:
        parts.append(f"của lĩnh vực {field}")
    elif asked.field == NOBODY:
        parts.append("của thủ tục chưa xếp lĩnh vực")
    if (signer := typed.whole(asked.signer)) is not None:
        person = get_user_model().objects.filter(pk=signer).first()
        parts.append(f"trình {person.get_full_name() or person.get_username()} ký" if person else "chưa ghi người ký")
    if asked.worklist in WORKLISTS and WORKLISTS[asked.worklist] not in TABS:
        parts.append(f"ở danh sách “{WORKLISTS[asked.worklist].label}”")
    return ", ".join(parts)


@require_POST
def find(request):
    """Lead from what was typed to the list's address, in which names and numbers are sealed.

    A dossier's own code, or the QR of its receipt, opens it at once.
    """
    must_have(request, "view_dossier")
    found = scanned_dossier(request.POST.get("q", "")[:500], request.user)
    if found:
        return HttpResponseRedirect(reverse("admin:dossiers_dossier_change", args=[found.pk]))
    address = Asked.from_query(request.POST).address()
    return HttpResponseRedirect(reverse("admin:dossiers_dossier_changelist") + (f"?{address}" if address else ""))


@require_POST
def bulk(request):
    """Do one act to the ticked dossiers, each for itself: one that cannot be moved does not hold the others."""
    must_have(request, "view_dossier")
    act = ACTS.get(request.POST.get("act", ""))
    here, back = _list_it_was_asked_from(request)
    ids = row_ids(request.POST.getlist("pk"))[:MOST_AT_ONCE]
    if act is None or not act.bulk or not ids:
        messages.warning(request, "Hãy đánh dấu hồ sơ và chọn một việc trong danh sách.")
        return HttpResponseRedirect(back)
    chosen = Dossier.objects.select_related("agency", "unit", "owner", "submitter").filter(pk__in=ids)
    rows = sorted(scoped(chosen, request.user), key=lambda row: ids.index(row.pk))  # as they stood in the list
    if not rows:
        return HttpResponseRedirect(back)
    if len(rows) > AT_ONCE and act.name in NAMES_PEOPLE:
        messages.warning(request, f"Việc này ghi tên, giấy tờ người nhận: làm nhiều nhất {AT_ONCE} hồ sơ một lần.")
        return HttpResponseRedirect(back)
    confirmed = "confirmed" in request.POST
    sent = (request.POST, request.FILES) if confirmed else ()
    form = FORMS[act.asks](*sent, row=rows[0], user=request.user, many=len(rows) > 1)
    if not confirmed or not form.is_valid():
        context = page_context(request, act.label, act=act, rows=rows, form=form, here=here, back=back)
        return render(request, "dossiers/desk/bulk_act.html", context)
    if len(rows) > AT_ONCE:
        asked = {
            "act": act.name,
            "dossiers": [row.pk for row in rows],
            "form": {name: request.POST[name] for name in form.fields if name in request.POST},
            "back": back,
        }
        title = f"{act.label}: {len(rows)} hồ sơ"
        wish = running.begin("bulk-act", title, asked, by=request.user, now=timezone.now())
        return HttpResponseRedirect(reverse("admin:desk_long_act", args=[wish.pk]))
    done, refused = _do(act, rows, form, request.user)
    if done:
        messages.success(request, f"{act.label}: đã làm xong {done} hồ sơ.")
    for sentence in refused[:10]:
        messages.warning(request, sentence)
    if len(refused) > 10:
        messages.warning(request, f"Còn {len(refused) - 10} hồ sơ khác chưa làm được vì lý do tương tự.")
    return HttpResponseRedirect(back)


def _list_it_was_asked_from(request) -> tuple[str, str]:
    """Return the query of the list the rows were ticked on, read and written anew, and that list's address."""
    asked = _asked_in_form(request)
    here = asked.address(after=asked.after, before=asked.before)
    if asked.worklist == "sign":
        return here, reverse("admin:dossiers_to_sign")
    return here, reverse("admin:dossiers_dossier_changelist") + (f"?{here}" if here else "")


def _asked_in_form(request) -> Asked:
    """Return the question of the list that a form was sent from."""
    return Asked.from_query(dict(parse_qsl(request.POST.get("query", "")[:2000])))


@register("bulk-act")
def bulk_later(wish: LongAct, progress: Progress) -> dict:
    """Do the act to the dossiers asked for, as the form stood; its fields are read anew."""
    act = ACTS[wish.asked["act"]]
    chosen = Dossier.objects.select_related("agency", "unit", "owner", "submitter").filter(
        pk__in=wish.asked["dossiers"]
    )
    rows = list(scoped(chosen, wish.by)) if wish.by else []
    form = FORMS[act.asks](wish.asked["form"], row=rows[0], user=wish.by, many=len(rows) > 1) if rows else None
    if form is None or not form.is_valid():
        raise NotDone("Hồ sơ hoặc người được chọn đã thay đổi nên chưa làm gì. Hãy đánh dấu lại trong danh sách.")
    goes_on = partial(progress.goes_on, total=len(rows), words="hồ sơ đã xem")
    done, refused = _do(act, rows, form, wish.by, goes_on)
    words = f"{act.label}: đã làm xong {done} hồ sơ, {len(refused)} hồ sơ chưa làm được"
    result = {"refused": refused, "address": wish.asked["back"], "action": "Về danh sách"}
    if untouched := len(rows) - done - len(refused):
        raise Stopped({**result, "words": f"Đã dừng theo yêu cầu. {words}, {untouched} hồ sơ chưa xem đến."})
    return {**result, "words": f"{words}."}


def _do(act, rows, form, by, goes_on=lambda done: True) -> tuple[int, list[str]]:
    """Return how many were done and why the others were not; those after a stop are in neither."""
    done, refused = 0, []
    for number, row in enumerate(rows):
        if not goes_on(number):
            break
        try:
            run(act, row, by=by, now=timezone.now(), **form.arguments())
            done += 1
        except ActError as error:
            refused.append(f"{row.code}: {error}")
    return done, refused


@require_POST
def save_filter(request):
    """Keep the filter of the address bar under a name, or drop one."""
    must_have(request, "view_dossier")
    back = reverse("admin:dossiers_dossier_changelist")
    dropped = request.POST.get("drop", "")
    if dropped:
        SavedFilter.objects.filter(user=request.user, pk=typed.whole(dropped)).delete()
        return HttpResponseRedirect(back)
    name = request.POST.get("name", "").strip()[:80]
    # What was searched for is a person's name or number more often than not: it isn't kept.
    address = _asked_in_form(request).address(q="")
    if not name or not address:
        messages.warning(request, "Chọn danh sách việc hoặc trạng thái rồi đặt tên; từ đang tìm không được lưu.")
        return HttpResponseRedirect(back)
    SavedFilter.objects.update_or_create(user=request.user, name=name, defaults={"query": address})
    messages.success(request, f"Đã lưu bộ lọc “{name}”.")
    return HttpResponseRedirect(f"{back}?{address}")
