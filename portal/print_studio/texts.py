"""What is said instead of printed: the loudspeaker (S3-06), the mobile car (S3-08), with how long reading takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portal.print_studio.facts import Facts

WORDS_A_MINUTE = 130
"""A slow reader at a loudspeaker; the echo of the street eats the rest."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text: its name, what to do with it, and its words for an agency."""

    slug: str
    name: str
    use: str
    words: Callable[[Facts], str]


def loudspeaker(facts: Facts) -> str:
    call = f" Cần giúp, bà con gọi số {facts.hotline}." if facts.hotline else ""
    hours = f" Giờ làm việc: {facts.hours}." if facts.hours else ""
    parts = (
        "Kính thưa bà con.",
        f"{facts.name} thông báo: từ nay bà con theo dõi hồ sơ của mình ngay trên Zalo, không mất phí.",
        "Cách thứ nhất: mở Zalo, quét mã QR dán tại quầy hoặc trên Giấy tiếp nhận, rồi bấm nút Quan tâm.",
        f"Cách thứ hai: mở Zalo, bấm vào ô tìm kiếm, gõ: {facts.keyword}. Chọn trang {facts.oa}, bấm Quan tâm.",
        "Sau đó, bà con quét mã trên Giấy tiếp nhận để kết nối hồ sơ. Hồ sơ được tiếp nhận, thẩm định, ký duyệt, cần "
        "bổ sung hoặc có kết quả, Zalo sẽ báo về điện thoại.",
        f"Kênh không bao giờ hỏi mật khẩu, mã OTP, không yêu cầu chuyển tiền.{call}{hours}",
        f"Xin nhắc lại: mở Zalo, tìm {facts.keyword}, bấm Quan tâm.",
        "Xin cảm ơn bà con đã lắng nghe.",
    )
    return "\n\n".join(parts)


def car(facts: Facts) -> str:
    call = f" Cần giúp, gọi {facts.hotline}." if facts.hotline else ""
    return (
        f"Bà con chú ý! {facts.name} mời bà con theo dõi hồ sơ trên Zalo. Mở Zalo, gõ: {facts.keyword}. Chọn trang "
        f"{facts.oa}, bấm Quan tâm. Hoặc quét mã in trên thân xe khi xe dừng. Hồ sơ đến đâu, Zalo báo đến đó, không "
        f"mất phí.{call} Xin cảm ơn bà con!"
    )


ALL = (
    Text("loa-truyen-thanh", "Bài đọc loa truyền thanh", "Đọc chậm, lặp lại hai lần trong buổi; tránh giờ nghỉ trưa.",
         loudspeaker),
    Text("xe-luu-dong", "Lời phát trên xe lưu động",
         "Đọc chậm, phát lặp khi xe chạy chậm; dừng ở chợ để bà con kịp quét.", car),
)  # fmt: skip
TEXTS = {text.slug: text for text in ALL}


def seconds(text: str) -> int:
    """Return how long reading the text out takes, in seconds."""
    return max(1, round(len(text.split()) * 60 / WORDS_A_MINUTE))


def long_as(text: str) -> str:
    """Return "khoảng 1 phút 20 giây"."""
    minutes, rest = divmod(seconds(text), 60)
    rest = rest // 10 * 10
    said = [f"{minutes} phút"] if minutes else []
    said += [f"{rest} giây"] if rest or not minutes else []
    return "khoảng " + " ".join(said)


def sheet(text: Text, facts: Facts) -> str:
    """Return the text as a file: what it is, how long, the words."""
    words = text.words(facts)
    return f"{text.name.upper()}\n({long_as(words).capitalize()}. {text.use})\n\n{words}\n"
