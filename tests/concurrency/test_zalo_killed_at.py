"""R1, step by step: the sender is killed with -9 at each named step of a message; what follows is counted at Zalo.

Committed with its event → claimed → booked → (by phone: stamped) → asked at Zalo → answered → recorded. A message that
may have left is looked up at Zalo before anything is repeated; one that cannot be looked up goes to a person.
"""

import dataclasses
import datetime as dt
import textwrap
import time
from collections.abc import Callable
from functools import partial

import pytest
from django.utils import timezone

from dossiers.models import Applicant, DossierEvent
from tests import factories, people
from tests.people import BINH
from zalo.models import Account, OutboxMessage, Outcome, Route, State
from zalo.notices import reconcile
from zalo.outbox import claims, delivery
from zalo.outbox import rows as outbox

from .racing import PATIENCE, Racer
from .test_zalo_senders import channel, queue, simulated_zalo, simulated_zalo_process

__all__ = ["channel", "simulated_zalo", "simulated_zalo_process"]
pytestmark = pytest.mark.django_db(transaction=True)

DIE = """
import functools, os, signal
from zalo.api import client
from zalo.outbox import claims, delivery
def die(*args, **more): os.kill(os.getpid(), signal.SIGKILL)
def killed_after(work):
    @functools.wraps(work)
    def acted(*args, **more):
        work(*args, **more)
        die()
    return acted
def answered_then_killed(work):
    async def acted(*args, **more):
        await work(*args, **more)
        die()
    return acted
"""
AT = {
    "claimed, nothing else": "delivery._Drain._attach_files = die",
    "booked": "delivery._Drain._book = killed_after(delivery._Drain._book)",
    "about to ask": "client.ZaloClient.send_reply = die",
    "asked, not answered": "",  # killed from outside once Zalo has it
    "answered": "client.ZaloClient.send_reply = answered_then_killed(client.ZaloClient.send_reply)",
    "recorded, not committed": "claims.record_accepted = killed_after(claims.record_accepted)",
    "recorded": "delivery._Drain._record = killed_after(delivery._Drain._record)",
}
CLAIMED = 3  # of five: two wait for the first of their dossier
LEFT = {"asked, not answered", "answered", "recorded, not committed", "recorded"}


def run_until_killed(body: str, once: Callable[[], bool] | None = None, **environment: str) -> None:
    """Run a sender to its death: by its own hand as `body` says, or killed from here `once` that is so."""
    racer = Racer(DIE + body, **environment).wait_until_ready()
    racer.go()
    deadline = time.monotonic() + PATIENCE
    while once is not None and not once():
        assert time.monotonic() < deadline, "what it was to be killed at did not come"
        time.sleep(0.02)
    if once is not None:
        racer.kill()
    racer.results()
    assert racer.ended_with() == -9


def heal() -> tuple[int, int, int]:
    """What beat does for an hour; how many doubtful messages had arrived, had not, and stayed doubtful."""
    now, proofs = timezone.now() + claims.LEASE, [0, 0, 0]
    for _ in range(8):
        delivery.drain(now=now)
        outbox.rescue(now=now)
        proof = reconcile.prove(now=now)
        for place, count in enumerate((proof.arrived, proof.absent, proof.unknown)):
            proofs[place] += count
        now += dt.timedelta(minutes=5)
    return tuple(proofs)


def _any_left(channel) -> bool:
    return channel.zalo.count(channel="cs") > 0


@pytest.mark.parametrize("step", AT)
def test_killed_at(channel, step):
    queue(channel, 5)
    first_three = list(OutboxMessage.objects.order_by("pk").values_list("pk", flat=True)[:3])
    OutboxMessage.objects.filter(pk__in=first_three).update(order_key="one dossier")
    hangs = step == "asked, not answered"
    if hangs:
        channel.zalo.fault("swallow", where="openapi", then="hang")
    asked = partial(_any_left, channel) if hangs else None
    run_until_killed(AT[step] + "\ndelivery.drain()", once=asked, ZALO_CONCURRENCY="1")
    channel.zalo.lift()
    left, known = channel.zalo.count(channel="cs"), OutboxMessage.objects.filter(state=State.SENT).count()
    assert (left > 0, known > 0) == (step in LEFT, step == "recorded")
    arrived, absent, unknown = heal()
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {State.SENT}
    assert channel.zalo.count(channel="cs") == 5 and channel.zalo.repeated() == {}
    of_one = [text for text in channel.texts(channel="cs") if text[7:11] in {"0000", "0001", "0002"}]
    assert of_one == sorted(of_one), "in order within a dossier"
    assert (arrived, unknown) == (left - known, 0), "what had left unseen was found and not sent again"
    assert absent == CLAIMED - left, "what had not left was proven absent before it was sent"


@pytest.mark.parametrize("step", ["before the commit", "after the commit"])
def test_an_act_and_its_message_are_one(channel, step):
    procedure = people.procedure()
    factories.dossier(channel.centre, procedure, now=timezone.now())
    channel.follower(applicant=Applicant.objects.get())
    counts = DossierEvent.objects.count(), OutboxMessage.objects.count()
    body = """
    from django.db import transaction
    from django.utils import timezone
    from django.contrib.auth.models import User
    from dossiers.models import Dossier, Unit
    from dossiers.workflow import acts
    row, by = Dossier.objects.get(), User.objects.get(username__startswith="leader")
    with transaction.atomic():
        acts.do("assign", row, by=by, now=timezone.now(), handler=User.objects.get(username__startswith="handler"),
                        unit=Unit.objects.get(code="dia-chinh"))
        BEFORE
    die()
    """
    run_until_killed(textwrap.dedent(body).replace("BEFORE", "die()" if step == "before the commit" else "pass"))
    added = DossierEvent.objects.count() - counts[0], OutboxMessage.objects.count() - counts[1]
    assert added == ((0, 0) if step == "before the commit" else (1, 1))
    heal()
    assert set(OutboxMessage.objects.filter(contact__isnull=False).values_list("state", flat=True)) <= {State.SENT}


@pytest.mark.parametrize("stamped", [False, True], ids=["before its stamp", "after its stamp"])
def test_by_phone_only_the_stamp_tells(channel, stamped):
    channel.map_templates()
    Account.objects.update(phone_basis=Account.PhoneBasis.PUBLIC_TASK)
    person = dataclasses.replace(BINH, phone="0912000102")
    factories.dossier(channel.centre, people.procedure(), now=timezone.now(), person=person)
    OutboxMessage.objects.filter(required=False).delete()
    act = "killed_after(delivery._Drain._stamp)" if stamped else "die"
    run_until_killed(f"delivery._Drain._stamp = {act}\ndelivery.drain()")
    _, absent, unknown = heal()
    row = OutboxMessage.objects.get()
    assert row.route == Route.PHONE and absent == 0
    if not stamped:
        assert row.state == State.SENT and channel.zalo.count() == 1
        return
    assert row.state == State.UNCERTAIN and unknown > 0 and channel.zalo.count() == 0
    OutboxMessage.objects.update(next_at=timezone.now())
    reconcile.prove(now=timezone.now() + dt.timedelta(hours=25))
    row.refresh_from_db()
    assert (row.state, row.outcome) == (State.UNREACHABLE, Outcome.FAILED), "a person decides"
