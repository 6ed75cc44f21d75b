"""The ready reasons an installation begins with, and those a dossier's agency may choose from; staff edit them."""

from __future__ import annotations

from django.db.models import F, Q, QuerySet

from dossiers.models import Dossier, SupplementReason

Use = SupplementReason.Use
# (title, what, why, sample, where)
TO_ASK = (
    (
        "Bản mờ, không đọc được",
        "Nộp lại bản rõ nét, đủ các trang, thấy rõ chữ và con dấu",
        "Bản đã nộp mờ hoặc thiếu trang nên không đối chiếu được nội dung",
        "Bản chụp thẳng, đủ bốn góc, không lóa",
        "",
    ),
    (
        "Chưa chứng thực, chưa đối chiếu",
        "Nộp bản sao có chứng thực, hoặc mang bản chính đến quầy để đối chiếu",
        "Bản sao đã nộp chưa được chứng thực, chưa đối chiếu với bản chính",
        "",
        "UBND cấp xã hoặc tổ chức hành nghề công chứng bất kỳ",
    ),
    (
        "Đơn, tờ khai thiếu thông tin",
        "Ghi đủ các mục còn trống trong đơn, tờ khai rồi ký, ghi rõ họ tên",
        "Đơn, tờ khai chưa ghi đủ thông tin bắt buộc theo mẫu",
        "Mẫu đã điền có tại quầy và trên trang thủ tục",
        "Quầy hướng dẫn",
    ),
    (
        "Sai mẫu đơn hiện hành",
        "Viết lại theo mẫu đơn đang có hiệu lực",
        "Đơn đã nộp theo mẫu cũ, không còn hiệu lực",
        "Mẫu mới có trên trang thủ tục",
        "Quầy hướng dẫn",
    ),
    (
        "Thông tin không khớp nhau",
        "Nộp giấy tờ chứng minh, hoặc sửa lại cho thống nhất họ tên, ngày sinh, số giấy tờ",
        "Thông tin giữa các giấy tờ trong hồ sơ không thống nhất",
        "",
        "",
    ),
    (
        "Thiếu giấy ủy quyền",
        "Nộp giấy ủy quyền của chủ hồ sơ, hoặc chủ hồ sơ trực tiếp ký",
        "Người nộp không phải chủ hồ sơ và chưa có giấy ủy quyền",
        "",
        "UBND cấp xã hoặc tổ chức hành nghề công chứng",
    ),
    (
        "Giấy tờ hết hạn",
        "Nộp giấy tờ còn hiệu lực",
        "Giấy tờ đã nộp không còn hạn sử dụng tính đến ngày nộp hồ sơ",
        "",
        "Nơi đã cấp giấy tờ đó",
    ),
)


# The grounds are items every published procedure has: staff add the article where they know one.
TO_REFUSE = (
    (
        "Không thuộc thẩm quyền",
        "Thủ tục này không thuộc thẩm quyền giải quyết của cơ quan tiếp nhận",
        "Mục “Cơ quan thực hiện” của thủ tục trong quyết định công bố thủ tục hành chính",
        "",
        "Cơ quan ghi ở mục “Cơ quan thực hiện”; quầy hướng dẫn địa chỉ",
    ),
    (
        "Không đủ điều kiện",
        "Chưa đáp ứng yêu cầu, điều kiện thực hiện thủ tục",
        "Mục “Yêu cầu, điều kiện thực hiện” của thủ tục trong quyết định công bố thủ tục hành chính",
        "",
        "Nộp lại khi đã đủ điều kiện",
    ),
    (
        "Không đúng đối tượng",
        "Người nộp không thuộc đối tượng thực hiện thủ tục",
        "Mục “Đối tượng thực hiện” của thủ tục trong quyết định công bố thủ tục hành chính",
        "",
        "",
    ),
    (
        "Không được ủy quyền",
        "Người nộp không phải chủ hồ sơ và không được ủy quyền hợp lệ",
        "Điều 138 Bộ luật Dân sự năm 2015 về đại diện theo ủy quyền",
        "Văn bản ủy quyền ghi rõ việc, phạm vi và thời hạn",
        "Chủ hồ sơ trực tiếp nộp, hoặc nộp kèm văn bản ủy quyền",
    ),
    (
        "Thủ tục đã bãi bỏ",
        "Thủ tục này đã được bãi bỏ, không còn thực hiện",
        "Quyết định công bố thủ tục hành chính bị bãi bỏ",
        "",
        "Thủ tục thay thế, nếu có, ghi trên trang thủ tục",
    ),
    (
        "Trùng hồ sơ",
        "Yêu cầu này trùng với hồ sơ đang giải quyết hoặc đã có kết quả",
        "Mỗi yêu cầu được tiếp nhận, giải quyết trong một hồ sơ của thủ tục đã công bố",
        "",
        "Theo dõi hồ sơ đã nộp bằng mã trên giấy tiếp nhận",
    ),
)


# Colleagues alone read these: what was wrong, in the words people look for later.
TO_CORRECT = (
    ("Gõ nhầm họ tên", "Gõ nhầm họ tên, đã đối chiếu lại với giấy tờ", "", "", ""),
    ("Gõ nhầm số giấy tờ", "Gõ nhầm số giấy tờ, đã đối chiếu lại với giấy tờ", "", "", ""),
    ("Sai điện thoại, địa chỉ", "Người nộp báo lại điện thoại, địa chỉ", "", "", ""),
    ("Đánh dấu nhầm giấy tờ", "Đánh dấu nhầm giấy tờ đã nộp, đã kiểm lại hồ sơ", "", "", ""),
    ("Chọn nhầm thủ tục", "Chọn nhầm thủ tục khi tiếp nhận", "", "", ""),
    ("Ghi nhầm phí, lệ phí", "Ghi nhầm mức phí, lệ phí", "", "", ""),
)
TO_CANCEL = (
    ("Thu nhầm mức", "Thu nhầm mức phí, lệ phí, thu lại theo mức đúng", "", "", ""),
    ("Thu nhầm hồ sơ", "Ghi thu nhầm sang hồ sơ này", "", "", ""),
    ("Thu hai lần", "Một khoản đã ghi thu hai lần", "", "", ""),
    ("Được miễn, giảm", "Người nộp thuộc diện miễn, giảm, đã xuất trình giấy tờ", "", "", ""),
    ("Chưa nhận được tiền", "Chuyển khoản chưa về, chưa nhận được tiền", "", "", ""),
)
NATIONAL = (
    (Use.SUPPLEMENT, TO_ASK),
    (Use.REFUSAL, TO_REFUSE),
    (Use.CORRECTION, TO_CORRECT),
    (Use.CANCELLING, TO_CANCEL),
)


def ensure(**_signal: object) -> None:
    """Write the national reasons of a use where there are none of it at all yet."""
    for use, rows in NATIONAL:
        if SupplementReason.objects.filter(use=use).exists():
            continue
        SupplementReason.objects.bulk_create(
            SupplementReason(use=use, title=title, what=what, why=why, sample=sample, where=where, order=order)
            for order, (title, what, why, sample, where) in enumerate(rows, start=1)
        )


def ready_for(dossier: Dossier, use: str) -> QuerySet[SupplementReason]:
    """Return the reasons of that use its agencies may choose from, their own first."""
    own = (
        Q(agency=dossier.agency_id) | Q(agency=dossier.competent_agency_id)
        if dossier.competent_agency_id
        else Q(agency=dossier.agency_id)
    )
    rows = SupplementReason.objects.filter(own | Q(agency__isnull=True), active=True, use=use)
    return rows.order_by(F("agency").asc(nulls_last=True), "order", "id")
