"""Acts on many letters at once, each for itself: one that cannot go out, or be matched, does not hold the others."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from dossiers.letters import acts
from dossiers.letters.issue import RELATED
from dossiers.letters.signed_files import file_name
from dossiers.models import Letter
from dossiers.search_text import fold
from dossiers.workflow.moving import ActError


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What a bulk approval did: how many went out, and a sentence for each that did not."""

    issued: int
    refused: tuple[str, ...]
    untouched: int = 0  # somebody asked to stop before they were looked at


@dataclass(frozen=True, slots=True)
class Matched:
    """What became of one uploaded file; `letter` is None when it found none, `sentence` says what to do then."""

    name: str
    letter: Letter | None
    sentence: str


def approve_many(
    letter_ids: list[int], *, by, now: dt.datetime, goes_on: Callable[[int], bool] = lambda done: True
) -> BulkResult:
    """Approve each letter for itself, the oldest due date first; one that cannot go out does not hold the others.

    `goes_on` is asked before each with how many were looked at; when it says no, what went out stays out.
    """
    rows = list(Letter.objects.filter(pk__in=letter_ids).select_related(*RELATED).order_by("old_due_at", "id"))
    issued, refused = 0, []
    for number, letter in enumerate(rows):
        if not goes_on(number):
            break
        try:
            acts.do("approve", letter, by=by, now=now)
            issued += 1
        except ActError as error:
            refused.append(f"{letter.dossier.code}: {error}")
    return BulkResult(issued, tuple(refused), len(rows) - issued - len(refused))


def receive(files: Iterable[tuple[str, bytes]], letters: Iterable[Letter], *, by, now: dt.datetime) -> list[Matched]:
    """Return what became of each (name, content): matched to one of `letters`, kept and marked signed, or refused."""
    waiting = {letter.paper.sha256: letter for letter in letters if letter.state == Letter.State.ISSUED}
    sizes = sorted({letter.paper.file.size for letter in waiting.values()}, reverse=True)
    found = []
    for name, content in files:
        letter = _original_of(content, waiting, sizes)
        try:
            if letter is None:
                raise ActError(_why_unmatched(name, content, waiting.values()))
            acts.do("attach", letter, by=by, now=now, content=content, how="digital")
            del waiting[letter.paper.sha256]
            found.append(Matched(name, letter, _received(letter)))
        except ActError as error:
            found.append(Matched(name, None, str(error)))
    return found


def _received(letter: Letter) -> str:
    """Return what is told of a signed file taken in; another signer than the printed one is pointed at, not refused."""
    names = [each["signer"] for each in letter.signatures]
    told = f"Đã nhận bản ký số của văn bản số {letter.paper.number}, chứng thư của {', '.join(names)}."
    if letter.paper.signer_name and not any(fold(letter.paper.signer_name) in fold(name) for name in names):
        told += f" Người ký in trên văn bản là {letter.paper.signer_name}: hãy kiểm tra lại."
    return told


def _original_of(content: bytes, waiting: dict[str, Letter], sizes: list[int]) -> Letter | None:
    for size in sizes:
        if size <= len(content):
            letter = waiting.get(hashlib.sha256(content[:size]).hexdigest())
            if letter:
                return letter
    return None


def _why_unmatched(name: str, content: bytes, waiting: Iterable[Letter]) -> str:
    if not content.startswith(b"%PDF-"):
        return "Tệp không phải PDF."
    named = next((letter for letter in waiting if file_name(letter).removesuffix(".pdf") in name), None)
    if named:
        return f"Tên tệp là của văn bản số {named.paper.number} nhưng nội dung khác bản đã phát hành. Hãy ký đúng tệp."
    return "Không khớp văn bản nào đang chờ ký. Hãy kiểm tra lại tệp, hoặc văn bản đã nhận bản ký rồi."
