"""Dossier codes: no gaps, no repeats, whoever asks at the same moment (see dossiers.workflow.series)."""

from __future__ import annotations

import datetime as dt

from django.db.models import F, Q

from dossiers.dossier_codes import PATTERNS, InvalidCode, format_code, parse_code
from dossiers.models import Agency, AgencyVersion, CodePattern, Dossier
from dossiers.read_once import once
from dossiers.workflow.series import next_number


def new_dossier_code(agency: Agency, agency_code: str, day: dt.date) -> str:
    """Return the next dossier code of the agency for that day, in the pattern in force. Call inside a transaction.

    Numbers that the agency's own software has used meanwhile are passed over.
    """
    pattern = pattern_on(agency, day)
    while True:
        code = format_code(pattern, agency_code, day, next_number(f"dossier:{agency_code}:{day:%Y%m%d}"))
        if not Dossier.objects.filter(code=code).exists():
            return code


def numbered_by(code: str) -> set[int]:
    """Return the agencies whose pattern the code is of; none for a code of another system's own making."""
    try:
        return _with_code(parse_code(code).agency_code)
    except InvalidCode:
        return set()


@once
def _with_code(agency_code: str) -> set[int]:
    """Return the agencies that carry or carried this code."""
    named = AgencyVersion.objects.filter(code=agency_code).values_list("agency_id", flat=True)
    return {*named, *Agency.objects.filter(code=agency_code).values_list("pk", flat=True)}


def pattern_on(agency: Agency, day: dt.date) -> str:
    """Return the name of the code pattern in force, the agency's own first."""
    rows = CodePattern.objects.filter(Q(agency=agency) | Q(agency__isnull=True), valid_from__lte=day)
    row = rows.order_by(F("agency").desc(nulls_last=True), "-valid_from").first()
    return row.pattern if row else PATTERNS[-1].name
