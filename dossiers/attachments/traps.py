"""What may hide in an uploaded file: programs, scripts, macros, archives, bombs. Pure: works on open binary files.

Every `refuse_*` reads in pieces and raises UploadRefused with a Vietnamese sentence that says what to send instead.
What only shows after unpacking the inner streams of a PDF is not looked for: files are served as downloads, never run.
"""

import re
import struct
import warnings
import zipfile
from typing import BinaryIO
from xml.etree import ElementTree

from PIL import Image

CHUNK = 64 * 1024
OVERLAP = 128
TAIL = 66 * 1024  # Longer than the farthest place of a ZIP end record.
MAX_ARCHIVE_ENTRIES = 5000
MAX_UNPACKED = 400 * 1024 * 1024
MAX_PACK_RATIO = 250  # Spreadsheets full of one value reach about 100.
MOST_PIXELS = 120_000_000  # Phones take up to 108 million; what opens the file later unpacks every one of them.
MAX_RELATIONS = 1024 * 1024

RUNNABLE_ENDINGS = frozenset(
    "exe msi bat cmd com scr pif cpl dll js jse mjs vbs vbe wsf wsh ps1 psm1 sh bash py pl rb php phtml php5 phar jsp "
    "asp aspx cgi jar apk app dmg lnk url reg hta htm html xhtml shtml svg svgz xml xsl mht mhtml swf iso img docm "
    "dotm xlsm xltm xlsb xlam pptm chm inf gadget desktop".split()
)
_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa",
    b"\xcf\xfa\xed\xfe",
    b"#!",
    b"L\0\0\0\x01\x14\x02",
)
_MARKUP = re.compile(
    rb"<\s*(?:!doctype|!--|html|head|body|script|svg|iframe|\?php|\?xml|x?:?stylesheet)", re.IGNORECASE
)
_CODE = re.compile(rb"<\?php|<script[\s>]", re.IGNORECASE)
_PDF_ACTIVE = re.compile(rb"/(?:JavaScript|Launch|RichMedia)\b")
_ZIP_END = b"PK\x05\x06"


class UploadRefused(ValueError):
    """The file is not taken; the message is a Vietnamese sentence for the person who sent it."""


def _directory_entry(name: str) -> bytes:
    """Return how an OLE file lists the stream `name`: UTF-16 padded to 64 bytes, then the length ([MS-CFB] 2.6.1)."""
    return name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", 2 * len(name) + 2)


_WORD, _BOOK, _OLD_BOOK, _LOCKED, *_MACRO_STREAMS = map(
    _directory_entry,
    ("WordDocument", "Workbook", "Book", "EncryptedPackage", "_VBA_PROJECT", "_VBA_PROJECT_CUR", "Macros"),
)
_OLE_STREAMS = re.compile(b"|".join(map(re.escape, (_WORD, _BOOK, _OLD_BOOK, _LOCKED, *_MACRO_STREAMS))))


def refuse_programs_and_markup(file: BinaryIO) -> None:
    """Refuse executables, scripts, web pages and SVG, by their first bytes."""
    file.seek(0)
    head = file.read(4096)
    if head.startswith(_PROGRAMS) and not head.startswith(b"#!AMR"):
        raise UploadRefused("Đây là tệp chương trình nên không được nhận. Hãy gửi ảnh chụp hoặc bản PDF của giấy tờ.")
    # UTF-16 pages are caught too: without their zero bytes they read as ASCII.
    if _MARKUP.match(head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\f")):
        raise UploadRefused(
            "Đây là trang web hoặc ảnh SVG, có thể chứa mã chạy được nên không được nhận. "
            "Hãy gửi ảnh JPEG, PNG hoặc bản PDF."
        )


def refuse_hidden_archive(file: BinaryIO, size: int, label: str) -> None:
    """Refuse a file that archive programs would open too: one with a ZIP end record at its end."""
    file.seek(max(0, size - TAIL))
    tail = file.read(TAIL)
    for found in re.finditer(re.escape(_ZIP_END), tail):
        record = tail[found.start() : found.start() + 22]
        if len(record) < 22:
            continue
        disk, _, _, entries, directory_size, _, comment = struct.unpack("<HHHHIIH", record[4:])
        left = len(tail) - found.end() - 18 - comment
        if disk == 0 and entries and directory_size <= size and 0 <= left <= 1024:
            raise UploadRefused(f"Tệp {label} có giấu một tệp nén bên trong. Hãy lưu lại hoặc chụp lại rồi gửi.")


def refuse_pdf_traps(file: BinaryIO, size: int) -> None:
    """Refuse a PDF that is also a web page, is cut short, or starts scripts or programs when opened."""
    file.seek(0)
    if _MARKUP.search(file.read(1024)):
        raise UploadRefused("Tệp PDF có chứa mã trang web. Hãy in lại thành PDF rồi gửi.")
    file.seek(max(0, size - 16 * 1024))
    if b"%%EOF" not in file.read():
        raise UploadRefused("Tệp PDF bị cắt cụt, không mở được. Hãy lưu lại tệp rồi gửi.")
    if _find(_PDF_ACTIVE, file):
        raise UploadRefused("Tệp PDF có mã chạy được hoặc lệnh mở chương trình. Hãy in lại thành PDF rồi gửi.")


def refuse_picture_traps(file: BinaryIO, pillow_format: str) -> None:
    """Refuse a picture with code in it, one that can't be opened, and one too large to unpack."""
    if _find(_CODE, file):
        raise UploadRefused("Ảnh có chứa mã chương trình. Hãy chụp lại hoặc lưu lại ảnh rồi gửi.")
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # judged here
            picture = Image.open(file, formats=[pillow_format])  # Reads the header only.
        too_large = picture.width * picture.height > MOST_PIXELS
    except Image.DecompressionBombError:
        too_large = True
    except Exception:  # Pillow's readers raise many kinds of error on hostile bytes; each means "not a picture".
        raise UploadRefused("Tệp ảnh bị hỏng, không mở được. Hãy chụp lại hoặc lưu lại ảnh rồi gửi.") from None
    if too_large:
        raise UploadRefused("Ảnh có kích thước quá lớn. Hãy thu nhỏ ảnh hoặc chụp lại rồi gửi.")


def office_family(file: BinaryIO) -> str | None:
    """Return "word" or "xl" for an Office Open XML file (DOCX, XLSX), None for any other archive."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except Exception:  # zipfile raises BadZipFile, struct.error, NotImplementedError, OverflowError on hostile bytes.
        return None
    if "[Content_Types].xml" not in names:
        return None
    if "word/document.xml" in names:
        return "word"
    return "xl" if "xl/workbook.xml" in names or "xl/workbook.bin" in names else None


def refuse_office_traps(file: BinaryIO, size: int) -> None:
    """Refuse a DOCX or XLSX with macros, a password, programs inside, more content than its size says, or parts that
    are fetched from elsewhere when it is opened (an outside template can bring the macros that are not inside).
    """
    try:
        with zipfile.ZipFile(file) as archive:
            _refuse_archive_traps(archive.infolist(), size)
            with archive.open("[Content_Types].xml") as part:
                types = part.read(1024 * 1024).lower()
            for entry in archive.infolist():
                if entry.filename.lower().endswith(".rels"):
                    with archive.open(entry) as part:
                        _refuse_outside_parts(part.read(MAX_RELATIONS + 1))
    except UploadRefused:
        raise
    except Exception:  # As in office_family.
        raise UploadRefused("Tệp Word hoặc Excel bị hỏng, không mở được. Hãy lưu lại tệp rồi gửi.") from None
    if b"macroenabled" in types or b"vbaproject" in types or b"sheet.binary" in types:
        raise _macros()
    if b"<!doctype" in types or b"<!entity" in types:
        raise _odd()


def _refuse_outside_parts(relations: bytes) -> None:
    """Refuse relations to anything outside but a link that a reader clicks (ECMA-376 part 2, 8.3)."""
    if len(relations) > MAX_RELATIONS or b"<!" in relations.replace(b"\0", b"").replace(b"<!--", b""):
        raise _odd()
    for relation in ElementTree.fromstring(relations).iter():
        outside = relation.get("TargetMode", "").strip().lower() == "external"
        if outside and not relation.get("Type", "").lower().endswith("/hyperlink"):
            raise UploadRefused(
                "Tệp Word hoặc Excel lấy mẫu hoặc nội dung từ nơi khác khi mở. Hãy lưu thành PDF rồi gửi."
            )


def _refuse_archive_traps(entries: list[zipfile.ZipInfo], size: int) -> None:
    names = [entry.filename.lower() for entry in entries]
    if any(re.search(r"vbaproject\.bin$|vbadata\.xml$|/activex/|/macrosheets/", name) for name in names):
        raise _macros()
    if any(entry.flag_bits & 1 for entry in entries):
        raise _locked()
    unpacked = sum(entry.file_size for entry in entries)
    too_dense = unpacked > 10 * 1024 * 1024 and unpacked > MAX_PACK_RATIO * size
    if len(entries) > MAX_ARCHIVE_ENTRIES or unpacked > MAX_UNPACKED or too_dense:
        raise UploadRefused("Tệp Word hoặc Excel giải nén ra quá lớn. Hãy chia nhỏ hoặc lưu thành PDF rồi gửi.")
    climbs = any(name.startswith("/") or ".." in name.split("/") for name in names)
    if climbs or len(set(names)) != len(names) or min(entry.header_offset for entry in entries) != 0:
        raise _odd()
    if any(name.rpartition(".")[2] in RUNNABLE_ENDINGS - {"xml", "svg"} for name in names):
        raise UploadRefused("Tệp Word hoặc Excel có kèm tệp chương trình. Hãy bỏ phần đính kèm đó rồi gửi lại.")


def ole_family(file: BinaryIO) -> str | None:
    """Return "word" or "xl" for a file of Office 97–2003 (DOC, XLS), None for any other OLE file."""
    streams = _find(_OLE_STREAMS, file)
    if _WORD in streams:
        return "word"
    return "xl" if streams & {_BOOK, _OLD_BOOK} else None


def refuse_ole_traps(file: BinaryIO) -> None:
    """Refuse a DOC or XLS with macros."""
    if _find(_OLE_STREAMS, file) & set(_MACRO_STREAMS):
        raise _macros()


def refuse_locked_office(file: BinaryIO) -> None:
    """Refuse a DOCX or XLSX locked with a password, which is an OLE file around the encrypted archive."""
    if _LOCKED in _find(_OLE_STREAMS, file):
        raise _locked()


def _find(pattern: re.Pattern[bytes], file: BinaryIO) -> set[bytes]:
    """Return every text of `pattern` (at most OVERLAP bytes long) in the file."""
    found: set[bytes] = set()
    file.seek(0)
    kept = b""
    while chunk := file.read(CHUNK):
        window = kept + chunk
        found.update(match[0] for match in pattern.finditer(window))
        kept = window[-OVERLAP:]
    return found


def _macros() -> UploadRefused:
    return UploadRefused("Tệp Word hoặc Excel có macro (mã chạy được). Hãy lưu thành PDF rồi gửi.")


def _locked() -> UploadRefused:
    return UploadRefused("Tệp Word hoặc Excel có đặt mật khẩu. Hãy bỏ mật khẩu rồi gửi lại.")


def _odd() -> UploadRefused:
    return UploadRefused("Tệp Word hoặc Excel có cấu trúc bất thường. Hãy lưu lại tệp rồi gửi.")
