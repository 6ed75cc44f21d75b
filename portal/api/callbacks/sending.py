"""Sending what is owed: in order per dossier, each event at least once, tried again for days, then parked and told.

One sender at a time has a subscription (its lease); the oldest open event of each dossier or case may leave, several
side by side. An answer 2xx is a delivery. When the address as a whole fails, the subscription pauses and one event is
tried now and then; when one event is refused while others arrive, that event alone is tried less and less often.
A sender killed between the request and its record sends again: the same id, the same body.
"""

from __future__ import annotations

import datetime as dt
import http.client
import json
import time
import uuid
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import structlog
from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q
from django.utils import timezone

from dossiers import outer_host, typed
from dossiers.models import DossierEvent
from feedback.models import FeedbackEvent
from feedback.states import Status
from portal.api.callbacks import documents, signing
from portal.api.callbacks.addresses import AddressRefused, AddressUnknown, checked
from portal.api.models import Delivery, Subscription
from portal.api.scope import agency_ids

log = structlog.get_logger(__name__)
TIME_LIMIT = 10.0  # seconds for one request
TEST_LIMIT = 3.0  # seconds for a test: a process that answers people and programs waits for it
SIDE_BY_SIDE = 4
AT_ONCE = 40
TURN = 45.0  # seconds one sender stays with one subscription; below the lease less one request
LEASE = dt.timedelta(seconds=90)
PAUSES = (5, 15, 60, 300, 900)
"""Seconds an address that fails is left alone, the last again and again."""
AGAIN = (10, 60, 300, 1800, 3600, 4 * 3600, 12 * 3600, 24 * 3600, 24 * 3600, 24 * 3600)
"""Seconds until one event is tried again."""
PATIENCE = dt.timedelta(days=3)
"""An event that was tried so often and is so old is parked."""
AN_HOUR = 3600
"""While the address as a whole fails nothing waits longer: it may be back."""
GIVEN_UP = dt.timedelta(days=5)
"""An address that failed for so long is stopped; what it is owed waits for whoever begins it again."""
LONGEST_ANSWER = 64 * 1024
MEDIA_TYPE = "application/cloudevents+json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one request: a status, or none and the reason; `again_in` is what the other side asks for."""

    status: int | None
    error: str
    took_ms: int
    again_in: int | None = None

    @property
    def arrived(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def of_address(self) -> bool:
        """Return whether the failure is of the address, not of what was sent to it."""
        refused = self.status is not None and 400 <= self.status < 500
        return not self.arrived and (not refused or self.status in (401, 403, 404, 408, 410, 421, 425, 429))


def due(now: dt.datetime) -> list[int]:
    """Return the subscriptions that something is owed to now and nobody is sending to."""
    owed = Delivery.objects.filter(subscription=OuterRef("pk"), state=Delivery.State.WAITING, next_at__lte=now)
    rows = Subscription.objects.filter(
        Exists(owed), state=Subscription.State.ACTIVE, next_at__lte=now, client__active=True
    )
    return list(rows.filter(_free(now)).order_by("next_at").values_list("pk", flat=True))


def _free(now: dt.datetime) -> Q:
    return Q(lease="") | Q(lease_until__lt=now)


def send(pk: int) -> int:
    """Send what is owed to the subscription until nothing is due, it fails, or the turn is over; return how many."""
    lease, started, arrived = uuid.uuid4().hex, time.monotonic(), 0
    while time.monotonic() - started < TURN:
        now = timezone.now()
        mine = Subscription.objects.filter(Q(lease=lease) | _free(now), pk=pk, state=Subscription.State.ACTIVE)
        if not mine.filter(next_at__lte=now).update(lease=lease, lease_until=now + LEASE):
            break
        subscription = Subscription.objects.select_related("client").get(pk=pk)
        batch = _next(subscription, now)
        if not batch:
            break
        sent = _send(subscription, batch, lease)
        arrived += sum(answer.arrived for answer in sent)
        if any(answer.of_address for answer in sent):
            break
    Subscription.objects.filter(pk=pk, lease=lease).update(lease="", lease_until=None)
    return arrived


def _next(subscription: Subscription, now: dt.datetime) -> list[Delivery]:
    """Return what may leave now: of each dossier or case the oldest open event, when its time has come.

    One only while the address fails: it shows whether the address is back.
    """
    waiting = Delivery.objects.filter(subscription=subscription, state=Delivery.State.WAITING)
    older = waiting.filter(stream=OuterRef("stream"), subject_id=OuterRef("subject_id"), pk__lt=OuterRef("pk"))
    rows = waiting.filter(~Exists(older), next_at__lte=now).order_by("next_at", "pk")
    return list(rows[: 1 if subscription.failures else AT_ONCE])


def _send(subscription: Subscription, batch: list[Delivery], lease: str) -> list[Answer]:
    """Send a batch and record it; return the answers."""
    try:
        target = checked(subscription.address)
    except (AddressRefused, AddressUnknown) as error:
        failed = _unsent(error)
        _record(subscription, [(batch[0], failed)], lease)
        return [failed]
    bodies = _bodies(subscription, batch)
    gone = [row for row in batch if row.pk not in bodies]
    Delivery.objects.filter(pk__in=[row.pk for row in gone]).update(state=Delivery.State.WITHHELD)
    keys = _keys(subscription, timezone.now())
    results = []
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        going = [row for row in batch if row.pk in bodies]
        for start in range(0, len(going), SIDE_BY_SIDE):
            together = going[start : start + SIDE_BY_SIDE]
            answers = pool.map(lambda row: _post(target, bodies[row.pk], keys), together)
            part = list(zip(together, answers, strict=True))
            results += part
            # Recorded before the next ones leave: what a killed sender repeats stays small.
            if not _record(subscription, part, lease) or any(answer.of_address for _, answer in part):
                break
    return [answer for _, answer in results]


def try_now(subscription: Subscription) -> Delivery:
    """Send a test at once, whatever state the subscription is in, and return what came of it.

    An address that answers is no longer left alone for its failures.
    """
    now = timezone.now()
    row = _test_row(subscription, now)
    try:
        target = checked(subscription.address)
    except (AddressRefused, AddressUnknown) as error:
        answer = _unsent(error)
    else:
        document = documents.of_test(row)
        message = (document["id"], json.dumps(document, ensure_ascii=False).encode())
        answer = _post(target, message, _keys(subscription, now), within=TEST_LIMIT)
    row.attempts, row.status, row.error, row.took_ms = 1, answer.status, answer.error, answer.took_ms
    if answer.arrived:
        row.state, row.delivered_at = Delivery.State.DONE, timezone.now()
        Subscription.objects.filter(pk=subscription.pk, failures__gt=0).update(next_at=now)
    row.save()
    return row


@transaction.atomic
def _test_row(subscription: Subscription, now: dt.datetime) -> Delivery:
    """Return a row of the log that no sender takes."""
    Subscription.objects.select_for_update(of=("self",)).get(pk=subscription.pk)
    tests = subscription.deliveries.filter(stream=Delivery.Stream.TEST)
    number = (tests.aggregate(last=Max("event_id"))["last"] or 0) + 1
    return subscription.deliveries.create(
        stream=Delivery.Stream.TEST,
        event_id=number,
        subject_id=number,
        subject="test",
        kind="ping",
        state=Delivery.State.PARKED,
        next_at=now,
    )


def _keys(subscription: Subscription, now: dt.datetime) -> list[str]:
    old = subscription.old_secret if subscription.old_secret_until and now < subscription.old_secret_until else ""
    return [key for key in (subscription.secret, old) if key]


def _bodies(subscription: Subscription, batch: Iterable[Delivery]) -> dict[int, tuple[str, bytes]]:
    """Return (message id, body) by delivery; what the key may no longer know has none."""
    by_event = {(row.stream, row.event_id): row for row in batch}
    wanted: dict[str, list[int]] = {}
    for stream, event_id in by_event:
        wanted.setdefault(stream, []).append(event_id)
    within = agency_ids(subscription.client)
    found: list[tuple[Delivery, dict]] = []
    dossier_events = DossierEvent.objects.filter(pk__in=wanted.get("dossier", ()), dossier__agency_id__in=within)
    for event in dossier_events.select_related("dossier__agency", "dossier__procedure", "unit"):
        found.append((by_event["dossier", event.pk], documents.of_dossier(event)))
    if subscription.client.reads_cases:
        case_events = FeedbackEvent.objects.filter(pk__in=wanted.get("case", ()), case__agency_id__in=within)
        shown = case_events.exclude(case__status=Status.RESTRICTED)
        for case_event in shown.select_related("case__agency", "case__category"):
            found.append((by_event["case", case_event.pk], documents.of_case(case_event)))
    found += [(row, documents.of_test(row)) for row in batch if row.stream == Delivery.Stream.TEST]
    return {row.pk: (document["id"], json.dumps(document, ensure_ascii=False).encode()) for row, document in found}


def _post(
    target: outer_host.Target, message: tuple[str, bytes], keys: list[str], *, within: float = TIME_LIMIT
) -> Answer:
    """Make one request. Never raises for what a network or a host may do; redirects are not followed."""
    message_id, body = message
    sent_at, started = timezone.now(), time.monotonic()
    headers = {
        "Content-Type": MEDIA_TYPE,
        "User-Agent": "cong-mot-cua",
        **signing.headers(message_id, sent_at, body, keys),
    }
    connection = outer_host.connection(target, within)
    with outer_host.cut_off_after(within, connection) as late:
        try:
            connection.request("POST", target.path, body=body, headers=headers)
            answer = connection.getresponse()
            answer.read(LONGEST_ANSWER)
        except (OSError, ValueError, http.client.HTTPException) as error:
            slow = late.is_set() or isinstance(error, TimeoutError)
            words = f"Quá {within:.0f} giây không trả lời." if slow else _words(error)
            return Answer(None, words, _since(started))
    status = answer.status
    said = "" if 200 <= status < 300 else f"Máy nhận trả lời HTTP {status}."
    if 300 <= status < 400:
        said = f"Máy nhận chuyển sang địa chỉ khác (HTTP {status}): hãy đăng ký đúng địa chỉ cuối."
    return Answer(status, said, _since(started), typed.whole(answer.getheader("Retry-After") or ""))


def _unsent(error: Exception) -> Answer:
    """Return the answer of a request nobody made; a sentence that names a host of 250 letters is cut to its column."""
    return Answer(None, str(error)[:300], 0)


def _words(error: Exception) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "Máy nhận không mở cửa này."
    name = type(error).__name__
    return "Chứng thư của máy nhận không đúng." if "Cert" in name else f"Không nói chuyện được với máy nhận ({name})."


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)


def _record(subscription: Subscription, results: list[tuple[Delivery, Answer]], lease: str) -> bool:
    """Write down what came of these; return whether the lease is still one's own."""
    now = timezone.now()
    arrived = [row for row, answer in results if answer.arrived]
    for row, answer in results:
        said = {
            "attempts": F("attempts") + 1,
            "status": answer.status,
            "error": answer.error,
            "took_ms": answer.took_ms,
        }
        waiting = Delivery.objects.filter(pk=row.pk, state=Delivery.State.WAITING)
        if answer.arrived:
            waiting.update(state=Delivery.State.DONE, delivered_at=now, **said)
        elif _is_hopeless(subscription, row, answer, now):
            waiting.update(state=Delivery.State.PARKED, **said)
            log.warning("event parked", subscription=subscription.pk, message=row.message_id)
        else:
            pause = AGAIN[min(row.attempts, len(AGAIN) - 1)]
            pause = min(pause, AN_HOUR) if answer.of_address else pause
            waiting.update(next_at=now + dt.timedelta(seconds=pause), **said)
    own = Subscription.objects.filter(pk=subscription.pk, lease=lease)
    failed = next((answer for _, answer in results if answer.of_address), None)
    if failed is None:
        healthy = {"failures": 0, "failing_since": None, "last_error": ""}
        return bool(own.update(lease_until=now + LEASE, **healthy, **({"last_delivered_at": now} if arrived else {})))
    return bool(own.update(**_paused(subscription, failed, now)))


def _is_hopeless(subscription: Subscription, row: Delivery, answer: Answer, now: dt.datetime) -> bool:
    """Return whether one event alone is not taken, after days; while none is, it waits with the others."""
    last = subscription.last_delivered_at
    others_arrive = last is not None and now - last < dt.timedelta(seconds=AGAIN[-1])
    tried_enough = row.attempts >= len(AGAIN) and now - row.noted_at >= PATIENCE
    return tried_enough and (not answer.of_address or others_arrive)


def _paused(subscription: Subscription, failed: Answer, now: dt.datetime) -> dict:
    """Return the state of a subscription whose address just failed: a pause, or the end after days of it."""
    pause = max(PAUSES[min(subscription.failures, len(PAUSES) - 1)], min(failed.again_in or 0, 6 * 3600))
    since = subscription.failing_since or now
    values = {
        "failures": subscription.failures + 1,
        "failing_since": since,
        "next_at": now + dt.timedelta(seconds=pause),
        "last_error": failed.error[:300],
    }
    if failed.status == 410 or now - since >= GIVEN_UP:
        values["state"] = Subscription.State.FAILED
        log.warning("subscription stopped", subscription=subscription.pk, error=failed.error)
    return values
