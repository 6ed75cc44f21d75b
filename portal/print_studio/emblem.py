"""An emblem as it is sent, tidied into one SVG a piece can be drawn with: judged by content, empty borders cut off.

A drawing is kept as it is when nothing in it can run or reach outside; a picture is drawn anew by the bounded child and
wrapped. Whatever is refused is refused with what to send instead.
"""

from __future__ import annotations

import base64
import io
import re
from typing import BinaryIO
from xml.etree import ElementTree

from dossiers.attachments import pictures, types
from dossiers.attachments.traps import UploadRefused
from dossiers.printed_forms import printing
from dossiers.workflow.moving import ActError

MOST_BYTES = 5 * 1024 * 1024
MOST_DRAWING = 400 * 1024
SIDE = 900
"""Pixels of a picture's longer side: 38 mm at 600 dpi."""
MOST_STRETCH = 4.0
_SVG = "{http://www.w3.org/2000/svg}"
_RUNS = re.compile(r"<\s*(?:\w+:)?(?:script|foreignobject|iframe|object|embed|animate|set|handler|audio|video)\b", re.I)
_HANDLER = re.compile(r"\son\w+\s*=", re.I)
_OUTSIDE = re.compile(
    r"""(?:href|src)\s*=\s*["']\s*(?!\#|data:image/(?:png|jpe?g)[;,])|@import|url\((?!\s*["']?\s*\#)|javascript:""",
    re.I,
)


def tidied(name: str, file: BinaryIO, size: int) -> str:
    """Return the emblem as SVG text. Raises ActError with a sentence that says what to send instead."""
    if size > MOST_BYTES:
        raise ActError(
            f"Tệp biểu trưng nặng {size / 1024**2:.0f} MB, quá lớn; chỉ nhận đến {MOST_BYTES // 1024**2} MB. "
            f"Hãy lưu ảnh PNG cạnh khoảng {SIDE} điểm ảnh rồi gửi."
        )
    file.seek(0)
    head = file.read(400).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    file.seek(0)
    if head.startswith((b"<?xml", b"<svg", b"<!--", b"<!doctype svg")):
        return _drawing(file.read(MOST_BYTES + 1))
    if name.lower().endswith(".svg"):
        raise ActError(
            "Tên tệp ghi .svg nhưng bên trong không phải bản vẽ SVG. Hãy xuất lại SVG hoặc gửi ảnh PNG, JPEG."
        )
    return _picture(name, file)


def _drawing(content: bytes) -> str:
    if len(content) > MOST_DRAWING:
        raise ActError(
            f"Bản vẽ SVG nặng hơn {MOST_DRAWING // 1024} KB, quá chi tiết. Hãy xuất lại bản đơn giản hoặc PNG."
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ActError("Bản vẽ SVG không phải mã UTF-8. Hãy xuất lại SVG hoặc gửi ảnh PNG.") from error
    if _RUNS.search(text) or _HANDLER.search(text):
        raise ActError("Bản vẽ SVG có mã chạy được bên trong nên không được nhận. Hãy xuất lại SVG thuần hoặc gửi PNG.")
    if "<!doctype" in text.lower() or "<!entity" in text.lower():
        text = re.sub(r"<!DOCTYPE\s+svg\s+PUBLIC[^>\[]*>", "", text, flags=re.I)
        if "<!" in text.replace("<!--", ""):
            raise ActError("Bản vẽ SVG có phần khai báo lạ nên không được nhận. Hãy xuất lại SVG thuần hoặc gửi PNG.")
    if _OUTSIDE.search(text):
        raise ActError(
            "Bản vẽ SVG lấy hình hoặc phông từ nơi khác nên in ra sẽ thiếu. Hãy nhúng hết vào tệp hoặc gửi PNG."
        )
    _refuse_odd_shape(text)
    return text


def _refuse_odd_shape(text: str) -> None:
    """Raise ActError unless the drawing can be read, has a sane shape and the printing engine draws it."""
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise ActError("Bản vẽ SVG bị hỏng, không mở được. Hãy xuất lại SVG hoặc gửi ảnh PNG.") from error
    if root.tag != f"{_SVG}svg":
        raise ActError("Tệp này không phải bản vẽ SVG. Hãy gửi SVG, PNG hoặc JPEG.")
    box = [float(part) for part in re.findall(r"-?\d+(?:\.\d+)?", root.get("viewBox", ""))][-2:]
    sides = box or [_length(root.get("width")), _length(root.get("height"))]
    if len(sides) == 2 and all(side > 0 for side in sides):
        _refuse_stretch(*sides)
    from portal.print_studio.drawing import PRESS

    try:
        printing.page_picture("emblem.typ", {"svg": text}, press=PRESS, width=64, trim=20)
    except printing.PrintError as error:
        raise ActError("Máy in không vẽ được bản SVG này. Hãy xuất lại SVG hoặc gửi ảnh PNG.") from error


def _length(text: str | None) -> float:
    found = re.match(r"\d+(?:\.\d+)?", text or "")
    return float(found[0]) if found else 0.0


def _refuse_stretch(width: float, height: float) -> None:
    if max(width, height) > MOST_STRETCH * min(width, height):
        raise ActError(
            "Hình quá dài so với chiều kia nên in vào ô biểu trưng sẽ rất nhỏ. Hãy cắt lấy phần biểu trưng gần vuông."
        )


def _picture(name: str, file: BinaryIO) -> str:
    from PIL import Image

    try:
        checked = types.check_upload(name, file, MOST_BYTES, allowed=types.PICTURES)
    except UploadRefused as error:
        # Its advice is for papers of a dossier, which may be a PDF.
        reason = str(error).partition(" Hãy ")[0]
        raise ActError(f"Biểu trưng chưa nhận được: {reason} Hãy gửi SVG, PNG hoặc JPEG.") from error
    content = pictures.remade(file.read(), checked.kind, name, shape=pictures.Shape(SIDE))
    with Image.open(io.BytesIO(content)) as opened:
        drawn = _without_border(opened.convert("RGBA"))
    _refuse_stretch(*drawn.size)
    out = io.BytesIO()
    drawn.save(out, "PNG", optimize=True)
    data = base64.b64encode(out.getvalue()).decode()
    width, height = drawn.size
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,{data}"/></svg>'
    )


def _without_border(picture):
    """Return the picture without the empty border around it: what is clear, or of the colour of all its corners."""
    from PIL import Image, ImageChops

    box = picture.getchannel("A").getbbox()
    if box is None:
        raise ActError("Ảnh trống, không có gì để in. Hãy chọn ảnh khác.")
    picture = picture.crop(box)
    width, height = picture.size
    corners = {picture.getpixel(at) for at in ((0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1))}
    if len(corners) == 1:
        ground = Image.new("RGBA", picture.size, corners.pop())
        drawn = ImageChops.difference(picture.convert("RGB"), ground.convert("RGB")).getbbox()
        picture = picture.crop(drawn) if drawn else picture
    return picture
