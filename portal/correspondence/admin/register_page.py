"""The register of a year at the desk: found by words, page by page, as a workbook and on paper."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from dossiers import typed
from dossiers.admin.access import page_context
from dossiers.lists import keyset
from dossiers.models import Agency
from dossiers.printed_forms import FormError
from dossiers.printed_forms.printing import PrintError
from dossiers.table_files.written import made_by
from portal.correspondence import register
from portal.correspondence.admin import access, long_register
from portal.correspondence.models import Document
from portal.correspondence.states import WRITTEN_HERE, Kind

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def view(request):
    """Show the lines of a register, the last ones first."""
    access.must(request, "view_document")
    agency, asked = _asked(request, request.GET)
    rows, after, series = [], "", []
    if agency is not None:
        found = register.lines(agency, asked["direction"], asked["year"], kind=asked["kind"], words=asked["words"])
        rows, after = keyset.page(found, register.NEWEST, request.GET.get("sau", ""))
        series = register.series(agency, asked["year"])
    kept = {"co-quan": agency.pk if agency else "", "so": asked["name"], "nam": asked["year"], "loai": asked["kind"],
            "q": asked["words"]}  # fmt: skip
    context = page_context(
        request,
        "Sổ đăng ký văn bản",
        opts=Document._meta,
        agency=agency,
        agencies=access.agencies_of(request.user),
        asked=asked,
        years=register.years(agency, timezone.localdate()) if agency else [],
        kinds=[(kind, kind.label) for kind in Kind if asked["name"] == "den" or kind in WRITTEN_HERE],
        rows=[(row, register.enclosed(row)) for row in rows],
        series=series,
        next=f"?{urlencode({**kept, 'sau': after})}" if after else "",
        kept=kept,
        coming_in=asked["name"] == "den",
    )
    return render(request, "correspondence/desk/register.html", context)


@require_POST
def download(request):
    """Answer the register as a workbook, or on paper."""
    access.must(request, "view_document")
    agency, asked = _asked(request, request.POST)
    if agency is None:
        messages.error(request, "Chọn cơ quan trước khi tải sổ.")
        return redirect("admin:correspondence_register")
    chosen = {"kind": asked["kind"], "words": asked["words"]}
    name = f"so-van-ban-{asked['name']}-{asked['year']}"
    if request.POST.get("tep") != "pdf":
        now = timezone.now()
        made = made_by(request.user, now)
        of = (agency, asked["direction"], asked["year"])
        if long_register.is_long(*of, **chosen):
            act = long_register.begin(*of, made=made, by=request.user, now=now, **chosen)
            messages.info(request, "Sổ dài: hệ thống xuất CSV ở phía sau.")
            return redirect("admin:desk_long_act", pk=act.pk)
        file = register.xlsx(*of, made=made, **chosen)
        return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
    keeper = request.user.get_full_name() or request.user.get_username()
    try:
        pdf = register.pdf(agency, asked["direction"], asked["year"], now=timezone.now(), keeper=keeper, **chosen)
    except (FormError, PrintError) as error:
        messages.error(request, str(error))
        return redirect(f"{reverse('admin:correspondence_register')}?so={asked['name']}&nam={asked['year']}")
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return answer


def _asked(request, data) -> tuple[Agency | None, dict]:
    """Return whose register is asked for, and what of it; what nobody offers falls back to the usual."""
    mine = access.agencies_of(request.user)
    agency = mine.filter(pk=typed.whole(data.get("co-quan", "")) or 0).first()
    agency = agency or access.usual_agency(request.user)
    name = data.get("so", "")
    name = name if name in register.DIRECTIONS else "di"
    today = timezone.localdate()
    year = typed.whole(data.get("nam", ""), digits=4)
    return agency, {
        "name": name,
        "direction": register.DIRECTIONS[name],
        "year": year if year in typed.YEARS else today.year,
        "kind": data.get("loai", "") if data.get("loai", "") in Kind.values else "",
        "words": str(data.get("q", ""))[:120].strip(),
    }
