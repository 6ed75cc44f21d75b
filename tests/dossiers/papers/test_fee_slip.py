"""The slip of fees says what was collected, by whom, when and how; nothing of the intake that is not so."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dossiers.lookup.pages import detail_of
from dossiers.lookup.rows import DETAIL_COLUMNS, rows_of
from dossiers.models import Dossier, DossierEvent, IssuedPaper
from dossiers.papers.act_papers import BUILDERS, printable
from dossiers.papers.register import draft_place
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
    text = slip(client, dossier, THURSDAY, Kind.FEES_COLLECTED)
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


def test_money_that_came_in_twice_has_a_slip_each_time(client, centre, procedure, colleague):
    dossier = received(client, centre, procedure, **{"item-0-collected": "cash"})
    dossier.fees.create(name="Phí bản sao", unit="bản", quantity=3, price=8000)
    Dossier.objects.filter(pk=dossier.pk).update(fee_total=689000, fee_paid=False)
    collected(client, dossier, colleague, "transfer", THURSDAY)
    later = slip(client, dossier, THURSDAY, Kind.FEES_COLLECTED)
    assert "Tổng cộng: 24.000 đồng" in later and "Hình thức nộp: chuyển khoản" in later and "Lệ phí" not in later
    client.force_login(centre.clerk)
    first = slip(client, dossier, THURSDAY)
    assert "Tổng cộng: 665.000 đồng" in first and "Hình thức nộp: tiền mặt" in first and "bản sao" not in first


def money_of(client, user, day: dt.datetime) -> str:
    """Return the words of the page of that day's money."""
    client.force_login(user)
    page = client.get(reverse("admin:dossiers_fees_day"), {"ngay": f"{day:%d/%m/%Y}"}).content.decode()
    return " ".join(page.partition("Tiền thu trong ngày")[2].split())


def cancelled(client, dossier, user, at: dt.datetime, only: str = "", **said) -> str:
    """Cancel the collection of the first line, or the line of that name alone; return the page that follows."""
    client.force_login(user)
    line = dossier.fees.exclude(collected_at=None).first()
    sent = {"line": line.pk if line else "", "only": dossier.fees.get(name=only).pk if only else ""}
    with time_machine.travel(at, tick=False):
        answer = client.post(reverse("admin:dossiers_fees_cancel", args=[dossier.pk]), sent | said)
        return client.get(answer["Location"]).content.decode() if answer.status_code == 302 else str(answer.status_code)


def test_a_collection_that_was_a_mistake_is_cancelled_and_the_new_slip_says_so(client, centre, procedure, colleague):
    dossier = received(client, centre, procedure, **{"item-0-collected": "cash"})
    slip(client, dossier, MONDAY)
    old = IssuedPaper.objects.get(form_code="fee_receipt")
    assert cancelled(client, dossier, colleague, THURSDAY, reason="x") == "403"
    assert "Ghi lý do hủy thu" in cancelled(client, dossier, centre.leader, THURSDAY)
    page = cancelled(client, dossier, centre.leader, THURSDAY, reason="thu nhầm mức")
    assert "Đã hủy thu 665.000 đồng" in page and "thu nhầm mức" in page and "<b>đã hủy</b>" in page
    assert "đã được hủy" in cancelled(client, dossier, centre.leader, THURSDAY, reason="lần nữa")
    dossier.refresh_from_db()
    assert not dossier.fee_paid and not dossier.fees.exclude(collected_at=None).exists()
    assert reverse("admin:dossiers_event_paper", args=[dossier.pk, old.event_id, "fee_receipt"]) not in page
    # The days: Monday's till had the money, Thursday's gave it back and took the right sum.
    assert ": 665.000 đồng" in money_of(client, centre.leader, MONDAY)
    assert ": -665.000 đồng" in money_of(client, centre.leader, THURSDAY)
    dossier.fees.filter(name="Lệ phí cấp giấy").update(quantity=1)
    collected(client, dossier, colleague, "cash", THURSDAY + dt.timedelta(minutes=5))
    day = money_of(client, centre.leader, THURSDAY)
    assert "Hủy thu tiền mặt" in day and "340.000" in day and ": -325.000 đồng" in day
    text = slip(client, dossier, THURSDAY, Kind.FEES_COLLECTED)
    assert f"Thay cho phiếu thu số {old.number}, đã hủy" in text and "Tổng cộng: 340.000 đồng" in text
    assert IssuedPaper.objects.get(event__kind=Kind.FEES_COLLECTED).replaces == old


def paper_of(event: DossierEvent) -> IssuedPaper:
    return IssuedPaper.objects.get(event=event, form_code="fee_receipt")


def test_one_line_of_a_collection_is_cancelled_alone_and_what_is_left_has_a_slip(client, centre, procedure, colleague):
    dossier = received(client, centre, procedure, **{"item-0-collected": "cash"})
    slip(client, dossier, MONDAY)
    old = IssuedPaper.objects.get(form_code="fee_receipt")
    page = cancelled(client, dossier, centre.leader, THURSDAY, only="Phí thẩm định", reason="được miễn")
    assert "Đã hủy thu 15.000 đồng" in page and "<b>đã hủy</b>" in page
    assert [line.name for line in dossier.fees.exclude(collected_at=None)] == ["Lệ phí cấp giấy"]
    assert ": -15.000 đồng" in money_of(client, centre.leader, THURSDAY)
    client.force_login(centre.leader)
    rest = slip(client, dossier, THURSDAY, Kind.FEES_CANCELLED)
    assert "Tổng cộng: 650.000 đồng" in rest and "Phí thẩm định" not in rest
    assert f"Thay cho phiếu thu số {old.number}, đã hủy" in rest
    # Collected again, that line has a slip of its own that replaces none.
    collected(client, dossier, colleague, "transfer", THURSDAY + dt.timedelta(minutes=5))
    again = slip(client, dossier, THURSDAY + dt.timedelta(minutes=6), Kind.FEES_COLLECTED)
    assert "Tổng cộng: 15.000 đồng" in again and "Thay cho" not in again
    # The rest cancelled too: its slip falls as well, the other one stands.
    later = THURSDAY + dt.timedelta(hours=1)
    page = cancelled(client, dossier, centre.leader, later, only="Lệ phí cấp giấy", reason="thu nhầm hồ sơ")
    assert page.count("<b>đã hủy</b>") == 2


def test_a_part_cancelled_before_any_slip_was_printed_leaves_one_slip(client, centre, procedure):
    dossier = received(client, centre, procedure, **{"item-0-collected": "cash"})
    cancelled(client, dossier, centre.leader, THURSDAY, only="Phí thẩm định", reason="được miễn")
    client.force_login(centre.leader)
    page = client.get(reverse("admin:dossiers_dossier_change", args=[dossier.pk])).content.decode()
    accepted, back = dossier.events.get(kind=Kind.ACCEPTED), dossier.events.get(kind=Kind.FEES_CANCELLED)
    offered = [
        reverse("admin:dossiers_event_paper", args=[dossier.pk, event.pk, "fee_receipt"]) for event in (accepted, back)
    ]
    assert [address in page for address in offered] == [False, True]
    assert "Tổng cộng: 650.000 đồng" in slip(client, dossier, THURSDAY, Kind.FEES_CANCELLED)
    assert paper_of(back).replaces is None


def test_the_one_slip_of_money_that_came_in_twice_before_each_time_had_its_own(client, centre, procedure):
    """Of old data one slip tells both times: cancelling one of them left it valid, with money on it that went back."""
    dossier = received(client, centre, procedure, **{"item-0-collected": "cash"})
    second = MONDAY + dt.timedelta(hours=2)
    dossier.fees.filter(name="Phí thẩm định").update(collected_at=second)
    slip(client, dossier, second)
    old = IssuedPaper.objects.get(form_code="fee_receipt")
    page = cancelled(client, dossier, centre.leader, THURSDAY, reason="thu nhầm")
    assert "Đã hủy thu 650.000 đồng" in page and "<b>đã hủy</b>" in page
    rest = slip(client, dossier, THURSDAY, Kind.FEES_CANCELLED)
    assert "Tổng cộng: 15.000 đồng" in rest and f"Thay cho phiếu thu số {old.number}, đã hủy" in rest


def test_printing_a_slip_asks_for_its_dossiers_money_once(client, centre, procedure):
    dossier = received(client, centre, procedure, **{"item-0-collected": "cash"})
    slip(client, dossier, MONDAY)
    cancelled(client, dossier, centre.leader, THURSDAY, reason="thu nhầm mức")
    collected(client, dossier, centre.clerk, "cash", THURSDAY + dt.timedelta(minutes=5))
    event = dossier.events.get(kind=Kind.FEES_COLLECTED)
    with CaptureQueriesContext(connection) as asked, time_machine.travel(THURSDAY, tick=False):
        client.post(reverse("admin:dossiers_event_paper", args=[dossier.pk, event.pk, "fee_receipt"]))
    assert sum('FROM "dossiers_dossierfee"' in query["sql"] for query in asked) == 1
    assert paper_of(event).replaces is not None


def test_money_is_booked_as_the_cashier_saw_it_or_not_at_all(client, centre, procedure):
    dossier = received(client, centre, procedure)
    page = client.get(reverse("admin:dossiers_dossier_change", args=[dossier.pk])).content.decode()
    assert f'name="version" value="{dossier.version}"' in page
    seen = {"version": dossier.version, "method": "cash"}
    with time_machine.travel(MONDAY, tick=False):
        acts.do("correct_details", dossier, by=centre.clerk, now=MONDAY, values={"content": "Khác"}, note="Sửa")
        said = client.post(f"/admin/dossiers/dossier/{dossier.pk}/thu-phi/", seen, follow=True)
    assert "tải lại trang" in said.content.decode()
    assert not dossier.fees.exclude(collected_at=None).exists()


def test_a_sum_without_lines_is_collected_and_cancelled_like_them(client, centre, procedure):
    dossier = factories.dossier(centre, procedure)
    Dossier.objects.filter(pk=dossier.pk).update(fee_total=15000)
    collected(client, dossier, centre.clerk, "cash", THURSDAY)
    dossier.refresh_from_db()
    assert dossier.fee_paid and [line.total for line in dossier.fees.all()] == [15000]
    cancelled(client, dossier, centre.leader, THURSDAY + dt.timedelta(hours=1), reason="nhầm hồ sơ")
    dossier.refresh_from_db()
    assert not dossier.fee_paid and dossier.fees.get().collected_at is None
    # Paid before lines were kept: the sum itself is what is taken back.
    other = factories.dossier(centre, procedure)
    Dossier.objects.filter(pk=other.pk).update(fee_total=20000, fee_paid=True)
    cancelled(client, other, centre.leader, THURSDAY, reason="nhầm hồ sơ")
    other.refresh_from_db()
    assert not other.fee_paid and [line.total for line in other.fees.all()] == [20000]


def test_a_sum_confirmed_by_notice_makes_no_slip_of_fees_nobody_collected(client, centre, procedure):
    dossier = factories.in_state(State.PAYMENT_REQUESTED, centre, procedure)
    Dossier.objects.filter(pk=dossier.pk).update(fee_total=15000)
    dossier.refresh_from_db()
    acts.do("confirm_payment", dossier, by=centre.clerk, now=THURSDAY)
    dossier.refresh_from_db()
    offered = [row.event.kind for row in printable(dossier, list(dossier.events.order_by("id")))]
    assert Kind.PAYMENT_CONFIRMED in offered and Kind.ACCEPTED not in offered
    assert not dossier.fee_paid and dossier.notice_paid == 120000


def test_form_05_and_the_citizen_are_told_fees_and_notices_apart(client, centre, procedure):
    dossier = factories.in_state(State.PAYMENT_REQUESTED, centre, procedure)
    Dossier.objects.filter(pk=dossier.pk).update(fee_total=15000)
    dossier.refresh_from_db()
    asked = f"{int(dossier.payment_due):,}".replace(",", ".")
    acts.do("confirm_payment", dossier, by=centre.clerk, now=THURSDAY)
    acts.do("stop", dossier, by=centre.leader, now=THURSDAY, reasons=[factories.REASON])
    refund = BUILDERS["stop"](dossier.events.get(kind=Kind.STOPPED), draft_place("stop", centre.agency, now=THURSDAY))
    assert f"Số tiền đã nộp theo thông báo {asked} đồng" in refund.refund and "15.000" not in refund.refund
    told = detail_of(rows_of(Dossier.objects.filter(pk=dossier.pk), *DETAIL_COLUMNS).get(), THURSDAY)
    assert (told.fee_paid, f"{int(told.notice_paid):,}".replace(",", ".")) == (False, asked)
