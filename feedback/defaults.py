"""What a new installation starts with: themes, the question set, local limits; then the agency's to edit."""

from __future__ import annotations

import datetime as dt

from feedback.models import Category, CategoryOwner, Question, QuestionSet, ServiceLevel

Class = Category.NationalClass
_FROM = dt.date(2022, 6, 23)
_LOCAL = "Mẫu, sửa theo quyết định của địa phương"

CATEGORIES: list[dict] = [
    {
        "code": "thu-tuc",
        "name": "Thủ tục hành chính",
        "description": "Chứng thực, ủy quyền, biểu mẫu, giờ làm việc: giấy tờ không thuộc lĩnh vực riêng nào",
        "national_class": Class.RULES,
        "keywords": "thủ tục, giấy tờ, chứng thực, tờ khai, cấp lại, nộp trực tuyến",
    },
    {
        "code": "tien-do-ho-so",
        "name": "Tiến độ hồ sơ",
        "description": "Hồ sơ đã nộp mà chậm, quá hẹn, không rõ đang ở đâu, dù là giấy tờ gì",
        "national_class": Class.RULES,
        "keywords": "trễ hẹn, quá hạn, chưa có kết quả, tiến độ, bao giờ xong, hẹn trả",
    },
    {
        "code": "thai-do",
        "name": "Thái độ phục vụ",
        "description": "Cách tiếp đón: cáu gắt, vắng chỗ, xếp hàng lâu; lời khen cán bộ",
        "national_class": Class.CONDUCT,
        "keywords": "thái độ, cáu gắt, quát, lạnh nhạt, không hướng dẫn, thiếu nhiệt tình",
    },
    {
        "code": "giao-thong",
        "name": "Giao thông",
        "description": "Đi lại: đèn đỏ, biển báo, kẹt xe, tai nạn, xe tải, bến xe, bằng lái",
        "national_class": Class.FIELD,
        "needs_place": True,
        "keywords": "kẹt xe, đèn đỏ, biển báo, đậu xe, xe buýt, bằng lái, đăng kiểm",
    },
    {
        "code": "ha-tang",
        "name": "Hạ tầng công cộng",
        "description": "Vật công cộng hư: mặt đường, cầu, cống, vỉa hè, đèn đường, công viên",
        "national_class": Class.FIELD,
        "needs_place": True,
        "keywords": "ổ gà, đường hỏng, đèn đường, nắp cống, ngập, vỉa hè, cầu hỏng, sụt lún",
    },
    {
        "code": "dien-nuoc",
        "name": "Điện, nước",
        "description": "Cúp điện, nước yếu, nước đục, dây và cột điện, hóa đơn điện nước",
        "national_class": Class.FIELD,
        "needs_place": True,
        "keywords": "cúp điện, mất điện, dây điện, điện lực, nước máy, cúp nước, nước sạch",
    },
    {
        "code": "moi-truong",
        "name": "Môi trường",
        "description": "Rác, nước thải, khói bụi, mùi, tiếng ồn, xác vật nuôi vứt bỏ",
        "national_class": Class.FIELD,
        "needs_place": True,
        "keywords": "rác, nước thải, mùi hôi, khói bụi, tiếng ồn, ô nhiễm, loa kéo",
    },
    {
        "code": "dat-dai",
        "name": "Đất đai",
        "description": "Sổ đỏ, ranh đất, tách thửa, thừa kế đất, thu hồi, bồi thường",
        "national_class": Class.RULES,
        "keywords": "sổ đỏ, thửa đất, ranh đất, đo đạc, tách thửa, thu hồi đất, quy hoạch",
    },
    {
        "code": "xay-dung",
        "name": "Xây dựng, trật tự đô thị",
        "description": "Giấy phép, quy hoạch xây dựng, xây sai phép, lấn chiếm, tường nhà mất an toàn",
        "national_class": Class.FIELD,
        "needs_place": True,
        "keywords": "giấy phép xây dựng, xây trái phép, lấn chiếm, công trình, giàn giáo",
    },
    {
        "code": "nha-o",
        "name": "Nhà ở",
        "description": "Nhà ở xã hội, xóa nhà tạm, chung cư (thang máy, quản lý), nhà trọ",
        "national_class": Class.RULES,
        "keywords": "nhà ở xã hội, chung cư, nhà trọ, nhà dột, nhà tình thương",
    },
    {
        "code": "cu-tru",
        "name": "Cư trú, căn cước, hộ tịch",
        "description": "Hộ khẩu, tạm trú, căn cước, khai sinh, khai tử, kết hôn, con nuôi",
        "national_class": Class.RULES,
        "keywords": "tạm trú, thường trú, hộ khẩu, căn cước, vneid, khai sinh, kết hôn",
    },
    {
        "code": "an-ninh",
        "name": "An ninh, trật tự",
        "description": "Kêu cứu, trộm cắp, đánh nhau, cờ bạc, ma túy, lừa đảo, chó thả rông",
        "national_class": Class.FIELD,
        "needs_place": True,
        "keywords": "trộm, đánh nhau, ma túy, lừa đảo, chó thả rông, cháy, gây rối",
    },
    {
        "code": "y-te",
        "name": "Y tế, an toàn thực phẩm",
        "description": "Khám chữa bệnh, tiêm chủng, dịch ở người, ngộ độc, hàng ăn",
        "national_class": Class.RULES,
        "keywords": "bệnh viện, trạm y tế, bác sĩ, tiêm chủng, thuốc, ngộ độc",
    },
    {
        "code": "giao-duc",
        "name": "Giáo dục",
        "description": "Trường lớp, tuyển sinh, khoản thu của trường, thầy cô, bắt nạt",
        "national_class": Class.RULES,
        "keywords": "trường, học sinh, học phí, tuyển sinh, giáo viên, lạm thu",
    },
    {
        "code": "bao-hiem",
        "name": "Bảo hiểm",
        "description": "Bảo hiểm xã hội, y tế, thất nghiệp, thai sản, lương hưu: đóng và hưởng",
        "national_class": Class.RULES,
        "keywords": "bảo hiểm, bhxh, bhyt, lương hưu, thai sản, thất nghiệp",
    },
    {
        "code": "chinh-sach",
        "name": "Chính sách xã hội, lao động",
        "description": "Hộ nghèo, trợ cấp, người có công, khuyết tật; việc làm, lương, tai nạn lao động",
        "national_class": Class.RULES,
        "keywords": "hộ nghèo, trợ cấp, người có công, khuyết tật, cứu trợ, nợ lương",
    },
    {
        "code": "thue-phi",
        "name": "Thuế, phí",
        "description": "Thuế, lệ phí, hóa đơn, hoàn thuế, phí gửi xe, các khoản thu",
        "national_class": Class.RULES,
        "keywords": "thuế, lệ phí, hóa đơn, biên lai, mã số thuế, khoản thu",
    },
    {
        "code": "nong-nghiep",
        "name": "Nông nghiệp",
        "description": "Cây trồng, vật nuôi, sâu bệnh, thủy lợi đồng ruộng, rừng",
        "national_class": Class.RULES,
        "keywords": "lúa, chăn nuôi, thú y, thủy lợi, phân bón, dịch tả",
    },
    {
        "code": "kinh-doanh",
        "name": "Kinh doanh",
        "description": "Đăng ký kinh doanh, giá cả, hàng giả, hàng bị giữ, chợ, quảng cáo",
        "national_class": Class.RULES,
        "keywords": "kinh doanh, hộ kinh doanh, hàng giả, cây xăng, chợ, doanh nghiệp",
    },
    {
        "code": "vien-thong",
        "name": "Viễn thông, dịch vụ trực tuyến",
        "description": "VNeID, cổng dịch vụ công, ứng dụng, nộp qua mạng bị lỗi; mạng, sóng, bưu chính",
        "national_class": Class.RULES,
        "keywords": "mạng, wifi, sóng, nhà mạng, ứng dụng, đăng nhập, otp, bưu điện",
    },
    {
        "code": "khieu-nai-hoi",
        "name": "Hỏi về khiếu nại, tố cáo",
        "description": "Cách gửi, nơi nhận, thời hạn giải quyết đơn",
        "national_class": Class.RULES,
        "keywords": "cách khiếu nại, tiếp công dân, thời hạn giải quyết, rút đơn",
    },
    {
        "code": "gop-y-kenh",
        "name": "Góp ý về kênh, trang thông tin",
        "description": "Cách dùng Zalo, trang web, nơi tiếp dân",
        "national_class": Class.OTHER,
        "needs_approval": False,
        "keywords": "zalo, trang web, ứng dụng, phần mềm, góp ý, đề xuất, chỗ ngồi, bãi xe, quạt, số thứ tự",
    },
    {"code": "khac", "name": "Việc khác", "description": "", "national_class": Class.OTHER},
]


OWNERS: dict[str, str] = {
    "thu-tuc": "Trung tâm Phục vụ hành chính công",
    "tien-do-ho-so": "Trung tâm Phục vụ hành chính công",
    "thai-do": "Văn phòng HĐND và UBND",
    "giao-thong": "Phòng Kinh tế, hạ tầng; Công an",
    "ha-tang": "Phòng Kinh tế, hạ tầng",
    "dien-nuoc": "Điện lực; đơn vị cấp nước",
    "moi-truong": "Phòng Kinh tế, hạ tầng",
    "dat-dai": "Phòng Kinh tế; chi nhánh Văn phòng đăng ký đất đai",
    "xay-dung": "Phòng Kinh tế, hạ tầng",
    "nha-o": "Phòng Kinh tế, hạ tầng",
    "cu-tru": "Công an; cán bộ tư pháp, hộ tịch",
    "an-ninh": "Công an",
    "y-te": "Trạm y tế; Phòng Văn hóa, xã hội",
    "giao-duc": "Phòng Văn hóa, xã hội",
    "bao-hiem": "Bảo hiểm xã hội",
    "chinh-sach": "Phòng Văn hóa, xã hội",
    "thue-phi": "Cơ quan thuế",
    "nong-nghiep": "Phòng Kinh tế",
    "kinh-doanh": "Phòng Kinh tế; Quản lý thị trường",
    "vien-thong": "Phòng Văn hóa, xã hội; nhà mạng",
    "khieu-nai-hoi": "Ban Tiếp công dân",
}
"""Who answers for a theme at first; each is written as a dated record."""


def _levels(*labels: str) -> list[dict]:
    """Four levels from best to worst; points of the 18-point sheet are 2, 2, 1, 0."""
    return [
        {"value": value, "label": label, "points": points, "satisfied": value >= 3}
        for value, label, points in zip((4, 3, 2, 1), labels, (2, 2, 1, 0), strict=True)
    ]


_SATISFACTION = _levels("Rất hài lòng", "Hài lòng", "Bình thường", "Không hài lòng")
QUESTIONS: list[dict] = [
    {
        "key": "attitude",
        "text": "Thái độ phục vụ của cán bộ",
        "index_number": 7,
        "choices": _SATISFACTION,
        "required": True,
    },
    {"key": "result", "text": "Kết quả giải quyết công việc", "choices": _SATISFACTION, "required": True},
    {
        "key": "time",
        "text": "Thời gian giải quyết",
        "choices": [
            {"value": 3, "label": "Trước hạn", "points": 2, "satisfied": True},
            {"value": 2, "label": "Đúng hạn", "points": 2, "satisfied": True},
            {"value": 1, "label": "Chậm", "points": 0, "satisfied": False},
        ],
    },
    {
        "key": "visits",
        "text": "Số cơ quan bạn phải liên hệ để xong việc",
        "index_number": 4,
        "choices": [
            {"value": 3, "label": "Chỉ Bộ phận Một cửa", "points": 2, "satisfied": True},
            {"value": 2, "label": "Thêm một nơi", "points": 1, "satisfied": False},
            {"value": 1, "label": "Từ hai nơi khác trở lên", "points": 0, "satisfied": False},
        ],
    },
    {
        "key": "process",
        "text": "Việc tiếp nhận, giải quyết, trả kết quả tại Bộ phận Một cửa",
        "index_number": 5,
        "choices": _SATISFACTION,
    },
    {
        "key": "publicity",
        "text": "Thủ tục, phí, thời hạn được công khai rõ ràng",
        "index_number": 6,
        "choices": _SATISFACTION,
    },
    {
        "key": "explanation",
        "text": "Việc tiếp thu, giải đáp thắc mắc của bạn",
        "index_number": 8,
        "choices": _SATISFACTION,
    },
    {
        "key": "online",
        "text": "Dịch vụ trực tuyến, tra cứu, tin nhắn Zalo",
        "index_number": 9,
        "choices": _SATISFACTION,
    },
]


THEMES_SINCE = "thue-phi"
"""A theme of the present list: an installation that has it was given the list, and keeps what it made of it."""


def _install_themes() -> None:
    """Write the themes that are missing, once: what an agency switched off or renamed afterwards stays as it is."""
    known = set(Category.objects.values_list("code", flat=True))
    if THEMES_SINCE not in known:
        made = Category.objects.bulk_create(
            Category(order=order, **row) for order, row in enumerate(CATEGORIES) if row["code"] not in known
        )
        CategoryOwner.objects.bulk_create(
            CategoryOwner(category=theme, name=OWNERS[theme.code], decision=_LOCAL, valid_from=_FROM)
            for theme in made
            if theme.code in OWNERS
        )


def install(**_signal) -> None:
    """Write themes, the question set and local limits where an installation has none; idempotent."""
    _install_themes()
    if not QuestionSet.objects.exists():
        made = QuestionSet.objects.create(
            code="hai-long",
            version=1,
            title="Phiếu đánh giá mức độ hài lòng",
            legal_basis="Nghị định 61/2018/NĐ-CP, điều 31; Thông tư 01/2018/TT-VPCP, chương III",
            valid_from=_FROM,
        )
        Question.objects.bulk_create(Question(set=made, order=order, **row) for order, row in enumerate(QUESTIONS))
    if not ServiceLevel.objects.exists():
        field = Category.objects.filter(national_class=Class.FIELD)
        ServiceLevel.objects.bulk_create(
            ServiceLevel(category=category, urgent=urgent, amount=amount, unit=unit, decision=_LOCAL, valid_from=_FROM)
            for category in field
            for urgent, amount, unit in ((False, 5, "working_day"), (True, 8, "hour"))
        )
