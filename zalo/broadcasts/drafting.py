"""How a broadcast comes to be: begun by a person, or prepared by itself from something that happened, never sent so."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from dossiers.models import Agency
from dossiers.workflow.moving import Change
from zalo.broadcasts import audience as people
from zalo.broadcasts.writing import BROADCAST, LONGEST, TITLE, checked_title
from zalo.models import Account, Broadcast

PREPARED = "Tự soạn"


@transaction.atomic
def begin(account: Account, agency: Agency | None, category: str, title: str, *, by, now: dt.datetime) -> Broadcast:
    """Return a new draft. Raises ActError without a title or by a strange account, Forbidden for another agency's."""
    people.check_speaks(account, agency)
    row = Broadcast(
        account=account, agency=agency, category=category, title=checked_title(title), author=by, state_changed_at=now
    )
    BROADCAST.allow(by, "add_broadcast", row)
    row.save(force_insert=True)
    BROADCAST.tell(row, "Bắt đầu soạn", Change(), by=by, now=now, source="", target=row.state)
    return row


def prepare(
    account: Account,
    agency: Agency,
    category: str,
    title: str,
    text: str,
    *,
    origin: str,
    audience: dict,
    now: dt.datetime,
    link: str = "",
    note: str = "",
) -> Broadcast | None:
    """Return the draft written for what `origin` names, None when it was written before. Nobody has taken it yet."""
    with transaction.atomic():
        row, made = Broadcast.objects.get_or_create(
            origin=origin[:80],
            defaults={
                "account": account,
                "agency": agency,
                "category": category,
                "title": title[:TITLE],
                "text": text if len(text) <= LONGEST else text[: LONGEST - 1] + "…",
                "link": link[:300],
                "audience": audience,
            },
        )
        if made:
            told = Change(told={"note": note})
            BROADCAST.tell(row, PREPARED, told, by=None, now=now, source="", target=row.state)
    return row if made else None
