"""Addresses of the public site; the stable ones are listed in README.md."""

from django.urls import path, register_converter

from portal.pages import (
    any_question,
    catalogue_pages,
    collection_page,
    home_page,
    information_page,
    life_events,
    lookup_pages,
    mail_page,
    news_pages,
    offline,
    plain_pages,
    receipt_page,
    verify,
    wishes_page,
)
from portal.reporting import public_figures


class Token:
    """An unguessable address: nothing else reaches the database."""

    regex = "[A-Za-z0-9_-]{8,32}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class ProcedureCode(Token):
    """A procedure code as any catalogue writes it."""

    regex = "[0-9A-Za-z._-]{1,40}"


register_converter(Token, "token")
register_converter(ProcedureCode, "procedure_code")


def _pieces(prefix: str) -> list:
    """Return the addresses of the pieces that are read below `prefix`."""
    below, known = f"{prefix[1:]}<slug:slug>/", {"prefix": prefix}
    return [
        path(below, news_pages.piece, known, name="piece"),
        path(f"{below}tep/<slug:name>/", news_pages.file, known, name="piece-file"),
        path(f"{below}doc-loa/", news_pages.aloud, known, name="piece-aloud"),
        path(f"{below}bo-chia-se.zip", news_pages.share_kit, known, name="piece-kit"),
    ]


urlpatterns = [
    path("", home_page.home, name="home"),
    path("tim/", any_question.ask, name="ask"),
    path("viec/<slug:slug>/", life_events.life_event, name="life-event"),
    path("tra-cuu/", lookup_pages.look_up, name="look-up"),
    path("tra-cuu/giay-tiep-nhan/", receipt_page.copy, name="receipt-copy"),
    path("tra-cuu/ket-qua/", receipt_page.result, name="result-copy"),
    path("h/<token:token>/", lookup_pages.by_address, name="dossier-page"),
    path("h/<token:token>/lich-nhan.ics", collection_page.calendar_file, name="collection-calendar"),
    path("x/<token:token>/", verify.verify, name="verify"),
    path("thu-tuc/", catalogue_pages.procedures, name="procedures"),
    path("thu-tuc/thay-doi/", catalogue_pages.changes, name="procedure-changes"),
    path("thu-tuc/thay-doi/rss.xml", catalogue_pages.changes_feed, name="procedure-changes-rss"),
    path("thu-tuc/da-chon/", catalogue_pages.chosen, name="procedure-chosen"),
    path("thu-tuc/<procedure_code:code>/", catalogue_pages.procedure, name="procedure"),
    path("thu-tuc/<procedure_code:code>/nop/", catalogue_pages.hand_over, name="hand-over"),
    path("nop-ho-so/", catalogue_pages.submit, name="submit"),
    path("tin-tuc/", news_pages.news, name="news"),
    path("tin-tuc/rss.xml", news_pages.rss, name="news-rss"),
    path("bao-chi/", news_pages.press, name="press"),
    path("bao-chi/<procedure_code:code>.zip", news_pages.press_kit, name="press-kit"),
    path("bao-chi/<procedure_code:code>.pdf", news_pages.press_sheet, name="press-sheet"),
    path("sitemap.xml", news_pages.sitemap, name="sitemap"),
    path("thong-tin/", information_page.index, name="information"),
    path("nhan-tin/", wishes_page.explain, name="wishes"),
    path("nhan-tin/thu/", mail_page.ask, name="mail"),
    path("nhan-tin/thu/xac-nhan/<str:token>/", mail_page.confirm, name="mail-confirm"),
    path("nhan-tin/thu/thoi/<str:token>/", mail_page.end, name="mail-end"),
    path("nhan-tin/<str:key>/", wishes_page.own, name="own-wishes"),
    path("huong-dan/", plain_pages.guide, name="guide"),
    path("ho-tro/", plain_pages.support, name="support"),
    path("quy-che/", plain_pages.rules, name="rules"),
    path("so-lieu/", public_figures.page, name="public-figures"),
    path("tuy-chon/chu/", plain_pages.letters, name="letters"),
    path("khong-mang/", offline.page, name="offline"),
    path("khong-mang.js", offline.worker, name="offline-worker"),
    path("ung-dung.webmanifest", offline.manifest, name="web-manifest"),
    path("robots.txt", plain_pages.robots, name="robots"),
    *(address for prefix in news_pages.SECTIONS for address in _pieces(prefix)),
]
