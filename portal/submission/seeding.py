"""Filing online in the demonstration: a centre that takes three procedures in here, by a decision of its own."""

from __future__ import annotations

import datetime as dt

from dossiers.deadlines.working_time import ZONE
from dossiers.models import Agency, Procedure
from portal.seeding import agencies
from portal.submission.models import OnlineProcedure

MOST = 3
DECISION = "Quyết định 21/QĐ-TTPVHCC ngày 02/01/2026"


def seed_month(*, now: dt.datetime, seed: int) -> str:
    """Offer the procedures received most at the pilot centre of Cần Giuộc; "" when that stands already."""
    centre = Agency.objects.filter(code=agencies.CAN_GIUOC, active=True).first()
    if centre is None or OnlineProcedure.objects.exists():
        return ""
    today = now.astimezone(ZONE).date()
    known = Procedure.objects.filter(status=Procedure.Status.ACTIVE, dossiers__agency=centre).distinct()
    offered = [row for row in known.order_by("-times_received", "code")[: 2 * MOST] if row.version_on(today)][:MOST]
    OnlineProcedure.objects.bulk_create(
        OnlineProcedure(agency=centre, procedure=row, valid_from=dt.date(2026, 1, 5), basis=DECISION) for row in offered
    )
    return "" if not offered else f"{len(offered)} thủ tục nộp trực tuyến tại trang này ở {centre}."
