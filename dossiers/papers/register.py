"""Papers with a number: a series per agency, form and year, without gaps, a number given at issue and never again.

The number and the paper stand or fall together: both are made inside one transaction (the engine takes some twelve
milliseconds), so a paper that cannot be printed gives its number back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from dossiers.deadlines.working_time import ZONE
from dossiers.models import Agency, AgencyVersion, IssuedPaper, public_token
from dossiers.papers import issuing as papers
from dossiers.printed_forms import FormError, Head, set_on
from dossiers.workflow.series import next_number, series_key
from dossiers.written_dates import written_day

SYMBOLS = {
    "receipt": "TNHS",
    "apology": "PXL",
    "supplement": "HDHS",
    "refusal": "TCHS",
    "stop": "TB",
    "result_handover": "BGKQ",
    "fee_receipt": "PT",
}
"""What follows the number when the agency's form template says nothing else (local habit, domain notes §1.3)."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a context builder needs of the paper it is for. A draft has no number, day or address to verify at."""

    head: Head
    named: AgencyVersion
    verify_url: str


def draft_place(form_code: str, agency: Agency, *, now: dt.datetime) -> Place:
    """Return the head of a draft: the number and the day are left blank (NĐ 30/2020; requirement S4-11)."""
    day = now.astimezone(ZONE).date()
    named = named_on(agency, day)
    numbered = _head(form_code, agency, named, None, day)
    head = Head(
        issuer=numbered.issuer,
        place=numbered.place,
        parent=numbered.parent,
        symbol=numbered.symbol,
        drafted=day,
    )
    return Place(head, named, "")


def numbered_place(form_code: str, agency: Agency, named: AgencyVersion, serial: int | None, day: dt.datetime) -> Place:
    """Return the head a paper of this number and moment bears, for a copy: there is no address to verify it at."""
    return Place(_head(form_code, agency, named, serial, day.astimezone(ZONE).date()), named, "")


@transaction.atomic
def issue_numbered(
    form_code: str,
    agency: Agency,
    context_for: Callable[[Place], object],
    *,
    by,
    now: dt.datetime,
    day: dt.datetime | None = None,
    named: AgencyVersion | None = None,
    serial: int | None = None,
    **columns,
) -> IssuedPaper:
    """Return the paper issued under the next number of the agency's register of this form and year.

    `context_for(place)` gives the form's context; `day` and `named` are the moment the paper bears and what the agency
    was called then, now unless said; `columns` are dossier, event, receipt, signer_name. Raises FormError, PrintError;
    then no number was used.
    """
    day = day or now
    dated = day.astimezone(ZONE).date()
    serial = serial or next_number(series_key(form_code, agency.pk, dated.year))
    named = named or named_on(agency, dated)
    head = _head(form_code, agency, named, serial, dated)
    token = public_token()
    place = Place(head, named, f"{settings.PUBLIC_BASE_URL}/x/{token}/")
    return papers.issue(
        form_code,
        context_for(place),
        by=by,
        now=now,
        day=day,
        number=head.number_line.removeprefix("Số: "),
        token=token,
        register_agency=agency,
        register_year=dated.year,
        register_number=serial,
        **columns,
    )


def issue_again(
    old: IssuedPaper, context_for: Callable[[Place], object], *, by, now: dt.datetime, **columns
) -> IssuedPaper:
    """Return a paper that replaces `old` under its number and line of the register. Raises as issue_numbered."""
    first = old
    while first.register_number is None and first.replaces is not None:
        first = first.replaces
    agency, serial, dated = first.register_agency, first.register_number, first.dated
    named = named_on(agency, dated)
    token = public_token()
    head = _head(old.form_code, agency, named, serial, dated)
    place = Place(head, named, f"{settings.PUBLIC_BASE_URL}/x/{token}/")
    return papers.issue(
        old.form_code,
        context_for(place),
        by=by,
        now=now,
        day=dt.datetime.combine(dated, dt.time.min, ZONE),
        number=old.number,
        token=token,
        replaces=old,
        **columns,
    )


def named_on(agency: Agency, day: dt.date) -> AgencyVersion:
    """Return what the agency is called that day; raises FormError when nothing is recorded: a head needs a name."""
    named = agency.version_on(day)
    if named is None:
        raise FormError(
            f"Chưa khai báo tên, địa chỉ của {agency.name} vào ngày {written_day(day)}. "
            "Hãy bổ sung trong mục Cơ quan, thẻ Tên gọi theo thời gian, rồi làm lại."
        )
    return named


def _head(form_code: str, agency: Agency, named: AgencyVersion, serial: int | None, day: dt.date) -> Head:
    template = papers.template_on(form_code, set_on(day), day)
    symbol = (template.symbol if template else "") or SYMBOLS[form_code]
    return papers.head_of(agency, named, symbol=symbol, number=serial, day=day)
