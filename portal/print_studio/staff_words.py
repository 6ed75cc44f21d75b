"""What staff say and do at the counter (S1-21): the quick card and the script, word by word, moment by moment."""

from __future__ import annotations

from portal.print_studio.facts import Facts
from portal.print_studio.sources import Source

ASKED = (
    ("Tôi không rành điện thoại", "Đưa máy cho con cháu, hoặc để cán bộ bấm giúp trước mặt "
     "mình. Không bắt buộc: vẫn có Giấy tiếp nhận và điện thoại."),
    ("Tôi không có Zalo", "Ghi đúng số điện thoại, email vào hồ sơ; khi có kết quả Trung tâm sẽ gọi. "
     "Không mời cài Zalo khi người dân không muốn."),
    ("Có bị lộ thông tin không?", "Chỉ Zalo đã nhập mã trên Giấy tiếp nhận mới nhận tin của hồ sơ đó."),
    ("Quét mà không ra trang", "Bật 4G hoặc wifi, lau ống kính, lùi tay một gang; hoặc gõ tên kênh vào ô tìm kiếm."),
    ("Đã quan tâm mà chưa thấy tin", "Chưa kết nối hồ sơ: quét mã trên Giấy tiếp nhận, nhập 4 số cuối, gửi mã #HS."),
    ("Tôi nộp thay người khác", "Kết nối bằng Giấy tiếp nhận của hồ sơ đó; chủ hồ sơ cũng kết nối được."),
)  # fmt: skip


def card(facts: Facts, source: Source) -> dict:
    """Return the words of the quick card; with an officer's own code it says whose follows are counted."""
    own = source.code.startswith("cb-")
    return {
        "title": "Mời người dân trong 30 giây",
        "whose": "Mã của riêng cán bộ: lượt quan tâm qua mã này được tính cho bạn và cơ quan."
        if own
        else "Mã của cơ quan. Mỗi cán bộ có mã riêng: mở trang Ấn phẩm khi đã đăng nhập để in thẻ của mình.",
        "steps": [
            "Trao Giấy tiếp nhận, chỉ vào mã QR trên giấy.",
            "Nói: “Bác quét mã này bằng Zalo để được báo từng bước, không mất phí.”",
            f"Chờ người dân mở trang {facts.oa} và bấm “Quan tâm”.",
            "Nhờ nhập 4 số cuối CCCD hoặc điện thoại, gửi mã #HS.",
            "Nhìn màn hình: hiện “Đã kết nối” là xong. Chào và gọi số tiếp theo.",
        ],
        "ready": "Trước giờ làm: tờ mã đúng quầy, không lóa, không che; wifi chạy; điện thoại mẫu còn pin.",
        "asked_title": "Khi người dân nói",
        "asked": [{"q": said, "a": answer} for said, answer in ASKED],
    }


def script(facts: Facts) -> dict:
    """Return the script of the counter: when, what is said, what is done."""
    help_line = f"gọi {facts.hotline}" if facts.hotline else "hỏi cán bộ tại quầy"
    moments = (
        ("Chào khi lấy số", "Chào bác. Trong lúc chờ, bác mở Zalo quét mã trên bàn này, bấm Quan tâm để lát nữa được "
         "báo tin hồ sơ.", "Chỉ tay vào tờ mã của quầy."),
        ("Khi trao Giấy tiếp nhận", f"Hồ sơ của bác đã nhận, hẹn trả ngày ghi ở mục 5. Bác quét mã ở góc giấy bằng "
         f"Zalo, trang {facts.oa} báo từng bước: phân công, thẩm định, ký duyệt, có kết quả.",
         "Chỉ vào mã QR trên giấy."),
        ("Kết nối hồ sơ", "Bác nhập giúp 4 số cuối CCCD hoặc điện thoại đã ghi trong hồ sơ, rồi gửi mã #HS hiện trên "
         "màn hình cho kênh.", "Chờ màn hình của mình hiện “Đã kết nối”."),
        ("Người dân không quét được", f"Không sao ạ. Bác mở Zalo, bấm ô tìm kiếm, gõ: {facts.keyword}. Chọn đúng tên "
         "rồi bấm Quan tâm.", "Gõ mẫu trên điện thoại của quầy."),
        ("Người dân ngại, không muốn", "Dạ không bắt buộc. Bác giữ giấy này, khi cần xem tiến độ thì " + help_line
         + ", hoặc vào trang tra cứu ghi trên giấy.", "Không mời lần hai."),
        ("Người cao tuổi, khuyết tật", "Cháu mời bác ngồi, cháu làm giúp trên máy của bác, bác nhìn cháu bấm nhé.",
         "Chỉ bấm khi người dân đồng ý; trả máy ngay."),
        ("Hồ sơ thiếu giấy tờ", "Hồ sơ còn thiếu các giấy đã ghi trong phiếu. Nếu bác quan tâm kênh, phiếu được gửi cả "
         "qua Zalo, bổ sung xong không phải đi hỏi lại.", "Trao phiếu yêu cầu bổ sung."),
        ("Khi trả kết quả", "Kết quả của bác đây, bác kiểm tra tên, ngày sinh giúp. Lát nữa Zalo mời bác chấm điểm "
         "phục vụ, bác cho ý kiến thật giúp Trung tâm.", "Chờ người dân xem xong mới ký nhận."),
        ("Người dân phàn nàn chậm", "Cháu xin lỗi bác. Cháu mở hồ sơ xem đang ở đâu và nói rõ ngày mới; thư xin lỗi "
         "cũng gửi qua Zalo.", "Mở hồ sơ, đọc bước hiện tại, ngày hẹn."),
        ("Cuối buổi", "Cảm ơn bác. Cần hỏi gì bác nhắn ngay trong kênh, có cán bộ trả lời trong giờ làm việc.",
         "Ghi số tờ đã phát vào trang Ấn phẩm."),
    )  # fmt: skip
    return {
        "title": "Lời nói mẫu tại quầy",
        "moments": [{"when": when, "say": say, "do": do} for when, say, do in moments],
        "note": "Nói chậm, nhìn người dân, xưng hô theo tuổi. Không đọc to tên, số giấy tờ hay nội dung hồ sơ. "
        "Quan tâm kênh là tự nguyện.",
    }
