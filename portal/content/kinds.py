"""The kinds of piece, one record a kind: what it is called, where it is read, what it asks beyond title and text."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models


class Kind(models.TextChoices):
    NEWS = "news", "Tin tức"
    POLICY = "policy", "Chính sách mới"
    EMERGENCY = "emergency", "Thông báo khẩn"
    VIDEO = "video", "Video hướng dẫn"
    GUIDE = "guide", "Trang hướng dẫn"
    REGULATION = "regulation", "Quy chế"
    SUPPORT = "support", "Thông tin hỗ trợ"


class Language(models.TextChoices):
    """What a piece is written in; the value is what `lang` says to a screen reader."""

    VIETNAMESE = "vi", "Tiếng Việt"
    TAY = "tyz", "Tiếng Tày"
    NUNG = "nut", "Tiếng Nùng"
    MONG = "hmn", "Tiếng Mông"
    KHMER = "km", "Tiếng Khmer"
    ENGLISH = "en", "Tiếng Anh"


OWN_NAMES = {Language.KHMER: "ភាសាខ្មែរ", Language.ENGLISH: "English"}
"""What its readers call a language where they read no Vietnamese letters, or no Vietnamese."""
DOCUMENT = ("doc_number", "doc_date", "effective_on", "source_url")
FILM = ("video", "video_url", "captions")
PICTURES = ("picture", "picture_alt", "picture_credit", "picture_frame")


@dataclass(frozen=True, slots=True)
class KindRecord:
    """`slug` names the kind in addresses, `prefix` is where its pieces are read; `asks` are the fields of its form."""

    slug: str
    prefix: str
    asks: tuple[str, ...]
    needs: tuple[str, ...]
    in_news: bool


_TEXT = ("title", "summary", "body", "language", "original")
RECORDS: dict[str, KindRecord] = {
    Kind.NEWS: KindRecord("tin", "/tin-tuc/", (*_TEXT, "document", *PICTURES), ("body",), True),
    Kind.POLICY: KindRecord(
        "chinh-sach",
        "/tin-tuc/",
        (*_TEXT, *DOCUMENT, "document", *PICTURES),
        ("doc_number", "doc_date", "effective_on"),
        True,
    ),
    Kind.EMERGENCY: KindRecord(
        "khan", "/tin-tuc/", (*_TEXT, "shown_until", *PICTURES), ("summary", "shown_until"), True
    ),
    Kind.VIDEO: KindRecord("video", "/tin-tuc/", (*_TEXT, *FILM, *PICTURES), ("summary",), True),
    Kind.GUIDE: KindRecord("huong-dan", "/huong-dan/", (*_TEXT, "document", *PICTURES), ("body",), False),
    Kind.REGULATION: KindRecord(
        "quy-che", "/quy-che/", (*_TEXT, *DOCUMENT, "document"), ("doc_number", "doc_date", "body"), False
    ),
    Kind.SUPPORT: KindRecord("ho-tro", "/ho-tro/", (*_TEXT, *PICTURES), ("body",), False),
}
IN_NEWS = [kind for kind, record in RECORDS.items() if record.in_news]
BY_SLUG = {record.slug: kind for kind, record in RECORDS.items()}
