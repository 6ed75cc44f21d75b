"""The words of a report: its parts in the order of the source, what stands in them at first, what people may change.

Order of 1149/BC-STTTT: results (technical, roll-out), limits with their causes, proposals by actor (S2-04, S1-38).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from feedback.figures.periods import Period
from portal.reporting.models import Report

MOST_ACTORS = 8
LONGEST = 12_000


@dataclass(frozen=True, slots=True)
class Part:
    """One text people write: its place, its heading on the form, what helps to write it."""

    key: str
    label: str
    help: str = ""
    rows: int = 5


PARTS = (
    Part("to", "Kính gửi", "Mỗi nơi một dòng; bỏ trống thì báo cáo không có dòng Kính gửi.", 2),
    Part("intro", "Mở đầu", "Căn cứ, phạm vi, thời gian."),
    Part("technical", "1.1. Kết quả về giải pháp kỹ thuật", "Kênh, chức năng, tiện ích, tài liệu đã chuyển giao.", 8),
    Part("rollout", "1.2. Kết quả triển khai tại đơn vị", "Việc đã làm; đoạn số liệu và bảng tự thêm ở dưới.", 6),
    Part("general", "Nhận xét chung", "Đứng sau bảng số liệu."),
    Part("limits", "2. Tồn tại, hạn chế", "", 6),
    Part("causes", "Nguyên nhân", "", 4),
    Part("proposals", "3. Kiến nghị, đề xuất: câu dẫn", "", 3),
    Part("closing", "Câu kết", "", 2),
    Part("recipients", "Nơi nhận", "Mỗi nơi một dòng.", 4),
)
SIGNER = ("authority", "head", "position", "signer")
_CHANNEL = "kênh Zalo"


def beginning(kind: str, period: Period, agencies: list[str], figures: dict) -> dict:
    """Return the texts a new report begins with: plain sentences for the writer to make their own."""
    places = ", ".join(agencies[:6]) + (f" và {len(agencies) - 6} đơn vị khác" if len(agencies) > 6 else "")
    texts: dict[str, Any] = {part.key: "" for part in PARTS}
    texts |= {
        "intro": f"Thực hiện chế độ báo cáo, đơn vị báo cáo kết quả {period.words} tại {places} như sau:",
        "closing": "Trân trọng kính trình.",
        "recipients": "Như trên\nCác đơn vị liên quan\nLưu: VT",
        "actors": [],
        **dict.fromkeys(SIGNER, ""),
        "position": "Giám đốc",
    }
    if kind == Report.Kind.SUMMARY:
        texts["technical"] = "- Các kênh tiếp nhận, tra cứu, thông báo vận hành ổn định trong kỳ."
        texts["limits"] = "- Hồ sơ lỡ ngày hẹn đầu và hồ sơ đang quá hạn cần tiếp tục xử lý dứt điểm."
        texts["actors"] = [{"actor": "Các phòng chuyên môn", "text": "- Rà soát hồ sơ sắp đến hạn, quá hạn."}]
        texts["proposals"] = "Để nâng cao kết quả giải quyết, đề nghị thủ trưởng đơn vị chỉ đạo:"
        return texts
    texts["technical"] = (
        f"- Đã tích hợp {_CHANNEL} vào phần mềm một cửa và đưa vào vận hành tại {places}. Trong kỳ hệ thống vận hành "
        "ổn định, không làm gián đoạn hoạt động bình thường của đơn vị.\n"
        "- Chức năng của kênh: “Thông tin”, “Dịch vụ công” (tra cứu hồ sơ theo mã hoặc mã QR, tra cứu thủ tục), “Hỗ "
        "trợ”.\n"
        "- Tiện ích: người dân đã quan tâm kênh nhận được mã hồ sơ, giấy tiếp nhận, thông báo bổ sung, văn bản xin "
        "lỗi và thông báo có kết quả."
    )
    texts["rollout"] = "- Đã dán mã QR tại quầy, phát tờ rơi, hướng dẫn người dân quan tâm và sử dụng kênh."
    texts["limits"] = "- Số lượng người dân biết và kết nối quan tâm đến kênh chưa nhiều."
    texts["causes"] = "Thời gian triển khai ngắn; công tác tuyên truyền chưa được sâu rộng."
    texts["proposals"] = "Trên cơ sở kết quả nêu trên, kiến nghị cấp có thẩm quyền chỉ đạo các đơn vị như sau:"
    texts["actors"] = [
        {"actor": "Cơ quan chủ trì kênh", "text": "- Mở rộng chức năng tra cứu, tuyên truyền, tương tác."},
        {"actor": "Trung tâm Phục vụ hành chính công", "text": "- Hướng dẫn trực tiếp người dân sử dụng kênh."},
        {"actor": "Các sở, ngành, Ủy ban nhân dân cấp xã", "text": "- Phối hợp tuyên truyền, cung cấp nội dung."},
        {"actor": "Báo, Đài", "text": "- Tăng cường thông tin về chức năng, tiện ích của kênh."},
    ]
    return texts


def read(data) -> dict:
    """Return the texts of a sent form, tidied and cut where they are endless."""
    texts: dict = {part.key: _tidied(data.get(part.key, "")) for part in PARTS}
    texts |= {name: " ".join(str(data.get(name, "")).split())[:120] for name in SIGNER}
    actors = []
    for place in range(MOST_ACTORS):
        actor = " ".join(str(data.get(f"actor-{place}", "")).split())[:200]
        text = _tidied(data.get(f"actor-text-{place}", ""))
        if actor or text:
            actors.append({"actor": actor, "text": text})
    texts["actors"] = actors
    return texts


def written(texts: dict) -> list[str]:
    """Return everything people wrote, for the checks."""
    return [*(str(texts.get(part.key, "")) for part in PARTS), *(each["text"] for each in texts.get("actors", ()))]


def paragraphs(text: str) -> list[str]:
    return [line.strip() for line in str(text or "").split("\n") if line.strip()]


def _tidied(text) -> str:
    lines = (" ".join(line.split()) for line in str(text).replace("\x00", "").splitlines())
    return "\n".join(lines).strip()[:LONGEST]
