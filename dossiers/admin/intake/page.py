"""Receiving at the counter: one page for the keyboard, with what the clerk must know before saving.

Everything works without JavaScript; the script only saves key strokes (search as you type, recall, draft).
"""

from __future__ import annotations

import json
import secrets

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dossiers import typed
from dossiers.admin.access import must_have, page_context, read_person
from dossiers.admin.intake.form import IntakeForm
from dossiers.intake import counter as intake
from dossiers.intake import one_slip, people
from dossiers.intake.counter import AlreadySaved, IntakeError
from dossiers.intake.counter_lists import taken_here
from dossiers.intake.identity_card import read_card
from dossiers.lists.dossier_search import scanned_dossier
from dossiers.models import IntakeDraft, MissedSearch, Receipt
from dossiers.papers.issuing import printed_phone
from dossiers.privacy.guessing import TooMany
from dossiers.procedure_search import missed
from dossiers.procedure_search.search import search
from dossiers.scoping import membership_of
from dossiers.workflow import acts
from dossiers.workflow.moving import ActError
from dossiers.written_dates import written_time

LARGEST_DRAFT = 60_000
LONGEST_SCAN = 2_000
ACT_AFTER = {"supplement": "ask_submitter", "refuse": "refuse"}
SPOKEN = {
    "supplement": "Kiểm tra từng mục còn thiếu rồi bấm “Yêu cầu bổ sung” để in mẫu 02.",
    "refuse": "Ghi lý do và căn cứ rồi bấm “Từ chối tiếp nhận” để in mẫu 03.",
}


@require_http_methods(["GET", "POST"])
def view(request):
    """Show the form; on POST receive the dossiers and go to the receipt's page of the first one."""
    must_have(request, "receive_dossier")
    place = membership_of(request.user)
    if place is None:
        messages.warning(request, "Bạn chưa thuộc trung tâm nào. Hãy nhờ quản trị viên khai báo cơ quan của bạn.")
        return HttpResponseRedirect(reverse("admin:index"))
    now = timezone.now()
    if request.method == "POST":
        form = IntakeForm(request.POST, place=place, now=now, may_assign=_may_assign(request))
        receipt = _receive(form, request, now)
        if receipt:
            _forget_draft(request.user, form.key)
            if form.onto:
                return _added(request, receipt, form.key)
            first = receipt.dossiers.order_by("id").first()
            here = reverse("admin:dossiers_dossier_change", args=[first.pk])
            if form.next_step:
                messages.info(request, f"Đã ghi {receipt.number}. {SPOKEN[form.next_step]}")
                return HttpResponseRedirect(f"{here}?viec={ACT_AFTER[form.next_step]}#viec")
            if receipt.issued_at == now:
                messages.success(request, f"Đã tiếp nhận {receipt.number}. Nhấn Enter để in giấy tiếp nhận.")
            else:
                at = written_time(receipt.issued_at)
                messages.info(
                    request,
                    f"Trang này đã lưu lúc {at} thành {receipt.number}, nên không lập thêm hồ sơ nào.",
                )
            return HttpResponseRedirect(f"{here}?moi=1")
        return _page(request, form, place, status=422)
    kept = IntakeDraft.objects.filter(user=request.user).first()
    if "bo" in request.GET and kept:
        kept.delete()
        return HttpResponseRedirect(reverse("admin:dossiers_dossier_add"))
    initial = _onto(request, place) if "giay" in request.GET else _kept(kept)
    form = IntakeForm(initial, place=place, now=now, shown_only=True, may_assign=_may_assign(request))
    return _page(request, form, place, restored=bool(kept and initial and not form.onto))


def _onto(request, place) -> dict:
    """Return the form's data for one more dossier on a receipt of the day: its person, already known."""
    must_have(request, "correct_dossier")
    receipt = get_object_or_404(
        Receipt.objects.select_related("submitter"),
        agency=place.agency,
        pk=typed.whole(request.GET["giay"]) or 0,
    )
    read_person(request, receipt.dossiers.all()[:1], "thêm hồ sơ vào giấy")
    stated = {name: getattr(receipt.submitter, name) for name in people.FACTS}
    return stated | {"phone": printed_phone(stated["phone"]), "onto": str(receipt.pk)}


def _added(request, receipt: Receipt, key: str):
    event = one_slip.added_by(receipt, key)
    new = receipt.dossiers.filter(pk__in=event.facts["added"]).order_by("-id").first() if event else None
    new = new or receipt.dossiers.latest("id")
    messages.success(request, f"Đã thêm {new.code} vào giấy {receipt.number}. Nhấn Enter để in giấy thay thế.")
    return HttpResponseRedirect(reverse("admin:dossiers_dossier_change", args=[new.pk]) + "?thay=1")


def _receive(form: IntakeForm, request, now):
    """Return the receipt, or None with the form carrying every error."""
    if not form.is_complete():
        return None
    try:
        if form.next_step:
            return intake.submit(form.intake(), by=request.user, now=now)
        receipt = intake.receive(form.intake(), by=request.user, now=now)
        _pass_on(receipt, form, request, now)
        return receipt
    except IntakeError as error:
        if isinstance(error, AlreadySaved):
            form.key = ""  # what is typed here is another intake: it gets a key of its own
        form.may_be_renamed = isinstance(error.__cause__, people.OtherName)
        form.add_errors(error.errors)
        return None


def _pass_on(receipt: Receipt, form: IntakeForm, request, now) -> None:
    """Give the dossiers just received to the person chosen with the room, where one was and the clerk may."""
    handler = form.handler
    if handler is None or not _may_assign(request):
        return
    person = get_user_model().objects.get(pk=handler)
    just_received = receipt.dossiers.filter(received_at=now).select_related("agency", "unit", "receipt")
    for dossier in just_received.order_by("id"):
        try:
            acts.do("assign", dossier, by=request.user, now=now, handler=person, unit=form.unit)
        except ActError as error:
            messages.warning(request, f"{dossier.code} đã tiếp nhận nhưng chưa phân công: {error}")


def _may_assign(request) -> bool:
    return request.user.has_perm("dossiers.assign_dossier")


def _page(request, form, place, *, status: int = 200, restored: bool = False):
    context = page_context(
        request,
        "Tiếp nhận hồ sơ",
        form=form,
        place=place,
        restored=restored,
        key=form.key or secrets.token_urlsafe(16),
    )
    context.pop("opts")  # the title stands alone
    return render(request, "dossiers/desk/intake.html", context, status=status)


def _forget_draft(user, key: str) -> None:
    """Delete the draft of the form just saved; one typed in another tab meanwhile stays."""
    kept = IntakeDraft.objects.filter(user=user).first()
    if kept and _kept(kept).get("key", key) == key:
        kept.delete()


def _kept(draft: IntakeDraft | None) -> dict:
    if draft is None:
        return {}
    try:
        data = json.loads(draft.data)
    except ValueError:
        return {}
    if not isinstance(data, dict) or data.get("onto"):  # what was being added to a saved receipt is not begun elsewhere
        return {}
    return {str(name): str(value) for name, value in data.items()}


@require_GET
def procedures(request):
    """Answer procedures found by words without accents or by code, the most received first."""
    must_have(request, "receive_dossier")
    place = membership_of(request.user)
    found = search(request.GET.get("q", "")[:200], today=timezone.localdate(), size=40, unfinished=True).rows
    found = taken_here(found, place.agency)[:12] if place else found[:12]
    return JsonResponse({"items": [{"code": row.code, "name": row.name} for row in found]})


@require_GET
def procedure(request):
    """Answer the page's part about one chosen procedure: papers to tick, fee, due date and its sentence."""
    must_have(request, "receive_dossier")
    place = membership_of(request.user)
    if place is None:
        return HttpResponse(status=409)
    form = IntakeForm(request.GET, place=place, now=timezone.now(), may_assign=_may_assign(request))
    searched = request.GET.get("searched", "")[:200]
    if searched and form.items[0]["procedure"]:
        missed.chosen(
            searched,
            form.items[0]["procedure"],
            place=MissedSearch.Place.COUNTER,
            today=timezone.localdate(),
            agency=place.agency,
        )
    return render(request, "dossiers/desk/intake_facts.html", {"item": form.items[0], "form": form})


@require_POST
def person(request):
    """Answer who came to this agency before with this full id: the citizen stands at the counter.

    POST keeps ids out of logs. The answer is written to the reading log, and nobody may ask without end.
    """
    must_have(request, "receive_dossier")
    must_have(request, "see_personal_data")
    place = membership_of(request.user)
    if place is None:
        return JsonResponse({"known": False})
    number = request.POST.get("id_number", "")[:60]
    try:
        found = people.recall(number, by=request.user, agency=place.agency, now=timezone.now())
    except TooMany as over:
        sentence = f"Bạn đã gọi lại quá nhiều người trong một giờ. Hãy nhập tay, hoặc chờ {over.minutes} phút."
        return JsonResponse({"known": False, "trouble": sentence}, status=429)
    if found is None:
        return JsonResponse({"known": False})
    facts = {name: getattr(found, name) for name in people.FACTS if name != "id_number"}
    facts["phone"] = printed_phone(found.phone)
    return JsonResponse({"known": True, **facts})


@require_POST
def scan(request):
    """Answer what a scanner read: a citizen's card as the fields it names, a receipt's code as the page it opens.

    POST keeps the card out of logs; {} when it is neither.
    """
    must_have(request, "receive_dossier")
    text = request.POST.get("text", "")[:LONGEST_SCAN]
    card = read_card(text)
    if card:
        return JsonResponse({"card": {"id_number": card.number, "full_name": card.name, "address": card.address}})
    found = scanned_dossier(text, request.user)
    return JsonResponse({"opens": reverse("admin:dossiers_dossier_change", args=[found.pk])} if found else {})


@require_POST
def draft(request):
    """Keep the form as it stands (sealed), so that a dead browser loses nothing.

    Its key stays with it: a draft opened in two tabs is still one intake. A draft that arrives after its form was saved
    is dropped, and what is being added to a saved receipt is none: it would bring its person and its receipt back
    wherever the next intake begins.
    """
    must_have(request, "receive_dossier")
    data = {name: value for name, value in request.POST.items() if name != "csrfmiddlewaretoken"}
    text = json.dumps(data, ensure_ascii=False)
    if len(text) > LARGEST_DRAFT:
        return HttpResponse(status=413)
    if data.get("onto") or Receipt.objects.filter(intake_key=data.get("key") or None).exists():
        return HttpResponse(status=204)
    IntakeDraft.objects.update_or_create(user=request.user, defaults={"data": text})
    return HttpResponse(status=204)
