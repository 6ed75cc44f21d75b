"""What PostgreSQL does faster than the common code path, all in one place: indexes of its own, arrays per agency.

Everything here has a plain counterpart that gives the same rows on SQLite, where installations are small.
"""

from __future__ import annotations

import heapq
from itertools import chain

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, transaction
from django.db.models import F, OuterRef, Q, QuerySet
from django.db.utils import DatabaseError

from dossiers.models import Agency, Applicant

# The days of an append-only table, found by the pages they lie on: a few kilobytes, and nothing to pay when writing.
# Part of a name among all people: LIKE '% van an%' without reading the others. On the people, not on their dossiers:
# a tenth of the rows, and intake does not pay for it.
INDEXES = {
    "event_recorded_brin": (
        "CREATE INDEX IF NOT EXISTS event_recorded_brin ON dossiers_dossierevent"
        " USING brin (recorded_at) WITH (pages_per_range = 32)"
    ),
    "applicant_name_trigrams": (
        "CREATE INDEX IF NOT EXISTS applicant_name_trigrams ON dossiers_applicant USING gin (name_folded gin_trgm_ops)"
    ),
}
MOST_PEOPLE = 3000
EXTENSION = "CREATE EXTENSION IF NOT EXISTS pg_trgm"


def build(to=connection) -> str:
    """Make the indexes on PostgreSQL; return "" or a sentence saying what the operator must run by hand.

    Safe to call again. Nothing is missing from any answer without them: searches by name are only slower.
    """
    if to.vendor != "postgresql":
        return ""
    refused = [statement for statement in (EXTENSION, *INDEXES.values()) if not _done(to, statement)]
    if refused:
        return (
            "Chưa lập được chỉ mục tìm nhanh vì tài khoản cơ sở dữ liệu không đủ quyền (thường là quyền tạo "
            f"phần mở rộng pg_trgm). Nhờ quản trị PostgreSQL chạy: {'; '.join(refused)};"
        )
    return ""


def _done(to, statement: str) -> bool:
    try:
        with transaction.atomic(using=to.alias), to.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError:
        return False
    return True


def drop(from_=connection) -> None:
    """Take the indexes away again (migrating backwards)."""
    if from_.vendor == "postgresql":
        with from_.cursor() as cursor:
            for name in INDEXES:
                cursor.execute(f"DROP INDEX IF EXISTS {name}")


def missing(in_=connection) -> list[str]:
    """Return the names of indexes this PostgreSQL lacks; [] elsewhere."""
    if in_.vendor != "postgresql":
        return []
    with in_.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexname = ANY(%s)", [list(INDEXES)])
        there = {row[0] for row in cursor.fetchall()}
    return [name for name in INDEXES if name not in there]


def first_ids(
    rows: QuerySet, agencies: frozenset[int] | None, *, count: int, newest: bool = True, rare: bool = False
) -> list[int]:
    """Return the first `count` ids among `rows` of these agencies (None: all), newest first unless told otherwise.

    PostgreSQL has no plan that merges one ordered index range per agency: `agency IN (…) ORDER BY id DESC LIMIT 51`
    walks the whole table when the agencies have nothing recent. So each agency gives its own first ids, merged here.
    `rare` rows are ordered by an expression: ordered by the column, they would be looked for row by row from the
    newest on, in the hope of soon meeting enough of them. One query.
    """
    by = F("id") + 0 if rare else F("id")
    order = by.desc() if newest else by.asc()
    if agencies is None or connection.vendor != "postgresql":
        if agencies is not None:
            rows = rows.filter(agency__in=agencies)
        return list(rows.order_by(order).values_list("pk", flat=True)[:count])
    own = rows.filter(agency=OuterRef("pk")).order_by(order).values("pk")[:count]
    each = Agency.objects.filter(pk__in=agencies).order_by().values_list(ArraySubquery(own), flat=True)
    ids = chain.from_iterable(each)
    return heapq.nlargest(count, ids) if newest else heapq.nsmallest(count, ids)


def people_named(words: str) -> tuple[list[str], list[int]] | None:
    """Return the folded names that have these words from the beginning of a word, and whose they are.

    None when rows are to be searched.

    On PostgreSQL names are looked up among the people, and dossiers by whole names: an index range each. None where
    that does not pay: on SQLite, and for words so many people have that the newest dossiers show enough. One query.
    """
    if connection.vendor != "postgresql":
        return None
    people = Applicant.objects.filter(word_start("name_folded", words)).order_by()
    found = list(people.values_list("name_folded", "pk")[: MOST_PEOPLE + 1])
    if len(found) > MOST_PEOPLE:
        return None
    # Typed as it stands on an old dossier, the name is found also when its owner has another one today.
    return sorted({words, *(name for name, _ in found)}), [pk for _, pk in found]


def word_start(field: str, words: str) -> Q:
    """Return the filter of texts that have `words` (folded) at their beginning or after a space."""
    return Q(**{f"{field}__startswith": words}) | Q(**{f"{field}__contains": f" {words}"})
