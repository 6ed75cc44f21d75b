"""The token of a slip is tier 1 on every road: linking asks a second fact, guesses share one limit, others are told."""

import dataclasses
import datetime as dt

import pytest

from dossiers.models import Dossier, PersonalDataRead
from dossiers.privacy import guessing
from tests import factories
from tests.people import AN, BINH, MONDAY
from tests.zalo.chat.talk import Citizen, channel_of
from zalo.models import ContactLink, LinkCode, OutboxMessage
from zalo.people import linking

pytestmark = pytest.mark.django_db
NOW = MONDAY + dt.timedelta(hours=1)


@pytest.fixture
def account(centre):
    return channel_of(centre)


@pytest.fixture
def citizen(account):
    return Citizen(account, NOW)


@pytest.fixture
def dossier(centre, procedure, account):
    return factories.dossier(centre, procedure)


def connect(client, token, **typed):
    return client.post(f"/zalo/ket-noi/{token}/", typed)


def test_a_photo_of_the_slip_gives_no_code(client, dossier):
    for typed in ({}, {"last4": ""}, {"last4": "0000"}, {"last4": "abc"}):
        page = connect(client, dossier.token, **typed)
        assert page.status_code == 200 and "#HS" not in page.content.decode()
    assert not LinkCode.objects.exists()
    assert "#HS" in connect(client, dossier.token, last4="1234").content.decode()
    assert "#HS" in connect(client, dossier.token, last4=AN.phone).content.decode(), "a whole number as well"


def test_a_slip_of_several_links_what_the_fact_fits(client, centre, procedure, account, citizen):
    receipt = factories.received(centre, procedure, count=2)
    mine, hers = receipt.dossiers.order_by("pk")
    other = factories.dossier(centre, procedure, person=BINH)
    Dossier.objects.filter(pk=hers.pk).update(owner=other.owner, submitter=other.submitter)
    assert "#HS" in connect(client, receipt.token, last4=BINH.phone[-4:]).content.decode()
    code = LinkCode.objects.get()
    assert (code.dossier_id, code.whole_receipt) == (hers.pk, False)
    Dossier.objects.filter(pk=hers.pk).update(owner=mine.owner, submitter=mine.submitter)
    connect(client, receipt.token, last4="1234")
    assert LinkCode.objects.order_by("pk").last().whole_receipt


def test_one_limit_for_every_door_and_every_spelling(client, centre, procedure, account, citizen, dossier):
    spellings = [dossier.code, dossier.code.replace("-", " "), dossier.code.lower()]
    doors = [
        lambda: client.post("/tra-cuu/", {"number": spellings[0], "last4": "7777"}),
        lambda: client.post("/danh-gia/", {"number": spellings[1], "last4": "7777"}),
        lambda: client.post("/gop-y/tra-ma/", {"code": spellings[2], "last4": "7777"}),
        lambda: connect(client, dossier.token, last4="7777"),
        lambda: client.post(f"/h/{dossier.token}/", {"last4": "7777"}),
    ]
    assert len(doors) == guessing.GUESSES[0].most
    assert [door().status_code for door in doors] == [200] * len(doors)
    assert {door().status_code for door in doors} == {429}
    assert client.post("/tra-cuu/", {"number": dossier.code, "last4": "1234"}).status_code == 429


def test_the_phone_guessed_at_in_chat_is_the_phone_guessed_at_on_the_page(client, account, dossier):
    for guess in range(guessing.GUESSES[0].most):
        person = Citizen(account, NOW)
        person.shares(phone="84912345678")
        person.says(f"{guess:04}")
    last = Citizen(account, NOW)
    last.shares(phone="0912 345 678")
    assert "sai nhiều lần" in last.hears("1234"), "five people, one phone: one limit"
    assert not ContactLink.objects.exists()


def test_limits_outlive_a_crowd_of_other_callers(db):
    for _ in range(guessing.GUESSES[0].most):
        guessing.attempt("10.0.0.1", ["080085001234"], now=1_000_000.0)
    for number in range(400):
        guessing.attempt(f"10.1.{number // 250}.{number % 250}", [f"H80.05-20261116-{number:07}"], now=1_000_000.0)
    guessing.forget()
    with pytest.raises(guessing.TooMany):
        guessing.attempt("10.0.0.2", ["080.085 001 234"], now=1_000_000.0)


@pytest.mark.parametrize(
    "spellings",
    [
        ("0912345678", "+84 912 345 678", "84912345678", "0912.345.678"),
        ("080085001234", "080 085 001 234", "080.085.001.234"),
        ("H80.05-20261116-0000001", "h80.05-20261116-0000001", "H80 05 20261116 0000001"),
        ("YK-ABCDE-FGHJK", "yk abcde fghjk", "yk-abcde-fghjk"),
    ],
)
def test_a_fact_has_one_spelling(spellings):
    assert len({guessing.tidied(each) for each in spellings}) == 1


def test_a_right_answer_is_no_guess(client, dossier):
    for _ in range(guessing.GUESSES[1].most + 1):
        page = client.post("/tra-cuu/", {"number": dossier.code, "last4": "1234"})
    assert page.status_code == 200


def test_codes_are_not_walked_in_chat(centre, procedure, account, citizen):
    codes = [factories.dossier(centre, procedure).code for _ in range(3)]
    for _ in range(guessing.CHAT_CODES[0].most // 3):
        citizen.says(" ".join(codes))
    assert "nhiều mã hồ sơ" in citizen.hears(codes[0])
    mine = factories.dossier(centre, procedure)
    linking.link(citizen.contact, dossier=mine, role="owner", proof="staff", now=citizen.now)
    assert "Chủ hồ sơ" in citizen.hears(mine.code), "what is linked is not walked"


def test_a_dossier_opened_in_chat_is_logged_as_chat(citizen, dossier):
    citizen.says("menu")
    linking.link(citizen.contact, dossier=dossier, role="owner", proof="staff", now=NOW)
    citizen.says(dossier.code)
    assert "Zalo" in PersonalDataRead.objects.get(dossier=dossier).via


def test_an_owner_linked_by_phone_hears_of_another_link(account, citizen, dossier):
    citizen.shares(phone="0912345678")
    citizen.says("1234")
    other = Citizen(account, NOW)
    other.says(f"#HS {linking.issue_code(dossier, now=NOW).code}")
    told = OutboxMessage.objects.get(kind="dossier.linked_by_another")
    assert told.contact == citizen.contact


def test_a_link_by_phone_follows_its_facts_and_no_others(centre, elsewhere, procedure, account, citizen):
    first = factories.dossier(centre, procedure)
    citizen.shares(phone="0912345678")
    citizen.says("1234")
    moved = factories.dossier(centre, procedure, person=dataclasses.replace(AN, address="Chỗ khác"))
    foreign = factories.dossier(elsewhere, procedure)
    stolen = factories.dossier(centre, procedure, person=dataclasses.replace(AN, phone="0909999999"))
    mine = set(linking.dossiers_of(citizen.contact))
    assert mine == {first, moved, foreign} and stolen not in mine
