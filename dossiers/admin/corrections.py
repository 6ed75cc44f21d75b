"""The page where what was written wrong at the counter is put right, and the receipt that replaces the old one."""

from __future__ import annotations

import re

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from dossiers import typed
from dossiers.admin.access import may_read_person, must_have, own_dossier, page_context
from dossiers.intake import one_slip
from dossiers.intake.corrections import THE_SUM, Correction, correct
from dossiers.intake.counter import PaperLine
from dossiers.intake.counter_lists import taken_here
from dossiers.intake.fee_lines import FeeEntry
from dossiers.intake.identity_card import number_read
from dossiers.intake.people import FACTS, PersonData, PersonError
from dossiers.models import Applicant, Dossier, Procedure, SupplementReason
from dossiers.papers import receipts
from dossiers.papers.issuing import printed_phone
from dossiers.printed_forms import FormError
from dossiers.printed_forms.printing import PrintError
from dossiers.procedure_search.search import search
from dossiers.workflow import ready_reasons
from dossiers.workflow.fees import lines_of
from dossiers.workflow.moving import ActError

MOST_ALIKE = 8
COUNTS = ("originals", "certified", "copies")


@require_http_methods(["GET", "POST"])
def view(request, pk: int):
    """Show what is written now; a POST writes what was put right, with its reason."""
    must_have(request, "correct_dossier")
    must_have(request, "see_personal_data")
    dossier = own_dossier(request, pk, "agency", "owner", "submitter", "procedure", "procedure_version", "receipt")
    may_read_person(request, dossier, "sửa thông tin hồ sơ")
    back = reverse("admin:dossiers_dossier_change", args=[pk])
    errors: dict[str, str] = {}
    alike: list = []
    sent = _sent(request.POST)
    if request.method == "POST":
        try:
            wanted = _wanted(sent, dossier)
            seen = typed.whole(sent.get("version", ""))
            correct(dossier, wanted, by=request.user, now=timezone.now(), expected_version=seen)
        except PersonError as error:
            errors = error.errors
        except ManyProcedures as error:
            errors, alike = {"": str(error)}, error.found
        except ActError as error:
            errors = {"": str(error)}
        else:
            messages.success(request, "Đã sửa thông tin. Nếu đã in giấy tiếp nhận, bấm “In giấy tiếp nhận thay thế”.")
            return HttpResponseRedirect(back)
    apart = dossier.submitter if dossier.submitter_id != dossier.owner_id else None
    context = page_context(
        request,
        f"Sửa thông tin {dossier.code}",
        dossier=dossier,
        owner=_boxes(dossier.owner, "", sent),
        submitter=_boxes(apart, "submitter_", sent),
        has_submitter=apart is not None or any(sent.get(f"submitter_{name}") for name in LABELS),
        procedure=sent.get("procedure", ""),
        alike=alike,
        content=sent.get("content", dossier.content),
        result_place=sent.get("result_place", dossier.result_place),
        reason=sent.get("reason", ""),
        ready_reasons=ready_reasons.ready_for(dossier, SupplementReason.Use.CORRECTION),
        papers=dossier.papers.all(),
        fees=lines_of(dossier),
        errors=errors,
        back=back,
    )
    return render(request, "dossiers/desk/correct.html", context, status=422 if errors else 200)


LABELS = {
    "full_name": "Họ và tên, tên tổ chức",
    "id_number": "Số giấy tờ, mã số thuế",
    "phone": "Điện thoại",
    "email": "Thư điện tử",
    "address": "Địa chỉ",
}


OF_AN_ORGANISATION = {
    "representative": "Người đại diện",
    "representative_id": "Giấy tờ của người đại diện",
    "representative_position": "Chức vụ của người đại diện",
}


def _boxes(person: Applicant | None, prefix: str, sent: dict) -> list[tuple[str, str, str]]:
    """Return (name, label, value) of the boxes about a person: as sent, else as stated."""
    organisation = person is not None and person.kind == Applicant.Kind.ENTERPRISE
    stated = {name: getattr(person, name, "") for name in FACTS}
    stated["phone"] = printed_phone(stated["phone"])
    labels = LABELS | (OF_AN_ORGANISATION if organisation else {})
    return [(prefix + name, label, sent.get(prefix + name, stated[name])) for name, label in labels.items()]


def _sent(data) -> dict[str, str]:
    """Return what was sent; of a citizen's card scanned into the box of the number, its number."""
    sent = data.dict()
    return sent | {name: number_read(sent[name]) for name in ("id_number", "submitter_id_number") if name in sent}


class ManyProcedures(ActError):
    """Words in place of a code: `found` are the procedures they may mean, for the person to choose from."""

    def __init__(self, words: str, found: list):
        self.found = found
        said = (
            "Chọn một thủ tục trong danh sách bên dưới rồi lưu lại."
            if found
            else "Hãy gõ vài chữ khác hoặc mã thủ tục."
        )
        super().__init__(f"“{words}” chưa phải mã của một thủ tục. {said}")


def _procedure(data, dossier: Dossier) -> Procedure | None:
    """Return the procedure chosen from the list or typed by its code; None leaves it. Raises ManyProcedures."""
    words = " ".join((data.get("chosen") or data.get("procedure", "")).split())[:200]
    if not words:
        return None
    found = Procedure.objects.filter(code=words.split(" ")[0]).first()
    if found is None:
        rows = search(words, today=timezone.localdate(), size=40).rows
        raise ManyProcedures(words, taken_here(rows, dossier.agency)[:MOST_ALIKE])
    return found


def _wanted(data, dossier) -> Correction:
    papers = {
        row.pk: _paper(data, f"paper-{row.pk}", row.name, received=data.get(f"paper-{row.pk}-received") == "on")
        for row in dossier.papers.all()
        if f"paper-{row.pk}-originals" in data
    }
    gone = _dropped(data, "fee")
    fees = {
        row.pk or THE_SUM: _fee(data, f"fee-{row.pk or THE_SUM}", row.name)
        for row in lines_of(dossier)
        if f"fee-{row.pk or THE_SUM}-price" in data and (row.pk or THE_SUM) not in gone
    }
    more_paper, more_fee = data.get("paper-new-name", "").strip(), data.get("fee-new-name", "").strip()
    return Correction(
        reason=data.get("reason", ""),
        owner=_person(data, "", dossier.owner),
        submitter=_submitter(data, dossier),
        content=data.get("content", dossier.content),
        result_place=data.get("result_place", dossier.result_place),
        papers=papers,
        more_papers=(_paper(data, "paper-new", more_paper[:500]),) if more_paper else (),
        no_papers=_dropped(data, "paper"),
        fees=fees,
        more_fees=(_fee(data, "fee-new", more_fee[:300]),) if more_fee else (),
        no_fees=gone,
        procedure=_procedure(data, dossier),
    )


def _person(data, prefix: str, stated: Applicant | None) -> PersonData:
    """Return the person as sent; what the page has no box for stays as stated."""
    kept = {name: getattr(stated, name) for name in FACTS} if stated else {"full_name": ""}
    boxes = {**LABELS, **OF_AN_ORGANISATION}
    return PersonData(**kept | {name: data[prefix + name] for name in boxes if prefix + name in data})


def _submitter(data, dossier: Dossier) -> PersonData | None:
    """Return who handed the dossier in for the owner; None when all the boxes are empty: the owner did."""
    stated = dossier.submitter if dossier.submitter_id != dossier.owner_id else None
    sent = [data[f"submitter_{name}"] for name in LABELS if f"submitter_{name}" in data]
    if any(text.strip() for text in sent) or (stated and not sent):
        return _person(data, "submitter_", stated)
    return None


def _dropped(data, what: str) -> frozenset[int]:
    """Return the rows ticked as written by mistake."""
    numbers = (match[1] for name in data if (match := re.fullmatch(rf"{what}-(\d{{1,18}})-drop", name)))
    return frozenset(map(int, numbers))


def _paper(data, field: str, name: str, *, received: bool = True) -> PaperLine:
    counts = {kind: typed.whole(data.get(f"{field}-{kind}", ""), digits=2) or 0 for kind in COUNTS}
    return PaperLine(name, received=received, **counts)


def _fee(data, field: str, name: str) -> FeeEntry:
    price, quantity = typed.amount(data.get(f"{field}-price")), typed.whole(data.get(f"{field}-quantity"), digits=4)
    if price is None or not quantity:
        raise ActError(f"Số tiền, số lượng của “{name}” chưa đúng. Hãy ghi như 325.000 và 1.")
    return FeeEntry(name, quantity=quantity, price=price)


@require_POST
def replace_receipt(request, pk: int):
    """Print the receipt again as it stands now; the paper says which one it replaces."""
    must_have(request, "correct_dossier")
    dossier = own_dossier(request, pk, "receipt")
    back = reverse("admin:dossiers_dossier_change", args=[pk])
    try:
        if dossier.receipt is None:
            raise FormError("Hồ sơ chưa có giấy tiếp nhận.")
        receipts.replacing_paper(dossier.receipt, by=request.user, now=timezone.now())
    except (FormError, PrintError) as error:
        messages.error(request, f"Chưa in được giấy thay thế: {error}")
        return HttpResponseRedirect(back)
    return HttpResponseRedirect(reverse("admin:dossiers_receipt_print", args=[dossier.receipt_id]))


@require_POST
def take_off_receipt(request, pk: int):
    """Give the dossier a receipt of its own; the next thing to do is to print it."""
    must_have(request, "correct_dossier")
    dossier = own_dossier(request, pk, "receipt", "agency", "submitter")
    here = reverse("admin:dossiers_dossier_change", args=[pk])
    seen, reason = typed.whole(request.POST.get("version", "")), request.POST.get("reason", "")
    try:
        one_slip.take_off(dossier, reason=reason, by=request.user, now=timezone.now(), expected_version=seen)
    except ActError as error:
        messages.warning(request, str(error))
        return HttpResponseRedirect(f"{here}#giay")
    messages.success(request, f"Đã tách {dossier.code} ra giấy riêng. Nhấn Enter để in; giấy cũ cũng cần in thay thế.")
    return HttpResponseRedirect(f"{here}?moi=1")
