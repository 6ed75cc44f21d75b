"""The bare view of the webhook measurement."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from zalo.models import InboxEvent


@csrf_exempt
def store(request):
    now, body = timezone.now(), request.body.decode()
    if settings.BARE_SQL:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO zalo_inboxevent (name, remote_key, person, raw, happened_at, received_at, retry_number, "
                "secret, state, attempts, next_at, lease, note) "
                "VALUES (%s, %s, '', %s, %s, %s, 0, '', 'done', 0, %s, '', '')",
                ["bare", secrets.token_hex(32), body, now, now, now],
            )
    else:
        InboxEvent.objects.create(
            name="bare", remote_key=secrets.token_hex(32), raw=body, happened_at=now, received_at=now, next_at=now,
            state="done",
        )  # fmt: skip
    return HttpResponse("ok")


urlpatterns = [path("zalo/webhook/", store)]
