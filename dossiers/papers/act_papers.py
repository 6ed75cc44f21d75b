"""The papers an act calls for: form 02, 03 and 05, the hand-over slip, the receipt of a fee, the control sheet.

One paper per event: asked for twice, it is the same document. The control sheet follows the dossier, so it is printed
as things stand and not kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.db import IntegrityError, transaction

from dossiers import printed_forms
from dossiers.deadlines.working_time import ZONE
from dossiers.models import Dossier, DossierEvent, DossierResult, IssuedPaper
from dossiers.papers import issuing as papers
from dossiers.papers.fee_slips import OF_MONEY, FeeSlips, fee_slip
from dossiers.papers.register import Place, issue_numbered, named_on
from dossiers.papers.signing import signature_of
from dossiers.printed_forms import (
    ControlSheetContext,
    FormError,
    HandOver,
    Head,
    RefusalContext,
    ResultHandoverContext,
    ResultLine,
    StopContext,
    SupplementContext,
    SupplementItem,
    set_on,
)
from dossiers.printed_forms.sentences import money
from dossiers.states import State
from dossiers.workflow import asked
from dossiers.workflow.fees import lines_of, summed

Kind = DossierEvent.Kind
WITHDRAWN = "người nộp không còn nhu cầu thực hiện thủ tục"


@dataclass(frozen=True, slots=True)
class Printable:
    """A paper that can be printed now: for which event, and the one already issued."""

    form_code: str
    label: str
    event: DossierEvent
    issued: IssuedPaper | None


def printable(dossier: Dossier, events: list[DossierEvent], slips: FeeSlips | None = None) -> list[Printable]:
    """Return the papers the history calls for, newest first. `events` in order of time. Two queries at most."""
    issued = {
        (paper.event_id, paper.form_code): paper for paper in dossier.issued_papers.defer("context") if paper.event_id
    }
    slips = slips or FeeSlips.of(dossier, events)
    found = []
    rounds = 0
    for event in events:
        rounds += event.kind == Kind.SUPPLEMENT_REQUESTED
        for form_code in forms_for(dossier, event, slips):
            label = printed_forms.FORMS[form_code].label
            if form_code == "supplement" and rounds > 1:
                label = f"{label} (lần {rounds})"
            if event.kind == Kind.FEES_CANCELLED:
                label = f"{label} (phần còn lại sau khi hủy)"
            found.append(Printable(form_code, label, event, issued.get((event.pk, form_code))))
    return found[::-1]


def forms_for(dossier: Dossier, event: DossierEvent, slips: FeeSlips | None = None) -> list[str]:
    """Return the codes of the forms this event calls for; none for acts another system reports. Two queries at most."""
    if event.source == DossierEvent.Source.API:
        return []
    form_code = FORM_OF_ACT.get(event.kind)
    found = [form_code] if form_code else []
    if event.kind in OF_MONEY and (slips or FeeSlips.of(dossier)).call_for(event):
        found.append("fee_receipt")
    return found


def event_paper(event: DossierEvent, form_code: str, *, by, now: dt.datetime) -> IssuedPaper:
    """Return the paper of the event, issuing it the first time. Raises FormError or PrintError with a sentence."""
    dossier = event.dossier
    slips = FeeSlips.of(dossier) if form_code == "fee_receipt" else None
    if form_code not in forms_for(dossier, event, slips):
        raise FormError("Việc này không có mẫu giấy đó. Hãy tải lại trang hồ sơ rồi chọn giấy cần in.")
    issued = IssuedPaper.objects.filter(event=event, form_code=form_code).first()
    if issued:
        return issued
    agency = (dossier.competent_agency or dossier.agency) if form_code == "stop" else dossier.agency
    signer = event.actor_name if form_code == "stop" else ""
    replaces = slips.replaced_by(event) if slips else None
    context_for = partial(fee_slip, event, slips=slips, old=replaces) if slips else partial(BUILDERS[form_code], event)
    try:
        with transaction.atomic():
            return issue_numbered(
                form_code,
                agency,
                context_for,
                by=by,
                now=now,
                dossier=dossier,
                event=event,
                signer_name=signer,
                replaces=replaces,
            )
    except IntegrityError:
        # Two clerks printed at once: the number went back, the first paper is the paper.
        return IssuedPaper.objects.get(event=event, form_code=form_code)


def _supplement(event: DossierEvent, place: Place) -> SupplementContext:
    dossier = event.dossier
    earlier = dossier.events.filter(kind=Kind.SUPPLEMENT_REQUESTED, pk__lt=event.pk).count()
    return SupplementContext(
        head=place.head,
        applicant=papers.person_of(dossier.submitter),
        procedure=dossier.procedure_name,
        items=tuple(SupplementItem(_what(reason), reason["why"], _guidance(reason)) for reason in event.reasons),
        officer=event.actor_name,
        officer_phone=place.named.phone,
        code=dossier.code if dossier.received_at else "",
        round=earlier + 1,
        deadline=_answer_by(event),
        rules_at=f"bảng niêm yết tại {place.named.name}",
        lookup_url=f"{place.verify_url.partition('/x/')[0]}/h/{dossier.token}/",
    )


def _answer_by(event: DossierEvent) -> dt.date | None:
    """Return the last day to bring what is missing, as it was said; by the agency's rule where nobody said one."""
    said = event.facts.get("last_day")
    return dt.date.fromisoformat(said) if said else asked.last_day(event.dossier, event.at)


def _refusal(event: DossierEvent, place: Place) -> RefusalContext:
    dossier = event.dossier
    grounds = dict.fromkeys(reason["why"].rstrip(". ") for reason in event.reasons if reason.get("why"))
    return RefusalContext(
        head=place.head,
        applicant=papers.person_of(dossier.submitter),
        procedure=dossier.procedure_name,
        reasons=tuple(_refused_for(reason) for reason in event.reasons),
        legal_ground="; ".join(grounds),
        officer=event.actor_name,
        phone=place.named.phone,
        code=dossier.code,
        online=dossier.channel != "counter",
    )


def _stop(event: DossierEvent, place: Place) -> StopContext:
    dossier = event.dossier
    agency, stopped_on = dossier.competent_agency or dossier.agency, event.at.astimezone(ZONE).date()
    withdrawn = bool(event.facts.get("withdrawn"))
    asked = dossier.events.filter(kind=Kind.WITHDRAWAL_REQUESTED).order_by("-id").first() if withdrawn else None
    stage = asked.from_state if asked else event.from_state
    if withdrawn:
        reason = (asked.public_note if asked else "") or WITHDRAWN
    else:
        reason = "; ".join(f"{_what(item)} ({item['why'].rstrip('. ')})" for item in event.reasons)
    return StopContext(
        head=place.head,
        applicant=papers.person_of(dossier.submitter),
        code=dossier.code,
        procedure=dossier.procedure_name,
        received_on=(dossier.received_at or dossier.submitted_at).astimezone(ZONE).date(),
        received_by=dossier.agency_name,
        stage=f"{State(stage or State.ACCEPTED).label.lower()}, chưa có kết quả giải quyết",
        reason=reason,
        stopped_on=stopped_on,
        signature=signature_of(event.actor, agency, stopped_on),
        requested_by_applicant=withdrawn,
        requested_on=asked.at.astimezone(ZONE).date() if asked else None,
        refund=_refund(dossier),
        contact_phone=place.named.phone,
        recipients=recipients(dossier),
        verify_url=place.verify_url,
    )


def _refund(dossier: Dossier) -> str:
    """Return what becomes of the money that came in: fees collected, and sums paid on a notice."""
    fees, notice = int(summed(line for line in lines_of(dossier) if line.collected_at)), int(dossier.notice_paid or 0)
    paid = [f"Phí, lệ phí đã nộp {money(fees)}"] if fees else []
    paid += [f"{'số' if fees else 'Số'} tiền đã nộp theo thông báo {money(notice)}"] if notice else []
    if not paid:
        return ""
    return f"{'; '.join(paid)}: liên hệ nơi tiếp nhận hồ sơ để được giải quyết theo quy định của khoản đã nộp."


def _handover(event: DossierEvent, place: Place) -> ResultHandoverContext:
    dossier = event.dossier
    listed = dossier.procedure_version.results if dossier.procedure_version else []
    # A catalogue that lists several results lists alternatives: then only the procedure is sure.
    one = listed[0].get("name", "") if len(listed) == 1 and isinstance(listed[0], dict) else ""
    result = DossierResult.objects.filter(dossier=dossier).first()
    return ResultHandoverContext(
        head=place.head,
        applicant=papers.person_of(dossier.owner),
        code=dossier.code,
        procedure=dossier.procedure_name,
        handed_at=event.at,
        giver_unit=place.named.name,
        giver=event.actor_name,
        receiver=(result and result.collector) or dossier.submitter.full_name,
        results=(
            ResultLine(one or f"Kết quả thủ tục: {dossier.procedure_name}", result.shown_number if result else ""),
        ),
        receiver_note=_shown_papers(dossier, result),
    )


def _shown_papers(dossier: Dossier, result: DossierResult | None) -> str:
    """Return with which papers the receiver came, or how the result was sent."""
    if result and result.post_code:
        return f"Gửi qua bưu điện, mã bưu gửi {result.post_code}"
    if result and result.collector_proof:
        number = f" số {result.collector_number}" if result.collector_number else ""
        proxy = f"; giấy ủy quyền {result.proxy}" if result.proxy else ""
        return f"{result.get_collector_proof_display()}{number}{proxy}"
    return "Người nộp thay, theo giấy tờ đã xuất trình" if dossier.submitter_id != dossier.owner_id else ""


def control_sheet(dossier: Dossier, *, now: dt.datetime) -> bytes:
    """Return the PDF of the control sheet as things stand, in the form set in force at `now`. Raises FormError."""
    day = now.astimezone(ZONE).date()
    named = named_on(dossier.agency, day)
    form_set = set_on(day)
    template = papers.template_on("control_sheet", form_set, day)
    context = ControlSheetContext(
        head=Head(issuer=named.name, place=named.place or named.name, parent=named.parent_name, dated=day),
        applicant=papers.person_of(dossier.submitter),
        code=dossier.code,
        procedure=dossier.procedure_name,
        received_at=dossier.received_at or dossier.submitted_at,
        due_at=dossier.due_at,
        hand_overs=tuple(_hand_overs(dossier)),
        papers=tuple(paper.name for paper in dossier.papers.all() if paper.received),
    )
    wording = template.wording if template else None
    return printed_forms.render("control_sheet", context, form_set=form_set, wording=wording, now=now)


def _hand_overs(dossier: Dossier) -> list[HandOver]:
    """Return one line for every time the dossier passed from one room or person to another."""
    found = []
    before = None
    for row in dossier.holdings.select_related("unit", "holder").order_by("from_at", "id"):
        if before and (before.unit_id, before.holder_id) != (row.unit_id, row.holder_id):
            late = dossier.due_at and row.from_at.astimezone(ZONE).date() > dossier.due_at.astimezone(ZONE).date()
            found.append(
                HandOver(
                    giver=str(before.unit or dossier.agency_name),
                    receiver=str(row.unit or dossier.agency_name),
                    at=row.from_at,
                    giver_name=_name(before.holder),
                    receiver_name=_name(row.holder),
                    outcome="late" if late else "on_time" if dossier.due_at else "",
                    note=row.get_state_display(),
                )
            )
        before = row
    return found


def recipients(dossier: Dossier) -> tuple[str, ...]:
    """Return the lines of Nơi nhận; the centre is named when another agency settles the dossier."""
    settled_elsewhere = dossier.competent_agency_id not in {None, dossier.agency_id}
    return ("Như trên", *([dossier.agency_name] if settled_elsewhere else []), "Lưu: VT")


def _what(reason: dict) -> str:
    return ": ".join(part for part in (reason.get("paper"), reason.get("what")) if part)


def _refused_for(reason: dict) -> str:
    """Return the reason of a refusal as a sentence, with what the citizen can do next."""
    said = [_what(reason)]
    said += [f"Mẫu: {reason['sample']}"] if reason.get("sample") else []
    said += [f"Hướng dẫn: {reason['where']}"] if reason.get("where") else []
    return " ".join(f"{part.rstrip('. ')}." for part in said)


def _guidance(reason: dict) -> str:
    sample, where = reason.get("sample"), reason.get("where")
    return "; ".join(part for part in (f"mẫu: {sample}" if sample else "", f"lấy ở: {where}" if where else "") if part)


def _name(user) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""


FORM_OF_ACT: dict[str, str] = {
    Kind.SUPPLEMENT_REQUESTED: "supplement",
    Kind.REFUSED: "refusal",
    Kind.STOPPED: "stop",
    Kind.RESULT_RETURNED: "result_handover",
}
BUILDERS: dict[str, Callable[[DossierEvent, Place], object]] = {
    "supplement": _supplement,
    "refusal": _refusal,
    "stop": _stop,
    "result_handover": _handover,
}
