"""The catalogue for citizens: finding a procedure, reading it, going where it is submitted."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from dossiers import typed
from dossiers.catalogue.levels import LEVELS
from dossiers.deadlines.working_time import ZONE
from dossiers.dossier_codes import InvalidCode, normalise_procedure_code
from dossiers.models import Field, MissedSearch, Procedure, ProcedureAlias
from dossiers.privacy import guessing
from dossiers.privacy.callers import client_address
from dossiers.procedure_search import choices, missed
from dossiers.procedure_search.search import FoundPage, search
from portal.content import catalogue_news, use
from portal.content.reading import absolute
from portal.packed import packed
from portal.pages.procedure_content import content_of, submit_url
from portal.pages.question import typed_words
from portal.submission import offers
from portal.templatetags.dossier_words import level_title

FEW = 8
MOST_FED = 100


@require_safe
@packed
def procedures(request):
    """List procedures by what people call them, field and level; the most received first when nothing is asked."""
    words, level = typed_words(request, "q"), request.GET.get("cap", "")
    subject = typed.whole(request.GET.get("linh-vuc"), digits=9)
    after = typed_words(request, "sau")
    today = timezone.localdate()
    found = search(words, field_id=subject, level=level, after=after, today=today)
    if words and not (subject or level or after):
        missed.note(words, found, place=MissedSearch.Place.PAGE, today=today)
        use.count(request, use.What.SEARCH if found.rows else use.What.VAIN)
    context = {
        "section": "procedures",
        "words": words,
        "level": level,
        "subject": subject,
        "subjects": Field.objects.order_by("name"),
        "levels": [(slug, level_title(slug)) for slug in LEVELS],
        "found": found,
        "after": after,
        "popular": () if found.rows else search(today=today, size=FEW).rows,
        "next_query": _next({"q": words, "linh-vuc": subject, "cap": level}, found),
    }
    return render(request, "portal/procedures.html", context)


@require_safe
@packed
def procedure(request, code: str):
    """Show one procedure as it is in force today; another of its codes leads to its address."""
    row = Procedure.objects.filter(code=code).select_related("field").first()
    if row is None:
        return _under_another_code(code)
    today = timezone.localdate()
    version = row.version_on(today)
    use.count(request, use.What.PROCEDURE)
    context = {
        "section": "procedures",
        "procedure": row,
        "content": content_of(version, today) if version else None,
        "abolished": row.status == Procedure.Status.ABOLISHED,
        "filed_here": bool(version and offers.offered_among([row.code], today)),
    }
    return render(request, "portal/procedure.html", context)


@csrf_exempt
@require_POST
def chosen(request):
    """Count which procedure a reader opened from a list of results; nothing about the reader is kept. 204 always."""
    words, code = (typed_words(request, name, request.POST) for name in ("q", "ma"))
    try:
        guessing.searched(client_address(request))
    except guessing.TooMany:
        return HttpResponse(status=204)
    row = Procedure.objects.filter(code=code).first() if words else None
    if row is not None:
        today = timezone.localdate()
        missed.chosen(words, row, place=MissedSearch.Place.PAGE, today=today)
        choices.count(words, row, today=today)
    return HttpResponse(status=204)


@require_safe
def hand_over(request, code: str):
    """Lead to where the procedure is filed: here where a centre offers it, else its own page on the national portal.

    The chat and the menu of the account lead here too. That a filing begins elsewhere is all that is counted of it.
    """
    row = Procedure.objects.filter(code=code).exclude(status=Procedure.Status.ABOLISHED).first()
    today = timezone.localdate()
    version = row.version_on(today) if row else None
    if version and "quoc-gia" not in request.GET and offers.offered_among([code], today):
        return redirect("filing-start", code=code)
    address = submit_url(version.online_url, version.source_text) if version else ""
    if version is None:
        raise Http404
    if not address:
        return redirect(f"/nop-ho-so/?{urlencode({'q': code})}")
    use.count(request, use.What.FILING)
    return HttpResponseRedirect(address)


@require_safe
@packed
def submit(request):
    """Explain the three ways to submit and lead to the procedure's page on the national portal."""
    words, after = typed_words(request, "q"), typed_words(request, "sau")
    today = timezone.localdate()
    found = search(words, after=after, today=today, size=20 if words else FEW)
    here = offers.offered_among([each.code for each in found.rows], today)
    context = {
        "section": "submit",
        "words": words,
        "erased": "da-xoa" in request.GET,
        "found": [(each, submit_url(each.online_url), each.code in here) for each in found.rows],
        "next_query": _next({"q": words}, found) if words else "",
    }
    return render(request, "portal/submit.html", context)


@require_safe
@packed
def changes(request):
    """List what loads of the catalogue made new, amended or abolished (S3-28)."""
    found, more = catalogue_news.loads(after=typed_words(request, "sau"))
    titles = {"new": _("Thủ tục mới công bố"), "changed": _("Thủ tục sửa đổi"), "abolished": _("Thủ tục bãi bỏ")}
    shown = [(load, [(titles[outcome], load.counts[outcome], rows) for outcome, rows in load.rows.items()])
             for load in found]  # fmt: skip
    context = {"section": "procedures", "loads": shown, "more": more}
    return render(request, "portal/procedure_changes.html", context)


@require_safe
def changes_feed(request):
    """Return the same as RSS, one entry a procedure of the newest loads."""
    feed = Rss201rev2Feed(
        title=_("Thủ tục hành chính mới, sửa đổi, bãi bỏ"),
        link=absolute("/thu-tuc/thay-doi/"),
        description=_("Thay đổi của danh mục thủ tục hành chính."),
        language="vi",
    )
    for load in catalogue_news.loads(most=3)[0]:
        for row in [each for rows in load.rows.values() for each in rows][:MOST_FED]:
            feed.add_item(
                title=f"{catalogue_news.WORDS[row.outcome]}: {row.name}"[:300],
                link=absolute(f"/thu-tuc/{row.code}/"),
                description=", ".join(row.columns),
                pubdate=dt.datetime.combine(load.on, dt.time(8), ZONE),
                unique_id=f"{absolute('/thu-tuc/')}{row.code}/#{load.pk}",
            )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/rss+xml; charset=utf-8")


def _under_another_code(code: str):
    spellings = {code}
    try:
        spellings.add(normalise_procedure_code(code))
    except InvalidCode:
        pass
    known = Procedure.objects.filter(code__in=spellings).values_list("code", flat=True).first()
    alias = ProcedureAlias.objects.filter(code__in=spellings).values_list("procedure__code", flat=True).first()
    if known or alias:
        return redirect("procedure", code=known or alias)
    raise Http404


def _next(asked: dict, found: FoundPage) -> str:
    kept = {name: value for name, value in asked.items() if value}
    return urlencode({**kept, "sau": found.after}) if found.after else ""
