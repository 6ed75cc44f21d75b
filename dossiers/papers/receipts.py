"""Form 01 of a receipt: printed once, under the number it got when received, and the same document ever after.

It says what was promised, stated and handed in that day, whenever it is printed: a later letter or pause is on papers
of its own, a correction on the receipt that replaces this one.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal

from django.conf import settings
from django.db import IntegrityError, transaction

from dossiers.deadlines.clock import why_this_date
from dossiers.deadlines.due import DueDate
from dossiers.identity_numbers import mask_phone
from dossiers.intake import one_slip
from dossiers.models import AgencyVersion, Applicant, Dossier, DossierEvent, IssuedPaper, Receipt
from dossiers.papers.issuing import laid_out, person_of
from dossiers.papers.register import Place, issue_again, issue_numbered, numbered_place
from dossiers.printed_forms import FeeLine, FormError, PaperLine, Person, ReceiptContext, ReceiptDossier, sentences
from dossiers.workflow.series import enter_in_register
from dossiers.written_dates import said_moment
from dossiers.written_limits import written_limit


def receipt_paper(receipt: Receipt, *, by, now: dt.datetime) -> IssuedPaper:
    """Return the receipt's form 01, printing it the first time only. Raises FormError or PrintError with a sentence."""
    issued = receipt.issued_papers.filter(form_code="receipt").first()
    if issued:
        return issued
    dossiers = _received(receipt)
    named = dossiers[0].agency_version or AgencyVersion(name=dossiers[0].agency_name)
    received = min(dossier.received_at for dossier in dossiers)
    whole = one_slip.taken_off(dossiers)
    if whole is not None:  # its number was given the day it became a receipt of its own
        received = receipt.issued_at
    remark = _part_of(whole) if whole else ""
    # A fee may have been cancelled, a name put right before the dossier was parted from its receipt.
    told = as_it_stands if whole else as_received
    try:
        with transaction.atomic():
            enter_in_register(receipt, received)  # rows that were loaded in bulk have no number yet
            return issue_numbered(
                "receipt",
                receipt.agency,
                lambda place: replace(context_of(receipt, [told(d) for d in dossiers], place), remark=remark),
                by=by,
                now=now,
                day=received,
                named=named,
                serial=receipt.register_number,
                receipt=receipt,
            )
    except IntegrityError:
        # Printed twice at once: the second number went back, the first paper is the paper.
        return receipt.issued_papers.get(form_code="receipt")


def _part_of(whole: Receipt) -> str:
    """Return which paper the receipt of a dossier taken off takes the place of, for that dossier."""
    old = whole.issued_papers.filter(form_code="receipt").order_by("issued_at", "id").first()
    number = old.number if old else whole.number
    return f"Thay cho giấy tiếp nhận số {number} đối với hồ sơ này"


def replacing_paper(receipt: Receipt, *, by, now: dt.datetime) -> IssuedPaper:
    """Return form 01 printed again as the receipt stands now; it says which paper it replaces and keeps its number.

    The first printing when nothing was printed yet. Raises FormError or PrintError with a sentence.
    """
    old = receipt.issued_papers.filter(form_code="receipt").select_related("register_agency").first()
    if old is None:
        return receipt_paper(receipt, by=by, now=now)
    said = f"Thay cho giấy tiếp nhận in lúc {said_moment(old.issued_at)}"
    dossiers = _received(receipt)
    return issue_again(
        old,
        lambda place: replace(context_of(receipt, [as_it_stands(d) for d in dossiers], place), remark=said),
        by=by,
        now=now,
        receipt=receipt,
    )


def is_outdated(paper: IssuedPaper) -> bool:
    """Return whether a dossier of the receipt was put right and this paper of it does not say so."""
    dossiers = Dossier.objects.filter(receipt=paper.receipt_id).order_by()
    corrections = DossierEvent.objects.filter(
        dossier__in=dossiers.values("pk"), kind=DossierEvent.Kind.DETAILS_CORRECTED
    )
    # The first paper says what was stated at the counter, whenever it is printed.
    return (corrections.filter(at__gt=paper.issued_at) if paper.replaces_id else corrections).exists()


def copy_for_page(dossier_id: int) -> bytes:
    """Return form 01 of one dossier as PDF for who proved two facts of it.

    It says what the paper says but for numbers, phone and address, which the page they proved does not show either. Of
    a corrected dossier it says what is right now: whom the paper named first may be somebody else. Nothing is issued or
    numbered by it. Raises FormError (nothing was received) or PrintError with a sentence.
    """
    receipt = Receipt.objects.select_related("agency", "issued_by").get(dossiers=dossier_id)
    dossiers = _received(receipt)
    received = min(each.received_at for each in dossiers if each.received_at)
    dossier = next((each for each in dossiers if each.pk == dossier_id), None)
    if dossier is None:
        raise FormError("Hồ sơ chưa được tiếp nhận nên chưa có giấy tiếp nhận.")
    corrected = dossier.events.filter(kind=DossierEvent.Kind.DETAILS_CORRECTED).exists()
    taken = as_it_stands(dossier) if corrected else as_received(dossier)
    named = dossier.agency_version or AgencyVersion(name=dossier.agency_name)
    place = numbered_place("receipt", receipt.agency, named, receipt.register_number, received)
    whole = context_of(receipt, [taken], place)
    person = whole.applicant
    shown = Person(person.name, person.kind, phone=mask_phone(taken.submitter.phone))
    line = replace(whole.dossiers[0], owner=taken.owner.full_name if whole.dossiers[0].owner else "")
    copy = replace(whole, applicant=shown, dossiers=(line,), remark=COPY)
    return laid_out("receipt", copy, day=received)


COPY = "Bản xem qua trang tra cứu: không ghi số giấy tờ, điện thoại, địa chỉ"


def _received(receipt: Receipt) -> list[Dossier]:
    """The receipt's dossiers that were taken in, with all the paper tells. Raises FormError when none was."""
    rows = receipt.dossiers.select_related("procedure", "desk", "owner", "submitter", "agency_version")
    rows = rows.prefetch_related("papers", "fees").order_by("id")
    dossiers = [dossier for dossier in rows if dossier.received_at]
    if not dossiers:
        raise FormError("Hồ sơ chưa được tiếp nhận nên chưa có giấy tiếp nhận. Hãy tiếp nhận hồ sơ rồi in.")
    return dossiers


@dataclass(frozen=True, slots=True)
class _Taken:
    """A dossier as the receipt tells it: who stated what, what was handed in and promised."""

    row: Dossier
    owner: Applicant
    submitter: Applicant
    procedure: str
    limit: tuple[str | Decimal | None, str]
    sets: int
    papers: tuple[PaperLine, ...]
    fees: tuple[FeeLine, ...]
    promise: _Promise
    typed_here: bool


@dataclass(frozen=True, slots=True)
class _Promise:
    """What the citizen was told at intake: the date, why it is that one, where the result waits."""

    due_at: dt.datetime | None
    why: str
    place: str


def as_received(dossier: Dossier) -> _Taken:
    """Return the dossier as the history keeps the day of receiving; of rows without that, as it stands."""
    accepted = _accepted(dossier)
    facts, stands = accepted.facts, _as_it_stands(dossier, accepted)
    then = facts.get("received")
    if not then:
        return stands
    people = Applicant.objects.in_bulk([then["owner"], then["submitter"]])
    lines = [
        FeeLine(_fee_name(name, unit, many, price), price * many, paid)
        for name, unit, many, price, paid in then["fees"]
    ]
    return replace(
        stands,
        owner=people[then["owner"]],
        submitter=people[then["submitter"]],
        procedure=facts["procedure"],
        limit=tuple(then["limit"]),
        sets=then["sets"],
        papers=tuple(PaperLine(*paper) for paper in then["papers"]),
        fees=_or_the_sum(lines, facts["procedure"], then["fee_total"], then["fee_paid"]),
    )


def as_it_stands(dossier: Dossier) -> _Taken:
    """Return the dossier as it stands now, corrections in it, with the promise of the day of receiving."""
    return _as_it_stands(dossier, _accepted(dossier))


def _as_it_stands(dossier: Dossier, accepted: DossierEvent) -> _Taken:
    lines = [
        FeeLine(_fee_name(fee.name, fee.unit, fee.quantity, fee.price), int(fee.total), fee.collected_at is not None)
        for fee in dossier.fees.all()
    ]
    return _Taken(
        row=dossier,
        owner=dossier.owner,
        submitter=dossier.submitter,
        procedure=dossier.procedure_name,
        limit=(dossier.limit_amount, dossier.limit_unit),
        sets=dossier.sets,
        papers=tuple(
            PaperLine(paper.name, paper.originals, paper.certified, paper.copies)
            for paper in dossier.papers.all()
            if paper.received
        ),
        fees=_or_the_sum(lines, dossier.procedure_name, dossier.fee_total, dossier.fee_paid),
        promise=_promise(dossier, accepted.facts),
        typed_here=accepted.source == DossierEvent.Source.COUNTER,
    )


def context_of(receipt: Receipt, taken: list[_Taken], place: Place) -> ReceiptContext:
    """Return everything form 01 says about the receipt."""
    first, named = taken[0], place.named
    base = settings.PUBLIC_BASE_URL
    token = first.row.token if len(taken) == 1 else receipt.token
    desk = first.row.desk.code if first.row.desk else ""
    return ReceiptContext(
        head=place.head,
        applicant=person_of(first.submitter),
        dossiers=tuple(_line(each) for each in taken),
        channel=first.row.channel,
        receipt_number=receipt.number if receipt.number != first.row.code else "",
        typed_here=all(each.typed_here for each in taken),
        collect_at=first.promise.place or f"{named.name}{', ' + named.address if named.address else ''}",
        officer=(receipt.issued_by.get_full_name() or receipt.issued_by.username) if receipt.issued_by else "",
        lookup_url=f"{base}/h/{token}/",
        lookup_site=f"{base}/tra-cuu/",
        contact_phone=named.phone,
        zalo_url=f"{base}/q/{desk}/" if desk else f"{base}/q/",
        fees=tuple(line for each in taken for line in each.fees),
        book=f"{place.head.dated:%Y}",
        book_line=str(place.head.number),
    )


def _accepted(dossier: Dossier) -> DossierEvent:
    """Return what the history keeps of the day of receiving; an event without facts where it keeps nothing."""
    accepted = dossier.events.filter(kind=DossierEvent.Kind.ACCEPTED).order_by("id").first()
    return accepted or DossierEvent(facts={})


def _promise(dossier: Dossier, facts: dict) -> _Promise:
    """Return the promise as the history keeps it; of rows without that, what they say of the first date."""
    if facts.get("due_at"):
        due_at = dt.datetime.fromisoformat(facts["due_at"])
    else:
        due_at = dossier.promised_at or dossier.due_at
    if facts.get("promise"):
        why = DueDate.from_dict(facts["promise"]).sentence("citizen")
    else:
        why = why_this_date(dossier, "citizen") if due_at == dossier.due_at else ""
    return _Promise(due_at, why, facts.get("place", dossier.result_place))


def _or_the_sum(lines: list[FeeLine], name: str, total, paid: bool) -> tuple[FeeLine, ...]:
    """Return the fees as lines; where only a sum is known, the sum."""
    if lines or total is None:
        return tuple(lines)
    return (FeeLine(name, int(total), paid),)


def _fee_name(name: str, unit: str, quantity: int, price) -> str:
    return name if quantity == 1 else f"{name} ({quantity} {unit or 'lần'} × {sentences.money(int(price))})"


def _owner(owner: Applicant) -> str:
    """Return the owner as a slip of another's names them, with who acts for an organisation."""
    acting = person_of(owner).represented_by
    return f"{owner.full_name} (người đại diện: {acting})" if acting else owner.full_name


def _line(taken: _Taken) -> ReceiptDossier:
    amount, unit = taken.limit
    limit = ""
    if unit == "same_day" or amount:
        limit = written_limit(Decimal(amount or 1), "working_day" if unit == "unstated" else unit)
    return ReceiptDossier(
        code=taken.row.code,
        procedure=taken.procedure,
        received_at=taken.row.received_at or taken.row.submitted_at,
        statutory_time=limit or "theo ngày hẹn",
        due_at=taken.promise.due_at,
        why=taken.promise.why,
        owner=_owner(taken.owner) if taken.owner.pk != taken.submitter.pk else "",
        papers=taken.papers,
        sets=taken.sets,
    )
