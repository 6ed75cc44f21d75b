"""Sheets of labels as they go out: of every counter of an agency, of the dossiers of a day or of those named."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from dossiers import typed
from dossiers.models import Desk
from dossiers.printed_forms.printing import PrintError
from portal.print_studio import drawing, labels, packing, sources
from portal.print_studio.desk import labels_form, own_agency, page
from portal.print_studio.facts import facts_of
from portal.print_studio.handing import as_file, back_with


@require_GET
def desks(request, pk: int):
    """Hand out a sheet of labels with the symbol of each counter; the agency's own where it has none."""
    agency = own_agency(request, pk)
    rows = Desk.objects.filter(agency=agency, active=True).order_by("code")
    places = [sources.of_desk(desk) for desk in rows] or [sources.of_agency(agency)]
    start = min(max(typed.whole(request.GET.get("tu"), digits=2) or 1, 1), labels.ON_A_SHEET)
    facts = facts_of(agency, timezone.localdate())
    try:
        content = labels.drawn(labels.of_desks(facts, places), facts, start=start, now=timezone.now())
    except (drawing.NothingToPrint, PrintError) as error:
        return back_with(request, agency, str(error))
    return _pdf(content, f"nhan-quay_{packing.slug(agency.name)}.pdf")


@require_POST
def dossiers(request, pk: int):
    """Hand out labels that lead to dossiers' pages; numbers are sent, not part of the address. Nothing is written."""
    agency = own_agency(request, pk)
    form = labels_form(request, agency, request.POST)
    if form is None:
        raise PermissionDenied
    if not form.is_valid():
        return page(request, agency, labels=form)
    facts, now = facts_of(agency, timezone.localdate()), timezone.now()
    try:
        content = labels.drawn(labels.of_dossiers(form.found), facts, start=form.cleaned_data["start"], now=now)
    except PrintError as error:
        return back_with(request, agency, str(error))
    return _pdf(content, f"nhan-ho-so_{timezone.localdate():%Y%m%d}.pdf")


def _pdf(content: bytes, name: str):
    return as_file(HttpResponse(content, content_type="application/pdf"), name)
