"""Pages of a list by the place of their last row: no count, no offset, the same cost on every page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet

from dossiers import typed

PAGE = 50
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Order:
    """By a moment and then the id, or by the id alone ("")."""

    moment: str = ""
    newest_first: bool = True

    def fields(self, *, backward: bool = False) -> tuple[str, ...]:
        """Return what to order by; `backward` leads to the page before."""
        sign = "-" if self.newest_first != backward else ""
        return tuple(f"{sign}{name}" for name in (self.moment, "id") if name)

    def mark(self, row: Model) -> str:
        """Return the place of the row for an address: microseconds and id, or the id; "" for a row without a moment."""
        if not self.moment:
            return str(row.pk)
        at = getattr(row, self.moment)
        return f"{(at - EPOCH) // dt.timedelta(microseconds=1)}.{row.pk}" if at else ""

    def place(self, mark: str) -> tuple[Any, ...] | None:
        """Return the values behind a mark; None for one that nobody made."""
        numbers = [number for part in mark.split(".") if (number := typed.whole(part)) is not None]
        if len(numbers) != (2 if self.moment else 1) or len(numbers) <= mark.count("."):
            return None
        if not self.moment:
            return (numbers[0],)
        try:
            return (EPOCH + dt.timedelta(microseconds=numbers[0]), numbers[1])
        except OverflowError:
            return None

    def beyond(self, place: tuple[Any, ...], *, backward: bool = False) -> Q:
        """Return what stands behind the place, or before it."""
        then = "lt" if self.newest_first != backward else "gt"
        if not self.moment:
            return Q(**{f"pk__{then}": place[0]})
        at, pk = place
        return Q(**{f"{self.moment}__{then}": at}) | Q(**{self.moment: at, f"pk__{then}": pk})


NEWEST = Order()


def page(rows: QuerySet, order: Order, after: str = "", *, size: int = PAGE) -> tuple[list, str]:
    """Return the rows behind the mark `after`, and the mark of the next page, "" on the last. One query."""
    place = order.place(after)
    if place is not None:
        rows = rows.filter(order.beyond(place))
    found = list(rows.order_by(*order.fields())[: size + 1])
    return found[:size], order.mark(found[size - 1]) if len(found) > size else ""
