"""Note which printed thing an opened short address stood on."""

from __future__ import annotations

from portal.print_studio.media import MEDIA
from portal.print_studio.models import Scan
from zalo.models import ReferralVisit
from zalo.people import referrals


def listen() -> None:
    """Have every opening of a printed address noted."""
    if note not in referrals.opened:
        referrals.opened.append(note)


def note(visit: ReferralVisit, medium: str) -> None:
    """Write down the medium of the visit; an address without one stood on no piece of the studio."""
    if medium in MEDIA:
        Scan.objects.create(visit=visit, medium=medium)
