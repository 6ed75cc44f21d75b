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
OF_FEES = frozenset({Kind.ACCEPTED, Kind.FEES_COLLECTED, Kind.FEES_CANCELLED})
OF_MONEY = OF_FEES | {Kind.PAYMENT_CONFIRMED}
AT_INTAKE = 0


@dataclass(frozen=True, slots=True)
class FeeSlips:
    """Which of a dossier's events call for a slip, what of the fees each tells, which slips say nothing any more.

    What one slip tells together is the money of one event of collecting, or of the intake. When a part of it is
    cancelled the event of the cancellation calls for the slip of what is left.
    """

    dossier: Dossier
    lines: tuple[DossierFee, ...]
    events: tuple[DossierEvent, ...]
    """Those that moved fees, in order of time."""

    @classmethod
    def of(cls, dossier: Dossier, events: Iterable[DossierEvent] | None = None) -> FeeSlips:
        """Return those of the dossier; two queries, one where its events are at hand, in order of time."""
        if events is None:
            events = dossier.events.filter(kind__in=OF_FEES).order_by("at", "id")
        moved = tuple(event for event in events if event.kind in OF_FEES)
        return cls(dossier, tuple(dossier.fees.select_related("collected_by").order_by("collected_at", "id")), moved)

    def told_by(self, event: DossierEvent) -> list[DossierFee]:
        """Return the lines with money in them that the slip of the event tells; none of an event that is overtaken."""
        together = self._together(event)
        if self._overtaking(event):
            return []
        came = [line for line in self.lines if line.collected_at and line.total]
        return [line for line in came if self._came_with(line.collected_at) == together]

    def call_for(self, event: DossierEvent) -> bool:
        """Return whether the event calls for a slip; none does whose collection was cancelled since."""
        if event.kind not in OF_FEES:
            return event.kind == Kind.PAYMENT_CONFIRMED
        if event.kind == Kind.ACCEPTED and not self.lines:
            return bool(self.dossier.fee_total and self.dossier.fee_paid)
        return bool(self.told_by(event))

    def void(self, issued: Iterable[IssuedPaper]) -> list[IssuedPaper]:
        """Return the slips that tell money which was given back after they were printed, in their order."""
        known: dict[int | None, DossierEvent] = {event.pk: event for event in self.events}
        slips = (paper for paper in issued if paper.form_code == "fee_receipt" and paper.event_id in known)
        return [
            slip
            for slip in slips
            if any(later.at >= slip.issued_at for later in self._overtaking(known[slip.event_id]))
        ]

    def replaced_by(self, event: DossierEvent) -> IssuedPaper | None:
        """Return the void slip that the one of this event takes the place of; none where none was printed. One query.

        The rest of a collection has a slip of its own; money collected again replaces what was cancelled as a whole.
        """
        if event.kind not in {Kind.FEES_COLLECTED, Kind.FEES_CANCELLED}:
            return None
        issued = self.dossier.issued_papers.filter(form_code="fee_receipt", replaced_by=None).defer("context")
        known: dict[int | None, int] = {each.pk: self._together(each) for each in self.events}
        left = {self._came_with(line.collected_at) for line in self.lines if line.collected_at and line.total}
        own = self._together(event)
        for slip in self.void(issued.exclude(event=event)):
            together = known[slip.event_id]
            if together == own if event.kind == Kind.FEES_CANCELLED else together not in left:
                return slip
        return None

    def _overtaking(self, event: DossierEvent) -> list[DossierEvent]:
        """Return the cancellations that came after the event and concern what it tells."""
        together = self._together(event)
        later = self.events[self.events.index(event) + 1 :] if event in self.events else ()
        return [each for each in later if each.kind == Kind.FEES_CANCELLED and self._together(each) == together]

    def _together(self, event: DossierEvent) -> int:
        if event.kind == Kind.FEES_COLLECTED:
            return event.pk
        when = event.facts.get("collected_at") if event.kind == Kind.FEES_CANCELLED else None
        return self._came_with(dt.datetime.fromisoformat(when)) if when else AT_INTAKE

    def _came_with(self, at: dt.datetime | None) -> int:
        """Return the event the money came in with; what came in before each time had its own is the intake's."""
        return next((each.pk for each in self.events if each.kind == Kind.FEES_COLLECTED and each.at == at), AT_INTAKE)


def fee_slip(event: DossierEvent, place: Place, slips: FeeSlips, old: IssuedPaper | None) -> FeeReceiptContext:
    """Return the slip of the lines collected, by whoever collected them; where only a sum is known, of the sum.

    `old` is the void slip it takes the place of.
    """
    dossier = event.dossier
    lines = slips.told_by(event) if event.kind in OF_FEES else []
    last = lines[-1] if lines else None
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
