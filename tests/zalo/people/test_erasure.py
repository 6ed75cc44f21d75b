"""R12 for the channel: after a person is erased, nothing of theirs is found in rows, files, logs or the broker."""

import inspect
import json
import logging
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import connection, models

from feedback.models import Case
from portal.audit import passage
from tests import factories
from tests.people import BINH, MONDAY
from tests.zalo.channel import only
from tests.zalo.chat.talk import Citizen, channel_of
from zalo import tasks
from zalo.api.answers import Profile
from zalo.inbound import drain as inbound
from zalo.inbound import media
from zalo.inbound import spool as webhook_spool
from zalo.models import Contact, ContactLink, InboxEvent, MediaFile, OutboxMessage, Outcome, State
from zalo.outbox import delivery
from zalo.people import followers

pytestmark = pytest.mark.django_db
NAME, PHONE, PLACE, SECRET = "Lê Thị Kín Đáo", "0987001122", "Ấp Bình Yên", "chuyện riêng tư"
NEEDLES = ("Kín Đáo", "987001122", PLACE, SECRET, "avatar-cua-toi", "tệp-riêng")


@pytest.fixture
def citizen(centre, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return Citizen(channel_of(centre), MONDAY)


def live(citizen, centre, procedure) -> Contact:
    """Everything the channel can come to know about one person."""
    citizen.follows()
    profile = Profile(citizen.user_id, "", NAME, "https://s120.avatar.zdn.vn/avatar-cua-toi", True, None, {})
    followers.remember_profile(citizen.contact, profile, now=citizen.now)
    citizen.shares(name=NAME, phone="84987001122", address=PLACE, city="Tây Ninh")
    citizen.says(f"tôi tên {NAME}, có {SECRET}, gọi {PHONE}")
    dossier = factories.dossier(centre, procedure, person=BINH)
    ContactLink.objects.create(contact=citizen.contact, dossier=dossier, proof="code", linked_at=citizen.now)
    for words in ("góp ý", f"Nên có thêm ghế chờ ở sảnh để khỏi nghe {SECRET}, tôi là {NAME} số {PHONE}", "gửi"):
        citizen.says(words)
    line = citizen.sends("file", {"url": "https://f.zdn.vn/x", "name": "tệp-riêng.pdf"})
    file = MediaFile.objects.get()
    file.sha256 = "ab" * 32
    file.file.save("tep.pdf", ContentFile(SECRET.encode()))
    MediaFile.objects.update(state=MediaFile.State.STORED)
    assert line is None or line.text
    contact = citizen.contact
    LogEntry.objects.create(
        user=centre.administrator, action_flag=CHANGE, object_id=str(contact.pk), object_repr=NAME,
        content_type=ContentType.objects.get_for_model(Contact),
    )  # fmt: skip
    return contact


def found(needles) -> list[str]:
    """Where any of the needles stands: every text of every row, unsealed as the program reads it, and as it lies."""
    places = []
    for model in apps.get_models():
        if not model._meta.managed:
            continue
        names = [field.attname for field in model._meta.concrete_fields if isinstance(field, TEXTS)]
        for row in model._default_manager.all() if names else ():
            said = " ".join(str(getattr(row, name)) for name in names)
            places += [f"{model.__name__}: {needle}" for needle in needles if needle in said]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            lying = str(cursor.fetchall())
            places += [f"{table} (bảng): {needle}" for needle in needles if needle in lying]
    return places


TEXTS = (models.CharField, models.TextField, models.JSONField, models.FileField)


def test_nothing_of_an_erased_person_is_found_anywhere(citizen, centre, procedure, settings, caplog):
    caplog.set_level(logging.DEBUG)
    contact = live(citizen, centre, procedure)
    needles = (*NEEDLES, citizen.user_id)
    assert {place.split(": ")[1] for place in found(needles)} == set(needles), "the trap is set: each is kept somewhere"
    followers.erase(contact, how="Nhắn “xoá dữ liệu”", now=citizen.now)
    # The case stays as a matter the agency handled, with what tells who sent it masked; its own words are the matter.
    case = Case.objects.get()
    assert "Kín Đáo" not in case.text and "987" not in case.text and not (case.phone or case.origin_ref)
    with passage.opened("Hết hạn lưu trữ"):
        Case.objects.all().delete()
    assert found(needles) == []
    files = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert [path.name for path in files if SECRET.encode() in path.read_bytes()] == []
    assert [needle for needle in needles if needle in caplog.text] == []


@pytest.mark.parametrize("ending", [".event", ".bad"])
def test_what_waited_in_a_file_while_the_person_was_erased_does_not_bring_them_back(
    citizen, settings, tmp_path, django_capture_on_commit_callbacks, ending
):
    settings.VAR_DIR = tmp_path
    citizen.follows()
    contact = citizen.contact
    raw = json.dumps({"event_name": "user_send_text", "message": {"text": SECRET}, "sender": {"id": citizen.user_id}})
    for person in (citizen.user_id, "another"):
        row = InboxEvent(
            account=contact.account, name="user_send_text", remote_key=f"k-{person}", person=person, raw=raw,
            happened_at=citizen.now, received_at=citizen.now, next_at=citizen.now,
        )  # fmt: skip
        webhook_spool.keep(row)
    for file in webhook_spool.folder().glob("*.event"):
        file.rename(file.with_suffix(ending))
    kept = set(webhook_spool.folder().iterdir())
    with django_capture_on_commit_callbacks(execute=True):
        followers.erase(contact, how="Yêu cầu", now=citizen.now)
        assert set(webhook_spool.folder().iterdir()) == kept, "an erasure that is taken back has lost nothing"
    (left,) = webhook_spool.folder().iterdir()
    assert "another" in left.name
    left.unlink()
    webhook_spool.adopt()
    inbound.drain(now=citizen.now)
    assert found((SECRET, citizen.user_id)) == []


def test_no_task_carries_anything_about_anybody():
    """The broker never holds a person's data: the channel's tasks take no arguments at all."""
    ours = [task for task in vars(tasks).values() if hasattr(task, "apply_async")]
    assert len(ours) >= 10
    assert [task.name for task in ours if inspect.signature(task.run).parameters] == []


@pytest.mark.parametrize("state", [State.QUEUED, State.WAITING, State.UNCERTAIN])
def test_what_is_under_way_to_an_erased_person_ends(citizen, centre, procedure, state):
    contact = live(citizen, centre, procedure)
    OutboxMessage.objects.filter(contact=contact).exclude(kind="channel.welcome").delete()
    OutboxMessage.objects.update(state=state, outcome="", finished_at=None, requested_at=citizen.now)
    followers.erase(contact, how="Yêu cầu", now=citizen.now)
    row = only(contact=contact)
    assert (row.state, row.outcome, row.payload) == (State.CANCELLED, Outcome.REFUSED, "")


def test_what_was_in_the_senders_hand_is_not_tried_again_by_another_route(channel, procedure, mailoutbox):
    contact = channel.follower()
    dossier = factories.dossier(channel.centre, procedure)
    OutboxMessage.objects.update(contact=contact, state=State.SENDING, lease="x", dossier=dossier)
    followers.erase(contact, how="Yêu cầu", now=contact.created_at)
    OutboxMessage.objects.update(state=State.WAITING, lease="")  # the sender's request had failed
    delivery.drain()
    assert set(OutboxMessage.objects.values_list("state", "outcome")) == {(State.CANCELLED, Outcome.REFUSED)}
    assert mailoutbox == [] and channel.zalo.count() == 0


def test_a_file_that_was_being_fetched_is_not_kept(citizen, centre, monkeypatch, settings):
    citizen.follows()
    citizen.sends("file", {"url": "https://f.zdn.vn/x.pdf", "name": "đơn.pdf"})
    contact = citizen.contact

    def slow(*args, **more):
        followers.erase(contact, how="Yêu cầu", now=citizen.now)
        return b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"

    monkeypatch.setattr(media, "download", slow)
    media.fetch_due(now=citizen.later(minutes=1).now)
    assert not MediaFile.objects.exists()
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []
