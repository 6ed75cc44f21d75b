"""Sending a case, the stop before a complaint or denunciation, and finding a case again by its code.

No CSRF token: these forms act for nobody's session, and a phone without cookies must still be able to send.
"""

from __future__ import annotations

from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from dossiers.deadlines import in_words as due_in_words
from dossiers.models import Unit
from dossiers.workflow.moving import ActError
from feedback.cases import emergency, intake, quick_answers, refusals, tracking, visitors
from feedback.cases import files as case_files
from feedback.cases.form import KINDS, NATURES, CaseForm, first_values
from feedback.cases.routing import Nature
from feedback.lateness import rules
from feedback.models import Kind
from feedback.pages.answers import private
from feedback.petitions import guide as petition_guide

MISS = "Không tìm thấy, hoặc mã và bốn số cuối chưa khớp. Hãy xem lại mã trong tin nhắn hoặc ảnh chụp màn hình."


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def send(request):
    """The form; what it sends becomes a case, or the page that stops a complaint or denunciation."""
    if request.method != "POST":
        return _form(request, CaseForm(initial=first_values(request.GET)))
    form = CaseForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, form)
    if form.cleaned_data["website"]:
        # A program filled in what nobody sees: it reads the page of a success and nothing is kept.
        return private(request, "feedback/nowhere.html", {"taken": True})
    said = form.nature
    if said != Nature.FEEDBACK and not form.cleaned_data["confirmed"]:
        return _stop(request, form, said)
    try:
        kept = intake.receive(
            form.sent(source_hash=visitors.source_of(request)),
            now=timezone.now(),
            confirmed=form.cleaned_data["confirmed"],
        )
    except intake.MustAsk as asked:
        return _stop(request, form, asked.verdict.nature, words=asked.verdict.words)
    except visitors.TooOften as often:
        return _form(request, form, trouble=refusals.said(often), status=429)
    except ActError as wrong:
        return _form(request, form, trouble=refusals.said(wrong))
    return redirect(f"{tracking.address(kept)}?vua-gui=1")


def _form(request, form: CaseForm, trouble: str = "", status: int = 200):
    agencies = form.fields["agency"].queryset
    chosen = form["kind"].value() or ""
    context = {
        "form": form,
        "trouble": trouble,
        "kinds": KINDS,
        "natures": NATURES,
        "chosen": chosen,
        "one_agency": agencies[0] if agencies[:2].count() == 1 else None,
        "look": {"code": "", "last4": ""},
        "numbers": emergency.numbers(str(form["text"].value() or "")) if form.is_bound else [],
        "limit": due_in_words.limit(rules.limit(rules.rules_on(timezone.localdate()), "pakn-answer-limit")),
    }
    return private(request, "feedback/send.html", context, status=status)


def _stop(request, form: CaseForm, nature: str, words=()):
    """Explain where and how to file. What was typed goes back and forth in the page and is kept nowhere."""
    typed = [
        (name, value)
        for name in form.fields
        if name not in {"files", "confirmed", "kind", "website", "about", "about_unit"}
        for value in [form.data.get(name, "")]
        if value
    ]
    context = {
        "guide": _translated(petition_guide.guide(str(nature), timezone.localdate())),
        "nature": str(nature),
        "said_so": form.nature != Nature.FEEDBACK,
        "words": words[:3],
        "typed": typed,
        "kind": form.cleaned_data["kind"] if form.nature == Nature.FEEDBACK else "report",
        "had_files": bool(form.cleaned_data["files"]),
        "accept": case_files.ACCEPT,
        "numbers": emergency.numbers(form.cleaned_data["text"]),
        "units": Unit.objects.filter(agency=form.cleaned_data["agency"], active=True),
    }
    return private(request, "feedback/stop.html", context)


def _translated(guide: dict) -> dict:
    """Return the guide in the page's language; a wording of the agency's own stays as it was written."""
    return {
        name: [gettext(line) for line in words] if isinstance(words, list) else gettext(words)
        for name, words in guide.items()
    }


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def look_up(request):
    """Find a case by its code and the last four digits of the phone left; every failure is the same sentence."""
    if request.method != "POST":
        # The address of an answer, opened again from the history: the code never stands in an address.
        return private(request, "feedback/look_up.html", {"look": {"code": "", "last4": ""}})
    code, last4 = request.POST.get("code", "")[:60], request.POST.get("last4", "")[:20]
    context = {"look": {"code": code, "last4": last4}}
    try:
        tried = visitors.guess(request, [code])
    except visitors.TooOften as often:
        return private(request, "feedback/look_up.html", {**context, "trouble": refusals.said(often)}, status=429)
    found = tracking.find(code, last4)
    if found is not None:
        tried.right()
        return redirect(tracking.address(found))
    return private(request, "feedback/look_up.html", {**context, "trouble": gettext(MISS)})


@csrf_exempt
@require_POST
def suggest(request):
    """Whom to call in danger, and a few ready answers to a question being typed; the text travels in the body."""
    text, asks = request.POST.get("text", "")[: intake.LONGEST], request.POST.get("kind", Kind.QUESTION)
    found = quick_answers.find(text[:500]) if asks == Kind.QUESTION else []
    context = {"found": found, "numbers": emergency.numbers(text)}
    return private(request, "feedback/_quick_answers.html", context)
