"""Which heading of an agency's files means which column: chosen once by hand, known the next time."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import F

from dossiers.models import Agency
from dossiers.scoping import scoped
from portal.transfer.everyday.reading import folded
from portal.transfer.models import RememberedColumn


def known(table: str, agency: Agency | None) -> dict[str, str]:
    """Return folded heading → column for files of the agency; None is the province's own."""
    rows = RememberedColumn.objects.filter(table=table, agency=agency)
    return dict(rows.values_list("heading", "column"))


def listed(table: str, user):
    """Return the remembered rows of every agency the person sends files for, the province's own first."""
    rows = scoped(RememberedColumn.objects.filter(table=table).select_related("agency"), user)
    return rows.order_by(F("agency__name").asc(nulls_first=True), "agency_id", "heading")


def remember(table: str, agency: Agency | None, chosen: Mapping[str, str], *, by) -> None:
    """Keep which column each heading means; the newest choice counts."""
    for text, column in chosen.items():
        RememberedColumn.objects.update_or_create(
            table=table, agency=agency, heading=folded(text), defaults={"shown": text[:120], "column": column, "by": by}
        )


def forget(table: str, agency: Agency | None) -> int:
    """Forget all choices of the agency for the table; return how many."""
    return RememberedColumn.objects.filter(table=table, agency=agency).delete()[0]
