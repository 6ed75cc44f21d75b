"""Slips of money: one for every time fees came in, one for a sum paid on a notice; what a cancellation makes void.

The slip of the intake tells what was collected then, each later one what was collected that time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from dossiers.models import Dossier, DossierEvent, DossierFee, IssuedPaper
from dossiers.papers import issuing as papers
from dossiers.papers.register import Place
from dossiers.printed_forms import FeeReceiptContext, FormError, PaidLine
from dossiers.printed_forms.sentences import money
from dossiers.workflow.fees import THE_SUM, collections, summed
from dossiers.written_dates import moment_words

Kind = DossierEvent.Kind
OF_FEES = frozenset({Kind.ACCEPTED, Kind.FEES_COLLECTED})
OF_MONEY = OF_FEES | {Kind.PAYMENT_CONFIRMED}


@dataclass(frozen=True, slots=True)
class FeeSlips:
    """Which of a dossier's events call for a slip, and what of the fees each tells."""

    dossier: Dossier
    lines: tuple[DossierFee, ...]
    later: frozenset[dt.datetime]
    """When fees were collected after the intake, each time with an event of its own."""

    @classmethod
    def of(cls, dossier: Dossier, events: Iterable[DossierEvent] | None = None) -> FeeSlips:
        """Return those of the dossier; two queries, one where its events are at hand."""
        if events is None:
            events = dossier.events.filter(kind=Kind.FEES_COLLECTED)
        later = frozenset(event.at for event in events if event.kind == Kind.FEES_COLLECTED)
        return cls(dossier, tuple(dossier.fees.select_related("collected_by").order_by("collected_at", "id")), later)

    def told_by(self, event: DossierEvent) -> list[DossierFee]:
        """Return the lines with money in them that came in with the event."""
        came = [line for line in self.lines if line.collected_at and line.total]
        if event.kind == Kind.FEES_COLLECTED:
            return [line for line in came if line.collected_at == event.at]
        # Lines collected before each time had its event are told by the intake.
        return [line for line in came if line.collected_at not in self.later]

    def call_for(self, event: DossierEvent) -> bool:
        """Return whether the event calls for a slip; none does whose collection was cancelled since."""
        if event.kind not in OF_FEES:
            return event.kind == Kind.PAYMENT_CONFIRMED
        if event.kind == Kind.ACCEPTED and not self.lines:
            return bool(self.dossier.fee_total and self.dossier.fee_paid)
        return bool(self.told_by(event))

    def void(self, issued: Iterable[IssuedPaper], events: Iterable[DossierEvent]) -> list[IssuedPaper]:
        """Return the slips that were printed for money whose collection was cancelled, newest first."""
        known = {event.pk: event for event in events if event.kind in OF_FEES}
        return [
            paper
            for paper in issued
            if paper.form_code == "fee_receipt" and paper.event_id in known and not self.call_for(known[paper.event_id])
        ]


def cancelled_slip(event: DossierEvent) -> IssuedPaper | None:
    """Return the void slip that the one of this event takes the place of; none where none was printed."""
    if event.kind != Kind.FEES_COLLECTED:
        return None
    dossier = event.dossier
    events = list(dossier.events.filter(kind__in=OF_FEES))
    issued = dossier.issued_papers.filter(form_code="fee_receipt", replaced_by=None).defer("context")
    return next(iter(FeeSlips.of(dossier, events).void(issued.exclude(event=event), events)), None)


def fee_slip(event: DossierEvent, place: Place) -> FeeReceiptContext:
    """Return the slip of the lines collected, by whoever collected them; where only a sum is known, of the sum."""
    dossier = event.dossier
    lines = FeeSlips.of(dossier).told_by(event) if event.kind in OF_FEES else []
    last, old = lines[-1] if lines else None, cancelled_slip(event)
    return FeeReceiptContext(
        head=place.head,
        payer=papers.person_of(dossier.submitter),
        code=dossier.code,
        procedure=dossier.procedure_name,
        paid_at=(last and last.collected_at) or event.at,
        lines=tuple(PaidLine(line.name, int(line.price), line.quantity, line.unit) for line in lines) or _sum(event),
        method=_ways_of_paying(lines) if lines else "theo chứng từ thu",
        cashier=_name(last.collected_by) if last and last.collected_by else event.actor_name,
        replaces=f"Thay cho phiếu thu số {old.number}, đã hủy" if old else "",
    )


def _ways_of_paying(lines: list[DossierFee]) -> str:
    """Return how the money came in; collected more than once, how much each time, when and by whom."""
    times = collections(lines)
    if len(times) == 1:
        return _way(lines[0])
    return "; ".join(
        f"{_way(group[0])} {money(int(summed(group)))} ({moment_words(at)}, {_name(group[0].collected_by)})"
        for at, group in times
    )


def _way(line: DossierFee) -> str:
    return line.get_method_display().lower() or "theo chứng từ thu"


def _sum(event: DossierEvent) -> tuple[PaidLine, ...]:
    """Return the sum of a dossier that has no lines, or of what a notice asked for. Raises FormError without one."""
    dossier = event.dossier
    if event.kind == Kind.ACCEPTED:
        amount, name = dossier.fee_total, THE_SUM
    else:
        asked = dossier.events.filter(kind=Kind.PAYMENT_REQUESTED, pk__lt=event.pk).order_by("-id").first()
        amount = Decimal(str(asked.facts.get("amount", 0))) if asked else Decimal(0)
        name = "Nghĩa vụ tài chính theo thông báo"
    if not amount:
        raise FormError("Hồ sơ không ghi số tiền đã thu. Hãy kiểm tra khoản thu rồi in lại.")
    return (PaidLine(name, int(amount)),)


def _name(user) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""
