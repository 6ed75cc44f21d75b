"""A version arranged for its public page."""

from __future__ import annotations

from django.conf import settings
from django.utils.safestring import mark_safe

from portal.content.models import Picture, Piece, Version
from portal.content.safe_text import plain, reading_minutes


def shown(piece: Piece, version: Version, *, media: str) -> dict:
    """Return what the page prints; `media` is the address its files are below. One query."""
    sizes = {row.pk: row for row in Picture.objects.filter(piece=piece)}
    pictures = [
        {**item, "address": f"{media}anh-{item['id']}/", "width": sizes[item["id"]].width,
         "height": sizes[item["id"]].height}
        for item in version.pictures
        if item["id"] in sizes
    ]  # fmt: skip
    return {
        "piece": piece,
        "version": version,
        "body": mark_safe(version.body),  # cleaned when it was saved (portal.content.safe_text)
        "pictures": pictures,
        "cover": pictures[0] if pictures else None,
        "media": media,
        "minutes": reading_minutes(f"{version.title} {version.summary} {plain(version.body)}"),
        "address": absolute(piece.address),
        "site_address": settings.PUBLIC_BASE_URL,
    }


def absolute(path: str) -> str:
    """Return the address other people can open."""
    return f"{settings.PUBLIC_BASE_URL}{path}"
