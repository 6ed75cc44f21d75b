"""Procedures that earlier loads of the same source held and the file at hand does not: proposed for abolition.

A missing row proves nothing by itself (a file may be partial), so a load only proposes; a person abolishes, by the
option of the command or by a button in the admin.
"""

import datetime as dt

from django.db.models import QuerySet

from dossiers.models import CatalogueImport, CatalogueImportRow, Procedure, ProcedureVersion

Outcome = CatalogueImportRow.Outcome
# A file that lacks more than this share of what there was is more likely partial than a wave of abolitions.
MANY_SHARE, MANY_LEAST = 0.3, 20


def missing(load: CatalogueImport, present: set[int]) -> list[Procedure]:
    """Return active procedures of earlier loads of the same source and agency whose ids are not in `present`."""
    earlier = CatalogueImportRow.objects.filter(
        load__source=load.source,
        load__agency=load.agency,
        outcome__in=[Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED],
    ).exclude(load=load)
    known = Procedure.objects.filter(status=Procedure.Status.ACTIVE, pk__in=earlier.values("procedure_id"))
    return [procedure for procedure in known.order_by("code") if procedure.pk not in present]


def too_many(gone: list[Procedure], present: int) -> bool:
    """True when so many are missing that the file is probably only a part of the catalogue."""
    return len(gone) >= MANY_LEAST and len(gone) > MANY_SHARE * (present + len(gone))


def rows(gone: list[Procedure], load: CatalogueImport, options, *, apply: bool) -> list[CatalogueImportRow]:
    """Return the report's rows of the missing procedures; with `apply` they are abolished from the day of the load."""
    if apply:
        abolish(Procedure.objects.filter(pk__in=[row.pk for row in gone]), options.today, options.abolishing_decision)
    return [
        CatalogueImportRow(
            code=procedure.code, procedure=procedure, outcome=Outcome.ABOLISHED, difference={"applied": apply}
        )
        for procedure in gone
    ]


def abolish(procedures: QuerySet[Procedure], today: dt.date, decision: str = "") -> int:
    """Mark procedures abolished from `today` and end their versions the day before; return how many. Idempotent.

    A version that began today ends today: validity has no empty interval, and the status already stops new dossiers.
    """
    ids = list(procedures.filter(status=Procedure.Status.ACTIVE).values_list("pk", flat=True))
    open_versions = ProcedureVersion.objects.filter(procedure_id__in=ids, valid_to__isnull=True)
    open_versions.filter(valid_from__lt=today).update(valid_to=today - dt.timedelta(days=1))
    open_versions.filter(valid_from=today).update(valid_to=today)
    return Procedure.objects.filter(pk__in=ids).update(
        status=Procedure.Status.ABOLISHED, abolished_on=today, abolishing_decision=decision[:120]
    )
