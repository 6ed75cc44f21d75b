"""A dossier added to a saved receipt, or taken off it: with right and reason, and papers that say what they replace."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from dossiers.intake import one_slip
from dossiers.models import Dossier, DossierEvent, PersonalDataRead, Receipt
from dossiers.papers import receipts
from dossiers.workflow import acts
from dossiers.workflow.moving import Stale
from tests import factories
from tests.dossiers.printed_forms.printed_paper import words
from tests.people import AN, MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]
ADD = reverse("admin:dossiers_dossier_add")


FEE = {"item-0-fees_shown": "1", "item-0-fee-0-name": "Lệ phí", "item-0-fee-0-quantity": "1"}
FEE |= {"item-0-fee-0-price": "15.000", "item-0-collected": "cash"}


@pytest.fixture
def first(client, centre, procedure):
    with time_machine.travel(MONDAY, tick=False):
        client.force_login(centre.clerk)
        yield factories.dossier(centre, procedure)


def printed(paper) -> str:
    with paper.file.open("rb") as file:
        return " ".join(words(file.read()).split())


def add(client, first: Dossier, **more):
    data = {"key": "them", "onto": first.receipt_id, "channel": "counter", "full_name": "Ai Khác"}
    data |= {"item-0-procedure": first.procedure.code, "item-0-all": "on", "reason": "Người dân nộp thêm một thửa"}
    data |= {"item-0-listed": f"{first.procedure.code}::counter"}
    return client.post(ADD, data | more)


def test_one_more_dossier_of_the_same_person_comes_onto_the_slip_of_the_day(client, centre, first):
    old = receipts.receipt_paper(first.receipt, by=centre.clerk, now=MONDAY)
    here = reverse("admin:dossiers_dossier_change", args=[first.pk])
    assert f"{ADD}?giay={first.receipt_id}" in client.get(here).content.decode()
    page = client.get(ADD, {"giay": first.receipt_id}).content.decode()
    assert f'value="{AN.full_name}"' in page and "mẫu 02" not in page
    assert PersonalDataRead.objects.filter(dossier=first, via="thêm hồ sơ vào giấy").count() == 1
    assert "Ghi lý do thêm hồ sơ" in add(client, first, reason=" ").content.decode()
    answer = add(client, first, unit=f"{centre.land.pk}:{centre.handler.pk}")
    assert answer.status_code == 302 and "thay=1" in answer["Location"], answer.content.decode()
    assert add(client, first)["Location"] == answer["Location"], "sent twice, it adds once"
    new = Dossier.objects.exclude(pk=first.pk).get()
    assert (new.receipt_id, new.receipt_number) == (first.receipt_id, first.receipt_number)
    assert (new.submitter_id, new.owner_id) == (first.submitter_id, first.submitter_id) and Receipt.objects.count() == 1
    assert new.handler == centre.handler and first.handler is None, "passed on as it was taken in"
    note = first.events.get(kind=DossierEvent.Kind.DETAILS_CORRECTED).facts["note"]
    assert "Người dân nộp thêm một thửa" in note and new.code in note
    client.post(reverse("admin:dossiers_receipt_replace", args=[new.pk]))
    text = printed(first.receipt.issued_papers.exclude(pk=old.pk).get())
    assert "Thay cho giấy tiếp nhận in lúc" in text and first.code in text and new.code in text


def test_a_receipt_of_another_day_or_centre_takes_nothing_more(client, centre, elsewhere, first):
    client.force_login(elsewhere.clerk)
    assert client.get(ADD, {"giay": first.receipt_id}).status_code == 404
    with time_machine.travel(MONDAY + dt.timedelta(days=1), tick=False):
        client.force_login(centre.clerk)
        here = client.get(reverse("admin:dossiers_dossier_change", args=[first.pk])).content.decode()
        assert "Thêm hồ sơ vào giấy này" not in here
        said = add(client, first)
    assert said.status_code == 422 and "hồ sơ nhận ngày 16/11/2026" in said.content.decode()
    client.force_login(centre.handler)
    assert client.get(ADD, {"giay": first.receipt_id}).status_code == 403
    assert Dossier.objects.count() == 1


def test_a_dossier_taken_off_has_a_receipt_of_its_own_that_says_what_it_replaces(client, centre, first):
    old = receipts.receipt_paper(first.receipt, by=centre.clerk, now=MONDAY)
    take_off = reverse("admin:dossiers_receipt_take_off", args=[first.pk])
    assert "chỉ có một hồ sơ" in client.post(take_off, {"reason": "nhầm"}, follow=True).content.decode()
    add(client, first, **FEE)
    new = Dossier.objects.exclude(pk=first.pk).get()
    assert new.fees.get().collected_at
    new.fees.update(collected_at=None)  # as cancelling the collection leaves it
    Dossier.objects.filter(pk=new.pk).update(fee_paid=False)
    take_off_new = reverse("admin:dossiers_receipt_take_off", args=[new.pk])
    said = client.post(take_off, {"reason": "nhầm"}, follow=True).content.decode()
    assert "tách hồ sơ kia" in said, "the number of the slip is the code of this one"
    assert "Ghi lý do tách" in client.post(take_off_new, {"reason": ""}, follow=True).content.decode()
    client.force_login(centre.handler)
    assert client.post(take_off_new, {"reason": "nhầm"}).status_code == 403
    with time_machine.travel(MONDAY + dt.timedelta(days=1), tick=False):
        client.force_login(centre.clerk)
        seen = {"reason": "hai người nhận khác nhau", "version": new.version}
        assert client.post(take_off_new, seen)["Location"].endswith("?moi=1")
        client.post(reverse("admin:dossiers_receipt_print", args=[Receipt.objects.latest("id").pk]))
    new.refresh_from_db()
    assert new.receipt_id != first.receipt_id and new.receipt_number == new.code
    assert new.receipt.register_number == first.receipt.register_number + 1
    text = printed(new.receipt.issued_papers.get())
    assert "15.000 đồng (chưa nộp)" in text, "what was cancelled before it was parted is not said to be paid"
    assert f"Thay cho giấy tiếp nhận số {old.number} đối với hồ sơ này" in text and first.code not in text
    assert [row.code for row in first.receipt.dossiers.all()] == [first.code]
    told = [event.facts["note"] for event in first.events.filter(kind=DossierEvent.Kind.DETAILS_CORRECTED)]
    assert any("hai người nhận khác nhau" in note and new.code in note for note in told)


def test_what_is_half_typed_for_a_saved_receipt_is_no_draft(client, first):
    assert (
        client.post(reverse("admin:dossiers_intake_draft"), {"onto": first.receipt_id, "full_name": "A"}).status_code
        == 204
    )
    page = client.get(ADD).content.decode()
    assert AN.full_name not in page and "Bỏ, nhập mới" not in page and 'name="onto"' not in page


def test_the_slip_of_a_filing_online_takes_nothing_more(client, centre, procedure):
    with time_machine.travel(MONDAY, tick=False):
        client.force_login(centre.clerk)
        filed = factories.submitted(centre, procedure)
        acts.do("accept", filed, by=centre.clerk, now=MONDAY, due_at=None)
        said = add(client, filed)
    assert said.status_code == 422 and "nộp trực tuyến" in said.content.decode()


def test_a_slip_taken_off_later_keeps_the_day_its_dossier_came(client, centre, first):
    add(client, first)
    new = Dossier.objects.exclude(pk=first.pk).get()
    later = MONDAY + dt.timedelta(days=1)
    one_slip.take_off(new, reason="nhầm", by=centre.clerk, now=later)
    new.refresh_from_db()
    assert "nhận ngày 16/11/2026" in one_slip.fault_of_adding(new.receipt, "thêm", by=centre.clerk, now=later)[1]


def test_taken_off_twice_at_once_is_taken_off_once(client, centre, first):
    add(client, first)
    seen, again = (Dossier.objects.exclude(pk=first.pk).get() for _ in range(2))
    one_slip.take_off(seen, reason="nhầm", by=centre.clerk, now=MONDAY)
    with pytest.raises(Stale):
        one_slip.take_off(again, reason="nhầm", by=centre.clerk, now=MONDAY)
    assert Receipt.objects.count() == 2
