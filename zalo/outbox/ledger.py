"""The ledger of what citizens were told: one outcome per required message, who handled failures, who went untold."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from dossiers.models import Dossier
from dossiers.written_dates import written_moment
from zalo.messages import registry as messages
from zalo.messages.template_data import TemplateDataError, filled
from zalo.models import OutboxMessage, Outcome, State, Template, TemplateUse
from zalo.models.outbox import CLAIMABLE, OPEN
from zalo.outbox import routes

TOLD = (Outcome.DELIVERED, Outcome.SEEN, Outcome.ACCEPTED, Outcome.FOLDED)
UNTOLD = (Outcome.NOT_LINKED, Outcome.EXPIRED, Outcome.FAILED, Outcome.NO_CHANNEL)
TROUBLE_LASTS = dt.timedelta(minutes=30)
"""So long a doubt, or trouble at Zalo, is left to the machine; then the counter may call as well."""


def of_dossier(dossier: Dossier) -> QuerySet[OutboxMessage]:
    """Every message about the dossier, newest first."""
    return dossier.zalo_messages.select_related("contact", "handled_by").order_by("-id")


def is_secret(message: OutboxMessage) -> bool:
    """Whether nobody may learn from the channel's pages who the message went to, or what it said."""
    about = message.feedback_event if message.feedback_event_id else None
    return bool(about and about.record_id) or message.kind in {
        kind.slug for kind in messages.all_kinds() if kind.secret
    }


def standing(message: OutboxMessage) -> str:
    """The one sentence the ledger shows for a message."""
    if message.handled_at:
        return f"Đã xử lý: {message.handled_note or message.get_outcome_display()}"
    if message.outcome:
        return message.get_outcome_display()
    if message.state in CLAIMABLE and message.next_at > timezone.now():
        return f"Chờ gửi lúc {written_moment(message.next_at)}"
    return message.get_state_display()


@dataclass(frozen=True, slots=True)
class Shown:
    """What a phone shows of a template: its name, Zalo's preview of it, and the values filled in."""

    name: str
    preview: str
    values: tuple[tuple[str, str], ...]


def phone_showed(message: OutboxMessage) -> Shown | None:
    """The short wording the citizen's phone really showed; None when the whole text of the message went."""
    template = message.template
    if template is None:
        return None
    values = message.content.get("values", {})
    try:
        data = filled(template, _mapping_of(message, template), values) if values else {}
    except TemplateDataError:  # the template has changed at Zalo since
        data = {}
    return Shown(template.name, template.preview_url, tuple((name, str(value)) for name, value in data.items()))


def _mapping_of(message: OutboxMessage, template: Template) -> dict:
    """Return how the template was filled when the message went."""
    then = template.mapping_at(message.kind, message.requested_at or timezone.now())
    if then is not None:
        return then
    use = TemplateUse.objects.filter(account=template.account_id, kind=message.kind, template=template).first()
    return use.mapping if use else {}


def call_list(
    agency_ids: Iterable[int], *, everything: bool = False, now: dt.datetime | None = None
) -> QuerySet[OutboxMessage]:
    """Messages nobody could deliver and nobody has handled, oldest first; by default those the citizen must act on.

    Those in doubt, or held up by trouble at Zalo, for TROUBLE_LASTS are among them: a call ends them.
    """
    before = (now or timezone.now()) - TROUBLE_LASTS
    lost = Q(state__in=(State.FAILED, State.UNREACHABLE))
    doubtful = Q(state=State.UNCERTAIN, requested_at__lt=before)
    held = Q(state=State.WAITING, created_at__lt=before) & ~Q(error__in=("", routes.QUIET))
    rows = OutboxMessage.objects.filter(
        lost | doubtful | held, agency__in=list(agency_ids), handled_at=None, required=True
    )
    if not everything:
        rows = rows.filter(kind__in=[kind.slug for kind in messages.all_kinds() if kind.call])
    return rows.select_related("dossier", "applicant", "feedback_event__case").order_by("id")


@dataclass(frozen=True, slots=True)
class UnitLine:
    """How one unit's dossiers fared: required messages told, under way, refused, untold."""

    unit: str
    told: int
    under_way: int
    refused: int
    untold: int


def by_unit(agency_ids: Iterable[int], *, start: dt.datetime, end: dt.datetime) -> list[UnitLine]:
    """Required messages of events between two moments, by the unit that did the act; worst unit first (S5-03)."""
    rows = (
        OutboxMessage.objects.filter(
            agency__in=list(agency_ids), required=True, happened_at__gte=start, happened_at__lt=end
        )
        .annotate(unit=Coalesce("event__unit__name", "feedback_event__case__unit__name", "agency__name"))
        .values("unit")
        .annotate(
            told=Count("id", filter=Q(outcome__in=TOLD) | Q(outcome="", state=State.SENT)),
            under_way=Count("id", filter=Q(outcome="", state__in=OPEN)),
            refused=Count("id", filter=Q(outcome__in=(Outcome.REFUSED, Outcome.WITHDRAWN))),
            untold=Count("id", filter=Q(outcome__in=UNTOLD)),
        )
    )
    lines = [UnitLine(r["unit"] or "", r["told"], r["under_way"], r["refused"], r["untold"]) for r in rows]
    return sorted(lines, key=lambda line: (-line.untold, line.unit))


def settle_silent(*, now: dt.datetime, after: dt.timedelta = dt.timedelta(days=3), limit: int = 5000) -> int:
    """Messages Zalo took and never reported on get their final outcome; a later receipt still overrides it."""
    old = OutboxMessage.objects.filter(state=State.SENT, outcome="", next_at__lt=now - after).order_by("next_at")
    ids = list(old.values_list("pk", flat=True)[:limit])
    return OutboxMessage.objects.filter(pk__in=ids, state=State.SENT, outcome="").update(
        outcome=Outcome.ACCEPTED, finished_at=now
    )
