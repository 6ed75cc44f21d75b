"""Broadcasts as the tests make them: written by the editor, handed in, approved by the leader, sent by the clock."""

from __future__ import annotations

import datetime as dt

from tests.zalo.channel import Channel
from zalo.broadcasts import acts, drafting, sending
from zalo.models import Broadcast, BroadcastRecipient, Contact

NEWS = Broadcast.Category.NEWS
HOUR = dt.timedelta(hours=1)


def draft(channel: Channel, now: dt.datetime, *, category: str = NEWS, title: str = "Lịch nghỉ lễ", **asked):
    """A draft of the editor to everybody, unless `asked` names somebody."""
    centre = channel.centre
    row = drafting.begin(channel.account, centre.agency, category, title, by=centre.editor, now=now)
    asked = asked or {"everyone": True}
    text = f"{title}: trung tâm làm việc bình thường."
    acts.do("edit", row, by=centre.editor, now=now, title=title, text=text, asked=asked)
    return row


def approved(channel: Channel, now: dt.datetime, **more):
    """One that has been approved and runs."""
    row = draft(channel, now, **more)
    acts.do("submit", row, by=channel.centre.editor, now=now)
    acts.do("approve", row, by=channel.centre.leader, now=now, typed=str(audience_of(row, now)))
    return row


def audience_of(row: Broadcast, now: dt.datetime) -> int:
    from zalo.broadcasts import planning

    return planning.look(row, now=now).reached


def go(channel: Channel, now: dt.datetime) -> None:
    """What the clock and the senders do: feed and drain until nothing moves."""
    for _ in range(4):
        sending.tick(now=now)
        channel.drain(now=now)


def crowd(channel: Channel, count: int, now: dt.datetime, *, start: int = 0) -> list[Contact]:
    """So many followers who interacted an hour ago; the simulated Zalo takes whatever user id."""
    channel.zalo.behave(unknown_users="accept")
    rows = Contact.objects.bulk_create(
        Contact(
            account=channel.account,
            user_id=f"8{number:018d}",
            is_follower=True,
            followed_at=now - 24 * HOUR,
            last_interaction_at=now - HOUR,
        )
        for number in range(start, start + count)
    )
    return rows


def result_of(row: Broadcast, contact: Contact) -> str:
    return BroadcastRecipient.objects.get(broadcast=row, contact=contact).result
