"""Where one letter of apology goes, written by who drafts it, within the shape of the decree (S3-11)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from dossiers.letters.draft import LETTER
from dossiers.models import Letter
from dossiers.papers import distribution
from dossiers.papers.distribution import Distribution
from dossiers.search_text import fold
from dossiers.workflow.moving import ActError, Change, Stale
from dossiers.workflow.moving import write as bump
from portal.correspondence.documents import FILED, lines_of, places
from portal.correspondence.models import LetterDistribution

FIRST = "Như trên"


def register() -> None:
    """Let letters be printed with what was written here."""
    if written not in distribution.sources:
        distribution.sources.append(written)


def written(letter: Letter) -> Distribution | None:
    """Return the places written for the letter; None for the usual ones."""
    row = LetterDistribution.objects.filter(letter=letter).first()
    if row is None:
        return None
    return Distribution(lines_of(row.recipients), lines_of(row.electronic), row.enclosure)


@transaction.atomic
def write(
    letter: Letter, *, by, now: dt.datetime, recipients: str, electronic: str = "", enclosure: str = "", seen: int
) -> LetterDistribution:
    """Keep where an open letter goes: the citizen first, the file last. Raises ActError, Stale, Forbidden."""
    LETTER.allow(by, "draft_letter", letter)
    current = Letter.objects.select_for_update(of=("self",)).only("version", "state").get(pk=letter.pk)
    if current.version != seen:
        raise Stale(LETTER.stale)
    if not current.is_open:
        raise ActError("Văn bản đã phát hành, nơi nhận đã chốt. Muốn đổi, hãy thu hồi rồi lập văn bản khác.")
    lines = list(lines_of(places(recipients, "Nơi nhận")))
    middle = [line for line in lines if fold(line) != fold(FIRST) and not fold(line).startswith("luu")]
    kept = next((line for line in lines if fold(line).startswith("luu")), FILED)
    row, _ = LetterDistribution.objects.update_or_create(
        letter=letter,
        defaults={
            "recipients": "\n".join((FIRST, *middle, kept)),
            "electronic": places(electronic, "Bản điện tử"),
            "enclosure": " ".join(enclosure.split()).strip("()")[:300],
            "changed_at": now,
            "changed_by": by,
        },
    )
    # The letter prints otherwise now: whoever is about to approve what they saw before sees it first.
    bump(letter, {}, unless=(), seen=seen, stale=LETTER.stale)
    told = Change(told={"note": "; ".join((FIRST, *middle, kept))})
    LETTER.tell(letter, "Sửa nơi nhận, gửi kèm", told, by=by, now=now, source="", target="")
    return row
