"""The files that go out with messages are the very papers that were issued."""

from dossiers import letter_issue, letters, signed_files
from portal import message_files
from tests import factories
from tests.dossiers.printed_paper import words
from tests.dossiers.test_letters_acts import FRIDAY, drafted, pdf_of
from tests.dossiers.test_letters_signed import signed_copy
from zalo import attachments


def test_the_letter_goes_out_as_issued_then_as_signed_and_not_once_withdrawn(centre, procedure):
    letter = letter_issue.approve(drafted(centre, procedure), by=centre.leader, now=FRIDAY)
    sent = attachments.make("letter", letter.event_id)
    assert sent.content == pdf_of(letter.paper)
    assert sent.name == "van-ban-01-PXL-TTPVHCC.pdf"
    signed_files.attach(letter, signed_copy(letter), how="digital", by=centre.clerk, now=FRIDAY)
    signed = attachments.make("letter", letter.event_id)
    assert signed.content == signed_copy(letter)
    assert signed.source != sent.source
    letters.withdraw(letter, by=centre.leader, now=FRIDAY, note="Nhầm")
    assert attachments.make("letter", letter.event_id) is None


def test_the_receipt_goes_out_as_printed(centre, procedure):
    dossier = factories.dossier(centre, procedure)
    sent = message_files.receipt(dossier.events.get().pk)
    assert dossier.code in words(sent.content)
    assert sent.source.startswith("paper:")
