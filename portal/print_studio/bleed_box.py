"""The bleed box of a printer's PDF: the engine draws the sheet and the cut, but not how far the bleed goes."""

from __future__ import annotations

import io

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

_POINTS = 72 / 25.4


def added(pdf: bytes, size: tuple[float, float], margin: float) -> bytes:
    """Return the PDF with a bleed box of `size` on every page, `margin` inside the sheet; all in millimetres.

    Without it a printer's program takes the crop marks for part of the picture (ISO 32000-1, 14.11.2).
    """
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    far = [(side + margin) * _POINTS for side in size]
    box = generic.ArrayObject(
        generic.FloatObject(f"{value:.2f}") for value in (margin * _POINTS, margin * _POINTS, *far)
    )
    for number in range(int(writer.root["/Pages"]["/Count"])):
        page, _resources = writer.find_page_for_modification(number)
        page.get_object()["/BleedBox"] = box
        writer.mark_update(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
