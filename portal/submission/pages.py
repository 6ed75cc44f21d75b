"""Filing a dossier online, page by page: where and for whom, people, papers, one look over everything, sending.

Every page works without JavaScript and keeps what was typed before it says what is wrong.
"""

from __future__ import annotations

from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dossiers import typed
from dossiers.deadlines.limits import limit_for
from dossiers.intake.counter import IntakeError
from dossiers.models import Channel, Procedure, ProcedureCase
from dossiers.privacy import guessing
from dossiers.privacy.callers import client_address
from feedback.cases import refusals
from portal.content import use
from portal.pages import answers as page_answers
from portal.submission import drafts, files, offers, opening, sending, sent_pages, telling
from portal.submission.answers import WITHOUT, Answers
from portal.submission.forms import RESULTS, WHO, CaseForm, PeopleForm, StartForm, first_values, opens
from portal.submission.models import Filing
from portal.submission.opening import with_draft

STEPS = (
    ("start", gettext_lazy("Nơi nộp")),
    ("people", gettext_lazy("Người nộp")),
    ("papers", gettext_lazy("Giấy tờ")),
    ("review", gettext_lazy("Kiểm tra, gửi")),
)
FORM = ["GET", "HEAD", "POST"]


@csrf_protect
@require_http_methods(FORM)
def start(request, code: str):
    """Ask where, which case and for whom; a POST begins the draft. 404 where nobody takes the procedure in here."""
    procedure = Procedure.objects.filter(code=code).exclude(status=Procedure.Status.ABOLISHED).first()
    today = timezone.localdate()
    version = procedure.version_on(today) if procedure else None
    agencies = offers.agencies_for(procedure, today) if procedure and version else []
    if procedure is None or not agencies:
        raise Http404
    cases = ProcedureCase.objects.filter(version=version).order_by("order")
    known = {"agencies": agencies, "cases": cases}
    form = StartForm(request.POST or None, initial={"agency": agencies[0].code, "who": "self"}, **known)
    trouble = ""
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            token = drafts.begin(
                chosen["agency"],
                procedure,
                chosen["case"],
                caller=client_address(request),
                now=timezone.now(),
                data={"who": chosen["who"], "case": chosen["case"].name if chosen["case"] else ""},
            )
        except guessing.TooMany as over:
            trouble = opening.wait_words(over)
        else:
            use.count(request, use.What.FILING)
            return redirect("filing-people", token=token)
    context: dict = {"form": form, "procedure": procedure, "version": version, "agencies": agencies, "cases": cases}
    context |= {"whos": WHO, "who": form["who"].value(), "chosen_case": str(form["case"].value() or "")}
    return _page(request, "start", context, trouble=trouble)


@csrf_protect
@require_GET
@with_draft
def filing(request, draft, token: str):
    """Lead to the first page that is not done; once sent, show what was sent and what is asked now."""
    if draft.receipt_id:
        return sent_pages.show(request, draft, token)
    answers = Answers(draft, timezone.now())
    if answers.case_is_open:
        return redirect("filing-case", token=token)
    return redirect("filing-papers" if answers.people_done else "filing-people", token=token)


@csrf_protect
@require_http_methods(FORM)
@with_draft
def case_again(request, draft, token: str):
    """Ask which case it is when the catalogue no longer knows the chosen one; everything else stays as typed."""
    answers = Answers(draft, timezone.now())
    if draft.receipt_id or not answers.case_is_open:
        return redirect("filing", token=token)
    cases = ProcedureCase.objects.filter(version=answers.version).order_by("order")
    form = CaseForm(request.POST or None, cases=cases)
    if request.method == "POST" and form.is_valid():
        drafts.choose_case(draft, form.cleaned_data["case"], now=answers.now)
        return redirect("filing", token=token)
    context = {"form": form, "cases": cases, "gone": answers.case_name}
    return _page(request, "case", context, draft=draft, token=token)


@csrf_protect
@require_http_methods(FORM)
@with_draft
def people(request, draft, token: str):
    """Ask who files, for whom and how the result is wanted."""
    if draft.receipt_id:
        return redirect("filing", token=token)
    answers = Answers(draft, timezone.now())
    asked = {"who": answers.data.get("who", "self"), "today": answers.today}
    if request.method == "POST":
        form = PeopleForm(request.POST, **asked)
        valid = form.is_valid()
        drafts.write(draft, now=answers.now, **form.kept(), people_done=valid)
        if valid:
            return redirect("filing-papers", token=token)
    else:
        form = PeopleForm(initial=first_values(answers.data), **asked)
    context = {"form": form, "who": asked["who"], "results": RESULTS, "result": form["result"].value()}
    return _page(request, "people", context, draft=draft, token=token)


@csrf_protect
@require_http_methods(FORM)
@with_draft
def papers(request, draft, token: str):
    """Take photos and documents paper by paper; not before there are digits that lock them."""
    if draft.receipt_id or not drafts.is_personal(draft):
        return redirect("filing", token=token)
    answers = Answers(draft, timezone.now())
    if answers.case_is_open and request.method != "POST":
        return redirect("filing-case", token=token)
    wrong: list[str] = []
    going_on = False
    if request.method == "POST":
        wrong = _keep_papers(request, draft)
        going_on = "next" in request.POST
        answers = Answers(draft, timezone.now())
    asked = answers.papers()
    missing = [paper for paper in asked if paper.missing]
    if going_on and not wrong and not missing:
        return redirect("filing-review", token=token)
    if request.method == "POST" and not wrong and not going_on:
        return redirect("filing-papers", token=token)
    context = {
        "papers": asked,
        "missing": missing if going_on else [],
        "wrong": [refusals.said(sentence) for sentence in wrong],
        "accept": files.ACCEPT,
        "count": sum(len(paper.files) for paper in asked),
    }
    return _page(request, "papers", context, draft=draft, token=token)


def _keep_papers(request, draft) -> list[str]:
    """Keep what was sent with the page of papers; return the sentences on what was not."""
    now, caller = timezone.now(), client_address(request)
    file_id = typed.whole(request.POST.get("remove"))
    if file_id:
        drafts.remove(draft, file_id)
    wrong: list[str] = []
    asked = Answers(draft, now).papers()
    try:
        for paper in asked:
            wrong += files.keep(draft, paper.key, request.FILES.getlist(f"tep-{paper.key}"), caller=caller, now=now)
    except guessing.TooMany as over:
        wrong.append(opening.wait_words(over))
    reasons = {paper.key: request.POST.get(f"khong-{paper.key}", paper.without) for paper in asked}
    drafts.write(draft, now=now, without={key: reason for key, reason in reasons.items() if reason in WITHOUT})
    return wrong


@csrf_protect
@require_http_methods(FORM)
@with_draft
def review(request, draft, token: str):
    """Show everything on one page, who will be told what; a POST sends it."""
    if draft.receipt_id:
        return redirect("filing", token=token)
    answers = Answers(draft, timezone.now())
    if not answers.people_done:
        return redirect("filing-people", token=token)
    if answers.case_is_open:
        return redirect("filing-case", token=token)
    asked = answers.papers()
    trouble, errors = "", list[str]()
    if request.method == "POST":
        if any(paper.missing for paper in asked):
            return redirect("filing-papers", token=token)
        if not request.POST.get("agreed"):
            trouble = _("Hãy đánh dấu đồng ý trước khi gửi.")
        else:
            trouble, errors = _sent(request, draft, answers)
            if not trouble and not errors:
                return redirect("filing", token=token)
    limit = limit_for(answers.version, answers.case, Channel.ONLINE, draft.agency)
    context = {
        "answers": answers,
        "papers": [paper for paper in asked if paper.files or paper.without or paper.missing],
        "missing": [paper for paper in asked if paper.missing],
        "told": telling.lines(answers),
        "fees": answers.fees(),
        "limit": limit,
        "result_words": dict(RESULTS)[Filing.Result(answers.result)],
        "errors": errors,
        "seen": drafts.look_of(draft),
    }
    return _page(request, "review", context, draft=draft, token=token, trouble=trouble)


def _sent(request, draft, answers: Answers) -> tuple[str, list[str]]:
    """Send the draft; return (what stands in the way of it, sentences on what was typed)."""
    agreed, seen = telling.agreement(answers), request.POST.get("seen", "")
    try:
        sending.send(draft, agreed=agreed, seen=seen, caller=client_address(request), now=timezone.now())
    except guessing.TooMany as over:
        return opening.wait_words(over), []
    except IntakeError as wrong:
        return "", [refusals.said(sentence) for sentence in wrong.errors.values()]
    use.count(request, use.What.FILED)
    return "", []


@require_GET
@with_draft
def file(request, draft, token: str, pk: int):
    """Show a file of the draft to its writer."""
    found = draft.files.filter(pk=pk).first()
    if found is None:
        raise Http404
    try:
        content = found.file.open("rb")
    except FileNotFoundError as gone:
        raise Http404 from gone
    answer = FileResponse(content, filename=found.name, content_type=found.content_type)
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'; img-src 'self'"
    return answer


@csrf_protect
@require_POST
@with_draft
def throw_away(request, draft, token: str):
    """Erase the draft with its files, at once."""
    if draft.receipt_id or not drafts.erase(draft):
        return redirect("filing", token=token)
    return redirect(f"{reverse('submit')}?da-xoa=1")


@csrf_protect
@require_POST
def unlock(request, token: str):
    """Open a draft to whoever knows four digits that stand in it; every miss is one sentence and counted."""
    draft = drafts.find(token, now=timezone.now())
    last4 = request.POST.get("last4", "").strip()[:20]
    try:
        tried = guessing.attempt(client_address(request), [sent_pages.guessed_at(draft, token)])
    except guessing.TooMany as over:
        trouble = f"{_('Đã nhập sai nhiều lần; nội dung đã ghi vẫn còn.')} {page_answers.pause(over)}"
        return opening.ask(request, token, trouble=trouble, status=429)
    known = {"submitter": sent_pages.facts_of(draft)} if draft and draft.receipt_id else None
    if draft is not None and opens(known or drafts.typed(draft), last4):
        tried.right()
        return page_answers.private(opening.remember(redirect("filing", token=token), draft))
    return opening.ask(request, token, trouble=_("Bốn số này chưa đúng. Hãy xem lại số điện thoại đã ghi."))


def _page(request, step: str, context: dict, *, draft=None, token: str = "", trouble: str = ""):
    """Return one page of the filing with the line of steps above it."""
    names = [name for name, _title in STEPS]
    at = names.index(step) if step in names else 0
    context |= {
        "section": "submit",
        "draft": draft,
        "token": token,
        "trouble": trouble,
        "step": at + 1,
        "steps": STEPS,
        "link": request.build_absolute_uri(reverse("filing", args=[token])) if token else "",
    }
    return page_answers.private(render(request, f"portal/filing_{step}.html", context))
