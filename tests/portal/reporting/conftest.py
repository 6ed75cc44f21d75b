"""One world of figures: two centres, weeks of dossiers, messages and follows written straight into the registers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import pytest
from django.db import transaction

from dossiers.deadlines.working_time import ZONE
from dossiers.models import Dossier
from tests import factories, people
from zalo.account import agencies_served
from zalo.models import Account, AccountAgency, Contact, FollowRecord, OutboxMessage

SOON = dt.timedelta(seconds=4)
TODAY = dt.datetime(2026, 11, 20, 15, 0, tzinfo=ZONE)


def at(days_ago: int, hour: int = 9) -> dt.datetime:
    return (TODAY - dt.timedelta(days=days_ago)).replace(hour=hour)


@dataclass
class World:
    own: people.Centre
    other: people.Centre
    procedure: object
    account: Account
    dossiers: list[Dossier] = field(default_factory=list)

    def dossier(self, centre, came: int, done: int | None = None, promised: int | None = None, **facts) -> Dossier:
        """Return a dossier received, settled and promised so many days ago."""
        row = factories.dossier(centre, self.procedure, now=at(came))
        facts = {"received_at": at(came), "unit": centre.land, **facts}
        if promised is not None:
            facts |= {"promised_at": at(promised, 17), "due_at": at(promised, 17)}
        if done is not None:
            facts |= {"finished_at": at(done, 16), "clock_open": False, "state": facts.get("state", "result_ready")}
        Dossier.objects.filter(pk=row.pk).update(**facts)
        self.dossiers.append(row)
        return row

    def message(self, agency, days_ago: int, *, kind="dossier.accepted", outcome="delivered", **facts) -> OutboxMessage:
        moment = facts.pop("moment", at(days_ago, 10))
        state = {"delivered": "delivered", "seen": "seen", "accepted": "sent"}.get(outcome, "unreachable")
        sent = moment if state != "unreachable" else None
        return OutboxMessage.objects.create(
            account=self.account, agency=agency, kind=kind, purpose="dossier", state=state, outcome=outcome,
            route=facts.pop("route", "uid" if sent else ""), happened_at=moment - facts.pop("took", SOON),
            created_at=moment, sent_at=sent, finished_at=moment, next_at=moment,
            dedupe_key=f"t-{OutboxMessage.objects.count()}", **facts,
        )  # fmt: skip

    def follow(self, days_ago: int, *, change="follow", province="", agency=None, contact=None) -> Contact:
        contact = contact or Contact.objects.create(
            account=self.account, user_id=f"u{Contact.objects.count()}", province=province, is_follower=True
        )
        FollowRecord.objects.create(
            contact=contact, account=self.account, change=change, at=at(days_ago, 11), agency=agency
        )
        return contact


def build() -> World:
    own, other = people.centre(), people.centre("H56.14", "Trung tâm Phục vụ hành chính công xã Sơn Động")
    agencies_served.forget()
    account = Account.objects.create(
        name="Chính quyền điện tử",
        oa_id="1",
        app_id="2",
        app_secret="x",
        oa_secret="x",
        keeper=own.agency,
        grant="good",
    )
    AccountAgency.objects.create(account=account, agency=own.agency, valid_from=dt.date(2026, 1, 1))
    world = World(own, other, people.procedure(), account)
    # came, settled, first promised (days ago)
    for came, done, promised in [
        (3, 1, 0),
        (4, 1, 2),
        (5, 5, 4),
        (10, 4, 6),
        (40, 35, 36),
        (12, None, 8),
        (2, None, -3),
    ]:
        world.dossier(own, came, done, promised)
    world.dossier(own, 6, 2, 3, state="stopped")
    world.dossier(other, 3, 1, 2)
    OutboxMessage.objects.all().delete()  # what the intake queued
    for n in range(5):
        world.message(own.agency, 2, took=dt.timedelta(seconds=(4, 30, 300, 2000, 9000)[n]), price=200 if n else 0)
    world.message(own.agency, 2, outcome="failed")
    world.message(own.agency, 1, outcome="accepted", route="email")
    world.message(own.agency, 1, kind="feedback.answered", outcome="seen")
    world.message(other.agency, 1)
    for n in range(7):
        world.follow(2, province="Tỉnh Tây Ninh" if n < 4 else "TP. Hồ Chí Minh" if n < 6 else "", agency=own.agency)
    world.follow(0, change="unfollow", contact=world.follow(1))
    return world


@pytest.fixture(scope="module")
def kept_world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture
def world(db, kept_world, monkeypatch):
    """The world at TODAY; what a test does to it is undone."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: TODAY)
    return kept_world
