"""API v1: the door for the one-stop software. Every row is of the key's own agency or of one below it."""

from __future__ import annotations

import re

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from dossiers.intake import connector
from dossiers.intake.connector import CodeTaken, ConnectorError, Pushed, PushedEvent
from dossiers.models import Agency, Dossier
from dossiers.scoping import subordinates
from portal.api import forgiving
from portal.api.problems import SENTENCES, Conflict, described
from portal.api.serializers import DossierIn, DossierOut, DossierSaved, EventIn, EventSaved, readable_code
from portal.api.warnings import of_event, of_promise, of_what_stays, somebody_else, unknown_fields, usable

CODE = re.compile(r"[\w.\-/]{1,40}")
IN_PATH = OpenApiParameter(
    "code",
    str,
    OpenApiParameter.PATH,
    description="Mã hồ sơ, như in trên giấy tiếp nhận",
    examples=[OpenApiExample("Mã hồ sơ", value="H80.05-20261116-0000042")],
)


def agency_ids(client) -> set[int]:
    """Return the agencies the key may read and write: its own and those below."""
    return {client.agency_id, *subordinates({client.agency_id})}


def own_dossier(client, code: str) -> Dossier:
    """Return the dossier of that code in the key's scope; 404 alike for unknown and for another agency's."""
    found = Dossier.objects.select_related("agency", "procedure", "procedure_version").filter(code=readable_code(code))
    dossier = found.filter(agency_id__in=agency_ids(client)).first()
    if dossier is None:
        raise Http404
    return dossier


class DossierView(APIView):
    """One dossier by its code."""

    @extend_schema(
        parameters=[IN_PATH],
        responses={200: DossierOut, **described(401, 403, 404)},
        summary="Xem một hồ sơ và diễn biến",
        tags=["Hồ sơ"],
    )
    def get(self, request, code: str):
        return Response(DossierOut(own_dossier(request.auth, code)).data)

    @extend_schema(
        request=DossierIn,
        parameters=[IN_PATH],
        responses={200: DossierSaved, 201: DossierSaved, **described(400, 401, 403, 409, 415)},
        summary="Tạo hoặc cập nhật hồ sơ (gửi lại không tạo thêm)",
        tags=["Hồ sơ"],
    )
    def put(self, request, code: str):
        code = readable_code(code)
        if not CODE.fullmatch(code):
            raise ValidationError({"code": "Mã hồ sơ chỉ gồm chữ, số, dấu chấm, gạch ngang; nhiều nhất 40 ký tự."})
        form, warnings = forgiving.read(DossierIn, request.data)
        form.is_valid(raise_exception=True)
        data = dict(form.validated_data)
        data["papers"] = tuple(data["papers"])
        warnings += unknown_fields(form, request.data)
        data["applicant"], found = usable(data["applicant"], "applicant")
        warnings += found
        if data["submitter"]:
            data["submitter"], found = somebody_else(data["submitter"])
            warnings += found
        scope = frozenset(agency_ids(request.auth))
        pushed = Pushed(code=code, agency=self.agency(data.pop("agency_code")), scope=scope, **data)
        try:
            dossier, created = connector.upsert(pushed, now=timezone.now())
        except ConnectorError as error:
            raise ValidationError(error.errors) from error
        except CodeTaken as error:
            raise Conflict(SENTENCES[409]) from error
        warnings += [] if created else of_what_stays(dossier, pushed, request.data)
        warnings += of_promise(dossier, timezone.localdate())
        saved = DossierSaved(dossier, context={"warnings": warnings})
        return Response(saved.data, status=status.HTTP_201_CREATED if created else status.HTTP_200_OK)

    def agency(self, code: str) -> Agency:
        """Return the agency of that code; the key must cover it."""
        found = Agency.objects.filter(code__iexact=code).first()
        if found is None or found.pk not in agency_ids(self.request.auth):
            raise PermissionDenied(f"Khóa này không được gửi hồ sơ cho cơ quan {code}.")
        return found


class EventsView(APIView):
    """The steps of one dossier, as the other system reports them."""

    @extend_schema(
        request=EventIn,
        parameters=[IN_PATH],
        responses={200: EventSaved, 201: EventSaved, **described(400, 401, 403, 404, 415)},
        summary="Báo một bước xử lý (cùng id hai lần là một)",
        tags=["Hồ sơ"],
    )
    def post(self, request, code: str):
        dossier = own_dossier(request.auth, code)
        form, warnings = forgiving.read(EventIn, request.data)
        form.is_valid(raise_exception=True)
        pushed = PushedEvent(**form.validated_data)
        try:
            event, created = connector.append(dossier, pushed, now=timezone.now())
        except ConnectorError as error:
            raise ValidationError(error.errors) from error
        warnings += unknown_fields(form, request.data) + of_event(dossier, event, pushed)
        dossier.refresh_from_db()
        warnings += of_promise(dossier, timezone.localdate())
        saved = EventSaved(event, context={"warnings": warnings})
        return Response(saved.data, status=status.HTTP_201_CREATED if created else status.HTTP_200_OK)
