"""What a citizen was asked to bring: chosen from the papers, ticked when it came, told the same everywhere."""

import datetime as dt

import pytest
from django.test import Client

from dossiers.lookup.pages import detail_of
from dossiers.lookup.rows import DETAIL_COLUMNS, rows_of
from dossiers.models import Dossier, SupplementReason
from dossiers.papers.act_papers import BUILDERS, _answer_by
from dossiers.papers.register import draft_place
from dossiers.states import State
from dossiers.workflow import acts, asked
from tests import factories
from tests.people import MONDAY
from zalo.messages.texts.dossier_facts import with_reasons

LATER = MONDAY + dt.timedelta(hours=6)
DEED = {"paper": "Bản gốc giấy chứng nhận", "what": "Nộp bản gốc", "why": "Chưa nộp"}
PLAN = {"paper": "Trích đo bản đồ", "what": "Nộp bản có xác nhận", "why": "Chưa có dấu"}


def citizen(dossier: Dossier):
    return detail_of(rows_of(Dossier.objects.filter(pk=dossier.pk), *DETAIL_COLUMNS).get(), LATER)


def missing(dossier: Dossier) -> set[str]:
    return {name for name, received in citizen(dossier).papers if not received}


@pytest.fixture
def waiting(centre, procedure) -> Dossier:
    """A dossier that waits for two papers, one of them on its list as not handed in, until a last day."""
    dossier = factories.in_state(State.APPRAISING, centre, procedure)
    dossier.papers.create(name=DEED["paper"], received=False)
    day = dt.date(2026, 11, 30)
    acts.do("request_supplement", dossier, by=centre.handler, now=LATER, reasons=[DEED, PLAN], last_day=day)
    return dossier


def test_the_last_day_is_the_same_on_paper_page_chat_and_message(centre, waiting):
    event = asked.still_asked(waiting)
    assert _answer_by(event) == citizen(waiting).last_day == dt.date(2026, 11, 30)
    assert "Hạn nộp bổ sung: 30/11/2026" in with_reasons(event)["noi_dung"]


def test_what_came_is_ticked_and_only_the_rest_is_waited_for(client, centre, waiting):
    assert missing(waiting) == {DEED["paper"]}
    client.force_login(centre.clerk)
    address = f"/admin/dossiers/dossier/{waiting.pk}/viec/receive_supplement/"
    assert client.post(address, {}).status_code == 422, "nothing ticked is no supplement"
    client.post(address, {"came": ["0"]})
    waiting.refresh_from_db()
    assert waiting.state == State.SUPPLEMENT_REQUESTED and not waiting.clock_open
    told = citizen(waiting)
    assert [reason.paper for reason in told.reasons] == [PLAN["paper"]] and not missing(waiting)
    assert told.last_day == dt.date(2026, 11, 30)
    page = client.get(f"/admin/dossiers/dossier/{waiting.pk}/change/").content.decode()
    assert "Còn chờ bổ sung" in page and PLAN["what"] in page
    client.post(address, {"came": ["0"]})
    waiting.refresh_from_db()
    assert waiting.state == State.APPRAISING and waiting.clock_open
    assert not missing(waiting) and PLAN["paper"] in {name for name, _ in citizen(waiting).papers}


def test_a_paper_is_known_however_its_name_was_typed_and_others_can_come_beside(client, centre, procedure):
    dossier = factories.in_state(State.APPRAISING, centre, procedure)
    dossier.papers.create(name=DEED["paper"], received=False)
    other = dossier.papers.create(name="Ảnh thẻ", received=False)
    typed = [{**DEED, "paper": "ban goc  giấy chứng nhận."}, {**PLAN, "paper": ""}]
    acts.do("request_supplement", dossier, by=centre.handler, now=LATER, reasons=typed)
    assert asked.still_asked(dossier).reasons[0]["paper"] == DEED["paper"]
    client.force_login(centre.clerk)
    page = client.get(f"/admin/dossiers/dossier/{dossier.pk}/change/").content.decode()
    assert f'name="papers" value="{other.pk}"' in page and page.count('name="papers"') == 1
    address = f"/admin/dossiers/dossier/{dossier.pk}/viec/receive_supplement/"
    assert client.post(address, {"papers": [other.pk]}).status_code == 302
    dossier.refresh_from_db()
    assert dossier.state == State.SUPPLEMENT_REQUESTED and missing(dossier) == {DEED["paper"]}
    assert client.post(address, {"came": ["0", "1"]}).status_code == 302
    assert not missing(dossier) and dossier.papers.filter(name__icontains="chứng nhận").count() == 1


def test_two_reasons_about_one_new_paper_make_one_paper(centre, waiting):
    asked.came(waiting, [{"paper": "Giấy X"}, {"paper": "giấy  x"}], LATER)
    assert waiting.papers.filter(name__iendswith="x").count() == 1


def test_a_name_of_an_older_request_is_matched_too(centre, waiting):
    waiting.papers.filter(name=DEED["paper"]).update(name="Bản  gốc giấy Chứng nhận")
    acts.do("receive_supplement", waiting, by=centre.clerk, now=LATER)
    assert not missing(waiting) and not waiting.papers.filter(name=DEED["paper"]).exists()


def test_what_another_system_reports_as_going_on_has_come(centre, waiting):
    acts.do("report", waiting, by=None, now=LATER, state=State.APPRAISING, external_id="x1")
    assert not missing(waiting)


def test_papers_and_ready_reasons_are_offered_with_their_samples(client, centre, elsewhere, procedure):
    dossier = factories.in_state(State.APPRAISING, centre, procedure)
    SupplementReason.objects.create(agency=centre.agency, title="Riêng ở đây", what="Nộp thêm", why="Quy định riêng")
    SupplementReason.objects.create(agency=elsewhere.agency, title="Của nơi khác", what="Khác", why="Khác")
    client.force_login(centre.handler)
    page = client.get(f"/admin/dossiers/dossier/{dossier.pk}/change/").content.decode()
    assert "Riêng ở đây" in page and "Của nơi khác" not in page
    assert "Bản mờ, không đọc được" in page and "Bản chụp thẳng, đủ bốn góc" in page
    assert '<option value="Đơn đăng ký theo mẫu">' in page


def test_a_last_day_in_the_past_is_refused(client, centre, procedure):
    dossier = factories.in_state(State.APPRAISING, centre, procedure)
    client.force_login(centre.handler)
    said = {"reason-0-what": "Nộp", "reason-0-why": "Thiếu", "last_day": "01/01/2026"}
    answer = client.post(f"/admin/dossiers/dossier/{dossier.pk}/viec/request_supplement/", said)
    assert answer.status_code == 422 and "từ hôm nay trở đi" in answer.content.decode()


def test_the_public_page_without_proof_says_nothing_of_the_papers(waiting):
    page = Client().get(f"/h/{waiting.token}/").content.decode()
    assert PLAN["what"] not in page and "Hạn nộp bổ sung" not in page


def test_a_refusal_has_reasons_of_its_own_and_its_paper_says_what_to_do_next(client, centre, procedure):
    dossier = factories.in_state(State.SUBMITTED, centre, procedure)
    SupplementReason.objects.create(use="refusal", title="Từ chối ở đây", what="Không nhận", why="Quy chế riêng")
    client.force_login(centre.clerk)
    page = client.get(f"/admin/dossiers/dossier/{dossier.pk}/change/").content.decode()
    asking = page.partition("/viec/ask_submitter/")[2].partition("</form>")[0]
    refusing = page.partition("/viec/refuse/")[2].partition("</form>")[0]
    assert "Không thuộc thẩm quyền" in refusing and "Từ chối ở đây" in refusing and "Bản mờ" not in refusing
    assert "Bản mờ, không đọc được" in asking and "Không thuộc thẩm quyền" not in asking
    assert "Vì sao không tiếp nhận" in refusing and "Cần làm gì" not in refusing
    address = f"/admin/dossiers/dossier/{dossier.pk}/viec/refuse/"
    answer = client.post(address, {"reason-0-what": "Không thuộc thẩm quyền"})
    assert answer.status_code == 409 and "vì sao không tiếp nhận và căn cứ pháp lý" in answer.content.decode()
    said = {"reason-0-what": "Không thuộc thẩm quyền", "reason-0-why": "Mục Cơ quan thực hiện"}
    done = client.post(address, said | {"reason-0-where": "UBND tỉnh"}, follow=True).content.decode()
    button = done.partition("In phiếu từ chối")[0].rpartition("<button")[2]
    assert "autofocus" in button, "Enter prints form 03"
    event = dossier.events.get(kind="refused")
    paper = BUILDERS["refusal"](event, draft_place("refusal", centre.agency, now=LATER))
    assert paper.reasons == ("Không thuộc thẩm quyền. Hướng dẫn: UBND tỉnh.",)
    assert paper.legal_ground == "Mục Cơ quan thực hiện"
    assert "Căn cứ: Mục Cơ quan thực hiện" in with_reasons(event)["noi_dung"]
