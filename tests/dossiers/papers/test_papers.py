"""The receipt as issued: what it says is what was received, and a reprint is the same document."""

import datetime as dt
import importlib
import io
from unittest import mock

import pypdf
import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dossiers import printed_forms
from dossiers.intake.people import PersonData
from dossiers.models import Counter, IssuedPaper, Receipt
from dossiers.papers import books as registers
from dossiers.papers import issuing as papers
from dossiers.papers import receipts
from dossiers.papers import register as paper_register
from dossiers.printed_forms.printing import PrintError
from tests import factories
from tests.people import AN, MONDAY


def text_of(paper: IssuedPaper) -> str:
    with paper.file.open("rb") as file:
        return " ".join(
            " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(file.read())).pages).split()
        )


def test_the_receipt_says_what_was_received_and_is_kept_sealed(centre, procedure):
    receipt = factories.received(centre, procedure)
    paper = receipts.receipt_paper(receipt, by=centre.clerk, now=MONDAY)
    text = text_of(paper)
    dossier = receipt.dossiers.get()
    for part in ("Nguyễn Văn An", dossier.code, procedure.name, "23/11/2026", "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG"):
        assert part in text, part
    raw = IssuedPaper.objects.raw("SELECT id, context AS stored FROM dossiers_issuedpaper")[0].stored
    assert "080085001234" not in raw


def test_a_reprint_is_the_same_document_whatever_happened_since(centre, procedure):
    receipt = factories.received(centre, procedure)
    first = receipts.receipt_paper(receipt, by=centre.clerk, now=MONDAY)
    centre.agency.versions.update(name="Tên mới")
    again = receipts.receipt_paper(receipt, by=centre.leader, now=MONDAY + dt.timedelta(days=30))
    assert (again.pk, again.sha256) == (first.pk, first.sha256)


def test_one_receipt_for_several_dossiers_lists_them_all(centre, procedure):
    receipt = factories.received(centre, procedure, count=3)
    text = text_of(receipts.receipt_paper(receipt, by=centre.clerk, now=MONDAY))
    for dossier in receipt.dossiers.all():
        assert dossier.code in text


def test_the_history_is_asked_once_for_what_was_received(centre, procedure):
    dossier = factories.received(centre, procedure).dossiers.get()
    with CaptureQueriesContext(connection) as asked:
        receipts.as_received(dossier)
    assert sum("dossiers_dossierevent" in query["sql"] for query in asked) == 1


def test_the_form_set_is_that_of_the_day_of_receipt(centre, procedure):
    old_day = dt.datetime(2025, 9, 12, 9, 0, tzinfo=MONDAY.tzinfo)
    old = receipts.receipt_paper(factories.received(centre, procedure, now=old_day), by=centre.clerk, now=old_day)
    new = receipts.receipt_paper(factories.received(centre, procedure), by=centre.clerk, now=MONDAY)
    assert (old.form_set, new.form_set) == ("2018", "2025")


def test_a_long_name_and_address_still_give_a_paper(centre, procedure):
    long = PersonData(full_name="Nguyễn " + "Phương " * 8, id_number=AN.id_number, address="Ấp Phước Lý, " * 25)
    assert "Phương" in text_of(
        receipts.receipt_paper(factories.received(centre, procedure, person=long), by=None, now=MONDAY)
    )


def printed(centre, procedure, *, now: dt.datetime = MONDAY, at: dt.datetime | None = None) -> IssuedPaper:
    return receipts.receipt_paper(factories.received(centre, procedure, now=now), by=centre.clerk, now=at or now)


def test_receipts_are_numbered_per_agency_and_year_without_gaps(centre, elsewhere, procedure):
    # Each receipt has its number from the moment it is received: those never printed have theirs too.
    given = []
    for place in (centre, elsewhere, centre, centre):
        factories.received(place, procedure)
        given.append(printed(place, procedure).number)
    assert given == ["02/TNHS-TTPVHCC", "02/TNHS-TTPVHCC", "04/TNHS-TTPVHCC", "06/TNHS-TTPVHCC"]
    paper = IssuedPaper.objects.filter(register_agency=centre.agency).order_by("id").last()
    text = text_of(paper)
    assert "Số: 06/TNHS-TTPVHCC" in text
    assert "Quyển số: 2026 Số thứ tự: 6" in text
    (series,) = registers.series(centre.agency)
    assert (series.label, series.last, series.gaps) == ("Giấy tiếp nhận hồ sơ và hẹn trả kết quả", 6, 0)


def test_the_number_is_of_the_year_the_paper_bears(centre, procedure):
    eve, new_year = (dt.datetime(*day, 9, 0, tzinfo=MONDAY.tzinfo) for day in ((2026, 12, 31), (2027, 1, 4)))
    assert printed(centre, procedure, now=eve).register_year == 2026
    assert (printed(centre, procedure, now=new_year).register_number) == 1
    late = printed(centre, procedure, now=eve, at=new_year)
    assert (late.register_year, late.register_number, late.issued_at) == (2026, 2, new_year)


def test_a_receipt_that_cannot_be_printed_uses_no_number(centre, procedure, monkeypatch):
    receipt = factories.received(centre, procedure)
    with monkeypatch.context() as broken:
        broken.setattr(printed_forms, "render", _no_ink)
        with pytest.raises(PrintError):
            receipts.receipt_paper(receipt, by=centre.clerk, now=MONDAY)
    assert not IssuedPaper.objects.exists()
    assert receipts.receipt_paper(receipt, by=centre.clerk, now=MONDAY).register_number == 1


def _no_ink(*_args, **_kwargs):
    raise PrintError("Máy in hết mực.")


def test_a_receipt_has_one_paper(centre, procedure):
    paper = printed(centre, procedure)
    paper.pk, paper.token, paper.register_number = None, "another", 99
    with pytest.raises(IntegrityError), transaction.atomic():
        paper.save(force_insert=True)


def test_papers_printed_under_the_id_of_their_row_keep_it_and_the_series_goes_on(centre, elsewhere, procedure):
    """What migration 0003 does: the papers are in people's hands, so no number of theirs is given again."""
    old = [_printed_the_old_way(factories.received(centre, procedure)) for _ in range(2)]
    foreign = _printed_the_old_way(factories.received(elsewhere, procedure))
    files = {paper.pk: text_of(paper) for paper in old}
    migration = importlib.import_module("dossiers.migrations.0003_receipts_in_their_register")
    migration.register_printed(apps, None)
    migration.register_printed(apps, None)  # a second run finds nothing to do
    for paper in old:
        paper.refresh_from_db()
        assert (paper.register_agency, paper.register_number) == (centre.agency, paper.receipt_id)
        assert f"Số: {paper.number}" in files[paper.pk] == text_of(paper)
        again = receipts.receipt_paper(paper.receipt, by=centre.clerk, now=MONDAY)
        assert (again.pk, again.sha256) == (paper.pk, paper.sha256)
    assert printed(centre, procedure).register_number == old[-1].receipt_id + 1
    assert printed(elsewhere, procedure).register_number == foreign.receipt_id + 1
    assert Counter.objects.get(key=paper_register.series_key("receipt", centre.agency.pk, 2026)).last > 1


def test_what_was_received_before_numbers_came_with_it_is_numbered_in_batches(centre, procedure, monkeypatch):
    """What migration 0018 does: printed ones keep their number, broken off it goes on, done it changes nothing."""
    made = [factories.received(centre, procedure, now=MONDAY + dt.timedelta(days=day)) for day in range(5)]
    kept = receipts.receipt_paper(made[2], by=centre.clerk, now=MONDAY).register_number
    Receipt.objects.update(register_year=None, register_number=None)
    Counter.objects.filter(key=paper_register.series_key("receipt", centre.agency.pk, 2026)).update(last=kept)
    migration = importlib.import_module("dossiers.migrations.0018_number_received")
    monkeypatch.setattr(migration, "BATCH", 2)
    with monkeypatch.context() as broken, pytest.raises(ZeroDivisionError):
        broken.setattr(migration, "numbered", lambda *_: 1 / 0)
        migration.number_received(apps, mock.Mock(connection=connection))
    for _again in range(2):
        migration.number_received(apps, mock.Mock(connection=connection))
        rows = Receipt.objects.order_by("id").values_list("register_year", "register_number")
        assert list(rows) == [(2026, number) for number in (4, 5, 3, 6, 7)]
    assert factories.received(centre, procedure).register_number == 8


def _printed_the_old_way(receipt: Receipt) -> IssuedPaper:
    head = papers.head_of(
        receipt.agency, receipt.agency.versions.get(), symbol="TNHS", number=receipt.pk, day=MONDAY.date()
    )
    place = paper_register.Place(head, receipt.agency.versions.get(), "")
    context = receipts.context_of(receipt, [receipts.as_it_stands(each) for each in receipt.dossiers.all()], place)
    return papers.issue("receipt", context, by=None, now=MONDAY, receipt=receipt, day=MONDAY)


@pytest.mark.parametrize("state", ["submitted", "refused"])
def test_what_was_never_accepted_has_no_receipt_and_takes_no_number(client, centre, procedure, state):
    dossier = factories.in_state(state, centre, procedure)
    client.force_login(centre.clerk)
    page = reverse("admin:dossiers_dossier_change", args=[dossier.pk])
    answer = client.post(reverse("admin:dossiers_receipt_print", args=[dossier.receipt_id]), follow=True)
    assert answer.redirect_chain[-1][0] == page and "Hãy tiếp nhận hồ sơ rồi in" in answer.content.decode()
    assert "In giấy tiếp nhận" not in client.get(page).content.decode()
    assert not IssuedPaper.objects.exists()
