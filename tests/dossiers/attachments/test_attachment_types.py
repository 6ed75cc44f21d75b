"""The gate for uploads: honest files pass under a safe name, planted traps are refused with a sentence."""

import hashlib
import io
import struct
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from dossiers.attachments import traps as attachment_traps
from dossiers.attachments import types as attachment_types
from dossiers.attachments.types import EVIDENCE, UploadRefused, check_upload, detect, safe_name

MB = 1024 * 1024
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
TYPES = '<?xml version="1.0"?><Types><Override ContentType="application/{}"/></Types>'


def picture(pillow_format):
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, pillow_format)
    return out.getvalue()


def office(family="word/document.xml", extra=(), types="plain+xml", before=b""):
    out = io.BytesIO(before)
    out.seek(0, io.SEEK_END)
    with zipfile.ZipFile(out, "a" if before else "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES.format(types))
        archive.writestr(family, "<w/>")
        for name, content in extra:
            archive.writestr(name, content)
    return out.getvalue()


def ole(*streams):
    entries = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", 2 * len(name) + 2) + b"\0" * 62
        for name in streams
    )
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + entries


JPEG, PNG, WEBP, GIF = (picture(name) for name in ("JPEG", "PNG", "WEBP", "GIF"))
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 50
HONEST = {
    "pdf": PDF,
    "jpg": JPEG,
    "png": PNG,
    "webp": WEBP,
    "heic": HEIC,
    "docx": office(),
    "xlsx": office("xl/workbook.xml"),
    "doc": ole("WordDocument"),
    "xls": ole("Workbook"),
    "gif": GIF,
    "mp4": b"\0\0\0\x18ftypisom" + b"\0" * 50,
    "mov": b"\0\0\0\x14ftypqt  " + b"\0" * 50,
    "m4a": b"\0\0\0\x18ftypM4A " + b"\0" * 50,
    "mp3": b"ID3\x04" + b"\0" * 50,
    "aac": b"\xff\xf1" + b"\0" * 50,
    "amr": b"#!AMR\n" + b"\0" * 50,
    "wav": b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 50,
    "wmv": b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c" + b"\0" * 50,
}


def take(name, content, max_bytes=5 * MB, **options):
    return check_upload(name, io.BytesIO(content), max_bytes, **options)


@pytest.mark.parametrize("extension", HONEST)
def test_honest_files_are_taken(extension):
    content = HONEST[extension]
    checked = take(f"Giấy khai sinh.{extension.upper()}", content, allowed=EVIDENCE)
    assert extension in checked.kind.extensions
    assert checked.safe_name == f"Giấy khai sinh.{extension}"
    assert (checked.sha256, checked.size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert detect(content) is checked.kind


def test_file_is_left_open_at_its_start_and_django_uploads_work():
    for content in (PDF, PNG, HONEST["docx"]):
        file = io.BytesIO(content)
        check_upload("a", file, MB)
        assert file.read() == content
    assert check_upload("a.png", SimpleUploadedFile("a.png", PNG), MB).size == len(PNG)
    with TemporaryUploadedFile("a.docx", "", 0, None) as upload:
        upload.write(HONEST["docx"])
        assert check_upload("a.docx", upload, MB).kind.name == "docx"
        assert not upload.closed


def test_a_name_without_ending_gets_that_of_the_content():
    assert take("anh chup", JPEG).safe_name == "anh chup.jpg"
    assert take("đơn ngày 21.10.2026", PDF).safe_name == "đơn ngày 21.10.2026.pdf"
    assert take("", PDF).safe_name == "tep-dinh-kem.pdf"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.pdf", b"", "trống"),
        ("a.pdf", b"MZ\x90\0" + b"\0" * 90, "chương trình"),
        ("a.pdf", b"\x7fELF\x02", "chương trình"),
        ("a.jpg", b"#!/bin/sh\nrm -rf /", "chương trình"),
        ("a.png", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "SVG"),
        ("a.png", b'\xef\xbb\xbf  <?xml version="1.0"?><svg/>', "SVG"),
        ("a.png", "\ufeff<html><script>1</script>".encode("utf-16-le"), "trang web"),
        ("a.pdf", b"<!-- x --><html>", "trang web"),
        ("a.pdf", b"hello", "không được nhận"),
        ("a.zip", office("x.txt"), "không được nhận"),
        ("a.mp4", HONEST["mp4"], "không được nhận"),
        ("a.png", PDF, "nội dung là PDF"),
        ("a.pdf", JPEG, "nội dung là ảnh JPEG"),
        ("a.doc", HONEST["docx"], "đuôi .doc "),
        ("a.abc", PDF, "đuôi .abc"),
        ("a.pdf.exe", PDF, "chương trình"),
        ("a.exe.pdf", PDF, "chương trình"),
        ("a.php.jpg", JPEG, "chương trình"),
        ("a.pdf\0.exe", PDF, "chương trình"),
        ("a.exe\0.pdf", PDF, "chương trình"),
        ("anh\u202egpj.exe", JPEG, "chương trình"),
        ("a.exe. ", PDF, "chương trình"),
        ("a.svg", PNG, "chương trình"),
        ("a.docm", HONEST["docx"], "chương trình"),
        ("a.pdf", b"%PDF-1.4\n<html><script>alert(1)</script>\n%%EOF", "trang web"),
        ("a.pdf", PDF[:-20], "cắt cụt"),
        ("a.pdf", PDF.replace(b"/Type", b"/S /JavaScript /JS (x) /Type"), "mã chạy"),
        ("a.pdf", PDF.replace(b"/Type", b"/S /Launch /Type"), "mã chạy"),
        ("a.pdf", office(before=PDF), "tệp nén"),
        ("a.jpg", office(before=JPEG), "tệp nén"),
        ("a.jpg", JPEG[:20] + b"<?php system($_GET[0]);" + JPEG[20:], "mã chương trình"),
        ("a.png", PNG + b"<script>alert(1)</script>", "mã chương trình"),
        ("a.png", PNG[:20], "hỏng"),
        ("a.jpg", JPEG[:8], "hỏng"),
        ("a.docx", office(extra=[("word/vbaProject.bin", b"x")]), "macro"),
        ("a.docx", office(types="vnd.ms-word.document.macroEnabled.main+xml"), "macro"),
        ("a.xlsx", office("xl/workbook.xml", [("xl/macrosheets/sheet1.xml", b"x")]), "macro"),
        ("a.docx", office(extra=[("word/embeddings/run.exe", b"MZ")]), "chương trình"),
        ("a.docx", office(extra=[("../../etc/passwd", b"x")]), "bất thường"),
        ("a.docx", office(types='x"/><!DOCTYPE y><z a="'), "bất thường"),
        ("a.docx", HONEST["docx"][:-30], "không được nhận"),
        ("a.doc", ole("WordDocument", "_VBA_PROJECT"), "macro"),
        ("a.xls", ole("Workbook", "_VBA_PROJECT_CUR"), "macro"),
        ("a.docx", ole("EncryptedPackage"), "mật khẩu"),
        ("a.doc", ole("Property"), "không được nhận"),
    ],
)
def test_traps_are_refused_with_a_sentence(name, content, says):
    with pytest.raises(UploadRefused, match="Hãy") as refused:
        take(name, content)
    assert says in str(refused.value)


def test_size_is_counted_while_reading_and_reading_stops():
    class Endless(io.RawIOBase):
        given = 0

        def seek(self, *_):
            return 0

        def read(self, size=-1):
            self.given += size
            return b"\0" * size

    endless = Endless()
    with pytest.raises(UploadRefused, match="lớn hơn 1,5 MB"):
        check_upload("a.pdf", endless, 3 * MB // 2)
    assert endless.given < 2 * MB


def test_archive_bombs_are_refused_without_unpacking(monkeypatch):
    many = office(extra=[(f"word/{n}.xml", b"") for n in range(60)])
    monkeypatch.setattr(attachment_traps, "MAX_ARCHIVE_ENTRIES", 50)
    with pytest.raises(UploadRefused, match="quá lớn"):
        take("a.docx", many)
    dense = office(extra=[("word/big.xml", b"0" * (12 * MB))])
    with pytest.raises(UploadRefused, match="quá lớn"):
        take("a.docx", dense)


def test_encrypted_and_doubled_entries_are_refused():
    content = bytearray(office())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(signature) + offset] |= 1
    with pytest.raises(UploadRefused, match="mật khẩu"):
        take("a.docx", bytes(content))
    with pytest.warns(UserWarning):
        doubled = office(extra=[("word/document.xml", b"<other/>")])
    with pytest.raises(UploadRefused, match="bất thường"):
        take("a.docx", doubled)


def test_picture_of_a_billion_pixels_is_refused_by_its_header():
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
    with pytest.raises(UploadRefused, match="quá lớn"):
        take("a.png", bomb)


def test_trap_on_the_seam_of_two_reads_is_seen():
    seam = attachment_traps.CHUNK - 5
    body = PDF[:9] + b"\n%" + b"x" * (seam - 11) + b" /JavaScript " + PDF[9:]
    with pytest.raises(UploadRefused, match="mã chạy"):
        take("a.pdf", body)


def test_word_text_about_macros_is_not_a_macro():
    assert take("a.doc", ole("WordDocument") + "Macros _VBA_PROJECT".encode("utf-16-le")).kind.name == "doc"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\A\\Đơn xin.PDF", "Đơn xin.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("anh\u202egpj.pdf", "anhgpj.pdf"),
        ("\u200ba\ufeff.pdf", "a.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("..", "tep-dinh-kem"),
        (".htaccess", "htaccess"),
        ('a"b<c>|d?.pdf', "a_b_c__d_.pdf"),
        ("Gia\u0302\u0301y to\u031b\u0300.pdf", "Giấy tờ.pdf"),
        ("", "tep-dinh-kem"),
    ],
)
def test_safe_names(name, safe):
    assert safe_name(name) == safe


@settings(max_examples=300)
@given(st.text(max_size=300))
def test_any_name_becomes_safe_and_stays_so(name):
    safe = safe_name(name)
    assert safe and len(safe.encode()) <= attachment_types.MAX_NAME_BYTES
    assert safe not in (".", "..") and not set(safe) & set('/\\\0\r\n":<>|?*%') and not safe.startswith((".", " "))
    assert safe.isprintable() and safe_name(safe) == safe


@settings(max_examples=300)
@given(
    st.sampled_from(sorted(HONEST)),
    st.binary(max_size=40),
    st.integers(0, 400),
    st.integers(0, 400),
    st.text(max_size=8),
)
def test_any_bytes_are_taken_or_refused_never_a_crash(extension, noise, at, length, stem):
    content = HONEST[extension]
    spoiled = content[:at] + noise + content[at + length :]
    try:
        take(f"{stem}.{extension}", spoiled, allowed=EVIDENCE)
    except UploadRefused as refused:
        assert str(refused).endswith(".")
    detect(spoiled), detect(noise)


RELATION = '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" {}/>'
OUTSIDE = 'Target="http://x.example/mau.dotm" TargetMode="External"'


def related(kind, where, *, encoding="utf-8", part="word/_rels/settings.xml.rels"):
    text = f'<?xml version="1.0"?><Relationships>{RELATION.format(kind, where)}</Relationships>'
    return office(extra=[(part, text.encode(encoding))])


@pytest.mark.parametrize("kind", ["attachedTemplate", "oleObject", "image", "frame", "subDocument", "externalLinkPath"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_that_fetches_parts_from_elsewhere_is_refused(kind, encoding):
    with pytest.raises(UploadRefused, match="từ nơi khác"):
        check_upload("don.docx", io.BytesIO(related(kind, OUTSIDE, encoding=encoding)), MB)


def test_a_link_to_click_and_a_template_inside_are_taken():
    for content in (related("hyperlink", OUTSIDE), related("attachedTemplate", 'Target="mau.xml"')):
        assert check_upload("don.docx", io.BytesIO(content), MB).kind.name == "docx"


@pytest.mark.parametrize("text", ["<!DOCTYPE x [<!ENTITY e 'External'>]><x/>", "<x", ""])
def test_relations_that_cannot_be_read_are_refused(text):
    with pytest.raises(UploadRefused):
        check_upload("don.docx", io.BytesIO(office(extra=[("word/_rels/document.xml.rels", text)])), MB)
