"""From the draft to the citizen's hand: sent to be signed, signed or sent back, collected, written down everywhere."""

import datetime as dt
import re

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dossiers.intake import forgetting
from dossiers.letters.attribution import SIGNING, debts, held_by_units
from dossiers.lookup import delivery
from dossiers.lookup.pages import detail_of
from dossiers.lookup.rows import DETAIL_COLUMNS, rows_of
from dossiers.models import Dossier, DossierEvent, DossierResult, Holding, PersonalDataRead
from dossiers.papers.books import register_rows
from dossiers.states import State
from dossiers.workflow import acts
from dossiers.workflow.moving import ActError, Forbidden
from feedback.figures import index_766
from portal.desk import roles
from tests import factories, people
from tests.people import AN, MONDAY
from zalo.messages.texts import dossier_ends

LATER = MONDAY + dt.timedelta(hours=6)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
TO_SIGN = "/admin/dossiers/dossier/cho-ky/"


def draft(name: str = "giay-khai-sinh.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, "application/pdf")


def post(client, dossier: Dossier, name: str, **data):
    return client.post(f"/admin/dossiers/dossier/{dossier.pk}/viec/{name}/", data)


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def signed(client, centre, procedure) -> Dossier:
    """A dossier whose draft the handler sent with its number, and the leader signed."""
    dossier = factories.in_state(State.APPRAISING, centre, procedure)
    client.force_login(centre.handler)
    post(client, dossier, "send_to_signing", file=draft(), number="15/2026", dated="20/11/2026", note="Đã đối chiếu")
    client.force_login(centre.leader)
    post(client, dossier, "sign", place="Quầy số 3")
    return Dossier.objects.get(pk=dossier.pk)


def test_a_draft_goes_sealed_to_the_leader_who_reads_it_with_a_line_in_the_log(client, centre, procedure, settings):
    dossier = factories.in_state(State.APPRAISING, centre, procedure)
    client.force_login(centre.handler)
    post(client, dossier, "send_to_signing", file=draft(), number="15/2026", signer=centre.leader.pk)
    result = DossierResult.objects.get()
    assert result.is_draft and result.number == "15/2026" and result.file.added_by == centre.handler
    with open(result.file.file.path, "rb") as stored:
        assert PDF[:8] not in stored.read(), "a draft lies sealed"
    client.force_login(centre.leader)
    page = client.get(TO_SIGN).content.decode()
    address = f"/admin/dossiers/dossier/{dossier.pk}/tep/{result.file_id}/"
    assert dossier.code in page and address in page and "15/2026" in page
    before = PersonalDataRead.objects.filter(user=centre.leader).count()
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == PDF and answer["Content-Type"] == "application/pdf"
    assert PersonalDataRead.objects.filter(user=centre.leader).count() == before + 1
    client.force_login(centre.supervisor)
    assert client.get(address).status_code == 403 and client.get(TO_SIGN).status_code == 403


def test_what_was_named_to_one_leader_waits_for_that_one_alone(client, centre, procedure):
    other = people.member(centre.agency, "pho", roles.LEADER, "Phó Giám đốc")
    named, open_to_all = (factories.in_state(State.APPRAISING, centre, procedure) for _ in range(2))
    acts.do("send_to_signing", named, by=centre.handler, now=LATER, signer=centre.leader)
    acts.do("send_to_signing", open_to_all, by=centre.handler, now=LATER)
    shown = {}
    for user in (centre.leader, other):
        client.force_login(user)
        page = client.get(TO_SIGN).content.decode()
        shown[user] = [named.code in page, open_to_all.code in page]
        home = client.get("/admin/").content.decode()
        assert "Chờ tôi ký" in home
    assert shown == {centre.leader: [True, True], other: [False, True]}
    client.force_login(centre.handler)
    assert "Chờ tôi ký" not in client.get("/admin/dossiers/dossier/").content.decode()


def test_one_ticked_alone_is_signed_with_the_file_sent_along(client, centre, procedure):
    row = factories.in_state(State.SIGNING, centre, procedure)
    client.force_login(centre.leader)
    ticked = {"act": "sign", "query": "worklist=sign", "pk": [row.pk]}
    assert "multipart/form-data" in client.post("/admin/dossiers/dossier/them/", ticked).content.decode()
    client.post("/admin/dossiers/dossier/them/", ticked | {"confirmed": "1", "file": draft(), "number": "15/QĐ-UBND"})
    result = DossierResult.objects.get()
    assert result.file is not None and result.signed_by == centre.leader
    line = next(iter(register_rows(Dossier.objects.all())))
    assert "số 15/QĐ-UBND" in line.note


def test_who_may_not_see_the_dossier_is_no_signer(centre, elsewhere, procedure):
    row = factories.in_state(State.APPRAISING, centre, procedure)
    with pytest.raises(ActError, match="Người được chọn không xem được"):
        acts.do("send_to_signing", row, by=centre.handler, now=LATER, signer=elsewhere.leader)
    assert Dossier.objects.get(pk=row.pk).state == State.APPRAISING


def test_many_are_signed_with_one_question_and_each_left_out_says_why(client, centre, procedure):
    rows = [factories.in_state(State.SIGNING, centre, procedure) for _ in range(3)]
    acts.do("return_from_signing", rows[2], by=centre.leader, now=LATER, note="Sai ngày")
    client.force_login(centre.leader)
    ticked = {"act": "sign", "query": "worklist=sign", "pk": [row.pk for row in rows]}
    asked = client.post("/admin/dossiers/dossier/them/", ticked)
    assert asked.status_code == 200 and all(row.code in asked.content.decode() for row in rows)
    page = asked.content.decode()
    assert 'name="number"' not in page, "a number is of one result"
    assert [page.index(row.code) for row in rows] == sorted(page.index(row.code) for row in rows), "as they were listed"
    assert "autofocus" in page, "one key says yes"
    done = client.post("/admin/dossiers/dossier/them/", ticked | {"confirmed": "1"})
    assert done.url == TO_SIGN
    said = [str(message) for message in get_messages(done.wsgi_request)]
    assert said[0] == "Ký duyệt: đã làm xong 2 hồ sơ."
    assert rows[2].code in said[1] and "Thẩm định" in said[1]
    assert set(DossierResult.objects.values_list("signed_by", flat=True)) == {centre.leader.pk}


def test_many_are_sent_back_with_one_reason(client, centre, procedure):
    rows = [factories.in_state(State.SIGNING, centre, procedure) for _ in range(2)]
    client.force_login(centre.leader)
    ticked = {"act": "return_from_signing", "query": "worklist=sign", "pk": [row.pk for row in rows], "confirmed": "1"}
    asked = client.post("/admin/dossiers/dossier/them/", ticked)
    assert asked.status_code == 200 and "autofocus" not in asked.content.decode(), "a reason is asked for"
    client.post("/admin/dossiers/dossier/them/", ticked | {"note": "Ghi lại số nhà"})
    assert {row.state for row in Dossier.objects.all()} == {State.APPRAISING}
    assert DossierEvent.objects.filter(kind="signing_returned", facts__note="Ghi lại số nhà").count() == 2


def test_the_time_in_signing_is_the_signers(centre, procedure):
    dossier = factories.in_state(State.SIGNING, centre, procedure)
    start = Holding.objects.get(dossier=dossier, state=State.SIGNING)
    assert start.unit is None and start.holder is None
    late = dossier.due_at + dt.timedelta(days=2)
    acts.do("sign", dossier, by=centre.leader, now=late)
    ended = Holding.objects.get(pk=start.pk)
    assert ended.holder == centre.leader and ended.working_minutes
    shares = {share.unit: share for share in held_by_units(dossier, now=late)}
    assert shares[SIGNING].minutes > shares[centre.land.name].minutes
    owed = debts([centre.agency.pk], MONDAY, late + dt.timedelta(days=1), now=late)
    assert [(debt.unit, debt.dossiers) for debt in owed.units] == [(SIGNING, 1)], "the room owes none of it"


def test_a_result_without_a_signature_only_where_the_procedure_says_so(client, centre):
    strict = people.procedure("1.000001", "Đăng ký kết hôn", unsigned=False)
    dossier = factories.in_state(State.APPRAISING, centre, strict)
    with pytest.raises(ActError, match="lãnh đạo ký duyệt"):
        acts.do("finish", dossier, by=centre.handler, now=LATER)
    client.force_login(centre.handler)
    assert "/viec/finish/" not in client.get(f"/admin/dossiers/dossier/{dossier.pk}/change/").content.decode()
    acts.do("send_to_signing", dossier, by=centre.handler, now=LATER)
    with pytest.raises(Forbidden):
        acts.do("sign", dossier, by=centre.handler, now=LATER)
    free = factories.in_state(State.ASSIGNED, centre, people.procedure("2.000815", "Chứng thực bản sao"))
    acts.do("finish", free, by=centre.handler, now=LATER)
    assert free.state == State.RESULT_READY


def test_a_result_without_a_signature_is_no_draft_any_more(client, centre, procedure):
    with time_machine.travel(MONDAY + dt.timedelta(hours=2), tick=False):
        dossier = factories.in_state(State.APPRAISING, centre, procedure)
        client.force_login(centre.handler)
        page = f"/admin/dossiers/dossier/{dossier.pk}/change/"
        post(client, dossier, "send_to_signing", file=draft())
        assert "Dự thảo kết quả" in client.get(page).content.decode()
        client.force_login(centre.leader)
        post(client, dossier, "return_from_signing", note="Thủ tục này không cần ký")
        client.force_login(centre.handler)
        post(client, dossier, "finish")
        assert Dossier.objects.get().state == State.RESULT_READY
        assert "Dự thảo kết quả" not in client.get(page).content.decode()
    month = dt.date(2026, 11, 1), dt.date(2026, 11, 30)
    digital = {group.key: group for group in index_766.compute((centre.agency.pk,), *month).groups}["digitised"]
    assert digital.share == 1, "the dossier has its electronic result, though nobody signed it or handed it over"


def test_who_collected_with_which_paper_stands_on_page_register_slip_and_the_citizens_page(client, centre, signed):
    client.force_login(centre.clerk)
    refused = post(client, signed, "return_result", how="counter", collector="Trần Thị Bình", proof="card")
    assert refused.status_code == 422 and "Ghi số giấy tờ người nhận" in refused.content.decode()
    said = {"how": "counter", "collector": "Trần Thị Bình", "proof": "passport", "collector_number": "C1234567"}
    post(client, signed, "return_result", **said, proxy="số 7 ngày 19/11/2026")
    result = DossierResult.objects.get()
    assert (result.handed_by, result.signed_by) == (centre.clerk, centre.leader) and not result.is_draft
    page = client.get(f"/admin/dossiers/dossier/{signed.pk}/change/").content.decode()
    for word in ("Số 15/2026, ngày 20/11/2026", "Trần Thị Bình", "Hộ chiếu", "C1234567", "số 7 ngày 19/11/2026"):
        assert word in page, word
    line = next(register_rows(Dossier.objects.all()))
    assert line.received_by.startswith("Trần Thị Bình (hộ chiếu …67)") and "số 15/2026" in line.note
    citizen = detail_of(rows_of(Dossier.objects.all(), *DETAIL_COLUMNS).get(), LATER)
    assert citizen.result.number == "Số 15/2026, ngày 20/11/2026" and citizen.result.collector == "Trần Thị Bình"
    assert "C1234567" not in repr(citizen), "the number of another person's paper is not the owner's to read"
    tier_1 = Client().get(f"/h/{signed.token}/").content.decode()
    assert "15/2026" not in tier_1 and "Trần Thị Bình" not in tier_1
    event = signed.events.get(kind="result_returned")
    assert event.facts["how"] == "counter"


def test_the_applicants_own_number_need_not_be_typed_again(client, centre, signed):
    client.force_login(centre.clerk)
    page = client.get(f"/admin/dossiers/dossier/{signed.pk}/change/").content.decode()
    assert 'name="collector"' in page and AN.full_name in page
    post(client, signed, "return_result", how="counter", collector=AN.full_name, proof="card")
    assert DossierResult.objects.get().collector_number == AN.id_number


def test_a_card_scanned_at_the_hand_over_leaves_its_number(client, centre, signed):
    card = "080085009999||TRẦN THỊ BÌNH|01011985|Nữ|Ấp 3, xã Cần Giuộc, tỉnh Tây Ninh|12052022||||"
    client.force_login(centre.clerk)
    page = client.get(f"/admin/dossiers/dossier/{signed.pk}/change/").content.decode()
    box = re.search(r'<input[^>]*name="collector_number"[^>]*>', page)[0]
    assert int(re.search(r'maxlength="(\d+)"', box)[1]) >= len(card)
    said = {"how": "counter", "collector": "Trần Thị Bình", "proof": "card"}
    assert post(client, signed, "return_result", **said, collector_number="9" * 41).status_code == 422
    post(client, signed, "return_result", **said, collector_number=card)
    assert DossierResult.objects.get().collector_number == "080085009999"


def test_the_number_of_a_card_is_not_that_of_a_passport(client, centre, signed):
    client.force_login(centre.clerk)
    answer = post(client, signed, "return_result", how="counter", collector=AN.full_name, proof="passport")
    assert answer.status_code == 422 and "Ghi số giấy tờ người nhận" in answer.content.decode()


def test_a_parcel_goes_with_its_code_to_register_and_citizen(client, centre, signed):
    client.force_login(centre.clerk)
    assert post(client, signed, "return_result", how="post").status_code == 422
    post(client, signed, "return_result", how="post", post_code="RA123456789VN", collector="không phải ai")
    assert "RA123456789VN" in next(register_rows(Dossier.objects.all())).received_by
    citizen = detail_of(rows_of(Dossier.objects.all(), *DETAIL_COLUMNS).get(), LATER)
    assert citizen.result.post_code == "RA123456789VN" and not citizen.result.collector
    assert "RA123456789VN" in citizen.history[0].note


def wanted(place: str, state: str, centre, procedure) -> Dossier:
    dossier = factories.in_state(state, centre, procedure)
    dossier.result_place = place
    dossier.save(update_fields=["result_place"])
    return dossier


def opened_page(client, dossier) -> str:
    return client.post(f"/h/{dossier.token}/", {"last4": "1234"}).content.decode()


def test_who_asked_for_a_file_takes_the_result_from_their_page_and_is_sent_to_no_counter(client, centre, procedure):
    dossier = wanted("Bản điện tử", State.APPRAISING, centre, procedure)
    client.force_login(centre.handler)
    post(client, dossier, "send_to_signing", file=draft(), number="15/2026")
    stranger = Client()
    assert "Tải kết quả" not in opened_page(stranger, dossier), "a draft is nobody's"
    client.force_login(centre.leader)
    post(client, dossier, "sign")
    glance = stranger.get(f"/h/{dossier.token}/").content.decode()
    assert "tải ở trang hồ sơ" in glance and "Mang theo" not in glance and "Tải kết quả" not in glance
    assert stranger.get(f"/h/{dossier.token}/lich-nhan.ics").status_code == 404
    assert "Tải kết quả" not in opened_page(stranger, dossier), "signed on paper: the file is still the draft"
    # As when the signed file is sent along: it came with the signature.
    DossierResult.objects.filter(dossier=dossier).update(signed_at=dossier.received_at)
    page = opened_page(stranger, dossier)
    proof = re.search(r'action="/tra-cuu/ket-qua/">\s*<input [^>]*value="([^"]+)"', page)[1]
    answer = stranger.post("/tra-cuu/ket-qua/", {"pass": proof})
    assert (
        b"".join(answer) == PDF and "attachment" in answer["Content-Disposition"] and "no-store" in str(answer.headers)
    )
    assert PersonalDataRead.objects.latest("id").via == "Kết quả bản điện tử ở trang tra cứu"
    receipt = re.search(r'name="pass"\s+value="([^"]+)"', page.split("/tra-cuu/giay-tiep-nhan/")[1])[1]
    for wrong in ("", receipt, proof[:-4] + "AAAA"):
        assert "Content-Disposition" not in stranger.post("/tra-cuu/ket-qua/", {"pass": wrong})
    client.force_login(centre.clerk)
    page = client.get(f"/admin/dossiers/dossier/{dossier.pk}/change/").content.decode()
    assert '<option value="online" selected>' in page
    assert post(client, dossier, "return_result", how="online").status_code == 302
    assert "Tải kết quả" in opened_page(stranger, dossier)


def test_a_file_that_was_promised_is_not_given_without_one(client, centre, procedure):
    dossier = wanted("Bản điện tử", State.RESULT_READY, centre, procedure)
    assert "chưa đưa tệp lên" in opened_page(Client(), dossier)
    client.force_login(centre.clerk)
    refused = post(client, dossier, "return_result", how="online")
    assert refused.status_code == 422 and "gửi kèm tệp PDF" in refused.content.decode()
    assert post(client, dossier, "return_result", how="online", file=draft()).status_code == 302
    Dossier.objects.filter(pk=dossier.pk).update(result_place="Quầy số 3")
    assert "Tải kết quả" not in opened_page(Client(), dossier), "whoever comes to the counter asked for no file"


@pytest.mark.parametrize(
    ("place", "way"),
    [
        ("Bản điện tử", "file"),
        ("Qua bưu điện: Ấp 2, xã Cần Giuộc", "post"),
        ("Trả tại nhà qua bưu chính công ích", "post"),
        ("Bưu điện xã Cần Giuộc, quầy 2", "counter"),
        ("Nhận tại điểm bưu chính công ích xã Long Hòa", "counter"),
        ("", "counter"),
    ],
)
def test_the_words_of_the_place_say_how_a_result_is_given(place, way):
    assert delivery.way_of(place) == way


def test_a_message_sends_nobody_to_a_counter_for_a_file_or_a_parcel(centre, procedure):
    for place, said in {"Bản điện tử": "trang hồ sơ", "Qua bưu điện: Ấp 2": "bưu điện giao"}.items():
        dossier = wanted(place, State.RESULT_READY, centre, procedure)
        told = dossier_ends.with_place(dossier.events.get(kind=DossierEvent.Kind.RESULT_READY))
        assert said in told["noi_nhan"] and "không phải đến quầy" in told["giay_to"] and "Ấp 2" not in str(told)


def test_a_draft_is_nothing_to_the_citizen(client, centre, procedure):
    dossier = factories.in_state(State.APPRAISING, centre, procedure)
    client.force_login(centre.handler)
    post(client, dossier, "send_to_signing", file=draft(), number="15/2026", note="Nghi giấy tờ giả")
    citizen = detail_of(rows_of(Dossier.objects.all(), *DETAIL_COLUMNS).get(), LATER)
    assert citizen.result is None and "15/2026" not in repr(citizen) and "Nghi giấy" not in repr(citizen)


def test_a_draft_that_is_no_paper_is_refused_with_a_sentence(client, centre, procedure):
    dossier = factories.in_state(State.APPRAISING, centre, procedure)
    client.force_login(centre.handler)
    answer = post(client, dossier, "send_to_signing", file=SimpleUploadedFile("a.pdf", b"MZ" + b"\0" * 99))
    assert answer.status_code == 422 and Dossier.objects.get().state == State.APPRAISING
    assert not DossierResult.objects.exists()


def test_the_collector_is_erased_with_the_person(centre, signed, client):
    client.force_login(centre.clerk)
    post(client, signed, "return_result", how="counter", collector=AN.full_name, proof="card")
    owner = Dossier.objects.get().owner
    forgetting.forget([owner], now=LATER)
    result = DossierResult.objects.get()
    assert AN.full_name not in result.collector and not result.collector_number and result.number == "15/2026"
