"""Before anything is sent: how many people, by which way, at what price, who is left out and why.

`fate` is the one place that says what becomes of a person now; the page that looks ahead and the sender ask it alike.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.lookups import GreaterThanOrEqual

from dossiers.written_dates import said_moment
from zalo.broadcasts import audience, letters, limits, weekly
from zalo.health import night
from zalo.messages import broadcast_words
from zalo.messages import registry as messages
from zalo.models import (
    AccountAgency,
    Broadcast,
    BroadcastRecipient,
    ConsentRecord,
    Contact,
    ContactLink,
    Lane,
    Route,
    RouteStop,
    Template,
    TemplateUse,
)
from zalo.models.contact import REPLY_FREE

Result = BroadcastRecipient.Result
Category = Broadcast.Category
REPLY, UID, PHONE = "reply", "uid", "phone"
BY_TEMPLATE = (UID, PHONE)
WAYS = (REPLY, *BY_TEMPLATE)


@dataclass(frozen=True, slots=True)
class Plan:
    """The page that is looked at before sending."""

    people: int
    mails: int
    by_reply: int
    by_template: int
    by_phone: int
    left: int
    refused: int
    capped: int
    no_way: int
    price_each: int
    price_by_phone: int
    template: Template | None
    quota_left: int | None
    cap: int | None
    quiet_until: dt.datetime | None
    week: tuple[tuple[int, int], ...] = ()
    troubles: tuple[str, ...] = ()
    waits: tuple[str, ...] = ()

    @property
    def reached(self) -> int:
        """People told on Zalo."""
        return self.by_reply + self.by_template + self.by_phone

    @property
    def told(self) -> int:
        """People told on Zalo and mailboxes together: the number that is typed."""
        return self.reached + self.mails

    @property
    def price(self) -> int:
        """What it costs in VND at today's prices of the template."""
        return self.by_template * self.price_each + self.by_phone * self.price_by_phone

    @property
    def beyond_quota(self) -> int:
        """How many messages by template find no quota left today; 0 where Zalo has not said what is left."""
        wanted = self.by_template + self.by_phone
        return max(0, wanted - max(0, self.quota_left)) if self.quota_left is not None else 0


def purpose_of(broadcast: Broadcast) -> str:
    """Return the purpose a person's yes or no is asked for."""
    return messages.get(broadcast_words.kind_of(broadcast)).purpose


def look(broadcast: Broadcast, *, now: dt.datetime) -> Plan:
    """Return what would become of everybody if it were sent now. One query over the people, and six small ones."""
    template, only_mail = usable_template(broadcast, now=now), audience.only_by_mail(broadcast)
    cap = limits.weekly_cap(broadcast, now=now)
    others = weekly.others(broadcast, now=now) if cap is not None else []
    people = audience.contacts(broadcast, now=now).annotate(fate=fate(broadcast, template, now=now, contact="pk"))
    had = Value(0) if not others else weekly.told("pk", now=now, elsewhere=_elsewhere(broadcast, others))
    found: Counter[str] = Counter()
    week: Counter[int] = Counter()
    for came_to, already, count in (
        people.annotate(had=had).order_by().values_list("fate", "had").annotate(n=Count("pk"))
    ):
        found[came_to] += count
        week[already] += count
    return Plan(
        people=sum(found.values()),
        mails=letters.expected(broadcast),
        by_reply=found.get(REPLY, 0),
        by_template=found.get(UID, 0),
        by_phone=found.get(PHONE, 0),
        left=found.get(Result.LEFT, 0),
        refused=found.get(Result.REFUSED, 0),
        capped=found.get(Result.CAPPED, 0),
        no_way=found.get(Result.UNREACHABLE, 0),
        price_each=(template.price_uid or 0) if template else 0,
        price_by_phone=(template.price_phone or 0) if template else 0,
        template=template,
        quota_left=broadcast.account.template_quota_left,
        cap=cap,
        quiet_until=quiet_until(broadcast, now=now),
        week=tuple(sorted(week.items())) if cap is not None else (),
        troubles=() if only_mail else tuple(troubles(broadcast, now=now)),
        waits=() if only_mail else tuple(waits(broadcast, now=now)),
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
        told = weekly.told(contact, now=now, elsewhere=_elsewhere(broadcast, others))
        steps.append(When(GreaterThanOrEqual(told, cap), then=Value(Result.CAPPED)))
    away = Q(**{f"{prefix}unreachable_until__gt": now})
    steps += [
        When(away, then=Value(Result.UNREACHABLE)),
        When(Q(**{f"{prefix}last_interaction_at__gt": now - REPLY_FREE}), then=Value(REPLY)),
    ]
    if template is not None and not template.by_uid:
        steps.append(When(_own_phone(contact, purpose_of(broadcast)), then=Value(PHONE)))
    by_uid = template is not None and template.by_uid
    return Case(*steps, default=Value(UID if by_uid else Result.UNREACHABLE), output_field=CharField())


def _own_phone(contact: str, purpose: str) -> Q:
    """Return who shared a phone with the channel, proved that it is theirs, and took nothing of this purpose back.

    Anybody may type a phone into Zalo's form (zalo-openapi, section 8): only one that opened a dossier of its holder
    counts.
    """
    prefix = "" if contact == "pk" else f"{contact.removesuffix('_id')}__"
    digest = f"{prefix}phone_hash"
    later = ConsentRecord.objects.filter(phone_hash=OuterRef("phone_hash"), purpose=purpose, pk__gt=OuterRef("pk"))
    no = ConsentRecord.objects.filter(~Exists(later), phone_hash=OuterRef(digest), purpose=purpose, granted=False)
    return Q(Exists(proved_by_phone(contact))) & ~Q(Exists(no.order_by()))


def proved_by_phone(contact: str) -> QuerySet[ContactLink]:
    """Return the links that the phone shared now opened. `contact` is the column of the contact's id.

    Whoever shared another phone since has proved nothing of it, and may have given the old one away.
    """
    rows = ContactLink.objects.filter(contact=OuterRef(contact), proof=ContactLink.Proof.PHONE, unlinked_at=None)
    rows = rows.filter(applicant__erased_at=None, applicant__phone_hash=F("contact__phone_hash"))
    return rows.exclude(contact__phone_hash="").order_by("pk")


def _elsewhere(broadcast: Broadcast, others: list[int]) -> bool:
    return any(account != broadcast.account_id for account in others)


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
    """Return the template its messages may go by outside the reply window, by user id or else by phone, or None."""
    kind = broadcast_words.kind_of(broadcast)
    use = TemplateUse.objects.filter(account=broadcast.account_id, kind=kind, enabled=True)
    found = use.select_related("template").first()
    if found is None or not found.template.is_usable(now):
        return None
    return found.template if found.template.by_uid or found.template.price_phone else None


def quiet_until(broadcast: Broadcast, *, now: dt.datetime) -> dt.datetime | None:
    """Return until when notices of this kind wait; None when they may leave. An emergency never waits."""
    if messages.get(broadcast_words.kind_of(broadcast)).lane != Lane.BULK:
        return None
    services = AccountAgency.objects.filter(account=broadcast.account_id, agency=broadcast.agency_id)
    service = services.order_by("-valid_from").first()
    own = night.held_until(now, service.quiet_from, service.quiet_to) if service else None
    return max((each for each in (own, night.promotional_until(now)) if each), default=None)


def waits(broadcast: Broadcast, *, now: dt.datetime) -> list[str]:
    """Return what keeps part of its messages back at the moment, as sentences: a way shut, a template not usable."""
    stops = RouteStop.objects.filter(account=broadcast.account_id, until__gt=now).exclude(route=RouteStop.ANY)
    labels = dict(Route.choices)
    found = [
        f"{stop.words}: “{labels.get(stop.route, stop.route)}” chờ đến {said_moment(stop.until)}."
        for stop in stops.order_by("route")
    ]
    kind = broadcast_words.kind_of(broadcast)
    use = TemplateUse.objects.filter(account=broadcast.account_id, kind=kind, enabled=True)
    template = next((each.template for each in use.select_related("template")[:1]), None)
    if template is None or template.is_usable(now):
        return found
    if template.status == template.Status.ENABLE and template.gone_at is None and template.stopped_until:
        until = said_moment(template.stopped_until)
        return [*found, f"{template.reason or 'Zalo không nhận'}: mẫu “{template.name}” không dùng được đến {until}."]
    return [
        *found,
        f"Zalo không cho dùng mẫu “{template.name}” nữa: ai ngoài 48 giờ thì chưa nhận được. Hãy sửa mẫu ở trang quản "
        "trị OA hoặc gắn mẫu khác ở “Mẫu tin”.",
    ]


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
