"""What people and programs do with a subscription: register, stop, go on, change the secret, send again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q

from portal.api.callbacks import addresses, documents, feeding, signing
from portal.api.models import ApiClient, Delivery, Subscription

OVERLAP = dt.timedelta(days=7)
"""So long both secrets sign after a change, unless a time is said."""
MOST = 10
"""Subscriptions of one key."""
State = Delivery.State


class Refused(ValueError):
    """The act cannot be done; `field` is what is wrong, the text says why and what to do."""

    def __init__(self, field: str, words: str):
        super().__init__(words)
        self.field = field


def register(client: ApiClient, address: str, kinds: Iterable[str] = ()) -> Subscription:
    """Return the subscription of the address, made when there is none; its secret stands in it. Raises Refused."""
    address, wanted = address.strip(), checked_kinds(client, kinds)
    check_address(address)
    with transaction.atomic():
        ApiClient.objects.select_for_update().get(pk=client.pk)  # two registrations at once are one
        known = client.subscriptions.filter(address=address).first()
        if known is not None:
            if known.kinds != wanted:
                known.kinds = wanted
                known.save(update_fields=["kinds"])
            return known
        if client.subscriptions.count() >= MOST:
            raise Refused("address", f"Một phần mềm đăng ký nhiều nhất {MOST} địa chỉ: hãy bỏ bớt địa chỉ cũ.")
        made = Subscription(client=client, address=address, kinds=wanted, secret=signing.new_secret())
        feeding.begin(made)
        made.save()
    return made


def check_address(address: str) -> None:
    """Raise Refused for an address that may not be told anything; one whose name is not known yet may come later."""
    try:
        addresses.checked(address)
    except addresses.AddressRefused as error:
        raise Refused("address", str(error)) from error
    except addresses.AddressUnknown as error:
        raise Refused("address", f"{error} Kiểm tra lại tên máy.") from error


def checked_kinds(client: ApiClient, kinds: Iterable[str]) -> list[str]:
    """Return the kinds of events in one order. Raises Refused for one nobody knows, or that the key may not read."""
    wanted = sorted(set(kinds))
    for kind in wanted:
        if kind not in documents.KINDS:
            raise Refused("kinds", f"Không có loại sự kiện “{kind[:60]}”: xem danh sách ở /api/docs/.")
        if kind.startswith("case.") and not client.reads_cases:
            raise Refused(
                "kinds", "Khóa này chưa được biết diễn biến ý kiến: nhờ quản trị bật quyền ở Phần mềm kết nối."
            )
    return wanted


def stop(subscription: Subscription) -> None:
    """Stop by hand: nothing leaves, and what happens meanwhile is told when it goes on."""
    Subscription.objects.filter(pk=subscription.pk).update(state=Subscription.State.STOPPED)


def go_on(subscription: Subscription, *, now: dt.datetime) -> None:
    """Go on from where it stopped, at once: what waited leaves in its order."""
    Subscription.objects.filter(pk=subscription.pk).update(
        state=Subscription.State.ACTIVE, next_at=now, failures=0, failing_since=None, last_error=""
    )
    subscription.deliveries.filter(state=State.WAITING, next_at__gt=now).update(next_at=now)


def change_secret(subscription: Subscription, *, now: dt.datetime, overlap: dt.timedelta = OVERLAP) -> str:
    """Return a new secret; the old one signs beside it for the time of the overlap."""
    subscription.old_secret, subscription.old_secret_until = subscription.secret, now + overlap
    subscription.secret = signing.new_secret()
    subscription.save(update_fields=["secret", "old_secret", "old_secret_until"])
    return subscription.secret


def send_again(subscription: Subscription, names: Iterable[str] | None = None, *, now: dt.datetime) -> int:
    """Put events that arrived or were parked back in the queue, all parked ones without names; return how many.

    A name is the id of the message, "dossier-5012". What is already in the queue is not counted.
    """
    rows = subscription.deliveries.exclude(state__in=(State.WAITING, State.WITHHELD))
    rows = rows.exclude(stream=Delivery.Stream.TEST)
    if names is None:
        rows = rows.filter(state=State.PARKED)
    else:
        wanted: dict[str, list[int]] = {}
        for name in names:
            stream, _, event_id = name.partition("-")
            wanted.setdefault(stream, []).append(int(event_id))
        # A condition a stream, not a name: SQLite takes no thousand of them.
        named = (Q(stream=stream, event_id__in=ids) for stream, ids in wanted.items())
        rows = rows.filter(reduce(or_, named, Q(pk__in=[])))
    # Those behind them in the queue need not sit out the wait of their own last try.
    subscription.deliveries.filter(state=State.WAITING, next_at__gt=now).update(next_at=now)
    return rows.update(state=State.WAITING, next_at=now, attempts=0, status=None, error="", delivered_at=None)


def forget_old(*, now: dt.datetime, kept: dt.timedelta = dt.timedelta(days=90)) -> int:
    """Delete what left the queue that long ago; return how many. What waits or is parked stays."""
    old = Delivery.objects.filter(noted_at__lt=now - kept, state__in=(State.DONE, State.WITHHELD))
    return old.delete()[0]
