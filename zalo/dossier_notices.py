"""From a dossier event to outbox rows: which account speaks, who is told, what is said. Inserts rows, nothing else."""

import datetime as dt
import logging

from django.db.models import Q
from django.utils import timezone

from dossiers.models import Agency, DossierEvent
from zalo import messages, outbox
from zalo.messages import MessageKind
from zalo.models import Account, AccountAgency, ContactLink, OutboxMessage, Outcome, State
from zalo.outbox import Recipient

log = logging.getLogger(__name__)


def tell(event: DossierEvent, *, now: dt.datetime | None = None) -> int:
    """How many rows were queued for the event: one per person and kind of message; 0 when none is owed."""
    kinds = messages.for_event(event.kind)
    if not kinds:
        return 0
    account = account_for(event)
    if account is None:
        return 0
    now = now or timezone.now()
    recipients = recipients_of(event, account)
    rows = [row for kind in kinds for row in _rows(kind, event, account, recipients, now)]
    return outbox.enqueue(rows)


def account_for(event: DossierEvent) -> Account | None:
    """The account that speaks for the event's agency, or for the nearest agency above it, on the day it happened."""
    agency: Agency | None = event.dossier.agency
    day = timezone.localdate(event.at)
    if not agency.is_on_channel(day):
        return None
    while agency is not None:
        service = (
            AccountAgency.objects.filter(
                Q(valid_to__isnull=True) | Q(valid_to__gte=day),
                agency=agency,
                valid_from__lte=day,
                account__is_active=True,
            )
            .select_related("account")
            .first()
        )
        if service is not None:
            return service.account
        agency = agency.parent
    return None


def recipients_of(event: DossierEvent, account: Account) -> list[Recipient]:
    """Everybody linked to the dossier or its people on this account; nobody linked: the submitter, by phone or e-mail.

    Only the first carries the submitter as fallback, so that one telephone is never told twice.
    """
    dossier = event.dossier
    people = {dossier.owner_id, dossier.submitter_id}
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
    kind: MessageKind, event: DossierEvent, account: Account, recipients: list[Recipient], now: dt.datetime
) -> list[OutboxMessage]:
    failure = ""
    try:
        values = kind.values(event) if kind.values else {}
        if values is None:
            return []
        content = messages.render(kind, values, messages.current_wording(kind.slug))
        content["title"] = f"{kind.title} – {event.dossier.shown_number}"
    except Exception:  # a faulty builder must neither stop the counter nor lose the event: the row shows it
        log.exception("message cannot be built", extra={"event": event.pk, "kind": kind.slug})
        content, failure = {}, "Không soạn được nội dung tin; báo bộ phận kỹ thuật."
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
