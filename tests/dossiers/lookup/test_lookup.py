"""What each tier of the look-up gives, and to whom; strangers' facts are planted everywhere."""

import dataclasses
import datetime as dt

import pytest
import time_machine

from dossiers.intake import counter as intake
from dossiers.intake.counter import Intake, Item
from dossiers.intake.people import PersonData
from dossiers.lookup import passes as lookup_pass
from dossiers.lookup import tiers as lookup
from dossiers.lookup.tiers import Detail, Facts, Glance, OwnDossiers
from dossiers.models import AgencySuccession, Applicant, Dossier, Membership, PersonalDataRead
from dossiers.states import State
from tests import factories
from tests.people import AN, BINH, MONDAY

NOW = MONDAY + dt.timedelta(days=1)
AN_ID, AN_PHONE = "080085001234", "+84912345678"
BINH_ID, BINH_PHONE = "024190004321", "+84987654321"


@pytest.fixture
def dossier(centre, procedure):
    return factories.in_state(State.SUPPLEMENT_REQUESTED, centre, procedure)


@pytest.fixture
def handed_in_by_another(centre, procedure):
    """Owned by An, handed in by Bình."""
    receipt = intake.receive(
        Intake(agency=centre.agency, submitter=BINH, items=(Item(procedure=procedure, owner=AN),)),
        by=centre.clerk,
        now=MONDAY,
    )
    return receipt.dossiers.get()


def everything_in(value) -> str:
    return repr(dataclasses.asdict(value))


def test_tier_1_has_the_way_and_nothing_of_the_person(dossier):
    found = lookup.by_token(dossier.token, now=NOW)
    assert type(found) is Glance
    assert (
        found.owner_masked == "N*** V** A*"
        and [step.place for step in found.steps if step.is_here] == [4]
        and found.due_at == dossier.due_at
    )
    assert "chậm nhất" in found.why and found.lines[0].dial == "+842723874001"
    told = everything_in(found)
    for secret in (
        "Nguyễn Văn",
        AN_ID,
        "1234",
        "5678",
        "912345678",
        "an@example.vn",
        "Ấp 2",
        "Trích đo",
        dossier.token,
    ):
        assert secret not in told, secret


def test_a_typed_code_gives_the_same_as_the_qr(dossier):
    by_code = lookup.by_code(f"  {dossier.code.lower().replace('-', ' ')} ", now=NOW)
    assert by_code == lookup.by_token(dossier.token, now=NOW)


@pytest.mark.parametrize("fact", [{"last4": "1234"}, {"last4": "5678"}, {"id_number": AN_ID}, {"phone": AN_PHONE}])
def test_a_second_fact_opens_the_fuller_tier(dossier, fact):
    found = lookup.by_two_facts(Facts(number=dossier.code, **fact), now=NOW)
    assert isinstance(found, Detail)
    assert found.owner == "Nguyễn Văn An" and found.reasons[0].paper == "Trích đo bản đồ"
    assert PersonalDataRead.objects.filter(dossier=dossier, user=None).count() == 1


@pytest.mark.parametrize("role", ["owner", "submitter"])
def test_the_owner_and_the_submitter_both_count(handed_in_by_another, role):
    last4, number = {"owner": ("1234", AN_ID), "submitter": ("4321", BINH_ID)}[role]
    code = handed_in_by_another.code
    assert lookup.by_two_facts(Facts(number=code, last4=last4), now=NOW).owner == "Nguyễn Văn An"
    assert lookup.by_two_facts(Facts(number=code, id_number=number), now=NOW).submitter == "Trần Thị Bình"


@pytest.mark.parametrize(
    "fact", [{"last4": "4321"}, {"id_number": BINH_ID}, {"phone": BINH_PHONE}, {"full_name": "Nguyễn Văn An"}, {}]
)
def test_a_strangers_fact_or_a_name_opens_nothing(dossier, centre, procedure, fact):
    factories.dossier(centre, procedure, person=BINH)
    assert lookup.by_two_facts(Facts(number=dossier.code, **fact), now=NOW) is None


def test_full_id_with_phone_or_name_lists_ones_own_only(dossier, handed_in_by_another, centre, procedure):
    strangers = factories.dossier(centre, procedure, person=BINH)
    for second in ({"phone": AN_PHONE}, {"full_name": "nguyen van an"}, {"full_name": "NGUYỄN VĂN AN"}):
        own = lookup.by_two_facts(Facts(id_number=AN_ID, **second), now=NOW)
        assert isinstance(own, OwnDossiers) and own.proved
        assert {row.code for row in own.rows} == {dossier.code, handed_in_by_another.code}
    bin = lookup.by_two_facts(Facts(id_number=BINH_ID, phone=BINH_PHONE), now=NOW)
    assert {row.code for row in bin.rows} == {strangers.code, handed_in_by_another.code}


def test_a_namesake_with_another_id_sees_nothing_of_it(dossier, centre, procedure):
    namesake = PersonData(full_name=AN.full_name, id_number="080085009999", phone="0903000111")
    other = factories.dossier(centre, procedure, person=namesake)
    own = lookup.by_two_facts(Facts(id_number="080085009999", full_name="Nguyễn Văn An"), now=NOW)
    assert [row.code for row in own.rows] == [other.code]
    assert lookup.by_two_facts(Facts(id_number="080085009999", phone=AN_PHONE), now=NOW) is None


@pytest.mark.parametrize(
    "weak",
    [
        {"id_number": AN_ID},
        {"phone": AN_PHONE},
        {"full_name": "Nguyễn Văn An"},
        {"last4": "1234"},
        {"phone": AN_PHONE, "full_name": "Nguyễn Văn An"},
        {"id_number": AN_ID, "last4": "1234"},
        {"phone": AN_PHONE, "last4": "1234"},
    ],
)
def test_weak_facts_never_list(dossier, weak):
    assert lookup.by_two_facts(Facts(**weak), now=NOW) is None


def test_an_erased_person_is_found_by_nothing(dossier):
    person = dossier.owner
    person.full_name, person.id_number, person.phone = "(đã xóa)", "", ""
    person.erased_at = NOW
    person.save()
    for facts in (
        Facts(number=dossier.code, last4="1234"),
        Facts(number=dossier.code, id_number=AN_ID),
        Facts(id_number=AN_ID, phone=AN_PHONE),
        Facts(id_number=AN_ID, full_name="(đã xóa)"),
    ):
        assert lookup.by_two_facts(facts, now=NOW) is None


def test_a_person_without_numbers_is_not_opened_by_blank_digits(dossier):
    Applicant.objects.filter(pk=dossier.owner_id).update(id_number="", id_hash="", phone="", phone_hash="")
    for last4 in ("", "0000", "-"):
        assert lookup.by_two_facts(Facts(number=dossier.code, last4=last4), now=NOW) is None


def test_ids_are_found_after_a_key_was_put_in_front(dossier, settings):
    settings.FIELD_ENCRYPTION_KEYS = ["bmV3LWtleS1uZXcta2V5LW5ldy1rZXktbmV3LWtleS0x", *settings.FIELD_ENCRYPTION_KEYS]
    assert lookup.by_two_facts(Facts(number=dossier.code, id_number=AN_ID), now=NOW)
    assert lookup.by_two_facts(Facts(id_number=AN_ID, phone=AN_PHONE), now=NOW)
    assert lookup.by_two_facts(Facts(number=dossier.code, last4="5678"), now=NOW)


def test_a_receipt_of_several_dossiers(centre, procedure):
    receipt = factories.received(centre, procedure, count=3)
    for typed in (receipt.number, receipt.number.lower().replace("+", " + ")):
        assert len(lookup.by_code(typed, now=NOW).rows) == 3
    own = lookup.by_two_facts(Facts(number=receipt.number, last4="1234"), now=NOW)
    assert len(own.rows) == 3 and own.rows[0].pass_text
    by_token = lookup.by_token(receipt.token, now=NOW)
    assert len(by_token.rows) == 3 and not by_token.proved
    opened = lookup.by_token(by_token.rows[2].token, now=NOW)
    assert opened.code == by_token.rows[2].code


def test_a_number_two_agencies_share_tells_nothing_without_a_second_fact(centre, elsewhere, procedure):
    mine = factories.dossier(centre, procedure)
    theirs = factories.dossier(elsewhere, procedure, person=BINH)
    Dossier.objects.update(receipt_number="12/TNHS")
    assert lookup.by_code("12/TNHS", now=NOW) is None
    assert lookup.by_two_facts(Facts(number="12/tnhs", last4="1234"), now=NOW).code == mine.code
    assert lookup.by_two_facts(Facts(number="12/TNHS", last4="4321"), now=NOW).code == theirs.code


def test_the_list_goes_on_by_a_pass_and_opens_without_asking_again(centre, procedure, monkeypatch):
    monkeypatch.setattr(lookup, "PAGE", 2)
    made = [factories.dossier(centre, procedure).code for _ in range(5)]
    page, seen = lookup.by_two_facts(Facts(id_number=AN_ID, phone=AN_PHONE), now=NOW), []
    while True:
        seen += [row.code for row in page.rows]
        if not page.next_pass:
            break
        page = lookup.by_pass(page.next_pass, now=NOW)
    assert seen == made[::-1]
    assert lookup.by_pass(page.rows[0].pass_text, now=NOW).owner == "Nguyễn Văn An"


def test_a_pass_dies_and_cannot_be_made_up(dossier):
    genuine = lookup_pass.issue(NOW, dossier=dossier.pk)
    assert lookup.by_pass(genuine, now=NOW + dt.timedelta(minutes=29))
    assert lookup.by_pass(genuine, now=NOW + dt.timedelta(minutes=31)) is None
    assert lookup.by_pass(genuine[:-2] + "AA", now=NOW) is None
    for text in ("", "x", "v1.a.b", "{}", "v1." + "A" * 3000, dossier.owner.phone):
        assert lookup.by_pass(text, now=NOW) is None


def test_readers_of_personal_data_are_shown_to_the_citizen(dossier, centre):
    PersonalDataRead.objects.create(user=centre.clerk, dossier=dossier, via="trang hồ sơ")
    lookup.by_two_facts(Facts(number=dossier.code, last4="1234"), now=NOW)
    again = lookup.by_two_facts(Facts(number=dossier.code, last4="1234"), now=NOW)
    assert [(read.by_staff, read.via) for read in again.reads] == [(False, lookup.SEEN_PUBLICLY), (True, "trang hồ sơ")]
    clerk = again.reads[1]
    assert (clerk.roles, clerk.agency) == (("Tiếp nhận và trả kết quả",), centre.agency.name)


def test_the_agency_of_a_reader_is_the_one_of_the_day_of_reading(dossier, centre, elsewhere):
    with time_machine.travel(NOW, tick=False):
        PersonalDataRead.objects.create(user=centre.clerk, dossier=dossier, via="trang hồ sơ")
    Membership.objects.filter(user=centre.clerk).update(valid_to=NOW.date())
    Membership.objects.create(user=centre.clerk, agency=elsewhere.agency, valid_from=NOW.date() + dt.timedelta(days=1))
    found = lookup.by_two_facts(Facts(number=dossier.code, last4="1234"), now=NOW + dt.timedelta(days=9))
    assert found.reads[0].agency == centre.agency.name


def test_the_successor_stands_beside_the_name_of_the_day(dossier, elsewhere):
    AgencySuccession.objects.create(
        predecessor=dossier.agency, successor=elsewhere.agency, kind="merge", effective_on=dt.date(2026, 11, 1)
    )
    found = lookup.by_token(dossier.token, now=NOW)
    assert found.agency == "Trung tâm Phục vụ hành chính công xã Cần Giuộc"
    assert [heir.name for heir in found.successors] == [elsewhere.agency.name]


def test_internal_words_never_reach_the_citizen(centre, procedure):
    from dossiers.workflow import acts

    row = factories.in_state(State.SIGNING, centre, procedure)
    acts.do("return_from_signing", row, by=centre.leader, now=NOW, note="Sai thể thức, làm lại")
    told = everything_in(lookup.by_two_facts(Facts(number=row.code, last4="1234"), now=NOW))
    assert "Sai thể thức" not in told
    assert centre.handler.get_full_name() not in told and centre.handler.username not in told


@pytest.mark.parametrize(
    "number", ["", "   ", "H99.99-260101-9999", "12/TNHS", "không có", "'; drop table", "%", "a" * 500]
)
def test_unknown_numbers_are_none(dossier, number):
    assert lookup.by_code(number, now=NOW) is None
    assert lookup.by_two_facts(Facts(number=number, last4="1234"), now=NOW) is None


def test_a_look_up_by_code_costs_two_queries(dossier, django_assert_num_queries):
    lookup.by_code(dossier.code, now=NOW)
    with django_assert_num_queries(2):
        lookup.by_code(dossier.code, now=NOW)
    with django_assert_num_queries(2):
        lookup.by_token(dossier.token, now=NOW)
