"""What the QR of a paper proves, and that it tells a changed byte, a newer letter and a withdrawn one."""

import io

import pytest

from dossiers.lateness import sweep as overdue
from dossiers.letters import acts as letter_acts
from dossiers.letters import draft as letters
from dossiers.lookup import verification
from dossiers.models import Dossier, Letter
from dossiers.privacy import guessing
from tests.dossiers.letters.test_letters_acts import FRIDAY, at, drafted, fresh, pdf_of
from tests.dossiers.letters.test_letters_signed import signed_copy


@pytest.fixture(autouse=True)
def calm():
    guessing.forget()
    yield
    guessing.forget()


@pytest.fixture
def letter(centre, procedure) -> Letter:
    return letter_acts.do("approve", drafted(centre, procedure), by=centre.leader, now=FRIDAY)


def posted(client, letter, content: bytes) -> str:
    file = io.BytesIO(content)
    file.name = "van-ban.pdf"
    return client.post(f"/x/{letter.paper.token}/", {"file": file}).content.decode()


def test_it_says_who_issued_what_when_and_nothing_personal(client, centre, letter):
    answer = client.get(f"/x/{letter.paper.token}/")
    page = answer.content.decode()
    for part in ("01/PXL-TTPVHCC", "20/11/2026", "Trung tâm Phục vụ hành chính công xã Cần Giuộc", "đang có hiệu lực"):
        assert part in page, part
    for private in ("Nguyễn Văn An", "0912", "080085001234", "Ấp 2"):
        assert private not in page
    assert "noindex" in page
    assert "no-store" in answer["Cache-Control"]


def test_the_genuine_file_matches_and_one_changed_byte_does_not(client, letter):
    pdf = pdf_of(letter.paper)
    assert "Tệp khớp bản gốc" in posted(client, letter, pdf)
    assert "Tệp đã bị sửa" in posted(client, letter, pdf[:-20] + b"!" + pdf[-19:])


def test_the_signed_file_matches_too(client, centre, letter):
    letter_acts.do("attach", letter, content=signed_copy(letter), how="digital", by=centre.clerk, now=FRIDAY)
    assert "Tệp khớp bản đã ký" in posted(client, letter, signed_copy(letter))


def test_a_chain_of_letters_points_at_the_last(client, centre, letter):
    numbers = []
    for day in (24, 27):
        overdue.sweep(now=at(day))
        later = Letter.objects.filter(dossier=letter.dossier, state=Letter.State.DRAFT).first()
        if later is None:
            later = letters.draft(Dossier.objects.get(pk=letter.dossier_id), by=centre.handler, now=at(day))
        later = letter_acts.do("approve", fresh(later), by=centre.leader, now=at(day), override_note="Ý kiến UBND")
        numbers.append(later.paper.number)
    page = client.get(f"/x/{letter.paper.token}/").content.decode()
    assert f"số {numbers[-1]}" in page
    assert numbers[0] not in page


def test_the_file_of_another_letter_is_named_as_such(client, centre, procedure, letter):
    other = letter_acts.do("approve", drafted(centre, procedure), by=centre.leader, now=FRIDAY)
    assert "Tệp này là văn bản số 02/PXL-TTPVHCC" in posted(client, letter, pdf_of(other.paper))


def test_the_page_speaks_english(client, letter):
    client.get("/?lang=en")
    page = client.get(f"/x/{letter.paper.token}/").content.decode()
    assert 'lang="en"' in page
    for part in ("Check a document", "Issued by", "Signed by", "Date of issue", "Result due", "in force"):
        assert part in page, part
    for part in ("Kiểm tra", "Cơ quan", "Người ký", "Ngày hẹn", "đang có hiệu lực"):
        assert part not in page, part
    assert "Choose the PDF file to check." in client.post(f"/x/{letter.paper.token}/").content.decode()
    assert "No document carries this QR code" in client.get("/x/khong-co-token-nao-nhu-vay/").content.decode()


def test_what_is_no_pdf_is_asked_for_again(client, letter):
    assert "Tệp không phải PDF" in posted(client, letter, b"\x89PNG")
    answer = client.post(f"/x/{letter.paper.token}/")
    assert answer.status_code == 422
    assert "Chọn tệp PDF" in answer.content.decode()


def test_a_newer_letter_of_the_dossier_takes_its_place(client, centre, letter):
    overdue.sweep(now=at(25))
    second = fresh(Letter.objects.get(dossier=letter.dossier_id, state="draft"))
    letter_acts.do("approve", second, by=centre.leader, now=at(25), override_note="Căn cứ")
    page = client.get(f"/x/{letter.paper.token}/").content.decode()
    assert "Đã có văn bản mới hơn" in page
    assert "02/PXL-TTPVHCC" in page


def test_a_withdrawn_letter_says_so(client, centre, letter):
    letter_acts.do("withdraw", letter, by=centre.leader, now=FRIDAY, note="Nhầm hồ sơ")
    page = client.get(f"/x/{letter.paper.token}/").content.decode()
    assert "Văn bản đã bị thu hồi" in page
    assert "Nhầm hồ sơ" not in page


def test_an_invented_address_says_the_paper_is_probably_not_ours(client, db):
    answer = client.get("/x/AAAAAAAAAAAAAAAAAAAAAA/")
    assert answer.status_code == 404
    assert "rất có thể văn bản đó không phải do cơ quan phát hành" in answer.content.decode()


def test_a_file_without_end_is_not_read_to_the_end(letter):
    def endless():
        while True:
            yield b"%PDF-" + b"x" * 1024 * 1024

    proof = verification.by_token(letter.paper.token)
    assert verification.check_file(proof, endless()).verdict == "too_large"
