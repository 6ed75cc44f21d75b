"""The letter from draft to delivery: who may, what is refused with which sentence, what an issued letter leaves."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group, Permission

from dossiers.deadlines.working_time import ZONE
from dossiers.intake.people import PersonData
from dossiers.lateness import sweep as overdue
from dossiers.letters import acts as letter_acts
from dossiers.letters import draft as letters
from dossiers.letters import issue as letter_issue
from dossiers.letters import many
from dossiers.long_acts import progress, running
from dossiers.models import (
    Agency,
    Applicant,
    Counter,
    DelayCause,
    Dossier,
    DossierEvent,
    IssuedPaper,
    LegalRule,
    Letter,
    Membership,
    SigningAuthority,
)
from dossiers.states import State
from dossiers.workflow import acts, events
from dossiers.workflow.moving import ActError, Forbidden, Stale
from portal.desk import roles
from tests import factories, people
from tests.dossiers.printed_forms.printed_paper import font_names, lowest_text, qr_codes, reader, tags, words
from tests.people import AN


def at(day: int, hour: int = 8) -> dt.datetime:
    return dt.datetime(2026, 11, day, hour, tzinfo=ZONE)


FRIDAY = at(20)


@pytest.fixture
def letter(centre, procedure) -> Letter:
    return drafted(centre, procedure)


def drafted(centre, procedure, *, now=FRIDAY, person=AN) -> Letter:
    """Return the letter the sweep drafted for a dossier due on Monday the 23rd."""
    dossier = factories.in_state(State.APPRAISING, centre, procedure, person=person)
    overdue.sweep(now=now)
    return fresh(dossier.letters.get())


def fresh(letter: Letter) -> Letter:
    return Letter.objects.select_related(*letter_issue.RELATED, "paper").get(pk=letter.pk)


def pdf_of(paper: IssuedPaper) -> bytes:
    with paper.file.open("rb") as file:
        return file.read()


def test_the_whole_road(centre, letter):
    letter_acts.do(
        "edit",
        letter,
        by=centre.handler,
        now=FRIDAY,
        cause=DelayCause.objects.get(code="xac-minh-thuc-dia"),
        words="thửa đất số 12 giáp kênh",
        new_due_on=dt.date(2026, 11, 25),
    )
    letter_acts.do("submit", letter, by=centre.handler, now=FRIDAY)
    letter_acts.do("approve", fresh(letter), by=centre.leader, now=FRIDAY)
    letter = fresh(letter)
    assert (letter.state, letter.paper.number, letter.approved_by) == ("issued", "01/PXL-TTPVHCC", centre.leader)
    text = words(pdf_of(letter.paper))
    for part in (
        "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT",
        "Số: 01/PXL-TTPVHCC",
        "Cần Giuộc, ngày 20 tháng 11 năm 2026",
        "Kính gửi: Ông/Bà Nguyễn Văn An",
        "Lý do: cần kiểm tra, đo đạc lại tại thực địa; thửa đất số 12 giáp kênh.",
        "thêm 02 ngày làm việc",
        "ngày 25 tháng 11 năm 2026",
        "Nơi nhận",
        "./.",
    ):
        assert part in text, part
    letter_acts.do("deliver", letter, by=centre.clerk, now=at(20, 10), how="giao tại quầy")
    assert [step.what for step in letter.steps.all()] == [
        "Sửa dự thảo",
        "Trình duyệt",
        "Duyệt, phát hành số 01/PXL-TTPVHCC",
        "Giao người dân",
    ]


def test_issuing_moves_the_promised_date_and_tells_whoever_listens_once(centre, letter):
    heard = []
    events.dossier_event.connect(lambda sender, event, **_: heard.append(event), weak=False, dispatch_uid="test")
    try:
        letter_acts.do("approve", letter, by=centre.leader, now=FRIDAY)
    finally:
        events.dossier_event.disconnect(dispatch_uid="test")
    assert [event.kind for event in heard] == ["letter_issued"]
    dossier = Dossier.objects.get(pk=letter.dossier_id)
    assert (dossier.due_at, dossier.promised_at, dossier.new_dates_given) == (at(26, 17), at(23, 17), 1)
    assert "01/PXL-TTPVHCC" in dossier.due_explanation["stated_by"]
    event = letter.event
    assert event.facts["letter_number"] == "số 01/PXL-TTPVHCC"
    assert dt.datetime.fromisoformat(event.facts["old_due_at"]) == at(23, 17)
    assert dt.datetime.fromisoformat(event.facts["due_at"]) == at(26, 17)
    assert "Nguyễn Văn An" not in str(event.facts)
    assert dossier.events.filter(kind=DossierEvent.Kind.DUE_MOVED).count() == 1
    assert overdue.sweep(now=at(24)).holds


def test_the_paper_is_tagged_embedded_verifiable_and_one_page(centre, letter):
    pdf = pdf_of(letter_acts.do("approve", letter, by=centre.leader, now=FRIDAY).paper)
    assert len(reader(pdf).pages) == 1
    assert {"H1", "P", "Figure"} <= tags(pdf)
    assert all(name.startswith("Tinos") for name in font_names(pdf))
    assert list(qr_codes(pdf)) == [f"http://127.0.0.1:8000/x/{letter.paper.token}/"]


def test_a_draft_has_no_number_and_no_day(centre, letter):
    text = words(letter_issue.preview(letter, by=centre.handler, now=FRIDAY))
    assert "Số: /PXL-TTPVHCC" in text
    assert "ngày tháng 11 năm 2026" in text
    assert not IssuedPaper.objects.exists()
    assert not Counter.objects.filter(key__startswith="paper:").exclude(key__startswith="paper:receipt:").exists()


def test_the_2018_title_before_15_september_2025(centre, procedure):
    now = dt.datetime(2025, 9, 8, 8, 30, tzinfo=ZONE)
    dossier = factories.in_state(State.APPRAISING, centre, procedure, now=now)
    overdue.sweep(now=now + dt.timedelta(days=4))
    paper = letter_acts.do(
        "approve", fresh(dossier.letters.get()), by=centre.leader, now=now + dt.timedelta(days=4)
    ).paper
    assert (paper.form_set, paper.title) == ("2018", "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ")


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (dt.date(2026, 11, 19), "đã qua hoặc là hôm nay. Ngày sớm nhất: 23/11/2026"),
        (dt.date(2026, 11, 20), "đã qua hoặc là hôm nay"),
        (dt.date(2026, 11, 23), "phải sau ngày đã hẹn 23/11/2026"),
        (dt.date(2026, 11, 28), "ngày nghỉ. Ngày làm việc kế tiếp: 30/11/2026"),
        (dt.date(2027, 3, 1), "quá 15 ngày làm việc. Muộn nhất là 14/12/2026"),
    ],
)
def test_an_impossible_new_date_gets_a_sentence_that_says_which_would_do(centre, letter, day, sentence):
    with pytest.raises(ActError, match=sentence):
        letter_acts.do("edit", letter, by=centre.handler, now=FRIDAY, cause=letter.cause, words="", new_due_on=day)
    assert fresh(letter).version == letter.version


def test_a_date_that_was_good_when_drafted_and_is_past_when_approved_is_refused(centre, letter):
    with pytest.raises(ActError, match="đã qua"):
        letter_acts.do("approve", letter, by=centre.leader, now=dt.datetime(2026, 12, 1, 8, tzinfo=ZONE))
    assert not IssuedPaper.objects.exists()


@pytest.mark.parametrize("how", ["finished", "waiting", "stopped"])
def test_a_letter_for_a_dossier_that_moved_on_is_refused_and_takes_no_number(centre, letter, how):
    dossier = Dossier.objects.get(pk=letter.dossier_id)
    if how == "finished":
        acts.do("finish", dossier, by=centre.handler, now=FRIDAY)
    elif how == "waiting":
        acts.do("request_supplement", dossier, by=centre.handler, now=FRIDAY, reasons=[factories.REASON])
    else:
        acts.do("stop", dossier, by=centre.leader, now=FRIDAY, reasons=[factories.REASON])
    with pytest.raises(ActError, match=r"không cần văn bản này nữa|chưa cần văn bản này"):
        letter_acts.do("approve", letter, by=centre.leader, now=FRIDAY)
    assert not IssuedPaper.objects.exists()
    assert fresh(letter).state == "draft"


def test_of_two_leaders_the_second_gets_a_sentence(centre, letter):
    seen_by_both = letter.version
    other = fresh(letter)
    letter_acts.do("approve", letter, by=centre.leader, now=FRIDAY, expected_version=seen_by_both)
    with pytest.raises(Stale, match="Người khác vừa xử lý"):
        letter_acts.do("approve", other, by=centre.leader, now=FRIDAY, expected_version=seen_by_both)
    assert IssuedPaper.objects.count() == 1


def test_numbers_run_without_gaps_and_begin_again_each_year(centre, procedure):
    papers = []
    for n in range(3):
        letter = drafted(centre, procedure)
        if n == 1:
            with pytest.raises(ActError):
                letter_acts.do("approve", letter, by=centre.leader, now=dt.datetime(2026, 12, 20, 8, tzinfo=ZONE))
        papers.append(letter_acts.do("approve", fresh(letter), by=centre.leader, now=FRIDAY).paper)
    assert [paper.register_number for paper in papers] == [1, 2, 3]
    january = dt.datetime(2027, 1, 4, 8, 30, tzinfo=ZONE)
    dossier = factories.in_state(State.APPRAISING, centre, procedure, now=january)
    overdue.sweep(now=january + dt.timedelta(days=4))
    paper = letter_acts.do(
        "approve", fresh(dossier.letters.get()), by=centre.leader, now=january + dt.timedelta(days=4)
    ).paper
    assert (paper.register_year, paper.register_number) == (2027, 1)


def test_each_agency_has_its_own_series(centre, elsewhere, procedure):
    one, two = drafted(centre, procedure), drafted(elsewhere, procedure)
    assert letter_acts.do("approve", one, by=centre.leader, now=FRIDAY).paper.register_number == 1
    assert letter_acts.do("approve", two, by=elsewhere.leader, now=FRIDAY).paper.register_number == 1


def test_what_was_issued_does_not_change_with_the_data(centre, letter):
    paper = letter_acts.do("approve", letter, by=centre.leader, now=FRIDAY).paper
    before = paper.sha256
    Applicant.objects.filter(pk=letter.dossier.owner_id).update(full_name="Tên Khác")
    centre.agency.versions.update(name="Tên mới")
    kept = IssuedPaper.objects.get(pk=paper.pk)
    assert (kept.sha256, "Nguyễn Văn An" in words(pdf_of(kept))) == (before, True)
    with pytest.raises(ActError, match="bước “Đã phát hành”"):
        letter_acts.do(
            "edit",
            fresh(letter),
            by=centre.leader,
            now=FRIDAY,
            cause=letter.cause,
            words="",
            new_due_on=dt.date(2026, 11, 30),
        )


class TestSecondNewDate:
    @pytest.fixture
    def second(self, centre, letter) -> Letter:
        letter_acts.do("approve", letter, by=centre.leader, now=FRIDAY)
        overdue.sweep(now=at(25))
        return fresh(Letter.objects.get(dossier=letter.dossier_id, state="draft"))

    def test_it_needs_a_ground_from_the_role_the_rule_names(self, centre, second):
        assert second.round == 2
        with pytest.raises(ActError, match="Ghi căn cứ"):
            letter_acts.do("approve", second, by=centre.leader, now=at(25))
        issued = letter_acts.do(
            "approve", second, by=centre.leader, now=at(25), override_note="Thông báo 12/TB-UBND về ngập lụt"
        )
        assert issued.override_note.startswith("Thông báo 12")
        text = words(pdf_of(issued.paper))
        assert "Trước đó, ngày 20/11/2026, cơ quan đã gửi văn bản số 01/PXL-TTPVHCC" in text
        assert issued.paper.replaces.number == "01/PXL-TTPVHCC"

    def test_a_rule_without_a_role_is_a_hard_stop(self, centre, second):
        LegalRule.objects.filter(key="apology-override-role").update(value="")
        with pytest.raises(Forbidden, match="Không ai được hẹn thêm"):
            letter_acts.do("approve", second, by=centre.leader, now=at(25), override_note="Căn cứ")

    def test_another_role_may_not(self, centre, second):
        centre.supervisor.user_permissions.add(Permission.objects.get(codename="approve_letter"))
        with pytest.raises(Forbidden, match="phải do lãnh đạo quyết định"):
            letter_acts.do("approve", second, by=centre.supervisor, now=at(25), override_note="Căn cứ")

    def test_a_rule_that_allows_two_lets_it_pass(self, centre, second):
        LegalRule.objects.filter(key="apology-max-new-dates", valid_to=None).update(value=2)
        assert letter_acts.do("approve", second, by=centre.leader, now=at(25)).state == "issued"

    def test_unsent_it_is_a_passed_new_date(self, second):
        run = overdue.sweep(now=dt.datetime(2026, 11, 27, 8, tzinfo=ZONE))
        assert (run.late_without_letter, run.passed_new_date) == (0, 1)


class TestWhoSigns:
    def test_the_deputy_signs_by_delegation_between_its_dates(self, centre, letter):
        SigningAuthority.objects.create(
            agency=centre.agency,
            user=centre.leader,
            kind="KT",
            position="Phó Giám đốc",
            stands_for="Giám đốc",
            valid_from=dt.date(2026, 11, 1),
            valid_to=dt.date(2026, 11, 30),
        )
        text = words(pdf_of(letter_acts.do("approve", letter, by=centre.leader, now=FRIDAY).paper))
        assert "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC" in text

    def test_once_an_agency_says_who_signs_nobody_else_does(self, centre, letter):
        other = centre.supervisor
        other.groups.add(Group.objects.get(name=roles.LEADER))
        SigningAuthority.objects.create(
            agency=centre.agency, user=other, position="Giám đốc", valid_from=dt.date(2026, 1, 1)
        )
        with pytest.raises(Forbidden, match="không có thẩm quyền ký"):
            letter_acts.do("approve", letter, by=centre.leader, now=FRIDAY)
        assert "GIÁM ĐỐC" in words(pdf_of(letter_acts.do("approve", fresh(letter), by=other, now=FRIDAY).paper))

    def test_who_only_oversees_does_not_sign_for_the_agency(self, centre, letter):
        above = Agency.objects.create(code="H80.00", kind="province", name="UBND tỉnh")
        Agency.objects.filter(pk=centre.agency.pk).update(parent=above)
        overseer = people.member(above, "chu-tich", roles.LEADER, "Chủ tịch")
        Membership.objects.filter(user=overseer).update(sees_subordinates=True)
        with pytest.raises(Forbidden, match="không làm việc ở"):
            letter_acts.do("approve", fresh(letter), by=overseer, now=FRIDAY)
        assert letter_acts.do("approve", fresh(letter), by=centre.leader, now=FRIDAY).paper

    def test_a_handler_may_draft_and_not_approve(self, centre, letter):
        letter_acts.do("submit", letter, by=centre.handler, now=FRIDAY)
        with pytest.raises(Forbidden, match="chưa được giao quyền"):
            letter_acts.do("approve", fresh(letter), by=centre.handler, now=FRIDAY)

    def test_another_agency_does_nothing(self, elsewhere, letter):
        for act in (
            lambda: letter_acts.do("approve", letter, by=elsewhere.leader, now=FRIDAY),
            lambda: letter_acts.do("cancel", letter, by=elsewhere.leader, now=FRIDAY, note="x"),
            lambda: letter_acts.do("submit", letter, by=elsewhere.handler, now=FRIDAY),
        ):
            with pytest.raises(Forbidden, match="cơ quan khác"):
                act()


def test_returned_with_a_word_corrected_and_submitted_again(centre, letter):
    letter_acts.do("submit", letter, by=centre.handler, now=FRIDAY)
    with pytest.raises(ActError, match="cần sửa gì"):
        letter_acts.do("send_back", letter, by=centre.leader, now=FRIDAY, note="  ")
    letter_acts.do("send_back", letter, by=centre.leader, now=FRIDAY, note="Ghi rõ thửa đất")
    assert (fresh(letter).state, fresh(letter).note) == ("returned", "Ghi rõ thửa đất")
    letter_acts.do("submit", letter, by=centre.handler, now=FRIDAY)
    assert fresh(letter).state == "submitted"


def test_a_withdrawn_letter_keeps_its_number(centre, procedure, letter):
    letter_acts.do("approve", letter, by=centre.leader, now=FRIDAY)
    letter_acts.do("withdraw", letter, by=centre.leader, now=FRIDAY, note="Ghi nhầm lý do")
    assert fresh(letter).state == "withdrawn"
    assert (
        letter_acts.do("approve", drafted(centre, procedure), by=centre.leader, now=FRIDAY).paper.register_number == 2
    )


def test_bulk_approval_sends_what_can_go_and_says_why_the_rest_stays(centre, procedure):
    rows = [drafted(centre, procedure) for _ in range(4)]
    acts.do("finish", Dossier.objects.get(pk=rows[1].dossier_id), by=centre.handler, now=FRIDAY)
    Letter.objects.filter(pk=rows[2].pk).update(cause=None)
    result = many.approve_many([row.pk for row in rows], by=centre.leader, now=FRIDAY)
    assert result.issued == 2
    assert len(result.refused) == 2
    assert any("Chọn nguyên nhân chậm" in sentence for sentence in result.refused)


def test_a_stopped_bulk_approval_says_what_went_out_and_what_was_not_looked_at(centre, procedure, monkeypatch):
    rows = [drafted(centre, procedure) for _ in range(4)]
    monkeypatch.setattr(progress.Progress, "told", stop_at(2))
    monkeypatch.setattr("django.utils.timezone.now", lambda: FRIDAY)
    act = running.begin("approve-letters", "Duyệt", {"letters": [row.pk for row in rows]}, by=centre.leader, now=FRIDAY)
    running.run(act.pk)
    act.refresh_from_db()
    assert act.state == "stopped" and Letter.objects.filter(state="issued").count() == 2
    assert "phát hành 2 văn bản" in act.result["words"] and "2 văn bản chưa xem đến" in act.result["words"]


def stop_at(number: int):
    def told(self, done, total=0, words=""):
        if done == number:
            raise progress.Stopped

    return told


def test_names_of_60_letters_and_addresses_of_300_fit_on_one_page(centre, procedure):
    person = PersonData(
        full_name="Nguyễn Phúc Công Tằng Tôn Nữ Hoàng Thị Phương Uyên Thảo Linh",
        id_number="080190009999",
        address=("Số 123/45/6 hẻm 789 đường Nguyễn Thị Minh Khai nối dài, tổ dân phố số 12, Hòa Thuận, " * 4)[:300],
    )
    pdf = pdf_of(
        letter_acts.do("approve", drafted(centre, procedure, person=person), by=centre.leader, now=FRIDAY).paper
    )
    assert person.full_name in words(pdf)
    assert len(reader(pdf).pages) == 1
    assert lowest_text(pdf) > 10


def test_one_open_letter_a_dossier(centre, letter):
    with pytest.raises(ActError, match="đã có một dự thảo"):
        letters.draft(letter.dossier, by=centre.handler, now=FRIDAY)
