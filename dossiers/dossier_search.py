"""The staff list of dossiers: one search box, filters, keyset pages. No count, no offset, only the user's agencies."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from dossiers import identity_numbers, sealing
from dossiers.dossier_codes import InvalidCode, normalise_code
from dossiers.models import Agency, Applicant, Dossier
from dossiers.scoping import agency_ids_of, scoped
from dossiers.search_text import fold, prefix_upper_bound
from dossiers.states import CITIZEN_MUST_ACT, State
from dossiers.working_time import ZONE

PAGE = 50
FEWEST_LETTERS = 2
MOST_PEOPLE = 200
SHOWN_COUNT = 99
SEALED_WORDS = "search words"

WORKLISTS: dict[str, str] = {
    "mine": "Việc của tôi",
    "late": "Quá hạn",
    "today": "Đến hạn hôm nay",
    "soon": "Đến hạn 2 ngày tới",
    "unassigned": "Chưa phân công",
    "waiting": "Chờ người dân",
    "ready": "Chờ trả kết quả",
    "online": "Chờ tiếp nhận",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list was asked for, as it stands in the address bar."""

    q: str = ""
    worklist: str = ""
    state: str = ""
    unit: str = ""
    handler: str = ""
    after: str = ""  # keyset: the last row of the page before
    before: str = ""  # keyset: the first row of the page after

    @classmethod
    def from_query(cls, data) -> Asked:
        """Return the question of a query string or form; `s` holds sealed search words in place of `q`."""
        values = {name: str(data.get(name, ""))[:200].strip() for name in cls.__slots__}
        if not values["q"] and data.get("s"):
            try:
                values["q"] = sealing.unseal(str(data["s"])[:1000], SEALED_WORDS)[:200]
            except sealing.SealingError:
                values["q"] = ""
        return cls(**values)

    def address(self, **changes) -> str:
        """Return the query string of this question with `changes`; the page place is dropped unless given.

        Only a dossier code stands in it as typed: names, ids and phones are sealed, an address ends up in logs.
        """
        values = {name: getattr(self, name) for name in self.__slots__ if name not in {"after", "before"}} | changes
        words = values.pop("q", "")
        if words:
            values |= {"q": words} if _is_code(words) else {"s": sealing.seal(words, SEALED_WORDS)}
        return urlencode({name: value for name, value in values.items() if value})


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows and the addresses of its neighbours ("" when there is none)."""

    rows: list[Dossier]
    next: str
    previous: str
    note: str = ""


def page_of(asked: Asked, user, now: dt.datetime) -> Page:
    """Return the page asked for, of dossiers the user may see. One query, one more for a search by id or phone."""
    found, note = matching(asked, user, now)
    by_due = asked.worklist in {"late", "today", "soon"} and not asked.q
    order = ("due_at", "id") if by_due else ("-id",)
    backward = bool(asked.before)
    place = _place(asked.before or asked.after, by_due)
    if place is not None:
        found = found.filter(_beyond(place, by_due, backward))
    if backward:
        order = tuple(field[1:] if field.startswith("-") else f"-{field}" for field in order)
    rows = list(found.order_by(*order).select_related("handler", "unit")[: PAGE + 1])
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    if backward:
        rows.reverse()
    first, last = (_mark(rows[0], by_due), _mark(rows[-1], by_due)) if rows else ("", "")
    has_next = more if not backward else bool(rows)
    has_previous = more if backward else bool(asked.after and rows)
    return Page(
        rows=rows,
        next=asked.address(after=last) if has_next else "",
        previous=asked.address(before=first) if has_previous else "",
        note=note,
    )


def count_of(worklist: str, user, now: dt.datetime) -> str:
    """Return how many dossiers of the user's agencies are on the worklist, "99+" above that."""
    rows, _ = matching(Asked(worklist=worklist), user, now)
    if agency_ids_of(user) is None:
        # Every index of the worklists begins with the agency: those who see all of them name them all.
        rows = rows.filter(agency__in=list(Agency.objects.values_list("pk", flat=True)))
    return capped(rows)


def capped(rows: QuerySet) -> str:
    """Return the number of rows, "99+" above that: counting on would cost and tell no more."""
    found = len(rows.order_by().values_list("pk", flat=True)[: SHOWN_COUNT + 1])
    return f"{SHOWN_COUNT}+" if found > SHOWN_COUNT else str(found)


def matching(asked: Asked, user, now: dt.datetime) -> tuple[QuerySet, str]:
    """Return the rows the question matches, and a sentence when it was not understood as typed."""
    rows = scoped(Dossier.objects.all(), user)
    if asked.state in State.values:
        rows = rows.filter(state=asked.state)
    if asked.unit.isdigit():
        rows = rows.filter(unit_id=int(asked.unit))
    if asked.handler.isdigit():
        rows = rows.filter(handler_id=int(asked.handler))
    rows = _worklist(rows, asked.worklist, user, now)
    return _searched(rows, asked.q) if asked.q else (rows, "")


def _worklist(rows: QuerySet, name: str, user, now: dt.datetime) -> QuerySet:
    today = dt.datetime.combine(now.astimezone(ZONE).date(), dt.time.min, ZONE)
    day = dt.timedelta(days=1)
    # Due dates are compared by date: a dossier due today is not late, whatever the hour.
    if name == "late":
        return rows.filter(clock_open=True, due_at__lt=today)
    if name == "today":
        return rows.filter(clock_open=True, due_at__gte=today, due_at__lt=today + day)
    if name == "soon":
        return rows.filter(clock_open=True, due_at__gte=today + day, due_at__lt=today + 3 * day)
    if name == "mine":
        return rows.filter(handler=user, state__in=[State.ASSIGNED, State.APPRAISING, State.SIGNING])
    if name == "unassigned":
        return rows.filter(state=State.ACCEPTED)
    if name == "waiting":
        return rows.filter(state__in=CITIZEN_MUST_ACT - {State.RESULT_READY})
    if name == "ready":
        return rows.filter(state=State.RESULT_READY)
    if name == "online":
        return rows.filter(state=State.SUBMITTED)
    return rows


def _is_code(text: str) -> bool:
    try:
        return bool(normalise_code(text))
    except InvalidCode:
        return False


def _searched(rows: QuerySet, text: str) -> tuple[QuerySet, str]:
    try:
        code = normalise_code(text)
        return rows.filter(Q(code=code) | Q(receipt_number=code)), ""
    except InvalidCode:
        pass
    digits = "".join(character for character in text if character.isdigit())
    if len(digits) >= 9 and len(digits) >= len(text.replace(" ", "")) - 3:
        people = people_with(text)
        return rows.filter(Q(owner__in=people) | Q(submitter__in=people)), ""
    if any(character.isdigit() for character in text):
        plain = text.upper().replace(" ", "")
        return rows.filter(Q(code__startswith=plain) | Q(receipt_number=text)), ""
    folded = fold(text)
    if len(folded) < FEWEST_LETTERS:
        return rows.none(), "Gõ ít nhất 2 chữ cái của họ tên, hoặc mã hồ sơ, số giấy tờ, điện thoại."
    # Names begin with the family name: a prefix is an index range on every database.
    upper = prefix_upper_bound(folded)
    prefix = Q(owner_name_folded__gte=folded) & (Q(owner_name_folded__lt=upper) if upper else Q())
    if rows.filter(prefix).exists():
        return rows.filter(prefix), ""
    return rows.filter(owner_name_folded__contains=folded), ""


def people_with(text: str) -> list[int]:
    """Return the ids of applicants with this id, tax code or phone, as typed."""
    wanted = Q(pk__in=[])
    for reader, find in (
        (identity_numbers.normalise_personal_id, Applicant.objects.with_id),
        (identity_numbers.normalise_tax_code, Applicant.objects.with_id),
        (identity_numbers.normalise_phone, Applicant.objects.with_phone),
    ):
        try:
            wanted |= Q(pk__in=find(reader(text)).values("pk"))
        except identity_numbers.InvalidNumber:
            continue
    return list(Applicant.objects.filter(wanted).values_list("pk", flat=True)[:MOST_PEOPLE])


def _mark(row: Dossier, by_due: bool) -> str:
    return f"{row.due_at.timestamp():.0f}.{row.pk}" if by_due else str(row.pk)


def _place(text: str, by_due: bool):
    """Return the keyset values behind a mark; None for a mark nobody made."""
    parts = text.split(".")
    if len(parts) != (2 if by_due else 1) or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    if len(parts[-1]) > 18 or len(parts[0]) > 18:
        return None
    if not by_due:
        return (int(text),)
    try:
        return (dt.datetime.fromtimestamp(int(parts[0]), ZONE), int(parts[1]))
    except (OverflowError, OSError, ValueError):
        return None


def _beyond(place: tuple, by_due: bool, backward: bool) -> Q:
    if not by_due:
        return Q(pk__gt=place[0]) if backward else Q(pk__lt=place[0])
    due, pk = place
    if backward:
        return Q(due_at__lt=due) | Q(due_at=due, pk__lt=pk)
    return Q(due_at__gt=due) | Q(due_at=due, pk__gt=pk)
