"""Sending errors to Sentry without personal data: no bodies, no cookies, no user, every text masked."""

from __future__ import annotations

import sentry_sdk

from portal import logs


def start(dsn: str) -> None:
    """Begin to report errors to `dsn`."""
    sentry_sdk.init(dsn=dsn, send_default_pii=False, max_request_body_size="never", before_send=masked)


def masked(event: dict, hint: dict | None = None) -> dict:
    """Return the report with local variables dropped and every string masked."""
    for failure in (event.get("exception") or {}).get("values", []):
        for frame in (failure.get("stacktrace") or {}).get("frames", []):
            frame.pop("vars", None)
    event.pop("user", None)
    request = event.get("request") or {}
    for part in ("cookies", "data", "headers", "query_string", "env"):
        request.pop(part, None)
    return logs.masked(event)
