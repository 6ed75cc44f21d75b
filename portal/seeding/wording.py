"""What the people of the demonstration write: reasons item by item, notes, requests."""

from __future__ import annotations


def _reason(paper: str, what: str, why: str, sample: str = "", where: str = "") -> dict:
    return {"paper": paper, "what": what, "why": why, "sample": sample, "where": where}


SUPPLEMENTS: dict[str, list[list[dict]]] = {
    "ho-tich": [
        [
            _reason(
                "Giấy xác nhận tình trạng hôn nhân",
                "Nộp bản chính còn hiệu lực",
                "Bản đã nộp cấp hơn 6 tháng, không còn giá trị theo Điều 23 Nghị định 123/2015/NĐ-CP",
                where="Ủy ban nhân dân cấp xã nơi thường trú",
            )
        ],
        [
            _reason(
                "Tờ khai",
                "Ghi lại quê quán của người mẹ theo đúng căn cước",
                "Quê quán trong tờ khai khác với Cơ sở dữ liệu quốc gia về dân cư",
                sample="Mẫu tờ khai tại bàn hướng dẫn",
                where="Bàn hướng dẫn, Quầy 5",
            ),
            _reason(
                "Văn bản ủy quyền",
                "Chứng thực chữ ký người ủy quyền",
                "Người nộp thay không phải cha, mẹ, con, vợ, chồng",
                where="Quầy 1 hoặc tổ chức hành nghề công chứng",
            ),
        ],
    ],
    "dia-chinh": [
        [
            _reason(
                "Mảnh trích đo bản đồ địa chính",
                "Nộp bản có ký xác nhận của các hộ giáp ranh",
                "Bản đã nộp thiếu chữ ký của hộ giáp phía đông",
                where="Chi nhánh Văn phòng Đăng ký đất đai",
            )
        ],
        [
            _reason(
                "Đơn đăng ký biến động theo Mẫu số 18",
                "Ghi đủ số thửa, số tờ bản đồ mới",
                "Đơn đang ghi theo bản đồ trước khi đo đạc lại năm 2019",
                sample="Mẫu số 18, Nghị định 151/2025/NĐ-CP",
            ),
            _reason(
                "Hợp đồng chuyển nhượng",
                "Bổ sung chữ ký của người vợ",
                "Quyền sử dụng đất là tài sản chung của vợ chồng",
                where="Tổ chức hành nghề công chứng đã lập hợp đồng",
            ),
        ],
    ],
    "kinh-te": [
        [
            _reason(
                "Bản vẽ thiết kế xây dựng",
                "Bổ sung mặt bằng móng và sơ đồ đấu nối thoát nước",
                "Bản vẽ chưa đủ theo Điều 46 Nghị định 175/2024/NĐ-CP",
                where="Đơn vị thiết kế",
            )
        ],
        [
            _reason(
                "Giấy đề nghị đăng ký hộ kinh doanh",
                "Đổi tên hộ kinh doanh",
                "Tên trùng với hộ kinh doanh đã đăng ký trong xã",
            )
        ],
    ],
    "": [
        [
            _reason(
                "Đơn, tờ khai",
                "Ký và ghi rõ họ tên ở trang cuối",
                "Tờ khai chưa có chữ ký của người đề nghị",
                where="Bàn hướng dẫn của Trung tâm",
            )
        ],
        [
            _reason(
                "Bản sao giấy tờ kèm theo",
                "Nộp bản sao có chứng thực hoặc mang bản chính để đối chiếu",
                "Bản đã nộp là bản chụp, không đối chiếu được",
            )
        ],
    ],
}

REFUSALS = [
    [
        _reason(
            "Hồ sơ trực tuyến",
            "Nộp tại Trung tâm Phục vụ hành chính công nơi có đất",
            "Thửa đất thuộc địa bàn tỉnh khác, không thuộc thẩm quyền giải quyết",
        )
    ],
    [
        _reason(
            "Thành phần hồ sơ",
            "Đính kèm bản chụp rõ nét giấy tờ gốc rồi nộp lại",
            "Tệp đính kèm bị mờ, không đọc được số và ngày cấp",
        )
    ],
]

STOPS = [
    [
        _reason(
            "Hồ sơ chuyển nhượng",
            "Liên hệ cơ quan thi hành án để được hướng dẫn",
            "Thửa đất đang bị kê biên theo quyết định của Chi cục Thi hành án dân sự",
        )
    ],
    [
        _reason(
            "Đơn đề nghị",
            "Lựa chọn vị trí khác hoặc chờ điều chỉnh quy hoạch",
            "Vị trí xin phép không phù hợp quy hoạch chung xã đã được phê duyệt",
        )
    ],
]

WITHDRAWALS = [
    "Gia đình đã thỏa thuận lại, không tiếp tục chuyển nhượng",
    "Người nộp đi làm xa, sẽ nộp lại hồ sơ sau",
    "Đã nộp trùng hồ sơ trên Cổng Dịch vụ công quốc gia",
]
NOT_SIGNED = [
    "Ghi lại căn cứ pháp lý theo nghị định mới",
    "Diện tích trong dự thảo khác với mảnh trích đo, kiểm tra lại",
]
HAND_OVERS = ["Đồng nghiệp nghỉ phép", "Chuyển đúng lĩnh vực phụ trách"]
READY_NOTES = [
    "",
    "",
    "Mời ông, bà mang theo giấy tiếp nhận khi đến nhận kết quả.",
    "Kết quả điện tử đã gửi vào kho dữ liệu.",
]
