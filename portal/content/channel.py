"""The Official Account as citizens find it: by QR, by link, by words to search for in Zalo (S5-23, S5-25, S3-20)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import mark_safe

from dossiers import qr
from dossiers.kept import Kept
from dossiers.models import Agency
from zalo.models import Account

KEPT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class OfficialAccount:
    """`keyword` are the words to type into Zalo's search: the name unless the desk says otherwise."""

    name: str
    address: str
    keyword: str

    @property
    def qr(self) -> str:
        return mark_safe(qr.svg(self.address))


def official_account(agency_id: int | None = None) -> OfficialAccount | None:
    """Return the account an agency is found under, the province's or the first one for None; None without any."""
    return _kept.get(agency_id)


def _read(agency_id: int | None) -> OfficialAccount | None:
    rows = list(Account.objects.filter(is_active=True).select_related("keeper").order_by("pk")[:50])
    if agency_id is not None:
        serving = set(Account.objects.filter(is_active=True, services__agency=agency_id).values_list("pk", flat=True))
        rows = [row for row in rows if row.pk in serving or row.keeper_id == agency_id] or rows
    rows.sort(key=lambda row: row.keeper is None or row.keeper.kind != Agency.Kind.PROVINCE)
    if not rows:
        return None
    first = rows[0]
    return OfficialAccount(first.name, first.public_address, first.search_keyword or first.name)


_kept: Kept[OfficialAccount | None] = Kept(_read, KEPT_SECONDS)
