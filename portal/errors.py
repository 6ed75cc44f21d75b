"""What a person sees when a request cannot be served: one sentence and the next step, never a trace."""

from django.core.exceptions import RequestDataTooBig
from django.shortcuts import render

from portal.api import problems

API_PREFIX = "/api/"
ADMIN_PREFIX = "/admin/"
NOT_HERE = (
    "Địa chỉ đã đổi, hoặc mục này của cơ quan khác nên bạn không mở được. Nếu đây là việc của bạn, hãy nhờ quản trị "
    "viên xem lại cơ quan và vai trò của bạn."
)

REASONS = {
    400: ("Yêu cầu chưa đúng", "Trình duyệt gửi thông tin không đọc được. Hãy quay lại trang trước và thử lại."),
    403: ("Không có quyền xem trang này", "Nếu đây là việc của bạn, hãy nhờ quản trị viên cấp quyền."),
    404: ("Không tìm thấy trang", "Địa chỉ có thể đã đổi. Hãy về trang chủ hoặc tra cứu hồ sơ bằng mã trên giấy hẹn."),
    410: (
        "Tệp không còn trong kho",
        "Hệ thống có ghi tệp này nhưng kho tệp không có. Hãy báo quản trị viên khôi phục tệp từ bản sao lưu.",
    ),
    411: ("Yêu cầu chưa đúng", "Trình duyệt không nói độ dài của dữ liệu. Hãy dùng trình duyệt khác rồi thử lại."),
    413: ("Dữ liệu gửi lên quá lớn", "Hãy bớt nội dung hoặc gửi thành nhiều lần."),
    415: ("Yêu cầu chưa đúng", "Trình duyệt gửi chữ theo bảng mã lạ. Hãy dùng trình duyệt khác rồi thử lại."),
    429: ("Hãy chờ rồi thử lại", "Hãy chờ một lát rồi thử lại."),
    500: ("Hệ thống gặp lỗi", "Việc của bạn chưa bị mất. Hãy thử lại sau ít phút hoặc gọi đường dây hỗ trợ."),
}


def error_page(request, status: int, *, detail: str = "", back: tuple[str, str] | None = None):
    """Return the error page of that status, with a sentence of its own where one is given; to a program, a document.

    `back` is (what the first button leads to, its address); else the look-up of dossiers.
    """
    if request.path_info.startswith(API_PREFIX):
        return problems.answered(status, detail=detail)
    title, sentence = REASONS[status]
    context = {"status": status, "title": title, "sentence": detail or sentence, "back": back}
    return render(request, "portal/error.html", context, status=status)


def bad_request(request, exception=None):
    return error_page(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def forbidden(request, exception=None):
    """Say why and what to do, where the refusal said it."""
    return error_page(request, 403, detail=str(exception or ""))


def not_found(request, exception=None):
    """Say so; to staff, what was opened may be another agency's, and which of the two is not told."""
    if request.path_info.startswith(ADMIN_PREFIX):
        return error_page(request, 404, detail=NOT_HERE, back=("Về bàn làm việc", ADMIN_PREFIX))
    return error_page(request, 404)


def server_error(request):
    return error_page(request, 500)


def csrf_failure(request, reason=""):
    sentence = "Trang đã mở quá lâu hoặc cookie bị chặn. Hãy tải lại trang rồi gửi lại."
    return error_page(request, 403, detail=sentence)
