"""A text file of unknown encoding and packing, opened safely: neither it nor a line of it grows without end."""

import codecs
import gzip
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MAX_UNPACKED = 300 * 1024 * 1024
MAX_LINE = 8 * 1024 * 1024

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class TableFileError(ValueError):
    """The file cannot be loaded at all; the text says why and what to do."""


@contextmanager
def open_binary(path: Path, packed: bool):
    """Open the bytes of a file, unpacked when `packed`; reading past MAX_UNPACKED raises TableFileError."""
    raw = gzip.open(path, "rb") if packed else path.open("rb")
    with raw as stream:
        yield io.BufferedReader(_Guarded(stream, path.name))


class _Guarded(io.RawIOBase):
    """A binary stream that refuses to give more than MAX_UNPACKED bytes (a zip bomb) and refuses binary content."""

    def __init__(self, stream, name: str):
        self._stream, self._name, self._given = stream, name, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        data = self._stream.read(min(len(buffer), 1024 * 1024))
        self._given += len(data)
        if self._given > MAX_UNPACKED:
            raise TableFileError(
                f"Tệp “{self._name}” giải nén ra quá {MAX_UNPACKED // 1024**2} MB; không nạp để bảo vệ hệ thống."
            )
        buffer[: len(data)] = data
        return len(data)


def encoding_of(path: Path, packed: bool) -> str:
    """Return the encoding of a text: by its BOM, by the zeros of UTF-16, else UTF-8 if all of it is, else 1258."""
    with open_binary(path, packed) as stream:
        head = stream.peek(4096)[:4096]
        for bom, name in _BOMS:
            if head.startswith(bom):
                return name
        if (zeros := head.count(0)) > len(head) // 4 > 0:
            return "utf-16-le" if head[1::2].count(0) * 2 > zeros else "utf-16-be"
        if zeros:
            raise TableFileError(f"Tệp “{path.name}” không phải văn bản hay bảng tính; cần tệp CSV hoặc XLSX.")
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while block := stream.read(1024 * 1024):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1258"
    return "utf-8"


def first_character(text: io.TextIOWrapper) -> str:
    """Return the first character that is not white space; "" for a blank file."""
    try:
        return text.read(4096).lstrip("\ufeff \t\r\n")[:1]
    except UnicodeError:
        raise undecodable() from None


def undecodable() -> TableFileError:
    """Return the error of a text whose encoding nobody recognises."""
    return TableFileError("Không nhận ra bảng mã chữ của tệp; hãy lưu lại ở dạng “CSV UTF-8” hoặc XLSX rồi nạp lại.")


def numbered_lines(text: io.TextIOWrapper) -> Iterator[tuple[int, str]]:
    """Yield (line number from 1, line with its ending)."""
    number = 0
    while True:
        try:
            line = text.readline(MAX_LINE)
        except UnicodeError:
            raise undecodable() from None
        if not line:
            return
        number += 1
        if len(line) >= MAX_LINE:
            raise TableFileError(
                f"Dòng {number} dài hơn {MAX_LINE // 1024**2} triệu ký tự; tệp không đúng dạng mỗi bản ghi một dòng."
            )
        yield number, line
