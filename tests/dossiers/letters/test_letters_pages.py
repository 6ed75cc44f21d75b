"""The pages of lateness and letters: what each role sees and does, stale and wrong input, nothing of other agencies."""

import datetime as dt
import html
import io
import re

import openpyxl
import pytest
import time_machine

from dossiers.deadlines.working_time import ZONE
from dossiers.lateness import sweep as overdue
from dossiers.letters import acts as letter_acts
from dossiers.models import Applicant, FormTemplate, Letter, PersonalDataRead, SigningAuthority
from dossiers.states import State
from tests import factories
from tests.dossiers.letters.test_letters_acts import FRIDAY, drafted, fresh, pdf_of
from tests.dossiers.letters.test_letters_signed import signed_copy
from tests.dossiers.printed_forms.printed_paper import words
from tests.people import MONDAY

DESK = "/admin/dossiers/letter/"


@pytest.fixture(autouse=True)
def on_friday():
    with time_machine.travel(FRIDAY + dt.timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def letter(centre, procedure) -> Letter:
    return drafted(centre, procedure)


def read(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_the_desk_of_lateness_counts_and_lists(client, centre, letter):
    client.force_login(centre.leader)
    page = client.get(DESK + "tre-han/?ds=soon").content.decode()
    assert letter.dossier.code in page
    assert "Bảo đảm:" in page
    assert "Nhắc việc của tôi" in page


def test_a_broken_invariant_is_said_at_the_top(client, centre, letter):
    with time_machine.travel(dt.datetime(2026, 11, 24, 8, tzinfo=ZONE), tick=False):
        client.force_login(centre.leader)
        page = client.get(DESK).content.decode()
    assert "Chưa bảo đảm:" in page
    assert "1 hồ sơ quá hạn chưa có văn bản xin lỗi" in page


def test_the_leader_approves_ticked_letters_in_one_go(client, centre, procedure):
    rows = [drafted(centre, procedure) for _ in range(3)]
    client.force_login(centre.leader)
    ticked = {"pk": [row.pk for row in rows], "buoc": "du-thao"}
    asked = client.post(DESK + "duyet/", ticked).content.decode()
    assert "Duyệt, phát hành 3 văn bản" in asked and rows[0].dossier.code in asked
    assert {fresh(row).state for row in rows} == {"draft"}, "the first press asks, and does nothing"
    page = client.post(DESK + "duyet/", ticked | {"confirmed": "1"}, follow=True)
    assert "Đã duyệt, phát hành 3 văn bản" in page.content.decode()
    assert sorted(Letter.objects.values_list("paper__register_number", flat=True)) == [1, 2, 3]
    left = client.post(DESK + "duyet/", ticked).content.decode()
    assert "Không còn văn bản nào" in left and rows[0].dossier.code not in left, "a colleague was quicker"


def test_the_road_through_the_pages(client, centre, letter):
    client.force_login(centre.handler)
    address = f"{DESK}{letter.pk}/"
    page = client.get(address + "change/").content.decode()
    assert "Dự thảo, chưa có số" in page
    wrong = client.post(
        address + "viec/edit/", {"cause": letter.cause_id, "new_due_on": "28/11/2026", "version": letter.version}
    )
    assert wrong.status_code == 409
    assert "là ngày nghỉ. Ngày làm việc kế tiếp: 30/11/2026" in wrong.content.decode()
    blank = client.post(address + "viec/edit/", {"new_due_on": "mai", "version": letter.version})
    assert blank.status_code == 422
    assert "Chọn nguyên nhân chậm" in blank.content.decode()
    sent = {"cause": letter.cause_id, "words": "thửa 12", "new_due_on": "25/11/2026", "version": letter.version}
    assert client.post(address + "viec/edit/", sent).status_code == 302
    stale = client.post(address + "viec/submit/", {"version": letter.version})
    assert stale.status_code == 409
    assert "Người khác vừa xử lý" in stale.content.decode()
    assert client.post(address + "viec/submit/", {"version": letter.version + 1}).status_code == 302
    preview = client.get(address + "xem-truoc.pdf")
    assert "thửa 12" in words(read(preview))
    assert preview["X-Frame-Options"] == "SAMEORIGIN"
    client.force_login(centre.leader)
    done = client.post(address + "viec/approve/", {"version": letter.version + 2}, follow=True).content.decode()
    assert "Số 01/PXL-TTPVHCC" in done
    client.force_login(centre.clerk)
    client.post(address + "viec/deliver/", {"how": "giao tại quầy"})
    assert fresh(letter).state == "delivered"


def test_roles_and_agencies_are_kept_apart(client, centre, elsewhere, letter):
    client.force_login(centre.handler)
    assert client.post(f"{DESK}{letter.pk}/viec/approve/").status_code == 403
    assert client.post(DESK + "duyet/", {"pk": letter.pk}).status_code == 403
    assert client.get(DESK + "cham-o-dau/").status_code == 403
    client.force_login(elsewhere.leader)
    assert client.get(f"{DESK}{letter.pk}/change/").status_code == 404
    assert client.get(f"{DESK}{letter.pk}/xem-truoc.pdf").status_code == 404
    client.post(DESK + "duyet/", {"pk": letter.pk, "confirmed": "1"})
    assert fresh(letter).state == "draft"
    assert letter.dossier.code not in client.get(DESK + "?buoc=du-thao").content.decode()
    assert letter.dossier.code not in client.get(DESK + "tre-han/?ds=soon").content.decode()
    assert client.get(f"{DESK}lap/{letter.dossier_id}/").status_code == 405


def test_the_signing_page_sends_out_and_takes_back(client, centre, procedure):
    rows = [letter_acts.do("approve", drafted(centre, procedure), by=centre.leader, now=FRIDAY) for _ in range(2)]
    client.force_login(centre.clerk)
    assert rows[0].paper.number in client.get(DESK + "ky-so/").content.decode()
    batch = client.post(DESK + "ky-so/tai-ve/")
    assert batch["Content-Type"] == "application/zip"
    assert read(batch).startswith(b"PK")
    files = [io.BytesIO(signed_copy(row)) for row in rows]
    for number, file in enumerate(files):
        file.name = f"ky-{number}.pdf"
    page = client.post(DESK + "ky-so/", {"files": files}).content.decode()
    assert "Đã nhận 2 trên 2 tệp" in page
    assert set(Letter.objects.values_list("state", flat=True)) == {"signed"}


def test_the_register_agrees_with_the_period_and_is_no_formula(client, centre, procedure):
    factories.dossier(centre, procedure, now=MONDAY)
    factories.dossier(centre, procedure, now=MONDAY - dt.timedelta(days=35))
    row = factories.dossier(centre, procedure, now=MONDAY)
    Applicant.objects.filter(pk=row.owner_id).update(full_name='=HYPERLINK("http://x")')
    client.force_login(centre.clerk)
    answer = client.post(DESK + "so/tai-ve/", {"tu": "01/11/2026", "den": "30/11/2026", "tep": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(read(answer))).active
    codes = [line[1].value for line in sheet.iter_rows(min_row=3)]
    assert len(codes) == 2
    names = [line[4] for line in sheet.iter_rows(min_row=3)]
    assert [cell.data_type for cell in names] == ["s", "s"]
    pdf = client.post(DESK + "so/tai-ve/", {"tu": "01/11/2026", "den": "30/11/2026", "tep": "pdf"})
    text = words(read(pdf))
    assert "SỔ THEO DÕI HỒ SƠ" in text
    assert "Cộng: 2 hồ sơ." in text
    assert PersonalDataRead.objects.filter(user=centre.clerk, via__startswith="sổ theo dõi").count() == 2


@pytest.mark.parametrize(
    ("tu", "den", "sentence"),
    [
        ("30/11/2026", "01/11/2026", "Ngày cuối kỳ phải bằng hoặc sau"),
        ("01/01/2024", "30/11/2026", "nhiều nhất một năm"),
        ("hôm qua", "30/11/2026", "Ngày chưa đúng"),
    ],
)
def test_an_impossible_period_gets_a_sentence(client, centre, tu, den, sentence):
    client.force_login(centre.clerk)
    page = client.post(DESK + "so/tai-ve/", {"tu": tu, "den": den, "tep": "xlsx"}, follow=True)
    assert sentence in page.content.decode()


def test_the_book_of_papers_lists_numbers_in_order(client, centre, procedure):
    for _ in range(3):
        letter_acts.do("approve", drafted(centre, procedure), by=centre.leader, now=FRIDAY)
    client.force_login(centre.leader)
    page = client.get(DESK + "so/").content.decode()
    assert "03/PXL-TTPVHCC" in page
    answer = client.post(DESK + "so/tai-ve/", {"tu": "01/11/2026", "den": "30/11/2026", "tep": "van-ban"})
    sheet = openpyxl.load_workbook(io.BytesIO(read(answer))).active
    assert [line[0].value for line in sheet.iter_rows(min_row=3)] == [f"0{n}/PXL-TTPVHCC" for n in (1, 2, 3)]


def test_the_delay_page_names_units_and_causes(client, centre, letter):
    with time_machine.travel(dt.datetime(2026, 11, 27, 9, tzinfo=ZONE), tick=False):
        overdue.sweep(now=dt.datetime(2026, 11, 27, 9, tzinfo=ZONE))
        letter_acts.do("approve", fresh(letter), by=centre.leader, now=dt.datetime(2026, 11, 27, 9, tzinfo=ZONE))
        client.force_login(centre.leader)
        page = client.get(DESK + "cham-o-dau/").content.decode()
    assert "Phòng Địa chính" in page
    assert "Chưa thẩm định xong" in page


def figures_of(page: str) -> list[tuple[str, str]]:
    """Return (number, address) of every figure of the page that opens its rows."""
    found = re.findall(r'<a\s+href="([^"]*cham-o-dau/(?:ho-so|van-ban)/[^"]*)">([^<]+)</a>', page)
    return [(number.split()[0], html.unescape(address)) for address, number in found]


def test_every_figure_of_the_delay_page_opens_as_many_rows(client, centre, procedure, letter):
    late = dt.datetime(2026, 11, 27, 9, tzinfo=ZONE)
    other = factories.in_state(State.APPRAISING, centre, procedure)
    with time_machine.travel(late, tick=False):
        overdue.sweep(now=late)
        letter_acts.do("approve", fresh(letter), by=centre.leader, now=late)
        client.force_login(centre.leader)
        page = client.get(DESK + "cham-o-dau/").content.decode()
        figures = figures_of(page)
        opened = [client.get(address).content.decode() for _, address in figures]
    # Of the room: its late dossiers and its letters; of the last line the same; of the month: all letters, one cause.
    assert [number for number, _ in figures] == ["2", "1", "2", "1", "1", "1"]
    for (number, address), rows in zip(figures, opened, strict=True):
        assert rows.count('<a class="mc-code"') == int(number), address
    assert {other.code, letter.dossier.code} <= set(re.findall(r">(H[^<]+)</a>", opened[0]))
    owed = re.findall(r"<b>([\d,]+) ngày</b>", opened[0])
    tenths = [int(each.replace(",", "")) if "," in each else 10 * int(each) for each in owed]
    assert len(owed) == 3 and tenths[-1] == sum(tenths[:-1])
    assert f"<b>{owed[-1]} ngày</b>" in page


def test_the_rows_behind_a_figure_are_the_overseers_alone(client, centre, letter):
    client.force_login(centre.clerk)
    for address in ("cham-o-dau/ho-so/", "cham-o-dau/van-ban/"):
        assert client.get(DESK + address).status_code == 403
    client.force_login(centre.leader)
    assert client.get(DESK + "cham-o-dau/ho-so/?noi=²").status_code == 404


class TestWording:
    @pytest.fixture(autouse=True)
    def signed_in(self, client, admin_user):
        client.force_login(admin_user)

    ADDRESS = "/admin/dossiers/formtemplate/apology/2025/"

    def test_a_new_version_is_printed_from_its_day(self, client, centre, letter):
        sent = {
            "block-closing": "Mong thông cảm.\nTrân trọng kính chào./.",
            "symbol": "VBXL",
            "valid_from": "20/11/2026",
        }
        assert client.post(self.ADDRESS, sent).status_code == 302
        paper = letter_acts.do("approve", letter, by=centre.leader, now=FRIDAY).paper
        assert "Trân trọng kính chào./." in words(pdf_of(paper))
        assert paper.number == "01/VBXL-TTPVHCC"
        assert client.post(self.ADDRESS, {**sent, "valid_from": "01/12/2026"}).status_code == 302
        first, second = FormTemplate.objects.order_by("valid_from")
        assert (first.valid_to, second.valid_to) == (dt.date(2026, 11, 30), None)

    @pytest.mark.parametrize(
        ("sent", "sentence"),
        [
            ({"block-reason": "Không rõ"}, "phải có {ly_do}"),
            ({"block-closing": "Xin chào {ten_me}"}, "dùng {ten_me} mà mẫu không có"),
            ({"block-closing": "**Đậm"}, "dấu ** chưa khép"),
            ({"valid_from": "19/11/2026"}, "chỉ dùng từ hôm nay trở đi"),
            ({"valid_from": "mai"}, "Ngày bắt đầu dùng chưa đúng"),
        ],
    )
    def test_wrong_wording_is_refused_with_its_reason(self, client, sent, sentence):
        answer = client.post(self.ADDRESS, {"valid_from": "20/11/2026", **sent})
        assert answer.status_code == 422
        assert sentence in answer.content.decode().replace("&#x27;", "'")
        assert not FormTemplate.objects.exists()

    def test_the_preview_prints_what_is_typed_and_keeps_nothing(self, client):
        answer = client.post(self.ADDRESS + "xem-thu.pdf", {"block-closing": "Câu thử nghiệm./."})
        assert "Câu thử nghiệm./." in words(answer.content)
        assert client.post(self.ADDRESS + "xem-thu.pdf", {"block-closing": "{sai}"}).status_code == 422

    def test_every_form_of_every_set_opens_and_previews(self, client):
        page = client.get("/admin/dossiers/formtemplate/").content.decode()
        for form_set in ("2018", "2025"):
            for form in ("receipt", "supplement", "refusal", "apology", "control_sheet", "register"):
                address = f"/admin/dossiers/formtemplate/{form}/{form_set}/"
                assert address in page
                assert client.get(address).status_code == 200
                assert client.post(address + "xem-thu.pdf").status_code == 200

    def test_one_centre_does_not_reword_the_papers_of_all(self, client, centre):
        client.force_login(centre.administrator)
        assert client.get(self.ADDRESS).status_code == 200
        assert client.post(self.ADDRESS, {"valid_from": "20/11/2026"}).status_code == 404


def test_who_may_sign_is_listed_for_the_own_agency(client, centre, elsewhere):
    for each in (centre, elsewhere):
        SigningAuthority.objects.create(
            agency=each.agency,
            user=each.leader,
            position=f"Giám đốc {each.agency.code}",
            valid_from=dt.date(2026, 1, 1),
        )
    client.force_login(centre.administrator)
    page = client.get("/admin/dossiers/signingauthority/").content.decode()
    assert "Giám đốc H80.05" in page
    assert "Giám đốc H24.31" not in page


def test_a_letter_drafted_by_hand_and_dropped(client, centre, procedure):
    dossier = factories.in_state(State.APPRAISING, centre, procedure)
    client.force_login(centre.handler)
    client.post(f"{DESK}lap/{dossier.pk}/")
    letter = dossier.letters.get()
    client.post(f"{DESK}{letter.pk}/viec/cancel/", {"note": "Kịp trả đúng hạn"})
    assert fresh(letter).state == "cancelled"
