"""What the channel does when something happens below it; connected in ZaloConfig.ready()."""

import logging

from django.db import transaction
from django.dispatch import receiver

from dossiers.events import dossier_event
from zalo import dossier_notices

log = logging.getLogger(__name__)


@receiver(dossier_event, dispatch_uid="zalo.tell_citizen")
def tell_citizen(sender, event, **kwargs) -> None:
    """Queue the event's messages inside its transaction, behind a savepoint: Zalo never stops the counter.

    What is lost to an error here is found and told by `reconcile.tell_forgotten`.
    """
    try:
        with transaction.atomic():
            dossier_notices.tell(event)
    except Exception:
        log.exception("event not queued", extra={"event": event.pk, "kind": event.kind})
