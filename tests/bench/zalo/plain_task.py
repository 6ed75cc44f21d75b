"""The usual way, to compare with: a Celery task per message, a plain HTTP call without a pool, one UPDATE."""

import json
import os
import urllib.request

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

from celery import Celery

app = Celery("bench", broker=os.environ["CELERY_BROKER_URL"])
app.conf.update(task_ignore_result=True, worker_hijack_root_logger=False)
import django  # noqa: E402

django.setup()


@app.task(name="bench.send_one")
def send_one(pk: int, token: str) -> None:
    from django.conf import settings
    from django.utils import timezone

    from zalo.models import OutboxMessage, State

    row = OutboxMessage.objects.select_related("contact").get(pk=pk)
    body = {"recipient": {"user_id": row.contact.user_id}, "message": {"text": row.content["text"]}}
    request = urllib.request.Request(
        f"{settings.ZALO_OPENAPI_BASE_URL}/v3.0/oa/message/cs",
        data=json.dumps(body).encode(),
        headers={"access_token": token, "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        remote_id = json.load(answer)["data"]["message_id"]
    row.state, row.remote_id, row.sent_at = State.SENT, remote_id, timezone.now()
    row.save(update_fields=["state", "remote_id", "sent_at"])
