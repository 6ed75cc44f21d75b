"""Questions how a dossier stands: counted by step and days through every door, and what would have spared them."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db.models import QuerySet
from django.urls import reverse

from dossiers.lookup import asked_after
from dossiers.models import Agency, Dossier
from dossiers.states import State
from portal.correspondence import proposing
from portal.correspondence.models import Proposal
from portal.reporting import keeping
from portal.reporting.models import QuestionDay
from portal.reporting.questions import asked as questions
from tests.portal.reporting.conftest import TODAY, at

pytestmark = pytest.mark.django_db
NOVEMBER = {"tu": "01/11/2026", "den": "20/11/2026", "bang": "hoi"}
NARROW = {**NOVEMBER, "co-quan": "H80.05", "duoi": "1", "thu-tuc": "1.004441"}


def test_a_question_counts_once_through_its_door_and_names_nobody(client, world):
    late, waiting = (Dossier.objects.get(pk=world.dossiers[n].pk) for n in (5, 6))
    Dossier.objects.filter(pk__in=[late.pk, waiting.pk]).update(state="appraising", clock_open=True)
    Dossier.objects.filter(pk=late.pk).update(state_changed_at=at(12))
    Dossier.objects.filter(pk=waiting.pk).update(state_changed_at=at(4))
    for _again in range(2):  # a page turned, a second fact typed
        assert client.get(f"/h/{waiting.token}/").status_code == 200
    client.post("/tra-cuu/", {"number": late.code})
    client.post("/tra-cuu/", {"number": "KHONG-CO-MA-NAY"})
    client.force_login(world.own.clerk)
    page = client.get(reverse("admin:dossiers_dossier_change", args=[late.pk])).content.decode()
    assert "Ghi một lượt hỏi" in page
    noted = reverse("admin:question_noted", args=[late.pk])
    assert client.get(noted).status_code == 405
    assert "Đã ghi một lượt hỏi" in client.post(noted, follow=True).content.decode()
    client.force_login(world.other.clerk)
    assert client.post(noted).status_code == 404, "another agency's"
    questions.write()
    rows = set(QuestionDay.objects.values_list("state", "where", "since", "late", "times"))
    assert rows == {("appraising", "web", 3, False, 1), ("appraising", "web", 11, True, 1),
                    ("appraising", "desk", 11, True, 1)}  # fmt: skip
    client.get(f"/h/{waiting.token}/")
    questions.write()
    assert QuestionDay.objects.get(where="web", since=3).times == 2


def test_the_board_says_what_is_asked_when_and_what_would_spare_it(client, world):
    keeping.rebuild(dt.date(2026, 10, 1), TODAY.date(), now=TODAY)
    facts = {"agency": world.own.agency, "procedure": world.procedure, "where": "chat", "late": False}
    for days_ago, state, since, times in ((1, "appraising", 3, 6), (2, "appraising", 0, 1), (1, "result_ready", 1, 7)):
        QuestionDay.objects.create(
            day=TODAY.date() - dt.timedelta(days=days_ago), state=state, since=since, times=times, **facts
        )
    QuestionDay.objects.create(day=dt.date(2026, 10, 15), state="appraising", since=0, times=2, **facts)
    client.force_login(world.own.leader)
    asked = client.get("/admin/so-lieu/", NOVEMBER).context["asked"]
    assert (asked.before, asked.per_hundred_before) == (None, None), "nobody counted on the first days of October"
    QuestionDay.objects.create(day=dt.date(2026, 9, 30), state="appraising", since=0, times=1, **facts)
    page = client.get("/admin/so-lieu/", NOVEMBER)
    asked = page.context["asked"]
    assert (asked.times, asked.before, asked.per_hundred, asked.per_hundred_before) == (14, 2, 200.0, None)
    assert [(line.times, line.share, line.when, line.when_share) for line in asked.lines] == [
        (7, 50, "ngày 3–5", 86), (7, 50, "ngày 1–2", 100),
    ]  # fmt: skip
    said = page.content.decode()
    assert "gửi trước ngày thứ 3 của bước" in said and "nơi nhận, giờ nhận" in said and "<svg" in said
    assert "Đề xuất tin này" in said
    # One press makes it a proposal that waits for a person; pressed twice it is one, and nothing is reworded.
    sent = {**NOVEMBER, "dong": asked.lines[0].key}
    first, second = (client.post(reverse("admin:question_proposed"), sent, follow=True) for _ in range(2))
    proposal = Proposal.objects.get()
    assert (proposal.agency, proposal.state, proposal.subject) == (world.own.agency, "sent", "message")
    assert asked.lines[0].message in proposal.text and "7 lượt hỏi" in proposal.text
    assert proposal.title in first.content.decode() and "chưa gửi cho ai" in second.content.decode()
    gone = client.post(reverse("admin:question_proposed"), {**sent, "dong": "0:gone"}, follow=True)
    assert "không còn trong bảng" in gone.content.decode() and Proposal.objects.count() == 1
    january = client.get("/admin/so-lieu/", {**NOVEMBER, "tu": "01/01/2026", "den": "02/01/2026"})
    assert "Chưa ai hỏi" in january.content.decode()
    assert client.get(reverse("admin:boards_picture", args=["hoi"]), NOVEMBER).content.startswith(b"\x89PNG")
    client.force_login(world.other.leader)
    assert client.get("/admin/so-lieu/", NOVEMBER).context["asked"].times == 0


def one_line(client, world) -> str:
    """Return the board page of one question asked yesterday, narrowed to a procedure and the agencies below."""
    QuestionDay.objects.create(
        day=TODAY.date() - dt.timedelta(days=1), state="appraising", since=3, times=6, agency=world.own.agency,
        procedure=world.procedure, where="chat", late=False,
    )  # fmt: skip
    client.force_login(world.own.leader)
    return client.get("/admin/so-lieu/", NARROW).content.decode()


def test_the_proposal_asks_what_the_board_shows_and_comes_back_to_it(client, world):
    """Only the period and the agency went along: the room, the field, the procedure were lost."""
    forms = re.findall(r"<form method=\"post\".*?</form>", one_line(client, world), re.S)
    form = next(each for each in forms if reverse("admin:question_proposed") in each)
    sent = dict(re.findall(r'name="([\w-]+)"\s+value="([^"]*)"', form))
    assert {name: sent.get(name) for name in NARROW} == NARROW
    answer = client.post(reverse("admin:question_proposed"), {**sent, "dong": "0:gone"})
    assert dict(parse_qsl(urlsplit(answer["Location"]).query)) == NARROW
    client.post(reverse("admin:question_proposed"), sent)
    assert f"{world.own.agency.name} và cơ quan cấp dưới" in Proposal.objects.get().text
    foreign = client.post(reverse("admin:question_proposed"), {**sent, "phong": "999999"}, follow=True)
    assert "Không có phòng này" in foreign.content.decode() and Proposal.objects.count() == 1


def test_two_presses_at_once_are_one_proposal(client, world, monkeypatch):
    """The other press is done while this one waits for the agency's row."""
    one_line(client, world)
    line = client.get("/admin/so-lieu/", NARROW).context["asked"].lines[0]
    real, others = QuerySet.select_for_update, []

    def waiting(rows, *args, **kept):
        if rows.model is Agency and not others:
            others.append(
                proposing.propose(
                    world.own.agency, by=world.own.leader, now=TODAY, subject=Proposal.Subject.MESSAGE,
                    title=f"Tin bớt lượt hỏi: {line.state}, {line.procedure}"[:200], text="Bấm cùng lúc",
                )
            )  # fmt: skip
        return real(rows, *args, **kept)

    monkeypatch.setattr(QuerySet, "select_for_update", waiting)
    answer = client.post(reverse("admin:question_proposed"), {**NARROW, "dong": line.key})
    assert others and Proposal.objects.get() == others[0]
    assert answer["Location"] == reverse("admin:correspondence_proposal_change", args=[others[0].pk])


def test_every_step_has_a_message_that_spares_the_question():
    for state in State:
        for late in (False, True):
            assert questions.spared_by(state, 3, late=late).endswith("."), state


def test_a_fault_of_the_counting_spoils_no_answer(client, world, monkeypatch):
    def broken(where, codes):
        raise RuntimeError

    monkeypatch.setattr(asked_after, "listeners", [broken])
    assert client.get(f"/h/{world.dossiers[6].token}/").status_code == 200
