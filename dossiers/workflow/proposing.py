"""Who should get a dossier: the room that usually settles its procedure, and whoever of it has least on the table."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from dossiers.models import Dossier, Membership, Unit, valid_on
from dossiers.scoping import people_with

LOOKED_AT = 50
"""Newest dossiers of the procedure that say which room settles it."""


@dataclass(frozen=True, slots=True)
class Handler:
    """One person who works on dossiers: the rooms they belong to, and how many dossiers run on their table."""

    pk: int
    name: str
    units: frozenset[int]
    load: int

    @property
    def words(self) -> str:
        return f"{self.name} – đang giữ {self.load} hồ sơ"


def handlers_of(agencies: Iterable[int], day: dt.date) -> list[Handler]:
    """Return who works on dossiers of the agencies that day: the least burdened first, signers last. Three queries."""
    agencies = list(agencies)
    workers = people_with("dossiers.process_dossier")
    seats = Membership.objects.filter(valid_on(day), agency__in=agencies, user__in=workers)
    rooms: dict[int, set[int]] = {}
    names: dict[int, str] = {}
    for seat in seats.select_related("user"):
        rooms.setdefault(seat.user_id, set()).update({seat.unit_id} if seat.unit_id else set())
        names[seat.user_id] = seat.user.get_full_name() or seat.user.get_username()
    running = Dossier.objects.filter(agency__in=agencies, clock_open=True, handler__in=list(rooms)).order_by()
    load = dict(running.values_list("handler").annotate(Count("pk")))
    signers = set(people_with("dossiers.sign_dossier").filter(pk__in=list(rooms)).values_list("pk", flat=True))
    found = [Handler(pk, names[pk], frozenset(units), load.get(pk, 0)) for pk, units in rooms.items()]
    return sorted(found, key=lambda each: (each.pk in signers, each.load, each.name))


def unit_for(dossier: Dossier) -> Unit | None:
    """Return the room of the agency that settled most of the procedure's last dossiers; None when none did.

    A dossier that already lies in a room that settles stays there. Two queries at most.
    """
    if dossier.unit is not None and not dossier.unit.is_front_office:
        return dossier.unit
    return usual_unit(dossier.agency_id, dossier.procedure_id)


def usual_unit(agency_id: int, procedure_id: int) -> Unit | None:
    """Return the room of the agency that settled most of the procedure's last dossiers; None when none did."""
    alike = Dossier.objects.filter(agency=agency_id, procedure=procedure_id, unit__active=True)
    rooms = alike.filter(unit__is_front_office=False).order_by("-id").values_list("unit", flat=True)[:LOOKED_AT]
    counted = Counter(rooms).most_common(1)
    return Unit.objects.filter(pk=counted[0][0]).first() if counted else None


def handler_for(unit: Unit | None, handlers: list[Handler]) -> Handler | None:
    """Return whoever of the room has least to do; None where the room is not known or has nobody."""
    return next((each for each in handlers if unit is not None and unit.pk in each.units), None)
