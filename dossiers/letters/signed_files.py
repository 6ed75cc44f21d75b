"""A place for the agency's digital-signing tool: a batch goes out, signed files come back and find their letters.

A signing tool appends to the file it was given (ISO 32000 incremental update; Nghị định 30/2020, Phụ lục I), so a
signed file begins with exactly the bytes that were issued: that, and nothing a person could rename, is the match.
Its signatures must hold and cover the file to its end; the authority behind a certificate is asked where the
installation keeps any (dossiers.letters.pdf_signatures).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile

from dossiers.letters.pdf_signatures import PdfSignature, UnreadableSignature, signatures
from dossiers.models import Letter
from dossiers.table_files.written import csv_lines
from dossiers.workflow.moving import ActError, Change
from dossiers.written_dates import written_day

MOST_FILES = 500
LARGEST = 20 * 1024 * 1024
LARGEST_BATCH = 300 * 1024 * 1024


def file_name(letter: Letter) -> str:
    """Return the name of the letter's file in a batch: its number, its year, a piece of its token."""
    number = letter.paper.number.replace("/", "-")
    return f"{number}-{letter.paper.register_year}_{letter.paper.token[:8]}.pdf"


def batch(letters: Iterable[Letter]) -> tempfile.SpooledTemporaryFile:
    """Return a ZIP of the issued PDFs with a list (number, code, SHA-256, file), ready to be read from the start."""
    archive = tempfile.SpooledTemporaryFile(max_size=8 * 1024 * 1024)
    listing = [["Số văn bản", "Mã hồ sơ", "Tệp", "SHA-256"]]
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        for letter in letters:
            with letter.paper.file.open("rb") as file:
                zipped.writestr(file_name(letter), file.read())
            listing.append([letter.paper.number, letter.dossier.code, file_name(letter), letter.paper.sha256])
        zipped.writestr("danh-sach.csv", "".join(csv_lines(listing)))
    archive.seek(0)
    return archive


def attach(letter: Letter, *, by, now: dt.datetime, content: bytes, how: str) -> Change:
    """Keep the signed file of an issued letter with its hash; `how` is "digital" or "scan" (signed by hand, scanned).

    Raises ActError when it is no PDF, too large, not the letter that was issued, or its signature does not hold.
    """
    paper = letter.paper
    issued = Issued(paper.number, paper.file.size, paper.sha256, letter.issued_at)
    return kept(letter, issued, content, how, now=now, signed_at=now)


@dataclass(frozen=True, slots=True)
class Issued:
    """The file that was handed out to be signed: its number, its size in bytes, its SHA-256, when it went out."""

    number: str
    size: int
    sha256: str
    at: dt.datetime | None


def kept(row: Any, issued: Issued, content: bytes, how: str, *, now: dt.datetime, **more: Any) -> Change:
    """Store the signed file of whatever was issued and return the change of its row (`signed_file`, `_sha256`, `_how`,
    `_facts`, and `more`). Raises ActError as `checked` does."""
    facts = checked(issued, content, how, now=now)
    row.signed_file.save("signed.pdf", ContentFile(content), save=False)
    return Change(
        {
            "signed_file": row.signed_file.name,
            "signed_sha256": hashlib.sha256(content).hexdigest(),
            "signed_how": how,
            "signed_facts": facts,
            **more,
        },
        kind="Nhận bản ký số" if how == "digital" else "Nhận bản ký tay, quét lại",
    )


def checked(issued: Issued, content: bytes, how: str, *, now: dt.datetime) -> list[dict] | None:
    """Return what is known of the signatures ("digital"), None for a paper signed by hand and scanned ("scan").

    Raises ActError when it is no PDF, too large, not the paper that was issued, or its signature does not hold.
    """
    if not content.startswith(b"%PDF-"):
        raise ActError("Tệp không phải PDF. Hãy tải lên đúng tệp do phần mềm ký số xuất ra.")
    if len(content) > LARGEST:
        raise ActError("Tệp lớn quá 20 MB. Hãy quét lại ở độ phân giải thấp hơn.")
    if how != "digital":
        return None
    if hashlib.sha256(content[: issued.size]).hexdigest() != issued.sha256:
        raise ActError(f"Nội dung tệp khác văn bản số {issued.number} đã phát hành. Hãy ký đúng tệp đã tải về.")
    return [each.as_dict() for each in _proven(issued, content, now)]


def _proven(issued: Issued, content: bytes, now: dt.datetime) -> list[PdfSignature]:
    """Return the signatures added to the issued bytes; ActError when there is none or one of them proves nothing."""
    number = issued.number
    try:
        found = signatures(content, since=issued.size)
    except UnreadableSignature as error:
        raise ActError(f"Văn bản số {number}: {error}") from error
    if all(each.stamp for each in found):
        raise ActError(f"Tệp của văn bản số {number} chưa có chữ ký số. Hãy ký rồi tải lên lại.")
    for each in found:
        if not each.intact:
            raise ActError(
                f"Chữ ký số của {each.signer} không khớp nội dung tệp của văn bản số {number}: tệp đã bị sửa "
                "sau khi ký. Hãy ký lại đúng tệp đã tải về."
            )
        if each.revoked:
            raise ActError(
                f"Chứng thư số của {each.signer} đã bị thu hồi. Hãy ký lại văn bản số {number} bằng chứng thư còn hạn."
            )
        if each.trusted is False:
            raise ActError(
                f"Chứng thư số của {each.signer} do {each.issuer or 'một tổ chức không ghi tên'} cấp, không thuộc "
                "các tổ chức chứng thực được tin cậy ở đây. "
                f"Hãy ký lại văn bản số {number} bằng chứng thư được cấp cho cơ quan."
            )
        # A clock set back cannot make a certificate good that was never good since the letter went out.
        at = min(max(each.claimed_at or now, issued.at or now), now)
        if not each.valid_from <= at <= each.valid_to:
            raise ActError(
                f"Chứng thư số của {each.signer} chỉ có giá trị từ {written_day(each.valid_from)} đến "
                f"{written_day(each.valid_to)}. Hãy ký lại văn bản số {number} bằng chứng thư còn hạn."
            )
    if content[found[-1].end :].strip(b"\r\n\0 "):
        raise ActError(
            f"Tệp của văn bản số {number} có phần thêm vào sau chữ ký cuối, chữ ký không bảo vệ phần đó. Hãy ký lại; "
            "nếu phần mềm ký thêm dữ liệu xác thực dài hạn (LTV), hãy bật dấu thời gian bao trùm hoặc tắt chức năng đó."
        )
    return found


def unpacked(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the PDFs of an upload: the file itself, or those inside a ZIP. Raises ActError for a ZIP that is a trap."""
    if not zipfile.is_zipfile(io.BytesIO(content)) or content.startswith(b"%PDF-"):
        yield name, content
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        inside = [info for info in archive.infolist() if info.filename.lower().endswith(".pdf")]
        if len(inside) > MOST_FILES:
            raise ActError(f"Gói có hơn {MOST_FILES} tệp. Hãy chia thành nhiều gói.")
        if sum(info.file_size for info in inside) > LARGEST_BATCH:
            raise ActError("Gói quá lớn sau khi giải nén. Hãy chia thành nhiều gói.")
        for info in inside:
            if info.flag_bits & 1:
                raise ActError("Gói có mật khẩu. Hãy nén lại không đặt mật khẩu.")
            try:
                with archive.open(info) as file:
                    yield info.filename.rsplit("/", 1)[-1], file.read(LARGEST + 1)
            except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
                raise ActError(f"Không đọc được tệp {info.filename} trong gói. Hãy nén lại.") from error
