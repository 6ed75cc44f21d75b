"""What the acts on a broadcast change. Who may do an act, from which state to which, stands in zalo.broadcasts.acts.

Each function takes the broadcast, `by` and `now`, returns the Change, and raises ActError with a sentence. Every act
leaves a BroadcastRecord; a row is never deleted.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F
from django.dispatch import Signal
from django.utils import timezone

from dossiers import ownership
from dossiers.workflow.moving import Act, ActError, Change, Forbidden, Subject, checked_note
from zalo.broadcasts import audience, cases, editions, gathering, letters, limits, planning
from zalo.models import Broadcast, BroadcastRecord, OutboxMessage, Outcome
from zalo.models import State as Sending
from zalo.models.outbox import CLAIMABLE

State, Way = Broadcast.State, Broadcast.Way
TITLE = 150
LONGEST = 1600
"""Of a text: with title, sender and the way out it stays within the 2,000 letters Zalo takes."""
WRONG_NUMBER = "Hãy gõ đúng số {count} để xác nhận gửi cho {count} người. Số đã gõ: “{typed}”."

moved = Signal()
"""Sent with `broadcast` inside the transaction of an act: what may leave now is fed to the sender after the commit."""


class BroadcastSubject(Subject):
    app = "zalo"
    stale = "Người khác vừa sửa, duyệt hoặc dừng tin này. Hãy tải lại trang để xem rồi làm tiếp."

    def check_scope(self, user, row: Broadcast) -> None:
        if not ownership.may_write(user, row):
            raise Forbidden("Tin này của cơ quan khác, bạn không xử lý được.")

    def wrong_step(self, row: Broadcast, act: Act) -> str:
        return f"Tin đang ở bước “{row.get_state_display()}”, không làm được việc này. Hãy tải lại trang."

    def entering(self, row: Broadcast, target: str, change: Change, now: dt.datetime) -> dict:
        return {"state": target, "state_changed_at": now}

    def tell(self, row: Broadcast, kind: str, change: Change, *, by, now, source: str, target: str) -> BroadcastRecord:
        note = change.told.get("note", "")[:300]
        record = BroadcastRecord.objects.create(broadcast=row, act=kind, state=row.state, by=by, at=now, note=note)
        moved.send(sender=Broadcast, broadcast=row)
        return record


BROADCAST = BroadcastSubject()


def by_itself(
    pk: int, act: str, target: str, *, sources: Iterable[str], now: dt.datetime, note: str = "", **values
) -> bool:
    """Move a broadcast on without a person, and write that down; False when it has left those states meanwhile."""
    with transaction.atomic():
        mine = Broadcast.objects.filter(pk=pk, state__in=sources)
        if not mine.update(state=target, state_changed_at=now, version=F("version") + 1, **values):
            return False
        BroadcastRecord.objects.create(broadcast_id=pk, act=act, state=target, at=now, note=note[:300])
    return True


def checked_title(title: str) -> str:
    """Return the title in NFC without gaps. Raises ActError for none."""
    title = " ".join(unicodedata.normalize("NFC", title or "").split())
    if not title:
        raise ActError("Ghi tiêu đề của tin.")
    if len(title) > TITLE:
        raise ActError(f"Tiêu đề dài {len(title)} ký tự; Zalo cho nhiều nhất {TITLE}. Hãy rút gọn.")
    return title


def edit(row: Broadcast, *, by, now: dt.datetime, title: str, text: str, asked: dict, **facts) -> Change:
    """Write what it says and whom it is for; whoever writes answers for it from now on."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
    if len(text) > LONGEST:
        raise ActError(f"Nội dung dài {len(text)} ký tự; nhiều nhất {LONGEST} để vừa một tin Zalo. Hãy rút gọn.")
    values = {name: facts[name] for name in ("way", "link", "spoken", "on_site", "by_mail") if name in facts}
    return Change({**values, "title": checked_title(title), "text": text, "audience": asked, "author": by})


def submit(row: Broadcast, *, by, now: dt.datetime) -> Change:
    """Ask another person to approve."""
    ready(row, by=by)
    # Whoever hands in what was prepared by itself answers for it.
    return Change({} if row.author_id else {"author": by}, told={"note": f"Người nhận: {_meant(row, now)}"})


def recall(row: Broadcast, *, by, now: dt.datetime) -> Change:
    return Change()


def send_back(row: Broadcast, *, by, now: dt.datetime, note: str) -> Change:
    note = checked_note(note, "Ghi lý do trả lại để người soạn biết cần sửa gì.")
    return Change(told={"note": note})


def approve(row: Broadcast, *, by, now: dt.datetime, typed: str = "", scheduled_at=None) -> Change:
    """Let it go, now or at its hour: exactly what was submitted, by a second person who saw how many it meets."""
    if row.author_id is None or (by is not None and row.author_id == by.pk):
        raise ActError("Người soạn không tự duyệt; cần một người khác có quyền duyệt.")
    ready(row, by=by)
    if scheduled_at is not None and scheduled_at <= now:
        raise ActError("Giờ hẹn đã qua. Hãy ghi một giờ sắp tới, hoặc để trống để gửi ngay.")
    count = _reachable(row, now)
    _check_typed(count, typed, limits.typed_from(row, now=now))
    values = {"approver": by, "approved_at": now, "scheduled_at": scheduled_at}
    if scheduled_at is None:
        values |= {"started_at": now, **_published(row, by, now)}
        return Change(values, target=State.RUNNING, told={"note": f"Gửi cho {_in_words(row, count)}"})
    with transaction.atomic():
        _published(row, by, now)
        transaction.set_rollback(True)  # tried only: the page stands from its hour on, as the messages do
    return Change(values, target=State.APPROVED, told={"note": f"Hẹn giờ, dự kiến {_in_words(row, count)}"})


def start(row: Broadcast, *, now: dt.datetime) -> bool:
    """Begin what was approved for an hour that has come; False when somebody moved it meanwhile, or it goes back.

    It goes back to be looked at again when it can no longer be sent as it was approved, or its hour is long past.
    """
    try:
        with transaction.atomic():
            _check_hour(row, now)
            ready(row, by=row.approver)
            if not by_itself(row.pk, "Tới giờ gửi", State.RUNNING, sources=(State.APPROVED,), now=now, started_at=now):
                return False
            published = _published(row, row.approver, now)
            if published:
                Broadcast.objects.filter(pk=row.pk).update(**published)
    except ActError as error:
        by_itself(
            row.pk, "Không tự gửi", State.REJECTED, sources=(State.APPROVED,), now=now, note=str(error),
            scheduled_at=None, approver=None, approved_at=None,
        )  # fmt: skip
        return False
    return True


def _check_hour(row: Broadcast, now: dt.datetime) -> None:
    hours = limits.late_hours(row, now=now)
    if row.scheduled_at is not None and now - row.scheduled_at > dt.timedelta(hours=hours):
        raise ActError(
            f"Đã quá giờ hẹn hơn {hours} giờ mà chưa gửi được. Hãy xem tin còn đúng không, sửa rồi trình lại."
        )


def send_urgent(row: Broadcast, *, by, now: dt.datetime, note: str, typed: str = "") -> Change:
    """Send an emergency at once on one person's word; a second person looks at it afterwards (see `review`)."""
    if not row.is_urgent:
        raise ActError("Chỉ thông báo khẩn cấp được một người gửi ngay. Tin này hãy trình người khác duyệt.")
    note = checked_note(note, "Ghi căn cứ gửi khẩn: ai yêu cầu, theo văn bản hoặc điện thoại nào.")
    if row.way != Way.EACH:
        raise ActError("Thông báo khẩn cấp gửi tới từng người; bài gửi chung có thể chậm 30 phút.")
    ready(row, by=by)
    count = _reachable(row, now)
    _check_typed(count, typed, 1)
    values = {"author": by, "approver": None, "approved_at": None, "started_at": now, **_published(row, by, now)}
    return Change(values, told={"note": f"{note} – gửi cho {_in_words(row, count)}"})


def review(row: Broadcast, *, by, now: dt.datetime, note: str = "") -> Change:
    """The second person's look, once, at an emergency that was sent by one."""
    if not row.is_urgent or row.approver_id is not None:
        raise ActError("Tin này không cần xem lại: không phải tin khẩn, hoặc đã có người thứ hai duyệt.")
    if by is not None and row.author_id == by.pk:
        raise ActError("Người đã gửi không tự xem lại; cần một người khác có quyền duyệt.")
    return Change({"approver": by, "approved_at": now}, told={"note": note}, stays=True)


def hold(row: Broadcast, *, by, now: dt.datetime, note: str) -> Change:
    note = checked_note(note, "Ghi lý do hoãn để người soạn biết.")
    return Change({"scheduled_at": None, "approver": None, "approved_at": None}, told={"note": note})


def stop(row: Broadcast, *, by, now: dt.datetime) -> Change:
    """Nothing more leaves: the sender does not claim rows of a stopped broadcast, no other notice carries its words."""
    gathering.separate(row)
    return Change()


def resume(row: Broadcast, *, by, now: dt.datetime) -> Change:
    """Go on where it stopped: each person has one row, so nobody is told again."""
    audience.check_not_over(row)
    return Change({"finished_at": None, "cursor": 0} if row.way != Way.EACH else {})


def end(row: Broadcast, *, by, now: dt.datetime, note: str) -> Change:
    """Stop for good: what is queued is withdrawn, who was not told yet stays untold and counted so."""
    note = checked_note(note, "Ghi lý do dừng hẳn.")
    withdrawn = withdraw(row, now=now)
    return Change({"finished_at": now}, told={"note": f"{note} (rút {withdrawn} tin chưa đi)"})


@transaction.atomic
def withdraw(row: Broadcast, *, now: dt.datetime) -> int:
    """Take back what is queued of a broadcast that ended for good, not what others had to say; return how many."""
    gathering.separate(row)
    waiting = OutboxMessage.objects.filter(broadcast=row.pk, state__in=CLAIMABLE)
    why = "Dừng hẳn tin gửi nhiều người"
    return waiting.update(state=Sending.CANCELLED, outcome=Outcome.WITHDRAWN, finished_at=now, route_reason=why)


def drop(row: Broadcast, *, by, now: dt.datetime) -> Change:
    return Change({"finished_at": now})


def ready(row: Broadcast, *, by) -> None:
    """Raise ActError, with every fault, when it cannot be sent as it is."""
    if not row.text.strip():
        raise ActError("Chưa có nội dung. Hãy viết rồi lưu trước khi trình.")
    audience.check_speaks(row.account, row.agency)
    audience.check_not_over(row)
    cases.check(row, now=timezone.now())
    audience.check(row, by=by)


def _meant(row: Broadcast, now: dt.datetime) -> str:
    """Return for how many it is, in words. Raises ActError when that is nobody."""
    people = audience.contacts(row, now=now).count() if row.way == Way.EACH else row.account.follower_count or 0
    mails = letters.expected(row)
    if row.way == Way.EACH and not people + mails:
        raise ActError(_nobody(row, "Hãy chọn rộng hơn rồi trình lại."))
    return f"{people}{_and_mails(mails)}"


def _nobody(row: Broadcast, advice: str) -> str:
    if audience.only_by_mail(row):
        return f"Chưa hộp thư nào đăng ký nhận tin của {row.agency}. Hãy chọn người nhận trên Zalo."
    return f"Không có ai trong nhóm người nhận đã chọn. {advice}"


def _in_words(row: Broadcast, count: int) -> str:
    mails = letters.expected(row)
    return f"{count - mails} người{_and_mails(mails)}" if count > mails else f"{mails} hộp thư điện tử"


def _and_mails(count: int) -> str:
    return f", {count} hộp thư điện tử" if count else ""


def _reachable(row: Broadcast, now: dt.datetime) -> int:
    """Return how many are told, mailboxes with them. Raises ActError when nobody would be, with what to do."""
    plan = planning.look(row, now=now)
    if plan.troubles:
        raise ActError(" ".join(plan.troubles))
    if row.way != Way.EACH:
        return _by_article(row) + plan.mails
    if plan.people + plan.mails == 0:
        raise ActError(_nobody(row, "Hãy trả lại để chọn rộng hơn."))
    if plan.told == 0:
        raise ActError(
            f"Cả {plan.people} người đều không nhận được: ngoài 48 giờ trả lời, đã dừng loại tin này hoặc đã nhận đủ "
            "trong tuần. Hãy gắn một mẫu tin đã được Zalo duyệt ở “Mẫu tin” rồi thử lại."
        )
    return plan.told


def _by_article(row: Broadcast) -> int:
    """Zalo lets nobody out of an article to all: it goes only where nobody has said no (Luật 91/2025/QH15)."""
    refused = planning.unwilling(row).count() if row.way == Way.ARTICLE else 0
    if refused:
        raise ActError(
            f"{refused} người đã dừng loại tin này mà Zalo không cho bỏ riêng họ khỏi bài gửi chung. Hãy gửi riêng "
            "từng người, hoặc chỉ đăng bài trên trang của OA."
        )
    return planning.followers(row).count()


def _check_typed(count: int, typed: str, limit: int) -> None:
    plain = "".join(each for each in typed if each not in " .,")
    if count >= limit and plain != str(count):
        raise ActError(WRONG_NUMBER.format(count=count, typed=typed.strip()[:20]))


def _published(row: Broadcast, by, now: dt.datetime) -> dict:
    """Publish on the site first, where asked: the message leads to what is already there."""
    if not row.on_site:
        return {}
    with transaction.atomic():
        address = editions.publish(row, by=by, now=now)
    return {"link": address} if address and not row.link else {}
