"""What became of a broadcast: counted by outcome, and person by person for the list and its file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from django.db.models import Count, F, Q, QuerySet, Sum

from dossiers.written_dates import written_moment
from zalo.models import Broadcast, BroadcastLetter, BroadcastRecipient, OutboxMessage, Outcome, Route
from zalo.models import State as Sending
from zalo.models.outbox import ACCEPTED, OPEN

Result = BroadcastRecipient.Result
ON_THE_WAY, SENT, DELIVERED, SEEN, FAILED = "dang-gui", "da-nhan", "da-toi", "da-xem", "khong-toi"
WITHDRAWN = "rut"
STANDINGS: dict[str, str] = {
    "": Result.WAITING.label,
    ON_THE_WAY: "Chờ gửi, đang gửi",
    SENT: "Zalo đã nhận",
    DELIVERED: "Đã tới điện thoại",
    SEEN: "Đã xem",
    **{each: str(each.label) for each in (Result.REFUSED, Result.LEFT, Result.CAPPED, Result.UNREACHABLE)},
    FAILED: "Không gửi được",
    WITHDRAWN: "Rút lại khi dừng hẳn",
}


@dataclass(slots=True)
class Figures:
    """Counts by standing; together they are everybody who was meant."""

    counts: dict[str, int] = field(default_factory=dict)
    paid: int = 0
    together: int = 0
    """Who reads it in one message with other notices; among the counts."""

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def done(self) -> int:
        """Who has been told or will not be: everybody but those whose turn has not come."""
        return self.total - self.counts.get("", 0) - self.counts.get(ON_THE_WAY, 0)

    @property
    def told(self) -> int:
        return sum(self.counts.get(name, 0) for name in (SENT, DELIVERED, SEEN))

    @property
    def share(self) -> int:
        return round(100 * self.done / self.total) if self.total else 0

    @property
    def lines(self) -> list[tuple[str, str, int]]:
        return [(name, words, self.counts[name]) for name, words in STANDINGS.items() if self.counts.get(name)]


def of(broadcast: Broadcast) -> Figures:
    """Return the figures of the broadcast. One query."""
    found = Figures()
    rows = BroadcastRecipient.objects.filter(broadcast=broadcast).order_by()
    own = Q(message__broadcast=F("broadcast"))  # a message that tells several notices is paid for once
    # Only a message that tells several has a content of its own (zalo.broadcasts.gathering).
    several = Q(message__isnull=False) & (~own | ~Q(message__payload=""))
    grouped = rows.values("result", "message__state", "message__outcome")
    for row in grouped.annotate(
        n=Count("pk"), paid=Sum("message__price", filter=own), together=Count("pk", filter=several)
    ):
        name = standing(row["result"], row["message__state"], row["message__outcome"])
        found.counts[name] = found.counts.get(name, 0) + row["n"]
        found.paid += row["paid"] or 0
        found.together += row["together"]
    return found


def standing(result: str, state: str | None, outcome: str | None) -> str:
    """Return the key of STANDINGS for a person's row and its message."""
    if result != Result.TOLD:
        return result
    if state is None:  # its line was deleted after two years (zalo.inbound.retention)
        return SENT
    if state in OPEN:
        return ON_THE_WAY
    if outcome in (Outcome.DELIVERED, Outcome.SEEN):
        return SEEN if outcome == Outcome.SEEN else DELIVERED
    if state in ACCEPTED:
        return SENT
    ends: dict[str, str] = {Outcome.REFUSED: Result.REFUSED, Outcome.WITHDRAWN: WITHDRAWN}
    return ends.get(outcome or "", FAILED)


def rows_of(broadcast: Broadcast, name: str | None = None) -> QuerySet[BroadcastRecipient]:
    """Return the rows of the broadcast that stand so, all for None."""
    rows = BroadcastRecipient.objects.filter(broadcast=broadcast).select_related("message", "contact")
    return rows if name is None or name not in STANDINGS else rows.filter(_standing(name))


def _standing(name: str) -> Q:
    told = Q(result=Result.TOLD)
    seen, reached = Q(message__outcome=Outcome.SEEN), Q(message__outcome=Outcome.DELIVERED)
    accepted = Q(message__state__in=ACCEPTED) | Q(message__state=None)  # a deleted line as well
    known = {
        ON_THE_WAY: told & Q(message__state__in=OPEN),
        SEEN: told & seen,
        DELIVERED: told & reached,
        SENT: told & accepted & ~Q(message__outcome__in=(Outcome.SEEN, Outcome.DELIVERED)),
        Result.REFUSED: Q(result=Result.REFUSED) | told & Q(message__outcome=Outcome.REFUSED),
        WITHDRAWN: told & Q(message__outcome=Outcome.WITHDRAWN),
        FAILED: told
        & Q(message__state__in=(Sending.FAILED, Sending.UNREACHABLE, Sending.CANCELLED))
        & ~Q(message__outcome__in=(Outcome.REFUSED, Outcome.WITHDRAWN)),
    }
    return known.get(name, Q(result=name))


def line(row: BroadcastRecipient) -> dict:
    """Return what a list and the file say of a person: who it was only by the end of their number on Zalo."""
    message: OutboxMessage | None = row.message
    name = standing(row.result, message.state if message else None, message.outcome if message else None)
    at = (message.seen_at or message.delivered_at or message.sent_at if message else None) or row.at
    return {
        "who": f"Người dùng Zalo …{row.contact.user_id[-4:]}" if row.contact.erased_at is None else "đã xoá dữ liệu",
        "standing": STANDINGS[name],
        "route": message.get_route_display() if message and message.route else "",
        "at": at,
        "why": _why(message, name) if message else "",
        "price": message.price if message and message.broadcast_id == row.broadcast_id else 0,
    }


def _why(message: OutboxMessage, name: str) -> str:
    """Return what keeps or kept the message from its person; "" for one that arrived."""
    if name == ON_THE_WAY:
        return message.error
    return (message.route_reason or message.error) if name in (FAILED, Result.REFUSED) else ""


def letters_of(broadcast: Broadcast) -> QuerySet[BroadcastLetter]:
    """Return the letters of the broadcast, in no order."""
    return BroadcastLetter.objects.filter(broadcast=broadcast)


def letter_line(row: BroadcastLetter) -> dict:
    """Return what a list and the file say of a letter, as `line` does: the mailbox by its number, never its address."""
    return {
        "who": f"Hộp thư số {row.reader_id}" if row.reader_id else "Hộp thư đã thôi nhận",
        "standing": row.get_state_display(),
        "route": str(Route.EMAIL.label),
        "at": row.at,
        "why": "",
        "price": 0,
    }


HEADINGS = ["Số thứ tự", "Người nhận", "Kết quả", "Cách gửi", "Lúc", "Lý do", "Giá (đồng)"]


def export(broadcast: Broadcast) -> Iterator[list]:
    """Yield the lines of the file, headings first, letters last; memory stays flat whatever the number of people."""
    yield HEADINGS
    people = map(line, rows_of(broadcast).order_by("pk").iterator(chunk_size=2000))
    mails = map(letter_line, letters_of(broadcast).order_by("pk").iterator(chunk_size=2000))
    for number, said in enumerate(chain(people, mails), start=1):
        at = written_moment(said["at"]) if said["at"] else ""
        yield [number, said["who"], said["standing"], said["route"], at, said["why"], said["price"]]
