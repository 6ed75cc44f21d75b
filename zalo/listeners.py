"""What the channel does when something happens below it; connected in ZaloConfig.ready()."""

import structlog
from django.db import transaction
from django.dispatch import receiver

from dossiers.models import DossierEvent
from dossiers.workflow.events import dossier_event
from feedback.cases.events import feedback_event
from zalo.inbound import spool as webhook_spool
from zalo.notices import corrected
from zalo.notices import dossier as dossier_notices
from zalo.notices import feedback as feedback_notices
from zalo.people import followers

log = structlog.get_logger(__name__)


@receiver(dossier_event, dispatch_uid="zalo.tell_citizen")
def tell_citizen(sender, event, **kwargs) -> None:
    """Queue the event's messages inside its transaction, behind a savepoint: Zalo never stops the counter.

    What is lost to an error here is found and told by `reconcile.tell_forgotten`.
    """
    _safely(dossier_notices.tell, event)


@receiver(dossier_event, dispatch_uid="zalo.put_right_what_waits")
def put_right_what_waits(sender, event, **kwargs) -> None:
    """What waits for the morning tells what is right, when the dossier is put right before it leaves."""
    if event.kind == DossierEvent.Kind.DETAILS_CORRECTED:
        _safely(corrected.put_right, event)


@receiver(feedback_event, dispatch_uid="zalo.tell_sender")
def tell_sender(sender, event, **kwargs) -> None:
    """The same for whoever sent a case or a petition, or is asked to rate."""
    _safely(feedback_notices.tell, event)


@receiver(followers.erased, dispatch_uid="zalo.forget_spooled")
def forget_spooled(sender, account_id, user_id, **kwargs) -> None:
    """What waits in the webhook's spool of an erased person goes too."""
    webhook_spool.forget(account_id, user_id)


def _safely(tell, event) -> None:
    try:
        with transaction.atomic():
            tell(event)
    except Exception:
        log.exception("event not queued", event_id=event.pk, kind=event.kind)
