"""The studio at the desk: choose an agency, say how it looks, see its pieces, print, note what was printed."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dossiers import ownership
from dossiers.admin.access import page_context
from dossiers.models import Agency, Desk
from dossiers.scoping import scoped
from dossiers.search_text import fold
from portal.print_studio import drawing, texts
from portal.print_studio.facts import Facts, facts_of
from portal.print_studio.forms import IdentityForm, LabelsForm, MaterialForm, PrintingForm
from portal.print_studio.models import Identity, Material, Printing
from portal.print_studio.palettes import PALETTES
from portal.print_studio.pieces import OF_A_DESK, OF_AN_AGENCY
from portal.print_studio.sharing import materials_for

SHOWN = 60
SHOWN_PRINTINGS = 8
WRITTEN_BY = {
    "dossiers_agency_change": "dossiers.change_agency",
    "zalo_account_change": "zalo.change_account",
    "zalo_account_changelist": "zalo.change_account",
}
"""Page where a missing fact is written → the right to write it."""


def may(request, codename: str) -> None:
    """Raise PermissionDenied unless the user has "print_studio.<codename>"."""
    if not request.user.has_perm(f"print_studio.{codename}"):
        raise PermissionDenied


def own_agency(request, pk: int) -> Agency:
    """Return the agency when it is one of the user's; 404 otherwise."""
    may(request, "view_identity")
    rows = scoped(Agency.objects.select_related("parent"), request.user, "pk")
    agency = rows.filter(pk=pk, active=True).first()
    if agency is None:
        raise Http404
    return agency


def may_change(request, agency: Agency) -> bool:
    held = request.user.has_perm("print_studio.change_identity")
    return held and ownership.may_write(request.user, Identity(agency=agency))


@require_GET
def agencies(request):
    """List the user's agencies; the only one opens at once."""
    may(request, "view_identity")
    rows = scoped(Agency.objects.filter(active=True).order_by("name"), request.user, "pk")
    asked = request.GET.get("q", "")[:80]
    found = list(rows.filter(name_folded__contains=fold(asked))[: SHOWN + 1])
    if not asked and len(found) == 1:
        return HttpResponseRedirect(reverse("admin:print_studio_agency", args=[found[0].pk]))
    known = set(Identity.objects.filter(agency__in=[row.pk for row in found]).values_list("agency_id", flat=True))
    desks = set(
        Desk.objects.filter(agency__in=[row.pk for row in found], active=True).values_list("agency_id", flat=True)
    )
    context = _context(
        request,
        "Ấn phẩm",
        rows=[(row, row.pk in known, row.pk in desks) for row in found[:SHOWN]],
        more=len(found) > SHOWN,
        asked=asked,
        finishes=drawing.FINISHES,
    )
    return render(request, "print_studio/agencies.html", context)


@require_GET
def studio(request, pk: int):
    """Show an agency's pieces with what is missing, what to do next and what was printed."""
    return page(request, own_agency(request, pk))


def page(request, agency: Agency, **forms):
    """Return the studio's page; `forms` are those sent with faults."""
    facts = facts_of(agency, timezone.localdate())
    desks = list(Desk.objects.filter(agency=agency, active=True).order_by("code"))
    context = _context(
        request,
        f"Ấn phẩm: {agency}",
        agency=agency,
        facts=facts,
        missing=_missing(request, facts),
        desks=desks,
        desk_pieces=OF_A_DESK,
        pieces=OF_AN_AGENCY,
        finishes=drawing.FINISHES,
        texts=[(text, texts.long_as(text.words(facts))) for text in texts.ALL] if facts.account else [],
        materials=materials_for(agency),
        printings=Printing.objects.filter(agency=agency).select_related("desk", "by")[:SHOWN_PRINTINGS],
        may_change=may_change(request, agency),
        may_note=request.user.has_perm("print_studio.add_printing"),
        may_share=may_share(request, agency),
        printing_form=forms.get("printing") or PrintingForm(agency=agency, today=timezone.localdate()),
        material_form=forms.get("material") or MaterialForm(),
        labels_form=forms.get("labels") or labels_form(request, agency),
        next_steps=_next_steps(facts, desks),
    )
    return render(request, "print_studio/studio.html", context)


def labels_form(request, agency: Agency, data=None) -> LabelsForm | None:
    """Return the form for labels of dossiers; None for who sees no dossiers."""
    if not request.user.has_perm("dossiers.view_dossier"):
        return None
    return LabelsForm(data, agency=agency, user=request.user, today=timezone.localdate())


def _next_steps(facts: Facts, desks: list[Desk]) -> list[str]:
    steps = ["Bổ sung những điều còn thiếu ở trên."] if facts.missing else []
    if not desks:
        steps.append(
            "Cơ quan chưa có quầy nào: nhờ quản trị khai quầy để mỗi quầy có mã riêng và đếm được lượt quan tâm."
        )
    return [
        *steps,
        "Tải bộ cho mọi quầy, in thử một bản, quét bằng hai điện thoại khác nhau.",
        "In, dán đúng quầy; ghi số bản đã in ở cuối trang để phễu đếm được.",
        "Sau một tuần mở phễu: quầy nào quét ít, quan tâm ít thì làm theo lời gợi ý.",
    ]


@require_http_methods(["GET", "POST"])
def identity(request, pk: int):
    """Change how the agency looks on paper."""
    agency = own_agency(request, pk)
    if not may_change(request, agency):
        raise PermissionDenied(ownership.REFUSED)
    own = Identity.objects.filter(agency=agency).first() or Identity(agency=agency)
    form = IdentityForm(request.POST or None, request.FILES or None, instance=own)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Đã lưu bộ nhận diện; mọi ấn phẩm tải từ bây giờ theo bộ này.")
        return HttpResponseRedirect(reverse("admin:print_studio_agency", args=[pk]))
    facts = facts_of(agency, timezone.localdate())
    context = _context(
        request,
        f"Bộ nhận diện: {agency}",
        agency=agency,
        form=form,
        facts=facts,
        palettes=PALETTES.items(),
        chosen=form["palette"].value() or "",
        missing=_missing(request, facts),
        has_emblem=bool(form.instance.emblem),
    )
    return render(request, "print_studio/identity.html", context)


@require_POST
def note_printing(request, pk: int):
    """Write down that copies were printed."""
    agency = own_agency(request, pk)
    may(request, "add_printing")
    form = PrintingForm(request.POST, agency=agency, today=timezone.localdate())
    if not form.is_valid():
        return page(request, agency, printing=form)
    Printing.objects.create(agency=agency, by=request.user, **form.cleaned_data)
    messages.success(request, f"Đã ghi {form.cleaned_data['copies']} bản vào phễu.")
    return HttpResponseRedirect(reverse("admin:print_studio_agency", args=[pk]) + "#da-in")


def may_share(request, agency: Agency) -> bool:
    held = request.user.has_perm("print_studio.add_material")
    return held and ownership.may_write(request.user, Material(agency=agency))


@require_POST
def add_material(request, pk: int):
    """Keep a guide of the agency, for the agencies below it too when it says so (S4-09)."""
    agency = own_agency(request, pk)
    if not may_share(request, agency):
        raise PermissionDenied(ownership.REFUSED)
    form = MaterialForm(request.POST, request.FILES)
    if not form.is_valid():
        return page(request, agency, material=form)
    row = form.save(commit=False)
    taken = form.taken
    row.agency, row.by, row.file_name = agency, request.user, taken.name
    row.content_type, row.size = taken.content_type, len(taken.content)
    kept_as = f"{taken.sha256[:24]}.{taken.name.rpartition('.')[2]}"
    row.file.save(kept_as, ContentFile(taken.content, name=kept_as), save=True)
    messages.success(request, "Đã lưu tài liệu." + (" Các cơ quan cấp dưới thấy ngay." if row.shared else ""))
    return HttpResponseRedirect(reverse("admin:print_studio_agency", args=[pk]) + "#tai-lieu")


def _missing(request, facts: Facts) -> list[tuple[str, str]]:
    """Return what is missing in words, each with where it is written for whoever may write it there; "" for others."""
    found = []
    for each in facts.missing:
        may = request.user.has_perm(WRITTEN_BY[each.page])
        found.append((each.words, reverse(f"admin:{each.page}", args=[each.row] if each.row else []) if may else ""))
    return found


def _context(request, title: str, **more) -> dict:
    return page_context(request, title, opts=Identity._meta, **more)
