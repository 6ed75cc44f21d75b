"""Looking a dossier up: the form, the QR's address, the second fact.

No CSRF token: these forms change nothing and belong to nobody's session, and a page kept open over lunch, or a phone
without cookies, must still be able to ask.
"""

from __future__ import annotations

from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from dossiers.lookup import tiers as lookup
from dossiers.privacy import guessing
from dossiers.privacy.callers import client_address
from portal.errors import error_page
from portal.pages import answers, question


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def look_up(request):
    """Answer a typed question: one dossier, the person's own dossiers, or one page for unknown and mismatched alike."""
    if request.method != "POST":
        return answers.form(request, question.Question())
    try:
        guessing.searched(client_address(request))
        if "pass" in request.POST:
            return _go_on(request, request.POST["pass"])
        asked = question.read(request.POST)
        return answers.form(request, asked) if asked.errors else _find(request, asked)
    except guessing.TooMany as over:
        return answers.wait_for_dossier(request, over)


def look_up_number(request, text: str):
    """Answer a number typed into another box as if it had been typed here."""
    try:
        guessing.searched(client_address(request))
        asked = question.read({"number": text})
        return answers.form(request, asked) if asked.errors else _find(request, asked)
    except guessing.TooMany as over:
        return answers.wait_for_dossier(request, over)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def by_address(request, token: str):
    """Show what the QR of a receipt opens; a second fact posted here opens the fuller tier."""
    try:
        if request.method == "POST":
            return _unlock(request, token)
        found = lookup.by_token(token, now=answers.now())
        if found:
            return answers.show(request, found, action=request.path)
        answers.log_miss(request, tier=1)
        guessing.missed(client_address(request))
    except guessing.TooMany as over:
        return answers.wait_for_dossier(request, over)
    return answers.private(error_page(request, 404))


def _find(request, asked: question.Question):
    facts, caller = asked.facts, client_address(request)
    if not asked.guesses:
        found = lookup.by_code(facts.number, now=answers.now())
        if found:
            return answers.show(request, found)
        answers.log_miss(request, tier=1)
        guessing.missed(caller)
        return answers.form(request, asked, missed=True)
    tried = guessing.attempt(caller, lookup.guessed_at(facts))
    found = lookup.by_two_facts(facts, now=answers.now())
    if found:
        tried.right()
        return answers.show(request, found)
    answers.log_miss(request, tier=2)
    return answers.form(request, asked, missed=True)


def _go_on(request, pass_text: str):
    found = lookup.by_pass(pass_text, now=answers.now())
    if found:
        return answers.show(request, found)
    guessing.missed(client_address(request))
    return answers.form(request, question.Question(), expired=True)


def _unlock(request, token: str):
    guessing.searched(client_address(request))
    glance = lookup.by_token(token, now=answers.now())
    if not isinstance(glance, lookup.Glance):
        guessing.missed(client_address(request))
        return answers.private(error_page(request, 404))
    asked = question.read_second_fact(request.POST)
    if not asked.errors:
        tried = guessing.attempt(client_address(request), [glance.code])
        found = lookup.by_token_and_fact(token, asked.facts, now=answers.now())
        if found:
            tried.right()
            return answers.show(request, found)
        answers.log_miss(request, tier=2)
        asked.errors["last4"] = question.mismatch()
    return answers.show(request, glance, question=asked, action=request.path)
