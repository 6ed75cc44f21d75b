"""The next filing of whoever files for several people: what they said of themselves is carried over, consent never is.

A family or a firm files one dossier after the other: each has its owner, its papers and its own consent, and its own
page of who receives what before it is sent. The dossiers of one such row stand together behind the last link.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from dossiers.deadlines.working_time import ZONE
from dossiers.identity_numbers import parse_phone
from dossiers.intake.counter import IntakeError
from dossiers.intake.people import FACTS
from dossiers.models import Applicant, Dossier, public_token
from dossiers.privacy.sealing import keyed_hash, keyed_hashes
from dossiers.written_dates import written_day
from portal.submission import drafts, offers, people_list, sending, supplements
from portal.submission.models import Filing, FilingDraft

NEXT_PURPOSE = "filing-next"
MOST_BEFORE = 1000
MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class Before:
    """A dossier of the same row; the owner is named while the right to act for them holds."""

    code: str
    token: str
    owner: str


def next_mark(draft: FilingDraft, token: str, *, now: dt.datetime) -> str:
    """Return what the page's button for the next filing carries: pressed again, it leads to the filing it began.

    With a list it is the next person's, whichever window it stands in, until they were filed for.
    """
    people = drafts.typed(draft).get("next", [])
    if not people:
        return public_token()
    number = people_list.number_of(people[0]["id_number"])
    for turn in range(MOST_BEFORE):
        mark = keyed_hash(f"{number} {turn}", NEXT_PURPOSE).rpartition(".")[2]
        begun = _begun(token, mark, now)
        if begun is None or not begun[1].receipt_id:
            break  # listed again after they were filed for: another filing
    return mark


def begin(
    draft: FilingDraft, dossier: Dossier, token: str, mark: str, *, caller: str, now: dt.datetime
) -> tuple[str, bool]:
    """Return the token of the next draft of the sent one's submitter, and whether it was begun just now.

    It is for the same agency and procedure. `mark` is of the page's button: the same one twice is one draft, even when
    that was sent meanwhile. `token` is the sent one's. Raises IntakeError when it is filed here no longer,
    guessing.TooMany.
    """
    known = _begun(token, mark, now)
    if known is None and drafts.typed(draft).get("next"):
        mark = next_mark(draft, token, now=now)
        known = _begun(token, mark, now)
    if known is not None:
        return known[0], False
    if not offers.is_offered(draft.procedure, draft.agency, now.astimezone(ZONE).date()):
        raise IntakeError({"": sending.NO_LONGER})
    data = carried(draft, dossier, now.astimezone(ZONE).date())
    fresh = _tokens(token, mark)[0]
    drafts.begin(draft.agency, draft.procedure, draft.case, caller=caller, now=now, data=data, token=fresh)
    return fresh, True


def is_carried(begun: FilingDraft, dossier: Dossier) -> bool:
    """Tell whether the digits that opened the sent filing open the begun one too: it tells of the same submitter."""
    known = drafts.typed(begun).get("submitter", {})
    phone = _dialled(dossier.submitter.phone)
    return bool(phone) and known.get("phone") == phone


def _tokens(token: str, mark: str) -> list[str]:
    """Return the token of the draft begun by this button of that page, under each key: kept nowhere, found again."""
    return [each.rpartition(".")[2] for each in keyed_hashes(f"{token} {mark}", NEXT_PURPOSE)]


def _begun(token: str, mark: str, now: dt.datetime) -> tuple[str, FilingDraft] | None:
    rows = ((each, drafts.find(each, now=now)) for each in _tokens(token, mark))
    return next(((each, row) for each, row in rows if row is not None), None)


def carried(draft: FilingDraft, dossier: Dossier, today: dt.date) -> dict:
    """Return what the next draft begins with: the submitter, by what right and until when, how results are taken.

    Whose dossier it is – unless a list says who is next –, whether they agree, and a right that has ended are asked for
    anew. The list stays where it can be changed, the person in it, until the next one is sent.
    """
    submitter, filing = dossier.submitter, dossier.filing
    people, own = drafts.typed(draft).get("next", []), dossier.owner_id == dossier.submitter_id
    until = filing.consent_until
    holds = until is not None and until >= today
    return {
        "who": "firm" if own and submitter.kind == Applicant.Kind.ENTERPRISE and not people else "other",
        "case": draft.case.name if draft.case else "",
        "submitter": {**{name: getattr(submitter, name) for name in FACTS}, "phone": _dialled(submitter.phone)},
        "owner": people[0] if people else {},
        "relation": filing.relation,
        "mandate": filing.mandate if holds else "",
        "until": written_day(until) if until is not None and holds else "",
        "result": Filing.Result.COUNTER if filing.result == Filing.Result.POST else filing.result,
        "before": [*drafts.typed(draft).get("before", []), draft.pk][-MOST_BEFORE:],
    }


def _dialled(phone: str) -> str:
    """Return the number as its owner typed it, not as it is kept."""
    return parse_phone(phone).domestic if phone else ""


def before(draft: FilingDraft, dossier: Dossier, today: dt.date) -> tuple[int, Sequence[Before]]:
    """Return (how many dossiers of the same submitter came before this one in its row, the last of them)."""
    rows = Dossier.objects.filter(receipt__filing_draft__in=drafts.typed(draft).get("before", []))
    same = [row for row in rows.select_related("submitter", "filing").order_by("-id") if _of_one(row, dossier)]
    listed = [
        Before(row.code, row.token, "" if supplements.consent_is_over(row, today) else row.owner_name)
        for row in same[:MOST_LISTED]
    ]
    return len(same), listed


def _of_one(row: Dossier, dossier: Dossier) -> bool:
    number = dossier.submitter.id_number
    return bool(number) and row.submitter.id_number == number
