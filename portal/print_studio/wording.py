"""The words on the pieces: both ways to find the account as the province's guide shows, then what it tells.

Sources: Tuyên Quang 10/TTHCC-HCTH (17/02/2023), guide: way 1 by QR, way 2 by keyword, internet needed, the steps
that are told; Long An 1149: QR at counters and guidance desks, leaflets, staff who show how.
"""

from __future__ import annotations

from portal.print_studio.facts import Facts
from portal.print_studio.sources import Source

HEADLINES = {
    "intake": "Nộp hồ sơ xong, Zalo báo từng bước",
    "return": "Có kết quả, Zalo báo ngay cho bạn",
    "guidance": "Chưa rõ thủ tục? Hỏi ngay trên Zalo",
    "": "Theo dõi hồ sơ ngay trên Zalo",
}
CHIPS = ("Tiếp nhận", "Phân công thụ lý", "Thẩm định", "Ký duyệt", "Cần bổ sung", "Trả kết quả")
DOES = (
    "Báo từng bước của hồ sơ, cả khi cần bổ sung hoặc chậm hẹn",
    "Tra cứu hồ sơ bất cứ lúc nào",
    "Hỏi giấy tờ, lệ phí, thời hạn của thủ tục",
    "Gửi phản ánh, kiến nghị kèm ảnh",
    "Nhắc khi có kết quả để đến nhận",
)
SAFE = "Kênh không bao giờ hỏi mật khẩu, mã OTP và không yêu cầu chuyển tiền."
ASKED = (
    ("Có mất tiền không?", "Không. Quan tâm kênh và nhận tin đều không mất phí; chỉ cần có internet."),
    (
        "Người khác có xem được hồ sơ của tôi không?",
        "Không. Chỉ Zalo đã kết nối bằng mã trên Giấy tiếp nhận mới nhận tin.",
    ),
    ("Không muốn nhận nữa thì sao?", "Bỏ “Quan tâm” lúc nào cũng được. Hồ sơ vẫn được giải quyết như thường."),
    ("Nộp thay cha mẹ, công ty được không?", "Được. Kết nối bằng Giấy tiếp nhận của hồ sơ đó."),
    ("Không dùng Zalo thì xem ở đâu?", "Trên trang tra cứu, hoặc gọi số điện thoại trên Giấy tiếp nhận."),
)


def words(facts: Facts, source: Source) -> dict:
    """Return the words of every piece for this agency and place."""
    oa, keyword = facts.oa, facts.keyword
    choose = f"Chọn đúng trang {oa}" if keyword != oa else "Chọn đúng trang có tên này"
    return {
        "headline": HEADLINES.get(source.kind, HEADLINES[""]),
        "lead": facts.invitation
        or f"Quét mã, bấm “Quan tâm” trang {oa}. Mỗi bước của hồ sơ được báo về điện thoại của bạn, không mất phí.",
        "way_scan": "Cách 1. Quét mã QR",
        "steps_scan": [
            "Mở Zalo, bấm biểu tượng quét mã QR. Điện thoại cần có internet.",
            f"Đưa máy trước mã này, mở trang {oa}.",
            "Bấm nút “Quan tâm”.",
            "Kết nối hồ sơ: quét mã trên Giấy tiếp nhận, hoặc nhờ cán bộ tại quầy.",
        ],
        "steps_short": ["Mở Zalo, quét mã này", "Bấm nút “Quan tâm”", "Quét mã trên Giấy tiếp nhận để kết nối hồ sơ"],
        "way_search": "Cách 2. Tìm tên kênh trong Zalo",
        "steps_search": [
            "Mở Zalo, bấm vào ô tìm kiếm trên cùng.",
            f"Gõ: {keyword}",
            f"{choose}.",
            "Bấm nút “Quan tâm”.",
        ],
        "after_search": f"{choose}, rồi bấm “Quan tâm”.",
        "or_type": f"Hoặc gõ vào trình duyệt của điện thoại: {source.typed}",
        "told": "Sau khi kết nối, Zalo báo cho bạn các bước:",
        "chips": list(CHIPS),
        "link_title": "Kết nối hồ sơ với Zalo của bạn",
        "steps_link": [
            "Quét mã QR trên Giấy tiếp nhận hồ sơ, bấm “Nhận tin qua Zalo”.",
            "Nhập 4 số cuối của CCCD hoặc số điện thoại đã ghi khi nộp.",
            "Gửi mã #HS gồm 6 chữ số cho kênh. Xong.",
        ],
        "lookup_title": "Tra cứu hồ sơ",
        "steps_lookup": [
            "Mở trang của kênh trên Zalo, chọn “Tra cứu hồ sơ”.",
            "Nhắn mã hồ sơ ghi trên Giấy tiếp nhận.",
            "Kênh trả lời hồ sơ đang ở bước nào, hẹn trả ngày nào.",
        ],
        "does_title": "Kênh làm được gì cho bạn",
        "does": list(DOES),
        "asked_title": "Bà con hay hỏi",
        "asked": [{"q": question, "a": answer} for question, answer in ASKED],
        "safe": SAFE,
        "scan": "Quét bằng Zalo",
    }
