"""The ready reasons an installation begins with, and those a dossier's agency may choose from; staff edit them."""

from __future__ import annotations

from django.db.models import F, Q, QuerySet

from dossiers.models import Dossier, SupplementReason

# (title, what, why, sample, where)
BEGINNING = (
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


def ensure(**_signal: object) -> None:
    """Write the national reasons where there are none at all yet."""
    if SupplementReason.objects.exists():
        return
    SupplementReason.objects.bulk_create(
        SupplementReason(title=title, what=what, why=why, sample=sample, where=where, order=order)
        for order, (title, what, why, sample, where) in enumerate(BEGINNING, start=1)
    )


def ready_for(dossier: Dossier) -> QuerySet[SupplementReason]:
    """Return the reasons its agencies may choose from, their own first."""
    own = (
        Q(agency=dossier.agency_id) | Q(agency=dossier.competent_agency_id)
        if dossier.competent_agency_id
        else Q(agency=dossier.agency_id)
    )
    rows = SupplementReason.objects.filter(own | Q(agency__isnull=True), active=True)
    return rows.order_by(F("agency").asc(nulls_last=True), "order", "id")
