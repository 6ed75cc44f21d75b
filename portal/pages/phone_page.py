"""The simulated phone beside the portal: a place to rehearse; the address exists only in the demonstration."""

from __future__ import annotations

from csp.decorators import csp_update
from django.conf import settings
from django.shortcuts import render
from django.views.decorators.http import require_GET


@require_GET
@csp_update({"frame-src": [settings.ZALO_OPENAPI_BASE_URL]})
def phone(request):
    """Frame the phone of the simulated Zalo; ?nguoi= chooses who holds it."""
    person = request.GET.get("nguoi", "")
    suffix = f"?nguoi={person}" if person.replace("-", "").isalnum() and len(person) < 40 else ""
    return render(request, "portal/demo_phone.html", {"source": f"{settings.ZALO_OPENAPI_BASE_URL}/phone/{suffix}"})
