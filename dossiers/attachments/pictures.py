"""Pictures drawn anew in a process of its own: a hostile file may cost that process, never the site.

Half a megabyte can unpack to gigabytes, and HEIC is read by a large C library. So the bytes are decoded by a child with
bounded memory and time, one at a time for each web process. What comes back is upright, at most 2560 pixels, without
place or device and with nothing appended; HEIC comes back as JPEG, because the staff's browsers open no HEIC.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext

from dossiers.attachments import types
from dossiers.attachments.types import ContentKind
from dossiers.workflow.moving import ActError

DECODER = Path(__file__).with_name("picture_decoder.py")
LONGEST_SECONDS = 30
TOO_LARGE = 3  # what the decoder exits with
REMADE_AS = {types.JPEG: types.JPEG, types.PNG: types.PNG, types.WEBP: types.WEBP, types.HEIC: types.JPEG}
_one_at_a_time = threading.Semaphore()


@dataclass(frozen=True, slots=True)
class Shape:
    """How a picture is wanted: its longest side in pixels, and the frame it is cropped to ("16:9", "" for none)."""

    side: int
    frame: str = ""


def remade(content: bytes, kind: ContentKind, name: str, *, shape: Shape | None = None) -> bytes:
    """Return the picture drawn anew, of kind `REMADE_AS[kind]`. Raises ActError with what to do instead."""
    wanted = [str(shape.side), shape.frame] if shape else []
    try:
        with _one_at_a_time:
            # -I: nothing of this process's settings or folders reaches the decoder.
            done = subprocess.run(
                [sys.executable, "-I", str(DECODER), kind.name, *wanted],
                input=content,
                capture_output=True,
                timeout=LONGEST_SECONDS,
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
    if kind is not types.HEIC:
        raise ActError(
            gettext("Tệp “%(name)s” là ảnh hỏng, không mở được. Hãy chụp hoặc chọn lại ảnh khác.") % {"name": name}
        )
    raise ActError(
        gettext(
            "Ảnh HEIC “%(name)s” không mở được. Trên iPhone vào Cài đặt → Camera → Định dạng, chọn “Tương thích nhất”; "
            "trên máy Samsung tắt “Ảnh hiệu quả cao” trong cài đặt Camera; rồi chụp lại. Hoặc chụp màn hình tấm ảnh và "
            "gửi."
        )
        % {"name": name}
    )
