"""The staff list: what each search finds, pages without gaps, few queries, nothing of other agencies."""

import datetime as dt
import itertools
import re
from urllib.parse import parse_qsl

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from dossiers.intake import counter as intake
from dossiers.intake import people
from dossiers.intake.counter import Intake, Item
from dossiers.intake.people import PersonData
from dossiers.lateness.worklists import TABS, WORKLISTS, counts_of
from dossiers.lists import accelerators, dossier_search
from dossiers.lists.dossier_search import PAGE, Asked, page_of
from dossiers.models import Applicant, Dossier, Procedure, public_token
from dossiers.search_text import fold
from dossiers.states import State
from tests.factories import dossier, in_state
from tests.people import AN, MONDAY, member

NOW = MONDAY + dt.timedelta(hours=4)
LIST = "/admin/dossiers/dossier/"


def fresh(user: User) -> User:
    """Return the user without what an earlier request remembered."""
    return User.objects.get(pk=user.pk)


def found(user, text: str, **more) -> list[Dossier]:
    return page_of(Asked(q=text, **more), fresh(user), NOW).rows


def copies(row: Dossier, names: list[str]) -> list[Dossier]:
    """Return copies of the dossier under other codes and owners' names, numbered on."""
    person = Applicant.objects.get(pk=row.owner_id)
    made = []
    for number, name in enumerate(names, start=100):
        owner = Applicant.objects.create(full_name=name, kind=person.kind)
        made.append(
            Dossier(
                **{
                    field.attname: getattr(row, field.attname)
                    for field in Dossier._meta.concrete_fields
                    if field.attname not in {"id", "code", "receipt_number", "token", "owner_name"}
                }
                | {
                    "code": f"{row.code[:-7]}{number:07d}",
                    "receipt_number": f"{row.code[:-7]}{number:07d}",
                    "token": public_token(),
                    "owner_id": owner.pk,
                    "submitter_id": owner.pk,
                    "owner_name": name,
                    "owner_name_folded": fold(name),
                }
            )
        )
    return Dossier.objects.bulk_create(made)


@pytest.fixture
def row(centre, procedure) -> Dossier:
    return dossier(centre, procedure)


def test_code_in_any_spelling_and_its_beginning(centre, row):
    other = copies(row, ["Trần Văn Bảy"])[0]
    assert found(centre.clerk, f" {row.code.lower()} ") == [row]
    assert found(centre.clerk, row.code.replace("-", " ")) == [row]
    assert found(centre.clerk, row.code[:-2]) == [row]
    assert found(centre.clerk, row.code[:6]) == [other, row], "newest first"
    assert found(centre.clerk, row.code[:-7] + "9999999") == []


def test_names_from_the_beginning_of_any_word_without_accents(centre, row):
    copies(row, ["Lê Thị Lan", "Trần Đức Bình An", "Công ty TNHH An Khang", "Nguyễn Thanh"])
    names = lambda text: [each.owner_name for each in found(centre.clerk, text)]  # noqa: E731
    assert names("nguyen van an") == ["Nguyễn Văn An"]
    assert names("Nguyễn") == ["Nguyễn Thanh", "Nguyễn Văn An"]
    assert names("an") == ["Công ty TNHH An Khang", "Trần Đức Bình An", "Nguyễn Văn An"], "not Lan, not Thanh"
    assert names("đức bình") == ["Trần Đức Bình An"]
    assert names("van") == ["Nguyễn Văn An"]
    assert names("khong co ai") == []


def test_a_name_of_its_day_is_found_after_the_owner_changed_it(centre, row):
    people.keep(people.checked(PersonData("Nguyễn Văn Bình", id_number=AN.id_number)), centre.agency, renamed=True)
    assert found(centre.clerk, "nguyen van an") == [row]


def test_id_phone_and_what_they_are_not(centre, procedure, row):
    receipt = intake.receive(
        Intake(
            agency=centre.agency,
            submitter=PersonData("Bùi Thị Tư", phone="0903000111"),
            items=(
                Item(
                    procedure=procedure, owner=PersonData("Công ty An Phát", kind="enterprise", id_number="0100109106")
                ),
            ),
        ),
        by=centre.clerk,
        now=MONDAY,
    )
    mine = receipt.dossiers.get()
    assert found(centre.clerk, AN.id_number) == [row]
    assert found(centre.clerk, "0912 345 678") == [row]
    assert found(centre.clerk, "+84912345678") == [row]
    assert found(centre.clerk, "0100109106") == [mine], "the owner's tax code"
    assert found(centre.clerk, "0903 000 111") == [mine], "the submitter's phone"
    assert found(centre.clerk, "0399999999") == []


def test_one_letter_is_answered_with_a_sentence(centre, row):
    page = page_of(Asked(q="a"), centre.clerk, NOW)
    assert page.rows == [] and "ít nhất 2 chữ cái" in page.note


@pytest.mark.parametrize("text", ["%", "_%_", "a%b", "\\", "'; --", "☃☃", "0" * 150, "1" * 40, "-" * 60, "tran%"])
def test_strange_words_find_nothing_and_break_nothing(centre, row, text):
    assert found(centre.clerk, text) == []


def test_a_list_is_narrowed_to_a_procedure_by_its_code_a_part_of_it_or_words_of_its_name(centre, procedure, row):
    other = copies(row, ["Trần Văn Bảy"])[0]
    second = Procedure.objects.create(code="2.004321", name="Cấp giấy phép xây dựng nhà ở riêng lẻ")
    Dossier.objects.filter(pk=other.pk).update(procedure=second)
    for asked in ("2.004321", "4321", "xây dựng nhà", "XAY DUNG", "giay phep nha o"):
        assert found(centre.clerk, "", procedure=asked) == [other], asked
    assert found(centre.clerk, "", procedure=procedure.code) == [row]
    assert found(centre.clerk, "", procedure="kết hôn") == []
    assert found(centre.clerk, "", procedure="%") == [other, row], "nothing said narrows nothing"


def test_a_list_is_narrowed_to_a_room_a_person_a_way_of_handing_in_and_days(centre, row):
    other = copies(row, ["Trần Văn Bảy"])[0]
    later = row.received_at + dt.timedelta(days=10)
    facts = {"unit": centre.land, "handler": centre.handler, "channel": "online", "received_at": later}
    Dossier.objects.filter(pk=row.pk).update(unit=None, handler=None)
    Dossier.objects.filter(pk=other.pk).update(**facts)
    day = f"{later:%d/%m/%Y}"
    for asked in (
        {"unit": str(centre.land.pk)},
        {"handler": str(centre.handler.pk)},
        {"channel": "online"},
        {"moment": "received", "first": day, "last": day},
    ):
        assert found(centre.clerk, "", **asked) == [other], asked
    assert found(centre.clerk, "", unit=dossier_search.NOBODY) == [row]
    assert found(centre.clerk, "", handler=dossier_search.NOBODY, channel=row.channel) == [row]


def test_other_agencies_are_never_found(centre, elsewhere, procedure, row):
    theirs = dossier(elsewhere, procedure, person=AN)
    for text in (theirs.code, theirs.code[:8], "nguyen van an", AN.id_number, "0912345678"):
        assert theirs not in found(centre.clerk, text)
    for name in ["", *WORKLISTS]:
        assert theirs not in page_of(Asked(worklist=name), fresh(centre.clerk), NOW).rows
    assert theirs in found(elsewhere.clerk, "nguyen van an")


def test_worklists_hold_what_they_say_and_are_counted_at_once(centre, procedure):
    rows = {state: in_state(state, centre, procedure) for state in State.values}
    expected = {
        "mine": [State.APPRAISING, State.ASSIGNED],
        "sign": [State.SIGNING],
        "unassigned": [State.ACCEPTED],
        "waiting": [State.PAYMENT_REQUESTED, State.SUPPLEMENT_REQUESTED],
        "ready": [State.RESULT_READY],
        "online": [State.SUBMITTED],
    }
    for name, states in expected.items():
        shown = page_of(Asked(worklist=name), fresh(centre.handler), NOW).rows
        assert {each.state for each in shown} == set(states), name
    late = rows[State.ACCEPTED].due_at + dt.timedelta(days=1)
    shown = page_of(Asked(worklist="late"), fresh(centre.handler), late).rows
    assert {each.state for each in shown} == {"accepted", "assigned", "appraising", "signing", "withdrawal_requested"}
    user = fresh(centre.handler)
    counts_of(["mine", "soon"], user, NOW)  # what is soon is read once a minute
    with CaptureQueriesContext(
        connection,
    ) as captured:
        counts = counts_of({each.name for each in TABS} - {"beyond"}, user, NOW)  # it asks the calendar before
    assert len(captured) == 1
    assert counts["mine"] == "2" and counts["waiting"] == "2" and counts["late"] == "0" and counts["online"] == "1"


def test_counts_stop_at_ninety_nine(centre, row):
    copies(row, [f"Người {number}" for number in range(120)])
    assert counts_of(["unassigned"], fresh(centre.clerk), NOW) == {"unassigned": "99+"}
    assert counts_of([], fresh(centre.clerk), NOW) == {}


@pytest.fixture
def three_agencies(centre, elsewhere, procedure, row):
    """A user of two agencies with 130 dossiers, beside a third agency with 40."""
    from tests.people import centre as another

    outside = another("H80.77", "Trung tâm Phục vụ hành chính công xã Mỹ Lộc")
    theirs = dossier(elsewhere, procedure)
    copies(row, [f"Nguyễn Thị Hoa {number}" for number in range(74)])
    copies(theirs, [f"Nguyễn Thị Hoa {number}" for number in range(54)])
    copies(dossier(outside, procedure), [f"Nguyễn Thị Hoa {number}" for number in range(39)])
    user = member(centre.agency, "hai-noi", "Tiếp nhận và trả kết quả", "Chuyên viên")
    user.memberships.create(agency=elsewhere.agency, valid_from=dt.date(2020, 1, 1))
    return user, set(Dossier.objects.exclude(agency=outside.agency).values_list("pk", flat=True))


@pytest.mark.parametrize(
    "asked", [{}, {"q": "hoa"}, {"q": "nguyen thi"}, {"q": "H"}, {"worklist": "late"}, {"state": "accepted"}]
)
def test_pages_follow_each_other_without_gaps_in_both_directions(three_agencies, asked, monkeypatch):
    monkeypatch.setattr(dossier_search, "NEAR", 60)  # so that pages come from both the newest and the whole
    monkeypatch.setattr(dossier_search, "MOST_PROBES", 10)
    user, all_ids = three_agencies
    now = NOW + dt.timedelta(days=60 if asked.get("worklist") else 0)
    if asked.get("q") == "H":
        asked = {"q": "H8"}  # the beginning of one agency's codes
    seen, addresses, mark = [], [], {}
    for _ in range(9):
        page = page_of(Asked(**asked, **mark), fresh(user), now)
        seen.append([each.pk for each in page.rows])
        if not page.next:
            break
        mark = dict(pair.split("=") for pair in page.next.split("&") if pair.startswith("after="))
        addresses.append(page)
    whole = list(itertools.chain(*seen))
    assert len(whole) == len(set(whole)) and set(whole) <= all_ids
    assert len(whole) == {"hoa": 128, "nguyen thi": 128, "H8": 75}.get(asked.get("q"), 130)
    assert all(len(page) == PAGE for page in seen[:-1])
    back = page_of(Asked(**asked, before=_mark_of(seen[-1][0], asked)), fresh(user), now)
    assert [each.pk for each in back.rows] == seen[-2]


def test_a_room_or_a_person_is_asked_for_within_the_own_agencies(centre, elsewhere, procedure):
    mine = in_state(State.ASSIGNED, centre, procedure)
    theirs = in_state(State.ASSIGNED, elsewhere, procedure)
    dossier(centre, procedure)
    for name in ("unit", "handler"):
        asked = Asked(**{name: str(getattr(mine, f"{name}_id"))})
        assert page_of(asked, fresh(centre.clerk), NOW).rows == [mine]
        asked = Asked(**{name: str(getattr(theirs, f"{name}_id"))})
        assert page_of(asked, fresh(centre.clerk), NOW).rows == []


def _mark_of(pk: int, asked: dict) -> str:
    row = Dossier.objects.annotate(due_or_never=F("due_at")).get(pk=pk)
    return dossier_search.ORDERS[Asked(**asked).order].mark(row)


@pytest.mark.parametrize("mark", ["x", "1.2.3", "9" * 30, "-5", "1.", ".", "٣", "1e9"])
def test_a_mark_nobody_made_is_the_first_page(centre, row, mark):
    assert page_of(Asked(after=mark), centre.clerk, NOW).rows == [row]
    assert page_of(Asked(worklist="soon", before=mark), centre.clerk, row.due_at - dt.timedelta(days=2)).rows == [row]


QUESTIONS = [
    {},
    *({"worklist": name} for name in WORKLISTS),
    {"state": "accepted"},
    {"q": "nguyen van"},
    {"q": "hoa"},
    {"q": "khong co ai"},
    {"q": "H80.05"},
    {"q": AN.id_number},
    {"q": "0912345678"},
]


@pytest.mark.parametrize("asked", QUESTIONS, ids=str)
def test_page_costs_few_queries_no_count_and_little_weight(client, three_agencies, asked):
    """P8 on small data: ≤ 12 queries, no COUNT(*) over the table, no OFFSET, ≤ 200 kB."""
    user, _ = three_agencies
    client.force_login(user)
    client.get(LIST, asked)  # what a process remembers after its first request
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(LIST, asked)
    assert answer.status_code == 200
    sql = [each["sql"] for each in captured.captured_queries]
    assert len(sql) <= 12, "\n".join(each[:160] for each in sql)
    assert not [each for each in sql if "COUNT(" in each.upper() or " OFFSET " in each.upper()]
    assert len(answer.content) <= 200_000


def test_accelerators_are_there_on_postgresql(db):
    assert accelerators.missing() == []
    assert accelerators.build() == "", "a second time does no harm"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="reads PostgreSQL's plan")
def test_newest_of_several_agencies_are_read_agency_by_agency(three_agencies):
    user, _ = three_agencies
    with CaptureQueriesContext(connection) as captured:
        page_of(Asked(), fresh(user), NOW)
    assert any("ARRAY(SELECT" in each["sql"] for each in captured.captured_queries)


def test_an_act_on_many_leads_back_to_the_list_it_was_asked_from(client, centre, procedure):
    row = dossier(centre, procedure)
    client.force_login(centre.leader)
    shown = client.get(LIST, {"worklist": "unassigned", "q": "nguyen"}, follow=True)
    here = re.search(r'id="mc-bulk">.*?name="query" value="([^"]*)"', shown.content.decode(), re.S)[1].replace(
        "&amp;", "&"
    )
    assert "nguyen" not in here and "worklist=unassigned" in here
    ticked = {"query": here, "act": "assign", "pk": [row.pk]}
    asked = client.post(f"{LIST}them/", ticked).content.decode()
    assert f"{LIST}?worklist=unassigned" in asked.replace("&amp;", "&")
    done = client.post(f"{LIST}them/", ticked | {"confirmed": "1", "handler": centre.handler.pk})
    after = Asked.from_query(dict(parse_qsl(done["Location"].partition("?")[2])))
    assert (after.worklist, after.q) == ("unassigned", "nguyen")
    assert client.post(f"{LIST}them/", {"query": here})["Location"].startswith(f"{LIST}?worklist=unassigned")


@pytest.mark.parametrize("query", ["https://example.vn/", "worklist=https://example.vn", "a=%00&s=x", "&&=;" * 900])
def test_a_list_nobody_has_is_no_place_to_be_led_to(client, centre, query):
    client.force_login(centre.leader)
    assert client.post(f"{LIST}them/", {"query": query})["Location"].startswith(LIST)
