"""The procedure another system means by a code: the catalogue's own, another code of the same, or a local portal's."""

from __future__ import annotations

from collections.abc import Iterable

from dossiers.dossier_codes import InvalidCode, normalise_procedure_code
from dossiers.models import Procedure, ProcedureAlias


def procedures_with(codes: Iterable[str]) -> dict[str, Procedure]:
    """Return the procedures by the codes sent; codes the catalogue lacks are left out. At most three queries."""
    wanted = set(codes)
    found = {row.code: row for row in Procedure.objects.filter(code__in=wanted)}
    if rest := wanted - found.keys():
        aliases = ProcedureAlias.objects.select_related("procedure").filter(code__in=rest)
        found |= {alias.code: alias.procedure for alias in aliases}
    national = {code: _national(code) for code in wanted - found.keys()}
    if any(national.values()):
        rows = {row.code: row for row in Procedure.objects.filter(code__in=set(national.values()))}
        found |= {code: rows[own] for code, own in national.items() if own in rows}
    return found


def _national(code: str) -> str:
    """Return the national code in what a local portal writes (1.004884.000.00.00.H80); "" when there is none."""
    try:
        return normalise_procedure_code(code)
    except InvalidCode:
        return ""
