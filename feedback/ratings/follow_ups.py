"""Putting a low rating right: the supervisor gets in touch and says what was done; only the citizen closes it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from dossiers.scoping import may_see
from dossiers.workflow.moving import ActError, Forbidden
from feedback.cases import events
from feedback.cases.moving import needed
from feedback.lateness import time_limits
from feedback.masking.masking import tidy
from feedback.models import FeedbackEvent, FollowUp, Rating

Kind = FeedbackEvent.Kind
CITIZEN = FeedbackEvent.Source.CITIZEN


@transaction.atomic
def open_for(rating: Rating, *, now: dt.datetime) -> FollowUp:
    """Return the follow-up of a low rating; one per sheet, however often the sheet is changed."""
    follow_up, made = FollowUp.objects.get_or_create(
        rating=rating,
        defaults={
            "agency": rating.agency,
            "opened_at": now,
            "due_at": time_limits.moment(rating.agency, now, "pakn-follow-up-limit"),
        },
    )
    if made:
        events.record_rating(rating.invitation, Kind.FOLLOW_UP_OPENED, at=now)
    return follow_up


@transaction.atomic
def contacted(follow_up: FollowUp, *, by, now: dt.datetime, done: str) -> FeedbackEvent:
    """Note what was done about a low rating; the citizen is asked whether it is settled."""
    allow_supervisor(by, follow_up.rating)
    done = needed(done, "Ghi đã làm gì để người dân biết và xác nhận.", longest=2000)
    if follow_up.status == FollowUp.Status.CLOSED:
        raise ActError("Người dân đã xác nhận được giải quyết.")
    follow_up.status, follow_up.supervisor = FollowUp.Status.CONTACTED, by
    follow_up.contacted_at, follow_up.done = now, done
    follow_up.save(update_fields=["status", "supervisor", "contacted_at", "done"])
    return events.record_rating(
        follow_up.rating.invitation, Kind.FOLLOW_UP_CONTACTED, at=now, actor=by, public_note=done
    )


@transaction.atomic
def citizen_says(follow_up: FollowUp, *, now: dt.datetime, settled: bool, word: str = "") -> FeedbackEvent:
    """The citizen's word: settled closes it, anything else opens it again. There is no other way to close."""
    if follow_up.status == FollowUp.Status.CLOSED:
        raise ActError("Bạn đã xác nhận việc này được giải quyết. Cảm ơn bạn.")
    follow_up.citizen_word = tidy(word).strip()[:2000]
    follow_up.status = FollowUp.Status.CLOSED if settled else FollowUp.Status.OPEN
    follow_up.closed_at = now if settled else None
    follow_up.late_mailed_at = None  # opened again, it is owed again
    follow_up.save(update_fields=["status", "closed_at", "citizen_word", "late_mailed_at"])
    kind = Kind.FOLLOW_UP_CLOSED if settled else Kind.FOLLOW_UP_REOPENED
    return events.record_rating(follow_up.rating.invitation, kind, at=now, source=CITIZEN)


def allow_supervisor(user, rating: Rating) -> None:
    """Raise Forbidden unless the user supervises this agency and is not the officer the sheet is about."""
    if user is None or not user.has_perm("feedback.supervise_feedback") or not may_see(user, rating.agency_id):
        raise Forbidden("Chỉ người giám sát của cơ quan được xem phiếu đánh giá.")
    if rating.officer_id == user.pk:
        raise Forbidden("Phiếu này đánh giá chính bạn nên do người giám sát khác xử lý.")
