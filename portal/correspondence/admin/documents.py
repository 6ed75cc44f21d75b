"""The desk of documents: lists by step, the page of one with its acts and its paper, the register of the year."""

from __future__ import annotations

from django.contrib import admin, messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dossiers.admin.access import page_context
from dossiers.admin.base import AgencyScopedAdmin
from dossiers.admin.workplace import Workplace
from dossiers.lists import keyset
from dossiers.printed_forms import FormError
from dossiers.printed_forms.printing import PrintError
from dossiers.workflow.moving import ActError
from dossiers.worklist import Looking, counts_of
from portal.correspondence import documents, incoming, issuing
from portal.correspondence.acts import ACTS
from portal.correspondence.admin import access, letter_distribution, register_page
from portal.correspondence.admin.forms import FORMS, IncomingForm, NewDocumentForm
from portal.correspondence.models import Document
from portal.correspondence.states import OPEN, State
from portal.correspondence.worklists import DOCUMENTS

LOOKS: dict[str, str] = {State.SUBMITTED: "today", State.DRAFT: "soon", State.RETURNED: "late"}
RELATED = ("agency", "authority__user", "created_by", "registered_by")


def rows_of(request):
    """Return the documents of the user's agencies."""
    return access.own(request, Document.objects.select_related(*RELATED), "view_document")


def context_of(request, title: str, **more) -> dict:
    return page_context(request, title, opts=Document._meta, **more)


@require_http_methods(["GET", "HEAD", "POST"])
def view_list(request):
    """Show the documents of one step, the newest first; a POST begins one, or enters one that came in."""
    mine = rows_of(request)
    asked = request.POST.get("form", "")
    sent = (request.POST, request.FILES)
    new = NewDocumentForm(*(sent if asked == "new" else ()), user=request.user, auto_id="new-%s")
    arrived = IncomingForm(*(sent if asked == "in" else ()), user=request.user, auto_id="in-%s")
    if request.method == "POST":
        form, permission, make = (
            (arrived, "record_document", incoming.record) if asked == "in" else (new, "draft_document", documents.begin)
        )
        access.must(request, permission)
        made = _made(request, form, make)
        if made is not None:
            return redirect("admin:correspondence_document_change", made.pk)
    at = Looking(request.user, timezone.now())
    counts = counts_of([each for each in DOCUMENTS.values() if each.counted], mine, at)
    chosen = request.GET.get("buoc", "")
    if chosen not in DOCUMENTS:
        chosen = next((name for name, count in counts.items() if count != "0"), "dang-soan")
    found = DOCUMENTS[chosen].rows(mine, at).defer("body", "signed_facts")
    rows, after = keyset.page(found, keyset.NEWEST, request.GET.get("sau", ""))
    context = context_of(
        request,
        "Văn bản đi, văn bản đến",
        tabs=[(each.name, each.label, counts.get(each.name, "")) for each in DOCUMENTS.values()],
        chosen=chosen,
        shown=DOCUMENTS[chosen],
        rows=rows,
        after=after,
        new=new if request.user.has_perm("correspondence.draft_document") else None,
        arrived=arrived if request.user.has_perm("correspondence.record_document") else None,
    )
    refused = bool(new.errors or arrived.errors)
    return render(request, "correspondence/desk/documents.html", context, status=422 if refused else 200)


def _made(request, form, make) -> Document | None:
    if not form.is_valid():
        return None
    try:
        document = make(**form.cleaned_data, by=request.user, now=timezone.now())
    except ActError as error:
        form.add_error(None, str(error))
        return None
    words = f"Đã vào sổ đến, số {document.number}." if document.is_in else "Đã mở dự thảo. Hãy viết rồi trình ký."
    messages.success(request, words)
    return document


def _own(request, pk: int) -> Document:
    return access.one(request, Document.objects.select_related(*RELATED), "view_document", pk)


@require_GET
def view(request, pk: int):
    """Show the document with the acts open to the user."""
    return page(request, _own(request, pk))


@require_POST
def act(request, pk: int, name: str):
    """Do one act (see Workplace.act). 403 for whoever may never do it."""
    if name in ACTS:
        access.must(request, ACTS[name].permission)
    return PLACE.act(request, pk, name)


def page(request, document: Document, *, refused=None, status: int = 200):
    """Return the rendered page; `refused` is (act, form) to show open with its errors."""
    offers = PLACE.offers(request, document, refused)
    context = context_of(
        request,
        document.number_text or document.get_kind_display(),
        document=document,
        level=LOOKS.get(document.state, "calm"),
        **{**offers, "acts": [each for each in offers["acts"] if each[0].name != "edit"]},
        edit=next((each for each in offers["acts"] if each[0].name == "edit"), None),
        is_open=document.state in OPEN,
        enclosures=document.enclosures.select_related("refers_to"),
        tasks=document.assignments.select_related("person", "agency").order_by("due_on")[:20],
        answers=document.answers.all()[:20],
        may_give=request.user.has_perm("correspondence.give_assignment") and document.number is not None,
        steps=document.steps.select_related("actor")[:60],
    )
    return render(request, "correspondence/desk/document.html", context, status=status)


@require_GET
@xframe_options_sameorigin
def preview(request, pk: int):
    """Open the paper: as issued, or as the draft would be with number and day blank."""
    document = _own(request, pk)
    if document.is_in:
        raise Http404
    if document.file:
        return _file(document.file, issuing.file_name(document), inline=True)
    try:
        pdf = issuing.preview(document, now=timezone.now())
    except (FormError, PrintError) as error:
        return HttpResponse(f"Chưa xem trước được: {error}", content_type="text/plain; charset=utf-8", status=409)
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="du-thao-{document.pk}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_GET
def signed(request, pk: int):
    """Download the signed file."""
    document = _own(request, pk)
    if not document.signed_file:
        raise Http404
    return _file(document.signed_file, issuing.file_name(document).replace(".pdf", "-da-ky.pdf"))


@require_GET
def issued(request, pk: int):
    """Download the file as issued, byte by byte: what a signing tool appends its signature to."""
    document = _own(request, pk)
    if not document.file:
        raise Http404
    return _file(document.file, issuing.file_name(document))


@require_GET
def enclosure(request, pk: int, file: int):
    """Download one file that goes with the document."""
    row = _own(request, pk).enclosures.filter(pk=file).exclude(file="").first()
    if row is None:
        raise Http404
    return _file(row.file, row.file_name)


def _file(stored, name: str, *, inline: bool = False):
    try:
        answer = FileResponse(stored.open("rb"), as_attachment=not inline, filename=name)
    except FileNotFoundError as error:
        raise Http404 from error
    if inline:
        answer["Content-Type"] = "application/pdf"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store"
    return answer


PLACE = Workplace(
    acts=ACTS,
    forms=FORMS,
    own=_own,
    page=page,
    after=lambda document, act: reverse("admin:correspondence_document_change", args=[document.pk]),
    asked_twice=frozenset({"issue", "attach", "cancel", "withdraw", "strike"}),
)


@admin.register(Document)
class DocumentAdmin(AgencyScopedAdmin):
    """Routes to the pages; a document changes only through portal.correspondence.acts."""

    def get_urls(self):
        def page_of(view_of):
            return self.admin_site.admin_view(view_of)

        return [
            path("", page_of(view_list), name="correspondence_document_changelist"),
            path("so/", page_of(register_page.view), name="correspondence_register"),
            path("so/tai/", page_of(register_page.download), name="correspondence_register_download"),
            path("noi-nhan/<int:pk>/", page_of(letter_distribution.view), name="correspondence_letter_distribution"),
            path("<int:pk>/change/", page_of(view), name="correspondence_document_change"),
            path("<int:pk>/viec/<slug:name>/", page_of(act), name="correspondence_document_act"),
            path("<int:pk>/ban-in/", page_of(preview), name="correspondence_document_preview"),
            path("<int:pk>/tep/", page_of(issued), name="correspondence_document_issued"),
            path("<int:pk>/ban-ky/", page_of(signed), name="correspondence_document_signed"),
            path("<int:pk>/kem/<int:file>/", page_of(enclosure), name="correspondence_document_file"),
        ]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
