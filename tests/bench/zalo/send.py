"""P3: messages delivered to a server that answers in 20 ms, beside a bare pooled loop and a task per message.

  DATABASE_URL=postgresql://… CELERY_BROKER_URL=redis://…/3 .venv/bin/python -m tests.bench.zalo.send [--messages 4000]

"bare" posts the same bodies with one pooled aiohttp session at the same concurrency, nothing else. "outbox" is the
product: claim, route, send, record, in one process. "task each" is the usual way, measured when the broker is Redis:
one Celery task per message (prefork, two processes), a plain HTTP call and one UPDATE. The rounds are interleaved.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import time

from tests.bench import figures
from tests.bench.zalo.product import set_up


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tasks", type=int, default=400, help="messages of the task-per-message round")
    options = parser.parse_args()
    from tests.fakes.zalo import SimulatedZalo

    with SimulatedZalo(fast=True) as zalo:
        set_up(zalo, paced=False)
        zalo.behave(unknown_users="accept", rate_per_minute=0, keep_messages=False, echo=False, receipts=False)
        account = prepare(zalo)
        token = zalo.tokens()["access_token"]
        bare, product, each = [], [], []
        for _ in range(options.rounds):
            bare.append(asyncio.run(bare_loop(zalo.url, token, options.messages)))
            product.append(outbox_round(account, options.messages))
        each = (
            [task_round(account, token, options.tasks)]
            if os.environ.get("CELERY_BROKER_URL", "").startswith("redis")
            else []
        )
    report(bare, product, each)


def prepare(zalo):
    from django.core.management import call_command
    from django.utils import timezone

    from zalo.account import tokens
    from zalo.models import Account, Contact, OutboxMessage

    call_command("migrate", verbosity=0)
    OutboxMessage.objects.all().delete()
    Contact.objects.filter(account__oa_id=zalo.oa_id).delete()
    Account.objects.filter(oa_id=zalo.oa_id).delete()
    app = zalo.app
    account = Account.objects.create(name="Đo tốc độ", oa_id=zalo.oa_id, app_id=app["id"], app_secret=app["secret"])
    pair = zalo.tokens()
    tokens.connect_with_pair(account, pair["access_token"], pair["refresh_token"])
    tokens.refresh(account.pk)
    now = timezone.now()
    Contact.objects.bulk_create(
        Contact(account=account, user_id=f"7{n:018d}", is_follower=True, last_interaction_at=now) for n in range(1000)
    )
    return account


def queue(account, count: int):
    """`count` dossier messages to a thousand people, several in a row to each, kept in order per person."""
    from django.utils import timezone

    from zalo.messages import registry as messages
    from zalo.models import Contact, OutboxMessage
    from zalo.outbox import rows as outbox

    OutboxMessage.objects.all().delete()
    kind, now = messages.get("dossier.appraising"), timezone.now()
    content = messages.render(kind, kind.samples)
    people = list(Contact.objects.filter(account=account))
    stamp = time.monotonic_ns()
    rows = [
        outbox.draft(
            kind, outbox.Recipient(people[n % len(people)]), content,
            account=account, dedupe=f"bench{stamp}-{n}", now=now, order_key=f"d{n % len(people)}",
        )
        for n in range(count)
    ]  # fmt: skip
    OutboxMessage.objects.bulk_create(rows, batch_size=1000)


async def bare_loop(url: str, token: str, count: int) -> float:
    """Messages per second of the loop that does nothing but post."""
    import aiohttp
    from django.conf import settings

    from zalo.messages import registry as messages

    kind = messages.get("dossier.appraising")
    text = messages.fill(kind.text, kind.samples)
    bodies = iter([{"recipient": {"user_id": f"7{n % 1000:018d}"}, "message": {"text": text}} for n in range(count)])
    connector = aiohttp.TCPConnector(limit=settings.ZALO_CONCURRENCY)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def worker() -> None:
            for body in bodies:
                raw = json.dumps(body, ensure_ascii=False).encode()
                headers = {"access_token": token, "Content-Type": "application/json"}
                async with session.post(f"{url}/v3.0/oa/message/cs", data=raw, headers=headers) as answer:
                    assert (await answer.json())["error"] == 0

        start = time.perf_counter()
        await asyncio.gather(*(worker() for _ in range(settings.ZALO_CONCURRENCY)))
        return count / (time.perf_counter() - start)


def outbox_round(account, count: int) -> float:
    """Messages per second of the product; raises when one is missing."""
    from zalo.models import OutboxMessage, State
    from zalo.outbox import delivery

    queue(account, count)
    start = time.perf_counter()
    while delivery.drain().more:
        pass
    taken = time.perf_counter() - start
    assert OutboxMessage.objects.filter(state=State.SENT).count() == count
    return count / taken


def task_round(account, token: str, count: int) -> float:
    """Messages per second of one Celery task per message with a plain HTTP call."""
    from tests.bench.zalo.plain_task import app, send_one
    from zalo.models import OutboxMessage, State

    queue(account, count)
    ids = list(OutboxMessage.objects.values_list("pk", flat=True))
    app.control.purge()
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "tests.bench.zalo.plain_task",
        "worker",
        "-c",
        "2",
        "-l",
        "error",
        "-Q",
        "bench",
    ]
    worker = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not app.control.ping(timeout=0.5):
            time.sleep(0.2)
        start = time.perf_counter()
        for pk in ids:
            send_one.apply_async([pk, token], queue="bench")
        while OutboxMessage.objects.filter(state=State.SENT).count() < count:
            time.sleep(0.05)
        return count / (time.perf_counter() - start)
    finally:
        worker.kill()  # what it was measured at is done
        worker.wait()


def report(bare: list[float], product: list[float], each: list[float]) -> None:
    limit, ours = statistics.median(bare), statistics.median(product)
    print(f"bare pooled loop   {limit:8.0f} msg/s   {[round(v) for v in bare]}")
    print(f"outbox             {ours:8.0f} msg/s   {[round(v) for v in product]}  ratio {ours / limit:.2f} (aim 0.60)")
    figures.keep("messages a second ÷ a bare pooled loop", ours / limit, least=0.6)
    if each:
        figures.keep("messages a second ÷ a task per message", ours / each[0], least=8)
        print(f"task per message   {each[0]:8.0f} msg/s   outbox is {ours / each[0]:.1f} × (to reach 8)")


if __name__ == "__main__":
    main()
