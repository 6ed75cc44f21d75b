"""A message that waits while the dossier is put right says what is right, to those it concerns; what left stays."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from django.utils import timezone

from dossiers.intake import corrections, people
from dossiers.papers import receipts
from dossiers.workflow import acts
from portal import message_files
from tests import factories
from tests.people import AN, BINH
from zalo.models import OutboxMessage, Outcome, State
from zalo.models.outbox import NO_LONGER
from zalo.notices import by_hand, corrected
from zalo.outbox import rows as outbox_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(channel, procedure):
    row = factories.dossier(channel.centre, procedure, now=timezone.now())
    OutboxMessage.objects.all().delete()
    return row


def put_right(channel, dossier, **stated) -> None:
    wanted = corrections.Correction("gõ nhầm", replace(AN, **stated), dossier.content, dossier.result_place)
    corrections.correct(dossier, wanted, by=channel.centre.clerk, now=timezone.now())


def ready(channel, dossier) -> OutboxMessage:
    """A message that names the owner and the procedure, waiting."""
    acts.do("assign", dossier, by=channel.centre.leader, now=timezone.now(), handler=channel.centre.handler)
    return OutboxMessage.objects.get(kind="dossier.assigned")


def test_what_waits_says_the_right_name_and_procedure_and_keeps_what_was_folded_into_it(channel, procedure, dossier):
    contact = channel.follower("lan", dossier=dossier)
    row = ready(channel, dossier)
    folded = {"news": row.content["text"], "earlier": ["Đã tiếp nhận, 08 giờ 00"], "since": "Từ hôm qua"}
    row.payload = json.dumps(row.content | folded, ensure_ascii=False)
    row.save()
    dossier.procedure_name = "Đăng ký lại khai sinh"
    dossier.save()
    put_right(channel, dossier, full_name="Nguyễn Văn Ân")
    row.refresh_from_db()
    assert (row.contact, row.state) == (contact, State.QUEUED)
    assert row.content["values"]["chu_ho_so"] == "Nguyễn Văn Ân"
    assert row.content["text"].startswith("Từ hôm qua:\n• Đã tiếp nhận, 08 giờ 00\n\n")
    assert "Thủ tục: Đăng ký lại khai sinh" in row.content["text"]


def test_another_person_altogether_is_told_and_the_one_named_by_mistake_is_not(channel, dossier):
    wrong = channel.follower("hung", applicant=dossier.owner)
    right = channel.follower("lan", applicant=people.keep(people.checked(BINH), dossier.agency))
    row = ready(channel, dossier)
    sender = channel.centre.leader
    by_hand.send(dossier, "Mời ông/bà mang bản chính đến đối chiếu.", by=sender, now=timezone.now())
    assert set(OutboxMessage.objects.values_list("contact", flat=True)) == {wrong.pk}
    wanted = corrections.Correction("ghi nhầm người", BINH, dossier.content, dossier.result_place)
    corrections.correct(dossier, wanted, by=channel.centre.clerk, now=timezone.now())
    row.refresh_from_db()
    assert (row.state, row.outcome, row.route_reason) == (State.CANCELLED, Outcome.WITHDRAWN, NO_LONGER)
    told = OutboxMessage.objects.filter(state=State.QUEUED)
    assert [(each.contact, each.kind) for each in told] == [(right, "dossier.assigned")], "by hand: one person's alone"
    before = list(OutboxMessage.objects.order_by("pk").values())
    corrected.put_right(dossier.events.latest("pk"))
    assert list(OutboxMessage.objects.order_by("pk").values()) == before, "asked again it changes nothing"
    assert not outbox_rows.send_again(row, by=sender, now=timezone.now()), "it is nobody's to send again"


def test_corrected_back_the_first_person_is_told_after_all(channel, dossier):
    first = channel.follower("hung", applicant=dossier.owner)
    channel.follower("lan", applicant=people.keep(people.checked(BINH), dossier.agency))
    ready(channel, dossier)
    for stated in (BINH, AN):
        wanted = corrections.Correction("ghi nhầm người", stated, dossier.content, dossier.result_place)
        corrections.correct(dossier, wanted, by=channel.centre.clerk, now=timezone.now())
        dossier.refresh_from_db()
    told = OutboxMessage.objects.filter(kind="dossier.assigned", state=State.QUEUED)
    assert [each.contact for each in told] == [first]


def test_what_reached_nobody_says_what_is_right_to_whoever_is_called(channel, dossier):
    channel.follower("lan", dossier=dossier)
    row = ready(channel, dossier)
    now = timezone.now()
    OutboxMessage.objects.update(state=State.UNREACHABLE, outcome=Outcome.NOT_LINKED, finished_at=now)
    put_right(channel, dossier, full_name="Nguyễn Văn Ân")
    row.refresh_from_db()
    assert row.state == State.UNREACHABLE and row.content["values"]["chu_ho_so"] == "Nguyễn Văn Ân"


def test_what_has_left_stays_as_it_was(channel, dossier):
    channel.follower("lan", dossier=dossier)
    row = ready(channel, dossier)
    OutboxMessage.objects.update(state=State.SENDING)
    put_right(channel, dossier, full_name="Nguyễn Văn Ân")
    row.refresh_from_db()
    assert row.content["values"]["chu_ho_so"] == AN.full_name and OutboxMessage.objects.count() == 1


def test_the_receipts_file_is_not_the_one_known_to_be_wrong(channel, procedure):
    dossier = factories.dossier(channel.centre, procedure, now=timezone.now())
    accepted = dossier.events.get(kind="accepted")
    assert message_files.receipt(accepted.pk) is not None
    put_right(channel, dossier, full_name="Nguyễn Văn Ân")
    assert message_files.receipt(accepted.pk) is None, "staff have not replaced it yet"
    receipts.replacing_paper(dossier.receipt, by=channel.centre.clerk, now=timezone.now())
    assert message_files.receipt(accepted.pk) is not None
