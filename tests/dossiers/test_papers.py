"""The receipt as issued: what it says is what was received, and a reprint is the same document."""

import datetime as dt
import io

import pypdf

from dossiers import papers
from dossiers.models import IssuedPaper
from dossiers.people import PersonData
from tests import factories
from tests.people import AN, MONDAY


def text_of(paper: IssuedPaper) -> str:
    with paper.file.open("rb") as file:
        return " ".join(
            " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(file.read())).pages).split()
        )


def test_the_receipt_says_what_was_received_and_is_kept_sealed(centre, procedure):
    receipt = factories.received(centre, procedure)
    paper = papers.receipt_paper(receipt, by=centre.clerk, now=MONDAY)
    text = text_of(paper)
    dossier = receipt.dossiers.get()
    for part in ("Nguyễn Văn An", dossier.code, procedure.name, "23/11/2026", "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG"):
        assert part in text, part
    raw = IssuedPaper.objects.raw("SELECT id, context AS stored FROM dossiers_issuedpaper")[0].stored
    assert "080085001234" not in raw


def test_a_reprint_is_the_same_document_whatever_happened_since(centre, procedure):
    receipt = factories.received(centre, procedure)
    first = papers.receipt_paper(receipt, by=centre.clerk, now=MONDAY)
    centre.agency.versions.update(name="Tên mới")
    again = papers.receipt_paper(receipt, by=centre.leader, now=MONDAY + dt.timedelta(days=30))
    assert (again.pk, again.sha256) == (first.pk, first.sha256)


def test_one_receipt_for_several_dossiers_lists_them_all(centre, procedure):
    receipt = factories.received(centre, procedure, count=3)
    text = text_of(papers.receipt_paper(receipt, by=centre.clerk, now=MONDAY))
    for dossier in receipt.dossiers.all():
        assert dossier.code in text


def test_the_form_set_is_that_of_the_day_of_receipt(centre, procedure):
    old_day = dt.datetime(2025, 9, 12, 9, 0, tzinfo=MONDAY.tzinfo)
    old = papers.receipt_paper(factories.received(centre, procedure, now=old_day), by=centre.clerk, now=old_day)
    new = papers.receipt_paper(factories.received(centre, procedure), by=centre.clerk, now=MONDAY)
    assert (old.form_set, new.form_set) == ("2018", "2025")


def test_a_long_name_and_address_still_give_a_paper(centre, procedure):
    long = PersonData(full_name="Nguyễn " + "Phương " * 8, id_number=AN.id_number, address="Ấp Phước Lý, " * 25)
    assert "Phương" in text_of(
        papers.receipt_paper(factories.received(centre, procedure, person=long), by=None, now=MONDAY)
    )
