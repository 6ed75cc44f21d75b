"""Kinds of piece in the language of the page."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from portal.content.kinds import Kind

register = template.Library()


@register.filter
def kind_title(kind: str) -> str:
    """Return "Tin tức" for "news"."""
    titles: dict[str, str] = {
        Kind.NEWS: _("Tin tức"),
        Kind.POLICY: _("Chính sách mới"),
        Kind.EMERGENCY: _("Thông báo khẩn"),
        Kind.VIDEO: _("Video hướng dẫn"),
        Kind.GUIDE: _("Hướng dẫn"),
        Kind.REGULATION: _("Quy chế"),
        Kind.SUPPORT: _("Hỗ trợ"),
    }
    return titles.get(kind, kind)
