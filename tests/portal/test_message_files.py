"""The receipt goes with the first message as the very file that was, or will be, printed at the counter."""

from dossiers import papers
from tests import factories
from tests.people import MONDAY
from zalo import attachments


def test_the_receipt_of_the_event_is_the_one_printed_at_the_counter(centre, procedure):
    receipt = factories.received(centre, procedure)
    event = receipt.dossiers.get().events.get()
    sent = attachments.make("receipt", event.pk)
    printed = papers.receipt_paper(receipt, by=centre.clerk, now=MONDAY)
    assert sent.content == printed.file.open("rb").read()
    assert sent.content.startswith(b"%PDF")
    assert sent.name.endswith(".pdf")


def test_several_dossiers_of_one_receipt_share_one_upload(centre, procedure):
    receipt = factories.received(centre, procedure, count=2)
    files = [attachments.make("receipt", dossier.events.get().pk) for dossier in receipt.dossiers.all()]
    assert files[0].source == files[1].source
