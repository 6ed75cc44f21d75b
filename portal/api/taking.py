"""Taking what another program sends: translated, checked, stored; with a warning for each part that was of no use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.utils import timezone
from rest_framework.exceptions import PermissionDenied, ValidationError

from dossiers.intake import connector
from dossiers.intake.connector import CodeTaken, ConnectorError, Pushed, PushedEvent
from dossiers.models import Agency, Dossier, DossierEvent
from portal.api import forgiving
from portal.api.models import ApiClient
from portal.api.problems import SENTENCES, Conflict
from portal.api.scope import agency_ids
from portal.api.serializers import DossierIn, EventIn, readable_code
from portal.api.translating import translated
from portal.api.warnings import Warnings, of_event, of_promise, of_what_stays, somebody_else, unknown_fields, usable

CODE = re.compile(r"(?=.{1,40}$)(?!.*/events?$)(?!(?:.*/)?\.+(?:/|$))[\w.\-]+(?:/[\w.\-]+)*")
"""A stroke only within: an address ends neither with one nor with the word behind which steps are sent."""
R = TypeVar("R", Dossier, DossierEvent)


@dataclass(frozen=True, slots=True)
class Saved(Generic[R]):
    """What is stored now, whether it is new, and what of the sent content had no effect."""

    row: R
    created: bool
    warnings: Warnings


def dossier(client: ApiClient, code: str, sent: object) -> Saved[Dossier]:
    """Return the dossier after an upsert. Raises ValidationError by field, PermissionDenied, Conflict."""
    code = readable_code(code)
    if not CODE.fullmatch(code):
        raise ValidationError(
            {"code": "Mã hồ sơ chỉ gồm chữ, số, dấu chấm, gạch ngang, gạch chéo ở giữa; nhiều nhất 40 ký tự."}
        )
    meant = translated(client, sent)
    form, warnings = forgiving.read(DossierIn, meant)
    form.is_valid(raise_exception=True)
    data = dict(form.validated_data)
    data["papers"] = tuple(data["papers"])
    warnings += unknown_fields(form, meant)
    data["applicant"], found = usable(data["applicant"], "applicant")
    warnings += found
    if data["submitter"]:
        data["submitter"], found = somebody_else(data["submitter"])
        warnings += found
    scope = frozenset(agency_ids(client))
    pushed = Pushed(code=code, agency=_agency(data.pop("agency_code"), scope), scope=scope, **data)
    try:
        row, created = connector.upsert(pushed, now=timezone.now())
    except ConnectorError as error:
        raise ValidationError(error.errors) from error
    except CodeTaken as error:
        raise Conflict(SENTENCES[409]) from error
    warnings += [] if created else of_what_stays(row, pushed, meant)
    return Saved(row, created, warnings + of_promise(row, timezone.localdate()))


def event(client: ApiClient, row: Dossier, sent: object) -> Saved[DossierEvent]:
    """Return the history row of a reported step of the dossier. Raises ValidationError by field."""
    meant = translated(client, sent)
    form, warnings = forgiving.read(EventIn, meant)
    form.is_valid(raise_exception=True)
    pushed = PushedEvent(**form.validated_data)
    try:
        found, created = connector.append(row, pushed, now=timezone.now())
    except ConnectorError as error:
        raise ValidationError(error.errors) from error
    warnings += unknown_fields(form, meant) + of_event(row, found, pushed)
    row.refresh_from_db()
    return Saved(found, created, warnings + of_promise(row, timezone.localdate()))


def _agency(code: str, scope: frozenset[int]) -> Agency:
    """Return the agency of that code; the key must cover it."""
    found = Agency.objects.filter(code__iexact=code).first()
    if found is None or found.pk not in scope:
        raise PermissionDenied(f"Khóa này không được gửi hồ sơ cho cơ quan {code}: xem mã ở GET /api/v1/agencies.")
    return found
