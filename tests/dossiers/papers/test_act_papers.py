"""Papers of the acts: the right form of the right set, one per event, numbered without gaps, readable back."""

import datetime as dt

import pytest

from dossiers.intake.people import PersonData
from dossiers.models import DossierEvent, IssuedPaper, LegalRule, SigningAuthority
from dossiers.papers import act_papers
from dossiers.printed_forms import FormError
from dossiers.states import State
from dossiers.workflow import acts
from tests import factories
from tests.dossiers.printed_forms.printed_paper import lowest_text, qr_codes, reader, tags, words
from tests.people import AN, MONDAY

Kind = DossierEvent.Kind
LATER = MONDAY + dt.timedelta(hours=3)
IN_2021 = dt.datetime(2021, 2, 8, 8, 30, tzinfo=MONDAY.tzinfo)


def paper_of(dossier, kind: str, form_code: str, *, now=LATER, by=None) -> IssuedPaper:
    event = dossier.events.filter(kind=kind).order_by("-id").first()
    return act_papers.event_paper(event, form_code, by=by, now=now)


def pdf_of(paper: IssuedPaper) -> bytes:
    with paper.file.open("rb") as file:
        return file.read()


def text_of(paper: IssuedPaper) -> str:
    return words(pdf_of(paper))


def test_the_supplement_request_lists_every_item_with_its_reason(centre, procedure):
    dossier = factories.in_state(State.SUPPLEMENT_REQUESTED, centre, procedure)
    paper = paper_of(dossier, Kind.SUPPLEMENT_REQUESTED, "supplement", by=centre.clerk)
    text = text_of(paper)
    for part in ("PHIẾU YÊU CẦU BỔ SUNG", "Trích đo bản đồ: Nộp bản có xác nhận", "chưa có dấu xác nhận", dossier.code):
        assert part in text, part
    assert paper.number == "01/HDHS-TTPVHCC"
    pdf = pdf_of(paper)
    assert len(reader(pdf).pages) == 1
    assert {"H1", "Table", "TH"} <= tags(pdf)
    assert list(qr_codes(pdf)) == [f"http://127.0.0.1:8000/h/{dossier.token}/"]


def test_the_deadline_is_printed_where_the_agency_sets_one(centre, procedure):
    rule = LegalRule.objects.get(key="supplement-answer-days")
    one, two = (factories.in_state(State.SUPPLEMENT_REQUESTED, centre, procedure) for _ in range(2))
    assert "Thời hạn nộp bổ sung" not in text_of(paper_of(one, Kind.SUPPLEMENT_REQUESTED, "supplement"))
    rule.pk, rule.agency, rule.value = None, centre.agency, 7
    rule.save()
    # Asked on Monday 16 November; the 24th is no day off in this calendar.
    text = text_of(paper_of(two, Kind.SUPPLEMENT_REQUESTED, "supplement"))
    assert "Thời hạn nộp bổ sung: trước hết ngày 25 tháng 11 năm 2026" in text


def test_the_second_round_says_so_and_has_its_own_paper(centre, procedure):
    dossier = factories.in_state(State.SUPPLEMENT_REQUESTED, centre, procedure)
    first = paper_of(dossier, Kind.SUPPLEMENT_REQUESTED, "supplement")
    acts.do("receive_supplement", dossier, by=centre.clerk, now=LATER)
    acts.do("request_supplement", dossier, by=centre.leader, now=LATER, reasons=[factories.REASON])
    second = paper_of(dossier, Kind.SUPPLEMENT_REQUESTED, "supplement")
    assert second.pk != first.pk
    assert "Yêu cầu bổ sung lần thứ 2" in text_of(second)
    assert [second.register_number, first.register_number] == [2, 1]


def test_asked_twice_it_is_the_same_document_and_no_number_is_lost(centre, procedure):
    one, two = (factories.in_state(State.SUPPLEMENT_REQUESTED, centre, procedure) for _ in range(2))
    first = paper_of(one, Kind.SUPPLEMENT_REQUESTED, "supplement")
    again = paper_of(one, Kind.SUPPLEMENT_REQUESTED, "supplement", now=LATER + dt.timedelta(days=9))
    assert (again.pk, again.sha256) == (first.pk, first.sha256)
    assert paper_of(two, Kind.SUPPLEMENT_REQUESTED, "supplement").register_number == 2


def test_the_refusal_gives_reasons_and_their_legal_ground(centre, procedure):
    dossier = factories.submitted(centre, procedure)
    reasons = [
        {"paper": "", "what": "Thửa đất nằm trong hành lang bảo vệ đê", "why": "Điều 26 Luật Đê điều"},
        {"paper": "Đơn", "what": "Không thuộc thẩm quyền của xã", "why": "Điều 26 Luật Đê điều"},
    ]
    acts.do("refuse", dossier, by=centre.clerk, now=LATER, reasons=reasons)
    text = text_of(paper_of(dossier, Kind.REFUSED, "refusal"))
    assert "1. Thửa đất nằm trong hành lang bảo vệ đê." in text
    assert "Căn cứ: Điều 26 Luật Đê điều." in text
    assert text.count("Điều 26 Luật Đê điều") == 1


def test_the_stop_notice_is_signed_by_who_may_and_verifiable(centre, procedure):
    SigningAuthority.objects.create(
        agency=centre.agency,
        user=centre.leader,
        kind="KT",
        position="Phó Giám đốc",
        stands_for="Giám đốc",
        valid_from=dt.date(2026, 1, 1),
    )
    dossier = factories.in_state(State.WITHDRAWAL_REQUESTED, centre, procedure)
    acts.do("agree_withdrawal", dossier, by=centre.leader, now=LATER)
    paper = paper_of(dossier, Kind.STOPPED, "stop", by=centre.leader)
    text = text_of(paper)
    for part in ("THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ", "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC", "Không còn nhu cầu", "thẩm định"):
        assert part in text, part
    assert list(qr_codes(pdf_of(paper))) == [f"http://127.0.0.1:8000/x/{paper.token}/"]


def test_form_05_did_not_exist_before_the_2025_set(centre, procedure):
    dossier = factories.in_state(State.STOPPED, centre, procedure, now=IN_2021)
    with pytest.raises(FormError, match="không có mẫu"):
        paper_of(dossier, Kind.STOPPED, "stop", now=IN_2021 + dt.timedelta(hours=1))
    assert not IssuedPaper.objects.filter(form_code="stop").exists()


@pytest.mark.parametrize(("now", "form_set"), [(IN_2021, "2018"), (MONDAY, "2025")])
def test_every_slip_of_the_acts_prints_in_both_sets(centre, procedure, now, form_set):
    done = factories.in_state(State.RESULT_RETURNED, centre, procedure, now=now)
    paper = paper_of(done, Kind.RESULT_RETURNED, "result_handover", now=now + dt.timedelta(hours=1))
    assert paper.form_set == form_set
    assert "Nguyễn Văn An" in text_of(paper)
    paid = factories.in_state(State.PAYMENT_REQUESTED, centre, procedure, now=now)
    acts.do("confirm_payment", paid, by=centre.clerk, now=now + dt.timedelta(hours=1))
    receipt = paper_of(paid, Kind.PAYMENT_CONFIRMED, "fee_receipt", now=now + dt.timedelta(hours=1))
    assert "120.000 đồng" in text_of(receipt)
    assert "Một trăm hai mươi nghìn đồng" in text_of(receipt)
    sheet = words(act_papers.control_sheet(done, now=now + dt.timedelta(hours=1)))
    assert "Phòng Địa chính" in sheet
    assert ("Mẫu số 05" if form_set == "2018" else "Mẫu số 06") in sheet


def test_the_handover_slip_says_who_got_which_result_with_which_paper(client, centre, procedure):
    proxy, post = (factories.in_state(State.RESULT_READY, centre, procedure) for _ in range(2))
    client.force_login(centre.clerk)
    said = {"how": "counter", "collector": "Lê Thị Hoa", "proof": "passport", "collector_number": "C1234567"}
    said |= {"proxy": "số 12 ngày 01/11/2026", "number": "15/GPXD", "dated": "16/11/2026"}
    for dossier, sent in ((proxy, said), (post, {"how": "post", "post_code": "EB123456789VN"})):
        answer = client.post(f"/admin/dossiers/dossier/{dossier.pk}/viec/return_result/", sent)
        assert answer.status_code == 302, answer.content.decode()
    text = " ".join(text_of(paper_of(proxy, Kind.RESULT_RETURNED, "result_handover")).split())
    for part in (
        proxy.code,
        "Lê Thị Hoa",
        "Hộ chiếu số C1234567; giấy ủy quyền số 12 ngày 01/11/2026",
        "15/GPXD",
        centre.clerk.get_full_name(),
        AN.full_name,
    ):
        assert part in text, (part, text)
    sent_off = " ".join(text_of(paper_of(post, Kind.RESULT_RETURNED, "result_handover")).split())
    assert "Gửi qua bưu điện, mã bưu gửi EB123456789VN" in sent_off


def test_names_of_60_letters_and_addresses_of_300_still_give_one_right_page(centre, procedure):
    person = PersonData(
        full_name="Nguyễn Phúc Công Tằng Tôn Nữ Hoàng Thị Phương Uyên Thảo Linh",
        id_number=AN.id_number,
        address=("Số 123/45/6 hẻm 789 đường Nguyễn Thị Minh Khai nối dài, tổ dân phố số 12, khu phố Hòa Thuận, " * 3)[
            :300
        ],
    )
    dossier = factories.in_state(State.SUPPLEMENT_REQUESTED, centre, procedure, person=person)
    pdf = pdf_of(paper_of(dossier, Kind.SUPPLEMENT_REQUESTED, "supplement"))
    assert person.full_name in words(pdf)
    assert len(reader(pdf).pages) == 1
    assert lowest_text(pdf) > 10


def test_what_another_system_reported_has_its_papers_there(centre, procedure):
    dossier = factories.dossier(centre, procedure)
    acts.do("report", dossier, by=None, now=LATER, state="supplement_requested", reasons=[factories.REASON])
    assert act_papers.printable(dossier, list(dossier.events.all())) == []


def test_a_nameless_agency_gives_a_sentence_and_keeps_its_number(centre, procedure):
    dossier = factories.in_state(State.SUPPLEMENT_REQUESTED, centre, procedure)
    centre.agency.versions.update(valid_from=dt.date(2026, 12, 1))
    with pytest.raises(FormError, match="Chưa khai báo tên"):
        paper_of(dossier, Kind.SUPPLEMENT_REQUESTED, "supplement")
    centre.agency.versions.update(valid_from=dt.date(2015, 1, 1))
    assert paper_of(dossier, Kind.SUPPLEMENT_REQUESTED, "supplement").register_number == 1


def test_the_page_offers_the_papers_and_opens_them(client, centre, procedure):
    dossier = factories.in_state(State.SUPPLEMENT_REQUESTED, centre, procedure)
    client.force_login(centre.clerk)
    page = client.get(f"/admin/dossiers/dossier/{dossier.pk}/change/").content.decode()
    event = dossier.events.get(kind=Kind.SUPPLEMENT_REQUESTED)
    address = f"/admin/dossiers/dossier/{dossier.pk}/in/{event.pk}/supplement/"
    assert address in page
    assert client.get(address).status_code == 302 and not dossier.issued_papers.exists(), "asking issues nothing"
    answer = client.post(address, follow=True)
    assert answer["Content-Type"] == "application/pdf"
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert client.get(f"/admin/dossiers/dossier/{dossier.pk}/phieu-kiem-soat/")["Content-Type"] == "application/pdf"
    wrong = client.get(f"/admin/dossiers/dossier/{dossier.pk}/in/{event.pk}/stop/", follow=True)
    assert "chưa được in" in wrong.content.decode()
    wrong = client.post(f"/admin/dossiers/dossier/{dossier.pk}/in/{event.pk}/stop/", follow=True)
    assert "Chưa in được" in wrong.content.decode()


def test_another_agency_does_not_find_the_paper(client, centre, elsewhere, procedure):
    dossier = factories.in_state(State.SUPPLEMENT_REQUESTED, centre, procedure)
    event = dossier.events.get(kind=Kind.SUPPLEMENT_REQUESTED)
    client.force_login(elsewhere.clerk)
    assert client.get(f"/admin/dossiers/dossier/{dossier.pk}/in/{event.pk}/supplement/").status_code == 404
    assert client.get(f"/admin/dossiers/dossier/{dossier.pk}/phieu-kiem-soat/").status_code == 404


def test_the_file_is_called_in_vietnamese_by_its_title_and_whose_it_is(client, centre, procedure):
    dossier = factories.in_state(State.SUPPLEMENT_REQUESTED, centre, procedure)
    paper = paper_of(dossier, Kind.SUPPLEMENT_REQUESTED, "supplement", by=centre.clerk)
    client.force_login(centre.clerk)
    event = dossier.events.get(kind=Kind.SUPPLEMENT_REQUESTED)
    for address in (
        f"/admin/dossiers/dossier/giay-to/{paper.pk}/",
        f"/admin/dossiers/dossier/{dossier.pk}/in/{event.pk}/supplement/",
    ):
        answer = client.get(address)
        name = answer["Content-Disposition"].split('filename="')[1].rstrip('"')
        assert name.startswith("phieu-yeu-cau-bo-sung") and name.endswith(f"-{dossier.code}.pdf"), name
