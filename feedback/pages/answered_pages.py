"""What everybody may read: frequently asked questions and published answers, found without accents."""

from __future__ import annotations

from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from dossiers.search_text import fold_words
from feedback.cases import quick_answers
from feedback.models import Category, FaqEntry, Publication
from feedback.pages.answers import nowhere
from feedback.publication import publishing as publication

PAGE = 20
MOST_FAQ = 12


@require_safe
def published_list(request):
    """The list, newest first, by pages of twenty that begin after the last one read."""
    words = " ".join(request.GET.get("q", "").split())[:120]
    themes = list(Category.objects.filter(active=True))
    chosen = next((theme for theme in themes if theme.code == request.GET.get("linh-vuc")), None)
    rows = publication.published(words, chosen)
    after = _after(request.GET.get("sau", ""))
    if after is not None:
        rows = rows.filter(published_at__lte=after.published_at).exclude(
            published_at=after.published_at, pk__gte=after.pk
        )
    found = list(rows[: PAGE + 1])
    query = request.GET.copy()
    if len(found) > PAGE:
        query["sau"] = found[PAGE - 1].token
    context = {
        "section": "voice",
        "words": words,
        "themes": themes,
        "chosen": chosen,
        "found": found[:PAGE],
        "next_query": query.urlencode() if len(found) > PAGE else "",
        "faq": _faq(words, chosen) if after is None else [],
    }
    return render(request, "feedback/published_list.html", context)


def _after(token: str) -> Publication | None:
    row = Publication.objects.filter(token=token[:32], status=Publication.Status.PUBLISHED).first() if token else None
    return row


def _faq(words: str, chosen: Category | None):
    rows = FaqEntry.objects.filter(published=True)
    if chosen is not None:
        rows = rows.filter(category=chosen)
    meaningful = quick_answers.meaningful(words) or fold_words(words)[:8]
    for word in meaningful:
        rows = rows.filter(search_text__contains=word)
    return rows[:MOST_FAQ]


@require_safe
def published(request, token: str):
    """One published case."""
    row = publication.published().filter(token=token).first()
    if row is None:
        return nowhere(request)
    return render(request, "feedback/published.html", {"section": "voice", "row": row})


@csrf_exempt
@require_POST
def helped(request, pk: int):
    """Count that a ready answer was enough."""
    quick_answers.helped(pk)
    return render(request, "feedback/_helped.html")
