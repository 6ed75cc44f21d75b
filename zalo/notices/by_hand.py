"""Messages staff send from the dossier's page: their words, or the last step told once more (S5-04)."""

from __future__ import annotations

import datetime as dt
import hashlib

from dossiers.models import Dossier
from dossiers.scoping import may_see
from dossiers.workflow.moving import ActError, Forbidden
from zalo.messages import registry as messages
from zalo.messages.texts.dossier_by_hand import BY_HAND
from zalo.messages.texts.dossier_facts import common
from zalo.models import OutboxMessage
from zalo.notices import dossier as dossier_notices
from zalo.outbox import rows as outbox

MAY_SEND = "zalo.send_message"
LONGEST = 900  # leaves room for the frame within Zalo's 2,000 characters
READY = (
    ("Mời bổ sung trực tiếp", "Mời ông/bà mang giấy tờ còn thiếu đến Bộ phận Một cửa trong giờ làm việc."),
    ("Mời đến đối chiếu bản chính", "Mời ông/bà mang bản chính giấy tờ đến Bộ phận Một cửa để đối chiếu."),
    (
        "Nhắc nhận kết quả",
        "Kết quả đã có. Mời ông/bà đến nhận trong giờ làm việc, mang theo giấy tiếp nhận và căn cước.",
    ),
    ("Hẹn kiểm tra thực địa", "Cán bộ sẽ đến kiểm tra thực địa. Ông/bà vui lòng có mặt hoặc cử người thay."),
)
"""Sentences to start from; staff change them before sending."""


def preview(dossier: Dossier, words: str) -> str:
    """How the message would read."""
    content = messages.render(BY_HAND, _values(dossier, words), messages.current_wording(BY_HAND.slug))
    return content["text"]


def send(dossier: Dossier, words: str, *, by, now: dt.datetime) -> list[OutboxMessage]:
    """Return the rows queued, one per person linked (or the submitter by phone). Raises ActError, Forbidden.

    Pressed twice within a minute with the same words it is one message.
    """
    if not may_see(by, dossier.agency_id) or not by.has_perm(MAY_SEND):
        raise Forbidden("Bạn chưa được giao quyền gửi tin cho người dân.")
    words = words.strip()
    if len(words) < 5:
        raise ActError("Hãy viết nội dung tin nhắn.")
    if len(words) > LONGEST:
        raise ActError(f"Tin nhắn dài quá {LONGEST} ký tự. Hãy viết ngắn lại.")
    event = _latest(dossier)
    account = dossier_notices.account_for(event)
    if account is None:
        raise ActError("Cơ quan này chưa dùng kênh Zalo. Hãy gọi điện cho người dân.")
    content = messages.render(BY_HAND, _values(dossier, words), messages.current_wording(BY_HAND.slug))
    content["title"] = BY_HAND.title
    rows = [
        outbox.draft(
            BY_HAND,
            recipient,
            content,
            account=account,
            dedupe=f"hand{dossier.pk}-{hashlib.sha256(words.encode()).hexdigest()[:12]}-{now:%Y%m%d%H%M}",
            now=now,
            order_key=f"d{dossier.pk}:{recipient.key}",
            agency_id=dossier.agency_id,
            dossier_id=dossier.pk,
            event_id=event.pk,
        )
        for recipient in dossier_notices.recipients_of(event, account)
    ]
    for row in rows:
        row.handled_by = by
    outbox.enqueue(rows)
    keys = [row.dedupe_key for row in rows]
    return list(OutboxMessage.objects.filter(dedupe_key__in=keys))


def _values(dossier: Dossier, words: str) -> dict[str, str]:
    return common(_latest(dossier)) | {"noi_dung": words}


def _latest(dossier: Dossier):
    event = dossier.events.select_related("dossier__agency").order_by("-at", "-id").first()
    if event is None:
        raise ActError("Hồ sơ chưa có diễn biến nào để nhắn.")
    return event
