"""Writing parsed records: procedures, their other codes, and a new version where the source text changed."""

import datetime as dt
from dataclasses import asdict

from dossiers.catalogue.content import Rows, rows_of, version_fields
from dossiers.catalogue.differences import CHANNEL_COLUMNS, PAPER_COLUMNS, difference, fingerprint, same
from dossiers.catalogue.records import Problem, ProcedureRecord, Severity
from dossiers.models import (
    CatalogueImport,
    CatalogueImportRow,
    Fee,
    Field,
    Procedure,
    ProcedureAlias,
    ProcedureCase,
    ProcedureVersion,
    RequiredPaper,
    TimeLimit,
)
from dossiers.search_text import fold

Outcome = CatalogueImportRow.Outcome
Numbered = list[tuple[int, ProcedureRecord]]


def as_json(problems) -> list[dict[str, str]]:
    """Return problems as the report stores them."""
    return [asdict(problem) | {"severity": problem.severity.value} for problem in problems]


def write(records: Numbered, load: CatalogueImport, options, present: set[int]) -> list[CatalogueImportRow]:
    """Write one chunk of records with distinct codes; return the report's rows, unsaved. A fixed number of queries.

    `present` holds the ids of the procedures the file has had so far, and gains those of the chunk.
    """
    known = _known([record.code for _, record in records])
    fields = _fields({record.field_name for _, record in records if record.field_name})
    latest = _latest_versions([procedure.pk for procedure in known.values()])
    report, fresh, changed = [], [], []
    for line, record in records:
        procedure = known.get(record.code)
        version = latest.get(procedure.pk) if procedure else None
        row = CatalogueImportRow(line=line, code=record.code, procedure=procedure, problems=as_json(record.problems))
        report.append(row)
        if procedure is None:
            row.outcome = Outcome.NEW
            fresh.append((row, record))
            continue
        if procedure.pk in present:
            row.outcome = Outcome.FAILED
            reason = f"Mã này là mã khác của thủ tục {procedure.code}, đã có ở dòng trên; dòng này không nạp."
            row.problems = as_json([Problem("Mã thủ tục", reason, record.code)])
            continue
        present.add(procedure.pk)
        if (
            version is None
            or version.content_hash != fingerprint(record.raw)
            or procedure.status == Procedure.Status.ABOLISHED
        ):
            row.outcome = Outcome.CHANGED
            changed.append((row, record, version))
        else:
            row.outcome = Outcome.UNCHANGED
    _create_procedures(fresh, fields)
    present.update(row.procedure.pk for row, _ in fresh)
    _write_versions(fresh, changed, fields, load, options)
    _write_aliases(records, report)
    return report


def _known(codes: list[str]) -> dict[str, Procedure]:
    """Procedures by the code a file uses for them: their own, else an alias."""
    known = {procedure.code: procedure for procedure in Procedure.objects.filter(code__in=codes)}
    missing = [code for code in codes if code not in known]
    aliases = ProcedureAlias.objects.filter(code__in=missing).select_related("procedure")
    return known | {alias.code: alias.procedure for alias in aliases}


def _fields(names: set[str]) -> dict[str, Field]:
    found = {row.name: row for row in Field.objects.filter(name__in=names)}
    missing = [Field(name=name, name_folded=fold(name)) for name in sorted(names - found.keys())]
    return found | {row.name: row for row in Field.objects.bulk_create(missing)}


def _latest_versions(procedure_ids: list[int]) -> dict[int, ProcedureVersion]:
    """The newest published version of each; the long texts only come with a version that is compared."""
    versions = (
        ProcedureVersion.objects.filter(procedure_id__in=procedure_ids, status=ProcedureVersion.Status.PUBLISHED)
        .only("id", "procedure_id", "number", "valid_from", "valid_to", "content_hash")
        .order_by("procedure_id", "number")
    )
    return {version.procedure_id: version for version in versions}


def _create_procedures(fresh, fields: dict[str, Field]) -> None:
    procedures = [
        Procedure(
            code=record.code,
            name=record.name[:1000],
            search_text=fold(f"{record.code} {record.name[:1000]}"),
            field=fields.get(record.field_name),
            ministry=record.ministry,
        )
        for _, record in fresh
    ]
    for (row, _), procedure in zip(fresh, Procedure.objects.bulk_create(procedures), strict=True):
        row.procedure = procedure


def _write_versions(fresh, changed, fields: dict[str, Field], load: CatalogueImport, options) -> None:
    old = _with_texts([version.pk for _, _, version in changed if version])
    pending: list[tuple[ProcedureVersion, ProcedureRecord, ProcedureVersion | None]] = []
    for row, record in fresh:
        pending.append((_version(row.procedure, record, fields, load, options.first_day, 1), record, None))
    numbers = _highest_numbers([row.procedure.pk for row, _, _ in changed])
    for row, record, version in changed:
        previous = old.get(version.pk) if version else None
        row.difference = _difference(row.procedure, previous, record)
        first_day = max(options.first_day, previous.valid_from) if previous else options.first_day
        number = numbers.get(row.procedure.pk, 0) + 1
        pending.append((_version(row.procedure, record, fields, load, first_day, number), record, previous))
        _renew(row.procedure, record, fields)
        if previous and (previous.valid_to is None or previous.valid_to >= first_day):
            previous.valid_to = max(previous.valid_from, first_day - dt.timedelta(days=1))
    Procedure.objects.bulk_update(
        [row.procedure for row, _, _ in changed],
        ["name", "search_text", "field", "ministry", "status", "abolished_on", "abolishing_decision"],
    )
    ProcedureVersion.objects.bulk_update(old.values(), ["valid_to"])
    ProcedureVersion.objects.bulk_create([version for version, _, _ in pending])
    _write_contents(pending)


def _with_texts(version_ids: list[int]) -> dict[int, ProcedureVersion]:
    return ProcedureVersion.objects.prefetch_related("cases", "papers", "time_limits", "fees").in_bulk(version_ids)


def _highest_numbers(procedure_ids: list[int]) -> dict[int, int]:
    """The highest version number of each procedure, drafts included."""
    numbers = ProcedureVersion.objects.filter(procedure_id__in=procedure_ids).order_by("number")
    return dict(numbers.values_list("procedure_id", "number"))


def _version(procedure, record, fields, load, first_day: dt.date, number: int) -> ProcedureVersion:
    values = version_fields(record)
    if load.agency and not values["executing_agency"]:
        values["executing_agency"] = load.agency.name
    return ProcedureVersion(
        procedure=procedure,
        number=number,
        valid_from=first_day,
        field=fields.get(record.field_name),
        content_hash=fingerprint(record.raw),
        load=load,
        **values,
    )


def _difference(procedure: Procedure, previous: ProcedureVersion | None, record: ProcedureRecord) -> dict:
    found = difference(previous.source_text if previous else {}, record.raw)
    if procedure.status == Procedure.Status.ABOLISHED:
        found["status"] = {"name": "Tình trạng", "before": "Đã bãi bỏ", "after": "Đang áp dụng"}
    return found


def _renew(procedure: Procedure, record: ProcedureRecord, fields: dict[str, Field]) -> None:
    procedure.name = record.name[:1000]
    procedure.search_text = fold(f"{procedure.code} {procedure.name}")
    procedure.field = fields.get(record.field_name) or procedure.field
    procedure.ministry = record.ministry or procedure.ministry
    procedure.status = Procedure.Status.ACTIVE
    procedure.abolished_on = None
    procedure.abolishing_decision = ""


def _write_contents(pending) -> None:
    contents = [_contents(version, record, previous) for version, record, previous in pending]
    ProcedureCase.objects.bulk_create([case for rows in contents for case in rows.cases], batch_size=1000)
    RequiredPaper.objects.bulk_create([paper for rows in contents for paper in rows.papers], batch_size=1000)
    TimeLimit.objects.bulk_create([limit for rows in contents for limit in rows.limits], batch_size=1000)
    Fee.objects.bulk_create([fee for rows in contents for fee in rows.fees], batch_size=1000)


def _contents(version: ProcedureVersion, record: ProcedureRecord, previous: ProcedureVersion | None) -> Rows:
    """What the record states, or the earlier version's own rows where the source text is still the same."""
    rows = rows_of(version, record)
    if previous is None or not previous.source_text:
        return rows
    cases: dict[int, ProcedureCase] = {}
    if same(previous.source_text, record.raw, PAPER_COLUMNS):
        cases = {case.pk: _copy(case, version=version) for case in previous.cases.all()}
        rows.cases = list(cases.values())
        rows.papers = [_copy(row, version=version, case=cases.get(row.case_id)) for row in previous.papers.all()]
    if same(previous.source_text, record.raw, CHANNEL_COLUMNS):
        limits = [row for row in previous.time_limits.all() if row.case_id is None or row.case_id in cases]
        fees = [row for row in previous.fees.all() if row.case_id is None or row.case_id in cases]
        rows.limits = [_copy(row, version=version, case=cases.get(row.case_id)) for row in limits]
        rows.fees = [_copy(row, version=version, case=cases.get(row.case_id)) for row in fees]
    return rows


def _copy(row, **changes):
    values = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    }
    for name in changes:
        values.pop(f"{name}_id", None)
    return type(row)(**values, **changes)


def _write_aliases(records: Numbered, report: list[CatalogueImportRow]) -> None:
    """Add the other codes a record states; one that already means something else is reported, never moved."""
    wanted = {alias: row for (_, record), row in zip(records, report, strict=True) for alias in record.aliases}
    if not wanted:
        return
    owners = dict(ProcedureAlias.objects.filter(code__in=wanted).values_list("code", "procedure_id"))
    owners |= dict(Procedure.objects.filter(code__in=wanted).values_list("code", "id"))
    new = []
    for alias, row in wanted.items():
        owner = owners.get(alias)
        if owner is None:
            new.append(ProcedureAlias(code=alias, procedure=row.procedure, note="Theo tệp danh mục"))
        elif owner != row.procedure.pk:
            reason = "Mã khác này đang thuộc thủ tục khác; bỏ qua."
            row.problems += as_json([Problem("Mã khác", reason, alias, Severity.DOUBTFUL)])
    ProcedureAlias.objects.bulk_create(new)
