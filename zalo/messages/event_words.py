"""What staff read instead of the names Zalo gives its webhook events (zalo-openapi, section 5)."""

from __future__ import annotations

_SAID = {
    "text": "tin nhắn",
    "image": "ảnh",
    "gif": "ảnh động",
    "link": "liên kết",
    "audio": "tin thoại",
    "video": "video",
    "sticker": "nhãn dán",
    "location": "vị trí",
    "file": "tệp",
    "business_card": "danh thiếp",
    "list": "danh sách",
    "template": "tin theo mẫu",
}
WORDS = {
    "follow": "Bấm quan tâm",
    "unfollow": "Bỏ quan tâm",
    **{f"user_send_{kind}": f"Người dân gửi {words}" for kind, words in _SAID.items()},
    **{f"oa_send_{kind}": f"Kênh đã gửi {words}" for kind, words in _SAID.items()},
    **{f"anonymous_send_{kind}": f"Khách chưa đăng nhập gửi {words}" for kind, words in _SAID.items()},
    **{f"oa_send_anonymous_{kind}": f"Kênh trả lời khách bằng {words}" for kind, words in _SAID.items()},
    "user_received_message": "Tin đã tới máy",
    "user_seen_message": "Tin đã được xem",
    "user_submit_info": "Chia sẻ thông tin",
    "user_click_chatnow": "Bấm “Nhắn tin”",
    "user_click_response_button": "Bấm nút trả lời",
    "user_reacted_message": "Người dân thả cảm xúc",
    "oa_reacted_message": "Kênh thả cảm xúc",
    "user_call_oa": "Người dân gọi kênh",
    "oa_call_user": "Kênh gọi người dân",
    "oa_send_consent": "Kênh xin phép gọi",
    "user_reply_consent": "Trả lời xin phép gọi",
    "update_user_info": "Đổi thông tin cá nhân",
    "user_withdraw": "Rút lại sự đồng ý",
    "user_feedback": "Đánh giá qua mẫu tin",
    "add_user_to_tag": "Gắn nhãn người quan tâm",
    "remove_user_from_tag": "Gỡ nhãn người quan tâm",
    "remove_tag": "Xoá nhãn",
    "widget_interaction_accepted": "Kết nối qua trang web",
    "widget_failed_to_sync_user_external_id": "Kết nối qua trang web không thành",
    "change_template_status": "Đổi tình trạng mẫu tin",
    "change_template_quality": "Đổi chất lượng mẫu tin",
    "change_template_quota": "Đổi hạn mức mẫu tin",
    "change_oa_daily_quota": "Đổi hạn mức trong ngày",
    "change_oa_template_tags": "Đổi loại nội dung được gửi",
    "permission_revoked": "Thu hồi quyền của ứng dụng",
}


def in_words(name: str) -> str:
    """What the event tells, "Người dân gửi ảnh"; Zalo's own name for one nobody has put into words."""
    return WORDS.get(name, name)
