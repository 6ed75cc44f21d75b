"""API v1: many dossiers in one call, each taken or refused by itself."""

from __future__ import annotations

import time
from typing import Any

from django.db import DatabaseError
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView
from structlog import get_logger

from dossiers.states import State
from portal.api import taking
from portal.api.problems import SENTENCES, FieldProblem, described, document
from portal.api.serializers import DossierIn, EventIn

log = get_logger(__name__)
MOST = 1000
MOST_EVENTS = 100
ENOUGH = 20.0
"""Seconds after which the rest of a batch is given back: callers and proxies hang up after thirty and sixty."""
NOT_REACHED = "Lần gửi này đã đủ lâu nên phần này chưa được đọc: hãy gửi lại phần này."
ITEM = {
    "code": "H80.05-20261116-0000042",
    "procedure_code": "1.004441",
    "agency_code": "H80.05",
    "applicant": {"full_name": "Nguyễn Văn An"},
    "received_at": "2026-11-16T08:30:00+07:00",
    "events": [{"id": "mc-88101", "state": State.APPRAISING.value, "at": "2026-11-17T09:00:00+07:00"}],
}


class BatchItem(DossierIn):
    """A dossier as in PUT, with its code and the steps that happened to it."""

    code = serializers.CharField(max_length=40)
    events = EventIn(many=True, required=False, help_text=f"Theo thứ tự xảy ra; nhiều nhất {MOST_EVENTS} bước")


@extend_schema_serializer(
    examples=[OpenApiExample("Hai hồ sơ của một buổi", request_only=True, value={"items": [ITEM]})]
)
class Batch(serializers.Serializer):
    items = BatchItem(many=True, help_text=f"Nhiều nhất {MOST} hồ sơ")


class BatchResult(serializers.Serializer):
    index = serializers.IntegerField(help_text="Vị trí trong items, từ 0")
    code = serializers.CharField(allow_blank=True)
    status = serializers.IntegerField(
        help_text="201 mới, 200 đã có, 4xx không ghi hồ sơ này, 207 ghi một phần, 503 chưa tới lượt: gửi lại"
    )
    detail = serializers.CharField(allow_blank=True)
    errors = FieldProblem(many=True)
    warnings = FieldProblem(many=True)


RESULTS = {
    "taken": 1,
    "refused": 1,
    "results": [
        {"index": 0, "code": "H80.05-20261116-0000042", "status": 201, "detail": "", "errors": [], "warnings": []},
        {
            "index": 1,
            "code": "H80.05-20261116-0000043",
            "status": 400,
            "detail": "Có trường chưa đúng, xem errors; chưa có gì được ghi.",
            "errors": [{"field": "procedure_code", "detail": "Danh mục chưa có thủ tục 9.999999."}],
            "warnings": [],
        },
    ],
}


@extend_schema_serializer(examples=[OpenApiExample("Một nhận, một không", response_only=True, value=RESULTS)])
class BatchResults(serializers.Serializer):
    taken = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = BatchResult(many=True)


class BatchView(APIView):
    """Many dossiers at once."""

    @extend_schema(
        request=Batch,
        responses={200: BatchResults, **described(400, 401, 403, 415, 429)},
        summary="Gửi nhiều hồ sơ một lần; mỗi hồ sơ có kết quả riêng",
        tags=["Hồ sơ"],
    )
    def post(self, request):
        items = request.data.get("items") if isinstance(request.data, dict) else None
        if not isinstance(items, list) or not items:
            raise ValidationError({"items": "Gửi danh sách items, mỗi phần tử một hồ sơ."})
        if len(items) > MOST:
            raise ValidationError({"items": f"Một lần gửi nhiều nhất {MOST} hồ sơ: hãy chia nhỏ."})
        until = time.monotonic() + ENOUGH
        results = [
            _taken(request.auth, index, item) if not index or time.monotonic() < until else _not_reached(index, item)
            for index, item in enumerate(items)
        ]
        taken = sum(result["status"] < 300 for result in results)  # 207: its dossier is stored
        return Response({"taken": taken, "refused": len(results) - taken, "results": results})


def _blank(index: int, item: object) -> dict[str, Any]:
    return {"index": index, "code": _code(item)[:40], "status": 400, "detail": "", "errors": [], "warnings": []}


def _code(item: object) -> str:
    """Return the code of an item, which some programs send as a number; "" when there is none."""
    code = item.get("code") if isinstance(item, dict) else None
    return str(code) if isinstance(code, str | int) and not isinstance(code, bool) else ""


def _not_reached(index: int, item: object) -> dict[str, Any]:
    """Give an item back that nobody has looked at: the call has taken long enough."""
    return _blank(index, item) | {"status": 503, "detail": NOT_REACHED}


def _taken(client, index: int, item: object) -> dict[str, Any]:
    """Take one dossier, then its steps; what stands before a step that is refused stays."""
    result, row = _blank(index, item), None
    try:
        if not isinstance(item, dict) or not result["code"]:
            raise ValidationError({"code": "Mỗi hồ sơ là một đối tượng có code."})
        sent = {name: value for name, value in item.items() if name not in {"code", "events"}}
        saved = taking.dossier(client, _code(item), sent)
        row, result["status"] = saved.row, 201 if saved.created else 200
        result["warnings"] += saved.warnings
        steps = item.get("events", [])
        if not isinstance(steps, list):
            raise ValidationError({"events": "events là danh sách các bước: […]."})
        for place, step in enumerate(steps[:MOST_EVENTS]):
            try:
                told = taking.event(client, row, step)
            except ValidationError as error:
                raise ValidationError({f"events[{place}]": error.detail}) from error
            result["warnings"] += [
                {**warning, "field": f"events[{place}].{warning['field']}"} for warning in told.warnings
            ]
        if len(steps) > MOST_EVENTS:
            left = f"Một lần gửi nhiều nhất {MOST_EVENTS} bước: gửi các bước từ đây trong lần sau."
            raise ValidationError({f"events[{MOST_EVENTS}]": left})
    except APIException as error:
        said = document(error)
        result["errors"] = said.get("errors", [])
        result["status"], result["detail"] = said["status"], said["detail"]
    except DatabaseError:
        log.exception("item of a batch failed", index=index)
        result["status"], result["detail"] = 500, SENTENCES[500]
    if row is not None and result["status"] >= 300:
        result["status"], result["detail"] = 207, "Hồ sơ đã ghi; từ bước nêu ở errors trở đi chưa ghi: sửa rồi gửi lại."
    return result
