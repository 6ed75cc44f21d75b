"""What an uploaded file really is, and whether the portal takes it. Pure: works on bytes and open files.

The content decides, never the browser's word: a file is taken when its content is of a kind on the list, its name says
the same, and nothing in it can run (`attachment_traps`). `check_upload` is the one gate for papers, letters, complaints
and files sent over Zalo.
"""

import hashlib
import io
import re
import unicodedata
from dataclasses import dataclass
from typing import BinaryIO

from dossiers.attachments import traps
from dossiers.attachments.traps import CHUNK, RUNNABLE_ENDINGS, UploadRefused

HEAD = 4096
MAX_NAME_BYTES = 180


@dataclass(frozen=True, slots=True)
class ContentKind:
    """A kind of content: its name, how files of it end (the first is written), its media type, its everyday name."""

    name: str
    extensions: tuple[str, ...]
    media_type: str
    label: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was taken: its kind, a name safe to store and show, SHA-256 in hex, size in bytes."""

    kind: ContentKind
    safe_name: str
    sha256: str
    size: int


_OFFICE = "application/vnd.openxmlformats-officedocument."
PDF = ContentKind("pdf", ("pdf",), "application/pdf", "PDF")
JPEG = ContentKind("jpeg", ("jpg", "jpeg", "jpe", "jfif"), "image/jpeg", "ảnh JPEG")
PNG = ContentKind("png", ("png",), "image/png", "ảnh PNG")
WEBP = ContentKind("webp", ("webp",), "image/webp", "ảnh WebP")
GIF = ContentKind("gif", ("gif",), "image/gif", "ảnh GIF")
HEIC = ContentKind("heic", ("heic", "heif"), "image/heic", "ảnh HEIC (iPhone)")
DOCX = ContentKind("docx", ("docx",), _OFFICE + "wordprocessingml.document", "Word")
XLSX = ContentKind("xlsx", ("xlsx",), _OFFICE + "spreadsheetml.sheet", "Excel")
DOC = ContentKind("doc", ("doc",), "application/msword", "Word 97–2003")
XLS = ContentKind("xls", ("xls",), "application/vnd.ms-excel", "Excel 97–2003")
MP4 = ContentKind("mp4", ("mp4", "m4v", "3gp"), "video/mp4", "video MP4")
MOV = ContentKind("mov", ("mov", "qt"), "video/quicktime", "video QuickTime")
ASF = ContentKind("asf", ("wmv", "wma", "asf"), "video/x-ms-asf", "video Windows Media")
M4A = ContentKind("m4a", ("m4a",), "audio/mp4", "âm thanh M4A")
MP3 = ContentKind("mp3", ("mp3",), "audio/mpeg", "âm thanh MP3")
AAC = ContentKind("aac", ("aac",), "audio/aac", "âm thanh AAC")
AMR = ContentKind("amr", ("amr",), "audio/amr", "âm thanh AMR")
WAV = ContentKind("wav", ("wav",), "audio/wav", "âm thanh WAV")

PICTURES = (JPEG, PNG, WEBP, HEIC)
PAPERS = (PDF, *PICTURES, DOCX, XLSX, DOC, XLS)
"""What a paper of a dossier may be."""
EVIDENCE = (*PAPERS, GIF, MP4, MOV, ASF, M4A, MP3, AAC, AMR, WAV)
"""What a citizen may attach to a complaint or send over Zalo."""

_PILLOW_FORMAT = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF"}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"heif"}
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC = (
    (b"%PDF-", PDF),
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c", ASF),
    (b"#!AMR", AMR),
    (b"ID3", MP3),
    (b"\xff\xfb", MP3),
    (b"\xff\xf3", MP3),
    (b"\xff\xf2", MP3),
    (b"\xff\xf1", AAC),
    (b"\xff\xf9", AAC),
)
# In the middle of a name these are ordinary words: "mau.thue.com.pdf", "hoa-don.xml.pdf".
_INNER_RUNNABLE = RUNNABLE_ENDINGS - set("com app url img inf xml".split())
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)")


def detect(content: bytes | BinaryIO) -> ContentKind | None:
    """Return the kind that the content shows, or None.

    Takes the whole content as bytes or as an open file. The first bytes alone are enough for all but Office files,
    whose kind is in their directory.
    """
    file = io.BytesIO(content) if isinstance(content, bytes | bytearray) else content
    file.seek(0)
    head = file.read(HEAD)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF":
        return {b"WEBP": WEBP, b"WAVE": WAV}.get(head[8:12])
    if head[4:8] == b"ftyp":
        brand = head[8:12].lower()
        if brand in _HEIC_BRANDS:
            return HEIC
        return {b"m4a ": M4A, b"m4b ": M4A, b"qt  ": MOV}.get(brand, MP4)
    if head.startswith(_ZIP):
        return {"word": DOCX, "xl": XLSX}.get(traps.office_family(file) or "")
    if head.startswith(_OLE):
        return {"word": DOC, "xl": XLS}.get(traps.ole_family(file) or "")
    return None


def check_upload(name: str, file: BinaryIO, max_bytes: int, *, allowed: tuple[ContentKind, ...] = PAPERS) -> Checked:
    """Return what is to be stored about `file`; the file is left at its start. Raises UploadRefused.

    `file` is a seekable binary file (Django's uploaded files are); it is read in pieces, never whole. `max_bytes` is
    counted while reading, whatever the sender said.
    """
    clean = safe_name(name)
    _refuse_runnable_name(name, clean)
    sha256, size = _measure(file, max_bytes)
    traps.refuse_programs_and_markup(file)
    kind = detect(file)
    if kind is None:
        traps.refuse_locked_office(file)
    if kind is None or kind not in allowed:
        raise UploadRefused(f"Loại tệp này không được nhận. Hãy gửi tệp {', '.join(k.label for k in allowed)}.")
    stem, extension = _split(clean)
    if extension and extension not in kind.extensions:
        raise UploadRefused(
            f"Tên tệp có đuôi .{extension} nhưng nội dung là {kind.label}. "
            f"Hãy đổi đuôi tệp thành .{kind.extensions[0]} hoặc chọn lại đúng tệp."
        )
    if kind in (DOCX, XLSX):
        traps.refuse_office_traps(file, size)
    elif kind in (DOC, XLS):
        traps.refuse_ole_traps(file)
    else:
        traps.refuse_hidden_archive(file, size, kind.label)
    if kind is PDF:
        traps.refuse_pdf_traps(file, size)
    elif kind.name in _PILLOW_FORMAT:
        traps.refuse_picture_traps(file, _PILLOW_FORMAT[kind.name])
    file.seek(0)
    return Checked(kind, f"{stem}.{extension or kind.extensions[0]}", sha256, size)


def safe_name(name: str) -> str:
    """Return the last part of a path without control, invisible and direction-changing characters, at most 180 bytes.

    The ending is lower-case; a name with nothing left is "tep-dinh-kem".
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name or ""))[-1]
    kept = "".join(ch for ch in last if unicodedata.category(ch) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
    kept = re.sub(r'[<>:"|?*%]', "_", re.sub(r"\s+", " ", kept)).strip(" .")
    stem, extension = _split(kept)
    stem = stem.strip(" .") or "tep-dinh-kem"
    if _RESERVED.fullmatch(stem.split(".")[0]):
        stem = "_" + stem
    stem = stem.encode()[: MAX_NAME_BYTES - len(extension) - 1].decode(errors="ignore").rstrip(" .")
    return f"{stem}.{extension}" if extension else stem


def _split(name: str) -> tuple[str, str]:
    """Return (stem, ending in lower case); an ending is up to ten ASCII letters and digits, not digits alone."""
    stem, dot, extension = name.rpartition(".")
    extension = extension.strip().lower()
    if dot and re.fullmatch(r"(?!\d+$)[a-z0-9]{1,10}", extension):
        return stem, extension
    return name, ""


def _refuse_runnable_name(name: str, clean: str) -> None:
    pieces = [piece.strip(" _").lower() for piece in clean.split(".")[1:]]
    if "\0" in name or (pieces and (pieces[-1] in RUNNABLE_ENDINGS or _INNER_RUNNABLE.intersection(pieces[:-1]))):
        raise UploadRefused(
            "Tên tệp là của chương trình, trang web hoặc tệp có mã chạy được nên không được nhận. "
            "Hãy gửi ảnh chụp hoặc bản PDF của giấy tờ."
        )


def _measure(file: BinaryIO, max_bytes: int) -> tuple[str, int]:
    """Return (SHA-256 in hex, size). Raises UploadRefused for an empty file and as soon as `max_bytes` is passed."""
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while chunk := file.read(CHUNK):
        size += len(chunk)
        if size > max_bytes:
            limit = f"{max_bytes / 1024 / 1024:.1f}".rstrip("0").rstrip(".").replace(".", ",")
            raise UploadRefused(
                f"Tệp lớn hơn {limit} MB. Hãy giảm dung lượng ảnh hoặc tách thành nhiều tệp rồi gửi lại."
            )
        digest.update(chunk)
    if not size:
        raise UploadRefused("Tệp trống, không có nội dung. Hãy chọn lại tệp rồi gửi.")
    return digest.hexdigest(), size
