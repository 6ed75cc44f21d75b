"""The staff list of dossiers: one search box, filters, keyset pages. No count, no offset, only the user's agencies."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Left

from dossiers import identity_numbers, typed
from dossiers.deadlines.working_time import ZONE
from dossiers.dossier_codes import InvalidCode, normalise_code
from dossiers.intake.identity_card import number_read
from dossiers.lateness.worklists import WORKLISTS, on_worklist
from dossiers.lists.accelerators import first_ids, people_named, word_start
from dossiers.lists.keyset import NEWEST, PAGE, Order
from dossiers.lists.period_asked import MOMENTS, note_of, of_period
from dossiers.models import Agency, Applicant, Channel, Dossier, Procedure
from dossiers.privacy import sealing
from dossiers.receipt_spellings import found_in, written_as
from dossiers.scoping import agency_ids_of, scoped, subordinates
from dossiers.search_text import fold
from dossiers.states import State
from dossiers.written_dates import written_day

MOST_OF_A_NUMBER = 60
FEWEST_LETTERS = 2
MOST_PEOPLE = 200
MOST_SUBMITTERS = 1000
MOST_WORDS = 8
SEALED_WORDS = "search words"
_LOOK_UP_ADDRESS = re.compile(r"/h/([\w-]{16,40})(?:[/?#]|$)")
SORTS = {"due": "Hạn trả gần nhất", "new": "Mới tiếp nhận trước", "still": "Nằm yên lâu nhất"}
"""How a worklist can be put in order; only one of what is open, which is in an order of its own."""
ORDERS = {
    "new": NEWEST,
    "due": Order("due_or_never", newest_first=False),
    "still": Order("state_changed_at", newest_first=False),
}
NEVER = dt.datetime(9999, 1, 1, tzinfo=ZONE)
"""Where a dossier without a due date stands among the others."""
NOBODY = "0"
"""In place of the id of a room, a person or a field: the dossiers that name none."""
LAST_DIGITS = range(2, 9)
"""How many digits alone are read as the end of a code; more are somebody's number."""
NEAR = 40_000
"""How many of the newest dossiers are looked through before the whole history is: what is common ends there."""
MOST_PROBES = 30_000
"""Names times agencies that are looked up one by one in the index of names before the newest dossiers are read."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list was asked for, as it stands in the address bar."""

    q: str = ""
    worklist: str = ""
    state: str = ""
    agency: str = ""  # ids, by commas: what a figure of several agencies leads to
    below: str = ""  # "1": the agencies below these as well
    field: str = ""
    unit: str = ""  # an id, or NOBODY: those that name none
    handler: str = ""  # likewise
    signer: str = ""  # likewise
    channel: str = ""
    procedure: str = ""  # its code, a part of it, or words of its name
    moment: str = ""  # of MOMENTS: of what the two days below speak
    first: str = ""  # a day, ISO or as people write it
    last: str = ""
    sort: str = ""  # of SORTS, on the lists short enough for it
    after: str = ""  # keyset: the last row of the page before
    before: str = ""  # keyset: the first row of the page after

    @property
    def order(self) -> str:
        """Return the order of the rows: one of SORTS, "new" where the list cannot be sorted."""
        if not self.can_be_sorted:
            return "new"
        return self.sort if self.sort in SORTS else WORKLISTS[self.worklist].by

    @property
    def can_be_sorted(self) -> bool:
        """Return whether the list is short enough to be put in order as asked."""
        return not self.q and self.worklist in WORKLISTS and WORKLISTS[self.worklist].by != "new"

    @property
    def agencies(self) -> set[int]:
        """The ids of the agencies asked about, with those below when these are asked for: a query a level then."""
        named = {pk for pk in map(typed.whole, self.agency.split(",")) if pk is not None}
        return named | subordinates(named) if self.below else named

    @property
    def period(self) -> tuple[dt.date, dt.date] | None:
        """The days asked about; None when there are none or they make no sense."""
        first, last = typed.day(self.first), typed.day(self.last)
        return (first, last) if self.moment in MOMENTS and first and last and first <= last else None

    @property
    def days_shown(self) -> list[str]:
        """The two days as people write them; what is no day as it was typed."""
        return [written_day(day) if (day := typed.day(text)) else text for text in (self.first, self.last)]

    @classmethod
    def from_query(cls, data) -> Asked:
        """Return the question of a query string or form; `s` holds sealed search words in place of `q`.

        A citizen's card scanned into the box asks for its number.
        """
        values = {name: str(data.get(name, "")) for name in cls.__slots__}
        values = {name: value[:200].strip() for name, value in (values | {"q": number_read(values["q"])}).items()}
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
    """Return the page asked for, of dossiers the user may see. One to four queries, the scope remembered."""
    order = asked.order
    backward = bool(asked.before)
    by = ORDERS[order]
    place = by.place(asked.before or asked.after)
    rows = _narrowed(Dossier.objects.all(), asked, user, now)
    if order == "due":
        # Where every row has a date its own index gives the order.
        dated = WORKLISTS[asked.worklist].dated
        rows = rows.annotate(due_or_never=F("due_at") if dated else Coalesce("due_at", Value(NEVER)))
    found = _searched(rows, asked.q) if asked.q else _Found(rows)
    if place is not None:
        found.narrow(by.beyond(place, backward=backward))
    if order != "new":
        shown = _in_order(scoped(found.rows, user), by, backward)
    elif asked.period or asked.procedure or asked.field:
        shown = _in_order(scoped(found.rows, user), NEWEST, backward)
    elif asked.unit or asked.handler:
        # Their own index gives the newest first; an agency offered to the planner would have it walk all of the agency.
        rows = found.rows.alias(own_agency=F("agency_id") + 0)
        shown = _in_order(scoped(rows, user, "own_agency"), NEWEST, backward)
    elif not asked.q:
        shown = _by_id(first_ids(found.rows, agency_ids_of(user), count=PAGE + 1, newest=not backward))
    else:
        shown = _search_page(found, user, place, backward)
    note = note_of(asked.moment, asked.period[1], now.astimezone(ZONE).date()) if asked.period else ""
    return _page(asked, shown, by, backward, " ".join(filter(None, (found.note, note))))


def _page(asked: Asked, rows: list[Dossier], order: Order, backward: bool, note: str) -> Page:
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    if backward:
        rows.reverse()
    first, last = (order.mark(rows[0]), order.mark(rows[-1])) if rows else ("", "")
    has_next = more if not backward else bool(rows)
    has_previous = more if backward else bool(asked.after and rows)
    return Page(
        rows=rows,
        next=asked.address(after=last) if has_next else "",
        previous=asked.address(before=first) if has_previous else "",
        note=note,
    )


def _narrowed(rows: QuerySet, asked: Asked, user, now: dt.datetime) -> QuerySet:
    if asked.state in State.values:
        rows = rows.filter(state=asked.state)
    if asked.agency:
        rows = rows.filter(agency__in=asked.agencies)
    if (field := typed.whole(asked.field)) is not None:
        rows = rows.filter(procedure__field=field or None)
    for name in ("unit", "handler", "signer"):
        if (pk := typed.whole(getattr(asked, name))) is not None:
            rows = rows.filter(**({name: pk} if pk else {f"{name}__isnull": True}))
    if fold(asked.procedure):
        rows = rows.filter(procedure__in=_procedures_meant(asked.procedure))
    if asked.channel in Channel.values:
        rows = rows.filter(channel=asked.channel)
    if asked.period:
        rows = of_period(rows, asked.moment, *asked.period, now)
    return on_worklist(rows, asked.worklist, user, now)


def _procedures_meant(typed_words: str) -> list[int]:
    """Return the procedure of a code typed whole, else those whose code or name, without accents, has every word."""
    exact = list(Procedure.objects.filter(code=typed_words).values_list("pk", flat=True))
    words = fold(typed_words).split()[:MOST_WORDS]
    if exact or not words:
        return exact
    found = Procedure.objects.order_by()
    for word in words:
        found = found.filter(search_text__contains=word)
    return list(found.values_list("pk", flat=True))


@dataclass(slots=True)
class _Found:
    """What a search matches; `common` when it may be a good part of the table, `name` (folded) when one was typed.

    `near` says the same as `rows` in words no index answers: few rows to look through instead of many to find and sort.
    """

    rows: QuerySet
    near: QuerySet | None = None
    common: bool = False
    name: str = ""
    note: str = ""

    def narrow(self, to: Q) -> None:
        """Keep only what is beyond a page's place."""
        self.rows = self.rows.filter(to)
        self.near = None if self.near is None else self.near.filter(to)


def _in_order(rows: QuerySet, order: Order, backward: bool) -> list[Dossier]:
    return list(_shown(rows).order_by(*order.fields(backward=backward))[: PAGE + 1])


def _by_id(ids: list[int]) -> list[Dossier]:
    """Return the rows in the order of their ids. One query, none for no ids."""
    found = _shown(Dossier.objects.filter(pk__in=ids)).in_bulk() if ids else {}
    return [found[pk] for pk in ids if pk in found]


def _shown(rows: QuerySet) -> QuerySet:
    return rows.select_related("handler", "unit").defer("due_explanation")


def _search_page(found: _Found, user, place, backward: bool) -> list[Dossier]:
    """Return a search's page and one row more: what is common from the newest dossiers, what is rare from all."""
    agencies, rows, common = agency_ids_of(user), found.rows, found.common
    if not common:
        by_number = F("id") + 0  # few rows: no walk through the table from its newest row in search of them
        rows = _shown(scoped(rows, user)).order_by(by_number.asc() if backward else by_number.desc())
        return list(rows[: PAGE + 1])
    near = rows if found.near is None else found.near
    if found.name:
        known = people_named(found.name)
        near = rows.filter(word_start("owner_name_folded", found.name))
        if known is None:
            # Who handed in for another is remembered at the counter by their own name.
            rows = rows.filter(word_start("owner_name_folded", found.name) | Q(submitter__in=_named(found.name)))
        else:
            # The index of names begins with the agency: those who see all of them name them all.
            agencies = agencies if agencies is not None else frozenset(Agency.objects.values_list("pk", flat=True))
            names, people = known
            rows = rows.filter(Q(owner_name_folded__in=names) | Q(submitter__in=people))
            common = len(names) * len(agencies) > MOST_PROBES
    if common:
        newest = _in_order(scoped(near, user).filter(_near(place, backward)), NEWEST, backward)
        if len(newest) > PAGE:
            return newest
    return _by_id(first_ids(rows, agencies, count=PAGE + 1, newest=not backward, rare=True))


def _named(words: str) -> QuerySet:
    """Return the people of that name, to be asked about in the same statement."""
    people = Applicant.objects.filter(word_start("name_folded", words)).order_by("-id")
    return people.values("pk")[:MOST_SUBMITTERS]


def _near(place, backward: bool) -> Q:
    """Return the filter of the NEAR rows next to the place, or of the newest ones."""
    if place is not None:
        return Q(pk__lt=place[0] + NEAR) if backward else Q(pk__gt=place[0] - NEAR)
    return Q(pk__gt=Subquery(Dossier.objects.order_by("-id").values("pk")[:1]) - NEAR)


def _is_code(text: str) -> bool:
    try:
        return bool(normalise_code(text))
    except InvalidCode:
        return False


def _searched(rows: QuerySet, text: str) -> _Found:
    try:
        code = normalise_code(text)
        # Also what begins so: a code broken off in its number reads as a shorter one.
        return _Found(rows.filter(Q(code__startswith=code) | written_as(text)))
    except InvalidCode:
        pass
    digits = "".join(character for character in text if character.isdigit())
    if len(digits) >= 9 and not found_in(text) and len(digits) >= len(text.replace(" ", "")) - 3:
        people = people_with(text)
        # An agency's own receipt numbers may be as long.
        receipts = written_as(text)
        return _Found(rows.filter(Q(owner__in=people) | Q(submitter__in=people) | receipts))
    if len(digits) in LAST_DIGITS and digits == text.replace(" ", ""):
        return _by_last_digits(rows, digits)
    if any(character.isdigit() for character in text):
        plain = text.upper().replace(" ", "")
        # With a day in it the beginning of a code is rare, without one it is all of an agency.
        receipts = written_as(text)
        near = rows.alias(head=Left("code", len(plain))).filter(Q(head=plain) | receipts)
        found = rows.filter(Q(code__startswith=plain) | receipts)
        return _Found(found, near, common="-" not in plain[:-4])
    folded = fold(text)
    if len(folded) < FEWEST_LETTERS:
        note = "Gõ ít nhất 2 chữ cái của họ tên, hoặc mã hồ sơ, số giấy tờ, điện thoại."
        return _Found(rows.none(), note=note)
    # From the beginning of any word of the name: "an" finds Nguyễn Văn An, not every Lan and Thanh.
    return _Found(rows, common=True, name=folded)


def _by_last_digits(rows: QuerySet, digits: str) -> _Found:
    """Return the newest dossiers whose code or receipt number ends so: numbers begin anew every day."""
    newest = rows.filter(_near(None, False))
    ends = Q(code__endswith=digits) | Q(receipt_number__endswith=digits)
    # Some codes begin with three digits; what was typed may be the beginning as well.
    return _Found(newest.filter(ends | Q(code__startswith=digits)))


def people_with(text: str) -> list[int]:
    """Return the ids of applicants with this id, tax code or phone, as typed. One query at most."""
    wanted = Applicant.objects.none()
    for reader, find in (
        (identity_numbers.normalise_personal_id, Applicant.objects.with_id),
        (identity_numbers.normalise_tax_code, Applicant.objects.with_id),
        (identity_numbers.normalise_phone, Applicant.objects.with_phone),
    ):
        try:
            wanted = wanted | find(reader(text))
        except identity_numbers.InvalidNumber:
            continue
    return list(wanted.order_by().values_list("pk", flat=True)[:MOST_PEOPLE])


def scanned_dossier(text: str, user) -> Dossier | None:
    """Return the one dossier that a receipt's QR (its look-up address) or a code names, of those the user may see.

    A receipt of several dossiers leads to its first. At most three queries.
    """
    rows = scoped(Dossier.objects.all(), user)
    token = _LOOK_UP_ADDRESS.search(text)
    if token:
        of_token = Q(token=token[1]) | Q(receipt__token=token[1])
        return rows.filter(of_token).order_by("id").first()
    try:
        code = normalise_code(text)
    except InvalidCode:
        code = ""
    found = rows.filter(code=code).first() if code else None
    if found is None and any(character.isdigit() for character in text) and len(text) <= MOST_OF_A_NUMBER:
        # A receipt number of the agency's own opens its dossier when it is the number of one alone.
        of_number = list(rows.filter(written_as(text)).order_by()[:2])
        found = of_number[0] if len(of_number) == 1 else None
    return found
