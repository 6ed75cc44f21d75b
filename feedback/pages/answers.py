"""How these pages answer: never stored, never indexed, and one page for every address that leads nowhere."""

from __future__ import annotations

from django.shortcuts import render


def private(request, template: str, context: dict, status: int = 200):
    """Return a page about one person's case: no copy is kept on the way, no search engine lists it."""
    response = render(request, template, {"section": "voice", **context}, status=status)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def nowhere(request):
    """Return the one page for unknown, mistyped and withdrawn addresses alike."""
    return private(request, "feedback/nowhere.html", {}, status=404)
