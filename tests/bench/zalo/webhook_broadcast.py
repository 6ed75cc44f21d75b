"""Keeps a broadcast going beside the webhook measurement: bulk rows, drained for as long as the process lives."""

import json
import os
import sys
import time

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    from django.utils import timezone

    from tests.bench.zalo.latency import without_night
    from zalo.account import tokens
    from zalo.messages import registry as messages
    from zalo.models import Account, Contact, Lane, OutboxMessage
    from zalo.outbox import delivery
    from zalo.outbox import rows as outbox

    without_night()
    pair, app = json.loads(sys.argv[1]), json.loads(sys.argv[2])
    account = Account.objects.get(oa_id="388613280878808645")
    Account.objects.filter(pk=account.pk).update(app_secret=app["secret"])
    account.refresh_from_db()
    tokens.connect_with_pair(account, pair["access_token"], pair["refresh_token"])
    tokens.refresh(account.pk)
    now, kind = timezone.now(), messages.get("dossier.appraising")
    people = [
        Contact(account=account, user_id=f"9{number:018d}", is_follower=True, last_interaction_at=now)
        for number in range(2000)
    ]
    Contact.objects.bulk_create(people, ignore_conflicts=True)
    people = list(Contact.objects.filter(account=account, user_id__startswith="9")[:2000])
    content, stamp = messages.render(kind, kind.samples), time.monotonic_ns()
    while True:
        rows = [
            outbox.draft(
                kind,
                outbox.Recipient(person),
                content,
                account=account,
                dedupe=f"b{stamp}-{number}",
                now=timezone.now(),
            )
            for number, person in enumerate(people)
        ]
        for row in rows:
            row.lane = Lane.BULK
        OutboxMessage.objects.bulk_create(rows, batch_size=1000)
        delivery.drain()
        stamp = time.monotonic_ns()


if __name__ == "__main__":
    main()
