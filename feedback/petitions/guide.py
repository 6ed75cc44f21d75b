"""Where and how to file a complaint or a denunciation: what the stop pages and the chat say.

The numbers of days are those of the law; the text in force is a dated rule record, these are its first wording.
"""

from __future__ import annotations

import datetime as dt

from dossiers.deadlines.rule_registry import Rule
from feedback.lateness import rules

WHERE_TO_FILE: dict[str, dict] = {
    "complaint": {
        "title": "Khiếu nại có trình tự giải quyết riêng",
        "what": "Khiếu nại là đề nghị xem xét lại một quyết định hành chính hoặc hành vi hành chính mà bạn cho là trái "
        "pháp luật, xâm phạm quyền, lợi ích của mình.",
        "where": [
            "Gửi đơn đến chính người đã ra quyết định hoặc có hành vi (giải quyết lần đầu), hoặc đến Ban Tiếp công dân "
            "của xã, phường, tỉnh.",
            "Thời hiệu là 90 ngày kể từ ngày bạn nhận hoặc biết quyết định, hành vi đó.",
            "Cơ quan phải báo thụ lý trong 10 ngày và giải quyết lần đầu trong 30 ngày (vụ phức tạp 45 ngày) kể từ "
            "ngày thụ lý.",
            "Bạn cũng có thể khởi kiện vụ án hành chính tại Tòa án.",
        ],
        "bring": "Đơn có chữ ký, ghi ngày tháng, họ tên, địa chỉ, nội dung và yêu cầu; kèm bản sao quyết định bị "
        "khiếu nại.",
        "basis": "Luật Khiếu nại 2011",
    },
    "denunciation": {
        "title": "Tố cáo có trình tự giải quyết riêng và được giữ bí mật",
        "what": "Tố cáo là báo cho cơ quan có thẩm quyền biết hành vi vi phạm pháp luật của cán bộ, công chức hoặc của "
        "người khác.",
        "where": [
            "Gửi đơn hoặc đến trình bày tại Ban Tiếp công dân, Thanh tra tỉnh, hoặc người đứng đầu cơ quan quản lý "
            "người bị tố cáo.",
            "Việc có dấu hiệu tội phạm: báo Công an nơi gần nhất hoặc Viện kiểm sát.",
            "Cơ quan xem xét thụ lý trong khoảng 7 ngày làm việc và giải quyết trong 30 ngày kể từ ngày thụ lý.",
            "Họ tên, địa chỉ, bút tích của người tố cáo phải được giữ bí mật; bạn có quyền yêu cầu bảo vệ.",
        ],
        "bring": "Họ tên, địa chỉ, cách liên hệ của bạn; hành vi bị tố cáo; tài liệu, chứng cứ nếu có.",
        "basis": "Luật Tố cáo 2018",
    },
}


RULES = tuple(
    Rule(
        key=f"pakn-guide-{nature}",
        title=f"Hướng dẫn nơi nộp: {text['title']}",
        value={name: words for name, words in text.items() if name != "basis"},
        article=text["basis"],
    )
    for nature, text in WHERE_TO_FILE.items()
)


def guide(nature: str, day: dt.date) -> dict:
    """Return the text in force on `day`: title, what, where (a list), bring, basis; else the first wording."""
    rule = rules.rules_on(day).get(f"pakn-guide-{nature}")
    return WHERE_TO_FILE[nature] if rule is None else {**rule.value, "basis": rule.article}
