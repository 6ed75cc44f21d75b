"""Vietnamese words that reach public pages from data rather than from code, listed for the translators."""

from django.utils.translation import gettext_noop

FROM_DATA = (
    # Kinds of event (dossiers.models.event)
    gettext_noop("Đã nộp hồ sơ"),
    gettext_noop("Đã tiếp nhận"),
    gettext_noop("Từ chối tiếp nhận"),
    gettext_noop("Phân công thụ lý"),
    gettext_noop("Thẩm định"),
    gettext_noop("Trình ký duyệt"),
    gettext_noop("Trả về thẩm định lại"),
    gettext_noop("Yêu cầu bổ sung"),
    gettext_noop("Đã nhận một phần bổ sung"),
    gettext_noop("Đã nhận bổ sung"),
    gettext_noop("Yêu cầu nộp tiền"),
    gettext_noop("Đã nộp tiền"),
    gettext_noop("Người dân xin rút"),
    gettext_noop("Tiếp tục giải quyết"),
    gettext_noop("Dừng xử lý / trả lại hồ sơ"),
    gettext_noop("Đã có kết quả"),
    gettext_noop("Nhắc đến nhận kết quả"),
    gettext_noop("Đã trả kết quả"),
    gettext_noop("Chuyển phòng"),
    gettext_noop("Đổi ngày hẹn trả"),
    gettext_noop("Phát hành giấy tờ"),
    gettext_noop("Phát hành văn bản"),
    gettext_noop("Sửa thông tin"),
    gettext_noop("Thu phí, lệ phí"),
    gettext_noop("Hủy thu phí, lệ phí"),
    gettext_noop("Báo muộn từ phần mềm khác"),
    # Ways of submitting (dossiers.models.procedure_content)
    gettext_noop("Trực tiếp"),
    gettext_noop("Trực tuyến"),
    gettext_noop("Bưu chính công ích"),
    # What the collector of a result showed (dossiers.models.result)
    gettext_noop("Căn cước, CCCD"),
    gettext_noop("Căn cước điện tử (VNeID)"),
    gettext_noop("Hộ chiếu"),
    gettext_noop("Giấy tiếp nhận hồ sơ"),
    gettext_noop("Giấy tờ khác"),
    # What is paid for (the catalogue)
    gettext_noop("Lệ phí"),
    gettext_noop("Phí"),
    gettext_noop("Phí, lệ phí"),
    # Who looked (dossiers.lookup.tiers)
    gettext_noop("Trang tra cứu công khai"),
    gettext_noop("Giấy tiếp nhận ở trang tra cứu"),
    gettext_noop("Kết quả bản điện tử ở trang tra cứu"),
    # Error pages (portal.errors)
    gettext_noop("Yêu cầu chưa đúng"),
    gettext_noop("Trình duyệt gửi thông tin không đọc được. Hãy quay lại trang trước và thử lại."),
    gettext_noop("Không có quyền xem trang này"),
    gettext_noop("Nếu đây là việc của bạn, hãy nhờ quản trị viên cấp quyền."),
    gettext_noop("Không tìm thấy trang"),
    gettext_noop("Địa chỉ có thể đã đổi. Hãy về trang chủ hoặc tra cứu hồ sơ bằng mã trên giấy hẹn."),
    gettext_noop("Hãy chờ rồi thử lại"),
    gettext_noop("Hãy chờ một lát rồi thử lại."),
    gettext_noop("Hệ thống gặp lỗi"),
    gettext_noop("Việc của bạn chưa bị mất. Hãy thử lại sau ít phút hoặc gọi đường dây hỗ trợ."),
    gettext_noop("Trang đã mở quá lâu hoặc cookie bị chặn. Hãy tải lại trang rồi gửi lại."),
)
