"""The look-up as a browser meets it: forms, answers, headers, what is echoed and what never is."""

import datetime as dt
import re

import pytest
import time_machine
from django.utils import timezone

from dossiers.intake import counter as intake
from dossiers.intake.counter import Intake, Item, PaperLine
from dossiers.lookup import passes
from dossiers.models import Dossier, IssuedPaper, PersonalDataRead
from dossiers.states import State
from tests import factories
from tests.dossiers.printed_forms.printed_paper import words
from tests.people import AN, BINH, MONDAY

PERSONAL = ("Nguyễn Văn An", "080085001234", "0912345678", "912345678", "an@example.vn", "Ấp 2")


@pytest.fixture
def dossier(centre, procedure):
    return factories.in_state(State.SUPPLEMENT_REQUESTED, centre, procedure, now=timezone.now() - dt.timedelta(days=1))


def search(client, **typed):
    return client.post("/tra-cuu/", typed)


def body(response) -> str:
    return response.content.decode()


def test_the_qr_address_shows_the_way_and_nothing_of_the_person(client, dossier):
    answer = client.get(f"/h/{dossier.token}/")
    page = body(answer)
    assert answer.status_code == 200 and "Cần bổ sung giấy tờ" in page and "N*** V** A*" in page
    for secret in (*PERSONAL, "Trích đo bản đồ"):
        assert secret not in page, secret


def test_personal_answers_are_kept_by_nobody_and_indexed_by_nobody(client, dossier):
    for answer in (client.get(f"/h/{dossier.token}/"), search(client, number=dossier.code), client.get("/tra-cuu/")):
        assert "no-store" in answer["Cache-Control"]
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer["Referrer-Policy"] == "same-origin"
        assert not answer.cookies, "no cookie is needed to look something up"


def test_a_typed_code_gives_tier_1_and_asks_for_the_second_fact(client, dossier):
    page = body(search(client, number=dossier.code.lower().replace("-", " ")))
    assert dossier.code in page and 'name="last4"' in page and "Trích đo bản đồ" not in page
    assert dossier.token not in page, "a guessed code does not give the unguessable address away"


def test_code_and_last_four_open_everything_the_citizen_must_do(client, dossier):
    page = body(search(client, number=dossier.code, last4="1234"))
    for told in ("Nguyễn Văn An", "Trích đo bản đồ", "Nộp bản có xác nhận", "Bản đã nộp chưa có dấu xác nhận"):
        assert told in page, told
    for secret in ("080085001234", "0912345678", "an@example.vn", "Ấp 2"):
        assert secret not in page, secret


@pytest.mark.parametrize(
    ("total", "paid", "said"),
    [(0, False, "Miễn phí"), (0, True, "Miễn phí"), (50_000, False, "50.000 đồng (chưa nộp)")],
)
def test_what_costs_nothing_is_said_to_be_free(client, dossier, total, paid, said):
    Dossier.objects.filter(pk=dossier.pk).update(fee_total=total, fee_paid=paid)
    page = body(search(client, number=dossier.code, last4="1234"))
    assert said in page and "0 đồng (chưa nộp)" not in page.replace("50.000 đồng", "")


def test_the_second_fact_under_the_qr_page(client, dossier):
    assert "Trích đo bản đồ" in body(client.post(f"/h/{dossier.token}/", {"last4": "5678"}))
    assert "Trích đo bản đồ" in body(client.post(f"/h/{dossier.token}/", {"last4": "0912 345 678"}))
    wrong = body(client.post(f"/h/{dossier.token}/", {"last4": "9999"}))
    assert "Chưa khớp" in wrong and "Trích đo bản đồ" not in wrong
    assert "Hãy nhập 4 số cuối" in body(client.post(f"/h/{dossier.token}/", {"last4": ""}))
    assert "đúng 4 chữ số cuối" in body(client.post(f"/h/{dossier.token}/", {"last4": "12"}))


def test_id_and_phone_list_own_dossiers_and_open_them_without_an_address(client, dossier, centre, procedure):
    stranger = factories.dossier(centre, procedure, person=BINH, now=MONDAY)
    page = body(search(client, id_number="080085001234", phone="0912 345 678"))
    assert dossier.code in page and stranger.code not in page
    for secret in PERSONAL:
        assert secret not in page, secret
    opened = search(client, **{"pass": re.search(r'name="pass" value="([^"]+)"', page)[1]})
    assert "Trích đo bản đồ" in body(opened)


def test_a_pass_too_old_asks_again(client, dossier):
    page = body(search(client, **{"pass": "v1.x.y"}))
    assert "đã hết hạn" in page and 'name="number"' in page


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({}, "number", "Hãy nhập số hồ sơ"),
        ({"full_name": "Nguyễn Văn An"}, "id_number", "nhiều người trùng tên"),
        ({"id_number": "080085001234"}, "phone", "Chỉ số CCCD/CMND thì chưa đủ"),
        ({"phone": "0912345678"}, "id_number", "Chỉ số điện thoại thì chưa đủ"),
        ({"phone": "0912345678", "full_name": "Nguyễn Văn An"}, "id_number", "Chỉ có tên thì chưa đủ"),
        ({"last4": "1234"}, "number", "dùng kèm số hồ sơ"),
        ({"last4": "12345"}, "last4", "đúng 4 chữ số cuối"),
        ({"id_number": "12"}, "id_number", "Số giấy tờ không đúng"),
        ({"phone": "0912"}, "phone", "10 chữ số"),
        ({"number": "080085001234"}, "number", "Đây giống số CCCD/CMND"),
        ({"number": "0912 345 678"}, "number", "Đây giống số điện thoại"),
        ({"number": "H80.05-20261116-0000001 H80.05-20261116-0000002"}, "number", "từng mã một"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(client, dossier, typed, field, sentence):
    page = body(search(client, **typed))
    beside = re.search(rf'id="{field}-error">.*?</svg>(.*?)</p>', page, re.S)
    assert beside and sentence in beside[1]
    assert f'aria-describedby="{field}-hint {field}-error" aria-invalid="true"' in page
    assert dossier.code not in page


def test_unknown_addresses_are_a_plain_404(client, db):
    answer = client.get("/h/AAAAAAAAAAAAAAAAAAAAAA/")
    assert answer.status_code == 404 and "no-store" in answer["Cache-Control"]
    assert client.get("/h/ngắn/").status_code == 404


def test_a_receipt_of_several_dossiers_leads_to_each(client, centre, procedure):
    receipt = factories.received(centre, procedure, count=2)
    page = body(client.get(f"/h/{receipt.token}/"))
    links = re.findall(r'href="(/h/[\w-]+/)"', page)
    assert len(links) == 2 and all(client.get(link).status_code == 200 for link in links)
    assert "Nguyễn Văn An" not in page
    by_number = body(search(client, number=receipt.number))
    assert by_number.count("Xem hồ sơ này") == 2 and "/h/" not in by_number


@pytest.mark.parametrize("state", State.values)
def test_every_state_has_a_page_in_both_tiers_and_languages(client, centre, procedure, state):
    row = factories.in_state(state, centre, procedure, now=timezone.now() - dt.timedelta(days=1))
    for language in ("vi", "en"):
        for answer in (
            client.get(f"/h/{row.token}/?lang={language}"),
            client.post(f"/h/{row.token}/?lang={language}", {"last4": "1234"}),
        ):
            assert answer.status_code == 200 and 'class="steps"' in body(answer)


def test_payment_and_result_say_how_much_and_where(client, centre, procedure):
    now = timezone.now() - dt.timedelta(days=1)
    paying = factories.in_state(State.PAYMENT_REQUESTED, centre, procedure, now=now)
    assert "120.000 đồng" in body(search(client, number=paying.code, last4="1234"))
    assert "120.000" not in body(search(client, number=paying.code))
    ready = factories.in_state(State.RESULT_READY, centre, procedure, now=now)
    page = body(client.get(f"/h/{ready.token}/"))
    assert "Số 1 đường Nguyễn Thái Bình" in page and "Mang theo" in page and "căn cước" in page


def test_a_late_dossier_says_so_and_whom_to_call(client, centre, procedure):
    row = factories.in_state(State.APPRAISING, centre, procedure, now=timezone.now() - dt.timedelta(days=40))
    page = body(client.get(f"/h/{row.token}/"))
    assert "Đã quá ngày hẹn" in page and 'href="tel:+842723874001"' in page


def test_logs_carry_nothing_that_was_typed(client, dossier, capfd, caplog):
    search(client, number=dossier.code, last4="7777")
    search(client, id_number="080085001234", phone="0903111222", full_name="Lê Thị Không Có")
    client.get("/h/AAAAAAAAAAAAAAAAAAAAAA/")
    captured = capfd.readouterr()
    told = captured.out + captured.err + caplog.text
    assert "lookup_missed" in told
    for typed in ("7777", "080085001234", "0903111222", "903111222", "Lê Thị Không Có", "127.0.0.1"):
        assert typed not in told, typed


def test_other_methods_are_refused(client, dossier):
    assert client.put("/tra-cuu/").status_code == 405
    assert client.delete(f"/h/{dossier.token}/").status_code == 405


def test_head_is_answered(client, dossier):
    assert client.head("/tra-cuu/").status_code == 200 and client.head(f"/h/{dossier.token}/").status_code == 200


def receipt_pass(page: str) -> str:
    return re.search(r'action="/tra-cuu/giay-tiep-nhan/">\s*<input [^>]*value="([^"]+)"', page)[1]


def test_who_proved_two_facts_reads_the_receipt_without_what_the_page_hides(client, centre, procedure):
    now = timezone.now() - dt.timedelta(days=1)
    item = Item(procedure=procedure, papers=(PaperLine("Đơn", originals=1),), unit=centre.front, owner=BINH)
    handed_in = Intake(agency=centre.agency, submitter=AN, items=(item,), desk=centre.desk)
    dossier = intake.receive(handed_in, by=centre.clerk, now=now).dossiers.get()
    proof = receipt_pass(body(search(client, number=dossier.code, last4="5678")))
    answer = client.post("/tra-cuu/giay-tiep-nhan/", {"pass": proof})
    assert answer["Content-Type"] == "application/pdf" and "no-store" in answer["Cache-Control"]
    said = words(answer.content)
    for told in (dossier.code, "Nguyễn Văn An", BINH.full_name, "Bản xem qua trang tra cứu", procedure.name):
        assert told in said, told
    for secret in ("080085001234", "0912 345 678", "an@example.vn", "Ấp 2", BINH.id_number):
        assert secret not in said, secret
    assert not IssuedPaper.objects.exists(), "a look issues no paper"
    assert PersonalDataRead.objects.latest("id").via == "Giấy tiếp nhận ở trang tra cứu"


def test_no_other_pass_opens_a_receipt_and_a_receipts_pass_opens_nothing_else(client, centre, procedure):
    first = factories.dossier(centre, procedure, now=timezone.now() - dt.timedelta(days=1))
    proof = receipt_pass(body(search(client, number=first.code, last4="5678")))
    assert "Nguyễn Văn An" not in body(client.post("/tra-cuu/", {"pass": proof}))
    assert client.get("/tra-cuu/giay-tiep-nhan/").status_code == 405
    listed = passes.issue(timezone.now(), dossier=first.pk)
    for wrong in ("", "x", proof[:-4] + "AAAA", listed):
        page = body(client.post("/tra-cuu/giay-tiep-nhan/", {"pass": wrong}))
        assert 'name="number"' in page, wrong
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=31), tick=False):
        assert 'name="number"' in body(client.post("/tra-cuu/giay-tiep-nhan/", {"pass": proof}))


def test_a_dossier_only_handed_in_offers_no_receipt(client, centre, procedure):
    waiting = factories.submitted(centre, procedure, now=timezone.now() - dt.timedelta(hours=2))
    page = body(search(client, number=waiting.code, last4="5678"))
    assert "Nguyễn Văn An" in page and "giay-tiep-nhan" not in page
