"""News and what belongs to them: lists, pieces with their files, feeds, kits to share, the loudspeaker's script."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dossiers.models import Agency, Procedure
from portal.content import channel, kits, published, use
from portal.content.handing_out import file_of, picture_of
from portal.content.kinds import BY_SLUG, IN_NEWS, RECORDS
from portal.content.models import Piece
from portal.content.reading import absolute, shown
from portal.content.safe_text import plain, reading_minutes
from portal.packed import packed
from portal.pages.question import typed_words
from portal.templatetags.content_words import kind_title
from portal.templatetags.site_frame import site_name

FEED = 30
MOST_ADDRESSES = 45_000
SHEET_KEPT = 300
"""Seconds a press sheet is handed out as drawn."""
SECTIONS = {"/tin-tuc/": "news", "/huong-dan/": "guide", "/quy-che/": "rules", "/ho-tro/": "support"}


@require_safe
@packed
def news(request):
    """List what is public, the newest first, of one kind or agency when asked."""
    kind = BY_SLUG.get(request.GET.get("loai", ""), "")
    kind = kind if kind in IN_NEWS else ""
    agency, after = typed_words(request, "co-quan")[:35], typed_words(request, "sau")
    found = published.page(timezone.now(), kind=kind, agency_code=agency, after=after)
    asked = {"loai": RECORDS[kind].slug if kind else "", "co-quan": agency}
    kept = {name: value for name, value in asked.items() if value}
    context = {
        "section": "news",
        "found": found,
        "kinds": [(RECORDS[each].slug, kind_title(each), each == kind) for each in IN_NEWS],
        "chosen": kind_title(kind) if kind else "",
        "after": after,
        "next_query": urlencode({**kept, "sau": found.after}) if found.after else "",
    }
    return render(request, "portal/news.html", context)


def _public(prefix: str, slug: str) -> Piece:
    piece = published.one(slug, [kind for kind, record in RECORDS.items() if record.prefix == prefix])
    if piece is None:
        raise Http404
    return piece


@require_safe
@packed
def piece(request, prefix: str, slug: str):
    """Show one piece as it is public now."""
    found = _public(prefix, slug)
    use.count(request, use.What.PIECE)
    context = shown(found, found.public, media=f"{found.address}tep/")
    context |= {"section": SECTIONS[prefix], "others": published.other_languages(found, timezone.now())}
    return render(request, "portal/piece.html", context)


@require_safe
def file(request, prefix: str, slug: str, name: str):
    """Hand out a picture, film, caption or document of what is public."""
    found = _public(prefix, slug)
    if name.startswith("anh-"):
        return picture_of(found, name.removeprefix("anh-"), known=found.public.pictures)
    return file_of(request, found.public, name)


@require_safe
def aloud(request, prefix: str, slug: str):
    """Print the piece for the loudspeaker, with how long reading it takes."""
    found = _public(prefix, slug)
    text = published.said_aloud(found.public)
    context = {"section": SECTIONS[prefix], "piece": found, "lines": text.split("\n"), "minutes": reading_minutes(text)}
    return render(request, "portal/aloud.html", context)


@require_safe
def share_kit(request, prefix: str, slug: str):
    """Hand out the kit of one piece: text, QR, pictures, scripts."""
    found = _public(prefix, slug)
    return _zip(kits.of_piece(found), f"chia-se-{found.slug[:60]}.zip")


@require_safe
@packed
def press(request):
    """List the feeds, and the kit of every agency that publishes or is on the channel."""
    ids = set(published.public(timezone.now(), IN_NEWS).order_by().values_list("agency_id", flat=True).distinct()[:200])
    on_channel = Agency.objects.filter(active=True, rollout__in=[Agency.Rollout.PILOT, Agency.Rollout.LIVE])
    agencies = Agency.objects.filter(pk__in=ids | set(on_channel.values_list("pk", flat=True)[:200])).order_by("name")
    feeds = [(RECORDS[kind].slug, kind_title(kind)) for kind in IN_NEWS]
    context = {"section": "news", "agencies": agencies, "feeds": feeds, "oa": channel.official_account()}
    return render(request, "portal/press.html", context)


@require_safe
def press_kit(request, code: str):
    """Hand out the kit of one agency."""
    agency = Agency.objects.filter(code=code, active=True).first()
    if agency is None:
        raise Http404
    name = f"bo-truyen-thong-{agency.code}.zip"
    return _zip(kits.of_agency(agency, now=timezone.now()), name)


@require_safe
def press_sheet(request, code: str):
    """Hand out the press sheet of one agency as PDF; drawn at most once in five minutes."""
    agency = Agency.objects.filter(code=code, active=True).first()
    if agency is None:
        raise Http404
    kept_as = f"press-sheet:{agency.pk}"
    content = cache.get(kept_as)
    if content is None:
        content = kits.sheet_of_agency(agency, now=timezone.now())
        cache.set(kept_as, content, SHEET_KEPT)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="bao-chi-{agency.code}.pdf"'
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _zip(content: bytes, name: str):
    answer = HttpResponse(content, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Robots-Tag"] = "noindex"
    return answer


@require_safe
def rss(request):
    """Return the newest public news as RSS, of one kind or agency when asked (S1-55)."""
    kind = BY_SLUG.get(request.GET.get("loai", ""), "")
    rows = published.public(timezone.now(), [kind] if kind in IN_NEWS else IN_NEWS)
    code = typed_words(request, "co-quan")[:35]
    rows = list((rows.filter(agency__code=code) if code else rows)[:FEED])
    feed = Rss201rev2Feed(
        title=f"{_('Tin tức')} – {site_name()}",
        link=absolute("/tin-tuc/"),
        description=_("Tin tức, chính sách mới, thông báo và video hướng dẫn thủ tục hành chính."),
        language="vi",
        feed_url=absolute(request.get_full_path()),
    )
    for row in rows:
        feed.add_item(
            title=row.live.title,
            link=absolute(row.address),
            description=row.live.summary or plain(row.live.body)[:400],
            pubdate=row.published_at,
            author_name=str(row.agency),
            categories=[row.get_kind_display()],
            unique_id=absolute(row.address),
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/rss+xml; charset=utf-8")


@require_safe
def sitemap(request):
    """Return every public address for search engines: pages, pieces, procedures in force."""
    fixed = ("/", "/tra-cuu/", "/thu-tuc/", "/nop-ho-so/", "/tin-tuc/", "/thong-tin/", "/huong-dan/", "/ho-tro/",
             "/quy-che/", "/so-lieu/", "/gop-y/", "/hoi-dap/", "/bao-chi/")  # fmt: skip
    pieces = published.public(timezone.now()).select_related(None).only("kind", "slug", "state_changed_at")
    codes = Procedure.objects.exclude(status=Procedure.Status.ABOLISHED).order_by("code")
    found = [(absolute(path), None) for path in fixed]
    found += [(absolute(row.address), row.state_changed_at) for row in pieces[:MOST_ADDRESSES]]
    left = MOST_ADDRESSES - len(found)
    found += [(absolute(f"/thu-tuc/{code}/"), None) for code in codes.values_list("code", flat=True)[: max(0, left)]]
    return render(request, "portal/sitemap.xml", {"found": found}, content_type="application/xml; charset=utf-8")
