"""QR codes for printed papers: a web address in, a small vector picture out."""

from functools import lru_cache

import qrcode
from qrcode.constants import ERROR_CORRECT_M

QUIET_ZONE = 4  # modules, ISO/IEC 18004
# Any of the eight masks is readable; trying all of them costs five times the rest of the symbol.
FIXED_MASK = 3


@lru_cache(maxsize=512)
def svg(text: str) -> str:
    """Return an SVG of the QR of `text` (level M, quiet zone of 4 modules), one unit per module.

    Raises ValueError when `text` is empty or longer than an address can be (700 characters).
    """
    if not text or len(text) > 700:
        raise ValueError("Mã QR cần một địa chỉ không rỗng và không quá 700 ký tự.")
    matrix = modules(text)
    size = len(matrix) + 2 * QUIET_ZONE
    path = "".join(
        f"M{x + QUIET_ZONE} {y + QUIET_ZONE}h{width}v1h-{width}z"
        for y, row in enumerate(matrix)
        for x, width in _dark_runs(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{path}"/></svg>'
    )


def modules(text: str) -> list[list[bool]]:
    """Return the matrix of the QR of `text`, True for dark, without a quiet zone."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0, mask_pattern=FIXED_MASK)
    code.add_data(text, optimize=0)  # one byte segment: an address gains nothing from splitting
    code.make(fit=True)
    return code.get_matrix()


def picture(text: str, *, millimetres: float = 25.0) -> dict:
    """Return {"svg", "width"} for a template: `millimetres` is the side of the symbol, `width` includes the quiet zone.

    25 mm is the least that old phone cameras read from a hand-held sheet (Nghị định 30/2020 papers, A4).
    """
    drawing = svg(text)
    side = int(drawing.split('viewBox="0 0 ', 1)[1].split(" ", 1)[0])
    return {"svg": drawing, "width": round(millimetres * side / (side - 2 * QUIET_ZONE), 2)}


def _dark_runs(row: list[bool]):
    start = None
    for x, dark in enumerate([*row, False]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            yield start, x - start
            start = None
