"""The reading page of a procedure: one version with its cases, papers, limits and fees, and what waits for a person."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone

from dossiers import typed
from dossiers.admin.access import must_have, page_context
from dossiers.catalogue.columns import COLUMNS
from dossiers.catalogue.levels import known_level
from dossiers.catalogue.paper_rows import again
from dossiers.models import CatalogueImportRow, Channel, Procedure, ProcedureVersion, RequiredPaper

LEVELS = {"ministry": "Bộ", "province": "Tỉnh", "commune": "Xã", "other": "Cơ quan khác"}


@dataclass(frozen=True, slots=True)
class PaperGroup:
    title: str
    papers: list[RequiredPaper]


def view(request, object_id: str, *, may_edit: bool):
    """Show the version in force, or the one asked for by ?ban=<number>. Nine queries whatever the procedure."""
    must_have(request, "view_procedure")
    procedure = Procedure.objects.select_related("field").filter(pk=typed.whole(object_id)).first()
    if procedure is None:
        raise Http404
    today = timezone.localdate()
    versions = list(procedure.versions.defer("source_text", "steps").order_by("-number"))
    version = _asked_version(procedure, versions, request.GET.get("ban", ""), today)
    context = page_context(
        request,
        procedure.code,
        opts=Procedure._meta,
        procedure=procedure,
        aliases=[alias.code for alias in procedure.aliases.all()],
        versions=versions,
        version=version,
        may_edit=may_edit,
        today=today,
        problems=_problems(procedure, version),
        **(_content(version) if version else {}),
    )
    return render(request, "dossiers/desk/procedure_page.html", context)


def _asked_version(procedure: Procedure, versions, number: str, today) -> ProcedureVersion | None:
    chosen = next((row for row in versions if str(row.number) == number), None)
    chosen = chosen or procedure.version_on(today) or (versions[0] if versions else None)
    return ProcedureVersion.objects.select_related("load").get(pk=chosen.pk) if chosen else None


def _content(version: ProcedureVersion) -> dict:
    channels = dict(Channel.choices) | {"": "Mọi hình thức nộp"}
    return {
        "groups": _groups(version),
        "read_otherwise": again.otherwise(version) if version.papers_by_hand else [],
        "limits": [(channels.get(row.channel, row.channel), row) for row in version.time_limits.select_related("case")],
        "fees": [(channels.get(row.channel, row.channel), row) for row in version.fees.select_related("case")],
        "levels": [LEVELS[known_level(level)] for level in version.levels],
        "source": [
            (COLUMNS[key][0] if key in COLUMNS else key, text)
            for key, text in version.source_text.items()
            if text and key not in ("detail_url", "raw_text")
        ],
    }


def _groups(version: ProcedureVersion) -> list[PaperGroup]:
    """Papers as the portal groups them, in its order."""
    groups: dict[tuple, PaperGroup] = {}
    for paper in version.papers.select_related("case").order_by("order", "id"):
        title = paper.case.name if paper.case else paper.group
        groups.setdefault((paper.case_id, paper.group), PaperGroup(title, [])).papers.append(paper)
    return list(groups.values())


def _problems(procedure: Procedure, version: ProcedureVersion | None) -> list[dict]:
    """What the load that made this version could not read or was not sure of."""
    if version is None or version.load_id is None:
        return []
    row = CatalogueImportRow.objects.filter(load_id=version.load_id, procedure=procedure).first()
    return row.problems if row else []
