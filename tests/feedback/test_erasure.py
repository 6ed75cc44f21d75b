"""Forgetting a person: nothing of them is left in rows and files."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from feedback.cases import erasure, intake
from feedback.models import Case
from feedback.states import Status
from tests.feedback.cases.test_intake import photo
from tests.feedback.conftest import case_in, sent

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


def test_petitions_are_counted_and_kept(centre):
    petition = sent(centre, text="Ông A lấn đất công của xã", nature="denunciation", phone="0987654321")
    record = intake.receive(petition, now=case_time())
    done = erasure.erase(phone="+84987654321", email="x@y.vn")
    record.refresh_from_db()
    assert done["đơn khiếu nại, tố cáo giữ lại theo quy định lưu trữ"] == 1 and record.phone == "+84987654321"


def case_time():
    from tests.people import MONDAY

    return MONDAY
