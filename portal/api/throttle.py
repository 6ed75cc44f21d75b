"""How often one key may call: its own limit a minute, counted mostly in the process so that a call costs nothing."""

from __future__ import annotations

from rest_framework.throttling import BaseThrottle

from dossiers.privacy import guessing
from portal.api.models import ApiClient


class PerKey(BaseThrottle):
    """Refuses with 429 and the seconds to wait. A key with limit 0, and what needs no key, is never refused."""

    def __init__(self) -> None:
        self._seconds: int | None = None

    def allow_request(self, request, view) -> bool:
        client = request.auth
        if not isinstance(client, ApiClient) or not client.rate_per_minute:
            return True
        try:
            guessing.used([guessing.Limit("api", client.rate_per_minute, 60)], f"api-{client.pk}")
        except guessing.TooMany as over:
            self._seconds = over.seconds
            return False
        return True

    def wait(self) -> int | None:
        return self._seconds
