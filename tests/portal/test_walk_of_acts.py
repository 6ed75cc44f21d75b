"""Every act as every role in every state, through the page, the list, the citizen's page and the API that offer it.

Made from the tables of acts: a new act, state or role is walked by itself; one that asks for something unknown here, or
is offered in a place nobody walks, fails. What may be done is worked out anew from the rows of the table, the roles and
whose the row is, and compared with what the pages show and do.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from dossiers.letters import acts as letter_acts
from dossiers.letters import draft as letter_drafts
from dossiers.models import Agency, DelayCause, Letter
from dossiers.states import FINAL, State
from dossiers.workflow import acts as dossier_acts
from dossiers.workflow.moving import API, LIST, PAGE, TRACK, Act
from feedback.cases import acts as case_acts
from feedback.cases import intake
from feedback.cases.routing import Nature
from feedback.models import Category, RestrictedOfficer, TransferRecord
from feedback.pages.track_pages import ACTS_HERE
from feedback.petitions import acts as petition_acts
from feedback.states import FINAL as CASES_FINAL
from feedback.states import Status
from portal.api import keys
from portal.api.models import ApiClient
from portal.correspondence import acts as office_acts
from portal.correspondence import assigning, assignment_acts, drafts, incoming, proposal_acts, proposing
from portal.correspondence import states as office
from portal.correspondence.models import Assignment, Document, Enclosure, Proposal
from tests import factories, people
from tests.feedback.conftest import case_in, new_case
from tests.feedback.conftest import sent as sent_in
from tests.people import MONDAY
from tests.portal.staff_walk import without_frame

pytestmark = pytest.mark.sqlite_only  # what may be done is decided in Python, alike on every database
NOW = MONDAY + dt.timedelta(hours=5)
ANSWER = "answer"
REFUSED = {403, 404, 409}
ROLES = ("clerk", "handler", "leader", "supervisor", "editor", "administrator")
S = TransferRecord.Status
MUST_WAIT = {"close", "close_unanswered_request"}
"""Open in their state, but only once a time has passed."""
AGENCIES = {
    "dossier": ("agency_id",),
    "letter": ("agency_id", "centre_id"),
    "case": ("agency_id",),
    "petition": ("agency_id",),
    "document": ("agency_id",),
    "assignment": ("agency_id",),
    "proposal": ("agency_id",),
}


@dataclass(frozen=True)
class Walk:
    """One table of acts: how to come by a row in each state, where its page is, what its forms are sent."""

    name: str
    table: dict[str, Act]
    states: type
    made: Callable
    asked: Callable[[object], dict[str, dict]]

    def address(self, row) -> str:
        return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])

    def act_address(self, row, name: str) -> str:
        return f"{self.address(row)[: -len('change/')]}viec/{name}/"

    def state_of(self, row) -> str:
        return getattr(row, next(iter(self.table.values())).subject.state)


def letter_in(state: str, centre, procedure) -> Letter:
    """Return a letter walked to `state` by the acts."""
    dossier = factories.in_state(State.APPRAISING, centre, procedure)
    clock = iter(NOW - dt.timedelta(minutes=n) for n in range(30, 0, -1))
    letter = letter_drafts.draft(dossier, by=centre.handler, now=next(clock))
    road = {
        "returned": ["send_back"],
        "submitted": ["submit"],
        "issued": ["approve"],
        "signed": ["approve", "attach"],
        "delivered": ["approve", "deliver"],
        "cancelled": ["cancel"],
        "withdrawn": ["approve", "withdraw"],
    }
    said = {"attach": {"content": b"%PDF-1.7 scan", "how": "scan"}, "deliver": {"how": "tại quầy"}, "approve": {}}
    for name in road.get(state, []):
        if letter.cause is None:
            letter.cause = DelayCause.objects.first()
            Letter.objects.filter(pk=letter.pk).update(cause=letter.cause)
        asked = said.get(name, {} if name == "submit" else {"note": "Xem lại"})
        letter_acts.do(name, letter, by=centre.leader, now=next(clock), **asked)
    return letter


def case_with_a_draft(status: str, centre, _procedure):
    """Return a case in the status; one that is worked on has its answer drafted."""
    case = case_in(status, centre)
    if status == Status.IN_PROGRESS:
        case_acts.do("draft", case, by=centre.handler, now=MONDAY, text="Đã thay bóng đèn.")
    return case


def said_of_dossiers(centre) -> dict[str, dict]:
    reasons = {"reason-0-what": "Nộp bản có xác nhận", "reason-0-why": "Bản đã nộp chưa có dấu"}
    return {
        "": {},
        "note": {"note": "Mời đến quầy số 2"},
        "needed_note": {"note": "Theo đơn của người nộp"},
        "finish": {"place": "Quầy số 3"},
        "to_signing": {"number": "15/2026"},
        "sign": {"place": "Quầy số 3"},
        "return": {"how": "counter", "collector": "Nguyễn Văn An", "proof": "card", "collector_number": "080085001234"},
        "accept": {"due_on": ""},
        "payment": {"amount": "120000"},
        "assign": {"unit": centre.land.pk, "handler": centre.handler.pk},
        "reasons": reasons,
        "refusal": reasons,
        "supplement": reasons,
        "came": {"came": ["0"], "note": "Mời đến quầy số 2"},
    }


def said_of_letters(centre) -> dict[str, dict]:
    return {
        "": {},
        "note": {"note": "Xem lại nguyên nhân"},
        "edit": {"cause": DelayCause.objects.first().pk, "new_due_on": "25/11/2026"},
        "approve": {"override_note": ""},
        "deliver": {"how": "giao tại quầy"},
        "signed": {"how": "scan", "file": SimpleUploadedFile("quet.pdf", b"%PDF-1.7 scan", "application/pdf")},
    }


def said_of_cases(centre) -> dict[str, dict]:
    part = {f"part-{n}-{name}": f"Phần {n}" for n in (0, 1) for name in ("title", "text")}
    return {
        "": {},
        "note": {"note": "Nói rõ hơn"},
        "reason": {"reason": "Không thuộc thẩm quyền"},
        "reason_optional": {"reason": "Đã gọi điện báo"},
        "what": {"what": "Cột đèn số mấy?"},
        "assign": {"unit": centre.land.pk, "handler": centre.handler.pk},
        "theme": {"category": Category.objects.first().pk},
        "about": {"unit": centre.front.pk},
        "transfer": {"agency": Agency.objects.exclude(pk=centre.agency.pk).get().pk, "reason": "Thuộc nơi khác"},
        "forward": {"body": "Điện lực Cần Giuộc", "reason": "Thuộc ngành điện"},
        "split": part,
        "merge": {"into": new_case(centre).code},
        "extend": {"until": "30/12/2026", "reason": "Việc phức tạp"},
        "restrict": {"kind": "complaint"},
        "publication": {"title": "Đèn đường", "question": "Đèn tắt đã lâu", "answer": "Đã thay bóng đèn"},
        "faq": {"question": "Đèn hỏng báo ai?", "answer": "Gọi trung tâm"},
        "answer": {"text": "Đã thay bóng đèn"},
        "reveal": {"words": "chợ Lớn", "reason": "Tên chợ, không phải tên người"},
    }


def petition_in(status: str, centre, _procedure) -> TransferRecord:
    """Return a petition walked to the status by the acts of the one officer a decision named."""
    people.named_officer(centre.supervisor, centre.agency)
    record = intake.receive(sent_in(centre, nature=Nature.DENUNCIATION), now=MONDAY)
    road = {S.SENT: "send_on", S.RETURNED: "guide", S.RELEASED: "release"}
    if status in road:
        name = road[S(status)]
        said = {"send_on": {"body": "Thanh tra tỉnh", "number": "15/PC"}, "guide": {"note": "Đã gọi điện"}}
        asked = said.get(name, {"kind": "report"})
        petition_acts.do(name, record, by=centre.supervisor, now=NOW - dt.timedelta(minutes=1), **asked)
    return record


def said_of_petitions(centre) -> dict[str, dict]:
    return {
        "send_on": {"body": "Thanh tra tỉnh", "number": "15/PC"},
        "guide": {"note": "Đã gọi điện hướng dẫn"},
        "against": {"unit": centre.front.pk},
        "release": {"kind": "report"},
    }


def document_in(state: str, centre, _procedure) -> Document:
    """Return a document walked to the state by the acts; a draft has something that goes with it."""
    clock = iter(NOW - dt.timedelta(minutes=n) for n in range(30, 0, -1))
    if state == office.State.RECEIVED:
        known = {"number_text": "3241/UBND-VX", "dated": NOW.date(), "issuer": "UBND tỉnh", "abstract": "mở rộng kênh"}
        return incoming.record(centre.agency, "dispatch", by=centre.clerk, now=next(clock), **known)
    document = drafts.begin(
        centre.agency,
        "dispatch",
        "phối hợp",
        "<p>Nội dung</p>",
        by=centre.handler,
        now=next(clock),
        addressees=["Các xã"],
    )
    office_acts.do("enclose", document, by=centre.handler, now=next(clock), words="Phụ lục")
    road = {
        "returned": ["submit", "send_back"],
        "submitted": ["submit"],
        "issued": ["submit", "issue"],
        "signed": ["submit", "issue", "attach"],
        "withdrawn": ["submit", "issue", "withdraw"],
        "cancelled": ["cancel"],
    }
    said = {"attach": {"content": b"%PDF-1.7 scan", "how": "scan"}, "submit": {}, "issue": {}}
    for name in road.get(state, []):
        office_acts.do(name, document, by=centre.leader, now=next(clock), **said.get(name, {"note": "Xem lại"}))
    return document


def said_of_documents(centre) -> dict[str, dict]:
    known = {"kind": "dispatch", "number_text": "9/UBND", "dated": "02/08/2019", "issuer": "UBND", "abstract": "Việc"}
    going = Enclosure.objects.last()
    return {
        "": {},
        "note": {"note": "Xem lại"},
        "edit": {"abstract": "phối hợp", "body": "<p>Nội dung</p>", "addressees": "Các xã"},
        "enclose": {"words": "Phụ lục 2"},
        "remove": {"enclosure": going.pk if going else ""},
        "signed": {"how": "scan", "file": SimpleUploadedFile("quet.pdf", b"%PDF-1.7 scan", "application/pdf")},
        "correct": known,
    }


def assignment_in(state: str, centre, _procedure) -> Assignment:
    """Return a task walked to the state."""
    now = NOW - dt.timedelta(minutes=9)
    row = assigning.give(centre.agency, "Báo cáo", NOW.date(), by=centre.leader, now=now)
    road = {"done": "finish", "dropped": "drop"}
    if state in road:
        assignment_acts.do(road[state], row, by=centre.leader, now=now, note="Đã gửi")
    document_in("signed", centre, None)
    return row


def said_of_assignments(centre) -> dict[str, dict]:
    return {
        "": {},
        "answer": {"kind": "report"},
        "finish": {"note": "Đã gửi"},
        "change": {"title": "Báo cáo", "due_on": "30/12/2026"},
        "link": {"document": next(iter(Document.objects.order_by("-id").values_list("number_text", flat=True)), "")},
        "note": {"note": "Không cần nữa"},
    }


def proposal_in(state: str, centre, _procedure) -> Proposal:
    """Return a proposal walked to the state; nobody is above the centre, so its own people answer."""
    now = NOW - dt.timedelta(minutes=9)
    row = proposing.propose(centre.agency, by=centre.clerk, now=now, subject="data", title="Lịch rác", text="Hay hỏi")
    road = {
        "considered": [("consider", {})],
        "accepted": [("accept", {"answer": "Làm"})],
        "done": [("accept", {"answer": "Làm"}), ("deliver", {"answer": "Đã có"})],
        "declined": [("decline", {"note": "Chưa cần"})],
        "withdrawn": [("take_back", {"note": "Thôi"})],
    }
    for name, said in road.get(state, []):
        proposal_acts.do(name, row, by=centre.leader, now=now, **said)
    return row


def said_of_proposals(centre) -> dict[str, dict]:
    return {"": {}, "accept": {"answer": "Làm"}, "answer": {"answer": "Đã có"}, "note": {"note": "Chưa cần"}}


WALKS = {
    walk.name: walk
    for walk in (
        Walk("dossier", dossier_acts.ACTS, State, factories.in_state, said_of_dossiers),
        Walk("letter", letter_acts.ACTS, Letter.State, letter_in, said_of_letters),
        Walk("case", case_acts.ACTS, Status, case_with_a_draft, said_of_cases),
        Walk("petition", petition_acts.ACTS, S, petition_in, said_of_petitions),
        Walk("document", office_acts.ACTS, office.State, document_in, said_of_documents),
        Walk("assignment", assignment_acts.ACTS, office.Duty, assignment_in, said_of_assignments),
        Walk("proposal", proposal_acts.ACTS, office.Standing, proposal_in, said_of_proposals),
    )
}
STEPS = [(name, state) for name, walk in WALKS.items() for state in walk.states.values]


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOW, tick=False), without_frame():
        yield


def may(act: Act, user, row, walk: Walk) -> bool:
    """Return whether the roles of the user, and whose the row is, allow the act; its state left aside."""
    if walk.name == "petition":
        return RestrictedOfficer.objects.filter(user=user, agency=row.agency_id, confirmed_at__isnull=False).exists()
    view = f"{row._meta.app_label}.view_{row._meta.model_name}"
    own = user.memberships.filter(agency_id__in=[getattr(row, name) for name in AGENCIES[walk.name]]).exists()
    permission = act.permission_for(row) if act.permission_for else act.permission
    return own and user.has_perm(view) and user.has_perm(f"{act.subject.app}.{permission}")


def is_offered(act: Act, user, row, walk: Walk) -> bool:
    """Return whether the page should show the act to the user."""
    if act.name == "submit" and walk.name == "letter" and user.has_perm("dossiers.approve_letter"):
        return False  # who approves has nobody to submit to
    if walk.state_of(row) not in act.sources or not act.fits(row) or (act.hidden_when and act.hidden_when(row)):
        return False
    return may(act, user, row, walk) and walk.state_of(row) != Status.RESTRICTED


@pytest.mark.parametrize(("name", "state"), STEPS)
def test_each_role_is_shown_and_can_do_what_the_table_says(centre, elsewhere, procedure, name, state):
    walk = WALKS[name]
    row, said = walk.made(state, centre, procedure), walk.asked(centre)
    people = [getattr(centre, role) for role in ROLES] + [elsewhere.leader]
    clients = {user: Client() for user in people}
    for user, client in clients.items():
        client.force_login(user)
        page = client.get(walk.address(row))
        shown = set(re.findall(r"/viec/(\w+)/\"", page.content.decode()))
        offered = {act.name for act in walk.table.values() if PAGE in act.offered and is_offered(act, user, row, walk)}
        assert shown == offered, user
    for act in walk.table.values():
        if PAGE not in act.offered:
            assert clients[centre.leader].post(walk.act_address(row, act.name)).status_code == 404
            continue
        starts, refused = state in act.sources, refusal_is_asked_here(act, walk, state)
        able = [user for user in people if may(act, user, row, walk)]
        # Each state is another's turn: that the others may is read from their pages above.
        doing = able[len(state) % len(able) :][:1] if able and (starts or refused) else []
        unable = [user for user in people if user not in able] if starts and refused else []
        for user in {*doing, *unable[:1], *unable[-1:]}:
            client, allowed = clients[user], user in able
            with transaction.atomic():
                answer = client.post(walk.act_address(row, act.name), {**sent(said[act.asks]), "version": row.version})
                fresh = type(row).objects.get(pk=row.pk)
                if is_offered(act, user, row, walk) and act.name not in MUST_WAIT:
                    assert answer.status_code == 302, (act.name, user)
                    assert walk.state_of(fresh) in (act.targets or {state}), (act.name, user)
                    assert fresh.version > row.version, (act.name, user)
                elif not (allowed and starts):
                    assert answer.status_code in REFUSED, (act.name, user)
                    assert (walk.state_of(fresh), fresh.version) == (state, row.version), (act.name, user)
                transaction.set_rollback(True)


def refusal_is_asked_here(act: Act, walk: Walk, state: str) -> bool:
    """Return whether the state is the first the act starts from, or the first it does not: once is enough."""
    others = (each for each in walk.states.values if (each in act.sources) == (state in act.sources))
    return state == next(others)


def sent(said: dict) -> dict:
    """Return what a browser sends; a file is read anew each time."""
    for value in said.values():
        if isinstance(value, SimpleUploadedFile):
            value.seek(0)
    return said


@pytest.mark.parametrize("state", State.values)
def test_acts_on_many_start_from_their_states_by_their_roles(centre, procedure, state):
    walk, said = WALKS["dossier"], said_of_dossiers(centre)
    row = walk.made(state, centre, procedure)
    for user in (centre.clerk, centre.leader):
        client = Client()
        client.force_login(user)
        for act in walk.table.values():
            if LIST not in act.offered and not refusal_is_asked_here(act, walk, state):
                continue
            with transaction.atomic():
                form = {**said.get(act.asks, {}), "act": act.name, "pk": row.pk, "confirmed": "1"}
                client.post(reverse("admin:dossiers_dossier_bulk"), form)
                moved = type(row).objects.get(pk=row.pk).version > row.version
                assert moved == (LIST in act.offered and is_offered(act, user, row, walk)), (act.name, user)
                transaction.set_rollback(True)


@pytest.mark.parametrize("state", State.values)
def test_another_system_reports_every_step_and_nothing_leads_out_of_an_end(centre, procedure, state):
    row = factories.in_state(state, centre, procedure)
    _, key = keys.create_client(name="Một cửa", agency=centre.agency, scope=ApiClient.Scope.WRITE)
    assert dossier_acts.ACTS["report"].targets == set(State)
    reasons = [{"what": "Nộp bản có xác nhận", "why": "Bản đã nộp chưa có dấu"}]
    places = {each: place for place, each in enumerate(State)}
    for target in (each for each in State if (places[each] - places[State(state)]) % 3 < 2):
        with transaction.atomic():
            report = {"id": "mc-1", "state": target, "at": NOW.isoformat(), "reasons": reasons}
            answer = Client().post(
                f"/api/v1/dossiers/{row.code}/events",
                report,
                content_type="application/json",
                headers={"Authorization": f"Api-Key {key}"},
            )
            fresh = type(row).objects.get(pk=row.pk)
            assert answer.status_code == 201, (target, answer.content.decode())
            assert fresh.state in ({target, state} if target in dossier_acts.reachable(state) else {state}), target
            assert fresh.events.last().kind in {target, "late_report"}
            transaction.set_rollback(True)


@pytest.mark.parametrize("status", Status.values)
def test_the_sender_does_what_the_table_says(centre, client, status):
    case = case_in(status, centre)
    for word, name in ACTS_HERE.items():
        act = case_acts.ACTS[name]
        with transaction.atomic():
            answer = client.post(f"/gop-y/{case.token}/", {"act": word, "text": "Gần chợ, cột số 12"})
            fresh = type(case).objects.get(pk=case.pk)
            if status in act.sources and status != Status.RESTRICTED:
                assert answer.status_code == 302 and fresh.version > case.version, word
                assert fresh.status in act.targets | {status}, word
            else:
                assert answer.status_code == 200 and fresh.version == case.version, word
            transaction.set_rollback(True)


@pytest.mark.parametrize("status", Status.values)
def test_an_answer_is_drafted_where_and_by_whom_the_table_says(centre, elsewhere, status):
    case, act, walk = case_in(status, centre), case_acts.ACTS["draft"], WALKS["case"]
    for user in (centre.handler, centre.editor, elsewhere.leader):
        client = Client()
        client.force_login(user)
        with transaction.atomic():
            answer = client.post(reverse("admin:feedback_case_draft", args=[case.pk]), {"text": "Đã thay bóng đèn."})
            open_to = is_offered(act, user, case, walk)
            assert (answer.status_code == 302) == open_to and (open_to or answer.status_code in REFUSED), user
            transaction.set_rollback(True)


def test_each_act_is_offered_where_somebody_walks_and_asks_what_is_known_here(centre, elsewhere):
    for walk in WALKS.values():
        places = {place for act in walk.table.values() for place in act.offered}
        assert places <= {PAGE, LIST, TRACK, API, ANSWER}
        asked = {act.asks for act in walk.table.values() if act.offered & {PAGE, LIST}}
        assert asked <= walk.asked(centre).keys()
        offered = [act for act in walk.table.values() if act.offered & {PAGE, LIST, ANSWER}]
        assert walk.name == "petition" or all(act.permission for act in offered)
    assert set(ACTS_HERE.values()) == {name for name, act in case_acts.ACTS.items() if TRACK in act.offered}


def test_every_state_is_come_to_and_left_by_acts():
    for walk in WALKS.values():
        acts = [act for act in walk.table.values() if API not in act.offered]
        led_to = {target for act in acts for target in act.targets}
        left = {source for act in acts for source in act.sources if act.targets - {source}}
        first = {State.SUBMITTED, Letter.State.DRAFT, Status.HELD, Status.NEW, S.RECEIVED}
        first |= {office.State.DRAFT, office.State.RECEIVED, office.Duty.OPEN, office.Standing.SENT}
        ends = {Letter.State.CANCELLED, Letter.State.WITHDRAWN, S.SENT, S.RETURNED, S.RELEASED, *FINAL, *CASES_FINAL}
        ends |= {office.Duty.DROPPED, office.Standing.DONE, office.Standing.DECLINED}
        assert set(walk.states.values) - {each.value for each in first} <= led_to
        assert set(walk.states.values) - {str(each) for each in ends} <= left
