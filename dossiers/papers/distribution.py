"""Who gets a paper beside the citizen and what goes with it: the usual places, or those somebody wrote for one letter.

Another app keeps what was written and registers how to read it (`sources`): nobody below knows who is above.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dossiers.models import Letter
from dossiers.papers.act_papers import recipients


@dataclass(frozen=True, slots=True)
class Distribution:
    """ "Nơi nhận", "Bản điện tử", and what stands in brackets at the end ("Sao gửi kèm …")."""

    recipients: tuple[str, ...]
    electronic: tuple[str, ...] = ()
    enclosure: str = ""


sources: list[Callable[[Letter], Distribution | None]] = []
"""Each returns what was written for the letter, None where nothing was."""


def usual(letter: Letter) -> Distribution:
    """Return the places of a letter nobody wrote others for."""
    return Distribution(recipients(letter.dossier))


def of_letter(letter: Letter) -> Distribution:
    """Return where the letter goes and what goes with it."""
    written = (source(letter) for source in sources if letter.pk)
    return next((each for each in written if each is not None), None) or usual(letter)
