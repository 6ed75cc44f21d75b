"""Which accounts may send us webhooks and with which secrets, kept a few seconds in each process.

Every webhook needs them, and they change a few times a year: reading and unsealing them each time would cost more than
storing the event. A body that no secret signed makes the process read them anew, so a secret entered after a reset at
Zalo works at once.
"""

from dataclasses import dataclass, field

from dossiers.kept import Kept
from zalo.models import Account

FRESH_SECONDS = 5.0
AGAIN_SECONDS = 0.5
APP_SECRET = "app_secret"
"""Label of the secret that must not sign webhooks; it is tried only to explain a mix-up on the health desk."""


@dataclass(frozen=True, slots=True)
class Sender:
    """An account whose events we accept. `secrets` maps the label shown on the health desk to the secret."""

    account_id: int
    oa_id: str
    secrets: dict[str, str] = field(repr=False)
    app_secret: str = field(repr=False, default="")


def of_app(app_id: str, *, anew: bool = False) -> tuple[Sender, ...]:
    """Return the active accounts of the application; () when it is not ours. `anew` asks not to trust what is kept."""
    return _kept.get(within=AGAIN_SECONDS if anew else None).get(app_id, ())


def forget() -> None:
    """Drop what is kept in this process."""
    _kept.forget()


def _read() -> dict[str, tuple[Sender, ...]]:
    found: dict[str, tuple[Sender, ...]] = {}
    for account in Account.objects.filter(is_active=True).order_by("pk"):
        sender = Sender(account.pk, account.oa_id, account.webhook_secrets, account.app_secret)
        found[account.app_id] = (*found.get(account.app_id, ()), sender)
    return found


_kept = Kept(_read, FRESH_SECONDS)
