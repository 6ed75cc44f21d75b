"""Reports at the desk: found by number, begun, written, numbered, handed out as DOCX and PDF."""

from __future__ import annotations

import re

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dossiers import typed
from dossiers.admin.access import page_context
from dossiers.models import Agency
from dossiers.printed_forms import AUTHORITIES, FormError
from dossiers.printed_forms.printing import PrintError
from dossiers.scoping import may_see, membership_of, scoped
from dossiers.workflow.moving import ActError
from dossiers.written_dates import written_month
from feedback.figures.periods import LONGEST, Period, chosen
from portal.reporting.board_page import must_see
from portal.reporting.models import Report, ReportDraft
from portal.reporting.reports import acts, checks, paper, words
from portal.reporting.reports.acts import Refused

SHOWN = 100
SHOWN_DRAFTS = 30
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_REFERENCE = re.compile(r"\s*(\d{1,6})\s*/\s*(\S.*?)\s*", re.DOTALL)


class BeginForm(forms.Form):
    """What a new report is about."""

    kind = forms.ChoiceField(label="Loại báo cáo", choices=Report.Kind.choices)
    abstract = forms.CharField(
        label="Trích yếu",
        max_length=300,
        help_text="Ví dụ: Kết quả triển khai thí điểm kênh Zalo trong cải cách hành chính",
    )
    issuer = forms.ModelChoiceField(label="Cơ quan báo cáo", queryset=Agency.objects.none())
    agencies = forms.ModelMultipleChoiceField(
        label="Đơn vị được tính số liệu",
        queryset=Agency.objects.none(),
        help_text="Giữ Ctrl để chọn nhiều đơn vị.",
    )
    first = typed.DayField(label="Từ ngày")
    last = typed.DayField(label="Đến hết ngày")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        agencies = scoped(Agency.objects.order_by("name"), user, "pk")
        self.fields["issuer"].queryset = self.fields["agencies"].queryset = agencies
        for box in self.fields.values():
            box.widget.attrs.setdefault("class", "mc-input")
        self.fields["agencies"].widget.attrs["size"] = 6

    def clean(self) -> dict:
        super().clean()
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and first > last:
            self.add_error("last", "Ngày cuối phải không trước ngày đầu. Hãy đổi lại hai ngày.")
        elif first and last and last - first > LONGEST:
            self.add_error("last", "Kỳ dài quá mười năm. Hãy chọn kỳ ngắn hơn.")
        if first and first > timezone.localdate():
            self.add_error("first", "Kỳ này chưa đến: chưa có số liệu. Hãy chọn ngày đã qua.")
        return self.cleaned_data


@require_GET
def listed(request):
    """Show the reports of the user's agencies, newest first; `so` finds one by its number, as other papers cite it."""
    must_see(request)
    rows = scoped(Report.objects.select_related("issuer", "created_by"), request.user, "issuer")
    wanted = str(request.GET.get("so", ""))[:60].strip()
    if wanted:
        fits = _REFERENCE.fullmatch(wanted)
        if fits:
            rows = rows.filter(number=int(fits[1]), symbol__iexact=fits[2])
        else:
            number = typed.whole(wanted, digits=6)
            rows = rows.filter(number=number) if number is not None else rows.filter(abstract__icontains=wanted)
    return _page(request, "Báo cáo", "reports.html", rows=list(rows[:SHOWN]), wanted=wanted, may_write=_writes(request))


@require_http_methods(["GET", "POST"])
def begin(request) -> HttpResponse:
    """Ask what the report is about, count, and open the draft."""
    must_see(request)
    _must_write(request)
    place = membership_of(request.user)
    first: dict = {"issuer": place.agency_id, "agencies": [place.agency_id]} if place else {}
    if request.GET.get("loai") == "thang-truoc":
        first |= _month_before()
    form = BeginForm(request.POST or None, initial=first, user=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        report = acts.begin(
            data["kind"], data["issuer"], list(data["agencies"]), Period(data["first"], data["last"]), data["abstract"],
            by=request.user, now=timezone.now(),
        )  # fmt: skip
        messages.success(request, "Đã tính số liệu và lập bản nháp. Hãy sửa lời văn rồi tải về, hoặc ghi số.")
        return HttpResponseRedirect(reverse("admin:reports_report", args=[report.pk]))
    return _page(request, "Lập báo cáo", "report_begin.html", form=form)


def _month_before() -> dict:
    """Return what a summary of the month that is over begins with."""
    month = chosen("thang-truoc", "", "", timezone.localdate())[1]
    return {
        "kind": Report.Kind.SUMMARY,
        "abstract": f"Tổng hợp kết quả tháng {written_month(month.first)}",
        "first": month.first,
        "last": month.last,
    }


@require_GET
def view(request, pk: int):
    """Show a report: its figures with how each is counted, what does not follow, its words."""
    report = _own(request, pk)
    return _shown(request, report, report.texts)


def _shown(request, report: Report, texts: dict, status: int = 200):
    actors = [*texts.get("actors", ())][: words.MOST_ACTORS]
    actors += [{"actor": "", "text": ""}] * (words.MOST_ACTORS - len(actors))
    numbered = report.is_numbered
    return _page(
        request,
        str(report),
        "report.html",
        status=status,
        report=report,
        agencies=list(report.agencies.order_by("name")),
        texts=texts,
        parts=[(part, texts.get(part.key, "")) for part in words.PARTS],
        actors=list(enumerate(actors)),
        used_actors=[each for each in actors if each["actor"] or each["text"]],
        odd=[] if numbered else checks.odd(words.written(texts), report.figures),
        authorities=AUTHORITIES.items(),
        symbol=paper.symbol_of(report),
        drafts=list(report.drafts.select_related("by")[:SHOWN_DRAFTS]),
        may_write=_may_change(request, report) and not numbered,
    )


@require_POST
def act(request, pk: int):
    """Do what a button says; whatever was typed is stored or shown again."""
    report = _own(request, pk)
    if not _may_change(request, report):
        raise PermissionDenied
    name, now = request.POST.get("viec", ""), timezone.now()
    try:
        if name == "luu":
            texts = words.read(request.POST)
            abstract = " ".join(request.POST.get("abstract", "").split())[:300]
            version = typed.whole(request.POST.get("version", "")) or 0
            if acts.write(report, abstract, texts, version=version, by=request.user, now=now):
                messages.success(request, "Đã lưu lời văn.")
            else:
                messages.error(
                    request,
                    "Người khác vừa sửa hoặc ghi số báo cáo này. Lời bạn viết được cất ở “Các bản nháp” bên dưới.",
                )
        elif name == "tinh-lai":
            acts.count_again(report, now=now)
            messages.success(request, "Đã tính lại số liệu; lời văn giữ nguyên.")
        elif name == "lay-lai":
            draft = ReportDraft.objects.filter(report=report, pk=typed.whole(request.POST.get("ban", "")) or 0).first()
            if draft is None:
                raise Refused("Không tìm thấy bản nháp này. Hãy tải lại trang rồi chọn lại.")
            acts.restore(report, draft, by=request.user, now=now)
            messages.success(request, "Đã lấy lại bản nháp; lời văn vừa thay được cất ở “Các bản nháp”.")
        elif name == "ghi-so":
            found = acts.give_number(
                report, typed.whole(request.POST.get("number", ""), digits=6), request.POST.get("symbol", "")[:60],
                typed.day(request.POST.get("dated", "")), seen=bool(request.POST.get("seen")), by=request.user, now=now,
            )  # fmt: skip
            messages.success(request, f"Đã ghi số {found.reference}; từ nay báo cáo không đổi nữa.")
        elif name == "van-ban-di":
            document = acts.to_document(report, by=request.user, now=now)
            messages.success(request, "Đã đưa báo cáo vào văn bản đi: xem lại, trình ký, lấy số ở đây.")
            return HttpResponseRedirect(reverse("admin:correspondence_document_change", args=[document]))
        else:
            messages.error(request, "Không rõ việc cần làm; hãy bấm một nút trên trang.")
    except (Refused, ActError, FormError, PrintError) as refused:
        messages.error(request, str(refused))
    return HttpResponseRedirect(reverse("admin:reports_report", args=[report.pk]))


@require_GET
def file(request, pk: int, ending: str):
    """Hand the report out; a numbered one is the file kept when it got its number."""
    report = _own(request, pk)
    if ending not in TYPES:
        raise Http404
    name = f"{report.file_name}.{ending}"
    kept = report.pdf if ending == "pdf" else report.docx
    try:
        if kept:
            return FileResponse(kept.open("rb"), as_attachment=True, filename=name, content_type=TYPES[ending])
        made = paper.pdf(report) if ending == "pdf" else paper.docx(report)
    except (FormError, PrintError) as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(reverse("admin:reports_report", args=[report.pk]))
    answer = HttpResponse(made, content_type=TYPES[ending])
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _own(request, pk: int) -> Report:
    must_see(request)
    report = scoped(Report.objects.select_related("issuer"), request.user, "issuer").filter(pk=pk).first()
    if report is None:
        raise Http404
    return report


def _writes(request) -> bool:
    return request.user.has_perm("reporting.write_report")


def _must_write(request) -> None:
    if not _writes(request):
        raise PermissionDenied


def _may_change(request, report: Report) -> bool:
    return _writes(request) and may_see(request.user, report.issuer_id)


def _page(request, title: str, template: str, *, status: int = 200, **more):
    context = page_context(request, title, **more)
    context.pop("opts")
    return render(request, f"reporting/{template}", context, status=status)
