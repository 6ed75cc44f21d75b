"""The one box of the home page: a dossier's number, a procedure in plain words, or a question.

What looks like a number is looked up as on the look-up page, with its limits, and stands in no address. Anything else
is answered by procedures, by questions answered before and by what the desk published.
"""

from __future__ import annotations

import re

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from dossiers.dossier_codes import find_codes
from dossiers.models import MissedSearch
from dossiers.procedure_search import missed
from dossiers.procedure_search.search import search
from dossiers.search_text import fold_words
from feedback.cases import quick_answers
from portal.content import published, use
from portal.pages import lookup_pages
from portal.pages.question import typed_words

PROCEDURES, PIECES, LOOKED_AT = 5, 3, 200
_PROCEDURE_CODE = re.compile(r"\d\.\d{6}(?:\.\S*)?")
DIGITS_OF_A_NUMBER = 7


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request):
    """Answer what was typed; a number asked by GET is not looked up, so that none is kept in addresses."""
    text = typed_words(request, "q", request.POST if request.method == "POST" else request.GET)
    if request.method == "POST" and is_number(text):
        return lookup_pages.look_up_number(request, text)
    today = timezone.localdate()
    found = search(text, today=today, size=PROCEDURES) if text else None
    if found:
        missed.note(text, found, place=MissedSearch.Place.PAGE, today=today)
        use.count(request, use.What.SEARCH if found.rows else use.What.VAIN)
    context = {
        "section": "home",
        "words": text,
        "found": found,
        "answers": quick_answers.find(text) if text else [],
        "pieces": pieces_about(text),
    }
    return render(request, "portal/answers.html", context)


def is_number(text: str) -> bool:
    """Return whether the text is a dossier's or receipt's number rather than words or a procedure's code."""
    if _PROCEDURE_CODE.fullmatch(text):
        return False
    if find_codes(text):
        return True
    words = text.split()
    digits = sum("0" <= letter <= "9" for letter in text)
    return bool(words) and digits >= DIGITS_OF_A_NUMBER and digits * 2 >= sum(letter.isalnum() for letter in text)


def pieces_about(text: str) -> list:
    """Return the newest public pieces whose title or summary holds every word that says something."""
    words = quick_answers.meaningful(text)
    if not words:
        return []
    rows = published.public(timezone.now()).defer("live__body")[:LOOKED_AT]
    held = [row for row in rows if set(words) <= set(fold_words(f"{row.public.title} {row.public.summary}"))]
    return held[:PIECES]
