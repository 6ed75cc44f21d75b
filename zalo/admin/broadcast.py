"""The desk of broadcasts: lists by step, the page of one with its acts and the look ahead, progress, results by row."""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.cache import cache
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dossiers import typed
from dossiers.admin.base import AgencyScopedAdmin
from dossiers.lists import keyset
from dossiers.scoping import scoped
from dossiers.table_files.written import csv_lines
from dossiers.workflow.moving import ActError, open_acts, run
from dossiers.worklist import capped
from zalo.admin.access import must_have, page_context
from zalo.admin.broadcast_forms import FORMS, NewForm, TemplateForm
from zalo.broadcasts import (
    article_targets,
    audience,
    drafting,
    editions,
    letters,
    limits,
    planning,
    results,
    template_rules,
    trial,
)
from zalo.broadcasts.acts import ACTS, OF_ANOTHER, WRITABLE
from zalo.messages import broadcast_words
from zalo.models import Broadcast

State = Broadcast.State
SHOWN, PAGE = 50, 50
TABS: dict[str, tuple[str, tuple[str, ...]]] = {
    "cho-duyet": ("Chờ duyệt", (State.SUBMITTED,)),
    "dang-soan": ("Đang soạn, cần sửa", (State.DRAFT, State.REJECTED)),
    "dang-gui": ("Đang gửi, tạm dừng, hẹn giờ", (State.RUNNING, State.STOPPED, State.APPROVED)),
    "da-gui": ("Đã gửi xong", (State.DONE,)),
    "da-huy": ("Đã huỷ", (State.CANCELLED,)),
}
LEVELS: dict[str, str] = {State.SUBMITTED: "today", State.REJECTED: "late", State.DRAFT: "soon", State.STOPPED: "late"}
MOVING = (State.RUNNING, State.STOPPED)
COUNTED_SECONDS = 10
MAIL_TAB = "thu"


def own(request) -> QuerySet[Broadcast]:
    """Return the broadcasts of the user's agencies. Raises PermissionDenied without the right to see any."""
    must_have(request, "view_broadcast")
    return scoped(Broadcast.objects.select_related("account", "agency", "author", "approver"), request.user)


def one(request, pk: int) -> Broadcast:
    row = own(request).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


@require_http_methods(["GET", "HEAD", "POST"])
def view_list(request):
    """Show the broadcasts of one step, what changed last first; a POST begins a new one."""
    mine = own(request)
    form = NewForm(request.POST or None, user=request.user)
    if request.method == "POST":
        must_have(request, "add_broadcast")
        if form.is_valid():
            try:
                row = drafting.begin(**form.cleaned_data, by=request.user, now=timezone.now())
            except ActError as error:
                form.add_error("title", str(error))
            else:
                messages.success(request, "Đã mở tin mới. Hãy viết, chọn người nhận rồi trình duyệt.")
                return redirect("admin:zalo_broadcast_change", row.pk)
    counts = {tab: capped(mine.filter(state__in=states)) for tab, (_, states) in TABS.items()}
    chosen = request.GET.get("muc", "")
    if chosen not in TABS:
        chosen = next((tab for tab in TABS if counts[tab] != "0"), "dang-soan")
    rows = list(mine.filter(state__in=TABS[chosen][1]).order_by("-state_changed_at", "-id")[: SHOWN + 1])
    context = page_context(
        request,
        "Tin gửi nhiều người",
        Broadcast,
        tabs=[(tab, label, counts[tab]) for tab, (label, _) in TABS.items()],
        chosen=chosen,
        rows=[(row, LEVELS.get(row.state, "calm")) for row in rows[:SHOWN]],
        more=len(rows) > SHOWN,
        form=form,
        may_write=request.user.has_perm("zalo.add_broadcast"),
    )
    return render(request, "zalo/desk/broadcasts.html", context, status=422 if form.errors else 200)


@require_GET
def view(request, pk: int):
    """Show the broadcast with the acts open to the user."""
    return page(request, one(request, pk))


@require_POST
def act(request, pk: int, name: str):
    """Do one act; a wrong form comes back with its sentences, a stale page says so."""
    chosen = ACTS.get(name)
    if chosen is None:
        raise Http404
    row = one(request, pk)
    must_have(request, chosen.permission)
    form = FORMS[chosen.asks](request.POST, row=row, user=request.user, auto_id=f"{chosen.name}-%s")
    if not form.is_valid():
        return page(request, row, refused=(chosen, form), status=422)
    seen = typed.whole(request.POST.get("version", ""))
    try:
        run(chosen, row, by=request.user, now=timezone.now(), expected_version=seen, **form.arguments())
    except ActError as error:
        form.add_error(None, str(error))
        return page(request, one(request, pk), refused=(chosen, form), status=409)
    messages.success(request, f"{chosen.label}: {chosen.done}")
    return HttpResponseRedirect(reverse("admin:zalo_broadcast_change", args=[pk]))


def page(request, row: Broadcast, *, refused=None, status: int = 200):
    """Return the rendered page; `refused` is (act, form) to show with its errors."""
    now, acts = timezone.now(), []
    for found in open_acts(ACTS, request.user, row):
        is_refused = bool(refused and refused[0].name == found.name)
        if found.name in OF_ANOTHER and row.author_id == request.user.pk and not is_refused:
            continue
        form = refused[1] if is_refused else FORMS[found.asks](row=row, user=request.user, auto_id=f"{found.name}-%s")
        acts.append((found, form, is_refused))
    names = {found.name for found, _, _ in acts}
    lost = refused[1].non_field_errors() if refused and refused[0].name not in names else []
    records = list(row.records.select_related("by").order_by("-at", "-id")[:60])
    context = page_context(
        request,
        row.title,
        Broadcast,
        row=row,
        level=LEVELS.get(row.state, "calm"),
        edit=next((each for each in acts if each[0].name == "edit"), None),
        acts=[each for each in acts if each[0].name != "edit"],
        lost_errors=lost,
        lost_text=refused[1]["text"].value() if lost and refused[0].name == "edit" else "",
        urgent_elsewhere=row.is_urgent and row.state in WRITABLE and "send_urgent" not in names,
        records=records,
        back_note=next((each.note for each in records if each.state == State.REJECTED), ""),
        whom=audience.words(row),
        target=article_targets.words(row.audience or {}),
        only_mail=audience.only_by_mail(row),
        review_due=limits.review_due(row),
        each=row.way == Broadcast.Way.EACH,
        said=broadcast_words.text_of(row, planning.purpose_of(row)) if row.way == Broadcast.Way.EACH else row.said,
        code=trial.code_of(row, now=now) if row.state in Broadcast.NOT_BEGUN else "",
        **_ahead(row, now),
        **_so_far(row),
    )
    return render(request, "zalo/desk/broadcast.html", context, status=status)


def _ahead(row: Broadcast, now) -> dict:
    if row.state not in Broadcast.NOT_BEGUN:
        return {}
    typed_from = limits.typed_from(row, now=now)
    if row.way == Broadcast.Way.EACH:
        return {"plan": planning.look(row, now=now), "typed_from": typed_from}
    mails, followers = letters.expected(row), planning.followers(row).count()
    return {
        "mails": mails,
        "typed_from": typed_from,
        "typed": followers + mails,
        "article": {"followers": followers, "refused": planning.unwilling(row).count()},
        "troubles": planning.troubles(row, now=now),
    }


def _so_far(row: Broadcast, count=results.of) -> dict:
    if row.state in Broadcast.NOT_BEGUN:
        return {}
    if row.way != Broadcast.Way.EACH:
        return {"mailed": letters.counts(row)}
    now, runs = timezone.now(), row.state == State.RUNNING
    quiet = planning.quiet_until(row, now=now) if runs else None
    waits = [*planning.troubles(row, now=now), *planning.waits(row, now=now)] if runs else []
    said = {"live": row.state in MOVING, "quiet": quiet, "waits": waits, "mailed": letters.counts(row)}
    return {"figures": count(row), **said}


def _counted(row: Broadcast) -> results.Figures:
    """Return the figures; while messages leave one count serves everybody who watches for COUNTED_SECONDS."""
    if row.state not in MOVING:
        return results.of(row)
    key = f"broadcast-figures-{row.pk}-{row.state}"
    figures = cache.get(key)
    if figures is None:
        figures = results.of(row)
        cache.set(key, figures, COUNTED_SECONDS)
    return figures


@require_GET
def progress(request, pk: int):
    """Give the part of the page that moves while messages leave."""
    row = one(request, pk)
    return render(request, "zalo/desk/_broadcast_progress.html", {"row": row, **_so_far(row, _counted)})


@require_GET
def people(request, pk: int):
    """Show, a page at a time, what became of each person."""
    row = one(request, pk)
    chosen = request.GET.get("ket-qua")
    known = chosen if chosen in results.STANDINGS or chosen == MAIL_TAB else None
    wanted = results.letters_of(row) if known == MAIL_TAB else results.rows_of(row, known)
    said = results.letter_line if known == MAIL_TAB else results.line
    found, mark = keyset.page(wanted, keyset.NEWEST, request.GET.get("truoc", ""), size=PAGE)
    query = request.GET.copy()
    query["truoc"] = mark
    context = page_context(
        request,
        f"Ai đã nhận: {row.title}",
        Broadcast,
        row=row,
        rows=[said(each) for each in found],
        figures=results.of(row),
        mails=sum(count for _, count in letters.counts(row)),
        mail_tab=MAIL_TAB,
        chosen=known,
        more=query.urlencode() if mark else "",
    )
    return render(request, "zalo/desk/broadcast_people.html", context)


@require_GET
def export(request, pk: int):
    """Hand out the results as a CSV file, line by line."""
    row = one(request, pk)
    response = StreamingHttpResponse(csv_lines(results.export(row)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="ket-qua-{row.number}.csv"'
    return response


@require_GET
def edition(request, pk: int, name: str):
    """Hand out the same notice for the loudspeaker or as a letter."""
    made = {"loa": editions.aloud, "thu": editions.letter}.get(name)
    if made is None:
        raise Http404
    row = one(request, pk)
    response = HttpResponse(made(row).encode("utf-8-sig"), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}-{row.number}.txt"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def check_template(request):
    """Check a template against Zalo's rules before it is handed in."""
    must_have(request, "view_template")
    form = TemplateForm(request.POST or None)
    faults = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        buttons = ((said["button"], said["target"]),) if said["button"] or said["target"] else ()
        faults = template_rules.faults(template_rules.Proposed(said["title"], said["text"], said["tag"], buttons))
    context = page_context(request, "Kiểm tra mẫu tin trước khi nộp", Broadcast, form=form, faults=faults)
    return render(request, "zalo/desk/template_check.html", context, status=422 if faults else 200)


@admin.register(Broadcast)
class BroadcastAdmin(AgencyScopedAdmin):
    """Routes to the pages; a broadcast changes only through zalo.broadcasts.acts and is kept for good."""

    def get_urls(self):
        def page_of(view_of):
            return self.admin_site.admin_view(view_of)

        return [
            path("", page_of(view_list), name="zalo_broadcast_changelist"),
            path("kiem-tra-mau/", page_of(check_template), name="zalo_template_check"),
            path("<int:pk>/change/", page_of(view), name="zalo_broadcast_change"),
            path("<int:pk>/viec/<slug:name>/", page_of(act), name="zalo_broadcast_act"),
            path("<int:pk>/tien-do/", page_of(progress), name="zalo_broadcast_progress"),
            path("<int:pk>/ai-da-nhan/", page_of(people), name="zalo_broadcast_people"),
            path("<int:pk>/ket-qua.csv", page_of(export), name="zalo_broadcast_export"),
            path("<int:pk>/ban/<slug:name>/", page_of(edition), name="zalo_broadcast_edition"),
        ]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
