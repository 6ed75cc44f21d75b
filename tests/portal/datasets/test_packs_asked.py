"""Citizens ask the five worked examples: on the page and in chat, without accents, with slips, in their own words."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dossiers.privacy import guessing
from portal.datasets import search
from portal.datasets.models import ProtectedRow
from portal.datasets.search import Question
from tests.portal.datasets.conftest import NOON, make_live
from tests.zalo.chat.talk import Citizen, channel_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def citizen(examples, db):
    return Citizen(channel_of(examples.centre), NOON)


def body(client, address: str, **query) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        "Lê Lợi",
        "le loi",
        "đường Lê Lợi",
        "LE LOI",
        "duong le loi",
        "le loji",
        "leej lowij",
        "leloi",
        "giá đất đường lê lợi",
    ],
)
def test_a_street_is_found_however_it_is_typed(examples, typed):
    found = search.ask(examples["land_price"], Question(typed), now=NOON)
    assert found.rows and all("Lê Lợi" in row.cells for row in found.rows), typed


def test_a_word_that_is_not_there_is_not_asked_for_twice(examples):
    search.ask(examples["land_price"], Question("Lê Lợi"), now=NOON)
    with CaptureQueriesContext(connection) as asked:
        search.ask(examples["land_price"], Question("Lê Qzxw"), now=NOON)
    assert sum("qzxw" in query["sql"] for query in asked) == 1


def test_the_street_that_was_named_stands_before_longer_ones_however_many_rows_they_have(examples):
    lines = [f"Đường Trần Phú Nối Dài,{n},{n}00" for n in range(1, 231)]
    lines += [f"Đường Trần Phú,{n},{n}000" for n in range(1, 4)]
    lines += [f"Ngõ {n} Trần Phú,1,{n}" for n in range(1, 60)]
    body = "\n".join(["Tên đường,Vị trí,Giá (đồng/m²)", *lines])
    version = make_live(examples.centre, body, "land_price", slug="gia-dat-thu")
    with CaptureQueriesContext(connection) as asked:
        found = search.ask(version, Question("Trần Phú"), now=NOON)
    assert [row.cells[0] for row in found.rows[:3]] == ["Đường Trần Phú"] * 3
    assert len(found.rows) == search.SHOWN and found.more and len(asked) <= 5  # one reads the pack


@pytest.mark.parametrize("typed", ["Hàng Tre", "zzzz", "đường Bạch Đằng"])
def test_a_street_that_is_not_there_is_not_answered_with_another(examples, typed):
    assert not search.ask(examples["land_price"], Question(typed), now=NOON).rows


def test_the_page_of_prices_shows_source_positions_and_grouped_sums(client, examples):
    page = body(client, "/thong-tin/gia-dat/", q="nguyen thai binh")
    assert "Nguyễn Thái Bình" in page and "Vị trí 4" in page and "Sở thử" in page
    assert ".000" in page
    empty = body(client, "/thong-tin/gia-dat/", q="zzzz")
    assert "Không thấy dòng nào" in empty


def test_the_list_names_every_pack_and_leads_to_it(client, examples):
    page = body(client, "/thong-tin/")
    assert "Tra cứu thông tin" in page
    for version in examples.values():
        assert version.dataset.title in page
        assert client.get(version.dataset.address).status_code == 200
    assert client.get("/thong-tin/khong-co/").status_code == 404


def test_a_parcel_is_asked_by_both_numbers(client, examples):
    page = body(client, "/thong-tin/quy-hoach/", k0="2", k1="46")
    assert page.count("Loại đất theo quy hoạch") == 1 and "Xã Cần Giuộc" in page
    assert "Nhập thêm: Số thửa" in body(client, "/thong-tin/quy-hoach/", k0="2")
    assert "Không thấy dòng nào" in body(client, "/thong-tin/quy-hoach/", k0="2", k1="4600")


@pytest.mark.parametrize("typed", ["tờ 2 thửa 46", "thửa đất số 46, tờ bản đồ số 2", "thua 46 to 2"])
def test_a_parcel_in_words(examples, typed):
    assert search.codes_in(typed, examples["planning"]) == ("2", "46")


def test_scores_need_both_facts_and_a_wrong_one_is_as_an_unknown_number(client, examples):
    address = "/thong-tin/diem-thi-lop-10/"
    born = next(row for row in ProtectedRow.objects.all() if "800001" in row.sealed)
    _key, secret, cells = json.loads(born.sealed)
    name, day = cells[1], dt.date.fromisoformat(secret)
    assert name not in body(client, address)
    right = client.post(address, {"k0": "800001", "secret": f"{day:%d/%m/%Y}"})
    assert name in right.content.decode() and right["Cache-Control"] == "no-store, private"
    for typed in (f"{day:%d%m%Y}", f"{day.day}-{day.month}-{day.year}"):
        assert name in client.post(address, {"k0": "800 001", "secret": typed}).content.decode()
    wrong = client.post(address, {"k0": "800001", "secret": "01/01/1999"}).content.decode()
    unknown = client.post(address, {"k0": "899999", "secret": "01/01/1999"}).content.decode()
    assert wrong.replace("800001", "") == unknown.replace("899999", "")
    assert name not in wrong


def test_guesses_at_scores_end(client, examples):
    address = "/thong-tin/diem-thi-lop-10/"
    for day in range(1, 6):
        assert client.post(address, {"k0": "800001", "secret": f"{day:02}/01/1999"}).status_code == 200
    locked = client.post(address, {"k0": "800.001", "secret": "06/01/1999"})
    page = locked.content.decode()
    assert locked.status_code == 429 and "nhập sai nhiều lần" in page and f'href="{address}"' in page
    assert "Giấy tiếp nhận" not in page, "who asks for marks has no receipt of a dossier"


def test_nothing_of_a_protected_pack_lies_open(examples):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM datasets_protectedrow")
        said = str([cell for row in cursor.fetchall() for cell in row if not isinstance(cell, int)])
    assert "Nguyễn" not in said and "800001" not in said and "2011" not in said


@pytest.mark.parametrize(
    ("said", "tells"),
    [
        ("thông tin giá đất đường Lê Lợi", ["Lê Lợi", "Vị trí 1", "/thong-tin/gia-dat/", "Nguồn: Sở thử"]),
        ("giá đất đường Lê Lợi", ["Lê Lợi", "Nguồn"]),
        ("thong tin gia dat le loi", ["Lê Lợi"]),
        ("mai có cúp điện không xã Cần Giuộc", ["Xã Cần Giuộc", "17/11/2026", "Nguồn"]),
        ("thông tin cúp điện xã can giuoc ngày mai", ["Xã Cần Giuộc", "17/11/2026"]),
        ("thông tin quy hoạch tờ 2 thửa 46", ["Loại đất theo quy hoạch", "Xã Cần Giuộc"]),
        ("thông tin điểm tiêm chủng xã Mỹ Lộc", ["Mỹ Lộc", "07:30–11:00"]),
        ("thông tin giá đất đường Hàng Tre", ["không thấy", "hang tre"]),
        ("thông tin", ["Lịch cúp điện", "Giá đất", "Nhắn số thứ tự"]),
    ],
)
def test_chat_answers_from_the_packs(citizen, said, tells):
    heard = citizen.hears(said)
    for each in tells:
        assert each in heard, heard


def test_scores_in_chat_ask_for_the_second_fact_and_count_guesses(citizen, examples):
    row = next(json.loads(each.sealed) for each in ProtectedRow.objects.all() if "800007" in each.sealed)
    day = dt.date.fromisoformat(row[1])
    heard = citizen.hears("thông tin điểm thi lớp 10 số báo danh 800007")
    assert "ngày sinh" in heard and row[2][1] not in heard
    assert "Không có dòng nào khớp" in citizen.hears("01/01/1999")
    told = citizen.hears(f"{day:%d/%m/%Y}")
    assert row[2][1] in told and "Toán" in told
    for guess in range(1, 8):
        citizen.hears("thông tin điểm thi lớp 10 số báo danh 800008")
        last = citizen.hears(f"{guess:02}/02/1999")
    assert "Hãy chờ" in last
    assert guessing.GUESSES[0].most == 5


def test_an_expired_pack_answers_no_more(client, examples, citizen):
    late = NOON + dt.timedelta(days=40)
    with time_machine.travel(late, tick=False):
        gone = client.get("/thong-tin/lich-cup-dien/")
        assert gone.status_code == 410 and "hết hạn" in gone.content.decode()
        assert "Lịch cúp điện" not in client.get("/thong-tin/").content.decode()
        citizen.now = late
        assert "chưa tra được lịch cúp điện" in citizen.hears("mai có cúp điện không xã Cần Giuộc")


def test_english_frame(client, examples):
    page = body(client, "/thong-tin/gia-dat/", lang="en", q="le loi")
    assert "Source" in page and "Kết quả" not in page
