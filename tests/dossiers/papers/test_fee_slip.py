"""The slip of fees says what was collected, by whom, when and how; nothing of the intake that is not so."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from dossiers.models import Dossier, DossierEvent, IssuedPaper
from dossiers.papers.act_papers import printable
from dossiers.states import State
from dossiers.workflow import acts
from portal.desk import roles
from tests import factories, people
from tests.dossiers.printed_forms.printed_paper import words
from tests.people import AN, MONDAY

Kind = DossierEvent.Kind
THURSDAY = MONDAY.replace(hour=14, minute=20) + dt.timedelta(days=3)


@pytest.fixture
def colleague(centre):
    return people.member(centre.agency, "thu-ngan", roles.RECEPTION, "Thu ngân", unit=centre.front, desk=centre.desk)


def received(client, centre, procedure, **more) -> Dossier:
    """Return a dossier taken in on Monday through the page, with two fees."""
    client.force_login(centre.clerk)
    data = {"key": "s", "channel": "counter", "full_name": AN.full_name, "item-0-procedure": procedure.code}
    data |= {"item-0-all": "on", "item-0-listed": f"{procedure.code}::counter", "item-0-fees_shown": "1"}
    data |= {"item-0-fee-0-name": "Lệ phí cấp giấy", "item-0-fee-0-unit": "giấy", "item-0-fee-0-quantity": "2"}
    data |= {"item-0-fee-0-price": "325.000", "item-0-fee-1-name": "Phí thẩm định", "item-0-fee-1-price": "15.000"}
    with time_machine.travel(MONDAY, tick=False):
        answer = client.post(reverse("admin:dossiers_dossier_add"), data | more)
    assert answer.status_code == 302, answer.content.decode()
    return Dossier.objects.get()


def collected(client, dossier, user, method: str, at: dt.datetime) -> None:
    client.force_login(user)
    with time_machine.travel(at, tick=False):
        client.post(f"/admin/dossiers/dossier/{dossier.pk}/thu-phi/", {"method": method})


def slip(client, dossier, at: dt.datetime, kind: str = Kind.ACCEPTED) -> str:
    """Return the words of the slip as the page of the dossier offers and prints it."""
    event = dossier.events.get(kind=kind)
    address = reverse("admin:dossiers_event_paper", args=[dossier.pk, event.pk, "fee_receipt"])
    with time_machine.travel(at, tick=False):
        page = client.get(reverse("admin:dossiers_dossier_change", args=[dossier.pk])).content.decode()
        assert address in page
        client.post(address)
    with IssuedPaper.objects.get(event=event, form_code="fee_receipt").file.open("rb") as file:
        return " ".join(words(file.read()).split())


def test_what_a_colleague_collected_later_is_printed_as_it_was_collected(client, centre, procedure, colleague):
    dossier = received(client, centre, procedure)
    collected(client, dossier, colleague, "transfer", THURSDAY)
    text = slip(client, dossier, THURSDAY)
    for part in (
        "Lệ phí cấp giấy 02 giấy 325.000 đồng 650.000 đồng",
        "Phí thẩm định 01 15.000 đồng 15.000 đồng",
        "Tổng cộng: 665.000 đồng",
        "Hình thức nộp: chuyển khoản",
        f"14 giờ 20 phút, ngày {THURSDAY:%d} tháng {THURSDAY:%m}",
        colleague.get_full_name(),
    ):
        assert part in text, (part, text)
    assert centre.clerk.get_full_name() not in text and "tại quầy" not in text


def test_money_that_came_in_twice_is_told_twice(client, centre, procedure, colleague):
    dossier = received(client, centre, procedure, **{"item-0-collected": "cash"})
    dossier.fees.create(name="Phí bản sao", unit="bản", quantity=3, price=8000)
    Dossier.objects.filter(pk=dossier.pk).update(fee_total=689000, fee_paid=False)
    collected(client, dossier, colleague, "transfer", THURSDAY)
    text = slip(client, dossier, THURSDAY)
    assert "tiền mặt 665.000 đồng (" in text and "chuyển khoản 24.000 đồng (" in text
    assert "Tổng cộng: 689.000 đồng" in text
    assert colleague.get_full_name() in text and centre.clerk.get_full_name() in text


def test_a_sum_confirmed_by_notice_makes_no_slip_of_fees_nobody_collected(client, centre, procedure):
    dossier = factories.in_state(State.PAYMENT_REQUESTED, centre, procedure)
    Dossier.objects.filter(pk=dossier.pk).update(fee_total=15000)
    dossier.refresh_from_db()
    acts.do("confirm_payment", dossier, by=centre.clerk, now=THURSDAY)
    dossier.refresh_from_db()
    offered = [row.event.kind for row in printable(dossier, list(dossier.events.order_by("id")))]
    assert Kind.PAYMENT_CONFIRMED in offered and Kind.ACCEPTED not in offered
