"""What a new installation starts with: themes, the question set, local limits; then the agency's to edit."""

from __future__ import annotations

import datetime as dt

from feedback.lateness import rules
from feedback.models import Category, Question, QuestionSet, ServiceLevel
from feedback.petitions.guide import WHERE_TO_FILE

Class = Category.NationalClass
_FROM = dt.date(2022, 6, 23)

CATEGORIES: list[dict] = [
    {
        "code": "thu-tuc",
        "name": "Thủ tục hành chính",
        "description": "Giấy tờ, phí, thời hạn, cách nộp hồ sơ",
        "national_class": Class.RULES,
        "keywords": "thủ tục, giấy tờ, hồ sơ, lệ phí, nộp, chứng thực, khai sinh, kết hôn, sổ đỏ, đất đai, cấp lại, "
        "thời hạn, trực tuyến",
    },
    {
        "code": "tien-do-ho-so",
        "name": "Tiến độ hồ sơ",
        "description": "Hồ sơ chậm, không rõ đang ở đâu",
        "national_class": Class.RULES,
        "keywords": "chậm, quá hạn, trễ hẹn, chưa có kết quả, tiến độ, bao giờ xong, hẹn trả",
    },
    {
        "code": "thai-do",
        "name": "Thái độ phục vụ",
        "description": "Cách tiếp đón, hướng dẫn của cán bộ",
        "national_class": Class.CONDUCT,
        "keywords": "thái độ, cáu gắt, quát, lạnh nhạt, không hướng dẫn, thiếu nhiệt tình, cán bộ",
    },
    {
        "code": "ha-tang",
        "name": "Giao thông, hạ tầng",
        "description": "Đường hỏng, đèn đường, nắp cống",
        "national_class": Class.FIELD,
        "needs_place": True,
        "keywords": "ổ gà, đường hỏng, đèn đường, nắp cống, ngập, vỉa hè, biển báo, cầu hỏng, sụt lún",
    },
    {
        "code": "moi-truong",
        "name": "Môi trường",
        "description": "Rác thải, nước thải, tiếng ồn",
        "national_class": Class.FIELD,
        "needs_place": True,
        "keywords": "rác, nước thải, mùi hôi, khói bụi, tiếng ồn, ô nhiễm, đốt, loa kéo",
    },
    {
        "code": "trat-tu",
        "name": "Trật tự đô thị, an toàn",
        "description": "Lấn chiếm, cây đổ, dây điện nguy hiểm",
        "national_class": Class.FIELD,
        "needs_place": True,
        "keywords": "lấn chiếm, cây đổ, dây điện, chó thả rông, hàng rong, xây dựng trái phép, cháy",
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


def _guides() -> list[dict]:
    """The wording of where to file, as rule records: a change of law is a new record."""
    return [
        {
            "key": f"pakn-guide-{nature}",
            "title": f"Hướng dẫn nơi nộp: {text['title']}",
            "value": {name: words for name, words in text.items() if name != "basis"},
            "article": text["basis"],
            "confidence": "M",
        }
        for nature, text in WHERE_TO_FILE.items()
    ]


def install(**_signal) -> None:
    """Write rules, themes, the question set and local limits where an installation has none; idempotent."""
    rules.install_defaults([*rules.DEFAULTS, *_guides()])
    if not Category.objects.exists():
        Category.objects.bulk_create(Category(order=order, **row) for order, row in enumerate(CATEGORIES))
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
        local = "Mẫu, sửa theo quyết định của địa phương"
        ServiceLevel.objects.bulk_create(
            ServiceLevel(category=category, urgent=urgent, amount=amount, unit=unit, decision=local, valid_from=_FROM)
            for category in field
            for urgent, amount, unit in ((False, 5, "working_day"), (True, 8, "hour"))
        )
