"""Filing online here, as a citizen does it and staff answer it; one dossier through the counter's own door."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dossiers.intake import people
from dossiers.intake.counter import IntakeError
from dossiers.intake.people import FACTS
from dossiers.models import Applicant, Attachment, Dossier, DossierEvent, LegalRule, PersonalDataRead, ProcedureCase
from dossiers.states import State
from dossiers.workflow import acts
from portal.submission import drafts, seeding, sending, supplements
from portal.submission.models import DraftFile, Filing, FilingDraft
from tests import factories
from tests import people as people_of_tests
from tests.people import AN, MONDAY
from tests.portal.submission.conftest import OTHER, SELF, Filer, csrf, picture, sent
from zalo.account import agencies_served
from zalo.models import Account, AccountAgency, OutboxMessage

pytestmark = pytest.mark.django_db


# --- The way through


def test_a_citizen_files_and_has_a_code_at_once_but_is_not_told_it_was_received(filer):
    page = filer.begins().get("nguoi-nop/").content.decode()
    assert "Số điện thoại" in page and "Chủ hồ sơ" not in page
    assert filer.says(**SELF)["Location"] == filer.link + "giay-to/"
    first, second, _other = filer.keys
    assert filer.uploads({first: [picture(), picture("blue")], second: picture("red")}, next="1").status_code == 302
    review = filer.get("kiem-tra/").content.decode()
    assert all(words in review for words in ("Nguyễn Văn An", "don.jpg", "Ai nhận được gì", "5 ngày làm việc"))
    assert filer.sends()["Location"] == filer.link
    dossier = Dossier.objects.get()
    page = filer.get().content.decode()
    assert "Đã nộp hồ sơ" in page and dossier.code in page and "8 giờ làm việc" in page
    assert "Đã tiếp nhận" not in page.replace("Tiếp nhận", "")
    assert (dossier.state, dossier.channel, dossier.received_at, dossier.due_at) == ("submitted", "online", None, None)
    event = dossier.events.get()
    assert (event.kind, event.source, event.actor) == ("submitted", DossierEvent.Source.CITIZEN, None)
    assert [paper.received for paper in dossier.papers.all()] == [True, True]
    assert dossier.attachments.count() == 3 and not DraftFile.objects.exists()
    assert not FilingDraft.objects.get().data


def test_a_linked_citizen_is_told_by_zalo_that_it_was_filed(filer, centre):
    account = Account.objects.create(name="Kênh", oa_id="1", app_id="2", keeper=centre.agency, grant="good")
    AccountAgency.objects.create(account=account, agency=centre.agency, valid_from=dt.date(2026, 1, 1))
    agencies_served.forget()
    dossier = sent(filer)
    told = OutboxMessage.objects.filter(dossier=dossier)
    assert [row.kind for row in told] == ["dossier.submitted"]
    text = told[0].content["text"]
    assert "đã nộp hồ sơ trực tuyến" in text and dossier.code in text and "đã tiếp nhận" not in text


def test_the_centre_sees_it_among_the_online_ones_and_each_file_under_its_paper(filer, client, centre):
    dossier = sent(filer)
    client.force_login(centre.clerk)
    listed = client.get("/admin/dossiers/dossier/?worklist=online").content.decode()
    assert dossier.code in listed
    page = client.get(f"/admin/dossiers/dossier/{dossier.pk}/change/").content.decode()
    assert "Nộp trực tuyến tại trang này" in page and "Đơn đăng ký theo mẫu:" in page and "Từ chối tiếp nhận" in page
    reads = PersonalDataRead.objects.filter(dossier=dossier, via="tệp đính kèm")
    file = dossier.attachments.first()
    answer = client.get(reverse("admin:dossiers_dossier_file", args=[dossier.pk, file.pk]))
    assert b"".join(answer.streaming_content)[:3] == b"\xff\xd8\xff" and reads.exists()
    acts.do("accept", dossier, by=centre.clerk, now=MONDAY)
    assert dossier.due_at is not None and "Hẹn trả kết quả" in filer.get().content.decode()


def test_what_is_asked_for_is_added_from_the_same_link_and_the_dossier_goes_on(filer, centre):
    dossier = sent(filer)
    reasons = [
        {"paper": "Đơn đăng ký theo mẫu", "what": "Ký tên", "why": "Đơn chưa ký"},
        {"paper": "Trích lục", "what": "Nộp bản trích lục", "why": "Chưa có trong hồ sơ"},
    ]
    acts.do("ask_submitter", dossier, by=centre.clerk, now=MONDAY, reasons=reasons)
    page = filer.get().content.decode()
    assert "Nộp bổ sung" in page and "Đơn chưa ký" in page
    nothing = filer.client.post(filer.link + "bo-sung/", {"csrfmiddlewaretoken": csrf(filer)})
    assert "Chưa có tệp nào" in nothing.content.decode()
    form, extract = filer.asked
    part = filer.adds({extract: picture("green")})
    assert part.status_code == 302
    dossier.refresh_from_db()
    assert dossier.state == State.SUPPLEMENT_REQUESTED
    page = filer.get().content.decode()
    assert "Đơn chưa ký" in page and "Chưa có trong hồ sơ" not in page
    assert filer.asked == [form]
    filer.adds({form: picture("black")})
    dossier.refresh_from_db()
    assert dossier.state == State.SUBMITTED and dossier.received_at is None
    assert dossier.events.last().source == DossierEvent.Source.CITIZEN
    assert dossier.attachments.filter(filed__supplement=True).count() == 2


def test_staff_refuse_with_reasons_and_the_link_says_so(filer, centre):
    dossier = sent(filer)
    why = [{"paper": "Đơn", "what": "Nộp tại xã nơi có đất", "why": "Không thuộc thẩm quyền"}]
    acts.do("refuse", dossier, by=centre.clerk, now=MONDAY, reasons=why)
    page = filer.get().content.decode()
    assert "Không được tiếp nhận" in page and "Đã nộp hồ sơ" not in page
    assert all(said in page for said in why[0].values()) and "Căn cứ" in page


def test_acting_for_another_says_who_receives_what_and_ends_on_its_day(filer, centre):
    filer.begins("other")
    wrong = filer.says(**SELF).content.decode()
    assert all(words in wrong for words in ("Bạn là gì của chủ hồ sơ?", "Chỉ nộp thay khi chủ hồ sơ đồng ý"))
    assert filer.says(**OTHER).status_code == 302
    first, second, _other = filer.keys
    filer.uploads({first: picture()}, **{f"khong-{second}": "later"}, next="1")
    review = filer.get("kiem-tra/").content.decode()
    assert "Chủ hồ sơ: Trần Thị Bình" in review and "30/11/2027" in review
    filer.sends()
    dossier = Dossier.objects.get()
    assert (dossier.owner_name, dossier.submitter.full_name) == ("Trần Thị Bình", "Nguyễn Văn An")
    filing = Filing.objects.get()
    assert filing.consent_until == dt.date(2027, 11, 30) and "chủ hồ sơ đã đồng ý" in filing.agreed
    assert dossier.papers.last().note == "sẽ mang bản giấy đến quầy"
    acts.do("ask_submitter", dossier, by=centre.clerk, now=MONDAY, reasons=[{"what": "Ký", "why": "Chưa ký"}])
    with time_machine.travel(dt.datetime(2027, 12, 2, 9, tzinfo=dt.UTC), tick=False):
        answer = filer.client.post(filer.link + "mo/", {"last4": "5678", "csrfmiddlewaretoken": csrf(filer)})
        assert answer.status_code == 302
        page = filer.get().content.decode()
        assert "Thời hạn nộp thay đã hết" in page and not filer.asked
        reason = dossier.events.last().reasons[0]
        filer.adds({supplements.key_of(reason): picture()})
        assert dossier.attachments.count() == 1


def test_who_files_for_many_says_once_who_they_are_and_asks_each_owner(filer, offer, centre):
    assert filer.fills_in("other", relation="mandate", mandate="Giấy ủy quyền 12/2026").sends().status_code == 302
    first, sent_link = Dossier.objects.get(), filer.link
    page = filer.get().content.decode()
    assert "Nộp tiếp cho người khác" in page and "Trước hồ sơ này" not in page
    answer = filer.goes_on()
    filer.link = answer["Location"].removesuffix("nguoi-nop/")
    page = filer.get("nguoi-nop/").content.decode()
    assert filer.link != sent_link
    assert all(f'value="{said}"' in page for said in ("Nguyễn Văn An", "080085001234", "0912345678", "30/11/2027"))
    assert "Giấy ủy quyền 12/2026" in page and "Trần Thị Bình" not in page and 'name="consent" id="o-consent">' in page
    own = OTHER | {"relation": "mandate", "mandate": "Giấy ủy quyền 12/2026"}
    owner = {"owner_full_name": "Lê Văn Cần", "owner_id_number": "001190004321"}
    refused = filer.says(**{**own, **owner, "consent": ""}).content.decode()
    assert "Chỉ nộp thay khi chủ hồ sơ đồng ý" in refused
    assert filer.says(**{**own, **owner}).status_code == 302
    one, two, _other = filer.keys
    assert filer.uploads({one: picture()}, **{f"khong-{two}": "later"}, next="1").status_code == 302
    review = filer.get("kiem-tra/").content.decode()
    assert "Chủ hồ sơ: Lê Văn Cần" in review and "30/11/2027" in review and "Trần Thị Bình" not in review
    assert filer.sends().status_code == 302 and Dossier.objects.count() == 2
    page = filer.get().content.decode()
    assert "đã nộp 1 hồ sơ" in page and first.code in page and "Trần Thị Bình" in page
    # The row stays together; a right to act that has ended is not carried on, and names no owner.
    first.filing.consent_until = dt.date(2026, 1, 1)
    first.filing.save()
    page = filer.get().content.decode()
    assert first.code in page and "Trần Thị Bình" not in page
    third = filer.goes_on()["Location"]
    assert third.endswith("/nguoi-nop/") and FilingDraft.objects.filter(receipt=None).count() == 1
    offer.valid_to = MONDAY.date() - dt.timedelta(days=1)
    offer.save()
    assert "không còn nhận thủ tục này" in filer.goes_on().content.decode()


# --- Only what is offered, only while it is


def test_only_what_a_centre_offers_today_is_filed_here(filer, offer, client):
    here = f"/thu-tuc/{filer.procedure.code}/nop-tai-day/"
    assert here in client.get(f"/thu-tuc/{filer.procedure.code}/").content.decode()
    assert here in client.get(f"/nop-ho-so/?q={filer.procedure.code}").content.decode()
    chat_link = f"/thu-tuc/{filer.procedure.code}/nop/"
    assert client.get(chat_link)["Location"] == here
    filer.fills_in()
    offer.valid_to = dt.date(2026, 11, 15)
    offer.save()
    assert client.get(here).status_code == 404
    assert here not in client.get(f"/nop-ho-so/?q={filer.procedure.code}").content.decode()
    assert client.get(chat_link)["Location"] == f"/nop-ho-so/?q={filer.procedure.code}"
    answer = filer.sends().content.decode()
    assert "không còn nhận thủ tục này trực tuyến" in answer and not Dossier.objects.exists()
    assert FilingDraft.objects.get().files.count() == 2  # nothing lost


# --- Links, locks, limits


def test_a_link_opens_for_half_an_hour_and_then_asks_for_four_digits(filer):
    filer.fills_in()
    other = Client()
    assert "Bốn số cuối" in other.get(filer.link).content.decode()
    for tail in ("nguoi-nop/", "giay-to/", "kiem-tra/", f"tep/{DraftFile.objects.first().pk}/"):
        page = other.get(filer.link + tail).content.decode()
        assert "Bốn số cuối" in page and "080085001234" not in page
    assert "chưa đúng" in other.post(filer.link + "mo/", {"last4": "0000"}).content.decode()
    assert other.post(filer.link + "mo/", {"last4": "5678"}).status_code == 302
    assert "080085001234" in other.get(filer.link + "nguoi-nop/").content.decode()
    for _turn in range(6):
        answer = Client().post(filer.link + "mo/", {"last4": "1111"})
    assert answer.status_code == 429


def test_a_link_that_leads_nowhere_is_a_404_whatever_is_asked_of_it(filer):
    filer.begins()
    stranger = "/nop/AAAAAAAAAAAAAAAAAAAAAA/"
    for tail in ("", "nguoi-nop/", "giay-to/", "kiem-tra/", "tep/1/"):
        assert Client().get(stranger + tail).status_code == 404
    assert Client().post(stranger + "xoa/").status_code == 404
    assert filer.link.split("/")[2] not in json.dumps(list(FilingDraft.objects.values()), default=str)


def test_a_form_without_the_token_of_its_page_changes_nothing(filer):
    filer.fills_in()
    for tail in ("nguoi-nop/", "giay-to/", "kiem-tra/", "xoa/", "bo-sung/", "mo/"):
        assert filer.client.post(filer.link + tail, {"agreed": "1"}).status_code == 403
    assert FilingDraft.objects.exists() and not Dossier.objects.exists()


def test_a_double_send_is_one_dossier(filer):
    filer.fills_in()
    draft = FilingDraft.objects.get()
    seen = drafts.look_of(draft)
    receipts = {sending.send(draft, agreed="x", seen=seen, caller="c", now=MONDAY).pk for _turn in range(3)}
    assert len(receipts) == 1 and Dossier.objects.count() == 1
    assert filer.sends().status_code in {302, 403} and Dossier.objects.count() == 1


def test_a_draft_is_kept_to_the_end_of_the_day_its_page_names(filer):
    filer.fills_in()
    assert "đến hết ngày 16/12/2026" in filer.get("kiem-tra/").content.decode()
    with time_machine.travel(dt.datetime(2026, 12, 16, 16, 59, tzinfo=dt.UTC), tick=False):
        drafts.forget_old(now=timezone.now())
        assert "Bốn số cuối" in filer.get().content.decode() and DraftFile.objects.count() == 2
    with time_machine.travel(dt.datetime(2026, 12, 16, 17, 1, tzinfo=dt.UTC), tick=False):
        assert filer.get().status_code == 404 and "đã quá ngày giữ" in filer.get().content.decode()
        drafts.forget_old(now=timezone.now())
        assert not FilingDraft.objects.exists() and not DraftFile.objects.exists()


def test_what_another_window_wrote_is_not_sent_by_a_page_that_showed_something_else(filer):
    filer.fills_in()
    page = filer.get("kiem-tra/").content.decode()
    shown = dict(re.findall(r'name="(csrfmiddlewaretoken|seen)" value="([^"]+)"', page))
    filer.says(**SELF | {"full_name": "Lê Văn Khác"})
    answer = filer.client.post(filer.link + "kiem-tra/", {**shown, "agreed": "1"}).content.decode()
    assert "vừa được sửa ở một cửa sổ khác" in answer and "Lê Văn Khác" in answer and not Dossier.objects.exists()
    assert filer.sends().status_code == 302 and Dossier.objects.get().owner_name == "Lê Văn Khác"


def test_one_address_files_as_many_a_day_as_the_agencys_rule_says(offer):
    rule = LegalRule.objects.get(key=drafts.PER_ADDRESS)
    assert rule.value == 300
    rule.pk, rule.agency, rule.value = None, offer.agency, 2
    rule.save()
    answers = [Filer(offer.procedure, offer.agency).fills_in(phone=f"091200000{n}").sends() for n in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 200] and Dossier.objects.count() == 2
    assert "Hãy chờ" in answers[2].content.decode()
    start, asked = f"/thu-tuc/{offer.procedure.code}/nop-tai-day/", {"agency": offer.agency.code, "who": "self"}
    begun = [Filer(offer.procedure, offer.agency).post(start, asked) for _turn in range(2)]
    assert [answer.status_code for answer in begun] == [302, 200] and "Hãy chờ" in begun[1].content.decode()


def test_one_telephone_is_told_so_often_however_its_number_is_written(filer, offer):
    rule = LegalRule.objects.get(key=drafts.PER_PHONE)
    assert rule.value == 20
    rule.pk, rule.agency, rule.value = None, offer.agency, 1
    rule.save()
    assert filer.fills_in(phone="0912 345 678").sends().status_code == 302
    for spelling in ("0912.345.678", "+84912345678", "0912345678"):
        again = Filer(offer.procedure, offer.agency).fills_in(phone=spelling).sends()
        assert again.status_code == 200 and "nhiều nhất 1 hồ sơ trong 24 giờ" in again.content.decode(), spelling
    assert Dossier.objects.count() == 1


# --- Files


def test_what_is_not_a_paper_is_refused_by_name_and_the_rest_is_kept(filer):
    filer.begins()
    filer.says(**SELF)
    first, _second, other = filer.keys
    traps = [
        SimpleUploadedFile("trong.jpg", b""),
        SimpleUploadedFile("anh.jpg", b"<html><script>alert(1)</script></html>"),
        SimpleUploadedFile("don.exe", b"MZ" + b"\0" * 200),
        SimpleUploadedFile("don.pdf", b"%PDF-1.7\n/JavaScript\n%%EOF"),
    ]
    page = filer.uploads({first: [*traps, picture(name="mat-truoc.jpg")]}, next="1").content.decode()
    assert all(f"“{name}”" in page for name in ("trong.jpg", "anh.jpg", "don.exe", "don.pdf"))
    assert DraftFile.objects.get().name == "mat-truoc.jpg"
    many = [picture(f"#{place * 8:02x}0000", name=f"trang-{place}.jpg") for place in range(30)]
    page = filer.uploads({other: many}, stay="1").content.decode()
    assert "Mỗi mục mỗi lần tải tối đa 10 tệp" in page and "trang-29.jpg" in page
    assert DraftFile.objects.filter(paper=other).count() == 10
    path = Path(default_storage.path(DraftFile.objects.first().file.name))
    assert path.read_bytes()[:4] == b"MC01"  # sealed at rest


def test_a_missing_paper_is_named_and_a_removed_file_is_gone(filer):
    filer.begins()
    filer.says(**SELF)
    first, _second, _other = filer.keys
    page = filer.uploads({first: picture()}, next="1").content.decode()
    assert "Còn thiếu giấy tờ bắt buộc" in page and "Bản gốc giấy chứng nhận" in page
    file = DraftFile.objects.get()
    filer.uploads({}, remove=str(file.pk))
    assert not DraftFile.objects.exists()
    filer.says(**SELF)
    assert filer.sends().status_code == 302 and not Dossier.objects.exists()


# --- What is typed


def test_bad_input_is_kept_and_said_field_by_field(filer):
    filer.begins()
    odd = {"full_name": "<script>", "id_number": "²³", "phone": "12", "email": "a@", "result": "x"}
    page = filer.says(**odd).content.decode()
    assert page.count('class="error"') >= 4 and "<script>alert" not in page and "&lt;script&gt;" in page
    back = filer.get("nguoi-nop/").content.decode()
    assert "&lt;script&gt;" in back and "²³" in back


def test_a_stranger_s_number_tells_nothing_and_stays_out_of_the_counter_s_memory(filer, centre, client):
    Applicant.objects.create(agency=centre.agency, **{**vars_of(AN), "full_name": "Lê Văn Thật"})
    dossier = sent(filer)
    assert "Lê" not in filer.get().content.decode()
    client.force_login(centre.clerk)
    page = client.get(f"/admin/dossiers/dossier/{dossier.pk}/change/").content.decode()
    assert "đã ghi ở cơ quan này với tên khác" in page
    recalled = people.recall(AN.id_number, by=centre.clerk, agency=centre.agency, now=MONDAY)
    assert recalled.full_name == "Lê Văn Thật"
    dossier.refresh_from_db()
    acts.do("accept", dossier, by=centre.clerk, now=MONDAY)
    recalled = people.recall(AN.id_number, by=centre.clerk, agency=centre.agency, now=MONDAY)
    assert recalled.full_name == "Lê Văn Thật", "accepted is not seen: the phone is still whatever a stranger typed"


def vars_of(person) -> dict:
    return {name: getattr(person, name) for name in FACTS} | {"phone": "+84900000001"}


# --- Kept and forgotten


def test_a_draft_is_sealed_and_gone_after_its_days(filer):
    filer.fills_in()
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM submission_filingdraft")
        assert "080085001234" not in cursor.fetchone()[0]
    path = default_storage.path(DraftFile.objects.first().file.name)
    drafts.forget_old(now=MONDAY + dt.timedelta(days=29))
    assert FilingDraft.objects.exists()
    drafts.forget_old(now=MONDAY + dt.timedelta(days=31))
    assert not FilingDraft.objects.exists() and not DraftFile.objects.exists()
    assert path.startswith(str(settings.MEDIA_ROOT))


def test_erasing_a_person_reaches_the_drafts(filer):
    filer.fills_in("other")
    out = io.StringIO()
    call_command("erase_person", "--id", "024190004321", stdout=out)
    assert "hồ sơ trực tuyến đang soạn: 1" in out.getvalue() and not FilingDraft.objects.exists()


def test_the_files_of_a_sent_filing_outlive_the_draft(filer):
    dossier = sent(filer)
    drafts.forget_old(now=MONDAY + dt.timedelta(days=40))
    assert FilingDraft.objects.exists(), "the link lives while the dossier does"
    Dossier.objects.filter(pk=dossier.pk).update(state=State.REFUSED)
    drafts.forget_old(now=MONDAY + dt.timedelta(days=40))
    assert not FilingDraft.objects.exists()
    assert all(default_storage.exists(row.file.name) for row in Attachment.objects.all())


def test_the_demonstration_offers_what_its_centre_receives_most(procedure):
    centre = people_of_tests.centre("H80.05.01")
    factories.dossier(centre, procedure)
    assert seeding.seed_month(now=MONDAY, seed=1).startswith("1 thủ tục")
    assert seeding.seed_month(now=MONDAY, seed=1) == ""


def test_a_catalogue_loaded_anew_asks_for_the_case_again_and_loses_nothing(filer):
    version = filer.procedure.versions.get()
    first, second = (ProcedureCase.objects.create(version=version, name=f"Cấp {n}", order=n) for n in (1, 2))
    filer.begins(case=str(first.pk))
    assert filer.says(**SELF).status_code == 302
    paper = filer.keys[0]
    assert filer.uploads({paper: picture()}, stay="1").status_code == 302
    first.delete()  # the same name comes back with another key: nobody is asked
    again = ProcedureCase.objects.create(version=version, name="CẤP  1", order=1)
    assert filer.get()["Location"] == filer.link + "giay-to/" and DraftFile.objects.filter(paper=paper).exists()
    again.delete()
    ask = filer.link + "truong-hop/"
    assert [filer.get(tail)["Location"] for tail in ("", "giay-to/", "kiem-tra/")] == [ask] * 3
    page = filer.get("truong-hop/").content.decode()
    assert "Danh mục thủ tục vừa thay đổi" in page and "“Cấp 1”" in page and "vẫn còn" in page
    assert "Hãy chọn một mục" in filer.post(ask, {}).content.decode()
    assert filer.post(ask, {"case": str(second.pk)})["Location"] == filer.link
    assert filer.get("truong-hop/")["Location"] == filer.link and DraftFile.objects.count() == 1
    later = {f"khong-{key}": "later" for key in filer.keys[1:-1]}
    assert filer.uploads({}, **later, next="1").status_code == 302
    assert filer.sends()["Location"] == filer.link
    assert Dossier.objects.get().procedure_case == second


def test_a_case_that_goes_between_the_last_look_and_the_button_is_not_sent_without_one(filer):
    version = filer.procedure.versions.get()
    first, _second = (ProcedureCase.objects.create(version=version, name=f"Cấp {n}", order=n) for n in (1, 2))
    filer.begins(case=str(first.pk))
    draft = FilingDraft.objects.select_related("case").get()
    first.delete()
    draft.refresh_from_db()
    with pytest.raises(IntakeError, match="chọn lại trường hợp"):
        sending.send(draft, agreed="x", seen=drafts.look_of(draft), caller="c", now=MONDAY)


def test_a_procedure_whose_content_ended_is_said_on_the_last_page(filer):
    filer.fills_in()
    filer.procedure.versions.update(valid_to=dt.date(2026, 1, 2))
    assert filer.get("kiem-tra/").status_code == 200
    answer = filer.sends()
    assert answer.status_code == 200 and 'role="alert"' in answer.content.decode() and not Dossier.objects.exists()
