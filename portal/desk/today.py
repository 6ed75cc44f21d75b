"""Today's work in order: the handler's own dossiers by due date; the clerk's: who waits longest first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import F
from django.urls import reverse

from dossiers.lateness.worklists import on_worklist
from dossiers.models import Dossier
from dossiers.scoping import scoped

MOST = 8


@dataclass(frozen=True, slots=True)
class Work:
    """One list of the day, the first thing to do at its head; `address` opens all of it."""

    title: str
    rows: list[Dossier]
    address: str


def work_of(user, now: dt.datetime) -> list[Work]:
    """Return the day's lists of the user that hold something; of nobody who only leads or watches. Three queries."""
    mine = scoped(Dossier.objects.defer("due_explanation"), user)
    by_due = (F("due_at").asc(nulls_last=True), "id")
    lists: list[tuple[str, str, tuple]] = []
    if user.has_perm("dossiers.process_dossier") and not user.has_perm("dossiers.sign_dossier"):
        lists.append(("Việc của tôi, theo ngày hẹn", "mine", by_due))
    if user.has_perm("dossiers.receive_dossier"):
        lists.append(("Nộp trực tuyến, chờ lâu nhất trước", "online", ("id",)))
    if user.has_perm("dossiers.return_result"):
        lists.append(("Có kết quả, chờ người dân đến nhận", "ready", (F("finished_at").asc(nulls_last=True), "id")))
    address = reverse("admin:dossiers_dossier_changelist")
    found = [
        Work(title, list(on_worklist(mine, name, user, now).order_by(*order)[:MOST]), f"{address}?worklist={name}")
        for title, name, order in lists
    ]
    return [work for work in found if work.rows]
