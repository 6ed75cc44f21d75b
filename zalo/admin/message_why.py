"""Why a message is there: event, rule and wording of its day, who had agreed, each attempt, what the phone showed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET

from dossiers.admin.access import may_read_person
from dossiers.privacy.sealing import keyed_hashes
from zalo.admin.access import may_read, page_context
from zalo.admin.dossier_panel import kind_title, line, own_message
from zalo.messages import registry as messages
from zalo.models import ConsentRecord, ContactLink, OutboxMessage, TemplateUse, Wording
from zalo.models.contact import PHONE_PURPOSE
from zalo.outbox import ledger

VIA = "tin nhắn đã gửi"
_ROUTE_WORDS = {
    "reply": "tin tư vấn",
    "uid": "mẫu theo mã người dùng",
    "phone": "mẫu theo số điện thoại",
    "email": "thư",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """One recorded yes or no of the person to messages of this purpose; `counted` where it was known in time."""

    granted: bool
    at: dt.datetime
    how: str
    counted: bool


@require_GET
def why(request, pk: int):
    """One message from its event to the phone; who reads what it says of a dossier leaves a line in the reading log."""
    row = own_message(request, pk)
    readable = may_read(row, request.user)
    if readable and row.dossier is not None:
        readable = may_read_person(request, row.dossier, VIA)
    kind = next((each for each in messages.all_kinds() if each.slug == row.kind), None)
    context = page_context(
        request,
        f"Tin số {row.pk}: {kind_title(row.kind)}",
        OutboxMessage,
        item=line(row),
        row=row,
        kind=kind,
        secret=ledger.is_secret(row),
        content=row.content if readable else {},
        readable=readable,
        showed=ledger.phone_showed(row) if readable else None,
        stamps=_stamps(row),
        tried=_tried(row),
        decisions=_decisions(row),
        link=_link(row),
        wording=_wording(row),
        use=_use(row),
        lines=row.chat_lines.all()[:1],
    )
    return render(request, "zalo/desk/message.html", context)


def _wording(row: OutboxMessage) -> Wording | None:
    """Return the version the text was made from: the newest when the message was queued, not today's."""
    found = Wording.objects.filter(kind=row.kind, created_at__lte=row.created_at).select_related("created_by")
    return found.order_by("-version").first()


def _use(row: OutboxMessage) -> TemplateUse | None:
    """Return the rule that gives the kind its template on the account."""
    return TemplateUse.objects.filter(account=row.account_id, kind=row.kind).select_related("template").first()


def _decisions(row: OutboxMessage) -> list[Decision]:
    """Return what the person said to this purpose, the newest first: as a Zalo user, and as a telephone."""
    asked = Q(contact=row.contact_id) if row.contact_id else Q(pk=None)
    if not ledger.is_secret(row) and row.phone:
        asked |= Q(phone_hash__in=keyed_hashes(row.phone, PHONE_PURPOSE))
    rows = ConsentRecord.objects.filter(asked, purpose=row.purpose).order_by("-pk")[:10]
    return [Decision(each.granted, each.at, each.how, each.at <= row.created_at) for each in rows]


def _link(row: OutboxMessage) -> ContactLink | None:
    """Return the link by which the Zalo user hears of the dossier; it stands although it was taken off since."""
    if row.contact_id is None or row.dossier is None:
        return None
    people = [pk for pk in (row.dossier.owner_id, row.dossier.submitter_id) if pk]
    mine = ContactLink.objects.filter(Q(dossier=row.dossier_id) | Q(applicant__in=people), contact=row.contact_id)
    return mine.order_by("-linked_at").first()


def _tried(row: OutboxMessage) -> list[dict]:
    return [
        step
        | {"way": _ROUTE_WORDS.get(step.get("route"), step.get("route")), "when": parse_datetime(step.get("at", ""))}
        for step in row.tried
    ]


def _stamps(row: OutboxMessage) -> list[tuple[str, dt.datetime | None]]:
    return [
        ("Việc xảy ra", row.happened_at),
        ("Xếp hàng", row.created_at),
        ("Gọi Zalo", row.requested_at),
        ("Zalo nhận", row.sent_at),
        ("Tới điện thoại", row.delivered_at),
        ("Người dân xem", row.seen_at),
        ("Kết thúc", row.finished_at),
    ]
