"""The public pages: sending, the stop page, tracking, no oracle on codes, files, the rating sheet, bad input."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from dossiers.models import GuessCount
from dossiers.privacy import guessing
from dossiers.states import State
from feedback.cases import intake
from feedback.cases.routing import Nature
from feedback.codes import new_code, normalise
from feedback.models import Case, FollowUp, Rating, TransferRecord
from feedback.ratings import rating as ratings
from feedback.states import Status
from tests.dossiers.attachments.test_videos import FILM, PLACE
from tests.factories import in_state
from tests.feedback.conftest import case_in, new_case, sent
from tests.people import AN, MONDAY

pytestmark = pytest.mark.django_db
TYPED = {"kind": "report", "text": "Đèn đường ấp Đông tắt ba hôm nay", "phone": "0912345678"}


@pytest.fixture
def yesterday():
    """The pages look at the clock: what they show must not have ended long before the day of the run."""
    return timezone.now() - dt.timedelta(days=1)


def typed(centre, **more) -> dict:
    return {**TYPED, "agency": centre.agency.code, "intake_key": new_code(), **more}


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (30, 30), "red").save(out, "JPEG")
    return out.getvalue()


def test_sending_gives_a_code_and_an_address(centre, client):
    answer = client.post("/gop-y/", typed(centre, may_publish="on"), follow=True)
    case = Case.objects.get()
    assert answer.redirect_chain[0][0] == f"/gop-y/{case.token}/?vua-gui=1"
    page = answer.content.decode()
    assert case.code in page and "Đã nhận" in page and case.may_publish
    assert answer["Cache-Control"] == "no-store" and "noindex" in answer["X-Robots-Tag"]


def test_nothing_personal_stands_in_an_address(centre, client):
    answer = client.post("/gop-y/", typed(centre))
    assert "0912" not in answer["Location"] and "Đèn" not in answer["Location"]


def test_mistakes_are_named_beside_their_field_and_what_was_typed_stays(centre, client):
    page = client.post("/gop-y/", typed(centre, text="ngắn", phone="12", email="x"))
    body = page.content.decode()
    assert page.status_code == 200 and not Case.objects.exists()
    for sentence in ("Nội dung ngắn quá", "Số điện thoại", "Địa chỉ thư chưa đúng"):
        assert sentence in body
    assert 'href="#o-phone"' in body and "ngắn</textarea>" in body


def test_a_refused_file_keeps_the_words(centre, client):
    big = SimpleUploadedFile("to.jpg", photo() + b"0" * (11 * 1024 * 1024), "image/jpeg")
    page = client.post("/gop-y/", {**typed(centre), "files": big}).content.decode()
    assert "quá 10 MB" in page and TYPED["text"] in page and not Case.objects.exists()


def test_script_in_the_text_is_only_text(centre, client):
    answer = client.post("/gop-y/", typed(centre, text="<script>alert(1)</script> đèn hỏng"), follow=True)
    page = answer.content.decode()
    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page


def test_programs_are_thanked_and_forgotten(centre, client):
    answer = client.post("/gop-y/", typed(centre, website="http://spam"))
    assert answer.status_code == 200 and not Case.objects.exists()


@pytest.mark.parametrize("kind", ["complaint", "denunciation"])
def test_who_says_complaint_is_shown_where_to_file(centre, client, kind):
    page = client.post("/gop-y/", typed(centre, kind=kind)).content.decode()
    assert "Nộp ở đâu, thế nào" in page and not Case.objects.exists() and not TransferRecord.objects.exists()


def test_the_stop_page_lets_the_sender_decide(centre, client):
    words = typed(centre, text="Khiếu nại loa kéo ồn, xử lý giúp tôi")
    stop = client.post("/gop-y/", words).content.decode()
    assert "Chưa gửi gì cả" in stop and "“khiếu nại”" in stop and words["text"] in stop
    client.post("/gop-y/", {**words, "confirmed": "on"})
    assert Case.objects.count() == 1
    strong = typed(centre, text="Tôi tố cáo ông A nhận hối lộ", about="ông A")
    client.post("/gop-y/", {**strong, "kind": "denunciation", "confirmed": "on"})
    record = TransferRecord.objects.get()
    assert (record.kind, record.about) == ("denunciation", "ông A")
    page = client.get(f"/gop-y/{record.token}/").content.decode()
    assert record.code in page and "hối lộ" not in page and "tố cáo ông" not in page


def test_codes_are_no_oracle(centre, client):
    case = new_case(centre, phone="0912345678")
    gone = case_in(Status.WITHDRAWN, centre, phone="0912345679")
    answers = [
        client.post("/gop-y/tra-ma/", {"code": code, "last4": last})
        for code, last in (
            (case.code, "0000"),
            (new_code(), "5678"),
            ("không phải mã", "5678"),
            (case.code, ""),
            (gone.code, "0000"),
            ("", ""),
        )
    ]
    pages = {page.content.decode().replace(code, "") for page, code in zip(answers, [case.code] * 6, strict=True)}
    assert {page.status_code for page in answers} == {200}
    # Apart from what the visitor typed, one page.
    stripped = {_without_inputs(page) for page in pages}
    assert len(stripped) == 1
    found = client.post("/gop-y/tra-ma/", {"code": case.code.lower().replace("-", " "), "last4": "5678"})
    assert found.status_code == 302 and found["Location"] == f"/gop-y/{case.token}/"


def _without_inputs(page: str) -> str:
    import re

    return re.sub(r'value="[^"]*"', "", page)


def test_guessing_the_four_digits_stops_after_five(centre, client):
    case = new_case(centre, phone="0912345678")
    for guess in range(guessing.GUESSES[0].most):
        assert client.post("/gop-y/tra-ma/", {"code": case.code, "last4": f"{guess:04}"}).status_code == 200
    again = client.post("/gop-y/tra-ma/", {"code": case.code, "last4": "5678"}, REMOTE_ADDR="10.9.8.7")
    assert again.status_code == 429 and "15 phút" in again.content.decode()
    # The same for a code that does not exist: being stopped tells nothing either.
    unknown = new_code()
    for _ in range(guessing.GUESSES[0].most):
        client.post("/gop-y/tra-ma/", {"code": unknown, "last4": "1111"}, REMOTE_ADDR="10.9.8.6")
    assert client.post("/gop-y/tra-ma/", {"code": unknown, "last4": "1"}, REMOTE_ADDR="10.9.8.5").status_code == 429
    assert "0912" not in str(list(GuessCount.objects.values()))


def test_unknown_addresses_are_one_page(centre, client):
    answers = [client.get(path) for path in ("/gop-y/AAAAAAAAAAAAAAAAAAAAAA/", "/danh-gia/AAAAAAAAAAAAAAAAAAAAAA/")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


@pytest.mark.parametrize("status", Status.values)
def test_every_status_has_a_page_in_words(centre, client, status):
    case = case_in(status, centre)
    page = client.get(f"/gop-y/{case.token}/")
    assert page.status_code == 200 and (case.code in page.content.decode() or status == Status.RESTRICTED)
    assert "Chờ kiểm tra" not in page.content.decode()


def test_the_sender_acts_by_the_page(centre, client):
    case = case_in(Status.INFO_REQUESTED, centre)
    address = f"/gop-y/{case.token}/"
    file = SimpleUploadedFile("a.jpg", photo(), "image/jpeg")
    assert client.post(address, {"act": "bo-sung", "text": "Cột số 12", "files": file}).status_code == 302
    case.refresh_from_db()
    assert case.status == Status.INFO_RECEIVED and case.files.count() == 1
    again = client.post(address, {"act": "bo-sung", "text": "Cột số 12"})
    assert "không chờ bổ sung" in again.content.decode() and "Cột số 12" in again.content.decode()
    assert client.post(address, {"act": "rut"}).status_code == 302
    assert "không rút được nữa" in client.post(address, {"act": "rut"}).content.decode()
    for odd in ({}, {"act": "nothing"}, {"act": "xem-lai", "text": ""}):
        assert client.post(address, odd).status_code == 200


def test_opening_the_page_is_receiving_the_answer(centre, client, yesterday):
    case = case_in(Status.ANSWERED, centre, now=yesterday)
    # A chat program draws a preview of the address: nobody has read anything yet.
    client.get(f"/gop-y/{case.token}/", headers={"User-Agent": "ZaloPreviewBot/1.0"})
    case.refresh_from_db()
    assert case.answer_received_at is None
    page = client.get(f"/gop-y/{case.token}/", headers={"Accept-Language": "vi"}).content.decode()
    assert "Đã thay bóng đèn" in page
    case.refresh_from_db()
    assert case.answer_received_at is not None
    client.post(f"/gop-y/{case.token}/", {"act": "chua-hai-long"})
    client.post(f"/gop-y/{case.token}/", {"act": "xem-lai", "text": "Vẫn tắt"})
    case.refresh_from_db()
    assert (case.status, case.satisfied) == (Status.IN_PROGRESS, False)


def test_a_file_is_handed_to_its_sender_alone(centre, client):
    case = new_case(centre, files=[SimpleUploadedFile("a.jpg", photo())])
    other = new_case(centre)
    file = case.files.get()
    answer = client.get(f"/gop-y/{case.token}/tep/{file.token}/")
    assert answer.status_code == 200 and answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert b"".join(answer.streaming_content).startswith(b"\xff\xd8")
    assert client.get(f"/gop-y/{other.token}/tep/{file.token}/").status_code == 404


def test_a_film_is_kept_without_its_place_or_refused_by_name(centre, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    film, broken = SimpleUploadedFile("ngo.mp4", FILM), SimpleUploadedFile("vo.mp4", FILM[:-40])
    page = client.post("/gop-y/", {**typed(centre), "files": broken}).content.decode()
    assert "vo.mp4" in page and "cắt cụt" in page and not Case.objects.exists()
    assert client.post("/gop-y/", {**typed(centre), "files": film}).status_code == 302
    case = Case.objects.get()
    kept = b"".join(client.get(f"/gop-y/{case.token}/tep/{case.files.get().token}/").streaming_content)
    assert len(kept) == len(FILM) and PLACE not in kept and b"MakerX" not in kept


def test_a_part_and_a_restricted_case_have_no_page_of_their_own(centre, client):
    case = case_in(Status.RESTRICTED, centre)
    page = client.get(f"/gop-y/{case.token}/").content.decode()
    assert "giữ riêng" in page and "Đèn đường" not in page
    assert "Ban Tiếp công dân" in client.post(f"/gop-y/{case.token}/", {"act": "rut"}).content.decode()


def test_rating_from_the_counter_to_the_follow_up(centre, procedure, client, yesterday):
    invitation = ratings.invitation_of(in_state(State.RESULT_RETURNED, centre, procedure, now=yesterday))
    desk = centre.desk.code
    found = client.post(f"/danh-gia/?quay={desk}&may=1", {"number": invitation.dossier.code, "last4": AN.phone[-4:]})
    assert found["Location"] == f"/danh-gia/{invitation.token}/?quay={desk}&may=1"
    page = client.get(found["Location"]).content.decode()
    assert "Thái độ phục vụ" in page and "Kết quả giải quyết" in page
    assert AN.full_name not in page and invitation.dossier.code not in page
    unfinished = client.post(found["Location"], {"q-attitude": "1", "q-result": "abc"}).content.decode()
    assert "Hãy chọn một mức" in unfinished
    assert re.search(r'id="q-attitude-1"\s+value="1" checked', unfinished)
    sent = client.post(found["Location"], {"q-attitude": "1", "q-result": "2", "comment": "Chờ lâu"}, follow=True)
    assert "Cảm ơn bạn" in sent.content.decode() and 'http-equiv="refresh"' in sent.content.decode()
    rating = Rating.objects.get()
    assert (rating.via, rating.desk, rating.comment) == ("tablet", centre.desk, "Chờ lâu")
    own = f"/danh-gia/{invitation.token}/"
    assert "Chúng tôi muốn khắc phục" in client.get(own).content.decode()
    client.post(own, {"settled": "yes", "word": "Cảm ơn"})
    assert FollowUp.objects.get().status == "closed"


def test_the_counter_page_is_no_oracle_either(centre, procedure, client):
    invitation = ratings.invitation_of(in_state(State.RESULT_RETURNED, centre, procedure))
    unfinished = in_state(State.RESULT_READY, centre, procedure)
    pages = {
        _without_inputs(client.post("/danh-gia/", {"number": number, "last4": last}).content.decode())
        for number, last in (
            (invitation.dossier.code, "0000"),
            (unfinished.code, AN.phone[-4:]),
            ("H80.05-260101-0001", "1234"),
        )
    }
    assert len(pages) == 1


def test_links_that_lead_here_fill_the_form(centre, procedure, client):
    row = in_state(State.ACCEPTED, centre, procedure)
    page = client.get(f"/gop-y/?loai=question&ho-so={row.token}").content.decode()
    assert row.code in page and 'value="question" checked' in page
    assert client.get("/gop-y/?ho-so=nope&co-quan=nope&loai=nope").status_code == 200


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30))
def test_codes_read_from_any_text_are_codes_or_nothing(text):
    found = normalise(text)
    assert found == "" or normalise(found) == found


def test_codes_are_read_as_people_write_them():
    code = new_code()
    for way in (code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} ", code.replace("0", "O")[3:]):
        assert normalise(way) == code


FIELDS = [
    "kind",
    "agency",
    "text",
    "category",
    "address",
    "latitude",
    "longitude",
    "dossier_code",
    "dossier_token",
    "sender_name",
    "phone",
    "email",
    "intake_key",
    "about",
    "about_unit",
    "confirmed",
]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=60)))
def test_any_form_is_answered(centre, client, data):
    base = {"kind": "report", "agency": centre.agency.code, "text": "Nội dung đủ dài để gửi"}
    assert client.post("/gop-y/", {**base, **data}).status_code in {200, 302, 429}


@pytest.mark.parametrize("kind", ["case", "petition"])
def test_a_code_with_wrong_digits_costs_the_same_questions_as_an_unknown_one(client, centre, kind):
    nature = {"nature": Nature.DENUNCIATION} if kind == "petition" else {}
    known = intake.receive(sent(centre, phone="0912345678", **nature), now=MONDAY)
    asked = []
    for code in (known.code, "YK-00000-00000") * 2:  # the first of each opens its counter of guesses
        with CaptureQueriesContext(connection) as captured:
            client.post("/gop-y/tra-ma/", {"code": code, "last4": "0001"})
        asked.append([re.sub(r"'[^']*'|\b\d+\b", "?", each["sql"]) for each in captured])
    assert asked[2] == asked[3]
