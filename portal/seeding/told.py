"""What the centres of the demonstration tell: links, news, policies, a notice, guides, the rules of the channel."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import User

from dossiers.models import Agency
from portal.content.acts import do
from portal.content.kinds import Kind
from portal.content.models import Link, Piece
from portal.content.writing import begin
from portal.seeding.agencies import CAN_GIUOC

LINKS = (
    ("province", "Cổng thông tin điện tử tỉnh Tây Ninh", "https://www.tayninh.gov.vn/", "Tin tức, văn bản của tỉnh"),
    ("service", "Cổng Dịch vụ công quốc gia", "https://dichvucong.gov.vn/", "Nộp hồ sơ, nộp phí, theo dõi hồ sơ"),
    ("service", "Ứng dụng VNeID", "https://vneid.gov.vn/", "Tài khoản định danh điện tử để nộp hồ sơ trực tuyến"),
    ("other", "Cơ sở dữ liệu quốc gia về văn bản pháp luật", "https://vbpl.vn/", "Tra luật, nghị định, thông tư"),
)  # fmt: skip

# (days ago, kind, title, summary, text, facts); below zero it stays at the desk: one waits for approval.
PIECES: tuple[tuple[int, str, str, str, str, dict], ...] = (
    (26, Kind.REGULATION, "Quy chế quản lý, khai thác kênh thông tin một cửa",
     "Ai được gửi, ai duyệt, ai trả lời; thời hạn trả lời; bảo vệ dữ liệu cá nhân.",
     "<h2>Điều 1. Phạm vi</h2><p>Quy chế áp dụng cho việc tiếp nhận, trả lời, thông báo và đăng tin trên trang "
     "tra cứu và "
     "Official Account Zalo của Trung tâm.</p><h2>Điều 2. Đăng tin</h2><p>Người biên tập soạn và trình; lãnh đạo hoặc "
     "người được giao duyệt. Không ai tự duyệt bài mình soạn.</p><h2>Điều 3. Trả lời</h2><p>Hội thoại trong giờ "
     "làm việc "
     "được trả lời trong 30 phút; phản ánh, kiến nghị theo thời hạn của pháp luật.</p><h2>Điều 4. Dữ liệu cá nhân</h2>"
     "<p>Không đăng họ tên, số giấy tờ, số điện thoại của người dân. Mọi lần mở thông tin cá nhân đều được ghi "
     "lại.</p>",
     {"doc_number": "12/QC-TTPVHCC", "doc_date": dt.date(2026, 10, 20), "effective_on": dt.date(2026, 11, 1)}),
    (25, Kind.GUIDE, "Tra cứu hồ sơ bằng Zalo: sáu bước",
     "Từ lúc quét mã QR đến lúc nhận tin nhắn báo có kết quả.",
     "<ol><li>Kiểm tra điện thoại có internet (wifi hoặc 3G, 4G).</li><li>Mở Zalo, chọn biểu tượng quét mã QR ở "
     "góc trên."
     "</li><li>Đưa máy vào mã QR thứ hai trên Giấy tiếp nhận.</li><li>Bấm <strong>Quan "
     "tâm</strong>.</li><li>Bấm <strong>"
     "Gửi</strong> để nối hồ sơ của bạn với Zalo.</li><li>Chờ tin nhắn: mỗi lần hồ sơ chuyển bước bạn được "
     "báo.</li></ol>"
     "<p>Không quét được mã? Gõ tên kênh vào ô tìm kiếm của Zalo, rồi nhắn số hồ sơ.</p>", {}),
    (24, Kind.SUPPORT, "Người cao tuổi, người khuyết tật được hỗ trợ tận nơi",
     "Gọi trước một ngày, cán bộ đến nhà hướng dẫn và nhận hồ sơ.",
     "<p>Trung tâm nhận hồ sơ tại nhà cho người từ 80 tuổi, người khuyết tật nặng, người đang điều trị dài "
     "ngày. Gọi số "
     "<a href=\"tel:02723874001\">0272 3874 001</a> trong giờ làm việc, nói họ tên, địa chỉ và việc cần làm.</p>", {}),
    (21, Kind.POLICY, "Giảm 50 % lệ phí khi nộp hồ sơ trực tuyến đến hết năm 2026",
     "Áp dụng cho hộ tịch, đất đai, đăng ký kinh doanh nộp qua Cổng Dịch vụ công quốc gia.",
     "<p>Người dân nộp hồ sơ trực tuyến được giảm 50 % mức lệ phí thuộc thẩm quyền của Hội đồng nhân dân tỉnh. "
     "Mức giảm tự "
     "tính khi nộp tiền, không cần làm đơn.</p><ul><li>Lệ phí hộ tịch</li><li>Lệ phí cấp giấy chứng nhận quyền "
     "sử dụng đất"
     "</li><li>Lệ phí đăng ký hộ kinh doanh</li></ul>",
     {"doc_number": "18/2026/NQ-HĐND", "doc_date": dt.date(2026, 10, 30), "effective_on": dt.date(2026, 11, 10)}),
    (18, Kind.NEWS, "Trung tâm mở cửa thêm sáng thứ Bảy",
     "Từ tháng này, sáng thứ Bảy từ 7 giờ 30 đến 11 giờ 30 vẫn nhận và trả hồ sơ.",
     "<p>Để người đi làm xa có thời gian, Trung tâm nhận và trả hồ sơ cả sáng thứ Bảy. Quầy hộ tịch và quầy đất "
     "đai đều có "
     "cán bộ trực.</p><p>Người dân nên lấy số trước qua điện thoại để đỡ chờ.</p>", {}),
    (14, Kind.VIDEO, "Video: nộp hồ sơ khai sinh trực tuyến trong mười phút",
     "Cán bộ hướng dẫn từng màn hình, có phụ đề.",
     "<p>Video đi từ lúc đăng nhập VNeID đến lúc nhận số hồ sơ. Cần chuẩn bị ảnh chụp Giấy chứng sinh.</p>",
     {"video_url": "https://www.youtube.com/results?search_query=nop+ho+so+khai+sinh+truc+tuyen"}),
    (9, Kind.NEWS, "Tổ công nghệ số cộng đồng đến từng ấp hướng dẫn tra cứu hồ sơ",
     "Lịch đến các ấp trong hai tuần tới; mang theo điện thoại và Giấy tiếp nhận.",
     "<p>Tổ công nghệ số cùng Đoàn xã đến nhà văn hóa ấp hướng dẫn bà con cài Zalo, quét mã QR và xem hồ sơ của "
     "mình.</p>"
     "<ul><li>Thứ Ba: ấp Hòa Thuận</li><li>Thứ Năm: ấp Lộc Tiền</li><li>Thứ Bảy: ấp Long Phú</li></ul>", {}),
    (3, Kind.NEWS, "Cấp căn cước lưu động cho học sinh đủ 14 tuổi",
     "Sáng thứ Bảy tại Trường THCS Nguyễn Đình Chiểu; không cần nghỉ học.",
     "<p>Công an xã cấp căn cước lưu động. Học sinh mang theo mã định danh, đi cùng cha mẹ hoặc người giám "
     "hộ.</p>", {}),
    (0, Kind.EMERGENCY, "Áp thấp nhiệt đới: dời lịch trả kết quả chiều nay sang sáng mai",
     "Trung tâm đóng cửa từ 15 giờ hôm nay. Hồ sơ hẹn chiều nay được trả từ 7 giờ 30 sáng mai.",
     "<p>Khi cần hỗ trợ khẩn cấp hãy gọi 112. Người có hẹn chiều nay không cần làm gì thêm.</p>", {}),
    (-1, Kind.NEWS, "Lịch tiếp công dân tháng tới", "Thứ Năm hằng tuần, phòng tiếp dân của xã.",
     "<p>Chủ tịch xã tiếp công dân sáng thứ Năm hằng tuần.</p>", {}),
    (-2, Kind.NEWS, "Kết quả khảo sát hài lòng quý này", "", "<p>Đang chờ số liệu.</p>", {}),
)  # fmt: skip
WAITS, WRITTEN = -1, -2


def seed_month(*, now: dt.datetime, seed: int) -> str:
    """Return a line of what was told; a second run adds nothing."""
    if Piece.objects.exists():
        return ""
    for order, (group, title, address, description) in enumerate(LINKS):
        Link.objects.get_or_create(
            address=address, defaults={"group": group, "title": title, "description": description, "order": order}
        )
    agency = Agency.objects.get(code=CAN_GIUOC)
    editor, approver = (User.objects.get(username=name) for name in ("kenh", "lanhdao"))
    for days, kind, title, summary, body, facts in PIECES:
        at = now - dt.timedelta(days=max(days, 0), hours=2)
        until = {"shown_until": now + dt.timedelta(days=1)} if kind == Kind.EMERGENCY else {}
        piece = begin(agency, kind, title, by=editor, now=at, summary=summary, body=body, **facts, **until)
        if days != WRITTEN:
            do("submit", piece, by=editor, now=at + dt.timedelta(minutes=20))
        if days >= 0:
            do("approve", piece, by=approver, now=at + dt.timedelta(minutes=50))
    return f"{len(PIECES)} bài viết, {len(LINKS)} liên kết."
