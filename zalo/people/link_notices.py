"""Telling those who hold a dossier that somebody else is linked to it now."""

from __future__ import annotations

import datetime as dt

from dossiers.models import Applicant, Dossier
from zalo.messages import registry as messages
from zalo.messages.texts.dossier_facts import common
from zalo.messages.texts.dossier_linked import LINKED_BY_ANOTHER
from zalo.models import ContactLink, OutboxMessage
from zalo.outbox import rows as outbox
from zalo.outbox.rows import Recipient
from zalo.people.holding import holders_of

MOST_LOOKED_AT = 20
HOW = {
    ContactLink.Proof.CODE: "mã #HS dùng một lần",
    ContactLink.Proof.PHONE: "số điện thoại và 4 số cuối giấy tờ",
}
BY_STAFF = "thao tác của cán bộ tại quầy"


def tell_others(link: ContactLink, *, now: dt.datetime) -> None:
    """Queue one message for everybody else who holds what `link` reaches; about the newest dossier they share."""
    told = {link.contact_id}
    rows: list[OutboxMessage] = []
    for dossier in _reached(link):
        event = dossier.events.select_related("dossier__agency").order_by("-at", "-id").first()
        if event is None:
            continue
        values = common(event) | {"cach_ket_noi": HOW.get(link.proof, BY_STAFF)}
        for other in holders_of(dossier).filter(contact__erased_at=None):
            if other.contact_id in told:
                continue
            told.add(other.contact_id)
            content = messages.render(LINKED_BY_ANOTHER, values, messages.current_wording(LINKED_BY_ANOTHER.slug))
            recipient = Recipient(other.contact)
            rows.append(
                outbox.draft(
                    LINKED_BY_ANOTHER,
                    recipient,
                    content | {"title": LINKED_BY_ANOTHER.title},
                    account=other.contact.account_id,
                    dedupe=f"link{link.pk}",
                    now=now,
                    order_key=f"d{dossier.pk}:{recipient.key}",
                    agency_id=dossier.agency_id,
                    dossier_id=dossier.pk,
                )
            )
    if rows:
        outbox.enqueue(rows)


def _reached(link: ContactLink) -> list[Dossier]:
    rows = Dossier.objects.select_related("owner", "submitter").order_by("-id")
    if link.dossier_id:
        return list(rows.filter(pk=link.dossier_id))
    if link.applicant is None:
        return []
    people = list(Applicant.objects.alike([link.applicant]).values_list("pk", flat=True))
    reached = rows.filter(owner__in=people) | rows.filter(submitter__in=people)
    return list(reached[:MOST_LOOKED_AT])
