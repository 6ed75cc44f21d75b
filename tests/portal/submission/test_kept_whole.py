"""A filing stays whole: two windows at once, buttons pressed twice, links handed on, rights and keys that end."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.files.storage import default_storage

from dossiers.models import Attachment, Dossier
from dossiers.privacy import key_rotation
from dossiers.states import State
from dossiers.workflow import acts
from portal.submission import drafts, files, opening, supplements
from portal.submission.answers import Answers
from portal.submission.models import DraftFile, FiledFile, FilingDraft
from tests.people import MONDAY
from tests.portal.submission.conftest import OTHER, SELF, Filer, csrf, picture, sent

pytestmark = pytest.mark.django_db


def test_a_page_sent_twice_answers_no_other_paper(filer, centre):
    dossier = sent(filer)
    names = ("Đơn đăng ký theo mẫu", "Trích lục")
    reasons = [{"paper": name, "what": "Nộp lại", "why": "Mờ"} for name in names]
    acts.do("ask_submitter", dossier, by=centre.clerk, now=MONDAY, reasons=reasons)
    before = Dossier.objects.get()
    form, extract = filer.asked
    for _press in range(2):
        assert filer.adds({form: picture("green")}).status_code == 302
    assert supplements.receive(before, {form: [picture("green")]}, caller="c", now=MONDAY) == []
    assert [row.paper for row in FiledFile.objects.filter(supplement=True)] == [names[0]]
    assert filer.asked == [extract] and Dossier.objects.get().state == State.SUPPLEMENT_REQUESTED
    for _press in range(2):
        assert filer.adds({extract: picture("black")}).status_code == 302
    assert Dossier.objects.get().state == State.SUBMITTED
    assert FiledFile.objects.filter(supplement=True).count() == 2


def test_a_right_to_act_that_ended_while_the_draft_lay_is_asked_for_anew(filer):
    filer.fills_in("other", until="17/11/2026")
    with time_machine.travel(MONDAY + dt.timedelta(days=2), tick=False):
        filer.client.post(filer.link + "mo/", {"last4": "5678", "csrfmiddlewaretoken": csrf(filer)})
        answer = filer.client.post(filer.link + "kiem-tra/", {"agreed": "1", "csrfmiddlewaretoken": csrf(filer)})
        assert answer["Location"] == filer.link + "nguoi-nop/" and not Dossier.objects.exists()
        assert "Ngày này phải từ hôm nay" in filer.says(**OTHER | {"until": "17/11/2026"}).content.decode()


def test_what_was_typed_without_a_number_is_opened_again_by_the_browser_that_wrote_it(filer):
    """There are no digits to ask for: after half an hour it was locked for good."""
    assert filer.begins().says(full_name="Nguyễn Văn An").status_code == 200
    with time_machine.travel(MONDAY + dt.timedelta(days=2), tick=False):
        assert 'value="Nguyễn Văn An"' in filer.get("nguoi-nop/").content.decode()
        elsewhere = Filer(filer.procedure, filer.agency).client.get(filer.link + "nguoi-nop/").content.decode()
        assert "Nguyễn Văn An" not in elsewhere
        assert filer.says(**SELF).status_code == 302
    with time_machine.travel(MONDAY + dt.timedelta(days=2, minutes=31), tick=False):
        assert "Nguyễn Văn An" not in filer.get("nguoi-nop/").content.decode(), "now a number locks it"


def test_what_was_sent_in_one_window_is_not_taken_apart_by_another(filer):
    filer.fills_in()
    before, file = FilingDraft.objects.get(), DraftFile.objects.first()
    filer.sends()
    first, *_rest = [paper.key for paper in Answers(before, MONDAY).papers()]
    drafts.remove(before, file.pk)
    files.keep(before, first, [picture("green")], caller="c", now=MONDAY)
    assert not drafts.erase(before) and FilingDraft.objects.exists() and not DraftFile.objects.exists()
    assert Attachment.objects.count() == 2
    assert all(default_storage.exists(row.file.name) for row in Attachment.objects.all())


def test_a_draft_erased_in_one_window_is_a_404_in_the_other(filer, monkeypatch):
    filer.fills_in()
    open_before = opening.is_open

    def erased_meanwhile(request, draft):
        if request.method == "POST":
            drafts.erase(draft)
        return open_before(request, draft)

    monkeypatch.setattr(opening, "is_open", erased_meanwhile)
    assert filer.says(**SELF).status_code == 404 and not FilingDraft.objects.exists()


def test_who_began_a_draft_for_somebody_else_sees_nothing_of_what_they_type(filer):
    filer.begins()
    assert filer.get("nguoi-nop/").status_code == 200
    assert filer.get("giay-to/")["Location"] == filer.link  # photos only once there are digits that lock them
    writer = Filer(filer.procedure, filer.agency)
    writer.link = filer.link
    assert writer.says(**SELF).status_code == 302
    assert SELF["id_number"] in writer.get("nguoi-nop/").content.decode()
    page = filer.get("nguoi-nop/").content.decode()
    assert "Bốn số cuối" in page and SELF["id_number"] not in page


def test_a_link_opens_after_new_keys_and_says_that_the_old_one_is_needed(filer, settings):
    filer.begins()
    settings.FIELD_ENCRYPTION_KEYS = ["mot-khoa-moi-de-thu-xoay-vong-khoa-0001", *settings.FIELD_ENCRYPTION_KEYS]
    assert filer.get("nguoi-nop/").status_code == 200 and key_rotation.hashes_left() == 1
