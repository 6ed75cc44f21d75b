"""Which procedures are filed here online, with whom and on which day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from dossiers.models import Agency, Procedure
from portal.submission.models import OnlineProcedure


def agencies_for(procedure: Procedure, day: dt.date) -> list[Agency]:
    """Return the agencies that take the procedure in online here on `day`, by name; none is the usual case."""
    rows = OnlineProcedure.objects.in_force(day).filter(procedure=procedure)
    return sorted({row.agency for row in rows}, key=lambda agency: agency.name)


def offered_among(codes: Iterable[str], day: dt.date) -> set[str]:
    """Return those of the procedure codes that some agency takes in online here on `day`. One query."""
    rows = OnlineProcedure.objects.in_force(day).filter(procedure__code__in=list(codes))
    return set(rows.values_list("procedure__code", flat=True))


def is_offered(procedure: Procedure, agency: Agency, day: dt.date) -> bool:
    """Tell whether this agency takes the procedure in online here on `day`."""
    return OnlineProcedure.objects.in_force(day).filter(procedure=procedure, agency=agency).exists()
