"""Phone photos (HEIC) as JPEG, opened in a process of its own: a hostile file may cost that process, never the site.

The format is read by libheif, a large C library. So the bytes are decoded by a child with bounded memory and time,
which hands back a plain JPEG without place or device; the caller draws that anew like every other photo.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from django.utils.translation import gettext

from dossiers.workflow.moving import ActError

DECODER = Path(__file__).with_name("heic_decoder.py")
LONGEST_SECONDS = 30
TOO_LARGE = 3  # what the decoder exits with


def as_jpeg(content: bytes, name: str) -> bytes:
    """Return the photo as an upright JPEG of at most 2560 pixels. Raises ActError with what to do instead."""
    try:
        # -I: nothing of this process's settings or folders reaches the decoder.
        done = subprocess.run(
            [sys.executable, "-I", str(DECODER)], input=content, capture_output=True, timeout=LONGEST_SECONDS
        )
    except subprocess.TimeoutExpired:
        done = None
    if done is not None and done.returncode == 0:
        return done.stdout
    if done is not None and done.returncode == TOO_LARGE:
        raise ActError(
            gettext("Ảnh “%(name)s” có kích thước quá lớn. Hãy thu nhỏ ảnh hoặc chụp lại ở cỡ nhỏ hơn rồi gửi.")
            % {"name": name}
        )
    raise ActError(
        gettext(
            "Ảnh HEIC “%(name)s” không mở được. Trên iPhone vào Cài đặt → Camera → Định dạng, chọn “Tương thích nhất”; "
            "trên máy Samsung tắt “Ảnh hiệu quả cao” trong cài đặt Camera; rồi chụp lại. Hoặc chụp màn hình tấm ảnh và "
            "gửi."
        )
        % {"name": name}
    )
