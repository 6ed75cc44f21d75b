"""Who is calling a public page, as a keyed hash of the address; and the limit on guessing, in this app's words."""

from __future__ import annotations

from collections.abc import Iterable

from dossiers.privacy import guessing
from dossiers.privacy.callers import client_address
from dossiers.privacy.sealing import keyed_hash
from dossiers.workflow.moving import ActError

PURPOSE = "visitor-address"


class TooOften(ActError):
    """The visitor has to wait; the text says how long."""


def source_of(request) -> str:
    """Return the keyed hash of the caller's address as the nearest trusted proxy saw it."""
    return keyed_hash(client_address(request), PURPOSE)


def guess(request, facts: Iterable[str]) -> guessing.Try:
    """Count one guess at these facts, before anything is looked up. Raises TooOften when it is one too many."""
    try:
        return guessing.attempt(client_address(request), facts)
    except guessing.TooMany as over:
        if over.seconds > guessing.GUESSES[0].seconds:
            raise TooOften(
                "Bạn đã thử nhiều lần chưa đúng. Hãy chờ đến ngày mai rồi thử lại, hoặc gọi đường dây hỗ trợ."
            ) from over
        raise TooOften(
            "Bạn đã thử nhiều lần chưa đúng. Hãy chờ 15 phút rồi thử lại, hoặc gọi đường dây hỗ trợ."
        ) from over
