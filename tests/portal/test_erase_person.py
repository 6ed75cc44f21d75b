"""R12: `erase_person` leaves the value nowhere: rows, files, queue, inbox, histories; what law keeps is listed."""

import datetime as dt
import json
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote_plus

import pytest
import time_machine
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from dossiers.models import Applicant, Attachment, Dossier, IntakeDraft, InternalNote, LegalRule, LongAct, SavedFilter
from dossiers.papers import receipts
from dossiers.privacy import erasure_journal
from dossiers.states import State
from feedback.cases import acts as case_acts
from feedback.cases import handling
from feedback.models import Case, Publication
from portal.audit import triggers
from portal.audit.models import Erasure
from portal.correspondence import assigning, drafts, proposing
from portal.correspondence.models import Document
from portal.transfer import backup
from tests import factories
from tests.feedback.conftest import new_case
from tests.people import AN, BINH, MONDAY
from tests.portal.three_centres import known_rows
from tests.zalo.chat.talk import Citizen, channel_of
from tests.zalo.people.test_erasure import found
from zalo.models import Contact, OutboxMessage
from zalo.people import followers

NEEDLES = (AN.id_number, "912345678", AN.full_name, "an@example.vn", "Ấp 2, xã Cần Giuộc")
LATER = MONDAY + dt.timedelta(days=3)


def erase(**whom) -> str:
    out = StringIO()
    with time_machine.travel(LATER, tick=False):
        call_command("erase_person", stdout=out, **whom)
    return out.getvalue()


@pytest.fixture
def world(centre, elsewhere, procedure, settings, tmp_path):
    """A finished dossier at two agencies, a linked Zalo, a case, notes, drafts, filters, files."""
    settings.MEDIA_ROOT, settings.VAR_DIR = tmp_path / "media", tmp_path / "var"
    LegalRule.objects.filter(key="archive-years").update(value=-1)  # nothing is archived any more
    account = channel_of(centre)
    dossier = factories.in_state(State.RESULT_RETURNED, centre, procedure)
    factories.in_state(State.RESULT_RETURNED, elsewhere, procedure)
    receipts.receipt_paper(dossier.receipt, by=centre.clerk, now=MONDAY)
    attachment = Attachment(dossier=dossier, name="a.pdf", content_type="application/pdf", size=4, sha256="ab" * 32)
    attachment.file.save("a", ContentFile(b"%PDF"))
    InternalNote.objects.create(dossier=dossier, author=centre.clerk, text=f"Gọi {AN.full_name} số 0912 345 678")
    event = dossier.events.latest("id")
    type(event).objects.filter(pk=event.pk).update(
        public_note=f"Mời ông {AN.full_name}", reasons=[{"what": "x", "why": f"số {AN.id_number}"}]
    )
    IntakeDraft.objects.create(user=centre.clerk, data=f'{{"full_name": "{AN.full_name}", "phone": "0912345678"}}')
    SavedFilter.objects.create(user=centre.clerk, name="ông An", query=f"q={AN.id_number}")
    LogEntry.objects.create(
        user=centre.administrator, action_flag=CHANGE, object_id="1", object_repr=AN.full_name,
        content_type=ContentType.objects.get_for_model(Applicant),
    )  # fmt: skip
    for name in ("xuat-bang/1.csv", "xuat-nhat-ky/2.csv"):
        default_storage.save(name, ContentFile(AN.full_name.encode()))
    citizen = Citizen(account, MONDAY)
    citizen.shares(phone="84912345678", name=AN.full_name)
    citizen.says("1234")
    citizen.says(f"tôi là {AN.full_name}, số 0912345678")
    return dossier


@pytest.mark.django_db(transaction=True)
def test_nothing_of_an_erased_person_is_found_anywhere(world, settings):
    assert {place.split(": ")[1] for place in found(NEEDLES)} >= {AN.full_name, AN.id_number}
    said = erase(id=AN.id_number)
    assert "bản ghi người nộp: 2" in said and "bản sao lưu cũ" in said
    assert "tệp bảng đã xuất (xuất lại được): 2" in said
    assert found(NEEDLES) == []
    assert not Attachment.objects.exists()
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []
    assert Contact.objects.get().erased_at and set(OutboxMessage.objects.values_list("payload", flat=True)) == {""}
    assert Dossier.objects.count() == 2 and world.issued_papers.count() == 0
    with pytest.raises(CommandError, match="không có gì để xóa"):
        erase(id=AN.id_number)


@pytest.mark.django_db(transaction=True)
def test_a_dry_run_tells_the_same_and_changes_nothing(world, settings):
    def everything():
        files = {path: path.read_bytes() for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}
        return known_rows(), sorted(found(NEEDLES)), files

    before = everything()
    told = erase(id=AN.id_number, dry_run=True)
    assert everything() == before
    done = erase(id=AN.id_number)
    assert "Chạy thử, chưa đổi gì. Sẽ xóa:" in told
    assert told.splitlines()[1:] == done.replace("Giữ lại, kèm", "Sẽ giữ lại, kèm").splitlines()[1:]
    assert not any(path.is_file() for path in Path(settings.MEDIA_ROOT).rglob("*"))


@pytest.mark.django_db(transaction=True)
def test_by_phone_in_any_spelling_it_reaches_the_same(world):
    erase(phone="+84 912 345 678")
    assert found(NEEDLES) == []


SPOKEN = ("912345678", "912 345 678", AN.full_name, "nguyen van an", "Ấp 2, xã Cần Giuộc", "ap 2 xa can giuoc")


@pytest.fixture
def web_case(centre, procedure, settings, tmp_path):
    """A finished dossier and a case its owner sent by web, answered and published, the person named in every word."""
    settings.MEDIA_ROOT, settings.VAR_DIR = tmp_path / "media", tmp_path / "var"
    LegalRule.objects.filter(key="archive-years").update(value=-1)
    channel_of(centre)
    factories.in_state(State.RESULT_RETURNED, centre, procedure)
    home, who = "Ấp 2, xã Cần Giuộc", f"{AN.full_name} số 0912 345 678"
    case = new_case(
        centre, title=f"{home}: đèn tắt", address=f"Nhà 3 {home}",
        text=f"Tôi là {who}, nhà ở {home}, báo đèn đường tắt",
        sender_name=AN.full_name, phone=AN.phone, email=AN.email,
    )  # fmt: skip

    def does(act, by, **asked):
        return case_acts.do(act, case, by=by, now=MONDAY, **asked)

    does("accept", centre.handler)
    handling.note(case, by=centre.handler, now=MONDAY, text=f"Đã gọi {who}, tức nguyen van an")
    does("draft", centre.handler, text=f"Chào ông {who}, đã thay đèn ở {home}.")
    does("submit", centre.handler)
    does("return_for_changes", centre.leader, note=f"Ghi rõ tên {who}")
    does("draft", centre.handler, text=f"Chào ông {who}, đã thay đèn ở {home}.")
    does("submit", centre.handler)
    case_acts.send_answer(case, by=centre.leader, now=MONDAY)
    does("prepare", centre.handler)
    does("submit_publication", centre.handler)
    does("approve_publication", centre.leader)
    does("take_down", centre.leader, reason=f"Ông {who} gọi điện xin gỡ")
    for name, asked in (("a", "q=nguyen+van+an"), ("b", f"q={quote_plus(AN.full_name)}"), ("c", "q=0912+345+678")):
        SavedFilter.objects.create(user=centre.clerk, name=name, query=asked)
    SavedFilter.objects.create(user=centre.clerk, name="chị Anh", query="q=nguyen+van+anh")
    LogEntry.objects.create(
        user=centre.administrator, action_flag=CHANGE, object_id="1", object_repr="nguyen van an",
        content_type=ContentType.objects.get_for_model(Case),
    )  # fmt: skip
    return case


@pytest.mark.parametrize("whom", [{"id": AN.id_number}, {"phone": AN.phone}])
def test_nothing_of_who_sent_a_case_by_web_is_left_in_the_voice_and_its_queue(web_case, whom):
    told = OutboxMessage.objects.filter(feedback_event__case=web_case).exclude(payload="")
    assert AN.full_name in told.get(feedback_event__kind="answered").payload
    assert json.loads(Publication.objects.get().masked)["question"]
    assert {"CaseNote", "Answer", "FeedbackEvent", "Publication", "Case"} <= {
        each.split(":")[0] for each in found(SPOKEN)
    }
    triggers.install()
    said = erase(**whom)
    assert [place for place in found(SPOKEN) if "SavedFilter" not in place and "savedfilter" not in place] == []
    assert SavedFilter.objects.get().name == "chị Anh", "An is not Anh"
    assert not told.exists() and Publication.objects.get().masked == ""
    assert "báo đèn đường tắt" in Case.objects.get().text, "the matter stays"
    assert "chữ bên trong tệp" in said
    assert Erasure.objects.filter(log="feedback.FeedbackEvent").exists(), "audit knows of the facts that were masked"


def test_who_only_sent_a_case_is_known_by_the_name_it_bears(centre):
    new_case(centre, sender_name="Lê Thị Kín", phone="0987001122")
    SavedFilter.objects.create(user=centre.clerk, name="a", query="q=le+thi+kin")
    SavedFilter.objects.create(user=centre.clerk, name="b", query="q=0987001122")
    said = erase(phone="0987001122")
    assert "ý kiến: 1" in said and "bộ lọc đã lưu: 2" in said
    assert found(("Kín", "le thi kin", "987001122")) == []


def test_what_law_requires_is_kept_and_listed_with_its_reason(centre, procedure, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    done = factories.in_state(State.RESULT_RETURNED, centre, procedure)
    receipts.receipt_paper(done.receipt, by=centre.clerk, now=MONDAY)
    running = factories.dossier(centre, procedure)
    said = erase(id=AN.id_number)
    assert f"{running.code}: hồ sơ đang giải quyết" in said
    assert f"{done.code}: 1 giấy tờ, tệp" in said and "Luật Lưu trữ" in said
    running.refresh_from_db()
    done.refresh_from_db()
    assert running.owner.id_number == AN.id_number, "it is still needed"
    assert done.owner_name == "Người đã xóa dữ liệu" and done.receipt.issued_papers.get().file


def test_another_person_keeps_everything(centre, procedure):
    hers = factories.dossier(centre, procedure, person=BINH)
    factories.in_state(State.RESULT_RETURNED, centre, procedure)
    erase(id=AN.id_number)
    hers.refresh_from_db()
    assert (hers.owner.phone, hers.owner_name) == ("+84987654321", BINH.full_name)


@pytest.mark.parametrize("whom", [{}, {"id": "12"}, {"phone": "abc"}, {"id": AN.id_number}])
def test_what_cannot_be_done_ends_with_a_sentence(db, whom):
    with pytest.raises(CommandError):
        erase(**whom)


@pytest.fixture
def office(centre, world):
    """What the office wrote itself: two drafts, a registered dispatch, a task, a proposal, an act that takes long."""
    who = f"{AN.full_name} ({AN.phone})"
    for title, body in ((f"Trả lời ông {who}", who), ("Mời họp", f"Mời {AN.full_name} dự họp")):
        drafts.begin(
            centre.agency, "dispatch", title, f"<p>{body}</p>", by=centre.handler, now=MONDAY, addressees=[title]
        )
    registered = drafts.begin(
        centre.agency, "dispatch", f"Về việc của {who}", "<p>x</p>", by=centre.handler, now=MONDAY
    )
    Document.objects.filter(pk=registered.pk).update(
        number=7, year=2026, number_text="7/CV", dated=MONDAY.date(), registered_at=MONDAY, state="issued"
    )
    assigning.give(
        centre.agency, f"Gọi ông {who}", dt.date(2030, 1, 1), by=centre.leader, now=MONDAY, detail=f"Nhà ở {AN.address}"
    )
    proposing.propose(
        centre.agency, by=centre.clerk, now=MONDAY, subject="data", title="Gọi lại", text=f"như ông {who}"
    )
    LongAct.objects.create(kind="none", title=f"In cho {who}", asked={"q": [AN.phone]}, created_at=MONDAY)
    return registered


@pytest.mark.django_db(transaction=True)
def test_the_offices_own_words_of_a_person_are_hidden_or_named(office):
    said = erase(id=AN.id_number)
    assert [
        place for place in found(NEEDLES) if not place.startswith(("Document:", "correspondence_document (bảng)"))
    ] == []
    namesake, answer = Document.objects.exclude(pk=office.pk).order_by("-pk")
    assert "***" in answer.abstract and "***" in answer.body and "912" not in answer.folded
    assert AN.full_name in namesake.body, "a name alone may be another's"
    assert f"văn bản số {namesake.pk}: chỉ có tên" in said and f"văn bản số {office.pk}: đã vào sổ" in said
    assert "nhiệm vụ có hạn: 1" in said and "đề xuất của cơ sở: 1" in said and "việc chạy lâu: 1" in said


@pytest.fixture
def journal(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path / erasure_journal.FILE


def brought_back(monkeypatch, made_at: dt.datetime, again) -> str:
    """Run `restore` of a backup that holds what `again` makes."""

    def bring_back(*_args, **_more):
        again()
        return SimpleNamespace(tables={}, made_at=made_at.isoformat()), 0

    monkeypatch.setattr(backup, "bring_back", bring_back)
    out = StringIO()
    with time_machine.travel(LATER, tick=False):
        call_command("restore", __file__, replace=True, stdout=out)
    return out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_a_backup_brings_nobody_back_who_was_erased_after_it(centre, procedure, journal, monkeypatch):
    account = channel_of(centre)
    person = Citizen(account, MONDAY)
    person.says("xin chào")
    user_id = person.user_id
    factories.in_state(State.RESULT_RETURNED, centre, procedure)
    factories.in_state(State.RESULT_RETURNED, centre, procedure, person=BINH)
    new_case(centre, sender_name="Lê Thị Kín", phone="0987001122")
    erase(id=AN.id_number)
    erase(phone="0987001122")
    with time_machine.travel(LATER, tick=False):
        followers.erase(person.contact, how="x", now=LATER)
    noted = journal.read_text()
    assert len(noted.splitlines()) == 3 and journal.stat().st_mode & 0o077 == 0
    assert not any(word in noted for word in (AN.id_number, "987001122", user_id)), "keyed hashes alone"

    def again():
        factories.in_state(State.RESULT_RETURNED, centre, procedure)
        new_case(centre, sender_name="Lê Thị Kín", phone="0987001122")
        Citizen(account, MONDAY, user_id).says("xin chào")

    told = brought_back(monkeypatch, LATER - dt.timedelta(hours=1), again)
    assert "Đã xóa lại 2 người, 1 người trên Zalo" in told
    assert found((*NEEDLES, "Kín", "987001122", user_id)) == []
    assert Applicant.objects.get(erased_at=None).id_number == BINH.id_number, "who was not erased stays"


@pytest.mark.django_db(transaction=True)
def test_who_came_back_after_being_erased_is_left_alone_by_a_later_backup(centre, procedure, journal, monkeypatch):
    factories.in_state(State.RESULT_RETURNED, centre, procedure)
    erase(id=AN.id_number)
    told = brought_back(
        monkeypatch,
        LATER + dt.timedelta(days=1),
        lambda: factories.in_state(State.RESULT_RETURNED, centre, procedure),
    )
    assert "Đã xóa lại 0 người" in told
    assert Applicant.objects.filter(erased_at=None).exists()
    journal.unlink()
    told = brought_back(monkeypatch, MONDAY, lambda: None)
    assert "nếu máy cũ có, chép về" in told and "erase_person --since" in told
    with pytest.raises(CommandError, match="Không đọc được thời điểm"):
        erase(since="hôm qua")


def test_a_dry_run_and_half_a_line_leave_the_journal_readable(centre, procedure, journal):
    factories.in_state(State.RESULT_RETURNED, centre, procedure)
    erase(id=AN.id_number, dry_run=True)
    assert not journal.exists()
    erase(id=AN.id_number)
    journal.write_text(journal.read_text() + "2026-11-3")
    assert list(erasure_journal.since(MONDAY)) == ["id"]
