"""The intake page: papers that are true, cards read, nothing typed lost; form 02 and form 03 on the spot."""

import re

import pytest
import time_machine
from django.contrib.auth.models import Group, Permission

from dossiers.intake.asked_papers import asked_papers
from dossiers.lookup.pages import detail_of
from dossiers.lookup.rows import DETAIL_COLUMNS, rows_of
from dossiers.models import Channel, Dossier, DossierEvent, ProcedureCase, RequiredPaper
from dossiers.papers import receipts
from dossiers.states import State
from portal.desk import roles
from tests import factories, people
from tests.dossiers.printed_forms.printed_paper import words
from tests.people import AN, MONDAY

ADD = "/admin/dossiers/dossier/add/"
CARD = "080085001234||NGUYỄN VĂN AN|01011985|Nam|12 Lê Lợi, phường Tân An, tỉnh Tây Ninh|01012022"
Kind = RequiredPaper.Kind


@pytest.fixture
def clerk(client, centre):
    client.force_login(centre.clerk)
    with time_machine.travel(MONDAY, tick=False):
        yield client


@pytest.fixture
def birth(centre):
    """A procedure with everything the national catalogue puts into one table."""
    row = people.procedure("1.001193", "Thủ tục đăng ký khai sinh")
    version = row.versions.get()
    version.papers.all().delete()
    case = ProcedureCase.objects.create(version=version, name="Trường hợp sinh ở nước ngoài")
    for order, (name, more) in enumerate(
        (
            ("Tờ khai đăng ký khai sinh theo mẫu", {}),
            ("Giấy chứng sinh", {}),
            ("Văn bản ủy quyền trong trường hợp ủy quyền thực hiện", {"required": False}),
            ("Hộ chiếu hoặc thẻ căn cước", {"kind": Kind.SHOW}),
            ("Mẫu hộ tịch điện tử tương tác", {"channel": Channel.ONLINE}),
            ("Người tiếp nhận có trách nhiệm kiểm tra", {"kind": Kind.NOTE, "required": False}),
            ("Giấy tờ chứng minh việc sinh ở nước ngoài", {"case": case}),
        )
    ):
        RequiredPaper.objects.create(version=version, name=name, originals=1, order=order, **more)
    return row


def form(**more) -> dict:
    person = {"id_number": AN.id_number, "full_name": AN.full_name, "phone": AN.phone, "kind": "person"}
    return {"key": "k1", "item-0-procedure": "1.001193", "channel": "counter", **person} | more


def facts(client, **more) -> str:
    return client.get(f"{ADD}chi-tiet/", {"item-0-procedure": "1.001193", "channel": "counter"} | more).content.decode()


def test_a_handful_of_papers_is_offered_and_nothing_is_ticked(clerk, birth):
    page = facts(clerk)
    assert "Giấy chứng sinh" in page and "Văn bản ủy quyền" in page and "Hộ chiếu" in page
    assert "điện tử tương tác" not in page and "Người tiếp nhận" not in page and "ở nước ngoài</label>" not in page
    assert " checked" not in page
    case = ProcedureCase.objects.get()
    assert "Giấy tờ chứng minh việc sinh ở nước ngoài" in facts(clerk, **{"item-0-case": case.pk})


def test_only_what_was_ticked_is_on_the_receipt(clerk, birth):
    ticked = {"item-0-listed": "1.001193::counter", "item-0-all": "on"}
    other = {"item-0-paper-4-name": "Giấy xác nhận  tạm trú", "item-0-paper-4-copies": "2"}
    assert clerk.post(ADD, form(**ticked, **other)).status_code == 302
    dossier = Dossier.objects.get()
    assert [(paper.name, paper.originals, paper.copies, paper.received) for paper in dossier.papers.all()] == [
        ("Tờ khai đăng ký khai sinh theo mẫu", 1, 0, True),
        ("Giấy chứng sinh", 1, 0, True),
        ("Giấy xác nhận tạm trú", 0, 2, True),
    ]


def test_where_each_paper_belongs_to_a_case_the_case_is_asked_for(clerk, birth, monkeypatch):
    version = birth.versions.get()
    version.papers.filter(case__isnull=True).delete()
    page = facts(clerk)
    only = version.cases.get()
    assert f'<option value="{only.pk}" selected>' in page and "Giấy tờ chứng minh việc sinh" in page
    other = ProcedureCase.objects.create(version=version, name="Trường hợp đăng ký lại", order=2)
    RequiredPaper.objects.create(version=version, name="Tờ khai đăng ký lại", originals=1, case=other)
    page = facts(clerk)
    assert "data-must-choose" in page and "Chọn trường hợp…" in page and "Nhận đủ" not in page
    answer = clerk.post(ADD, form())
    assert answer.status_code == 422 and "chọn trường hợp rồi đánh dấu giấy đã nhận" in answer.content.decode()
    ticked = {"item-0-case": other.pk, "item-0-listed": f"1.001193:{other.pk}:counter", "item-0-all": "on"}
    assert clerk.post(ADD, form(**ticked)).status_code == 302
    assert [paper.name for paper in Dossier.objects.get().papers.all()] == ["Tờ khai đăng ký lại"]
    assert clerk.post(ADD, form(key="k2", **{"item-0-short": "on"})).status_code == 302
    without = Dossier.objects.exclude(papers__isnull=False).get()
    assert "1. Thành phần hồ sơ nộp gồm: không có giấy tờ nộp kèm." in words(receipts.copy_for_page(without.pk))
    # Another system's list may only not have come along: of that nothing is said.
    assert receipts.as_it_stands(without).typed_here
    pushed = DossierEvent(facts={}, source=DossierEvent.Source.API)
    monkeypatch.setattr(receipts, "_accepted", lambda dossier: pushed)
    assert "không có giấy tờ nộp kèm" not in words(receipts.copy_for_page(without.pk))


def test_required_papers_that_nobody_ticked_are_asked_after_once(clerk, birth):
    answer = clerk.post(ADD, form())
    page = answer.content.decode()
    assert answer.status_code == 422 and "Chưa đánh dấu 2 giấy tờ bắt buộc" in page and not Dossier.objects.exists()
    assert clerk.post(ADD, form(**{"item-0-short": "on"})).status_code == 302
    dossier = Dossier.objects.get()
    assert [paper.received for paper in dossier.papers.all()] == [False, False]
    assert "Vẫn tiếp nhận; trang hồ sơ và tra cứu ghi giấy còn thiếu, giấy tiếp nhận chỉ ghi giấy đã nộp" in page
    page = clerk.get(f"/admin/dossiers/dossier/{dossier.pk}/change/").content.decode()
    assert "Giấy chứng sinh <small>chưa nộp</small>" in page
    told = detail_of(rows_of(Dossier.objects.filter(pk=dossier.pk), *DETAIL_COLUMNS).get(), MONDAY)
    assert ("Giấy chứng sinh", False) in told.papers


@pytest.mark.parametrize(
    ("step", "act", "state"), [("supplement", "ask_submitter", "Yêu cầu bổ sung"), ("refuse", "refuse", "Từ chối")]
)
def test_missing_papers_and_refusals_are_written_on_the_spot(clerk, birth, step, act, state):
    answer = clerk.post(ADD, form(then=step), follow=True)
    dossier = Dossier.objects.get()
    page = answer.content.decode()
    assert dossier.state == State.SUBMITTED and answer.redirect_chain[-1][0].endswith(f"?viec={act}#viec")
    assert f'action="/admin/dossiers/dossier/{dossier.pk}/' in page and state in page
    if step == "supplement":
        assert 'value="Giấy chứng sinh"' in page, "the missing papers stand in the form already"
    refusal = page.split(f"/{dossier.pk}/viec/refuse/", 1)[1].split("</form", 1)[0]
    assert "reason-0-what" in refusal and not re.search(r'<input[^>]*value="Giấy chứng sinh"', refusal), (
        "no paper is a reason to refuse, though one may be chosen"
    )


def test_a_card_scanned_into_any_box_fills_what_it_names(clerk, birth):
    for box in ("id_number", "item-0-content", "phone", "item-0-due_on"):
        sent = form(**{"id_number": "", "full_name": "", box: f"x{CARD}", "load": "1"})
        page = clerk.post(ADD, sent).content.decode()
        assert 'value="080085001234"' in page and 'value="Nguyễn Văn An"' in page and "12 Lê Lợi" in page
        assert "|" not in page.split("<form")[-1].split("</form")[0].replace("||", "")
    newer = CARD + "||Nguyễn Thị B|Nguyễn Văn C|"
    assert clerk.post(f"{ADD}quet/", {"text": newer}).json()["card"]["full_name"] == "Nguyễn Văn An"


def test_a_receipt_or_code_scanned_opens_the_dossier(clerk, centre, procedure):
    dossier = factories.dossier(centre, procedure)
    opens = f"/admin/dossiers/dossier/{dossier.pk}/change/"
    for text in (
        f"https://portal.example/h/{dossier.token}/",
        f"https://x.vn/h/{dossier.receipt.token}/",
        dossier.code,
    ):
        assert clerk.post(f"{ADD}quet/", {"text": text}).json() == {"opens": opens}
        assert clerk.post("/admin/dossiers/dossier/tim/", {"q": text}).headers["Location"] == opens
    assert clerk.post(f"{ADD}quet/", {"text": "không phải mã"}).json() == {}


@pytest.mark.parametrize("number", ["0100109106", "0100109106001", "0100109106-001"])
def test_a_tax_code_makes_an_enterprise_by_itself(clerk, birth, number):
    sent = form(id_number=number, full_name="CÔNG TY TNHH Bình Minh", **{"item-0-all": "on"})
    assert clerk.post(ADD, sent).status_code == 302
    owner = Dossier.objects.get().owner
    assert (owner.kind, owner.full_name) == ("enterprise", "CÔNG TY TNHH Bình Minh")


def test_an_owner_is_never_dropped_and_needs_no_checkbox(clerk, birth):
    sent = form(owner_full_name="trần thị bình", owner_phone="0901234567", **{"item-0-all": "on"})
    assert clerk.post(ADD, sent).status_code == 302
    dossier = Dossier.objects.get()
    assert (dossier.owner_name, dossier.submitter.full_name) == ("Trần Thị Bình", AN.full_name)
    page = clerk.post(ADD, form(key="k2", owner_phone="0901234567", **{"item-0-all": "on"}))
    assert page.status_code == 422 and "Ghi họ và tên" in page.content.decode()


def test_an_added_procedure_can_be_taken_away_again(clerk, birth):
    two = {"item-1-procedure": "1.001193"}
    page = clerk.post(ADD, form(**two, load="1")).content.decode()
    assert page.count("Bỏ hồ sơ này") == 2
    page = clerk.post(ADD, form(**two, remove="1")).content.decode()
    assert "item-1-procedure" not in page and "item-0-procedure" in page


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("NGUYỄN VĂN AN", "Nguyễn Văn An"),
        ("nguyễn  văn an", "Nguyễn Văn An"),
        ("Nguye\u0302\u0303n Va\u0306n An\u200b", "Nguyễn Văn An"),
        ("\ufeffH' Hen Niê", "H' Hen Niê"),
        ("Ronald McDonald", "Ronald McDonald"),
    ],
)
def test_names_are_kept_in_their_proper_form(clerk, birth, typed, kept):
    assert clerk.post(ADD, form(full_name=typed, **{"item-0-all": "on"})).status_code == 302
    assert Dossier.objects.get().owner_name == kept


@pytest.mark.parametrize("number", ["C01X00T47", "E12345678", "SPECI2014", "SWE 12345678", "AB1234567", "12AB34567"])
def test_passports_of_any_country_are_taken(clerk, birth, number):
    assert clerk.post(ADD, form(id_number=number, **{"item-0-all": "on"})).status_code == 302
    assert Dossier.objects.get().owner.id_number == number.replace(" ", "")


@pytest.mark.parametrize("number", ["00120O001234", "1234567", "ABCDEFGH"])
def test_a_slip_is_no_passport(clerk, birth, number):
    assert clerk.post(ADD, form(id_number=number, **{"item-0-all": "on"})).status_code == 422


def test_the_dossier_goes_to_the_room_chosen(clerk, birth, centre):
    assert clerk.post(ADD, form(unit=centre.land.pk, **{"item-0-all": "on"})).status_code == 302
    assert Dossier.objects.get().holdings.get().unit == centre.land


def test_room_and_person_are_proposed_from_the_procedure_and_the_load(clerk, birth, centre):
    assert "Đề xuất chuyển đến" not in facts(clerk), "nobody settled it here yet"
    clerk.post(ADD, form(unit=centre.land.pk, **{"item-0-all": "on"}))
    said = facts(clerk)
    assert f'data-proposed="{centre.land.pk}:{centre.handler.pk}"' in said
    assert f"Đề xuất chuyển đến {centre.land}" in said and "đang giữ 0 hồ sơ" in said
    other = people.member(centre.agency, "handler-2", roles.HANDLER, "Chuyên viên", unit=centre.land)
    people.member(centre.agency, "leader-2", roles.LEADER, "An, trưởng phòng", unit=centre.land)
    Dossier.objects.update(handler=centre.handler)
    assert f'data-proposed="{centre.land.pk}:{other.pk}"' in facts(clerk), "who has least to do, before who signs"
    page = clerk.post(ADD, form(load="1")).content.decode()
    assert f'<option value="{centre.land.pk}:{other.pk}" selected>' in page
    page = clerk.post(ADD, form(load="1", unit=centre.front.pk)).content.decode()
    assert f'<option value="{centre.front.pk}" selected>' in page, "what was chosen stays"


def test_who_may_not_pass_on_to_people_is_proposed_a_room(clerk, birth, centre):
    clerk.post(ADD, form(unit=centre.land.pk, **{"item-0-all": "on"}))
    Group.objects.get(name=roles.RECEPTION).permissions.remove(Permission.objects.get(codename="assign_dossier"))
    assert f'data-proposed="{centre.land.pk}"' in facts(clerk)


def test_a_paper_the_catalogue_repeats_is_asked_for_once(centre, procedure):
    version = procedure.versions.get()
    for order in (5, 6):
        RequiredPaper.objects.create(version=version, name="Bản đồ thửa đất", originals=1, order=order)
    asked = [paper.name for paper in asked_papers(version, None, "counter")]
    assert asked.count("Bản đồ thửa đất") == 1 and len(asked) == 3


def test_a_changed_name_is_asked_about_only_where_the_number_has_another_name(clerk, centre, birth):
    factories.dossier(centre, birth)
    whole = {"item-0-all": "on"}
    wrong = clerk.post(ADD, form(**whole, kind="enterprise", id_number="0312345678", full_name="Công ty An Phát"))
    assert "sai chữ số kiểm tra" in wrong.content.decode() and 'name="renamed"' not in wrong.content.decode()
    other = clerk.post(ADD, form(**whole, full_name="Trần Văn Khác"))
    assert 'name="renamed"' in other.content.decode()
    assert clerk.post(ADD, form(**whole, full_name="Trần Văn Khác", renamed="on")).status_code == 302
