"""Reading a printed PDF back: its words, tags, fonts and QR codes, as another program or a phone sees them."""

import io
import os
import shutil
import subprocess

import pytest
from pypdf import PdfReader

needs_poppler = pytest.mark.skipif(
    not shutil.which("pdftoppm") and not os.environ.get("CI"), reason="poppler (pdftoppm) is not installed"
)


def reader(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def words(pdf: bytes) -> str:
    """Return the text of all pages on one line, without the invisible break hints."""
    text = " ".join(page.extract_text() for page in reader(pdf).pages)
    return " ".join(text.replace("\u200b", "").replace("\u00a0", " ").split())


def lowest_text(pdf: bytes) -> float:
    """Return the least distance in millimetres between the foot of a page and a line of text on it."""
    heights: list[float] = []
    for page in reader(pdf).pages:

        def note(text, transformation, matrix, *_):
            if text.strip():
                heights.append(matrix[5] * transformation[3] + transformation[5])

        page.extract_text(visitor_text=note)
    return min(heights) / 72 * 25.4


def font_names(pdf: bytes) -> set[str]:
    """Return the base names of every font, without the subset prefix."""
    found = set()
    for page in reader(pdf).pages:
        for font in page["/Resources"]["/Font"].values():
            found.add(str(font.get_object()["/BaseFont"]).split("+")[-1].lstrip("/"))
    return found


def tags(pdf: bytes) -> set[str]:
    """Return the kinds of structure elements (H1, P, Table, TH, Figure …) of a tagged PDF."""
    found: set[str] = set()
    waiting = [reader(pdf).trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop().get_object()
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            if "/S" in node:
                found.add(str(node["/S"]).lstrip("/"))
            if "/K" in node:
                waiting.append(node["/K"])
    return found


def picture(pdf: bytes, *, dpi: int = 150, page: int = 1):
    """Return the page as a printer or a screen draws it, a Pillow image."""
    from PIL import Image

    command = ["pdftoppm", "-png", "-r", str(dpi), "-f", str(page), "-l", str(page), "-singlefile", "-"]
    return Image.open(io.BytesIO(subprocess.run(command, input=pdf, capture_output=True, check=True).stdout))


def qr_codes(pdf: bytes, *, dpi: int = 150, page: int = 1) -> dict[str, float]:
    """Return {address: side of the symbol in millimetres} of the QR codes on the rendered page."""
    import zxingcpp

    found = {}
    for code in zxingcpp.read_barcodes(picture(pdf, dpi=dpi, page=page)):
        left, right = code.position.top_left, code.position.top_right
        side = ((right.x - left.x) ** 2 + (right.y - left.y) ** 2) ** 0.5
        found[code.text] = side / dpi * 25.4
    return found
