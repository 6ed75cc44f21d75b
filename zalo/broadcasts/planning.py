"""Before anything is sent: how many people, by which way, at what price, who is left out and why.

`fate` is the one place that says what becomes of a person now; the page that looks ahead and the sender ask it alike.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.lookups import GreaterThanOrEqual

from zalo.broadcasts import audience, limits, weekly
from zalo.health import night
from zalo.messages import broadcast_words
from zalo.messages import registry as messages
from zalo.models import (
    AccountAgency,
    Broadcast,
    BroadcastRecipient,
    ConsentRecord,
    Contact,
    Lane,
    RouteStop,
    Template,
    TemplateUse,
)
from zalo.models.contact import REPLY_FREE

Result = BroadcastRecipient.Result
Category = Broadcast.Category
REPLY, UID = "reply", "uid"


@dataclass(frozen=True, slots=True)
class Plan:
    """The page that is looked at before sending."""

    people: int
    by_reply: int
    by_template: int
    left: int
    refused: int
    capped: int
    no_way: int
    price_each: int
    template: Template | None
    quota_left: int | None
    cap: int | None
    quiet_until: dt.datetime | None
    troubles: tuple[str, ...] = ()

    @property
    def reached(self) -> int:
        return self.by_reply + self.by_template

    @property
    def price(self) -> int:
        """What it costs in VND at today's price of the template."""
        return self.by_template * self.price_each


def purpose_of(broadcast: Broadcast) -> str:
    """Return the purpose a person's yes or no is asked for."""
    return messages.get(broadcast_words.kind_of(broadcast)).purpose


def look(broadcast: Broadcast, *, now: dt.datetime) -> Plan:
    """Return what would become of everybody if it were sent now. One query over the people, and five small ones."""
    template = usable_template(broadcast, now=now)
    people = audience.contacts(broadcast, now=now)
    counted = people.annotate(fate=fate(broadcast, template, now=now, contact="pk")).order_by().values("fate")
    found = {row["fate"]: row["n"] for row in counted.annotate(n=Count("pk"))}
    return Plan(
        people=sum(found.values()),
        by_reply=found.get(REPLY, 0),
        by_template=found.get(UID, 0),
        left=found.get(Result.LEFT, 0),
        refused=found.get(Result.REFUSED, 0),
        capped=found.get(Result.CAPPED, 0),
        no_way=found.get(Result.UNREACHABLE, 0),
        price_each=(template.price_uid or 0) if template else 0,
        template=template,
        quota_left=broadcast.account.template_quota_left,
        cap=limits.weekly_cap(broadcast, now=now),
        quiet_until=quiet_until(broadcast, now=now),
        troubles=tuple(troubles(broadcast, now=now)),
    )


def fate(broadcast: Broadcast, template: Template | None, *, now: dt.datetime, contact: str) -> Case:
    """Return the expression: a Result that keeps the person out, else the way. `contact` is the column of its id."""
    prefix = "" if contact == "pk" else f"{contact.removesuffix('_id')}__"
    follows = Q(**{f"{prefix}erased_at": None})
    if broadcast.category != Category.COLLECT:
        follows &= Q(**{f"{prefix}is_follower": True})
    refused = Q(Exists(refusals(purpose_of(broadcast)).filter(contact=OuterRef(contact))))
    if broadcast.category in audience.WISHED:
        refused |= ~Q(Exists(audience.wishes(broadcast).filter(contact=OuterRef(contact))))
    steps = [When(~follows, then=Value(Result.LEFT)), When(refused, then=Value(Result.REFUSED))]
    cap = limits.weekly_cap(broadcast, now=now)
    others = weekly.others(broadcast, now=now) if cap is not None else []
    if cap is not None and len(others) >= cap:
        elsewhere = any(account != broadcast.account_id for account in others)
        told = weekly.told(contact, now=now, elsewhere=elsewhere)
        steps.append(When(GreaterThanOrEqual(told, cap), then=Value(Result.CAPPED)))
    away = Q(**{f"{prefix}unreachable_until__gt": now})
    steps += [
        When(away, then=Value(Result.UNREACHABLE)),
        When(Q(**{f"{prefix}last_interaction_at__gt": now - REPLY_FREE}), then=Value(REPLY)),
    ]
    return Case(*steps, default=Value(UID if template else Result.UNREACHABLE), output_field=CharField())


def refusals(purpose: str):
    """Return the newest decisions that say no to the purpose: few rows, found by an index of their own."""
    later = ConsentRecord.objects.filter(contact=OuterRef("contact"), purpose=purpose, pk__gt=OuterRef("pk"))
    return ConsentRecord.objects.filter(~Exists(later), purpose=purpose, granted=False).order_by()


def followers(broadcast: Broadcast) -> QuerySet[Contact]:
    """Return everybody an article of the account reaches."""
    return Contact.objects.filter(account=broadcast.account_id, is_follower=True, erased_at=None)


def unwilling(broadcast: Broadcast) -> QuerySet[Contact]:
    """Return the followers who said no to its kind: Zalo lets none of them out of an article."""
    return followers(broadcast).filter(pk__in=refusals(purpose_of(broadcast)).values("contact"))


def usable_template(broadcast: Broadcast, *, now: dt.datetime) -> Template | None:
    """Return the template its messages may go by outside the reply window; None when none is mapped or approved."""
    kind = broadcast_words.kind_of(broadcast)
    use = TemplateUse.objects.filter(account=broadcast.account_id, kind=kind, enabled=True)
    found = use.select_related("template").first()
    if found is None or not found.template.by_uid or not found.template.is_usable(now):
        return None
    return found.template


def quiet_until(broadcast: Broadcast, *, now: dt.datetime) -> dt.datetime | None:
    """Return until when notices of this kind wait; None when they may leave. An emergency never waits."""
    if messages.get(broadcast_words.kind_of(broadcast)).lane != Lane.BULK:
        return None
    services = AccountAgency.objects.filter(account=broadcast.account_id, agency=broadcast.agency_id)
    service = services.order_by("-valid_from").first()
    own = night.held_until(now, service.quiet_from, service.quiet_to) if service else None
    return max((each for each in (own, night.promotional_until(now)) if each), default=None)


def troubles(broadcast: Broadcast, *, now: dt.datetime) -> list[str]:
    """Return why nothing could be sent at all, as sentences."""
    account = broadcast.account
    found = []
    if not account.is_active or account.grant != account.Grant.GOOD:
        found.append("Official Account chưa kết nối với Zalo. Hãy nhờ quản trị kênh kết nối lại ở “Sức khoẻ kênh”.")
    stop = RouteStop.objects.filter(account=account, route=RouteStop.ANY, until__gt=now).first()
    if stop:
        found.append(f"Kênh đang tạm dừng: {stop.words}")
    return found
