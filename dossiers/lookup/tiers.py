"""What the public may see of a dossier, tier by tier (Luật 91/2025/QH15; domain notes §5).

Tier 1, a `Glance`: whoever holds the address printed in the QR, or types the code. Tier 2, a `Detail` or `OwnDossiers`:
whoever knows two matching facts of the owner or of the submitter. A value holds no more than its tier allows, so no
template can show too much. Unknown and mismatched give the same None after the same work.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.db.models import Q, QuerySet

from dossiers.lookup import delivery
from dossiers.lookup import passes as lookup_pass
from dossiers.lookup.facts import PEOPLE, SEALED, Facts, fits, nobody, tidy_number
from dossiers.lookup.pages import Detail, Glance, OwnDossiers, detail_of, glance_of, listed_of
from dossiers.lookup.rows import DETAIL_COLUMNS, LISTED_COLUMNS, row_by_code, row_by_token, rows_of
from dossiers.models import Applicant, Attachment, Dossier, PersonalDataRead, Receipt
from dossiers.receipt_spellings import written_as
from dossiers.search_text import fold

PAGE = 20
LONGEST_TOKEN = 32
MOST_ON_A_RECEIPT = 50
SEEN_PUBLICLY = "Trang tra cứu công khai"
RECEIPT_SEEN = "Giấy tiếp nhận ở trang tra cứu"
RESULT_TAKEN = "Kết quả bản điện tử ở trang tra cứu"

__all__ = [
    "Detail",
    "Facts",
    "Glance",
    "OwnDossiers",
    "by_code",
    "by_pass",
    "by_token",
    "by_token_and_fact",
    "by_two_facts",
    "guessed_at",
    "number_guessed_at",
    "opened",
    "receipt_by_pass",
    "result_by_pass",
]


def by_token(token: str, *, now: dt.datetime) -> Glance | OwnDossiers | None:
    """Return the dossier whose QR carries `token`, or the dossiers of a receipt that carries it; None when unknown.

    Two queries for a dossier.
    """
    if not 0 < len(token) <= LONGEST_TOKEN:
        return None
    row = row_by_token(token)
    if row:
        return glance_of(row, now)
    receipt_id = Receipt.objects.filter(token=token).values_list("id", flat=True).first()
    if receipt_id is None:
        return None
    rows = Dossier.objects.filter(receipt_id=receipt_id).order_by("id").values(*LISTED_COLUMNS, "token")
    return OwnDossiers(tuple(listed_of(row, now, token=row["token"]) for row in rows[:MOST_ON_A_RECEIPT]))


def by_code(number: str, *, now: dt.datetime) -> Glance | OwnDossiers | None:
    """Return tier 1 of the dossier whose code or receipt number was typed, in any spacing and case; None when unknown.

    A receipt number of several dossiers gives their list; one that agencies share gives None, as nobody can tell whose
    is meant. Two queries for a code.
    """
    number = tidy_number(number)
    row = row_by_code(number)
    if row:
        return glance_of(row, now)
    rows = list(rows_of(carrying(number), "receipt_id"))
    if len(rows) == 1:
        return glance_of(rows[0], now)
    if rows and rows[0]["receipt_id"] and len({row["receipt_id"] for row in rows}) == 1:
        return OwnDossiers(tuple(listed_of(row, now) for row in rows))
    return None


def by_two_facts(facts: Facts, *, now: dt.datetime) -> Detail | OwnDossiers | None:
    """Return tier 2 for two matching facts of the owner or submitter; None when unknown, mismatched or too weak.

    A number with a second fact gives that dossier, an identity number with its phone or name the person's own
    dossiers, newest first. Whoever opens a dossier is written down (PersonalDataRead).
    """
    if facts.proves_a_dossier:
        ids = _proved(facts)
        if len(ids) == 1:
            return opened(ids[0], now=now)
        if ids:
            rows = Dossier.objects.filter(pk__in=ids).order_by("-id").values(*LISTED_COLUMNS)
            return OwnDossiers(tuple(_own(row, now) for row in rows))
    if facts.proves_a_person:
        people = list(_people(facts).values_list("id", flat=True)[:MOST_ON_A_RECEIPT])
        return _own_dossiers(people, None, now) if people else None
    return None


def guessed_at(facts: Facts) -> list[str]:
    """Return what a question guesses at, for dossiers.privacy.guessing: a dossier under one name, whatever its number.

    One query, for a number that exists and for one that does not.
    """
    return [fact for fact in (number_guessed_at(facts.number), facts.id_number, facts.phone) if fact]


def number_guessed_at(number: str) -> str:
    """Return the code of the dossier that carries this number, else the number; "" for none."""
    if not number:
        return ""
    tidy = tidy_number(number)
    return carrying(tidy).values_list("code", flat=True).first() or tidy


def by_token_and_fact(token: str, facts: Facts, *, now: dt.datetime) -> Detail | None:
    """Return tier 2 of the dossier behind a QR when a second fact fits; None otherwise."""
    if not (facts.last4 or facts.id_number or facts.phone) or len(token) > LONGEST_TOKEN:
        return None
    row = Dossier.objects.filter(token=token).values("id", *PEOPLE, *SEALED).first()
    return opened(row["id"], now=now) if fits(row or nobody(), facts) and row else None


def by_pass(text: str, *, now: dt.datetime) -> Detail | OwnDossiers | None:
    """Return what a pass handed out with an earlier answer opens; None when it is not ours or too old."""
    proved = lookup_pass.read(text, now)
    if not proved:
        return None
    if "dossier" in proved:
        return opened(proved["dossier"], now=now)
    if "applicants" not in proved:
        return None
    return _own_dossiers(proved["applicants"], proved["before"], now)


def receipt_by_pass(text: str, *, now: dt.datetime) -> int | None:
    """Return the dossier whose receipt the pass of its page opens, and write down the look; None for no such pass."""
    dossier_id = (lookup_pass.read(text, now) or {}).get("receipt_of")
    if dossier_id is None or not Dossier.objects.filter(pk=dossier_id).exists():
        return None
    PersonalDataRead.objects.create(dossier_id=dossier_id, via=RECEIPT_SEEN)
    return dossier_id


def result_by_pass(text: str, *, now: dt.datetime) -> Attachment | None:
    """Return the file of the result the pass of its page opens, and write down the look; None for no such pass."""
    dossier_id = (lookup_pass.read(text, now) or {}).get("result_of")
    found = delivery.file_of(dossier_id) if dossier_id is not None else None
    if found is not None:
        PersonalDataRead.objects.create(dossier_id=dossier_id, via=RESULT_TAKEN)
    return found


def carrying(number: str) -> QuerySet:
    """Return the dossiers that carry this tidied number anywhere on their papers, newest first.

    Each place is asked of its own index: put together by OR, the newest first, PostgreSQL would rather walk the table.
    """
    typed = {number, number.upper()} - {""}
    rows = Dossier.objects.order_by().values("pk")
    carrying = rows.filter(code__in=typed).union(rows.filter(written_as(number)), rows.filter(external_code__in=typed))
    return Dossier.objects.filter(pk__in=carrying).order_by("-id")[:MOST_ON_A_RECEIPT]


def _proved(facts: Facts) -> list[int]:
    number = tidy_number(facts.number)
    for found in (Dossier.objects.filter(code=number), carrying(number)):
        rows = list(found.values("id", *PEOPLE, *SEALED))
        fitting = [row for row in rows or [nobody()] if fits(row, facts)]
        if fitting:
            return [row["id"] for row in fitting]
    return []


def _people(facts: Facts) -> QuerySet:
    known = Applicant.objects.with_id(facts.id_number).filter(erased_at__isnull=True)
    by_phone = known.with_phone(facts.phone) if facts.phone else Applicant.objects.none()
    if not facts.full_name:
        return by_phone
    by_name = known.filter(name_folded=fold(facts.full_name)[:255])
    return by_phone | by_name if facts.phone else by_name


def opened(dossier_id: int, *, now: dt.datetime, via: str = SEEN_PUBLICLY) -> Detail | None:
    """Return tier 2 of a dossier whose reader has proved to be its owner or submitter, and write down `via` what."""
    row = rows_of(Dossier.objects.filter(pk=dossier_id), *DETAIL_COLUMNS).first()
    if row is None:
        return None
    detail = detail_of(row, now)
    if row["receipt_id"] and row["received_at"]:
        detail = replace(detail, receipt_pass=lookup_pass.issue(now, receipt_of=dossier_id))
    if detail.has_result and detail.way is delivery.Way.FILE and delivery.file_of(dossier_id):
        detail = replace(detail, result_pass=lookup_pass.issue(now, result_of=dossier_id))
    PersonalDataRead.objects.create(dossier_id=dossier_id, via=via[:60])
    return detail


def _own_dossiers(people: list[int], before: int | None, now: dt.datetime) -> OwnDossiers:
    """Return a page of the people's own dossiers, the newest first, behind the id `before`.

    Not dossiers.lists.keyset, which is the desk's and stands above this room: the place travels sealed in the pass that
    proves the person, never as a mark in an address, and there is no way back.
    """
    own = Dossier.objects.filter(Q(owner_id__in=people) | Q(submitter_id__in=people)).order_by("-id")
    if before:
        own = own.filter(id__lt=before)
    rows = list(own.values(*LISTED_COLUMNS)[: PAGE + 1])
    more = lookup_pass.issue(now, applicants=people, before=rows[PAGE - 1]["id"]) if len(rows) > PAGE else ""
    return OwnDossiers(tuple(_own(row, now) for row in rows[:PAGE]), proved=True, next_pass=more)


def _own(row: dict, now: dt.datetime):
    return listed_of(row, now, pass_text=lookup_pass.issue(now, dossier=row["id"]))
