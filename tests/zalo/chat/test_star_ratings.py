"""Stars given on a rating template of Zalo become the dossier's sheet, once, honestly, and never over another one."""

import datetime as dt
import json

import pytest
from django.utils import timezone

from dossiers.workflow import acts
from feedback.models import FollowUp, Question, Rating
from feedback.ratings import rating as ratings
from tests import factories
from tests.people import MONDAY
from tests.zalo.chat.talk import Citizen, channel_of
from zalo.chat import star_ratings
from zalo.inbound import drain as inbound
from zalo.inbound import inbox, webhook
from zalo.models import Contact, OutboxMessage, State

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def citizen(centre):
    return Citizen(channel_of(centre), MONDAY + DAY)


@pytest.fixture
def invited(centre, procedure, citizen) -> OutboxMessage:
    """The invitation as Zalo took it."""
    dossier = factories.in_state("result_ready", centre, procedure)
    acts.do("return_result", dossier, by=centre.clerk, now=MONDAY + dt.timedelta(hours=1))
    OutboxMessage.objects.filter(kind="feedback.rating_invited").update(state=State.SENT, remote_id="z9")
    return OutboxMessage.objects.get(kind="feedback.rating_invited")


def stars(citizen: Citizen, rate, **message):
    """Zalo's event; it names no person (zalo-openapi, section 6.4)."""
    account = citizen.account
    given = {
        "rating_type": "csat",
        "option": "five_emotions",
        "rate": rate,
        "msg_id": "z9",
        "note": "",
        "feedbacks": [],
    }
    at = citizen.now - dt.timedelta(seconds=3)
    given |= {"submit_time": str(int(at.timestamp() * 1000))} | message
    body = {"app_id": account.app_id, "oa_id": account.oa_id, "event_name": "user_feedback", "message": given}
    return citizen.event(body)


def test_stars_fill_the_sheet_and_say_so(citizen, invited):
    event = stars(citizen, 4, note="Cán bộ nhiệt tình", feedbacks=["Nhanh"])
    rating = Rating.objects.get()
    assert event.state == "done" and "4/5" in event.note
    assert (rating.attitude, rating.result, rating.satisfied, rating.via) == (3, 3, True, "zalo")
    assert rating.comment.splitlines()[1:] == ["Cán bộ nhiệt tình", "Nhanh"] and "Chấm 4/5 sao" in rating.comment
    assert rating.invitation.dossier == invited.dossier and rating.given_at < citizen.now


@pytest.mark.parametrize(("rate", "value"), [(5, 4), (4, 3), (3, 2), (2, 1), (1, 1)])
def test_each_star_has_its_level_and_low_ones_open_a_follow_up(citizen, invited, rate, value):
    stars(citizen, rate)
    assert (Rating.objects.get().attitude, Rating.objects.get().result) == (value, value)
    assert FollowUp.objects.exists() == (value == 1)


@pytest.mark.parametrize(
    ("count", "levels"), [(2, [1, 1, 1, 2, 2]), (3, [1, 1, 2, 2, 3]), (5, [1, 2, 3, 4, 5]), (6, [2, 3, 4, 5, 6])]
)
def test_other_scales_keep_their_ends(count, levels):
    question = Question(choices=[{"value": value, "label": str(value)} for value in range(1, count + 1)])
    assert [star_ratings.level(question, each) for each in range(1, 6)] == levels


def test_by_phone_the_tracking_id_finds_the_invitation(citizen, invited):
    stars(citizen, 5, msg_id="unknown", tracking_id=f"tin{invited.pk}")
    assert Rating.objects.get().invitation.dossier == invited.dossier


def test_repeated_stars_change_nothing(citizen, invited):
    stars(citizen, 5)
    assert "giữ phiếu" in stars(citizen.later(seconds=5), 1).note
    assert Rating.objects.get().attitude == 4 and not FollowUp.objects.exists()


def test_stars_never_replace_a_sheet_filled_in_on_the_page(citizen, invited):
    invitation = invited.dossier.rating_invitations.get()
    ratings.give(invitation, {"attitude": 2, "result": 4}, now=citizen.now, via=Rating.Via.RECEIPT)
    stars(citizen, 1)
    assert (Rating.objects.get().attitude, Rating.objects.get().via) == (2, "receipt")


def test_stars_after_the_sheet_closed_are_noted_and_harmless(citizen, invited):
    event = stars(citizen.later(days=400), 5)
    assert event.state == "done" and "đã đóng" in event.note and not Rating.objects.exists()


def test_stars_given_in_time_count_though_the_webhook_came_late(citizen, invited):
    given = int((MONDAY + DAY).timestamp() * 1000)
    stars(citizen.later(days=400), 5, submit_time=str(given))
    assert Rating.objects.get().given_at == MONDAY + DAY


@pytest.mark.parametrize("rate", [0, 6, -1, "năm", None, 4.5e300])
def test_odd_stars_are_ignored(citizen, invited, rate):
    assert stars(citizen, rate).state == "done" and not Rating.objects.exists()


def test_stars_on_another_message_are_no_rating(citizen, invited):
    OutboxMessage.objects.filter(kind="dossier.result_returned").update(remote_id="other")
    assert "không phải lời mời" in stars(citizen, 5, msg_id="other").note and not Rating.objects.exists()


def test_stars_that_outrun_their_message_wait(citizen, invited):
    event = stars(citizen, 5, msg_id="chưa ghi")
    assert event.state != "done" and not Rating.objects.exists()


def test_from_the_invitation_by_template_to_the_sheet(channel, procedure, webhook_trap):
    """Against the simulated Zalo: outside the reply window the template with faces goes, and its answer comes back."""
    channel.map_templates()
    now = timezone.now()
    dossier = factories.in_state("result_ready", channel.centre, procedure, now=now - DAY)
    contact = channel.follower("lan", dossier=dossier)
    Contact.objects.filter(pk=contact.pk).update(last_interaction_at=now - 9 * DAY)
    acts.do("return_result", dossier, by=channel.centre.clerk, now=now - dt.timedelta(minutes=5))
    OutboxMessage.objects.filter(state=State.QUEUED).update(next_at=now)
    while channel.drain().more:
        pass
    row = OutboxMessage.objects.get(kind="feedback.rating_invited")
    assert (row.state, row.route) == (State.SENT, "uid"), row.route_reason
    channel.zalo.act("lan", "rate", message_id=row.remote_id, rate=2, note="Chờ lâu quá")
    body = webhook_trap.wait(1, "user_feedback")[0]
    raw = json.dumps(body, ensure_ascii=False)
    event = webhook.row_of(raw.encode(), body, channel.account.pk, "oa_secret", now=timezone.now())
    event.raw = raw
    inbox.insert(event)
    inbound.drain()
    rating = Rating.objects.get()
    assert (rating.attitude, rating.result, rating.invitation.dossier) == (1, 1, dossier)
    assert "Chờ lâu quá" in rating.comment and FollowUp.objects.filter(rating=rating).exists()
