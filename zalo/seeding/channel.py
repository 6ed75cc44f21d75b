"""The channel's part of a demonstration month: the account, people who follow, what became of every message.

Called by portal.seeding.pilot inside its transaction: `prepare` before the dossiers are played, so that their events
queue messages, `seed_month` afterwards, which gives the month's messages the ends they would have had.
"""

from __future__ import annotations

import datetime as dt
import random

from django.conf import settings
from django.utils import timezone

from dossiers.models import Applicant, Desk, Dossier
from dossiers.states import FINAL
from zalo.models import (
    Account,
    CannedAnswer,
    ConsentRecord,
    Contact,
    ContactLink,
    FollowRecord,
    OutboxMessage,
    Outcome,
    ReferralVisit,
    Route,
    State,
)
from zalo.models.outbox import CLAIMABLE
from zalo.seeding import demo, talk

FOLLOWING = 0.62
"""Share of submitters who follow; the sources' main trouble was that few did."""
FRESH = dt.timedelta(hours=2)
"""Messages younger than this are left to the real sender."""
SIMULATED = ("0912000101", "0912000102", "0912000103", "0912000104")
"""Phones held by people of the simulated phone: they link by hand in the demonstration."""


def prepare(*, now: dt.datetime, seed: int) -> str:
    """Make the account so that the month's events find a channel; nothing outside the demonstration."""
    if not settings.DEMO:
        return ""
    demo.account_of_the_console(today=timezone.localdate(now))
    return ""


def seed_month(*, now: dt.datetime, seed: int) -> str:
    """Return a line about the followers and messages of the month."""
    account = Account.objects.filter(is_active=True).order_by("pk").first()
    if account is None:
        return ""
    rng = random.Random(seed)
    contacts = _followers(account, rng, now)
    told = _messages(account, contacts, rng, now)
    talks = talk.hold(account, contacts, rng, now)
    for title, text in talk.CANNED:
        CannedAnswer.objects.get_or_create(title=title, defaults={"text": text})
    return f"{len(contacts)} người quan tâm kênh Zalo, {told} tin đã báo, {talks} hội thoại."


def _followers(account: Account, rng: random.Random, now: dt.datetime) -> dict[int, Contact]:
    """Contacts by applicant, linked to their first dossier's people, with where they came from."""
    first: dict[int, Dossier] = {}
    rows = Dossier.objects.filter(received_at__isnull=False).select_related("submitter", "desk").order_by("received_at")
    for dossier in rows:
        first.setdefault(dossier.submitter_id, dossier)
    chosen = [
        dossier
        for dossier in first.values()
        if rng.random() < FOLLOWING and not dossier.submitter.phone.endswith(tuple(s[1:] for s in SIMULATED))
    ]
    desks = {desk.pk: desk for desk in Desk.objects.all()}
    people, follows, visits, consents, links = [], [], [], [], []
    for number, dossier in enumerate(chosen):
        at = dossier.received_at + dt.timedelta(seconds=rng.randrange(20, 900))
        seen = min(now, at + dt.timedelta(days=rng.uniform(0, 20)))
        people.append(
            Contact(
                account=account,
                user_id=f"71{number:017d}",
                user_id_by_app=f"55{number:017d}",
                name=_zalo_name(dossier.submitter, rng),
                is_follower=True,
                followed_at=at,
                last_interaction_at=seen,
                last_event_at=seen,
                profile_at=now,
                province="Tây Ninh",
            )
        )
    Contact.objects.bulk_create(people)
    for contact, dossier in zip(people, chosen, strict=True):
        at, desk = contact.followed_at, desks.get(dossier.desk_id)
        visit = ReferralVisit(
            code=f"demo{contact.pk}",
            account=account,
            agency_id=dossier.agency_id,
            desk=desk,
            at=at - dt.timedelta(seconds=15),
            contact=contact,
            matched_at=at,
        )
        visits.append(visit)
        follows.append(
            FollowRecord(
                contact=contact,
                account=account,
                change="follow",
                at=at,
                source="oa_profile",
                agency_id=dossier.agency_id,
                desk=desk,
            )
        )
        consents += [
            ConsentRecord(contact=contact, purpose=purpose, granted=True, at=at, how="Bấm Quan tâm trên Zalo")
            for purpose in ConsentRecord.Purpose.values
        ]
        proof = ContactLink.Proof.CODE
        links.append(ContactLink(contact=contact, applicant=dossier.submitter, proof=proof, linked_at=at, role="owner"))
    visits += [
        ReferralVisit(
            code=f"lo{number}",
            account=account,
            agency_id=dossier.agency_id,
            desk=desks.get(dossier.desk_id),
            at=dossier.received_at + dt.timedelta(minutes=3),
        )
        for number, dossier in enumerate(rng.sample(list(first.values()), k=len(first) // 5))
    ]
    ReferralVisit.objects.bulk_create(visits)
    FollowRecord.objects.bulk_create(follows)
    ConsentRecord.objects.bulk_create(consents)
    ContactLink.objects.bulk_create(links)
    return {dossier.submitter_id: contact for contact, dossier in zip(people, chosen, strict=True)}


def _messages(account: Account, contacts: dict[int, Contact], rng: random.Random, now: dt.datetime) -> int:
    """Give every message of the month its end; what happened just now is left to the sender."""
    rows = OutboxMessage.objects.filter(account=account)
    rows = list(rows.select_related("dossier", "feedback_event__case", "feedback_event__record"))
    for row in rows:
        if row.happened_at < now - FRESH:
            row.created_at = row.happened_at
            if row.state in CLAIMABLE:
                _end(row, contacts, rng, now)
    # Written anew in the order things happened: the ledger shows the newest row first.
    OutboxMessage.objects.filter(account=account).delete()
    rows.sort(key=lambda each: each.created_at)
    for row in rows:
        row.pk = None
    OutboxMessage.objects.bulk_create(rows, batch_size=300)
    return sum(row.state in (State.SEEN, State.DELIVERED) for row in rows)


def _end(row: OutboxMessage, contacts: dict[int, Contact], rng: random.Random, now: dt.datetime) -> None:
    contact = contacts.get(row.dossier.submitter_id) if row.dossier else None
    at = row.happened_at + dt.timedelta(seconds=rng.uniform(0.4, 2.5))
    row.requested_at, row.sent_at = at, at + dt.timedelta(milliseconds=180)
    row.attempts, row.next_at = 1, at
    if contact is not None and contact.followed_at <= row.happened_at + dt.timedelta(minutes=15):
        row.contact = contact
        _reached(row, rng, at, Route.REPLY, "Người dân tương tác trong 48 giờ qua, miễn phí")
    elif row.purpose == ConsentRecord.Purpose.SURVEY:
        row.state, row.outcome, row.finished_at = State.CANCELLED, Outcome.NOT_LINKED, at
        row.route_reason, row.requested_at, row.sent_at = "chưa có đồng ý nhận lời mời đánh giá", None, None
    elif row.phone and rng.random() < 0.8:
        row.price = 300
        _reached(row, rng, at, Route.PHONE, "Chưa kết nối Zalo, gửi theo số điện thoại")
    else:
        row.state = State.UNREACHABLE if row.required else State.CANCELLED
        row.outcome, row.finished_at = Outcome.NOT_LINKED, at
        row.route_reason = "số điện thoại này không có Zalo; không có thư điện tử"
        row.error, row.error_code, row.requested_at, row.sent_at = "Số này không dùng Zalo.", -118, at, None
        over = row.dossier is not None and row.dossier.state in FINAL
        if over or now - row.happened_at > dt.timedelta(days=4):
            row.handled_at, row.handled_note = at + dt.timedelta(hours=3), "Đã gọi điện cho người dân"


def _reached(row: OutboxMessage, rng: random.Random, at: dt.datetime, route: str, why: str) -> None:
    row.route, row.route_reason = route, why
    row.remote_id = f"demo{row.pk:016d}"
    row.delivered_at = at + dt.timedelta(seconds=rng.uniform(0.5, 4))
    row.state, row.outcome, row.finished_at = State.DELIVERED, Outcome.DELIVERED, row.delivered_at
    if rng.random() < 0.78:
        row.seen_at = row.delivered_at + dt.timedelta(minutes=rng.expovariate(1 / 25))
        row.state, row.outcome, row.finished_at = State.SEEN, Outcome.SEEN, row.seen_at


def _zalo_name(person: Applicant, rng: random.Random) -> str:
    """A display name as people choose them: rarely the one on the paper."""
    words = person.full_name.split()
    return rng.choice([person.full_name, " ".join(words[-2:]), words[-1], f"{words[-1]} {words[0]}"])
