"""The page where a centre keeps its counter list of a procedure: taken or not, papers, fees, differences."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dossiers import typed
from dossiers.admin.access import must_have, page_context
from dossiers.intake.counter_lists import COUNTS, LONGEST_WHEN, counter_list, differences, every_paper, outdated
from dossiers.models import CounterProcedure, Procedure, TimeLimit
from dossiers.scoping import membership_of

MOST_ROWS = 40
LIMIT = ("limit_amount", "limit_unit", "limit_basis")
TAKEN = (("", "Theo cấp của cơ quan"), ("1", "Có tiếp nhận"), ("0", "Không tiếp nhận"))
UNITS = (
    ("", "Không đặt"),
    *((unit, label) for unit, label in TimeLimit.Unit.choices if unit != TimeLimit.Unit.UNSTATED),
)
BOX = {"class": "mc-input"}
COUNT = {"min_value": 0, "max_value": 99, "required": False, "initial": 0}


class AmountField(forms.CharField):
    """A sum in đồng as people write it."""

    def clean(self, value):
        found = typed.amount(super().clean(value) or "0")
        if found is None:
            raise forms.ValidationError("Số tiền chưa đúng. Hãy ghi như 325.000.")
        return found


class PaperRow(forms.Form):
    name = forms.CharField(label="Giấy tờ", max_length=500, required=False)
    originals = forms.IntegerField(label="Bản chính", **COUNT)
    certified = forms.IntegerField(label="Chứng thực", **COUNT)
    copies = forms.IntegerField(label="Bản sao", **COUNT)
    required = forms.BooleanField(label="Bắt buộc", required=False)
    shown = forms.BooleanField(label="Chỉ xuất trình", required=False)
    when = forms.CharField(label="Khi nào", max_length=LONGEST_WHEN, required=False)


class FeeRow(forms.Form):
    name = forms.CharField(label="Khoản thu", max_length=300, required=False)
    unit = forms.CharField(label="Đơn vị", max_length=60, required=False)
    amount = AmountField(label="Mức thu (đồng)", max_length=20, required=False)


class Head(forms.Form):
    taken = forms.ChoiceField(label="Quầy có nhận thủ tục này không", choices=TAKEN, required=False)
    limit_amount = forms.DecimalField(
        label="Thời hạn",
        min_value=0,
        max_value=9999,
        max_digits=6,
        decimal_places=1,
        required=False,
        localize=True,
        widget=forms.TextInput(attrs=BOX),
    )
    limit_unit = forms.ChoiceField(label="Tính bằng", choices=UNITS, required=False)
    limit_basis = forms.CharField(
        label="Căn cứ (điều, văn bản)", max_length=300, required=False, widget=forms.TextInput(attrs=BOX)
    )
    fee_basis = forms.CharField(
        label="Nghị quyết quy định mức thu", max_length=300, required=False, widget=forms.TextInput(attrs=BOX)
    )

    def clean(self):
        data = super().clean()
        unit, amount = data.get("limit_unit"), data.get("limit_amount")
        if amount and not unit:
            self.add_error("limit_unit", "Chọn thời hạn tính bằng gì: ngày làm việc, giờ làm việc…")
        if unit and unit != TimeLimit.Unit.SAME_DAY and not amount:
            self.add_error("limit_amount", "Ghi thời hạn là bao nhiêu, ví dụ 3.")
        if unit and not data.get("limit_basis"):
            self.add_error("limit_basis", "Ghi căn cứ của thời hạn, ví dụ: Điều 7 Nghị định 23/2015/NĐ-CP.")
        return data


Papers = forms.formset_factory(PaperRow, extra=3, max_num=MOST_ROWS)
Fees = forms.formset_factory(FeeRow, extra=2, max_num=MOST_ROWS)


class KeptFilter(admin.SimpleListFilter):
    """The procedures whose papers the user's centre keeps itself, and those of them to be looked at again."""

    title = "danh sách ở quầy"
    parameter_name = "quay"

    def lookups(self, request, model_admin):
        place = membership_of(request.user) if request.user.has_perm("dossiers.keep_counter_list") else None
        if place is None:
            return []
        self.agency = place.agency
        waiting = outdated(self.agency, timezone.localdate()).count()
        return [("rieng", "Có danh sách riêng"), ("xem-lai", f"Danh mục đã đổi, cần xem lại ({waiting})")]

    def queryset(self, request, queryset):
        if self.value() == "rieng":
            return queryset.filter(counters__agency=self.agency, counters__papers__isnull=False)
        if self.value() == "xem-lai":
            return queryset.filter(pk__in=outdated(self.agency, timezone.localdate()).values("procedure"))
        return queryset


@require_http_methods(["GET", "POST"])
def view(request, pk: int):
    """Show the list as it is kept, or as the national text reads; save it, or go back to the national text."""
    must_have(request, "keep_counter_list")
    place = membership_of(request.user)
    procedure = Procedure.objects.filter(pk=pk).first()
    version = procedure.version_on(timezone.localdate()) if procedure else None
    if place is None or version is None:
        raise Http404
    here = reverse("admin:dossiers_procedure_change", args=[pk])
    if "national" in request.POST:
        CounterProcedure.objects.filter(agency=place.agency, procedure=procedure).delete()
        messages.success(request, "Đã trở lại danh sách của danh mục quốc gia.")
        return HttpResponseRedirect(here)
    # One of a single case says nothing of the others.
    national_limits = [
        *dict.fromkeys(str(row) for row in version.time_limits.all() if row.unit and row.case_id is None)
    ]
    kept = counter_list(procedure, place.agency)
    own = CounterProcedure.objects.filter(agency=place.agency, procedure=procedure).select_related("based_on").first()
    own_papers = own is not None and own.papers is not None
    shown = kept.papers if kept.papers is not None else every_paper(version)
    head = Head(
        request.POST or None,
        initial={
            "taken": {True: "1", False: "0"}.get(own.taken if own else None, ""),
            "fee_basis": kept.fee_basis,
            **{name: getattr(own, name) for name in LIMIT if own},
        },
    )
    papers = Papers(
        request.POST or None,
        prefix="papers",
        initial=[{name: getattr(paper, name) for name in PaperRow.base_fields} for paper in shown],
    )
    fees = Fees(request.POST or None, prefix="fees", initial=list(kept.fees or ()))
    if request.method == "POST" and head.is_valid() and papers.is_valid() and fees.is_valid():
        # Where the page does not ask for a limit, nothing sent is not "none".
        limit = {} if national_limits else {name: head.cleaned_data[name] for name in LIMIT}
        _save(request.user, place.agency, version, head, papers, fees, limit)
        messages.success(request, "Đã lưu danh sách ở quầy; quầy dùng ngay từ hồ sơ tiếp theo.")
        return HttpResponseRedirect(here)
    context = page_context(
        request,
        f"Danh sách ở quầy: {procedure.code}",
        opts=Procedure._meta,
        procedure=procedure,
        version=version,
        place=place,
        head=head,
        papers=papers,
        fees=fees,
        own=own,
        own_papers=own_papers,
        otherwise=differences(own.based_on, version) if own and own_papers and kept.is_stale(version) else None,
        stale=kept.is_stale(version),
        national_limits=national_limits,
        back=here,
    )
    return render(request, "dossiers/desk/counter_list.html", context, status=422 if request.method == "POST" else 200)


def _save(user, agency, version, head, papers, fees, limit: dict) -> None:
    """Keep what was changed. A table sent back as it was shown stays whose it is: the nation's, or that of above."""
    rows, sums = _named(papers), _named(fees)
    for row in rows:
        row |= {kind: row.get(kind) or 0 for kind in COUNTS}
    changed: dict = {}
    if _said(rows, papers) != _said(papers.initial, papers):
        changed["papers"] = rows or None
    basis = head.cleaned_data["fee_basis"]
    if _said(sums, fees) != _said(fees.initial, fees) or basis != head.initial["fee_basis"]:
        changed |= {"fees": sums or None, "fee_basis": basis}
    CounterProcedure.objects.update_or_create(
        agency=agency,
        procedure=version.procedure,
        defaults={
            "taken": {"1": True, "0": False}.get(head.cleaned_data["taken"]),
            **changed,
            **limit,
            "based_on": version,
            "checked_by": user,
        },
    )


def _named(formset) -> list[dict]:
    return [row for row in formset.cleaned_data if row.get("name")]


def _said(rows, formset) -> list[list[str]]:
    """What the rows say, whatever their spaces: a browser drops line breaks, a form the spaces at the ends."""
    return [[" ".join(str(row.get(name) or "").split()) for name in formset.form.base_fields] for row in rows]
