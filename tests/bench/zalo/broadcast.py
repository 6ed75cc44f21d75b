"""P9: one notice to a million followers: enqueue beside a bare INSERT … SELECT, memory, the stop, resuming.

  DATABASE_URL=postgresql://… .venv/bin/python -m tests.bench.zalo.broadcast [--people 1000000] [--sent 100000]

"bare" is INSERT … SELECT of as many rows into the same outbox table with all its indexes and keys. "chosen" is the list
of recipients (what is frozen before the first message leaves), "made" the messages, in the sender's small portions, as
if the sender kept pace; bare and ours go in turns, 100,000 people at a time. Then the sender runs against the simulated
Zalo, the broadcast is stopped in the middle and goes on: when the last request arrived after the stop, and whether
anybody was told twice, and how long news of dossiers take meanwhile. Zalo's night, when a notice rests, is
switched off.
"""

import argparse
import os
import resource
import threading
import time
from collections import Counter

from tests.bench import figures
from tests.bench.zalo.product import set_up

BESIDE_SECONDS = 20


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--only-sending", action="store_true", help="leave the enqueueing out: the stop and P4 alone")
    parser.add_argument("--sent", type=int, default=100_000, help="people of the part that is really sent")
    options = parser.parse_args()
    from tests.fakes.zalo import SimulatedZalo

    with SimulatedZalo(fast=True) as zalo:
        set_up(zalo, paced=False)
        from tests.bench.zalo.latency import without_night

        without_night()
        zalo.behave(unknown_users="accept", rate_per_minute=0, latency_ms=20, echo=False, receipts=False)
        account = prepare(zalo, options.people)
        if not options.only_sending:
            enqueue(account, options.people)
        stop_and_resume(zalo, account, options.sent)


def prepare(zalo, people: int):
    from django.core.management import call_command
    from django.db import connection

    from zalo.models import Account, Contact

    call_command("migrate", verbosity=0)
    app = zalo.app
    if Contact.objects.filter(consents__granted=True).count() == people:  # made by the run before
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE zalo_broadcast CASCADE")
        Contact.objects.filter(is_follower=False).update(is_follower=True)
        account = Account.objects.get()
        account.oa_id, account.app_id, account.app_secret = zalo.oa_id, app["id"], app["secret"]
        account.save()
        return connected(account, zalo)
    wipe()
    account = Account.objects.create(name="Đo gửi chung", oa_id=zalo.oa_id, app_id=app["id"], app_secret=app["secret"])
    connected(account, zalo)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO zalo_contact (account_id, user_id, user_id_by_app, name, avatar, phone, phone_hash, province, "
            "is_follower, followed_at, last_interaction_at, created_at) SELECT %s, '7' || lpad(n::text, 18, '0'), '', "
            "'', '', '', '', '', true, now(), now() - interval '1 hour', now() FROM generate_series(1, %s) AS n",
            [account.pk, people],
        )
        # Every follower said yes by following; one in fifty has said no since.
        for granted, every in (("true", 1), ("false", 50)):
            cursor.execute(
                "INSERT INTO zalo_consentrecord (contact_id, phone_hash, purpose, granted, at, how) SELECT id, '', "
                f"'news', {granted}, now(), 'đo' FROM zalo_contact WHERE account_id = %s AND id %% {every} = 0",
                [account.pk],
            )
        cursor.execute("VACUUM ANALYZE zalo_contact, zalo_consentrecord")
    return account


def connected(account, zalo):
    from zalo.account import tokens

    pair = zalo.tokens()
    tokens.connect_with_pair(account, pair["access_token"], pair["refresh_token"])
    tokens.refresh(account.pk)
    account.refresh_from_db()
    return account


def wipe() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE zalo_broadcast, zalo_outboxmessage, zalo_contact, zalo_account CASCADE")


def broadcast(account, title: str, **audience):
    from django.utils import timezone

    from zalo.models import Broadcast

    return Broadcast.objects.create(
        account=account, category="urgent", title=title, text="Thông báo của cơ quan.", state="running",
        audience=audience or {"everyone": True}, started_at=timezone.now(),
    )  # fmt: skip


def enqueue(account, people: int) -> None:
    from django.db import transaction
    from django.utils import timezone

    from zalo.broadcasts import gathering, sending
    from zalo.models import BroadcastRecipient, Contact, OutboxMessage

    now = timezone.now()
    dummy = broadcast(account, "Mốc so sánh")
    kind_fields = {}
    original = sending.insert_select

    def remember(model, fields, rows):
        if model is OutboxMessage:
            kind_fields.update(fields)
            return 0
        return original(model, fields, rows)

    # The very columns the product fills, taken from it.
    sending.insert_select = remember
    sending._make_messages(dummy, BroadcastRecipient.objects.none(), now)
    sending.insert_select = original
    from django.db.models import F

    kind_fields["contact_id"] = F("pk")
    kind_fields["dedupe_key"] = gathering.key_of(dummy.pk, F("pk"))
    row = broadcast(account, "Tin đo")
    row.category = "news"
    row.save()
    before, made, longest = rss(), 0, 0.0
    clocks = [Clock(), Clock(), Clock()]
    bare, chosen, whole = clocks
    while row.chosen_at is None:
        # In turns, slice by slice: other work on the machine comes and goes, and the table grows for both alike.
        first = row.cursor
        with chosen:
            assert sending.choose(row, now=now)
        people_here = Contact.objects.filter(account=account, is_follower=True, pk__gt=first, pk__lte=row.cursor)
        with bare, transaction.atomic():
            original(OutboxMessage, kind_fields, people_here)
        dealt = 1
        while dealt:
            started = time.perf_counter()
            with whole:
                dealt = sending.feed(row, now=now)
            longest, made = max(longest, time.perf_counter() - started), made + dealt
            # What the sender does, not counted here: the queue stays short.
            OutboxMessage.objects.filter(broadcast=row, state="queued").update(state="sent")
        for what, one in (("time", [each.time for each in clocks]), ("CPU", [each.cpu for each in clocks])):
            plain, listed, messages = one
            said = f"bare {plain:.1f} s, list {listed:.1f} s, messages {messages:.1f} s, so far"
            print(f"{made} people, {what}: {said} {(listed + messages) / plain:.2f} (to reach 3)", flush=True)
    told_in = (chosen.time + whole.time) / bare.time
    figures.keep(f"{people:,} followers: list and messages ÷ INSERT … SELECT", told_in, most=3)
    figures.keep("the same in CPU", (chosen.cpu + whole.cpu) / bare.cpu, most=3)
    row.refresh_from_db()
    assert row.recipients == made == people, (row.recipients, made)
    assert OutboxMessage.objects.filter(broadcast=dummy).count() == people
    told = OutboxMessage.objects.filter(broadcast=row).count()
    assert told == people - people // 50, told
    print(f"longest step {longest * 1000:.0f} ms, told {told}, refused {people - told}, memory +{rss() - before} MB")
    dummy.state = "cancelled"
    dummy.save()
    wipe_messages()


class Clock:
    """Adds up the time, and the CPU of this process and of its backend of PostgreSQL where that is on this machine."""

    def __init__(self) -> None:
        self.time = self.cpu = 0.0

    def __enter__(self) -> None:
        self._began = time.perf_counter(), self._used()

    def __exit__(self, *_) -> None:
        began, used = self._began
        self.time += time.perf_counter() - began
        self.cpu += self._used() - used

    def _used(self) -> float:
        from django.db import connection

        connection.ensure_connection()
        try:
            with open(f"/proc/{connection.connection.info.backend_pid}/stat") as file:
                ticks = file.read().rpartition(")")[2].split()[11:13]
        except OSError:
            return time.process_time()
        return time.process_time() + sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def wipe_messages() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE zalo_broadcastrecipient, zalo_outboxmessage CASCADE")


def stop_and_resume(zalo, account, people: int) -> None:
    from tests.bench.zalo import latency
    from zalo.broadcasts import sending
    from zalo.models import Broadcast, BroadcastRecipient, Contact, OutboxMessage

    Contact.objects.filter(account=account).update(is_follower=False)
    few = Contact.objects.filter(account=account).order_by("pk").values("pk")[:people]
    Contact.objects.filter(pk__in=few).update(is_follower=True)
    sending.AHEAD = 8000
    row = broadcast(account, "Tin dừng giữa chừng")
    Broadcast.objects.filter(pk=row.pk).update(category="news")
    over = threading.Event()
    feeder = threading.Thread(target=feed, args=(over,))
    feeder.start()
    with latency.senders():
        watch(zalo, account, row, people)
    over.set()
    feeder.join()
    said = zalo.messages(channel="cs", contains=row.title, fields="user_id")
    told = Counter(each["user_id"] for each in said)
    result = Counter(BroadcastRecipient.objects.filter(broadcast=row).values_list("result", flat=True))
    sent = OutboxMessage.objects.filter(broadcast=row).count()
    twice = sum(told.values()) - len(told)
    figures.keep("told twice after going on", twice, unit="", most=0)
    print(f"resumed: {len(told)} people at Zalo, {twice} twice, {sent} messages, {dict(result)}")


def watch(zalo, account, row, people: int) -> None:
    """Stop in the middle, go on, measure news of dossiers beside it, wait for the end."""
    from django.db.models import F
    from django.utils import timezone

    from tests.bench.zalo import latency
    from zalo.models import Broadcast

    while zalo.count(channel="cs") < people // 3:
        time.sleep(0.05)
    mine = Broadcast.objects.filter(pk=row.pk)
    asked, since = time.perf_counter(), time.time()
    mine.update(state="stopped", state_changed_at=timezone.now(), version=F("version") + 1)
    pressed = time.perf_counter() - asked
    time.sleep(6)
    arrived = [float(each["accepted_at"]) for each in zalo.messages(channel="cs", fields="accepted_at")]
    late = [at - since for at in arrived if at > since]
    last = max(late, default=0)
    print(f"stop: pressed in {pressed * 1000:.0f} ms, {len(late)} requests after it, the last {last:.2f} s later (2 s)")
    figures.keep("the last request after the stop", last, unit="s", most=2)
    mine.update(state="running", state_changed_at=timezone.now())
    # P4 beside it: news of dossiers while the notice leaves.
    latencies, bulk = latency.events(account, BESIDE_SECONDS, 20)
    ordered = sorted(latencies)
    centiles = "  ".join(f"p{p} {ordered[int(len(ordered) * p / 100)]:.2f} s" for p in (50, 95, 99))
    pace = f"the notice leaves at {bulk / BESIDE_SECONDS:.0f}/s"
    print(f"{pace}, beside it {len(ordered)} dossier messages, 20/s: {centiles} (P4: p95 3 s, p99 10 s)", flush=True)
    while Broadcast.objects.get(pk=row.pk).state == "running":
        time.sleep(0.2)


def feed(over: threading.Event) -> None:
    """What the clock does: keep the queue of the senders, which are processes of their own, filled."""
    from django.db import connection
    from django.utils import timezone

    from zalo.broadcasts import sending

    while not over.is_set():
        sending.tick(now=timezone.now(), budget=2)
        time.sleep(0.1)
    connection.close()


def rss() -> int:
    """Resident memory of this process in MB."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() // 2**20


if __name__ == "__main__":
    main()
