"""Forgetting a person: nothing of them is left in rows and files."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from feedback.cases import acts as case_acts
from feedback.cases import erasure, handling, intake, joining
from feedback.models import Case, FeedbackEvent
from feedback.states import Status
from tests.feedback.cases.test_intake import photo
from tests.feedback.conftest import case_in, new_case, sent
from tests.zalo.people.test_erasure import found

pytestmark = pytest.mark.django_db


def test_nothing_of_the_person_is_left(centre, settings, tmp_path, django_capture_on_commit_callbacks):
    settings.MEDIA_ROOT = tmp_path
    case = case_in(
        Status.INFO_RECEIVED,
        centre,
        text="Tôi là Lê Thị Kín, số 0987 654 321, báo đèn tắt",
        sender_name="Lê Thị Kín",
        phone="0987654321",
        email="kin@example.vn",
        files=[SimpleUploadedFile("a.jpg", photo())],
    )
    other = intake.receive(sent(centre, sender_name="Trần Văn Bình"), now=case.sent_at)
    with django_capture_on_commit_callbacks(execute=True):
        done = erasure.erase(phone="+84987654321")
    assert (done["ý kiến"], done["tệp kèm ý kiến"]) == (1, 1)
    case = Case.objects.get(pk=case.pk)
    left = f"{case.text} {case.title} {case.search_text} {case.sender_name} {case.phone} {case.email} {case.phone_hash}"
    assert "Kín" not in left and "987" not in left and "kin@" not in left and "đèn tắt" in left
    assert not [path for path in Path(tmp_path).rglob("*") if path.is_file()]
    other.refresh_from_db()
    assert other.sender_name == "Trần Văn Bình"
    assert erasure.erase(phone="+84987654321")["ý kiến"] == 0


def test_parts_and_the_answer_given_to_others_name_nobody(centre):
    text = "Tôi là Lê Thị Kín, số 0987 654 321, báo đèn tắt"
    case = case_in(Status.IN_PROGRESS, centre, text=text, sender_name="Lê Thị Kín", phone="0987654321")
    other = new_case(centre)
    case_acts.do("merge", other, into=case, by=centre.leader, now=case.sent_at)
    told = [joining.Part(f"Phần {n}", f"{text} {n}", centre.agency) for n in (1, 2)]
    for part in case_acts.do("split", case, by=centre.leader, now=case.sent_at, parts=told):
        handling.note(part, by=centre.handler, now=case.sent_at, text="Hỏi le thi kin")
    FeedbackEvent(
        case=other, kind="answered", at=case.sent_at, public_note="Chào bà Lê Thị Kín", internal_note="Lê Thị Kín"
    ).save()
    assert erasure.erase(phone="+84987654321")["ý kiến"] == 1
    left = found(("Kín", "le thi kin", "987 654", "987654"))
    assert [place for place in left if "OutboxMessage" not in place] == [], "the queue is the channel's to empty"
    other.refresh_from_db()
    assert other.sender_name == "Nguyễn Văn An"


def test_petitions_are_counted_and_kept(centre):
    petition = sent(centre, text="Ông A lấn đất công của xã", nature="denunciation", phone="0987654321")
    record = intake.receive(petition, now=case_time())
    done = erasure.erase(phone="+84987654321", email="x@y.vn")
    record.refresh_from_db()
    assert done["đơn khiếu nại, tố cáo giữ lại theo quy định lưu trữ"] == 1 and record.phone == "+84987654321"


def case_time():
    from tests.people import MONDAY

    return MONDAY
