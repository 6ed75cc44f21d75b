"""Rows of the citizens' voice, a noun a file."""

from feedback.models.case import STAFF_CHANNELS, Case, Channel, Kind
from feedback.models.case_work import Answer, CannedAnswer, CaseFile, CaseNote
from feedback.models.category import Category, CategoryOwner, RoutingRule, ServiceLevel
from feedback.models.escalation import Escalation
from feedback.models.event import FeedbackEvent
from feedback.models.publication import FaqEntry, Publication
from feedback.models.rating import FollowUp, Question, QuestionSet, Rating, RatingAnswer, RatingInvitation
from feedback.models.restricted import ReadRecord, RestrictedOfficer, TransferRecord

__all__ = [
    "STAFF_CHANNELS",
    "Answer",
    "CannedAnswer",
    "Case",
    "CaseFile",
    "CaseNote",
    "Category",
    "CategoryOwner",
    "Channel",
    "Escalation",
    "FaqEntry",
    "FeedbackEvent",
    "FollowUp",
    "Kind",
    "Publication",
    "Question",
    "QuestionSet",
    "Rating",
    "RatingAnswer",
    "RatingInvitation",
    "ReadRecord",
    "RestrictedOfficer",
    "RoutingRule",
    "ServiceLevel",
    "TransferRecord",
    "case",
]
