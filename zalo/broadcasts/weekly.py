"""How many notices of the centres' own accord a person got this week, whichever unit or account sent them.

Somebody who follows two accounts is two contacts. They are one person where that is known: one telephone shared with
both, one id in the same Zalo app, or both speak for the same applicant as owner or submitter.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce

from zalo.broadcasts import limits
from zalo.models import Broadcast, BroadcastRecipient, ContactLink

WEEK = dt.timedelta(days=7)
THEMSELVES = (ContactLink.Role.OWNER, ContactLink.Role.SUBMITTER)
"""Roles of a link in which a contact is the applicant, not somebody who acts for them."""


def others(broadcast: Broadcast, *, now: dt.datetime) -> list[int]:
    """Return the accounts of the other counted notices of this week: each told a person once, so few capped nobody."""
    rows = Broadcast.objects.filter(category__in=limits.CAPPED, started_at__isnull=False).exclude(pk=broadcast.pk)
    recent = rows.filter(Q(finished_at=None) | Q(finished_at__gt=now - WEEK))
    return list(recent.order_by().values_list("account_id", flat=True))


def told(contact: str, *, now: dt.datetime, elsewhere: bool) -> Coalesce | CombinedExpression:
    """Return the expression: how many messages the person got. `contact` is the column of the contact's id.

    `elsewhere` asks other accounts too; four look-ups by index instead of one, so only where others sent anything.
    """
    own = _count(_told(now).filter(contact=OuterRef(contact)), "contact")
    if not elsewhere:
        return own
    prefix = "" if contact == "pk" else f"{contact.removesuffix('_id')}__"
    phone = _same(f"{prefix}phone_hash", "phone_hash")
    app = _same(f"{prefix}user_id_by_app", "user_id_by_app")
    person = OuterRef(OuterRef(OuterRef(contact)))  # past the link and the recipient, to whom it is asked of
    mine = ContactLink.objects.filter(
        applicant=OuterRef("applicant"), contact=person, unlinked_at=None, role__in=THEMSELVES
    )
    applicant = ContactLink.objects.filter(
        Exists(mine), contact=OuterRef("contact"), applicant__isnull=False, unlinked_at=None, role__in=THEMSELVES
    )
    rows = _told(now).exclude(contact=OuterRef(contact))
    by_phone = _count(rows.filter(phone), "contact__phone_hash")
    by_app = _count(rows.filter(app).exclude(phone), "contact__user_id_by_app")
    by_link = _count(rows.filter(Exists(applicant)).exclude(phone).exclude(app), "result")
    return own + by_phone + by_app + by_link


def _told(now: dt.datetime) -> QuerySet[BroadcastRecipient]:
    return BroadcastRecipient.objects.filter(
        result=BroadcastRecipient.Result.TOLD, at__gt=now - WEEK, broadcast__category__in=limits.CAPPED
    ).order_by()


def _same(outer: str, name: str) -> Q:
    """Return the condition that a recipient's contact shares what is known of the person, where anything is."""
    return Q(**{f"contact__{name}": OuterRef(outer)}) & ~Q(**{f"contact__{name}": ""})


def _count(rows: QuerySet[BroadcastRecipient], by: str) -> Coalesce:
    counted = rows.values(by).annotate(n=Count("message", distinct=True)).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
