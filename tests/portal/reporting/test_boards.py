"""The boards: the channel's figures by hand, mergers, odd questions, files with real numbers, the public page."""

from __future__ import annotations

import datetime as dt
import io
import itertools
from unittest import mock

import pytest
from django.contrib.auth.models import User
from django.http import QueryDict
from django.urls import reverse
from django.utils import translation
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from dossiers.lists.dossier_search import Asked, page_of
from dossiers.models import Agency, AgencySuccession, DelayCause, Dossier, IssuedPaper, LegalRule, Letter
from dossiers.states import State
from feedback.figures import periods
from portal.reporting import board, channel, form_06, keeping, lead, public_figures, scope, sums
from portal.reporting.channel import shares
from portal.reporting.models import AgencyDay, DossierDay, MessageDay, Report
from portal.reporting.provinces import province_in
from portal.reporting.tariff import KEY
from tests.portal.reporting.conftest import TODAY

pytestmark = pytest.mark.django_db
BOARD = "/admin/so-lieu/"
NOVEMBER = {"tu": "01/11/2026", "den": "20/11/2026"}


@pytest.fixture(scope="module")
def kept_count(kept_world, django_db_blocker):
    """The days of the world, counted once: half a second a test."""
    with django_db_blocker.unblock(), mock.patch("django.utils.timezone.now", return_value=TODAY):
        keeping.rebuild(dt.date(2026, 10, 1), TODAY.date(), now=TODAY)


@pytest.fixture
def counted(world, kept_count):
    return world


@given(st.lists(st.integers(0, 10**6), max_size=70))
def test_shares_of_something_add_up_to_a_hundred(counts):
    assert sum(shares(counts)) == (100 if sum(counts) else 0)
    assert all(
        abs(share - 100 * count / (sum(counts) or 1)) < 1 for share, count in zip(shares(counts), counts, strict=True)
    )


@pytest.mark.parametrize(
    "said, name",
    [("TP. HCM", "Hồ Chí Minh"), ("Thành phố Hồ Chí Minh", "Hồ Chí Minh"),
     ("Ấp 2, xã Cần Giuộc, tỉnh Tây Ninh", "Tây Ninh"),
     ("long an", "Long An"), ("Thừa Thiên Huế", "Huế"), ("số 5 đường Hà Nội, Đồng Nai", "Đồng Nai"), ("", ""),
     ("Xã Sơn Động", "")],
)  # fmt: skip
def test_a_province_is_read_from_what_people_write(said, name):
    assert province_in(said) == name


def test_the_channels_figures_by_hand(client, counted):
    period = periods.Period(dt.date(2026, 11, 1), TODAY.date())
    own = scope.of(frozenset({counted.own.agency.pk}), period.first, period.last)
    found = board.of_channel(counted.own.leader, own, period, today=TODAY.date())
    values = {figure.key: figure.value for figure in found.figures}
    assert (values["gained"], values["lost"], values["net"]) == (8, 1, 7) and values["per_day"] == 8 / 20
    month = board.of_channel(
        counted.own.leader, own, periods.Period(period.first, dt.date(2026, 11, 30)), today=TODAY.date()
    )
    [per_day] = [figure for figure in month.figures if figure.key == "per_day"]
    assert per_day.value == 8 / 20 and "20 ngày đã qua" in per_day.formula, "divided by days that have not come"
    assert [(home.name, home.count, home.share) for home in found.follows.homes] == [
        ("tỉnh Tây Ninh", 4, 50), ("Thành phố Hồ Chí Minh", 2, 25), ("không rõ", 2, 25),
    ]  # fmt: skip
    assert (found.follows.known, found.follows.gained) == (6, 8)
    assert (values["told"], values["untold"]) == (5, 1)
    assert (values["saved"], values["saved_net"]) == (5 * 350, 5 * 350 - 4 * 200)
    assert [count for _, count, _ in found.speed] == [2, 1, 1, 1, 1]  # the first of a case, seen
    # Its numbers open the messages they count.
    client.force_login(counted.own.leader)
    rows = [(figure.value, figure.address) for figure in found.figures if figure.key in {"told", "untold"}]
    for one in (*(one for _, one in found.kinds), *(one for _, one in found.agencies)):
        rows += [
            (getattr(one, name), one.to[name]) for name in ("all", "told", "otherwise", "untold", "rest") if one.to
        ]
        rows += [(one.by_outcome[name], one.to[name]) for name in ("delivered", "seen", "refused") if one.to]
        assert one.all == one.told + one.otherwise + one.by_outcome["refused"] + one.untold + one.rest
    assert len(rows) > 14 and all(address for _, address in rows)
    for number, address in rows:
        assert len(client.get(address).context["rows"]) == number, address
    # A dearer tariff from yesterday on: older days keep their price.
    first = LegalRule.objects.get(key=KEY)
    LegalRule.objects.create(
        key=KEY, title=first.title, value=500, article="Hợp đồng", valid_from=TODAY.date() - dt.timedelta(days=1)
    )
    again = board.of_channel(
        counted.own.leader, scope.of(None, period.first, period.last), period, today=TODAY.date()
    ).saving
    assert again.gross == 5 * 350 + 1 * 500 and len(again.lines) == 2


def test_after_a_merger_the_successor_answers_for_both(client, counted):
    AgencySuccession.objects.create(
        predecessor=counted.other.agency, successor=counted.own.agency, kind="merge", effective_on=dt.date(2026, 11, 15)
    )
    client.force_login(counted.own.leader)
    page = client.get(BOARD, NOVEMBER)
    received = {figure.key: figure.value for figure in page.context["board"].figures}["received"]
    assert received == sum(row.received for row in DossierDay.objects.filter(day__gte=dt.date(2026, 11, 1)))
    assert "kế thừa" in page.content.decode() and "15/11/2026" in page.content.decode()
    before = client.get(BOARD, {"tu": "01/11/2026", "den": "14/11/2026"})
    assert "kế thừa" not in before.content.decode()


def test_who_several_succeed_or_who_is_asked_alone_stays_a_line_of_its_own(counted):
    first, last = dt.date(2026, 11, 1), TODAY.date()
    merged = {"predecessor": counted.other.agency, "kind": "merge", "effective_on": dt.date(2026, 11, 15)}
    AgencySuccession.objects.create(successor=counted.own.agency, **merged)
    period = periods.Period(first, last)
    alone = scope.of(None, first, last, agency=counted.other.agency)
    assert [agency for agency, _ in channel.by_agency(alone, period)] == [counted.other.agency]
    assert set(sums.by_agency(alone, period)) == {counted.other.agency.pk}
    both = scope.of(None, first, last)
    assert [agency for agency, _ in channel.by_agency(both, period)] == [counted.own.agency]
    third = Agency.objects.create(code="H56.15", kind="commune", name="UBND xã Thứ Ba")
    AgencySuccession.objects.create(successor=third, **merged)
    own = scope.of(frozenset({counted.own.agency.pk}), first, last)
    assert own.inside == {counted.own.agency.pk} and own.heirs == {}
    assert sums.of_period(sums.by_day(own, period), period).received == 7
    [said] = own.notes
    assert "để ở dòng riêng" in said


def test_nothing_to_divide_by_is_a_dash_and_nobody_elses_is_counted(client, counted):
    client.force_login(counted.other.leader)
    page = client.get(BOARD, {"tu": "01/02/2026", "den": "28/02/2026"})
    shown = {figure.key: figure.shown for figure in page.context["board"].figures}
    assert shown["kept"] == shown["wait"] == shown["online"] == "–" and shown["received"] == "0"
    assert "0 %" not in page.content.decode().replace("100 %", "")
    november = client.get(BOARD, NOVEMBER).context["board"].figures
    assert {figure.key: figure.value for figure in november}["received"] == 1
    foreign = client.get(BOARD, {**NOVEMBER, "co-quan": counted.own.agency.code})
    assert "Không có cơ quan này" in foreign.content.decode()
    assert counted.own.agency.name not in foreign.content.decode()
    client.force_login(counted.other.clerk)
    for name in ("boards", "boards_06", "boards_workbook", "boards_06_workbook", "reports"):
        assert client.get(reverse(f"admin:{name}")).status_code == 403


@pytest.mark.parametrize(
    "asked",
    [{"tu": "31/02/2026", "den": "01/03/2026"}, {"tu": "02/11/2026", "den": "01/11/2026"},
     {"tu": "01/01/1990", "den": "01/01/2026"}, {"tu": "x"}, {"phong": "999999"},
     {"thu-tuc": "9.999999"}, {"co-quan": "²"}],
)  # fmt: skip
def test_odd_questions_are_answered_in_words(client, counted, asked):
    client.force_login(counted.own.leader)
    for tab in ("ho-so", "kenh", "su-dung", "hai-long"):
        page = client.get(BOARD, {**asked, "bang": tab})
        assert page.status_code == 200 and page.context["question"].error
    assert client.get(reverse("admin:boards_workbook"), asked).status_code == 302


def test_files_hold_real_numbers_and_say_who_made_them_when(client, counted):
    client.force_login(counted.own.leader)
    answer = client.get(reverse("admin:boards_workbook"), NOVEMBER)
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    name = counted.own.leader.get_full_name()
    for sheet in book:
        assert name in sheet["A1"].value and "15:00 ngày 20/11/2026" in sheet["A1"].value, sheet.title
    figures = {row[0].value: row[1].value for row in book["Tổng hợp"].iter_rows(min_row=3)}
    assert figures["Tiếp nhận"] == 7 and isinstance(figures["Ngày chờ trung bình"], float)
    assert figures["Tiền SMS giảm được"] == 1750
    [procedure] = book["Thủ tục nhiều hồ sơ nhất"].iter_rows(min_row=3, values_only=True)
    assert procedure[-3:] == (2, 1, 0), (
        "open, late, waiting under a letter: of procedures the late ones stood there as none, uncounted"
    )
    pictures = book["Biểu đồ"]._images
    assert [each.format for each in pictures] == ["png"] * 3, "the charts stood in the page alone"
    tops = [each.anchor._from.row for each in pictures]
    assert tops == sorted(set(tops)) and all(below - above > 18 for above, below in itertools.pairwise(tops))
    assert book["Hỏi tiến độ"]["A3"].value == "Cộng"
    days = list(book["Theo ngày"].iter_rows(min_row=3, values_only=True))
    assert sum(row[1] for row in days) == 7 and isinstance(days[0][0], dt.datetime)
    picture = client.get(reverse("admin:boards_picture", args=["ho-so"]), NOVEMBER)
    assert picture.content.startswith(b"\x89PNG") and len(picture.content) > 10_000
    assert client.get(reverse("admin:boards_picture", args=["khong-co"]), NOVEMBER).status_code == 302


def test_every_figure_and_every_number_of_a_line_opens_as_many_rows_as_it_says(client, counted):
    """What was open or late opened today's list, the days waited and most numbers of a line opened none."""
    merged = {"predecessor": counted.other.agency, "successor": counted.own.agency, "kind": "rename"}
    third = Agency.objects.create(code="H56.16", kind="commune", name="UBND xã dưới", parent=counted.own.agency)
    counted.dossier(counted.own, 10, None, 9, clock_open=True)
    counted.dossiers[-1].__class__.objects.filter(pk=counted.dossiers[-1].pk).update(agency=third)
    keeping.rebuild(dt.date(2026, 10, 1), TODAY.date(), now=TODAY)
    root = User.objects.get(pk=counted.own.leader.pk)
    root.is_superuser = True

    def opened(address: str) -> int:
        return len(page_of(Asked.from_query(QueryDict(address.split("?")[1])), root, TODAY).rows)

    def of(agency=None, last=20, **more):
        period = periods.Period(dt.date(2026, 11, 9), dt.date(2026, 11, last))
        asked = scope.of(None, period.first, period.last, agency=agency, **more)
        return board.of_dossiers(root, asked, period, now=TODAY)

    shares = {"kept": "kept", "on_time": "in_time", "wait": "waited", "online": "online"}
    for found in (of(), of(counted.own.agency, below=True), of(last=16), of(unit=counted.own.land)):
        whole = sums.of_period(found.days, found.period)
        for figure in found.figures:
            if found.scope.unit and figure.key in ("received", "online"):
                assert not figure.address, "where it was received only the days know"
                continue
            said = getattr(whole, shares[figure.key]) if figure.key in shares else figure.value
            assert opened(figure.address) == said, (found.scope.words, found.period.words, figure.key)
        for line in (line for table in found.tables for line in table.lines):
            numbers = {"received": line.totals.received, "finished": line.totals.settled, "kept": line.totals.kept,
                       "broken": line.totals.broken, "on_time": line.totals.in_time, "waited": line.totals.waited,
                       "open": line.open, "late": line.late, "waiting": line.waiting}  # fmt: skip
            for name, number in numbers.items():
                if found.scope.unit:
                    assert not line.to["received"]
                if line.to[name]:
                    assert opened(line.to[name]) == number, (found.scope.words, line.name, name)
    AgencySuccession.objects.create(effective_on=dt.date(2026, 11, 15), **merged)
    [both] = [line for line in of().tables[0].lines if line.name == counted.own.agency.name]
    assert opened(both.to["finished"]) == both.totals.settled > 5
    # Who belongs to the successor alone sees the figures of both; no list shows them the dossiers of both.
    november = periods.Period(dt.date(2026, 11, 9), TODAY.date())
    still = Dossier.objects.filter(agency=counted.other.agency).order_by("pk")[:1].values("pk")
    long_ago = TODAY - dt.timedelta(days=300)
    moved = {"state": State.APPRAISING, "clock_open": True, "finished_at": None, "state_changed_at": long_ago}
    assert Dossier.objects.filter(pk__in=list(still.values_list("pk", flat=True))).update(**moved) == 1
    asked = scope.of(frozenset({counted.own.agency.pk}), november.first, november.last)
    member = board.of_dossiers(counted.own.leader, asked, november, now=TODAY)
    whole = {figure.key: figure.value for figure in of(counted.own.agency).figures}
    assert {figure.key: figure.value for figure in member.figures} == whole and whole["stuck"]
    assert member.figures[1].value == both.totals.settled and not any(each.address for each in member.figures)
    assert not any(address for table in member.tables for line in table.lines for address in line.to.values())
    assert not lead.MessageLead(counted.own.leader, asked, november).of()
    # Some months later nothing is counted of the predecessor any more: the figures open their rows again.
    AgencyDay.objects.filter(agency=counted.other.agency).delete()
    MessageDay.objects.filter(agency=counted.other.agency).delete()
    member = board.of_dossiers(counted.own.leader, asked, november, now=TODAY)
    assert all(each.address for each in member.figures)
    assert lead.MessageLead(counted.own.leader, asked, november).of()
    AgencySuccession.objects.all().delete()
    client.force_login(counted.own.leader)
    page = client.get(BOARD, NOVEMBER).content.decode()
    assert "moment=waited" in page and page.count("moment=late") >= 2 and page.count("moment=open") >= 2


def test_form_06_adds_up_cell_by_cell(client, counted):
    period = periods.Period(dt.date(2026, 11, 9), TODAY.date())
    [of_field, of_agency] = form_06.forms(scope.of(None, period.first, period.last), period, today=TODAY.date())
    for form in (of_field, of_agency):
        assert form.agrees and form.total.to_settle == form.total.settled + form.total.open
        for column in range(len(form_06.HEAD)):
            assert sum(row.cells[column] for row in form.rows) == form.total.cells[column]
    # By hand, of both centres: 7 received in the period and 1 before; 2 settled early, 4 late; of 2 open ones 1 late.
    assert of_field.total.cells == (8, 0, 7, 1, 6, 2, 0, 4, 2, 1, 1)
    client.force_login(counted.own.leader)
    days = {"tu": "09/11/2026", "den": "20/11/2026"}
    for form in client.get(reverse("admin:boards_06"), days).context["forms"]:
        for row in (*form.rows, form.total):
            for cell, address in row.linked:
                if address:
                    asked = Asked.from_query(QueryDict(address.split("?")[1]))
                    assert len(page_of(asked, counted.own.leader, TODAY).rows) == cell, (form.code, row.name, address)
            assert sum(bool(address) for _, address in row.linked) == 6
    page = client.get(reverse("admin:boards_06"), days).content.decode()
    assert page.count('<td class="mb-num"><a href="/admin/dossiers/dossier/?') > 6
    assert client.get(reverse("admin:boards_06"), {"phong": counted.own.land.pk}).context["question"].scope.unit is None
    assert client.get(reverse("admin:boards_06")).context["question"].period == periods.Period(
        dt.date(2026, 11, 15), dt.date(2026, 12, 14)
    )


def test_from_a_few_no_per_cent_is_said():
    """1 → 59 stood there as +5800 %."""
    assert board.Figure("open", "Đang giải quyết", 59, 1, "").change == ""
    assert board.Figure("open", "Đang giải quyết", 59, 50, "").change == "+18 %"


def test_the_period_before(world):
    day = dt.date
    for first, last, before in (
        (day(2026, 11, 1), day(2026, 11, 30), (day(2026, 10, 1), day(2026, 10, 31))),
        (day(2026, 3, 1), day(2026, 3, 31), (day(2026, 2, 1), day(2026, 2, 28))),
        (day(2026, 10, 15), day(2026, 11, 14), (day(2026, 9, 15), day(2026, 10, 14))),
        (day(2025, 12, 15), day(2026, 12, 14), (day(2024, 12, 15), day(2025, 12, 14))),
        (day(2026, 1, 1), day(2026, 12, 31), (day(2025, 1, 1), day(2025, 12, 31))),
        (day(2026, 11, 5), day(2026, 11, 11), (day(2026, 10, 29), day(2026, 11, 4))),
    ):
        found = periods.Period(first, last).before
        assert (found.first, found.last) == before


def test_a_running_month_is_compared_with_as_many_days_of_the_month_before(client, counted):
    """Twenty days stood beside a whole month: everything looked as if it had fallen by a third."""
    day = dt.date
    for first, last, before in (
        (day(2026, 11, 1), day(2026, 11, 30), (day(2026, 10, 1), day(2026, 10, 20))),
        (day(2026, 11, 15), day(2026, 12, 14), (day(2026, 10, 15), day(2026, 10, 20))),
        (day(2026, 11, 1), day(2026, 11, 20), (day(2026, 10, 12), day(2026, 10, 31))),
        (day(2026, 12, 1), day(2026, 12, 31), (day(2026, 11, 1), day(2026, 11, 30))),
    ):
        found = periods.Period(first, last).before_until(TODAY.date())
        assert (found.first, found.last) == before
    march = periods.Period(day(2026, 3, 1), day(2026, 3, 31)).before_until(day(2026, 3, 30))
    assert march == periods.Period(day(2026, 2, 1), day(2026, 2, 28)), "no day of March itself"
    counted.dossier(counted.own, 51, 49, 50)  # received on 30 September, settled on 2 October
    counted.dossier(counted.own, 30, 28, 29)  # received on 21, settled on 23 October
    keeping.rebuild(day(2026, 9, 30), day(2026, 10, 24), now=TODAY)
    client.force_login(counted.own.leader)
    page = client.get(BOARD)
    figures = {figure.key: figure for figure in page.context["board"].figures}
    assert (figures["settled"].before, figures["received"].before) == (2, 1)
    assert "cùng số ngày của kỳ trước, từ 01/10/2026 đến 20/10/2026" in " ".join(page.content.decode().split())
    assert "so với kỳ trước từ 12/10/2026 đến 31/10/2026" in " ".join(
        client.get(BOARD, NOVEMBER).content.decode().split()
    )


def test_the_summary_of_a_month_says_what_moved_where_and_why(client, counted):
    cause = DelayCause.objects.create(code="tai-lieu", name="Chờ tài liệu của đơn vị khác", words="Đang chờ tài liệu")
    printed = {"form_code": "apology", "form_set": "2025", "title": "Văn bản", "context": "{}"}
    paper = IssuedPaper.objects.create(issued_at=TODAY, **printed)
    Letter.objects.create(
        dossier=counted.dossiers[5], agency=counted.own.agency, centre=counted.own.agency, cause=cause, state="issued",
        old_due_at=TODAY, new_due_at=TODAY, drafted_at=TODAY, issued_at=TODAY, paper=paper,
    )  # fmt: skip
    client.force_login(counted.own.leader)
    begin = client.get(reverse("admin:reports_begin"), {"loai": "thang-truoc"}).content.decode()
    assert "Tổng hợp kết quả tháng 10/2026" in begin and "01/10/2026" in begin and "31/10/2026" in begin
    asked = {"kind": "summary", "abstract": "Tháng 11", "issuer": counted.own.agency.pk, "first": "01/11/2026",
             "last": "20/11/2026", "agencies": [counted.own.agency.pk]}  # fmt: skip
    address = client.post(reverse("admin:reports_begin"), asked)["Location"]
    tables = {table["title"]: table["rows"] for table in Report.objects.latest("pk").figures["tables"]}
    assert list(tables) == [
        "So với kỳ từ 12/10/2026 đến 31/10/2026", "Theo phòng, bộ phận", "Thủ tục lỡ ngày hẹn đầu nhiều nhất",
        "Nguyên nhân ghi trong văn bản xin lỗi đã phát hành",
    ]  # fmt: skip
    moved = {row[0]: row[1:] for row in tables["So với kỳ từ 12/10/2026 đến 31/10/2026"]}
    assert moved["Hồ sơ tiếp nhận"] == ["7", "0", "+7"] and moved["Quá hạn cuối kỳ"] == ["1", "0", "+1"]
    assert moved["Đúng ngày hẹn đầu (%)"][2] != "–"
    assert tables["Theo phòng, bộ phận"][0][0] == counted.own.land.name
    assert tables["Nguyên nhân ghi trong văn bản xin lỗi đã phát hành"] == [["Chờ tài liệu của đơn vị khác", "1"]]
    page = client.get(address).content.decode()
    file = client.get(f"{address}tep/docx/").content
    cells = [c.text for t in Document(io.BytesIO(file)).tables for row in t.rows for c in row.cells]
    assert "Chờ tài liệu của đơn vị khác" in page and "Chờ tài liệu của đơn vị khác" in cells
    assert client.get(f"{address}tep/pdf/").status_code == 200


def test_the_public_page_tells_the_few_numbers_in_both_languages(client, counted):
    counted.dossier(counted.own, 45, 30, 29)
    keeping.rebuild(dt.date(2026, 10, 1), TODAY.date(), now=TODAY)
    page = client.get("/so-lieu/").content.decode()
    october = public_figures._read(TODAY.date())[-2]
    assert october.name == "10/2026" and october.over
    assert october.cells[:3] == ["2", "2", "50 %"] and october.cells[4] == "–" and october.cells[3] in page
    assert "Tháng 10/2026" in page and "<svg" in page
    assert page.count('scope="row"') == 2, "no row for the months before the first dossier"
    english = client.get("/so-lieu/?lang=en").content.decode()
    assert "Settled by the first promised day" in english
    assert "Hồ sơ" not in english.split("<main")[1].split("</main")[0]
    assert translation.get_language() == "vi"


def test_a_report_goes_on_among_the_outgoing_documents(client, counted):
    client.force_login(counted.own.leader)
    asked = {"kind": "summary", "abstract": "Tổng hợp tháng 11", "issuer": counted.own.agency.pk, "first": "01/11/2026",
             "last": "20/11/2026", "agencies": [counted.own.agency.pk]}  # fmt: skip
    opened = client.post(reverse("admin:reports_begin"), asked)
    act = opened["Location"] + "viec/"
    went = client.post(act, {"viec": "van-ban-di"})
    assert "/correspondence/document/" in went["Location"]
    page = client.get(went["Location"]).content.decode()
    assert "Tổng hợp tháng 11" in page and "Tồn tại, hạn chế" in page and "Cách tính" in page
