"""A new version of a procedure whose source text changed, with everything that did not change carried over.

What a person corrected in the version before — a unit, a fee, a level — stays as long as the source says the same
there, or says nothing.
"""

import datetime as dt
from dataclasses import dataclass

from dossiers.catalogue.content import Rows, rows_of, version_fields
from dossiers.catalogue.differences import FEE_COLUMNS, LIMIT_COLUMNS, PAPER_COLUMNS, difference, fingerprint, same
from dossiers.catalogue.paper_rows import again
from dossiers.catalogue.records import ProcedureRecord
from dossiers.models import (
    CatalogueImport,
    CatalogueImportRow,
    Fee,
    Field,
    Procedure,
    ProcedureCase,
    ProcedureVersion,
    RequiredPaper,
    TimeLimit,
)
from dossiers.search_text import fold

# Column of a version -> columns of the source it is read from.
_READ_FROM = {
    "name": ("ten_thu_tuc",),
    "field_id": ("linh_vuc",),
    "levels": ("cap_thuc_hien",),
    "online_level": ("muc_truc_tuyen", "ten_thu_tuc"),
    "online_url": ("detail_url",),
    "announcing_decision": ("so_quyet_dinh",),
    "authority": ("co_quan_co_tham_quyen",),
    "executing_agency": ("co_quan_thuc_hien",),
    "reception_address": ("dia_chi_tiep_nhan",),
    "audience": ("doi_tuong_thuc_hien",),
    "steps": ("trinh_tu_thuc_hien",),
    "conditions": ("yeu_cau_dieu_kien",),
    "results": ("ket_qua_xu_ly",),
    "legal_bases": ("can_cu_phap_ly",),
}


@dataclass(slots=True)
class Change:
    """One procedure that gets a version. `given` are the columns the file's own row has; the others are from before."""

    row: CatalogueImportRow
    record: ProcedureRecord
    previous: ProcedureVersion | None
    given: frozenset[str]

    def carries(self, columns: tuple[str, ...]) -> bool:
        """True when the file says nothing new in these columns, so that the version before stays right."""
        if self.previous is None:
            return False
        return not self.given & set(columns) or same(self.previous.source_text, self.record.raw, columns)


def write_versions(changes: list[Change], fields: dict[str, Field], load: CatalogueImport, options) -> None:
    """Write a version for every change and close the one before; fill the rows' differences. Few queries whatever."""
    full = _full([change.previous.pk for change in changes if change.previous])
    numbers = _highest_numbers([change.row.procedure.pk for change in changes])
    versions = []
    for change in changes:
        change.previous = full.get(change.previous.pk) if change.previous else None
        procedure, previous = change.row.procedure, change.previous
        if numbers.get(procedure.pk):
            change.row.difference = _difference(procedure, previous, change.record)
        first_day = max(options.first_day, previous.valid_from) if previous else options.first_day
        versions.append(_version(change, fields, load, first_day, numbers.get(procedure.pk, 0) + 1))
        _renew(procedure, change, fields)
        if previous and (previous.valid_to is None or previous.valid_to >= first_day):
            previous.valid_to = max(previous.valid_from, first_day - dt.timedelta(days=1))
    if full or numbers:
        Procedure.objects.bulk_update(
            [change.row.procedure for change in changes],
            ["name", "search_text", "field", "ministry", "status", "abolished_on", "abolishing_decision"],
        )
        ProcedureVersion.objects.bulk_update(full.values(), ["valid_to"])
    ProcedureVersion.objects.bulk_create(versions)
    _write_contents([_contents(version, change) for version, change in zip(versions, changes, strict=True)])


def _full(version_ids: list[int]) -> dict[int, ProcedureVersion]:
    return ProcedureVersion.objects.prefetch_related("cases", "papers", "time_limits", "fees").in_bulk(version_ids)


def _highest_numbers(procedure_ids: list[int]) -> dict[int, int]:
    """The highest version number of each procedure that has one, drafts included."""
    numbers = ProcedureVersion.objects.filter(procedure_id__in=procedure_ids).order_by("number")
    return dict(numbers.values_list("procedure_id", "number"))


def _version(
    change: Change, fields: dict[str, Field], load: CatalogueImport, first_day: dt.date, number: int
) -> ProcedureVersion:
    field = fields.get(change.record.field_name)
    values = version_fields(change.record) | {"field_id": field.pk if field else None}
    for name, columns in _READ_FROM.items():
        if change.carries(columns):
            values[name] = getattr(change.previous, name)
    if change.previous and change.carries(PAPER_COLUMNS):
        values["papers_by_hand"] = change.previous.papers_by_hand
        values["papers_edition"] = change.previous.papers_edition
    else:
        values["papers_edition"] = again.edition()
    if load.agency and not values["executing_agency"]:
        values["executing_agency"] = load.agency.name
    return ProcedureVersion(
        procedure=change.row.procedure,
        number=number,
        valid_from=first_day,
        content_hash=fingerprint(change.record.raw),
        load=load,
        **values,
    )


def _difference(procedure: Procedure, previous: ProcedureVersion | None, record: ProcedureRecord) -> dict:
    found = difference(previous.source_text if previous else {}, record.raw)
    if procedure.status == Procedure.Status.ABOLISHED:
        found["status"] = {"name": "Tình trạng", "before": "Đã bãi bỏ", "after": "Đang áp dụng"}
    return found


def _renew(procedure: Procedure, change: Change, fields: dict[str, Field]) -> None:
    procedure.name = change.record.name[:1000]
    procedure.search_text = fold(f"{procedure.code} {procedure.name}")
    procedure.field = fields.get(change.record.field_name) or procedure.field
    procedure.ministry = change.record.ministry or procedure.ministry
    procedure.status = Procedure.Status.ACTIVE
    procedure.abolished_on = None
    procedure.abolishing_decision = ""


def _write_contents(contents: list[Rows]) -> None:
    ProcedureCase.objects.bulk_create([case for rows in contents for case in rows.cases], batch_size=1000)
    RequiredPaper.objects.bulk_create([paper for rows in contents for paper in rows.papers], batch_size=1000)
    TimeLimit.objects.bulk_create([limit for rows in contents for limit in rows.limits], batch_size=1000)
    Fee.objects.bulk_create([fee for rows in contents for fee in rows.fees], batch_size=1000)


def _contents(version: ProcedureVersion, change: Change) -> Rows:
    """What the record states, and the earlier version's own rows where the source says nothing new."""
    rows = rows_of(version, change.record)
    previous = change.previous
    if previous is None:
        return rows
    cases: dict[int, ProcedureCase] = {}
    if change.carries(PAPER_COLUMNS):
        cases = {case.pk: _copy(case, version=version) for case in previous.cases.all()}
        rows.cases = list(cases.values())
        rows.papers = [_copy(row, version=version, case=cases.get(row.case_id)) for row in previous.papers.all()]
    if change.carries(LIMIT_COLUMNS):
        rows.limits = _carried(previous.time_limits.all(), version, cases)
    if change.carries(FEE_COLUMNS):
        rows.fees = _carried(previous.fees.all(), version, cases)
    return rows


def _carried(rows, version: ProcedureVersion, cases: dict[int, ProcedureCase]) -> list:
    """Copies of limits or fees; those of a case that is no more are left behind."""
    kept = [row for row in rows if row.case_id is None or row.case_id in cases]
    return [_copy(row, version=version, case=cases.get(row.case_id)) for row in kept]


def _copy(row, **changes):
    values = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    }
    for name in changes:
        values.pop(f"{name}_id", None)
    return type(row)(**values, **changes)
