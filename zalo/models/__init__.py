"""Rows of the Zalo channel, a noun a file."""

from zalo.models.account import Account, AccountAgency
from zalo.models.broadcast import Broadcast, BroadcastRecipient, BroadcastRecord
from zalo.models.contact import (
    ConsentRecord,
    Contact,
    ContactLink,
    FollowRecord,
    LinkCode,
    ReferralVisit,
)
from zalo.models.conversation import CannedAnswer, ChatMessage, Conversation, MediaFile
from zalo.models.erasure import ErasureRequest
from zalo.models.inbox import InboxEvent
from zalo.models.incident import Incident, RouteStop
from zalo.models.mail import BroadcastLetter, MailReader
from zalo.models.menu import MenuItem
from zalo.models.outbox import Lane, OutboxMessage, Outcome, Route, State
from zalo.models.sending import Breaker, PhoneWithoutZalo, SendRate, UploadedFile
from zalo.models.subscription import AreaSubscription
from zalo.models.template import Template, TemplateUse
from zalo.models.wording import Wording

__all__ = [
    "Account",
    "AccountAgency",
    "AreaSubscription",
    "Breaker",
    "Broadcast",
    "BroadcastLetter",
    "BroadcastRecipient",
    "BroadcastRecord",
    "CannedAnswer",
    "ChatMessage",
    "ConsentRecord",
    "Contact",
    "ContactLink",
    "Conversation",
    "ErasureRequest",
    "FollowRecord",
    "InboxEvent",
    "Incident",
    "Lane",
    "LinkCode",
    "MailReader",
    "MediaFile",
    "MenuItem",
    "OutboxMessage",
    "Outcome",
    "PhoneWithoutZalo",
    "ReferralVisit",
    "Route",
    "RouteStop",
    "SendRate",
    "State",
    "Template",
    "TemplateUse",
    "UploadedFile",
    "Wording",
    "contact",
    "mail",
    "outbox",
]
