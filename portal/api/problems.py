"""Errors of the API as RFC 9457 problem documents, with a Vietnamese `detail` and `errors` by field."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, ErrorDetail, ParseError, ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import set_rollback

TITLES = {
    400: "Dữ liệu chưa đúng",
    401: "Chưa xác thực",
    403: "Không được phép",
    404: "Không tìm thấy",
    405: "Phương thức không được hỗ trợ",
    406: "Không trả được định dạng này",
    409: "Xung đột",
    411: "Chưa nói độ dài",
    413: "Dữ liệu quá lớn",
    415: "Định dạng gửi lên không được hỗ trợ",
    429: "Gọi quá nhanh",
    500: "Hệ thống gặp lỗi",
    503: "Hệ thống tạm ngừng",
}
SENTENCES = {
    400: "Yêu cầu không đọc được; chưa có gì được ghi.",
    401: "Hãy gửi tiêu đề Authorization: Api-Key <khóa>.",
    403: "Khóa này không được làm việc đó.",
    404: "Không có dữ liệu này trong phạm vi của khóa.",
    405: "Địa chỉ này không nhận phương thức vừa gọi.",
    406: "API chỉ trả application/json.",
    409: "Mã hồ sơ này đã thuộc một cơ quan khác.",
    411: "Hãy gửi kèm tiêu đề Content-Length: gửi từng khúc (chunked) không đọc được ở đây; chưa có gì được ghi.",
    413: "Dữ liệu gửi lên quá lớn: hãy chia thành nhiều lần gửi; chưa có gì được ghi.",
    415: "Hãy gửi application/json bằng UTF-8.",
    429: "Khóa này gọi quá số lần được phép mỗi phút: chờ số giây ở tiêu đề Retry-After rồi gửi lại.",
    500: "Chưa có gì được ghi. Hãy gửi lại sau ít phút; nếu vẫn lỗi, báo quản trị kèm tiêu đề X-Request-Id.",
    503: "Hệ thống chưa trả lời được: hãy gửi lại sau nửa phút, gửi lại không tạo thêm.",
}
FIELDS_WRONG = "Có trường chưa đúng, xem errors; chưa có gì được ghi."
NO_ADDRESS = "API không có địa chỉ này: xem /api/docs/."


class ProblemRenderer(JSONRenderer):
    media_type = "application/problem+json"


def answered(status: int, *, detail: str = "") -> JsonResponse:
    """Return the problem document of a request that reached no view of the API, or broke on its way."""
    problem = {"type": "about:blank", "title": TITLES.get(status, "Lỗi"), "status": status}
    problem["detail"] = detail or (NO_ADDRESS if status == 404 else SENTENCES.get(status, SENTENCES[400]))
    return JsonResponse(problem, status=status, content_type=ProblemRenderer.media_type)


class FieldProblem(serializers.Serializer):
    field = serializers.CharField(help_text="Tên trường, ví dụ applicant.phone")
    detail = serializers.CharField()


class Problem(serializers.Serializer):
    """A problem document (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="Câu tiếng Việt nói điều chưa đúng và cách sửa")
    errors = FieldProblem(many=True, required=False)


def described(*codes: int) -> dict:
    """Return what the schema says of these refusals, for `extend_schema(responses=…)`."""
    return {
        (code, ProblemRenderer.media_type): OpenApiResponse(Problem, TITLES[code], [_example(code)]) for code in codes
    }


def _example(code: int) -> OpenApiExample:
    problem = {"type": "about:blank", "title": TITLES[code], "status": code}
    problem["detail"] = FIELDS_WRONG if code == 400 else SENTENCES[code]
    if code == 400:
        problem["errors"] = [
            {"field": "applicant.phone", "detail": "Số di động phải đủ 10 chữ số, ví dụ 0912 345 678."},
            {"field": "received_at", "detail": "Ghi thời điểm kèm múi giờ, ví dụ 2026-11-23T08:30:00+07:00."},
        ]
    return OpenApiExample(TITLES[code], value=problem, response_only=True, status_codes=[str(code)])


class Conflict(APIException):
    """The request cannot stand beside what is stored (409)."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = "Yêu cầu mâu thuẫn với dữ liệu đang có."


def handle(exc, context) -> Response | None:
    """Return the problem document of a known error; None hands an unknown one to Django."""
    if isinstance(exc, Http404):
        exc = APIException(SENTENCES[404])
        exc.status_code = 404
    elif isinstance(exc, PermissionDenied):
        exc = APIException(SENTENCES[403])
        exc.status_code = 403
    if not isinstance(exc, APIException):
        return None
    set_rollback()
    headers = {}
    if getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = exc.auth_header
    if getattr(exc, "wait", None):
        headers["Retry-After"] = str(int(exc.wait) + 1)
    request = context["request"]
    told = document(exc)
    if exc.status_code == status.HTTP_405_METHOD_NOT_ALLOWED:
        told["detail"] = f"{SENTENCES[405]} Hãy gọi bằng {' hoặc '.join(methods_of(context['view']))}."
    response = Response(told, status=exc.status_code, headers=headers, content_type="application/problem+json")
    request.accepted_renderer = ProblemRenderer()
    request.accepted_media_type = ProblemRenderer.media_type
    return response


def methods_of(view) -> list[str]:
    """Return the methods an address takes, those that programs call."""
    return [method for method in view.allowed_methods if method not in {"HEAD", "OPTIONS"}]


def document(exc: APIException) -> dict:
    """Return {type, title, status, detail, errors?} for the exception."""
    code = exc.status_code
    problem = {"type": "about:blank", "title": TITLES.get(code, "Lỗi"), "status": code}
    if isinstance(exc, ValidationError):
        errors = flat(exc.detail)
        problem["detail"] = FIELDS_WRONG
        problem["errors"] = [{"field": field, "detail": sentence} for field, sentence in errors]
    elif isinstance(exc, ParseError):
        # The framework's own parse errors say it in English.
        told = str(exc.detail) if exc.detail != ParseError.default_detail else "Nội dung không phải JSON đúng (UTF-8)."
        problem["detail"] = f"{told} Chưa có gì được ghi."
    elif code in {405, 406, 415, 429}:  # the framework's own words
        problem["detail"] = SENTENCES[code]
    else:
        problem["detail"] = str(exc.detail) if isinstance(exc.detail, ErrorDetail | str) else TITLES.get(code, "Lỗi")
    return problem


def flat(detail, path: str = "") -> list[tuple[str, str]]:
    """Return (dotted field, sentence) pairs of DRF's nested detail."""
    if isinstance(detail, dict):
        return [pair for key, value in detail.items() for pair in flat(value, f"{path}.{key}" if path else str(key))]
    if isinstance(detail, list):
        found = []
        for number, value in enumerate(detail):
            found += flat(value, f"{path}[{number}]" if isinstance(value, dict | list) else path)
        return found
    return [(path.removesuffix("non_field_errors").rstrip("."), str(detail))]
