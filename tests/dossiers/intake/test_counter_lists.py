"""A centre keeps a short list of papers and fees for its counters, and the procedures it takes at all."""

import datetime as dt
from html.parser import HTMLParser

import pytest
import time_machine

from dossiers import typed
from dossiers.deadlines.limits import limit_for
from dossiers.intake.asked_papers import AskedPaper
from dossiers.intake.counter_lists import CounterList, counter_list, every_paper
from dossiers.intake.whose_counter import Stated, is_taken, level_of
from dossiers.models import Agency, CounterProcedure, Dossier, ProcedureCase, ProcedureVersion, RequiredPaper, TimeLimit
from dossiers.papers.receipts import as_it_stands
from dossiers.printed_forms import FeeLine
from tests import people
from tests.people import AN, MONDAY

ADD = "/admin/dossiers/dossier/add/"


@pytest.fixture
def on_monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


def sent(papers=(), fees=(), **head) -> dict:
    data = {"papers-INITIAL_FORMS": "0", "papers-TOTAL_FORMS": len(papers)} | head
    data |= {"fees-INITIAL_FORMS": "0", "fees-TOTAL_FORMS": len(fees)}
    for prefix, rows in (("papers", papers), ("fees", fees)):
        data |= {f"{prefix}-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}
    return data


def keep(client, centre, procedure, *papers, **head):
    client.force_login(centre.administrator)
    page = f"/admin/dossiers/procedure/{procedure.pk}/quay/"
    assert "Đơn đăng ký theo mẫu" in client.get(page).content.decode()
    answer = client.post(page, sent(papers, **head))
    assert answer.status_code == 302, answer.content.decode()


class Boxes(HTMLParser):
    """What a browser sends of the page when nobody touches it."""

    def __init__(self, page: str):
        super().__init__()
        self.sent: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        unticked = said.get("type") == "checkbox" and "checked" not in said
        if tag == "input" and said.get("name") and not unticked:
            self.sent[said["name"]] = said.get("value") or ("on" if said.get("type") == "checkbox" else "")


def as_shown(client, person, procedure, **changed) -> CounterProcedure:
    """Return what is kept after the page was sent back as it is shown, but for what is changed."""
    client.force_login(person)
    page = f"/admin/dossiers/procedure/{procedure.pk}/quay/"
    answer = client.post(page, Boxes(client.get(page).content.decode()).sent | changed)
    assert answer.status_code == 302, answer.content.decode()
    return CounterProcedure.objects.get(checked_by=person, procedure=procedure)


FEE = {"fees-0-name": "Lệ phí", "fees-0-unit": "giấy", "fees-0-amount": "325.000"}


@pytest.fixture
def with_cases(procedure):
    """A procedure two cases of which ask for a paper of their own, and both for a third one."""
    version = procedure.versions.get()
    for order, name in enumerate(("Cấp mới", "Cấp lại"), 1):
        case = ProcedureCase.objects.create(version=version, name=name, order=order)
        for paper in (f"Tờ khai {name}", "Bản vẽ"):
            RequiredPaper.objects.create(version=version, case=case, name=paper, originals=1)
    return procedure


def test_a_fee_alone_leaves_the_papers_to_the_national_list(client, centre, with_cases, on_monday):
    kept = as_shown(client, centre.administrator, with_cases, **FEE)
    assert kept.papers is None and [fee["amount"] for fee in kept.fees] == [325000]
    kept = as_shown(client, centre.administrator, with_cases, taken="1")
    assert kept.papers is None and kept.fees and kept.taken


def test_a_changed_list_requires_of_nobody_what_only_a_case_asks_for(client, centre, with_cases, on_monday):
    rows = every_paper(with_cases.versions.get())
    kept = as_shown(client, centre.administrator, with_cases, **{f"papers-{len(rows)}-name": "Giấy riêng"}).papers
    assert len(kept) == len(rows) + 1
    conditional = {row["name"]: row["when"] for row in kept if not row["required"]}
    assert conditional.items() >= {
        ("Tờ khai Cấp mới", "Cấp mới"),
        ("Tờ khai Cấp lại", "Cấp lại"),
        ("Bản vẽ", "Cấp mới; Cấp lại"),
    }
    assert as_shown(client, centre.administrator, with_cases, **FEE).papers == kept


def test_a_kept_list_is_narrowed_to_the_case_as_the_national_one_is(client, centre, with_cases, on_monday):
    version = with_cases.versions.get()
    rows = every_paper(version)
    as_shown(client, centre.administrator, with_cases, **{f"papers-{len(rows)}-name": "Giấy riêng"})
    kept, case = counter_list(with_cases, centre.agency), version.cases.get(name="Cấp lại")
    asked = {paper.name: paper.required for paper in kept.papers_for(version, case, "counter")}
    assert asked["Tờ khai Cấp lại"] and asked["Bản vẽ"] and "Tờ khai Cấp mới" not in asked and "Giấy riêng" in asked
    client.force_login(centre.clerk)
    facts = client.get(ADD + "chi-tiet/", {"item-0-procedure": with_cases.code, "item-0-case": case.pk})
    assert "Tờ khai Cấp lại" in facts.content.decode() and "Tờ khai Cấp mới" not in facts.content.decode()


def test_a_case_is_not_named_where_a_longer_one_is(with_cases):
    version = with_cases.versions.get()
    lost = ProcedureCase.objects.create(version=version, name="Cấp lại do mất", order=3)
    again = version.cases.get(name="Cấp lại")
    kept = CounterList(papers=(AskedPaper("Đơn trình báo", required=False, when="Cấp lại do mất"),))
    assert [paper.required for paper in kept.papers_for(version, lost, "counter")] == [True]
    assert kept.papers_for(version, again, "counter") == ()
    assert kept.papers_for(version, None, "counter") == kept.papers


def test_what_the_province_keeps_is_not_copied_by_saving_something_else(client, centre, procedure, on_monday):
    above = people.centre("H80", "UBND tỉnh")
    centre.agency.parent = above.agency
    centre.agency.save()
    as_shown(client, above.administrator, procedure, fee_basis="NQ 12", **FEE, **{"papers-0-name": "Đơn ngắn"})
    own = as_shown(client, centre.administrator, procedure, taken="1")
    assert (own.papers, own.fees, own.fee_basis, own.taken) == (None, None, "", True)
    as_shown(client, above.administrator, procedure, **{"papers-0-name": "Đơn mới", "fees-0-amount": "400.000"})
    kept = counter_list(procedure, centre.agency)
    assert (kept.papers[0].name, kept.fees[0]["amount"], kept.fee_basis) == ("Đơn mới", 400000, "NQ 12")


def test_the_counter_asks_for_the_short_list_and_prints_it(client, centre, procedure, on_monday):
    keep(client, centre, procedure, {"name": "Đơn", "originals": 1, "required": "on"}, {"name": "Bản vẽ", "copies": 2})
    client.force_login(centre.clerk)
    data = {"key": "k", "item-0-procedure": procedure.code, "item-0-all": "on"}
    assert client.post(ADD, data | {"full_name": AN.full_name, "id_number": AN.id_number}).status_code == 302
    assert [paper.name for paper in Dossier.objects.get().papers.all()] == ["Đơn"]


def test_a_new_national_version_shows_what_changed_and_keeps_the_list(client, centre, procedure, on_monday):
    keep(client, centre, procedure, {"name": "Đơn", "originals": 1, "required": "on"})
    old = procedure.versions.get()
    new = ProcedureVersion.objects.create(
        procedure=procedure, number=2, name=old.name, valid_from=MONDAY.date(), levels=["xã"]
    )
    ProcedureVersion.objects.filter(pk=old.pk).update(valid_to=MONDAY.date() - dt.timedelta(days=1))
    for name in ("Đơn đăng ký theo mẫu", "Tờ cam kết"):
        RequiredPaper.objects.create(version=new, name=name, originals=2)
    found = client.get("/admin/dossiers/procedure/?quay=xem-lai").content.decode()
    assert "cần xem lại (1)" in found and procedure.code in found
    page = client.get(f"/admin/dossiers/procedure/{procedure.pk}/quay/").content.decode()
    assert "Thêm: Tờ cam kết" in page and "Bỏ: Bản gốc giấy chứng nhận" in page
    assert "Đổi: Đơn đăng ký theo mẫu: 2 bản chính (trước là 1)" in page
    kept = counter_list(procedure, centre.agency)
    assert kept.is_stale(new) and [paper.name for paper in kept.papers] == ["Đơn"]
    assert client.post(f"/admin/dossiers/procedure/{procedure.pk}/quay/", {"national": "1"}).status_code == 302
    assert counter_list(procedure, centre.agency).papers is None


def test_a_ministry_alone_is_not_offered_unless_the_centre_takes_it(client, centre, on_monday):
    ministry = people.procedure("9.000001", "Cấp phép của bộ")
    ministry.versions.update(levels=["bộ"])

    def offered() -> list[str]:
        client.force_login(centre.clerk)
        found = client.get(f"{ADD}thu-tuc/", {"q": "cap phep cua bo"}).json()["items"]
        return [row["code"] for row in found]

    assert offered() == []
    CounterProcedure.objects.create(agency=centre.agency, procedure=ministry, taken=True)
    assert offered() == ["9.000001"]
    own = people.procedure("9.000002", "Cấp phép của bộ và xã")
    CounterProcedure.objects.create(agency=centre.agency, procedure=own, taken=False)
    assert offered() == ["9.000001"]


@pytest.mark.parametrize(
    ("levels", "executing", "field", "commune", "province"),
    [
        (["commune"], "", "Hộ tịch", True, True),
        (["commune"], "Công đoàn cơ quan BHXH Việt Nam", "Hộ tịch", True, True),
        (["commune"], "Công an cấp Xã", "Đăng ký, quản lý cư trú", True, True),
        (["ministry", "commune"], "", "Thành lập và hoạt động doanh nghiệp (hộ kinh doanh)", True, True),
        (["province"], "Sở Xây dựng", "Hoạt động xây dựng", False, True),
        (["tỉnh"], "Chi nhánh Văn phòng đăng ký đất đai, Văn phòng đăng ký đất đai", "Đất đai", True, True),
        (["ministry", "province", "commune"], "Thuế tỉnh, thành phố, Thuế cơ sở", "Phí", False, False),
        (["ministry", "province", "commune"], "", "Thuế", False, False),
        (["commune"], "Chi cục Hải quan khu vực", "Hải quan", False, False),
        (["province", "commune"], "Bảo hiểm xã hội tỉnh", "Thực hiện chính sách BHXH", False, False),
        (["province", "commune"], "Sở Xây dựng, Cục Đường bộ Việt Nam", "Đường bộ", True, True),
        (["ministry"], "Bộ Tư pháp", "Luật sư", False, False),
        ([], "", "", True, True),
    ],
)
def test_the_catalogue_says_whose_counter_takes_a_procedure(levels, executing, field, commune, province):
    stated = Stated(tuple(levels), executing, field)
    assert (is_taken(stated, "commune"), is_taken(stated, "province")) == (commune, province)


def test_a_centre_is_of_the_level_of_the_agency_it_belongs_to(centre):
    assert level_of(Agency(kind="centre", parent=Agency(kind="commune"))) == "commune"
    assert level_of(Agency(kind="department", parent=Agency(kind="province"))) == "province"
    assert level_of(Agency(kind="tax")) == ""


def test_a_commune_is_not_offered_what_the_tax_office_takes(client, centre, on_monday):
    tax = people.procedure("9.000003", "Khai phụ thu")
    tax.versions.update(levels=["ministry", "commune"], executing_agency="Thuế cơ sở")
    Agency.objects.filter(pk=centre.agency.pk).update(kind="commune")
    client.force_login(centre.clerk)
    assert client.get(f"{ADD}thu-tuc/", {"q": "khai phu thu"}).json()["items"] == []
    CounterProcedure.objects.create(agency=centre.agency, procedure=tax, taken=True)
    assert len(client.get(f"{ADD}thu-tuc/", {"q": "khai phu thu"}).json()["items"]) == 1


def test_the_province_keeps_a_fee_once_for_the_centres_below(centre, procedure):
    above = people.centre("H80", "UBND tỉnh").agency
    centre.agency.parent = above
    centre.agency.save()
    fees = [{"name": "Lệ phí", "unit": "giấy", "amount": 325000}]
    CounterProcedure.objects.create(agency=above, procedure=procedure, fees=fees, fee_basis="NQ 12")
    kept = counter_list(procedure, centre.agency)
    assert (kept.fees, kept.fee_basis, kept.papers) == (tuple(fees), "NQ 12", None)


def test_only_those_who_may_keep_the_list(client, centre, procedure):
    client.force_login(centre.clerk)
    assert client.get(f"/admin/dossiers/procedure/{procedure.pk}/quay/").status_code == 403


@pytest.mark.parametrize(
    ("text", "sum_"),
    [("325.000", 325000), ("325,000 đ", 325000), ("1 250 000 đồng", 1250000), ("0", 0), ("15000", 15000)],
)
def test_sums_are_read_as_people_write_them(text, sum_):
    assert typed.amount(text) == sum_


@pytest.mark.parametrize("text", ["", "1.25", "ba trăm", "-5", "12.34.567", "1.000,00.0"])
def test_what_is_no_sum_is_none(text):
    assert typed.amount(text) is None


def received(client, centre, procedure, **fees) -> Dossier:
    client.force_login(centre.clerk)
    data = {"key": "f", "item-0-procedure": procedure.code, "item-0-all": "on", "full_name": AN.full_name}
    data |= {"item-0-listed": f"{procedure.code}::counter", "channel": "counter", "item-0-fees_shown": "1"}
    answer = client.post(ADD, data | {f"item-0-{name}": value for name, value in fees.items()})
    assert answer.status_code == 302, answer.content.decode()
    return Dossier.objects.get()


def test_fees_are_lines_with_number_and_sum_collected_at_once(client, centre, procedure, on_monday):
    first = {"fee-0-name": "Lệ phí", "fee-0-unit": "giấy", "fee-0-quantity": "2", "fee-0-price": "325.000"}
    dossier = received(
        client, centre, procedure, **first, collected="cash", **{"fee-1-name": "Phí", "fee-1-price": "0"}
    )
    assert [(line.name, line.quantity, line.total, line.collected_by) for line in dossier.fees.all()] == [
        ("Lệ phí", 2, 650000, centre.clerk),
        ("Phí", 1, 0, centre.clerk),
    ]
    assert (dossier.fee_total, dossier.fee_paid) == (650000, True)
    page = client.get(f"/admin/dossiers/dossier/{dossier.pk}/change/").content.decode()
    assert "2 giấy × 325.000 đồng" in page and "tiền mặt" in page
    total = client.get("/admin/dossiers/dossier/thu-phi/", {"ngay": f"{MONDAY:%d/%m/%Y}"}).content.decode()
    assert "650.000" in total and "Quầy 1" in total


def test_fees_can_be_collected_later_once(client, centre, procedure, on_monday):
    dossier = received(client, centre, procedure, **{"fee-0-name": "Lệ phí", "fee-0-price": "15.000"})
    assert not dossier.fee_paid
    collect = f"/admin/dossiers/dossier/{dossier.pk}/thu-phi/"
    assert "15.000 đồng" in client.post(collect, {"method": "transfer"}, follow=True).content.decode()
    assert "Không còn khoản nào" in client.post(collect, {"method": "cash"}, follow=True).content.decode()
    line = dossier.fees.get()
    dossier.refresh_from_db()
    assert (line.method, line.collected_by, dossier.fee_paid) == ("transfer", centre.clerk, True)


def test_the_day_has_a_sum_for_each_counter_and_names_people(client, centre, procedure, on_monday):
    first = {"fee-0-name": "Lệ phí", "fee-0-price": "15.000"}
    dossier = received(client, centre, procedure, **first, collected="cash")
    dossier.fees.create(name="Phí", price=8000, method="transfer", collected_at=MONDAY, collected_by=centre.leader)
    page = client.get("/admin/dossiers/dossier/thu-phi/", {"ngay": f"{MONDAY:%d/%m/%Y}"}).content.decode()
    table = " ".join(page.partition("<tbody>")[2].partition("</tbody>")[0].split())
    assert table.count("Tổng của Quầy 1") == 1 and "<b>23.000</b>" in table
    for user in (centre.clerk, centre.leader):
        assert f"<td>{user.get_full_name()}</td>" in table and f"<td>{user.username}</td>" not in table


def test_a_sum_that_cannot_be_read_comes_back_as_typed(client, centre, procedure, on_monday):
    client.force_login(centre.clerk)
    data = {"key": "f", "item-0-procedure": procedure.code, "item-0-all": "on", "full_name": AN.full_name}
    data |= {"item-0-listed": f"{procedure.code}::counter", "channel": "counter", "item-0-fees_shown": "1"}
    answer = client.post(ADD, data | {"item-0-fee-0-name": "Phí", "item-0-fee-0-price": "ba trăm"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "Số tiền chưa đúng" in page and 'value="ba trăm"' in page


@pytest.fixture
def unstated(centre):
    procedure = people.procedure("2.000815", "Chứng thực bản sao", amount=None)
    procedure.versions.get().time_limits.all().delete()
    return procedure


SAME_DAY = {"limit_unit": "same_day", "limit_basis": "Điều 7 Nghị định 23/2015/NĐ-CP"}


def test_a_limit_the_national_record_lacks_is_kept_once(client, centre, unstated, on_monday):
    keep(client, centre, unstated, **SAME_DAY)
    assert 'value="Điều 7 Nghị định' in client.get(f"/admin/dossiers/procedure/{unstated.pk}/quay/").content.decode()
    client.force_login(centre.clerk)
    facts = client.get(ADD + "thu-tuc/", {"item-0-procedure": unstated.code}).content.decode()
    assert "Nhập ngày hẹn trả" not in facts
    data = {"key": "k", "item-0-procedure": unstated.code, "item-0-all": "on"}
    assert client.post(ADD, data | {"full_name": AN.full_name, "id_number": AN.id_number}).status_code == 302
    dossier = Dossier.objects.get()
    assert (dossier.limit_unit, dossier.due_at.date(), dossier.clock_open) == ("same_day", MONDAY.date(), True)


def test_the_national_limit_comes_first_and_a_limit_kept_says_all_of_it(client, centre, procedure, unstated, on_monday):
    CounterProcedure.objects.create(agency=centre.agency, procedure=procedure, **SAME_DAY)
    assert limit_for(procedure.version_on(MONDAY.date()), None, "counter", centre.agency).amount == 5
    client.force_login(centre.administrator)
    page = f"/admin/dossiers/procedure/{unstated.pk}/quay/"
    for head in ({"limit_amount": "3"}, {"limit_unit": "working_day"}, {"limit_unit": "same_day"}):
        answer = client.post(page, sent([{"name": "Đơn", "originals": 1}], **head))
        assert answer.status_code == 422 and 'class="mc-error"' in answer.content.decode()
    assert not CounterProcedure.objects.filter(procedure=unstated).exists()


def test_a_limit_stays_while_the_page_shows_the_national_one_and_can_be_set_beside_that_of_a_case(
    client, centre, procedure, unstated, on_monday
):
    CounterProcedure.objects.create(agency=centre.agency, procedure=procedure, **SAME_DAY)
    keep(client, centre, procedure, {"name": "Đơn", "originals": 1, "required": "on"})
    assert CounterProcedure.objects.get(procedure=procedure).limit_unit == "same_day"
    version = unstated.versions.get()
    case = ProcedureCase.objects.create(version=version, name="Cấp lại", order=1)
    TimeLimit.objects.create(version=version, case=case, amount=3, unit="working_day")
    keep(client, centre, unstated, **SAME_DAY)
    assert CounterProcedure.objects.get(procedure=unstated).limit_unit == "same_day"


def test_a_province_keeps_the_limit_for_the_centres_below(centre, unstated):
    above = people.centre("H80", "UBND tỉnh").agency
    centre.agency.parent = above
    centre.agency.save()
    CounterProcedure.objects.create(agency=above, procedure=unstated, **SAME_DAY)
    assert limit_for(unstated.version_on(MONDAY.date()), None, "counter", centre.agency).unit == "same_day"


def test_what_is_free_is_said_so_on_the_page_and_the_paper(client, centre, procedure, on_monday):
    dossier = received(client, centre, procedure, **{"fee-0-name": "Phí, lệ phí", "fee-0-price": "0"})
    assert (dossier.fee_total, dossier.fee_paid) == (0, False)
    page = client.get(f"/admin/dossiers/dossier/{dossier.pk}/change/").content.decode()
    assert "Miễn phí" in page and "Thu tiền mặt" not in page
    assert [line.sentence() for line in as_it_stands(dossier).fees] == ["miễn phí"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (FeeLine("Phí, lệ phí", 15000, paid=True), "15.000 đồng (đã nộp)"),
        (FeeLine("Phí, lệ phí (2 bản × 8.000 đồng)", 16000), "16.000 đồng (2 bản × 8.000 đồng; chưa nộp)"),
        (FeeLine("Phí thẩm định", 15000), "Phí thẩm định: 15.000 đồng (chưa nộp)"),
    ],
)
def test_the_receipt_says_once_what_a_fee_is_called(line, said):
    assert line.sentence() == said
