"""Signed files: matched by the bytes that were issued, refused when altered, unsigned or not ours."""

import datetime as dt
import io
import zipfile

import pytest
from cryptography.hazmat.primitives import serialization

from dossiers.letters import acts as letter_acts
from dossiers.letters import many, signed_files
from dossiers.models import Letter
from dossiers.workflow.moving import ActError
from tests.dossiers.letters.signed_pdf import plain_pdf, signed, signer
from tests.dossiers.letters.test_letters_acts import FRIDAY, drafted, fresh, pdf_of


def signed_copy(letter: Letter) -> bytes:
    """Return what a signing tool gives back: the issued bytes with a signature appended."""
    return signed(pdf_of(letter.paper))


@pytest.fixture
def issued(centre, procedure) -> list[Letter]:
    return [letter_acts.do("approve", drafted(centre, procedure), by=centre.leader, now=FRIDAY) for _ in range(3)]


def received(files, letters, centre):
    return many.receive(files, letters, by=centre.clerk, now=FRIDAY)


def test_signed_files_find_their_letters_whatever_they_are_called(centre, issued):
    files = [(f"scan ({n}).pdf", signed_copy(letter)) for n, letter in enumerate(reversed(issued))]
    results = received(files, issued, centre)
    assert [result.letter.pk for result in results] == [letter.pk for letter in reversed(issued)]
    row = fresh(issued[0])
    assert (row.state, row.signed_how) == ("signed", "digital")
    with row.signed_file.open("rb") as file:
        assert file.read() == signed_copy(row)


def test_an_altered_file_is_refused_even_under_the_right_name(centre, issued):
    altered = signed_copy(issued[0]).replace(b"obj", b"obi", 1)
    result = received([(signed_files.file_name(issued[0]), altered)], issued, centre)[0]
    assert result.letter is None
    assert "nội dung khác bản đã phát hành" in result.sentence
    assert fresh(issued[0]).state == "issued"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"not a pdf", "không phải PDF"), (b"%PDF-1.7 another", "Không khớp văn bản nào")],
)
def test_what_is_no_letter_of_ours_says_so(centre, issued, content, sentence):
    assert sentence in received([("x.pdf", content)], issued, centre)[0].sentence


def test_an_unsigned_original_is_refused(centre, issued):
    result = received([("x.pdf", pdf_of(issued[0].paper))], issued, centre)[0]
    assert "chưa có chữ ký số" in result.sentence


def test_who_signed_is_kept_and_told(centre, issued):
    printed = issued[0].paper.signer_name
    own = signed(pdf_of(issued[0].paper), signer(printed))
    told = received([("x.pdf", own)], issued, centre)[0].sentence
    assert told == f"Đã nhận bản ký số của văn bản số {issued[0].paper.number}, chứng thư của {printed}."
    assert [each["signer"] for each in fresh(issued[0]).signatures] == [printed]
    # The seal of the agency is a signature too: taken, and pointed at.
    told = received([("y.pdf", signed_copy(issued[1]))], issued, centre)[0].sentence
    assert f"Người ký in trên văn bản là {printed}" in told


OLD = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
EXPIRED = signer("Người hết hạn", since=OLD, until=dt.datetime(2021, 1, 1, tzinfo=dt.UTC))


@pytest.mark.parametrize(
    ("spoilt", "sentence"),
    [
        (lambda pdf: signed(pdf, EXPIRED), "chỉ có giá trị từ 01/01/2020 đến 01/01/2021"),
        (lambda pdf: signed(pdf) + b"10 0 obj<</Type/Page>>endobj", "phần thêm vào sau chữ ký cuối"),
        (lambda pdf: signed(pdf).replace(b"/SigFlags 3", b"/SigFlags 2"), "không khớp nội dung"),
        (lambda pdf: pdf + b"<</ByteRange[0 1 2 3]/Contents<00>>>", "Vùng ký trong tệp không đúng"),
        (lambda pdf: pdf + signed(plain_pdf())[len(plain_pdf()) :], "Hãy ký"),
    ],
)
def test_a_signature_that_proves_nothing_is_refused(centre, issued, spoilt, sentence):
    result = received([("x.pdf", spoilt(pdf_of(issued[0].paper)))], issued, centre)[0]
    assert result.letter is None
    assert sentence in result.sentence
    assert fresh(issued[0]).state == "issued"


def test_a_strangers_authority_is_refused_where_authorities_are_kept(centre, issued, settings, tmp_path):
    settings.SIGNATURE_ROOTS = str(tmp_path)
    (tmp_path / "goc.pem").write_bytes(signer()[0].public_bytes(serialization.Encoding.PEM))
    strange = signed(pdf_of(issued[0].paper), signer("Người lạ", kind="rsa"))
    assert "không thuộc các tổ chức chứng thực" in received([("x.pdf", strange)], issued, centre)[0].sentence
    assert received([("y.pdf", signed_copy(issued[0]))], issued, centre)[0].letter


def test_the_same_file_twice_is_kept_once(centre, issued):
    copy = signed_copy(issued[0])
    first, second = received([("a.pdf", copy), ("b.pdf", copy)], issued, centre)
    assert (first.letter is not None, second.letter) == (True, None)


def test_the_batch_holds_every_letter_and_a_list_with_hashes(centre, issued):
    with zipfile.ZipFile(signed_files.batch(issued)) as archive:
        names = archive.namelist()
        listing = archive.read("danh-sach.csv").decode("utf-8-sig")
    assert len(names) == 4
    for letter in issued:
        assert letter.paper.sha256 in listing
        assert signed_files.file_name(letter) in names


def test_a_zip_is_unpacked_and_a_bomb_is_not(centre, issued):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("thư mục/ký.pdf", signed_copy(issued[0]))
        archive.writestr("ghi chú.txt", "bỏ qua")
    inside = list(signed_files.unpacked("goi.zip", packed.getvalue()))
    assert [name for name, _ in inside] == ["ký.pdf"]
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(16):
            archive.writestr(f"{number}.pdf", b"\0" * (20 * 1024 * 1024))
    with pytest.raises(ActError, match="quá lớn sau khi giải nén"):
        list(signed_files.unpacked("bom.zip", bomb.getvalue()))


def test_a_scan_of_the_paper_signed_by_hand_is_kept_as_such(centre, issued):
    letter_acts.do("attach", issued[0], content=b"%PDF-1.4 scanned", how="scan", by=centre.clerk, now=FRIDAY)
    assert (fresh(issued[0]).state, fresh(issued[0]).signed_how) == ("signed", "scan")


def test_a_draft_takes_no_signed_file(centre, procedure):
    letter = drafted(centre, procedure)
    assert many.receive([("x.pdf", b"%PDF-1.7")], [letter], by=centre.clerk, now=FRIDAY)[0].letter is None
