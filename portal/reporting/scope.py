"""What a board or report counts: which agencies the person may count, narrowed by room, field and procedure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dossiers.models import Agency, Field, Procedure, Unit
from dossiers.scoping import scoped, subordinates
from dossiers.successions import Counted, Ids, counted


@dataclass(frozen=True, slots=True)
class Scope(Counted):
    """What is counted: agencies, and what of them."""

    agency: Agency | None = None
    unit: Unit | None = None
    subject: Field | None = None
    procedure: Procedure | None = None
    below: bool = False

    @property
    def words(self) -> str:
        """What is counted, in words for a heading."""
        parts = [self.agency.name + (" và cơ quan cấp dưới" if self.below else "") if self.agency else ""]
        parts += [str(each) for each in (self.unit, self.subject, self.procedure) if each]
        return " · ".join(part for part in parts if part) or "Mọi cơ quan bạn được xem"

    @property
    def narrowed(self) -> bool:
        """Whether dossiers are counted of a room, a field or a procedure only: messages and follows know none."""
        return bool(self.unit or self.subject or self.procedure)


def visible(user) -> list[Agency]:
    """Return the agencies the user may choose from, by name."""
    rows = Agency.objects.only("pk", "code", "name", "parent_id", "active").order_by("name")
    return list(scoped(rows, user, "pk")[:2000])


def of(
    allowed: Ids, first: dt.date, last: dt.date, *, agency: Agency | None = None, below: bool = False, **more
) -> Scope:
    """Return the scope of the agency asked for, or of all the user may see. Two queries, one more a level below."""
    inside: Ids = allowed
    if agency is not None:
        inside = frozenset({agency.pk} | (subordinates({agency.pk}) if below else set()))
        inside = inside if allowed is None else inside & allowed
    found = counted(inside, first, last)
    return Scope(found.inside, found.heirs, found.notes, agency, below=below, **more)
