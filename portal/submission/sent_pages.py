"""What the link of a filing shows once it was sent: the code, where it stands, and papers asked for to be added."""

from __future__ import annotations

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from dossiers.intake.counter import IntakeError
from dossiers.lookup import tiers
from dossiers.models import Dossier, public_token
from dossiers.privacy import guessing
from dossiers.privacy.callers import client_address
from dossiers.states import State
from dossiers.table_files.text_stream import TableFileError
from dossiers.workflow.moving import ActError
from dossiers.written_dates import written_day
from feedback.cases import refusals
from portal.content import channel, use
from portal.submission import carrying_on, drafts, files, opening, people_list, supplements
from portal.submission.models import FilingDraft
from portal.submission.opening import with_draft


def dossier_of(draft: FilingDraft) -> Dossier:
    """Return the dossier a draft became."""
    rows = Dossier.objects.filter(receipt=draft.receipt_id)
    return rows.select_related("submitter", "owner", "agency", "procedure", "filing").get()


def facts_of(draft: FilingDraft) -> dict:
    """Return the numbers whose last four digits open the link of a sent filing."""
    submitter = dossier_of(draft).submitter
    return {"phone": submitter.phone, "id_number": submitter.id_number}


def guessed_at(draft: FilingDraft | None, token: str) -> str:
    """Return the fact guessed at behind a link: once sent it is the dossier's, which has other doors."""
    return dossier_of(draft).code if draft and draft.receipt_id else f"filing {token}"


def show(request, draft: FilingDraft, token: str, *, wrong: list[str] | None = None, status: int = 200):
    """Return the page of a sent filing: the code first, then what is next, then what is still asked for."""
    dossier = dossier_of(draft)
    today = timezone.localdate()
    over = supplements.consent_is_over(dossier, today)
    count, earlier = carrying_on.before(draft, dossier, today)
    asked = [] if over else supplements.asked_of(dossier)
    context = {
        "section": "submit",
        "token": token,
        "dossier": dossier,
        "glance": tiers.by_token(dossier.token, now=timezone.now()),
        "waits": dossier.state == State.SUBMITTED,
        "hours": supplements.answer_hours(dossier),
        "over": over,
        "grounds": supplements.grounds_of(dossier),
        "asked": [(supplements.key_of(reason), reason) for reason in asked],
        "wrong": [refusals.said(sentence) for sentence in wrong or []],
        "accept": files.ACCEPT,
        "coming": drafts.typed(draft).get("next", []),
        "next_mark": carrying_on.next_mark(draft, token, now=timezone.now()),
        "coming_until": written_day(draft.expires_at),
        "earlier": earlier,
        "earlier_count": count,
        "oa": channel.official_account(),
        "link": request.build_absolute_uri(reverse("filing", args=[token])),
        "again": request.build_absolute_uri(reverse("filing-start", args=[dossier.procedure.code])),
    }
    return render(request, "portal/filing_sent.html", context, status=status)


@csrf_protect
@require_POST
@with_draft
def supplement(request, draft, token: str):
    """Take in the papers asked for; with all of them the dossier goes back to where it was."""
    if not draft.receipt_id:
        return redirect("filing", token=token)
    dossier = dossier_of(draft)
    keys = [supplements.key_of(reason) for reason in supplements.asked_of(dossier)]
    sent = {key: request.FILES.getlist(f"tep-{key}") for key in keys}
    if not keys or (request.FILES and not any(sent.values())):
        return redirect("filing", token=token)  # answered by an earlier send of the same page
    wrong: list[str] = []
    try:
        wrong = supplements.receive(dossier, sent, caller=client_address(request), now=timezone.now())
    except guessing.TooMany as over:
        wrong = [opening.wait_words(over)]
    except ActError as refused:
        wrong = [str(refused)]
    if wrong:
        return show(request, draft, token, wrong=wrong)
    return redirect("filing", token=token)


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
@with_draft
def people(request, draft, token: str):
    """Take a pasted list of whom to file for next: shown row by row first, kept by a second press."""
    if not draft.receipt_id:
        return redirect("filing", token=token)
    text, trouble, found = people_list.written(drafts.typed(draft).get("next", [])), "", None
    if request.method == "POST":
        text = request.POST.get("people", "")
        try:
            found = people_list.read(text, own=dossier_of(draft).submitter.id_number)
        except TableFileError as wrong:
            trouble = str(wrong)
        # What is kept was looked at and taken before: a row refused now was read otherwise, and nothing is kept unseen.
        if found and "keep" in request.POST and not found.refused and (found.people or not text.strip()):
            drafts.write_next(draft, found.people, now=timezone.now())
            return redirect(f"{reverse('filing', args=[token])}#nop-tiep")
        if found and not found.people and not found.refused:
            trouble = _("Chưa đọc được người nào. Mỗi dòng một người: họ tên, số giấy tờ.")
    context = {"section": "submit", "token": token, "text": text, "trouble": trouble, "found": found}
    return render(request, "portal/filing_list.html", context)


@csrf_protect
@require_POST
@with_draft
def another(request, draft, token: str):
    """Begin the next filing of the same person for somebody else, what they said of themselves filled in."""
    if not draft.receipt_id:
        return redirect("filing", token=token)
    now, mark, dossier = timezone.now(), request.POST.get("next", "")[:40] or public_token(), dossier_of(draft)
    try:
        fresh, new = carrying_on.begin(draft, dossier, token, mark, caller=client_address(request), now=now)
    except guessing.TooMany as over:
        return show(request, draft, token, wrong=[opening.wait_words(over)])
    except IntakeError as wrong:
        return show(request, draft, token, wrong=list(wrong.errors.values()))
    if new:
        use.count(request, use.What.FILING)
    answer, begun = redirect("filing-people", token=fresh), drafts.find(fresh, now=now)
    if begun is None or not carrying_on.is_carried(begun, dossier):
        return answer
    return opening.remember(answer, begun)
