"""Quick find beyond dossiers: citizens' cases, letters of apology, documents, tasks, notices to many, conversations,
agencies. One or two queries each.

Rows are those the user's own lists hold, and only for whoever may open the page they lead to. A case is shown by its
code, kind and state, never by what a citizen wrote.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from itertools import islice
from typing import Any

from django.db.models import Case, Q, QuerySet, When
from django.urls import reverse

from dossiers.admin.letters import list as letter_list
from dossiers.dossier_codes import InvalidCode, normalise_code
from dossiers.models import Agency
from dossiers.scoping import scoped
from dossiers.search_text import fold, fold_words
from dossiers.written_dates import written_day
from feedback.cases import search as case_search
from portal.correspondence.models import Assignment, Document
from portal.correspondence.states import Duty
from portal.desk.hits import MOST_OF_A_KIND, Hit, begins, noted
from zalo.chat import conversations
from zalo.models import Broadcast

FEWEST_LETTERS = 3
NEWEST = 300
_NUMBER_OF_A_PAPER = re.compile(r"(\d{1,6})(?:\s*/\s*[\w/.-]*)?$")
"""As people type it: "15", "15/PXL", "15/PXL-TTPVHCC"."""


def cases(user, words: str, now: dt.datetime) -> list[Hit]:
    """Return cases by their code, the telephone they came from, or words."""
    if not user.has_perm("feedback.view_case") or len(words) < FEWEST_LETTERS:
        return []
    found = case_search.matching(case_search.Asked(q=words), user, now).select_related("category").order_by("-id")
    # Only what is shown: whole rows would be unsealed for it.
    rows = found.only("code", "kind", "status", "category__name")[:MOST_OF_A_KIND]
    return [
        Hit(
            row.code,
            noted(row.get_kind_display(), row.get_status_display(), row.category),
            reverse("admin:feedback_case_change", args=[row.pk]),
        )
        for row in rows
    ]


def letters(user, words: str, now: dt.datetime) -> list[Hit]:
    """Return letters of apology by their own number or by the code of their dossier."""
    if not user.has_perm("dossiers.view_letter"):
        return []
    number = _NUMBER_OF_A_PAPER.match(words)
    if number:
        asked = Q(paper__register_number=int(number[1]), paper__form_code="apology")
    else:
        try:
            asked = Q(dossier__code=normalise_code(words))
        except InvalidCode:
            return []
    rows = letter_list.visible(user).filter(asked).select_related("paper", "dossier")
    return [
        Hit(
            f"Văn bản xin lỗi {row.paper.number}" if row.paper else "Văn bản xin lỗi, chưa có số",
            noted(row.dossier.code, row.get_state_display()),
            reverse("admin:dossiers_letter_change", args=[row.pk]),
        )
        for row in rows.order_by("-id")[:MOST_OF_A_KIND]
    ]


def documents(user, words: str, now: dt.datetime) -> list[Hit]:
    """Return documents that went out or came in, by number, abstract, who wrote or gets them."""
    wanted = fold_words(words)[:8]
    if not user.has_perm("correspondence.view_document") or len("".join(wanted)) < FEWEST_LETTERS:
        return []
    rows = scoped(Document.objects.defer("body", "signed_facts"), user)
    for word in wanted:
        rows = rows.filter(folded__contains=word)
    return [
        Hit(row.abstract, row.named, reverse("admin:correspondence_document_change", args=[row.pk]))
        for row in rows.order_by("-id")[:MOST_OF_A_KIND]
    ]


def tasks(user, words: str, now: dt.datetime) -> list[Hit]:
    """Return tasks by the words of their title, those still open first."""
    if not user.has_perm("correspondence.view_assignment"):
        return []
    rows = scoped(Assignment.objects.only("title", "state", "due_on"), user)
    rows = rows.order_by(Case(When(state=Duty.OPEN, then=0), default=1), "-due_on", "-id")
    return [
        Hit(
            row.title,
            noted(f"chậm nhất {written_day(row.due_on)}", row.get_state_display()),
            reverse("admin:correspondence_assignment_change", args=[row.pk]),
        )
        for row in _named(rows, words, lambda row: row.title)
    ]


def broadcasts(user, words: str, now: dt.datetime) -> list[Hit]:
    """Return notices to many people by the words of their title."""
    if not user.has_perm("zalo.view_broadcast"):
        return []
    rows = scoped(Broadcast.objects.only("title", "category", "state"), user).order_by("-id")
    return [
        Hit(
            row.title,
            noted(row.get_category_display(), row.get_state_display()),
            reverse("admin:zalo_broadcast_change", args=[row.pk]),
        )
        for row in _named(rows, words, lambda row: row.title)
    ]


def talks(user, words: str, now: dt.datetime) -> list[Hit]:
    """Return conversations on Zalo by the person's name there or by what is asked about, as the inbox shows them."""
    if not (user.has_perm("zalo.view_conversation") or user.has_perm("zalo.answer_chat")):
        return []
    rows = conversations.visible_to(user).filter(last_in_at__isnull=False).order_by("-last_in_at")
    return [
        Hit(
            str(row.contact),
            noted(row.topic, row.get_mode_display()),
            reverse("admin:zalo_conversation_change", args=[row.pk]),
        )
        for row in _named(rows, words, lambda row: f"{row.contact} {row.topic}")
    ]


def _named(rows: QuerySet, words: str, text: Callable[[Any], str]) -> list:
    """Return those of the newest rows whose text has every word begin one of its own.

    Folded here and not in the database: names are sealed, titles are kept as written, and older ones have their lists.
    """
    wanted = fold(words).split()
    if len("".join(wanted)) < FEWEST_LETTERS:
        return []
    found = (row for row in rows[:NEWEST] if begins(text(row), wanted))
    return list(islice(found, MOST_OF_A_KIND))


def agencies(user, words: str, now: dt.datetime) -> list[Hit]:
    """Return the user's agencies by name without accents, or by code."""
    named = fold(words)
    if not user.has_perm("dossiers.view_agency") or len(named) < FEWEST_LETTERS:
        return []
    rows = scoped(Agency.objects.filter(active=True), user, "pk")
    rows = rows.filter(Q(name_folded__contains=named) | Q(code__istartswith=words))
    return [
        Hit(row.name, noted(row.code), reverse("admin:dossiers_agency_change", args=[row.pk]))
        for row in rows.order_by("name")[:MOST_OF_A_KIND]
    ]
