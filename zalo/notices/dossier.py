"""From a dossier event to outbox rows: which account speaks, who is told, what is said. Inserts rows, nothing else."""

import datetime as dt

from django.db.models import Q
from django.utils import timezone

from dossiers.models import Agency, Applicant, DossierEvent
from zalo.messages import registry as messages
from zalo.messages.registry import MessageKind
from zalo.models import Account, ContactLink, OutboxMessage, Outcome, State
from zalo.notices import mute
from zalo.outbox import rows as outbox
from zalo.outbox.rows import Recipient
from zalo.people import referrals


def tell(event: DossierEvent, *, now: dt.datetime | None = None) -> int:
    """How many rows were queued for the event: one per person and kind of message; 0 when none is owed."""
    kinds = messages.for_event(event.kind)
    if not kinds:
        return 0
    account = account_for(event)
    now = now or timezone.now()
    if account is None:
        return _tell_nobody(kinds, event, now)
    recipients = recipients_of(event, account)
    rows = [row for kind in kinds for row in _rows(kind, event, account, recipients, now)]
    return outbox.enqueue(rows)


def _tell_nobody(kinds: list[MessageKind], event: DossierEvent, now: dt.datetime) -> int:
    """An agency that is on the channel and attached to no account: each event is a line of the untold all the same."""
    if not is_owed(event):
        return 0
    nobody = [Recipient(None, event.dossier.submitter_id)]
    rows = [row for kind in kinds for row in _rows(kind, event, None, nobody, now)]
    for row in rows:
        outbox.end_without_account(row, now=now)
    mute.report(event.dossier.agency, now=now)
    return outbox.enqueue(rows)


def is_owed(event: DossierEvent) -> bool:
    """Whether the event's agency had promised by then that citizens are told."""
    return event.dossier.agency.is_on_channel(timezone.localdate(event.at))


def account_for(event: DossierEvent) -> Account | None:
    """The account that speaks for the event's agency, or for the nearest agency above it, on the day it happened."""
    return speaker(event.dossier.agency, timezone.localdate(event.at))


def speaker(agency: Agency, day: dt.date) -> Account | None:
    """The account that tells an agency's news; None before it joins the channel and while it pauses."""
    return referrals.account_for(agency, day) if agency.is_on_channel(day) else None


def recipients_of(event: DossierEvent, account: Account) -> list[Recipient]:
    """Everybody linked to the dossier or its people on this account; nobody linked: the submitter, by phone or e-mail.

    Only the first carries the submitter as fallback, so that one telephone is never told twice.
    """
    dossier = event.dossier
    people = Applicant.objects.alike({dossier.owner, dossier.submitter})
    links = ContactLink.objects.filter(
        Q(dossier=dossier.pk) | Q(applicant__in=people),
        unlinked_at=None,
        contact__account=account,
        contact__erased_at=None,
    )
    contacts = {link.contact_id: link.contact for link in links.select_related("contact").order_by("pk")}
    if not contacts:
        return [Recipient(None, dossier.submitter_id)]
    first, *others = contacts.values()
    return [Recipient(first, dossier.submitter_id), *(Recipient(contact) for contact in others)]


def _rows(
    kind: MessageKind, event: DossierEvent, account: Account | None, recipients: list[Recipient], now: dt.datetime
) -> list[OutboxMessage]:
    composed = messages.compose(kind, event, f"{kind.title} – {event.dossier.shown_number}")
    if composed is None:
        return []
    content, failure = composed
    rows = []
    for recipient in recipients:
        if recipient.contact is None and not kind.required:
            continue  # a companion, such as the receipt's file, goes only where the chat is
        row = outbox.draft(
            kind,
            recipient,
            content,
            account=account,
            dedupe=f"e{event.pk}",
            now=now,
            happened_at=event.at,
            order_key=f"d{event.dossier_id}:{recipient.key}",
            agency_id=event.dossier.agency_id,
            dossier_id=event.dossier_id,
            event_id=event.pk,
        )
        if failure:
            row.state, row.outcome, row.error, row.finished_at = State.FAILED, Outcome.FAILED, failure, now
        rows.append(row)
    return rows
