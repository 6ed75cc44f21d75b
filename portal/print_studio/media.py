"""The letter at the end of a short address that says what it was printed on: `/q/CG-01.q/` is the sheet of CG-01.

Typed addresses have no letter, so that they stay short; they count for the counter, not for a medium.
"""

MEDIA = {
    "q": "Tờ mã QR tại quầy",
    "d": "Biển để bàn",
    "g": "Tờ gấp",
    "s": "Standee",
    "b": "Bảng hướng dẫn",
    "t": "Thẻ cán bộ",
    "n": "Nhãn dán",
    "x": "Banner xe lưu động",
    "p": "Bộ tài liệu báo chí",
}
