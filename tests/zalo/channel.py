"""A centre on the channel: an account connected to the simulated Zalo, people who follow, dossiers of theirs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from dossiers.models import Applicant, Dossier
from tests.fakes.zalo import SimulatedZalo
from tests.people import Centre
from zalo.account import template_register, tokens
from zalo.models import Account, AccountAgency, Contact, ContactLink, OutboxMessage
from zalo.outbox import delivery

MIDNIGHT = dt.time(0, 0)


@dataclass
class Channel:
    """What a test of the channel holds in its hand."""

    zalo: SimulatedZalo
    account: Account
    centre: Centre

    def follower(
        self, person: str = "lan", *, dossier: Dossier | None = None, applicant: Applicant | None = None
    ) -> Contact:
        """A follower at the simulated Zalo, known to us, linked when told so."""
        self.zalo.follow(person)
        now = timezone.now()
        contact, _ = Contact.objects.get_or_create(
            account=self.account,
            user_id=self.zalo.user_id(person),
            defaults={"is_follower": True, "followed_at": now, "last_interaction_at": now},
        )
        if dossier or applicant:
            ContactLink.objects.create(
                contact=contact, dossier=dossier, applicant=applicant, proof="code", linked_at=now
            )
        return contact

    def map_templates(self) -> None:
        """Bring the register over and map the usual templates."""
        template_register.sync(self.account)
        template_register.propose(self.account)

    def drain(self, **more) -> delivery.Tally:
        return delivery.drain(**more)

    def texts(self, **filters) -> list[str]:
        """What the simulated Zalo accepted from the OA, in order."""
        return [row["content"].get("text", "") for row in self.zalo.messages(**filters)]


def connect(zalo: SimulatedZalo, centre: Centre) -> Account:
    """An account of the first OA of the simulated Zalo, serving the centre, without quiet hours."""
    app = zalo.app
    account = Account.objects.create(
        name="Chính quyền số",
        oa_id=zalo.oa_id,
        app_id=app["id"],
        app_secret=app["secret"],
        oa_secret=app["oa_secret"],
    )
    AccountAgency.objects.create(
        account=account, agency=centre.agency, valid_from=dt.date(2026, 1, 1), quiet_from=MIDNIGHT, quiet_to=MIDNIGHT
    )
    pair = zalo.tokens()
    tokens.connect_with_pair(account, pair["access_token"], pair["refresh_token"])
    tokens.refresh(account.pk)
    account.refresh_from_db()
    return account


def only(**filters) -> OutboxMessage:
    """The one outbox row that fits."""
    return OutboxMessage.objects.get(**filters)
