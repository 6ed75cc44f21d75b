"""Two accounts that decide about one person at the same time: together they tell no more than the week allows."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from dossiers.models import LegalRule
from tests import people
from zalo.broadcasts import sending
from zalo.models import Account, Broadcast, BroadcastRecipient, Contact

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_accounts_that_ask_at_once_do_not_both_find_room_for_one_person():
    LegalRule.objects.filter(key="broadcast-weekly-cap").update(value=1)
    centre, now = people.centre(), timezone.now()
    rows = []
    for number in ("1", "2"):
        account = Account.objects.create(name=f"Kênh {number}", oa_id=number, app_id=number)
        person = Contact(account=account, user_id=number, is_follower=True, last_interaction_at=now, phone="0912000777")
        person.seal_hashes()
        person.save()
        rows.append(
            Broadcast.objects.create(
                account=account, agency=centre.agency, category="news", title="Tin", text="Tin", state="running",
                audience={"everyone": True}, started_at=now,
            )
        )  # fmt: skip
    for row in rows:
        assert sending.choose(row, now=now)

    def second() -> None:
        sending.feed(rows[1], now=now)
        connection.close()

    other = threading.Thread(target=second)
    with transaction.atomic():
        sending.feed(rows[0], now=now)
        other.start()
        other.join(1)  # it waits for this transaction, or has decided without it
    other.join(60)
    results = BroadcastRecipient.objects.order_by("broadcast_id").values_list("result", flat=True)
    assert list(results) == ["told", "capped"]
