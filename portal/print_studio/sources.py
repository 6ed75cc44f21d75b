"""Whose short address a piece carries: a counter's, an officer's or the agency's own, with the letter of the medium."""

from __future__ import annotations

from dataclasses import dataclass

from dossiers.models import Agency, Desk
from zalo.people import referrals


@dataclass(frozen=True, slots=True)
class Source:
    """`place` is what the piece calls it ("Quầy 1"), `kind` what is done there: intake, return, guidance or ""."""

    code: str
    place: str = ""
    kind: str = ""

    @property
    def shown(self) -> str:
        """The code as the piece prints it for staff; an agency needs none beside its name."""
        return "" if self.code.startswith("cq-") else self.code

    def address(self, medium: str) -> str:
        """Return what the QR of this medium holds."""
        return referrals.short_address(f"{self.code}.{medium}")

    @property
    def typed(self) -> str:
        """The address as people type it: no scheme, no medium, no slash at its end."""
        return referrals.short_address(self.code).split("://", 1)[1].rstrip("/")


def of_desk(desk: Desk) -> Source:
    return Source(referrals.desk_code(desk), desk.name, desk.kind)


def of_agency(agency: Agency) -> Source:
    return Source(referrals.agency_code(agency))


def of_officer(user) -> Source:
    return Source(referrals.officer_code(user), user.get_full_name() or user.get_username())
