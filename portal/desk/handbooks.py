"""The staff handbooks of docs/, readable at the desk: which belong to whom, and how their text becomes a page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import mistune
import nh3
from django.conf import settings
from django.urls import reverse

from dossiers.search_text import fold

FOLDER = "docs"
FIRST_DAY = "ngay-dau-tien"


@dataclass(frozen=True, slots=True)
class Handbook:
    """One handbook; `permissions` are those whose holders it is for (none: everybody), `pages` the pages it explains.

    A page is named by the beginning of its URL's name. `taught` when finishing it is written down.
    """

    slug: str
    title: str
    permissions: tuple[str, ...]
    pages: tuple[str, ...] = ()
    taught: bool = True

    @property
    def address(self) -> str:
        return reverse("admin:desk_handbook", args=[self.slug])

    @property
    def path(self) -> Path:
        return Path(settings.BASE_DIR) / FOLDER / f"{self.slug}.md"

    def is_for(self, user) -> bool:
        return not self.permissions or any(user.has_perm(each) for each in self.permissions)

    def is_for_rights(self, rights: set[str]) -> bool:
        return not self.permissions or not rights.isdisjoint(self.permissions)


HANDBOOKS = (
    Handbook(FIRST_DAY, "Ngày đầu tiên ở bàn làm việc", ()),
    Handbook(
        "quay-mot-cua",
        "Sổ tay cán bộ quầy và người thụ lý",
        ("dossiers.receive_dossier", "dossiers.process_dossier", "dossiers.return_result"),
        ("index", "dossiers_dossier", "dossiers_intake", "dossiers_fees", "dossiers_receipt", "dossiers_registers"),
    ),
    Handbook(
        "lanh-dao",
        "Sổ tay lãnh đạo",
        ("dossiers.sign_dossier", "dossiers.approve_letter", "dossiers.supervise_lateness"),
        ("dossiers_lateness", "dossiers_letter", "dossiers_signing", "dossiers_delay", "dossiers_signingauthority"),
    ),
    Handbook("tieng-noi-nguoi-dan", "Sổ tay tiếng nói người dân", ("feedback.handle_case",), ("feedback_",)),
    Handbook("kenh-zalo", "Sổ tay biên tập viên kênh Zalo", ("zalo.answer_chat", "zalo.view_account"), ("zalo_",)),
    Handbook(
        "tin-gui-nhieu-nguoi",
        "Sổ tay tin gửi nhiều người",
        ("zalo.add_broadcast", "zalo.approve_broadcast"),
        ("zalo_broadcast", "zalo_template_check"),
        taught=False,
    ),
    Handbook("noi-dung", "Sổ tay nội dung: tin tức, hướng dẫn, liên kết", ("content.write_piece",), ("content_",)),
    Handbook(
        "van-thu", "Sổ tay văn thư, nhiệm vụ", ("correspondence.view_document",), ("correspondence_",), taught=False
    ),
    Handbook(
        "an-pham",
        "Sổ tay ấn phẩm, phễu tuyên truyền",
        ("print_studio.view_identity",),
        ("print_studio_",),
        taught=False,
    ),
    Handbook("tra-cuu-thong-tin", "Sổ tay gói tra cứu", ("datasets.view_dataset",), ("datasets_",), taught=False),
    Handbook(
        "nap-danh-muc",
        "Nạp danh mục thủ tục",
        ("dossiers.view_catalogueimport", "dossiers.keep_counter_list"),
        ("dossiers_catalogueimport", "dossiers_procedure", "dossiers_missedsearch", "dossiers_searchsynonym"),
        taught=False,
    ),
    Handbook("quan-tri", "Sổ tay quản trị trung tâm", ("auth.add_user",), ("auth_", "dossiers_membership", "desk_")),
)


def of(user) -> list[Handbook]:
    """Return the handbooks that are for this person."""
    return [book for book in HANDBOOKS if book.is_for(user)]


def taught_to(rights: set[str]) -> list[Handbook]:
    """Return the handbooks that whoever has these rights is asked to finish."""
    return [book for book in HANDBOOKS if book.taught and book.is_for_rights(rights)]


def find(slug: str) -> Handbook | None:
    """Return the handbook of that name."""
    return next((book for book in HANDBOOKS if book.slug == slug), None)


def about(page: str, user) -> Handbook | None:
    """Return the handbook that explains the page (its URL's name) to this person; the longest beginning decides."""
    best, length = None, 0
    for book in of(user):
        for beginning in book.pages:
            if page.startswith(beginning) and len(beginning) > length:
                best, length = book, len(beginning)
    return best


@dataclass(frozen=True, slots=True)
class Text:
    """A handbook as a page: clean HTML, and (id, heading) of its parts."""

    html: str
    parts: tuple[tuple[str, str], ...]


TAGS = {"h2", "h3", "h4", "p", "ul", "ol", "li", "a", "b", "strong", "em", "i", "code", "pre", "blockquote", "br", "hr",
        "table", "thead", "tbody", "tr", "th", "td", "kbd", "div"}  # fmt: skip
ATTRIBUTES = {"a": {"href"}, "h2": {"id"}, "h3": {"id"}, "h4": {"id"}, "th": {"scope"},
              "div": {"class", "tabindex", "role", "aria-label"}}  # fmt: skip


def text_of(book: Handbook) -> Text:
    """Return the handbook's text, read again when its file was changed."""
    return _text(book.slug, book.path.stat().st_mtime_ns)


@cache
def _text(slug: str, _changed: int) -> Text:
    source = (Path(settings.BASE_DIR) / FOLDER / f"{slug}.md").read_text(encoding="utf-8")
    renderer = _Page()
    written = mistune.create_markdown(renderer=renderer, plugins=["table"])(source)
    return Text(nh3.clean(str(written), tags=TAGS, attributes=ATTRIBUTES, link_rel=None), tuple(renderer.parts))


class _Page(mistune.HTMLRenderer):
    """Headings with an address, links to handbooks that stay at the desk; the title is the page's own."""

    def __init__(self) -> None:
        super().__init__(escape=True)
        self.parts: list[tuple[str, str]] = []

    def heading(self, text: str, level: int, **attrs) -> str:
        if level == 1:
            return ""
        plain = re.sub(r"<[^>]+>", "", text)
        name = "-".join(re.findall(r"[a-z0-9]+", fold(plain))) or f"phan-{len(self.parts)}"
        if level == 2:
            self.parts.append((name, plain))
        return f'<h{level} id="{name}">{text}</h{level}>\n'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        book = find(url.removesuffix(".md")) if url.endswith(".md") else None
        if book:
            return super().link(text, book.address, title)
        # The other documents are for operators and programmers, and not served.
        return text if url.endswith(".md") or url.startswith("pictures/") else super().link(text, url, title)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return ""

    def table(self, text: str) -> str:
        box = '<div class="mc-scroll" tabindex="0" role="region" aria-label="Bảng">'
        return f"{box}<table>{text}</table></div>\n"
