"""The product in the process of a measurement, sending to a simulated Zalo."""

from __future__ import annotations

import os

import django


def set_up(zalo, *, paced: bool) -> None:
    """Have Django loaded with every call leading to `zalo`; `paced` by the minute, as it is without being told."""
    os.environ |= {f"ZALO_{name}_BASE_URL": zalo.url for name in ("OAUTH", "OPENAPI", "BUSINESS")}
    os.environ |= {"DJANGO_SETTINGS_MODULE": "portal.settings", "LOG_LEVEL": "ERROR"}
    if not paced:
        os.environ["ZALO_MAX_RATE_PER_MINUTE"] = "0"
    django.setup()
