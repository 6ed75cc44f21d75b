"""The pieces a centre can print: size, medium, for whom, how far away one stands, how a printer is to make it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal.print_studio.media import MEDIA

LEAST_QR = 25.0
"""Millimetres: the least that old phone cameras read from a sheet in the hand."""
READ_FROM = 10
"""A symbol is read from ten times its side."""
BLEED, SLUG, SAFE = 3.0, 7.0, 5.0
"""Millimetres: what is cut off, where the crop marks stand, how far from the cut text keeps."""
For = Literal["desk", "agency", "officer"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing to print. Sizes in millimetres, trimmed; `distance` is how far away its reader stands.

    `unit` scales the drawing (an A1 board is an A3 board drawn twice as large); `office` when an office printer can
    make it.
    """

    slug: str
    name: str
    medium: str
    template: str
    width: float
    height: float
    owner: For
    distance: float
    paper: str
    place: str
    unit: float = 1.0
    pages: int = 1
    office: bool = True
    folds: tuple[tuple[str, float], ...] = ()
    safe: float = SAFE

    @property
    def least_qr(self) -> float:
        """Return the least side of the symbol in millimetres."""
        return max(LEAST_QR, self.distance / READ_FROM)

    @property
    def size(self) -> str:
        """Return "210 × 297 mm" or, for large ones, centimetres."""
        if self.width >= 600 or self.height >= 1000:
            return f"{self.width / 10:g} × {self.height / 10:g} cm"
        return f"{self.width:g} × {self.height:g} mm"

    @property
    def label(self) -> str:
        return MEDIA[self.medium]


_BOARD_PLACE = "Ngay cửa vào hoặc khu chờ, mép dưới cách sàn khoảng 1,2 m, không ngược sáng."
ALL = (
    Piece("to-quay", "Tờ mã QR tại quầy, A4", "q", "counter.typ", 210, 297, "desk", 600,
          "Giấy 150–200 g/m², cán mờ hoặc ép nhựa mờ; bề mặt bóng làm máy khó quét.",
          "Trên mặt quầy, ngang tầm tay người dân; mỗi quầy đúng tờ của mình."),
    Piece("bien-de-ban", "Biển để bàn gấp chữ A, A4", "d", "tent.typ", 210, 297, "desk", 500,
          "Giấy bìa 250–300 g/m²; gấp theo ba vạch, dán hai mép đáy chồng lên nhau.",
          "Bàn hướng dẫn, bàn chờ; hai mặt giống nhau nên ngồi bên nào cũng quét được.",
          folds=(("y", 20.0), ("y", 148.5), ("y", 277.0))),
    Piece("nhan-dan", "Nhãn dán 100 × 100 mm", "n", "sticker.typ", 100, 100, "desk", 400,
          "Decal giấy hoặc nhựa mờ, bế tròn góc 6 mm.",
          "Vách kính của quầy, cây lấy số, máy tính tra cứu.", safe=4.0),
    Piece("to-gap", "Tờ gấp A4 gấp đôi thành A5", "g", "leaflet.typ", 297, 210, "agency", 300,
          "Giấy 120–150 g/m², in hai mặt lật theo cạnh ngắn, gấp đôi theo vạch giữa.",
          "Phát kèm Giấy tiếp nhận, để ở bàn hướng dẫn, nhà văn hóa ấp, khu phố.",
          pages=2, folds=(("x", 148.5),)),
    Piece("standee", "Standee 60 × 160 cm", "s", "standee.typ", 600, 1600, "agency", 1500,
          "Bạt hoặc PP cán mờ, khung chữ X hoặc cuốn; in đúng tỉ lệ 1 : 1.",
          "Cửa vào, sảnh chờ, hội nghị, chợ phiên; mã ở ngang ngực người đứng.",
          unit=1.0, office=False, safe=25.0),
    Piece("bang-a3", "Bảng hướng dẫn A3", "b", "board.typ", 297, 420, "agency", 800,
          "Giấy 150–200 g/m², lồng khung hoặc ép nhựa mờ.", _BOARD_PLACE),
    Piece("bang-a2", "Bảng hướng dẫn A2", "b", "board.typ", 420, 594, "agency", 1100,
          "PP cán mờ bồi formex hoặc giấy 200 g/m².", _BOARD_PLACE, unit=2**0.5, office=False, safe=7.0),
    Piece("bang-a1", "Bảng hướng dẫn A1", "b", "board.typ", 594, 840, "agency", 1500,
          "PP cán mờ bồi formex 5 mm.", _BOARD_PLACE, unit=2.0, office=False, safe=10.0),
    Piece("the-can-bo", "Thẻ nhanh của cán bộ, A5 hai mặt", "t", "card.typ", 148, 210, "officer", 400,
          "Giấy bìa 250 g/m², in hai mặt, ép nhựa mờ.",
          "Trong tay hoặc trước mặt cán bộ quầy; mã là của riêng cán bộ nên lượt quan tâm được tính cho người đó.",
          pages=2),
    Piece("loi-noi", "Lời nói mẫu tại quầy, A4", "t", "script.typ", 210, 297, "agency", 250,
          "Giấy thường, in hai mặt.", "Trong sổ của cán bộ quầy, dùng khi tập huấn.", pages=2),
    Piece("banner-xe", "Banner xe lưu động 200 × 60 cm", "x", "banner.typ", 2000, 600, "agency", 3000,
          "Bạt hiflex hoặc decal xe, in đúng tỉ lệ 1 : 1.",
          "Hai bên thân xe, loa đọc bài kèm theo; dừng xe ở chợ, bến xe để bà con kịp quét.",
          office=False, safe=30.0),
)  # fmt: skip
PIECES = {piece.slug: piece for piece in ALL}
OF_A_DESK = tuple(piece for piece in ALL if piece.owner == "desk")
OF_AN_AGENCY = tuple(piece for piece in ALL if piece.owner != "desk")
