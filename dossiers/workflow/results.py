"""What the acts about the result change: sent to be signed with its draft, signed or not, and handed over.

The time in signing is the signer's: while a dossier waits for a signature it is held by whoever is to sign it (nobody
by name: any leader of the agency), never by the room that drafted. The table of acts is dossiers.workflow.acts.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User

from dossiers.models import Attachment, Channel, Dossier, DossierEvent, DossierResult, Holding
from dossiers.scoping import may_see
from dossiers.states import State
from dossiers.workflow.moving import ActError, Change, checked_note

CANNOT_SIGN = "Người được chọn không xem được hồ sơ của cơ quan này nên không ký được. Hãy chọn người ký khác."
NEEDS_SIGNATURE = "Thủ tục này phải được lãnh đạo ký duyệt rồi mới có kết quả. Hãy trình ký, kèm dự thảo kết quả."


@dataclass(frozen=True, slots=True)
class Collected:
    """Who was handed the result and what they showed; `proxy` is the authority of who came in another's place."""

    name: str = ""
    proof: str = ""  # a DossierResult.Proof
    number: str = ""
    proxy: str = ""
    post_code: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """What the result is called by: number, date, file; what is empty changes nothing."""

    number: str = ""
    dated: dt.date | None = None
    file: Attachment | None = None

    def columns(self) -> dict:
        """Return the columns to write, the file stored first."""
        if self.file is not None and self.file.pk is None:
            self.file.save()
        found = {"number": self.number.strip(), "dated": self.dated, "file": self.file}
        return {name: value for name, value in found.items() if value}


def send_to_signing(
    dossier: Dossier,
    *,
    by: User | None,
    now: dt.datetime,
    signer: User | None = None,
    draft: Named | None = None,
    note: str = "",
) -> Change:
    """Give the draft of the result to a leader, by name or to whichever comes first; the handler's word goes along."""
    if signer and not may_see(signer, dossier.agency_id):
        raise ActError(CANNOT_SIGN)
    facts = {"note": note.strip()} if note.strip() else None
    return Change({"signer": signer}, told={"facts": facts}, then=lambda event: _kept(event, dossier, draft))


def sign(
    dossier: Dossier, *, by: User | None, now: dt.datetime, place: str = "", note: str = "", result: Named | None = None
) -> Change:
    """The leader signs: the draft, or the signed file sent along, is the result; the clock stops."""
    values = {"result_place": place.strip()} if place.strip() else {}

    def then(event: DossierEvent) -> DossierEvent:
        _told_signer(dossier, by, now)
        signed = {"signed_by": by, "signed_at": now}
        return _kept(event, dossier, result, **signed)

    return Change({**values, "signer": by}, told={"public_note": note.strip()}, then=then)


def return_from_signing(dossier: Dossier, *, by: User | None, now: dt.datetime, note: str) -> Change:
    """The leader does not sign: back to appraisal, with a word why (colleagues see it, the citizen does not)."""
    note = checked_note(note, "Ghi rõ cần sửa gì để người thụ lý làm lại đúng.")

    def then(event: DossierEvent) -> DossierEvent:
        _told_signer(dossier, by, now)
        return event

    return Change(told={"facts": {"note": note}}, then=then)


def finish(
    dossier: Dossier, *, by: User | None, now: dt.datetime, place: str = "", note: str = "", result: Named | None = None
) -> Change:
    """The result is there without a signature: only where the procedure says that none is needed."""
    if not unsigned(dossier):
        raise ActError(NEEDS_SIGNATURE)
    values = {"result_place": place.strip()} if place.strip() else {}
    return Change(values, told={"public_note": note.strip()}, then=lambda event: _kept(event, dossier, result))


def return_result(
    dossier: Dossier,
    *,
    by: User | None,
    now: dt.datetime,
    note: str = "",
    how: str = "",
    collected: Collected | None = None,
    result: Named | None = None,
) -> Change:
    """The citizen has the result in hand; `how` (a Channel) and who took it are what the register says of it."""
    how = how if how in Channel.values else ""
    collected = collected or Collected()
    words = [f"Gửi qua bưu điện, mã bưu gửi {collected.post_code}."] if collected.post_code else []

    def then(event: DossierEvent) -> DossierEvent:
        return _kept(
            event,
            dossier,
            result,
            how=how,
            collector=collected.name,
            collector_proof=collected.proof,
            collector_number=collected.number,
            proxy=collected.proxy,
            post_code=collected.post_code,
            handed_by=by,
        )

    public_note = " ".join([*words, note.strip()]).strip()
    return Change(told={"public_note": public_note, "facts": {"how": how} if how else None}, then=then)


def unsigned(dossier: Dossier) -> bool:
    """Return whether the dossier's procedure has its result without a leader's signature."""
    return dossier.procedure.unsigned_result


def _kept(event: DossierEvent, dossier: Dossier, named: Named | None, **columns: Any) -> DossierEvent:
    """Write what is known of the result and return the history row; a result nobody said anything of gets no row."""
    values = {**(named.columns() if named else {}), **columns}
    if any(values.values()):
        DossierResult.objects.update_or_create(dossier=dossier, defaults=values)
    return event


def _told_signer(dossier: Dossier, by: User | None, now: dt.datetime) -> None:
    """Write who had the dossier on the table to the stretch of signing that just ended without a name."""
    rows = Holding.objects.filter(dossier=dossier, state=State.SIGNING, holder__isnull=True, to_at__gte=now)
    rows.update(holder=by)
