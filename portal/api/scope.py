"""What a key reaches: its own agency and those below it."""

from __future__ import annotations

from dossiers.scoping import subordinates
from portal.api.models import ApiClient


def agency_ids(client: ApiClient) -> set[int]:
    """Return the agencies the key may read and write: its own and those below."""
    return {client.agency_id, *subordinates({client.agency_id})}
