"""Writing parsed records: procedures and their other codes, and which of them need a new version."""

from dataclasses import asdict, replace

from dossiers.catalogue.differences import completed, fingerprint
from dossiers.catalogue.new_versions import Change, write_versions
from dossiers.catalogue.records import Problem, ProcedureRecord, Severity
from dossiers.models import (
    CatalogueImport,
    CatalogueImportRow,
    Field,
    Procedure,
    ProcedureAlias,
    ProcedureVersion,
)
from dossiers.search_text import fold

Outcome = CatalogueImportRow.Outcome
# A record with all of these says everything there is to say.
PORTAL_COLUMNS = {
    "ten_thu_tuc", "so_quyet_dinh", "cap_thuc_hien", "loai_thu_tuc", "linh_vuc", "doi_tuong_thuc_hien",
    "co_quan_co_tham_quyen", "dia_chi_tiep_nhan", "co_quan_duoc_uy_quyen", "co_quan_phoi_hop", "thu_tuc_lien_quan",
    "trinh_tu_thuc_hien", "cach_thuc_thuc_hien", "thanh_phan_ho_so", "can_cu_phap_ly", "co_quan_thuc_hien",
    "yeu_cau_dieu_kien", "ket_qua_xu_ly", "bo_nganh", "detail_url",
}  # fmt: skip
Numbered = list[tuple[int, ProcedureRecord]]


def as_json(problems) -> list[dict[str, str]]:
    """Return problems as the report stores them."""
    return [asdict(problem) | {"severity": problem.severity.value} for problem in problems]


def write(records: Numbered, load: CatalogueImport, options, present: set[int]) -> list[CatalogueImportRow]:
    """Write one chunk of records with distinct codes; return the report's rows, unsaved. A fixed number of queries.

    `present` holds the ids of the procedures the file has had so far, and gains those of the chunk.
    """
    known = _known([record.code for _, record in records])
    latest = _latest_versions([procedure.pk for procedure in known.values()])
    given = {record.code: frozenset(record.raw) for _, record in records}
    records = _completed(records, known, latest)
    fields = _fields({record.field_name for _, record in records if record.field_name})
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
            changed.append(Change(row, record, version, given[record.code]))
        else:
            row.outcome = Outcome.UNCHANGED
    _create_procedures(fresh, fields)
    present.update(row.procedure.pk for row, _ in fresh)
    write_versions([Change(row, record, None, given[record.code]) for row, record in fresh], fields, load, options)
    write_versions(changed, fields, load, options)
    _write_aliases(records, report)
    return report


def _known(codes: list[str]) -> dict[str, Procedure]:
    """Procedures by the code a file uses for them: their own, else an alias."""
    known = {procedure.code: procedure for procedure in Procedure.objects.filter(code__in=codes)}
    missing = [code for code in codes if code not in known]
    aliases = ProcedureAlias.objects.filter(code__in=missing).select_related("procedure")
    return known | {alias.code: alias.procedure for alias in aliases}


def _completed(records: Numbered, known: dict[str, Procedure], latest: dict[int, ProcedureVersion]) -> Numbered:
    """The records with what they say nothing about taken from the version before. At most one query."""
    before = {}
    for _, record in records:
        procedure = known.get(record.code)
        if procedure and procedure.pk in latest and not record.raw.keys() >= PORTAL_COLUMNS:
            before[record.code] = latest[procedure.pk].pk
    texts = dict(ProcedureVersion.objects.filter(pk__in=before.values()).values_list("pk", "source_text"))
    return [
        (
            line,
            replace(record, raw=completed(texts[before[record.code]], record.raw)) if record.code in before else record,
        )
        for line, record in records
    ]


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
