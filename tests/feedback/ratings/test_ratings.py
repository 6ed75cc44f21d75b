"""Ratings: one invitation, attitude and result apart, a window to change, bursts, follow-ups, secrecy, scores."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dossiers.models import Dossier
from dossiers.read_once import reading_once
from dossiers.states import State
from dossiers.workflow.moving import ActError, Forbidden
from feedback.cases.events import feedback_event
from feedback.figures import index_766, reports
from feedback.figures.periods import Period
from feedback.figures.statistics import Share, median, number
from feedback.models import FeedbackEvent, FollowUp, Question, QuestionSet, Rating, RatingInvitation
from feedback.ratings import figures as rating_figures
from feedback.ratings import follow_ups, score_sheet
from feedback.ratings import rating as ratings
from tests.factories import in_state
from tests.feedback.conftest import new_case
from tests.people import AN, MONDAY

pytestmark = pytest.mark.django_db
GOOD, LOW = {"attitude": 4, "result": 3}, {"attitude": 1, "result": 4}
NOVEMBER = Period(dt.date(2026, 11, 1), dt.date(2026, 11, 30))
LATER = MONDAY + dt.timedelta(hours=2)


@pytest.fixture
def invitation(centre, procedure) -> RatingInvitation:
    return ratings.invitation_of(in_state(State.RESULT_RETURNED, centre, procedure))


def invitations(centre, procedure, count: int) -> list[RatingInvitation]:
    return [ratings.invitation_of(in_state(State.RESULT_RETURNED, centre, procedure)) for _ in range(count)]


def test_a_returned_result_invites_once_and_tells_the_listeners(centre, procedure):
    told = []

    def listen(event, **_signal):
        told.append(event)

    feedback_event.connect(listen)
    dossier = in_state(State.RESULT_RETURNED, centre, procedure)
    ratings.invite(dossier, now=LATER)
    feedback_event.disconnect(listen)
    assert RatingInvitation.objects.filter(dossier=dossier).count() == 1
    [event] = told
    assert event.kind == FeedbackEvent.Kind.RATING_INVITED and event.facts["number"] == dossier.shown_number
    assert "/danh-gia/" in event.facts["link"] and AN.full_name not in str(event.facts)


def test_no_invitation_before_the_result_is_returned(centre, procedure):
    dossier = in_state(State.RESULT_READY, centre, procedure)
    with pytest.raises(ActError, match="sau khi đã trả kết quả"):
        ratings.invite(dossier, now=LATER)


def test_attitude_and_result_are_kept_apart(centre, invitation):
    rating = ratings.give(invitation, {**GOOD, "time": 2}, now=LATER, comment=" Tốt ")
    assert (rating.attitude, rating.result, rating.satisfied, rating.officer) == (4, 3, True, centre.handler)
    assert rating.answers.count() == 3 and rating.comment == "Tốt"
    event = FeedbackEvent.objects.get(kind="rated")
    assert not {"attitude", "result"} & set(event.facts)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"attitude": 4}, "Kết quả giải quyết"),
        ({}, "Hãy chọn"),
        ({"attitude": 9, "result": 1}, "không có trong phiếu"),
        ({"attitude": 4, "result": 3, "time": 7}, "không có trong phiếu"),
    ],
)
def test_an_incomplete_sheet_is_a_sentence(invitation, values, sentence):
    with pytest.raises(ActError, match=sentence):
        ratings.give(invitation, values, now=LATER)
    assert not Rating.objects.exists()


def test_a_sheet_may_be_changed_for_a_short_time(invitation):
    first = ratings.give(invitation, GOOD, now=LATER)
    again = ratings.give(invitation, {"attitude": 2, "result": 2}, now=LATER + dt.timedelta(hours=47))
    assert again.pk == first.pk and (again.attitude, again.times_changed, again.satisfied) == (2, 1, False)
    with pytest.raises(ActError, match="hết thời gian sửa"):
        ratings.give(invitation, GOOD, now=LATER + dt.timedelta(hours=49))


def test_an_old_invitation_is_closed(invitation):
    with pytest.raises(ActError, match="đã đóng"):
        ratings.give(invitation, GOOD, now=LATER + dt.timedelta(days=31))


def test_a_sheet_keeps_the_questions_it_was_answered_under(invitation):
    ratings.give(invitation, GOOD, now=LATER)
    newer = QuestionSet.objects.create(
        code="hai-long", version=2, title="Mới", legal_basis="x", valid_from=dt.date(2026, 11, 1)
    )
    Question.objects.create(set=newer, key="attitude", text="Mới?", choices=[{"value": 1, "label": "x"}], required=True)
    assert ratings.questions_for(invitation, LATER)[0].set.version == 1


def test_a_low_score_opens_a_follow_up_that_only_the_citizen_closes(centre, invitation):
    rating = ratings.give(invitation, LOW, now=LATER)
    row = FollowUp.objects.get(rating=rating)
    follow_ups.contacted(row, by=centre.supervisor, now=LATER, done="Đã gọi xin lỗi")
    assert row.status == FollowUp.Status.CONTACTED
    follow_ups.citizen_says(row, now=LATER, settled=False, word="Chưa")
    assert row.status == FollowUp.Status.OPEN
    follow_ups.contacted(row, by=centre.supervisor, now=LATER, done="Đã gọi lại")
    follow_ups.citizen_says(row, now=LATER, settled=True)
    assert row.status == FollowUp.Status.CLOSED
    with pytest.raises(ActError):
        follow_ups.contacted(row, by=centre.supervisor, now=LATER, done="thêm")


def test_the_rated_officer_never_gets_at_a_sheet(centre, procedure, client):
    from dossiers.workflow import acts

    dossier = in_state(State.RESULT_READY, centre, procedure)
    dossier.handler = centre.leader
    dossier.save()
    acts.do("return_result", dossier, by=centre.clerk, now=LATER)
    rating = ratings.give(ratings.invitation_of(dossier), LOW, now=LATER)
    assert rating.officer == centre.leader
    row = FollowUp.objects.get()
    client.force_login(centre.leader)
    assert client.get(reverse("admin:feedback_followup_change", args=[row.pk])).status_code == 404
    assert "0 phiếu" not in client.get(reverse("admin:feedback_followup_changelist")).content.decode()
    with pytest.raises(Forbidden, match="đánh giá chính bạn"):
        follow_ups.contacted(row, by=centre.leader, now=LATER, done="x")
    client.force_login(centre.supervisor)
    page = client.get(reverse("admin:feedback_followup_change", args=[row.pk]))
    assert page.status_code == 200 and row.rating.invitation.dossier.code in page.content.decode()


def test_a_burst_from_one_place_does_not_count_until_reviewed(centre, procedure):
    made = invitations(centre, procedure, 5)
    given = [
        ratings.give(each, GOOD, now=LATER + dt.timedelta(minutes=n), source_hash="one-place")
        for n, each in enumerate(made)
    ]
    for rating in given:
        rating.refresh_from_db()
    assert all(rating.suspect and not rating.counted for rating in given)
    ratings.review(given[0], by=centre.supervisor, now=LATER, genuine=True)
    given[0].refresh_from_db()
    assert given[0].counted and not given[0].suspect


def test_the_same_number_from_many_places_counts(centre, procedure):
    for n, each in enumerate(invitations(centre, procedure, 5)):
        ratings.give(each, GOOD, now=LATER, source_hash=f"place-{n}")
    assert Rating.objects.filter(counted=True).count() == 5


def test_nothing_is_shown_below_five(centre, procedure):
    made = invitations(centre, procedure, 5)
    for each in made[:4]:
        ratings.give(each, GOOD, now=LATER)
    shown = reports.board(centre.supervisor, NOVEMBER, now=LATER).ratings
    assert shown.total.hidden and shown.total.count == 0
    ratings.give(made[4], LOW, now=LATER)
    shown = reports.board(centre.supervisor, NOVEMBER, now=LATER).ratings
    assert not shown.total.hidden
    assert (shown.total.attitude.percent, shown.total.result.percent) == ("80 %", "100 %")


def test_whoever_may_be_the_one_rated_sees_settled_months_only(centre, procedure):
    made = invitations(centre, procedure, 11)
    for each in made[:6]:
        ratings.give(each, GOOD, now=LATER)
    for each in made[6:10]:
        ratings.give(each, LOW, now=LATER + dt.timedelta(days=20))
    december, new_year = MONDAY + dt.timedelta(days=20), MONDAY + dt.timedelta(days=60)
    winter = Period(dt.date(2026, 11, 1), dt.date(2026, 12, 31))

    def own(period, now):
        return rating_figures.own_results(centre.handler, period, now=now)

    assert own(NOVEMBER, LATER).hidden
    assert own(NOVEMBER, december).count == 6
    # No choice of dates takes one sheet out of the figure: parts of months and months with four sheets add nothing.
    for first, last in ((1, 29), (2, 30), (15, 16)):
        assert own(Period(dt.date(2026, 11, first), dt.date(2026, 11, last)), new_year).hidden
    assert (own(winter, new_year).count, own(winter, new_year).attitude.percent) == (6, "100 %")
    board = reports.board(centre.handler, winter, now=new_year).ratings
    assert board.whole_months_only and board.total.count == 6
    assert reports.board(centre.handler, NOVEMBER, now=LATER).ratings.total.hidden
    assert reports.board(centre.supervisor, winter, now=new_year).ratings.total.count == 10
    [(name, of_officer)] = rating_figures.by_officer(centre.supervisor, winter, now=new_year)
    assert (name, of_officer.count) == (centre.handler.get_full_name(), 6)
    ratings.give(made[10], LOW, now=LATER + dt.timedelta(days=21))
    assert own(winter, new_year).count == 11


def test_finding_the_sheet_at_the_counter(invitation):
    code = invitation.dossier.code
    assert ratings.find_invitation(code.lower(), AN.phone[-4:]) == invitation
    assert ratings.find_invitation(code, AN.id_number[-4:]) == invitation
    for number_, last in ((code, "0000"), ("H80.05-999999-0001", AN.phone[-4:]), ("", ""), (code, "")):
        assert ratings.find_invitation(number_, last) is None


def test_the_sheet_is_found_by_the_receipt_number_however_it_is_written(client, invitation):
    Dossier.objects.filter(pk=invitation.dossier_id).update(receipt_number="BN-2026-00777", external_code="000.00-9")
    for typed in ("BN-2026-00777", "bn 2026 00777", "BN202600777", "bn.2026/00777", "000.00-9"):
        answer = client.post(reverse("feedback:rate-find"), {"number": typed, "last4": AN.phone[-4:]})
        assert (answer.status_code, answer.url) == (302, reverse("feedback:rate", args=[invitation.token])), typed


def test_the_comment_is_sealed(invitation):
    rating = ratings.give(invitation, GOOD, now=LATER, comment="Chị Hoa rất tốt")
    with connection.cursor() as cursor:
        cursor.execute("SELECT comment FROM feedback_rating WHERE id = %s", [rating.pk])
        assert "Hoa" not in cursor.fetchone()[0]


def test_the_18_point_sheet_counts_what_it_can_and_names_what_it_cannot(centre, procedure):
    empty = score_sheet.compute((centre.agency.pk,), NOVEMBER.first, NOVEMBER.last)
    assert empty.total is None and empty.partial == "N/A" and empty.grade == "N/A"
    assert all(index.shown == "N/A" for index in empty.indices)
    [invitation] = invitations(centre, procedure, 1)
    ratings.give(invitation, {"attitude": 4, "result": 4}, now=LATER)
    some = score_sheet.compute((centre.agency.pk,), NOVEMBER.first, NOVEMBER.last)
    points = {index.number: index.points for index in some.indices}
    # Settled the day it came, due in five: ahead of time, nobody asked for a new date, nothing to supplement.
    assert points == {1: 2, 2: 2, 3: 2, 4: None, 5: None, 6: None, 7: 2, 8: None, 9: None}
    assert some.partial == "8 / 8 điểm" and some.total is None and some.grade == "N/A"
    everything = {"attitude": 3, "result": 3, "visits": 2, "process": 4, "publicity": 3, "explanation": 2, "online": 1}
    ratings.give(invitation, everything, now=LATER)
    full = score_sheet.compute((centre.agency.pk,), NOVEMBER.first, NOVEMBER.last)
    assert full.total == 2 + 2 + 2 + 1 + 2 + 2 + 2 + 1 + 0 and full.grade == "Tốt"


def test_index_766_from_the_same_data(centre, procedure):
    empty = index_766.compute((centre.agency.pk,), NOVEMBER.first, NOVEMBER.last)
    assert empty.total is None and {group.shown for group in empty.groups} == {"N/A"}
    made = invitations(centre, procedure, 4)
    ratings.give(made[0], LOW, now=LATER)
    new_case(centre, dossier_code=made[1].dossier.code)
    found = {g.key: g for g in index_766.compute((centre.agency.pk,), NOVEMBER.first, NOVEMBER.last).groups}
    # Four dossiers, none late, one disliked, one reported: half are content.
    assert found["satisfaction"].share == 0.5 and found["satisfaction"].points == pytest.approx(18 * 0.5 / 0.9)
    assert found["progress"].points == 20 and found["online"].points == 0
    assert found["transparency"].points is None and found["payment"].shown == "N/A"
    Dossier.objects.filter(pk=made[2].dossier_id).update(supplement_rounds=2)
    found = {g.key: g for g in index_766.compute((centre.agency.pk,), NOVEMBER.first, NOVEMBER.last).groups}
    assert (found["progress"].share, found["satisfaction"].share) == (0.75, 0.25)
    # Both sets of a page read the settled dossiers of the period once: nine passes were a second at 300,000.
    with reading_once(), CaptureQueriesContext(connection) as asked:
        score_sheet.compute((centre.agency.pk,), NOVEMBER.first, NOVEMBER.last)
        index_766.compute((centre.agency.pk,), NOVEMBER.first, NOVEMBER.last)
    assert sum("supplement_rounds" in query["sql"] for query in asked) == 1


def test_what_is_known_of_a_group_that_is_not_counted_stands_beside_it(centre, procedure):
    version = procedure.versions.get()
    assert "0/1 thủ tục" in index_766.complete_procedures(NOVEMBER.last)
    version.steps, version.results, version.legal_bases = ["Bước 1"], ["Giấy chứng nhận"], ["Luật Đất đai"]
    version.save()
    assert index_766.complete_procedures(NOVEMBER.last).endswith(
        "1/1 thủ tục đang áp dụng đăng đủ các phần phải công khai."
    )
    version.fees.all().delete()
    assert "phí, lệ phí (1 thủ tục)" in index_766.complete_procedures(NOVEMBER.last)
    paid, unpaid = (each.dossier for each in invitations(centre, procedure, 2))
    Dossier.objects.filter(pk__in=[paid.pk, unpaid.pk]).update(fee_total=15000, fee_paid=False)
    Dossier.objects.filter(pk=paid.pk).update(fee_paid=True)
    payment = {g.key: g for g in index_766.compute((centre.agency.pk,), NOVEMBER.first, NOVEMBER.last).groups}[
        "payment"
    ]
    assert "1/2 hồ sơ" in payment.known and payment.points is None
    # Without a procedure in force there is nothing to count.
    assert "chưa có thủ tục" in index_766.complete_procedures(dt.date(2001, 1, 1))


def test_a_theme_that_is_never_on_time_is_worse_than_one_that_sometimes_is():
    never, sometimes, silent = reports.Tally(with_due=5), reports.Tally(with_due=5, on_time=3), reports.Tally()
    assert never.badness == 1 and sometimes.badness == pytest.approx(0.4) and silent.badness == 0
    assert reports.Tally(said=4, happy=0).badness == 1


def test_shares_and_their_uncertainty():
    assert Share(0, 0).percent == "N/A" and Share(0, 0).interval is None
    low, high = Share(5, 5).interval
    assert (round(low, 2), high) == (0.57, 1.0)
    assert Share(7, 8).percent == "87,5 %" and Share(7, 8).interval_text == "53–98 %"
    assert median([3, 1, 2]) == 2 and median([]) is None and number(None) == "N/A" and number(1.50) == "1,5"
