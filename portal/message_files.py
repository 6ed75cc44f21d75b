"""Files that go out with messages: the receipt as a PDF (S1-13, S5-14), and an issued letter."""

from __future__ import annotations

from django.utils import timezone

from dossiers.attachments.types import safe_name
from dossiers.models import DossierEvent, IssuedPaper, Letter
from dossiers.papers import receipts
from zalo.outbox import attachments
from zalo.outbox.attachments import MessageFile


def register() -> None:
    """Tell the channel who makes which file."""
    attachments.register("receipt", receipt)
    attachments.register("letter", letter)


def receipt(event_id: int) -> MessageFile | None:
    """Return the receipt of the event's dossier, printed if nobody has yet; None for a dossier without one.

    None as well while the one in store says what was put right since: only staff issue another in its place.
    """
    event = DossierEvent.objects.select_related("dossier__receipt__agency", "dossier__receipt__submitter").get(
        pk=event_id
    )
    given = event.dossier.receipt
    if given is None:
        return None
    paper = receipts.receipt_paper(given, by=None, now=timezone.now())
    if receipts.is_outdated(paper):
        return None
    return as_file(paper, named("giay-tiep-nhan", event.dossier.shown_number))


def letter(event_id: int) -> MessageFile | None:
    """Return the letter the event announced, the signed file once there is one; None when it was withdrawn."""
    rows = Letter.objects.select_related("paper", "dossier").defer("paper__context")
    row = rows.filter(event=event_id).first()
    if row is None or not row.is_sent:
        return None
    name = named("van-ban", row.paper.number, row.dossier.shown_number)
    if not row.signed_sha256:
        return as_file(row.paper, name)
    with row.signed_file.open("rb") as stored:
        return MessageFile(source=f"signed:{row.signed_sha256[:32]}", name=name, content=stored.read())


def named(*parts: str) -> str:
    """Return the name the citizen sees: what it is and the receipt number (S3-23), good on every file system."""
    return safe_name("-".join(parts).replace("/", "-").replace(" ", "-") + ".pdf")


def as_file(paper: IssuedPaper, name: str) -> MessageFile:
    """Return the issued paper as it lies in store."""
    with paper.file.open("rb") as stored:
        return MessageFile(source=f"paper:{paper.pk}", name=name, content=stored.read())
