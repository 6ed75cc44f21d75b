"""Quick find beyond dossiers: citizens' cases, letters of apology, documents, agencies. One or two queries each.

Rows are those the user's own lists hold, and only for whoever may open the page they lead to. A case is shown by its
code, kind and state, never by what a citizen wrote.
"""

from __future__ import annotations

import datetime as dt
import re

from django.db.models import Q
from django.urls import reverse

from dossiers.admin.letters import list as letter_list
from dossiers.dossier_codes import InvalidCode, normalise_code
from dossiers.models import Agency
from dossiers.scoping import scoped
from dossiers.search_text import fold, fold_words
from feedback.cases import search as case_search
from portal.correspondence.models import Document
from portal.desk.hits import MOST_OF_A_KIND, Hit, noted

FEWEST_LETTERS = 3
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
