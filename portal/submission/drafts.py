"""A draft from its first page to its end: begun, found by its link, written to, forgotten.

The link is 128 random bits that only its writer has; the table keeps a keyed hash of it, so a copy of the table opens
no draft. A draft that nobody writes to is gone after the days of the rule `online-draft-days`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable

from django.db import transaction
from django.db.models import QuerySet

from dossiers.deadlines.rules import value_on
from dossiers.deadlines.working_time import ZONE
from dossiers.models import Agency, LegalRule, Procedure, ProcedureCase, public_token
from dossiers.privacy import guessing
from dossiers.privacy.guessing import Limit
from dossiers.privacy.sealed_files import remove_with_commit
from dossiers.privacy.sealing import keyed_hash, keyed_hashes
from dossiers.search_text import fold
from dossiers.states import FINAL
from portal.submission.models import FilingDraft

KEY_PURPOSE = "filing-draft-link"
RULE = "online-draft-days"
DEFAULT_DAYS = 30
PER_ADDRESS, DEFAULT_PER_ADDRESS = "online-filings-per-address-day", 300
PER_PHONE, DEFAULT_PER_PHONE = "online-filings-per-phone-day", 20
DIGITS = 4
"""A draft is locked by the last four digits of a number that was typed into it."""


def begin(
    agency: Agency,
    procedure: Procedure,
    case: ProcedureCase | None,
    *,
    caller: str,
    now: dt.datetime,
    data: dict,
    token: str = "",
) -> str:
    """Return the token of a new draft's link, which is kept nowhere; of a `token` begun already, that one stays.

    Raises guessing.TooMany.
    """
    # Some begin twice before they send once.
    guessing.count([Limit("filing-begin-day", 2 * per_address(agency, now), 86400)], [caller])
    token = token or public_token()
    for over in FilingDraft.objects.filter(key__in=keyed_hashes(token, KEY_PURPOSE), expires_at__lte=now, receipt=None):
        erase(over)
    FilingDraft.objects.get_or_create(
        key=keyed_hash(token, KEY_PURPOSE),
        defaults={
            "agency": agency,
            "procedure": procedure,
            "case": case,
            "data": json.dumps(data),
            "begun_at": now,
            "expires_at": expiry(agency, now),
        },
    )
    return token


def find(token: str, *, now: dt.datetime) -> FilingDraft | None:
    """Return the draft behind a link; None for a link that leads nowhere or is over."""
    rows = FilingDraft.objects.filter(key__in=keyed_hashes(token, KEY_PURPOSE))
    draft = rows.select_related("agency", "procedure", "case", "receipt").first()
    return draft if draft is not None and (draft.receipt_id or draft.expires_at > now) else None


def look_of(draft: FilingDraft) -> str:
    """Return what tells one look of the draft from another: other words, another case or file, another look."""
    files = draft.files.values_list("pk", flat=True)
    return hashlib.sha256(json.dumps([draft.data, draft.case_id, *files]).encode()).hexdigest()[:16]


def typed(draft: FilingDraft) -> dict:
    """Return what was typed so far; once it was sent, `kept_when_sent` of it."""
    return json.loads(draft.data) if draft.data else {}


def is_personal(draft: FilingDraft) -> bool:
    """Tell whether anything about a person stands behind the link; before that there is nothing to lock."""
    return bool(draft.receipt_id) or "submitter" in typed(draft)


def has_digits(draft: FilingDraft) -> bool:
    """Tell whether a number stands behind the link by which it can be opened again, in whatever browser."""
    known = typed(draft).get("submitter", {})
    numbers = (known.get(name, "") for name in ("phone", "id_number"))
    return bool(draft.receipt_id) or any(sum(map(str.isdigit, number)) >= DIGITS for number in numbers)


def per_address(agency: Agency, now: dt.datetime) -> int:
    """Return how many filings of one network address the agency takes in a day (rule `PER_ADDRESS`)."""
    return _rule(PER_ADDRESS, DEFAULT_PER_ADDRESS, agency, now)


def per_phone(agency: Agency, now: dt.datetime) -> int:
    """Return how many filings a day may tell one telephone (rule `PER_PHONE`): firms file many with one."""
    return _rule(PER_PHONE, DEFAULT_PER_PHONE, agency, now)


def kept_when_sent(data: dict) -> str:
    """Return what stays of a draft once it was sent: which ones its writer sent before it and whom they file for next,
    or nothing."""
    kept = {name: data[name] for name in ("before", "next") if data.get(name)}
    return json.dumps(kept) if kept else ""


def write_next(draft: FilingDraft, people: list[dict[str, str]], *, now: dt.datetime) -> None:
    """Keep whom the writer of this sent filing files for next, for the days of a draft; nobody ends the list."""
    with transaction.atomic():
        row = hold(draft)
        row.data, row.expires_at = kept_when_sent(typed(row) | {"next": people}), expiry(row.agency, now)
        row.save(update_fields=["data", "expires_at"])
    draft.data, draft.expires_at = row.data, row.expires_at


def take_next(rows: QuerySet[FilingDraft], leaves: Callable[[dict], object] = bool) -> list[dict[str, str]]:
    """Return everybody in the lists of these filings for whom `leaves` holds; they stand there no longer."""
    taken: list[dict[str, str]] = []
    with transaction.atomic():
        for row in rows.select_for_update(of=("self",)):
            data = typed(row)
            leaving = [person for person in data.get("next", []) if leaves(person)]
            if leaving:
                data["next"] = [person for person in data["next"] if not leaves(person)]
                row.data = kept_when_sent(data) if row.receipt_id else json.dumps(data)
                row.save(update_fields=["data"])
                taken += leaving
    return taken


def write(draft: FilingDraft, *, now: dt.datetime, **values) -> None:
    """Keep these answers with the earlier ones; the days of the draft begin anew. A sent draft stays as it is."""
    with transaction.atomic():
        row = hold(draft)
        if row.receipt_id is None:
            row.data, row.expires_at = json.dumps(typed(row) | values), expiry(row.agency, now)
            row.save(update_fields=["data", "expires_at"])
    draft.data, draft.receipt_id, draft.expires_at = row.data, row.receipt_id, row.expires_at


def choose_case(draft: FilingDraft, case: ProcedureCase, *, now: dt.datetime) -> None:
    """Keep another case of the procedure; papers that both ask for keep their files. A sent draft stays as it is."""
    with transaction.atomic():
        write(draft, now=now, case=case.name)
        if draft.receipt_id is None:
            FilingDraft.objects.filter(pk=draft.pk).update(case=case)
            draft.case = case


def hold(draft: FilingDraft) -> FilingDraft:
    """Return the draft's row as it is now, locked: sending, adding and erasing wait for each other.

    Call inside a transaction. Raises FilingDraft.DoesNotExist for one erased meanwhile.
    """
    return FilingDraft.objects.select_for_update().get(pk=draft.pk)


def expiry(agency: Agency, now: dt.datetime) -> dt.datetime:
    """Return until when a draft written to now is kept: to the end of the day its page names."""
    day = (now + dt.timedelta(days=_rule(RULE, DEFAULT_DAYS, agency, now))).astimezone(ZONE).date()
    return dt.datetime.combine(day, dt.time(23, 59, 59), ZONE)


def _rule(key: str, otherwise: int, agency: Agency, now: dt.datetime) -> int:
    try:
        return int(value_on(key, now.astimezone(ZONE).date(), agency))
    except LegalRule.DoesNotExist:
        return otherwise


def paper_key(name: str) -> str:
    """Return the short name of a paper that files and fields carry: the same for the same paper, whatever its place."""
    return hashlib.sha256(fold(name).encode()).hexdigest()[:12]


def erase(draft: FilingDraft) -> bool:
    """Delete the draft with its files; False when it was sent or erased meanwhile: the files are the dossier's then."""
    with transaction.atomic():
        row = FilingDraft.objects.select_for_update().filter(pk=draft.pk, receipt=draft.receipt_id).first()
        if row is None:
            return False
        for file in row.files.all():
            remove_with_commit(file.file)
        row.delete()
    return True


def remove(draft: FilingDraft, file_id: int) -> None:
    """Delete one file of a draft; one that was sent meanwhile is the dossier's and stays."""
    with transaction.atomic():
        file = hold(draft).files.filter(pk=file_id).first()
        if file is not None:
            remove_with_commit(file.file)
            file.delete()


def forget_old(*, now: dt.datetime) -> int:
    """Erase drafts whose days are over, and links to dossiers that have ended; return how many.

    The link to a dossier that goes on stays; whom its writer meant to file for next has the days of a draft.
    """
    over = FilingDraft.objects.filter(expires_at__lte=now)
    unsent, ended = over.filter(receipt=None), over.filter(receipt__dossiers__state__in=FINAL)
    count = 0
    for draft in [*unsent[:2000], *ended[:2000]]:
        count += erase(draft)
    for draft in over.exclude(receipt=None).exclude(data="").iterator(chunk_size=200):
        if "next" in typed(draft):
            take_next(over.filter(pk=draft.pk))  # not from a list that was kept anew meanwhile
    return count
