"""The files that go out with messages are the very papers that were issued."""

from dossiers.letters import acts as letter_acts
from dossiers.models import Dossier
from dossiers.papers import receipts
from tests import factories
from tests.dossiers.letters.test_letters_acts import FRIDAY, drafted, pdf_of
from tests.dossiers.letters.test_letters_signed import signed_copy
from tests.people import MONDAY
from zalo.outbox import attachments


def test_the_receipt_of_the_event_is_the_one_printed_at_the_counter(centre, procedure):
    receipt = factories.received(centre, procedure)
    event = receipt.dossiers.get().events.get()
    sent = attachments.make("receipt", event.pk)
    printed = receipts.receipt_paper(receipt, by=centre.clerk, now=MONDAY)
    assert sent.content == pdf_of(printed)
    assert sent.content.startswith(b"%PDF")
    assert sent.name == f"giay-tiep-nhan-{receipt.dossiers.get().shown_number}.pdf"


def test_a_file_is_named_by_the_number_on_the_receipt(centre, procedure):
    receipt = factories.received(centre, procedure)
    Dossier.objects.update(receipt_number="12/TNHS 2026")
    assert attachments.make("receipt", receipt.dossiers.get().events.get().pk).name == "giay-tiep-nhan-12-TNHS-2026.pdf"


def test_several_dossiers_of_one_receipt_share_one_upload(centre, procedure):
    receipt = factories.received(centre, procedure, count=2)
    files = [attachments.make("receipt", dossier.events.get().pk) for dossier in receipt.dossiers.all()]
    assert files[0].source == files[1].source


def test_the_letter_goes_out_as_issued_then_as_signed_and_not_once_withdrawn(centre, procedure):
    letter = letter_acts.do("approve", drafted(centre, procedure), by=centre.leader, now=FRIDAY)
    sent = attachments.make("letter", letter.event_id)
    assert sent.content == pdf_of(letter.paper)
    assert sent.name == f"van-ban-01-PXL-TTPVHCC-{letter.dossier.shown_number}.pdf"
    letter_acts.do("attach", letter, content=signed_copy(letter), how="digital", by=centre.clerk, now=FRIDAY)
    signed = attachments.make("letter", letter.event_id)
    assert signed.content == signed_copy(letter)
    assert signed.source != sent.source
    letter_acts.do("withdraw", letter, by=centre.leader, now=FRIDAY, note="Nhầm")
    assert attachments.make("letter", letter.event_id) is None
