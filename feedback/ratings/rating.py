"""Rating a finished dossier: one invitation, one sheet, changeable for a short time; bursts from one place don't count.

Attitude (thái độ) and result (kết quả xử lý) are asked and counted apart (requirement S3-04).
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from dossiers.identity_numbers import last_digits_match
from dossiers.lookup.facts import tidy_number
from dossiers.lookup.tiers import carrying
from dossiers.models import Desk, Dossier
from dossiers.states import State
from dossiers.workflow.moving import ActError
from dossiers.written_dates import written_day, written_moment
from feedback.cases import events
from feedback.lateness import rules
from feedback.masking.masking import tidy
from feedback.models import (
    FeedbackEvent,
    Question,
    QuestionSet,
    Rating,
    RatingAnswer,
    RatingInvitation,
)
from feedback.ratings import follow_ups

Kind = FeedbackEvent.Kind
CITIZEN = FeedbackEvent.Source.CITIZEN
ATTITUDE, RESULT = "attitude", "result"
MOST_WITH_ONE_NUMBER = 50
BURST = {
    # A tablet at the counter serves everyone, but nobody fills in five sheets within two minutes.
    Rating.Via.TABLET: (dt.timedelta(minutes=2), 5),
    Rating.Via.QR: (dt.timedelta(minutes=10), 5),
    Rating.Via.RECEIPT: (dt.timedelta(minutes=10), 5),
    Rating.Via.ZALO: (dt.timedelta(minutes=10), 5),
}
"""Per way in: so many sheets about one officer from one place within this time are suspect, all of them."""


@transaction.atomic
def invite(dossier: Dossier, *, now: dt.datetime) -> RatingInvitation:
    """Return the dossier's invitation, announced the first time. Raises ActError before the result is returned."""
    if dossier.state != State.RESULT_RETURNED:
        raise ActError("Chỉ mời đánh giá sau khi đã trả kết quả.")
    found = rules.rules_on(timezone.localdate(now), dossier.agency)
    days = dt.timedelta(days=int(rules.value(found, "pakn-rating-open-days")))
    invitation, made = RatingInvitation.objects.get_or_create(
        dossier=dossier,
        phase=RatingInvitation.Phase.RESULT,
        defaults={"agency": dossier.agency, "invited_at": now, "expires_at": now + days},
    )
    if made:
        events.record_rating(invitation, Kind.RATING_INVITED, at=now)
    return invitation


def invitation_of(dossier: Dossier) -> RatingInvitation | None:
    """Return the dossier's invitation for the receipt's page or the counter; None before the result is returned."""
    return RatingInvitation.objects.filter(dossier=dossier).first()


def find_invitation(number: str, last_four: str) -> RatingInvitation | None:
    """Return the invitation for a dossier or receipt number when the last four digits fit the phone or id; else None.

    For the tablet and the counter's QR. Every failure is the same None; the caller counts tries (visitors).
    """
    rows = RatingInvitation.objects.select_related("dossier__owner", "dossier__submitter").order_by("-id")
    # A receipt number may be that of several dossiers, of several agencies: whose facts fit is asked of each.
    found = list(rows.filter(dossier__in=carrying(tidy_number(number)).values("pk"))[:MOST_WITH_ONE_NUMBER])
    if not found:
        # The same comparisons as for a number that exists.
        [last_digits_match("0000000000", last_four) for _ in range(4)]
        return None
    return next((row for row in found if _fits(row.dossier, last_four)), None)


def _fits(dossier: Dossier, last_four: str) -> bool:
    people = (dossier.owner, dossier.submitter)
    return any([last_digits_match(value, last_four) for person in people for value in (person.phone, person.id_number)])


def questions_for(invitation: RatingInvitation, now: dt.datetime) -> list[Question]:
    """Return the questions to ask: those of the sheet given already, else of the set in force. Raises ActError."""
    given = Rating.objects.filter(invitation=invitation).select_related("question_set").first()
    asked = given.question_set if given else QuestionSet.on(timezone.localdate(now))
    if asked is None:
        raise ActError("Chưa có bộ câu hỏi đánh giá đang áp dụng.")
    return list(asked.questions.all())


@transaction.atomic
def give(
    invitation: RatingInvitation,
    values: dict[str, int],
    *,
    now: dt.datetime,
    via: str = Rating.Via.ZALO,
    comment: str = "",
    source_hash: str = "",
    desk: Desk | None = None,
) -> Rating:
    """Return the sheet with these levels by question key: a new one, or the given one changed within its window."""
    # One sheet at a time per invitation: two devices cannot both be the first.
    invitation = RatingInvitation.objects.select_for_update().select_related("dossier").get(pk=invitation.pk)
    asked = questions_for(invitation, now)
    chosen = _checked(asked, values)
    comment = tidy(comment).strip()[:2000]
    rating = Rating.objects.select_for_update().filter(invitation=invitation).first()
    if rating is None:
        rating = _first(invitation, asked[0].set, chosen, now, via, source_hash, desk)
        kind = Kind.RATED
    else:
        if now > rating.changeable_until:
            raise ActError(
                gettext("Phiếu này đã hết thời gian sửa (lúc %(when)s). Cảm ơn bạn đã đánh giá.")
                % {"when": written_moment(rating.changeable_until)}
            )
        rating.times_changed += 1
        rating.changed_at = now
        kind = Kind.RATING_CHANGED
    _fill(rating, asked, chosen, comment)
    events.record_rating(invitation, kind, at=now, source=CITIZEN)
    if kind == Kind.RATED:
        _catch_burst(rating, now)
    if is_low(rating, asked):
        follow_ups.open_for(rating, now=now)
    return rating


def _checked(asked: list[Question], values: dict[str, int]) -> dict[Question, int]:
    chosen = {}
    for question in asked:
        value = values.get(question.key)
        if value is None:
            if question.required:
                raise ActError(
                    gettext("Hãy chọn một mức cho câu: “%(question)s”.") % {"question": gettext(question.text)}
                )
            continue
        if question.choice(value) is None:
            raise ActError(f"Mức đã chọn cho câu “{question.text}” không có trong phiếu. Hãy chọn lại.")
        chosen[question] = value
    keys = {question.key for question in chosen}
    if not {ATTITUDE, RESULT} <= keys:
        raise ActError("Hãy đánh giá cả thái độ phục vụ và kết quả giải quyết.")
    return chosen


def _first(invitation, question_set, chosen, now, via, source_hash, desk) -> Rating:
    if now > invitation.expires_at:
        raise ActError(
            gettext("Phiếu đánh giá đã đóng từ %(day)s. Bạn vẫn có thể gửi góp ý trên trang này.")
            % {"day": written_day(invitation.expires_at)}
        )
    dossier = invitation.dossier
    found = rules.rules_on(timezone.localdate(now), dossier.agency)
    hours = int(rules.value(found, "pakn-rating-change-hours"))
    return Rating(
        invitation=invitation,
        question_set=question_set,
        agency_id=dossier.agency_id,
        unit_id=dossier.unit_id,
        officer_id=dossier.handler_id or dossier.created_by_id,
        desk=desk or dossier.desk,
        via=via,
        given_at=now,
        changeable_until=now + dt.timedelta(hours=hours),
        source_hash=source_hash,
    )


def _fill(rating: Rating, asked: list[Question], chosen: dict[Question, int], comment: str) -> None:
    by_key = {question.key: (question, value) for question, value in chosen.items()}
    rating.attitude, rating.result = by_key[ATTITUDE][1], by_key[RESULT][1]
    rating.satisfied = all(by_key[key][0].choice(by_key[key][1]).get("satisfied", False) for key in (ATTITUDE, RESULT))
    rating.comment = comment
    rating.save()
    rating.answers.all().delete()
    RatingAnswer.objects.bulk_create(
        RatingAnswer(rating=rating, question=question, value=value) for question, value in chosen.items()
    )


def is_low(rating: Rating, asked: list[Question]) -> bool:
    """Return whether attitude or result got the lowest level there is."""
    lowest = {question.key: min(choice["value"] for choice in question.choices) for question in asked}
    return rating.attitude <= lowest[ATTITUDE] or rating.result <= lowest[RESULT]


def _catch_burst(rating: Rating, now: dt.datetime) -> None:
    """Take every sheet of a burst from one place out of the count until a supervisor has looked."""
    if not rating.source_hash:
        return
    within, most = BURST[rating.via]
    burst = Rating.objects.filter(
        source_hash=rating.source_hash,
        officer=rating.officer_id,
        via=rating.via,
        given_at__gt=now - within,
        reviewed_by__isnull=True,
    )
    if burst.count() >= most:
        reason = f"{most} phiếu trở lên từ cùng một nơi trong {int(within.total_seconds() // 60)} phút"
        burst.update(suspect=True, counted=False, suspect_reason=reason)
        rating.refresh_from_db(fields=["suspect", "counted", "suspect_reason"])


@transaction.atomic
def review(rating: Rating, *, by, now: dt.datetime, genuine: bool) -> Rating:
    """A supervisor decides whether a suspect sheet counts; never the officer it is about."""
    follow_ups.allow_supervisor(by, rating)
    rating.counted, rating.suspect, rating.reviewed_by = genuine, not genuine, by
    rating.save(update_fields=["counted", "suspect", "reviewed_by"])
    return rating
