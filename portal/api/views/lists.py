"""API v1: lists to read: dossiers by when they changed, procedures, agencies."""

from __future__ import annotations

import contextlib
import datetime as dt

from django.db.models import F, Q
from django.utils import timezone
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    extend_schema,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from dossiers.dossier_codes import InvalidCode, normalise_procedure_code
from dossiers.lists.keyset import EPOCH
from dossiers.models import Agency, Dossier, Procedure
from dossiers.search_text import fold
from portal.api import settled
from portal.api.cursors import cursor_of, numbers_of, page_by_id
from portal.api.problems import described
from portal.api.scope import agency_ids
from portal.api.serializers import SHOWN_DOSSIER, AskedMoment, DossierOut

MOST = 500


class Asked(serializers.Serializer):
    """What every list takes."""

    cursor = serializers.CharField(required=False, max_length=200, help_text="next_cursor của trang trước")
    limit = serializers.IntegerField(required=False, min_value=1, max_value=MOST, default=200)


NOT_SHOWN = ("result__collector", "result__collector_number")
"""Whoever was handed the result: sealed, and never told here."""


class DossiersAsked(Asked):
    updated_since = AskedMoment(required=False, help_text="Chỉ hồ sơ thay đổi từ lúc này; chỉ dùng cho trang đầu")


class ProceduresAsked(Asked):
    q = serializers.CharField(required=False, max_length=200, help_text="Mã hoặc lời trong tên, có dấu hay không")


class DossierRow(DossierOut):
    """A dossier in the list: without its history."""

    class Meta(DossierOut.Meta):
        fields = [name for name in DossierOut.Meta.fields if name != "events"]


SHOWN_ROW = {name: value for name, value in SHOWN_DOSSIER.items() if name != "events"}
SHOWN_CURSOR = cursor_of(1_795_000_000_000_000, 42)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Trang cuối hiện nay",
            response_only=True,
            value={"items": [SHOWN_ROW], "next_cursor": SHOWN_CURSOR, "more": False},
        )
    ]
)
class DossierPage(serializers.Serializer):
    items = DossierRow(many=True)
    next_cursor = serializers.CharField(help_text="Giữ lại để lần sau hỏi tiếp, cả khi more là false", allow_blank=True)
    more = serializers.BooleanField(help_text="Còn trang nữa để đọc ngay")


class DossierListView(APIView):
    """Dossiers of the key's agencies, in the order of their last change."""

    @extend_schema(
        operation_id="dossiers_list",
        parameters=[DossiersAsked],
        responses={200: DossierPage, **described(400, 401, 403, 429)},
        summary="Hồ sơ thay đổi từ một lúc, trang nối trang không sót",
        tags=["Hồ sơ"],
    )
    def get(self, request):
        asked = DossiersAsked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        since, limit = asked.validated_data.get("updated_since"), asked.validated_data["limit"]
        rows = Dossier.objects.filter(agency_id__in=agency_ids(request.auth), updated_at__lt=settled.horizon())
        place = asked.validated_data.get("cursor", "")
        if place:
            moment, last = numbers_of(place, 2)
            at = EPOCH + dt.timedelta(microseconds=min(moment, 10**16))
            # Of rows that share a time, those behind the last one read.
            rows = rows.filter(Q(updated_at__gt=at) | Q(pk__gt=last), updated_at__gte=at)
        elif since is not None:
            rows = rows.filter(updated_at__gte=since)
        rows = rows.select_related("agency", "procedure", "result").defer(*NOT_SHOWN).order_by("updated_at", "pk")
        page = list(rows[: limit + 1])
        shown = page[:limit]
        if shown:
            place = cursor_of((shown[-1].updated_at - EPOCH) // dt.timedelta(microseconds=1), shown[-1].pk)
        elif not place and since is not None:
            place = cursor_of(max(0, (since - EPOCH) // dt.timedelta(microseconds=1)), 0)
        return Response(DossierPage({"items": shown, "next_cursor": place, "more": len(page) > limit}).data)


class AgencyOut(serializers.ModelSerializer):
    parent_code = serializers.CharField(source="parent.code", default="")
    kind_label = serializers.CharField(source="get_kind_display")
    units = serializers.SerializerMethodField(help_text="Phòng đang hoạt động: mã và tên")

    class Meta:
        model = Agency
        fields = ["code", "name", "kind", "kind_label", "parent_code", "active", "rollout", "rollout_from", "units"]

    def get_units(self, agency: Agency) -> list[dict[str, str]]:
        return [{"code": unit.code, "name": unit.name} for unit in agency.units.all() if unit.active]


SHOWN_AGENCY = {
    "code": "H80.05",
    "name": "Trung tâm Phục vụ hành chính công xã Cần Giuộc",
    "kind": "centre",
    "kind_label": "Trung tâm Phục vụ hành chính công",
    "parent_code": "H80",
    "active": True,
    "rollout": "live",
    "rollout_from": "2026-01-01",
    "units": [{"code": "dia-chinh", "name": "Phòng Địa chính"}],
}


@extend_schema_serializer(
    examples=[OpenApiExample("Cơ quan của khóa", response_only=True, value={"items": [SHOWN_AGENCY]})]
)
class AgencyList(serializers.Serializer):
    items = AgencyOut(many=True)


class AgencyListView(APIView):
    """The agencies a key speaks for, with their rooms."""

    @extend_schema(
        responses={200: AgencyList, **described(401, 403, 429)},
        summary="Cơ quan mà khóa được làm việc, và phòng của từng cơ quan",
        tags=["Danh mục"],
    )
    def get(self, request):
        rows = Agency.objects.filter(pk__in=agency_ids(request.auth)).select_related("parent")
        return Response(AgencyList({"items": rows.prefetch_related("units").order_by("code")}).data)


class ProcedureRow(serializers.ModelSerializer):
    field = serializers.CharField(source="field.name", default="")

    class Meta:
        model = Procedure
        fields = ["code", "name", "field", "status", "ministry", "abolished_on"]


SHOWN_PROCEDURE = {
    "code": "1.004441",
    "name": "Đăng ký biến động quyền sử dụng đất",
    "field": "Đất đai",
    "status": "active",
    "ministry": "Bộ Nông nghiệp và Môi trường",
    "abolished_on": None,
}


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Một trang",
            response_only=True,
            value={"items": [SHOWN_PROCEDURE], "next_cursor": cursor_of(12), "more": False},
        )
    ]
)
class ProcedurePage(serializers.Serializer):
    items = ProcedureRow(many=True)
    next_cursor = serializers.CharField(allow_blank=True)
    more = serializers.BooleanField()


class ProcedureListView(APIView):
    """The catalogue, page by page."""

    @extend_schema(
        operation_id="procedures_list",
        parameters=[ProceduresAsked],
        responses={200: ProcedurePage, **described(400, 401, 403, 429)},
        summary="Danh mục thủ tục hành chính",
        tags=["Danh mục"],
    )
    def get(self, request):
        asked = ProceduresAsked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        rows = Procedure.objects.select_related("field")
        for word in fold(asked.validated_data.get("q", "")).split():
            rows = rows.filter(search_text__contains=word)
        return Response(ProcedurePage(page_by_id(rows, asked.validated_data)).data)


class LimitOut(serializers.Serializer):
    channel = serializers.CharField()
    amount = serializers.DecimalField(max_digits=7, decimal_places=2, allow_null=True)
    unit = serializers.CharField()
    text = serializers.CharField()


class FeeOut(serializers.Serializer):
    label = serializers.CharField()
    amount = serializers.DecimalField(max_digits=14, decimal_places=0, allow_null=True)
    per = serializers.CharField()
    text = serializers.CharField()


class PaperOut(serializers.Serializer):
    name = serializers.CharField()
    originals = serializers.IntegerField()
    copies = serializers.IntegerField()
    required = serializers.BooleanField()


SHOWN_CONTENT = {
    **SHOWN_PROCEDURE,
    "valid_from": "2026-01-01",
    "time_limits": [{"channel": "", "amount": "5.00", "unit": "working_day", "text": "5 ngày làm việc"}],
    "fees": [{"label": "Lệ phí cấp giấy chứng nhận", "amount": "100000", "per": "giấy", "text": "100.000 đồng"}],
    "papers": [{"name": "Đơn đăng ký biến động", "originals": 1, "copies": 0, "required": True}],
}


@extend_schema_serializer(examples=[OpenApiExample("Một thủ tục", response_only=True, value=SHOWN_CONTENT)])
class ProcedureOut(ProcedureRow):
    """A procedure with what its version in force asks for."""

    valid_from = serializers.SerializerMethodField()
    time_limits = serializers.SerializerMethodField()
    fees = serializers.SerializerMethodField()
    papers = serializers.SerializerMethodField()

    class Meta(ProcedureRow.Meta):
        fields = [*ProcedureRow.Meta.fields, "valid_from", "time_limits", "fees", "papers"]

    def get_valid_from(self, procedure: Procedure) -> dt.date | None:
        version = self.context["version"]
        return version.valid_from if version else None

    @extend_schema_field(LimitOut(many=True))
    def get_time_limits(self, procedure: Procedure) -> list:
        return self._parts("time_limits", LimitOut)

    @extend_schema_field(FeeOut(many=True))
    def get_fees(self, procedure: Procedure) -> list:
        return self._parts("fees", FeeOut)

    @extend_schema_field(PaperOut(many=True))
    def get_papers(self, procedure: Procedure) -> list:
        return self._parts("papers", PaperOut)

    def _parts(self, name: str, shape: type[serializers.Serializer]) -> list:
        version = self.context["version"]
        return shape(getattr(version, name).all(), many=True).data if version else []


class ProcedureView(APIView):
    """One procedure by its code."""

    @extend_schema(
        parameters=[OpenApiParameter("code", str, OpenApiParameter.PATH, description="Mã thủ tục")],
        responses={200: ProcedureOut, **described(401, 403, 404, 429)},
        summary="Một thủ tục với thời hạn, lệ phí, giấy tờ đang áp dụng",
        tags=["Danh mục"],
    )
    def get(self, request, code: str):
        rows = Procedure.objects.select_related("field")
        with contextlib.suppress(InvalidCode):  # a code of another shape may be an alias
            code = normalise_procedure_code(code)
        found = rows.filter(Q(code=code) | Q(aliases__code=code)).order_by(F("code")).first()
        if found is None:
            raise NotFound("Danh mục chưa có thủ tục mã này: tìm mã ở GET /api/v1/procedures?q=….")
        version = found.version_on(timezone.localdate())
        return Response(ProcedureOut(found, context={"version": version}).data)
