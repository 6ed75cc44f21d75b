"""Every everyday table by its name in an address."""

from __future__ import annotations

from portal.transfer.everyday import lists
from portal.transfer.everyday.counters import CounterProcedures
from portal.transfer.everyday.staff import Staff
from portal.transfer.everyday.tables import Table

TABLES: dict[str, type[Table]] = {
    each.slug: each
    for each in (
        lists.DaysOff,
        lists.Agencies,
        lists.AgencyNames,
        lists.Successions,
        lists.Units,
        lists.Desks,
        lists.Hotlines,
        Staff,
        CounterProcedures,
        lists.Rules,
        lists.Reasons,
        lists.Questions,
        lists.Answers,
        lists.ChatAnswers,
    )
}


def of_model(model) -> type[Table] | None:
    """Return the table that holds the rows of a model."""
    return next((each for each in TABLES.values() if each._meta.model is model), None)
