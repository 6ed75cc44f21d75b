"""API v1: one dossier and its steps, as the one-stop software sends and reads them."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from dossiers.models import Dossier
from portal.api import taking
from portal.api.problems import described
from portal.api.scope import agency_ids
from portal.api.serializers import DossierIn, DossierOut, DossierSaved, EventIn, EventSaved, readable_code

IN_PATH = OpenApiParameter(
    "code",
    str,
    OpenApiParameter.PATH,
    description="Mã hồ sơ, như in trên giấy tiếp nhận",
    examples=[OpenApiExample("Mã hồ sơ", value="H80.05-20261116-0000042")],
)

NOT_HERE = "Không có hồ sơ mã này trong phạm vi của khóa: gửi hồ sơ bằng PUT trước, hoặc kiểm tra lại mã và khóa."


def own_dossier(client, code: str) -> Dossier:
    """Return the dossier of that code in the key's scope; 404 alike for unknown and for another agency's."""
    found = Dossier.objects.filter(code=readable_code(code), agency_id__in=agency_ids(client))
    dossier = found.select_related("agency", "procedure", "procedure_version", "result").first()
    if dossier is None:
        raise NotFound(NOT_HERE)
    return dossier


class DossierView(APIView):
    """One dossier by its code."""

    @extend_schema(
        parameters=[IN_PATH],
        responses={200: DossierOut, **described(401, 403, 404, 429)},
        summary="Xem một hồ sơ và diễn biến",
        tags=["Hồ sơ"],
    )
    def get(self, request, code: str):
        return Response(DossierOut(own_dossier(request.auth, code)).data)

    @extend_schema(
        request=DossierIn,
        parameters=[IN_PATH],
        responses={200: DossierSaved, 201: DossierSaved, **described(400, 401, 403, 409, 415, 429)},
        summary="Tạo hoặc cập nhật hồ sơ (gửi lại không tạo thêm)",
        tags=["Hồ sơ"],
    )
    def put(self, request, code: str):
        saved = taking.dossier(request.auth, code, request.data)
        answer = DossierSaved(saved.row, context={"warnings": saved.warnings})
        return Response(answer.data, status=status.HTTP_201_CREATED if saved.created else status.HTTP_200_OK)


class EventsView(APIView):
    """The steps of one dossier, as the other system reports them."""

    @extend_schema(
        request=EventIn,
        parameters=[IN_PATH],
        responses={200: EventSaved, 201: EventSaved, **described(400, 401, 403, 404, 415, 429)},
        summary="Báo một bước xử lý (cùng id hai lần là một)",
        tags=["Hồ sơ"],
    )
    def post(self, request, code: str):
        dossier = own_dossier(request.auth, code)
        saved = taking.event(request.auth, dossier, request.data)
        answer = EventSaved(saved.row, context={"warnings": saved.warnings})
        return Response(answer.data, status=status.HTTP_201_CREATED if saved.created else status.HTTP_200_OK)
