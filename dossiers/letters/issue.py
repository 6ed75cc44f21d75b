"""Issuing a letter: number, frozen text, PDF, new date of the dossier and the news of it, all or nothing (journey 3).

Of two leaders approving at once one gets the number and the other a sentence.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import F

from dossiers import printed_forms
from dossiers.deadlines.due import stated
from dossiers.deadlines.rules import value_on
from dossiers.deadlines.working_time import ZONE, CalendarError
from dossiers.letters import attribution as delay_attribution
from dossiers.letters.dates import check_override, extension_words
from dossiers.letters.draft import LETTER, check_ready
from dossiers.models import Dossier, DossierEvent, Letter, SigningAuthority
from dossiers.papers.distribution import of_letter
from dossiers.papers.issuing import person_of, template_on
from dossiers.papers.register import Place, draft_place, issue_numbered
from dossiers.papers.signing import authority_of, signature_of
from dossiers.printed_forms import FORMS, ApologyContext, FormError, Signature, set_on
from dossiers.printed_forms.printing import PrintError
from dossiers.scoping import may_see
from dossiers.workflow import acts, events
from dossiers.workflow.moving import ActError, Change, Stale
from dossiers.written_dates import written_day

COUNTS_WHEN_APPROVED = "letter-counts-when-approved"
RELATED = (
    "dossier__agency",
    "dossier__competent_agency",
    "dossier__owner",
    "dossier__submitter",
    "agency",
    "centre",
    "cause",
    "unit_at_fault",
)


def approve(letter: Letter, *, by, now: dt.datetime, override_note: str = "") -> Change:
    """Issue the letter: numbered, printed, the promised date moved, the citizen's message queued.

    The act returns the letter. Raises ActError (or Stale, Forbidden) with a sentence; then no number was used.
    """
    if by is None:
        raise ActError("Văn bản phải do một người có thẩm quyền duyệt.")
    if not may_see(by, letter.agency_id):
        raise ActError(f"Văn bản này do {letter.agency.name} ban hành, lãnh đạo cơ quan đó duyệt.")
    try:
        return _issue(letter, by=by, now=now, override_note=override_note)
    except (FormError, PrintError, CalendarError) as error:
        raise ActError(str(error)) from error


def _issue(letter: Letter, *, by, now: dt.datetime, override_note: str) -> Change:
    day = now.astimezone(ZONE).date()
    # Both rows as they are now, and locked where the database can: nobody approves or finishes meanwhile.
    current = Letter.objects.select_for_update(of=("self",)).only("version", "state").get(pk=letter.pk)
    if current.version != letter.version:
        raise Stale(LETTER.stale)
    dossier = (
        Dossier.objects.select_for_update(of=("self",))
        .select_related("agency", "competent_agency", "owner", "submitter")
        .get(pk=letter.dossier_id)
    )
    letter.dossier = dossier
    check_ready(letter, now=now)
    ground = check_override(letter, by=by, note=override_note, day=day)
    authority = authority_of(by, letter.agency, day)
    held = delay_attribution.held_by_units(dossier, now=now)
    unit = letter.unit_at_fault if letter.edited else delay_attribution.most_held(held) or letter.unit_at_fault
    paper = _printed(letter, by=by, now=now, authority=authority)
    return Change(
        {
            "approved_by": by,
            "authority": authority,
            "override_note": ground,
            "issued_at": now,
            "attribution": [share.as_dict() for share in held],
            "unit_at_fault": unit,
            "paper": paper,
        },
        kind=f"Duyệt, phát hành số {paper.number}",
        told={"note": ground},
        then=lambda _step: announced(letter, paper, by=by, now=now) if _counts_at_once(letter, day) else letter,
    )


def _counts_at_once(letter: Letter, day: dt.date) -> bool:
    """Return whether the letter counts before it is signed. Dated rule "letter-counts-when-approved"."""
    return bool(value_on(COUNTS_WHEN_APPROVED, day, letter.agency))


def waits_for_signature(letter: Letter) -> bool:
    """Return whether the letter was issued but counts, by the rule of its day, only once its signed file is there."""
    return letter.state == Letter.State.ISSUED and letter.event_id is None


def announced(letter: Letter, paper, *, by, now: dt.datetime) -> Letter:
    """Make the letter count: the promised date moves and the citizen is told, once. Return it."""
    letter.event = _announce(letter, paper, by=by, now=now)
    Letter.objects.filter(pk=letter.pk).update(event=letter.event)
    return letter


def _printed(letter: Letter, *, by, now: dt.datetime, authority: SigningAuthority | None):
    signature = signature_of(by, letter.agency, now.astimezone(ZONE).date(), authority)
    return issue_numbered(
        letter.form_code,
        letter.agency,
        lambda place: context_of(letter, place, signature),
        by=by,
        now=now,
        dossier=letter.dossier,
        signer_name=signature.name,
        replaces=_latest(letter),
    )


def _announce(letter: Letter, paper, *, by, now: dt.datetime) -> DossierEvent:
    """Move the promised date with its history, and tell whoever listens, once."""
    dossier = letter.dossier
    due = stated(
        letter.new_due_at, dossier.received_at or letter.old_due_at, f"{paper.title.lower()} số {paper.number}"
    )
    acts.do(
        "move_due_date",
        dossier,
        by=by,
        now=now,
        due=due,
        reason=f"{paper.title.capitalize()} số {paper.number}: {letter.reason}",
        announce=False,
    )
    Dossier.objects.filter(pk=dossier.pk).update(new_dates_given=F("new_dates_given") + 1)
    dossier.new_dates_given += 1
    facts = {
        "letter": letter.pk,
        "paper": paper.pk,
        "title": paper.title.capitalize(),
        "letter_number": f"số {paper.number}",
        "reason": f"Lý do: {letter.reason}.",
        "cause": letter.cause.code,
        "round": letter.round,
        "old_due_at": letter.old_due_at.isoformat(),
        "verify_token": paper.token,
        "sha256": paper.sha256,
    }
    old, new = (each.astimezone(ZONE) for each in (letter.old_due_at, letter.new_due_at))
    note = f"Cơ quan xin lỗi vì chưa trả kết quả đúng ngày {written_day(old)} và hẹn trả vào ngày {written_day(new)}."
    return events.record(dossier, DossierEvent.Kind.LETTER_ISSUED, at=now, actor=by, facts=facts, public_note=note)


def _latest(letter: Letter):
    """Return the paper of the letter before this one for the same dossier: this one takes its place."""
    before = Letter.objects.filter(dossier=letter.dossier_id, paper__isnull=False).exclude(pk=letter.pk)
    before = before.select_related("paper").defer("paper__context").order_by("-issued_at", "-id").first()
    return before.paper if before else None


def context_of(letter: Letter, place: Place, signature: Signature) -> ApologyContext:
    """Return everything form 04 says for this letter at this place in the register."""
    dossier, goes = letter.dossier, of_letter(letter)
    return ApologyContext(
        head=place.head,
        applicant=person_of(dossier.owner),
        code=dossier.code,
        procedure=dossier.procedure_name,
        received_at=dossier.received_at or letter.drafted_at,
        received_by=dossier.agency_name,
        settling_unit=place.named.name,
        due_at=letter.old_due_at,
        reason=letter.reason or "…",
        new_due_on=letter.new_due_at.astimezone(ZONE).date(),
        signature=signature,
        extension=extension_words(letter),
        earlier=_earlier(letter),
        contact_phone=place.named.phone,
        recipients=goes.recipients,
        electronic=goes.electronic,
        enclosure=goes.enclosure,
        verify_url=place.verify_url,
    )


def _earlier(letter: Letter) -> tuple[str, ...]:
    sent = Letter.objects.filter(dossier=letter.dossier_id, state__in=Letter.SENT).exclude(pk=letter.pk)
    return tuple(
        f"Trước đó, ngày {written_day(row.issued_at)}, cơ quan đã gửi văn bản số {row.paper.number}, "
        f"hẹn trả kết quả ngày {written_day(row.new_due_at)}."
        for row in sent.select_related("paper").defer("paper__context").order_by("issued_at")
        if row.paper and row.issued_at and row.new_due_at
    )


def preview(letter: Letter, *, by, now: dt.datetime) -> bytes:
    """Return the PDF as it would go out, number and day left blank; nothing is kept. Raises FormError, PrintError."""
    if letter.new_due_at is None:
        raise FormError("Ghi ngày hẹn mới để xem trước văn bản.")
    day = now.astimezone(ZONE).date()
    form_set = set_on(day)
    template = template_on(letter.form_code, form_set, day)
    try:
        signer = authority_of(by, letter.agency, day)
        signature = signature_of(by, letter.agency, day, signer)
    except ActError:
        # Whoever drafts need not be who signs: the block stays open.
        signature = Signature.of("Người có thẩm quyền ký")
    context = context_of(letter, draft_place(letter.form_code, letter.agency, now=now), signature)
    wording = template.wording if template else None
    return printed_forms.render(letter.form_code, context, form_set=form_set, wording=wording, now=now)


def public_name(letter: Letter, day: dt.date) -> str:
    """Return the legal title by the form version of the day; the everyday name is "phiếu xin lỗi"."""
    return FORMS[letter.form_code].title(set_on(day)).capitalize()
