"""One prepared message to Zalo or the mail server, and the answer as a value; nothing here touches the database.

A token error is answered by one refresh and one repeat, never a loop. Errors are returned, not raised: what follows
from them is `zalo.outbox.consequences`.
"""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMessage

from zalo.api.answers import Sent
from zalo.api.client import ZaloClient
from zalo.api.errors import Action, NotSent, OutcomeUnknown, Refused, ZaloError
from zalo.models import AccountAgency, OutboxMessage, Route
from zalo.outbox.attachments import MessageFile
from zalo.outbox.routes import Send

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class PlannedMessage:
    """A claimed message with its route, its file if it has one, and the moment it may leave."""

    message: OutboxMessage
    plan: Send
    account_id: int
    app_id: str
    not_before: float = 0.0  # epoch seconds, from rate_limit
    file: MessageFile | None = None
    service: AccountAgency | None = None  # whose quiet hours hold the message
    stamped: bool = False  # its row says that it leaves (zalo.outbox.in_flight)
    handle: str = ""  # the file's upload handle at Zalo, when already there


@dataclass(slots=True)
class Result:
    """What came of a planned message: `sent` or `error`, never both."""

    planned: PlannedMessage
    requested_at: dt.datetime
    answered_at: dt.datetime
    sent: Sent | None = None
    error: ZaloError | None = None
    uploaded: str = ""


@dataclass
class Dispatcher:
    """Sends messages over one client. `renew(account_id, rejected)` gives another token or raises a ZaloError."""

    zalo: ZaloClient
    tokens: dict[int, str] = field(repr=False)
    renew: Callable[[int, str], Awaitable[str]]
    now: Callable[[], dt.datetime]
    _locks: dict[int, asyncio.Lock] = field(default_factory=dict)

    async def send(self, planned: PlannedMessage) -> Result:
        """The result of one planned message; never raises."""
        requested_at = self.now()
        result = Result(planned, requested_at, requested_at)
        try:
            if planned.plan.route == Route.EMAIL:
                result.sent = await asyncio.to_thread(self._email, planned)
            else:
                result.sent = await self._with_token(planned, result)
        except ZaloError as error:
            result.error = error
        except Exception as error:  # a fault of ours must not leave the row leased; whether it left is unknown
            log.exception("unexpected fault while sending", message=planned.message.pk)
            result.error = OutcomeUnknown(type(error).__name__)
        result.answered_at = self.now()
        return result

    async def _with_token(self, planned: PlannedMessage, result: Result) -> Sent:
        token = self.tokens[planned.account_id]
        try:
            return await self._call(token, planned, result)
        except Refused as error:
            if error.action != Action.REFRESH_TOKEN:
                raise
        return await self._call(await self._renewed(planned.account_id, token), planned, result)

    async def _renewed(self, account_id: int, rejected: str) -> str:
        async with self._locks.setdefault(account_id, asyncio.Lock()):
            if self.tokens[account_id] == rejected:
                self.tokens[account_id] = await self.renew(account_id, rejected)
            return self.tokens[account_id]

    async def _call(self, token: str, planned: PlannedMessage, result: Result) -> Sent:
        plan = planned.plan
        template_id = plan.template.template_id if plan.template else ""
        if plan.route == Route.REPLY:
            return await self.zalo.send_reply(token, plan.address, await self._body(token, planned, result))
        if plan.route == Route.UID:
            return await self.zalo.send_template_to_user(token, plan.address, template_id, plan.data)
        return await self.zalo.send_template_to_phone(
            token, plan.address, template_id, plan.data, planned.message.tracking_id
        )

    async def _body(self, token: str, planned: PlannedMessage, result: Result) -> dict[str, Any]:
        if planned.file is not None and not planned.handle:
            planned.handle = result.uploaded = await self._upload(token, planned.file)
        if not planned.handle:
            content = planned.message.content
            return content.get("message") or {"text": content.get("text", "")}
        return {"attachment": {"type": "file", "payload": {"token": planned.handle}}}

    async def _upload(self, token: str, file: MessageFile) -> str:
        try:
            return await self.zalo.upload_file(token, file.name, file.content, file.content_type)
        except Refused:
            raise
        except ZaloError as error:
            # Uploading twice harms nobody: an unanswered upload is simply a message not sent yet.
            raise NotSent(f"upload: {error}") from error

    def _email(self, planned: PlannedMessage) -> Sent:
        content = planned.message.content
        identity = f"<{planned.message.tracking_id}@{urlsplit(settings.PUBLIC_BASE_URL).hostname}>"
        mail = EmailMessage(
            subject=content.get("title") or "Thông báo về hồ sơ",
            body=content.get("text", ""),
            to=[planned.plan.address],
            # The same identity at every try: mail systems drop the second copy.
            headers={"Message-ID": identity},
        )
        if planned.file is not None:
            mail.attach(planned.file.name, planned.file.content, planned.file.content_type)
        try:
            mail.send()
        except Exception as error:  # smtplib and sockets raise a dozen unrelated types
            raise EmailFailed(type(error).__name__) from error
        return Sent(identity)


class Deferred(ZaloError):
    """Not tried at all: the host fell silent while the message waited for its turn. Nothing is counted."""


class EmailFailed(ZaloError):
    """The mail server did not take the message."""

    words = "Máy chủ thư điện tử chưa nhận thư."
    advice = "Kiểm tra cấu hình EMAIL_URL hoặc địa chỉ thư của người dân."
