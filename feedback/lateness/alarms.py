"""Danger to life in what was just sent: the people on duty hear of it at once, by the ladder's letters."""

from __future__ import annotations

import datetime as dt

from feedback.models import Case, Escalation, TransferRecord


def raise_for(kept: Case | TransferRecord, *, now: dt.datetime) -> None:
    """Write the alarm of what speaks of danger to life; mailed within a minute (escalation_mail.mail_alarms)."""
    owner = {"case": kept} if isinstance(kept, Case) else {"record": kept}
    Escalation.objects.get_or_create(
        **owner,
        rung=Escalation.Rung.DANGER,
        limit_at=kept.due_at or now,
        defaults={"agency": kept.agency, "made_at": now},
    )
