"""Conversations of the demonstration month: guidance the machine gave, and people who wait for staff."""

from __future__ import annotations

import datetime as dt
import random

from dossiers.models import Membership
from zalo.models import Account, ChatMessage, Contact, ContactLink, Conversation
from zalo.people import linking

CANNED = (
    (
        "Giờ làm việc",
        "Bộ phận Một cửa làm việc từ thứ Hai đến thứ Sáu, sáng 7 giờ 30–11 giờ 30, chiều 13 giờ 30–17 giờ.",
    ),
    ("Mời mang giấy tờ đến quầy", "Mời bạn mang giấy tờ đến Bộ phận Một cửa, cán bộ sẽ hướng dẫn trực tiếp."),
    ("Xin mã hồ sơ", "Bạn gửi giúp mã hồ sơ in trên giấy tiếp nhận để tôi kiểm tra ngay."),
    ("Đã chuyển phòng chuyên môn", "Tôi đã chuyển câu hỏi tới phòng chuyên môn, sẽ trả lời bạn trong ngày làm việc."),
)
ASKED = (
    (
        "thủ tục khai sinh",
        "thu-tuc",
        "Đăng ký khai sinh\nThời hạn: trong ngày làm việc\nLệ phí: Miễn phí\nGiấy tờ cần nộp:\n• Tờ khai theo mẫu\n"
        "• Giấy chứng sinh",
    ),
    ("ho so cua toi", "ho-so-cua-toi", "Hồ sơ của bạn đang được thẩm định, hẹn trả đúng ngày ghi trên giấy tiếp nhận."),
    ("mấy giờ làm việc", "ho-tro", "Giờ làm việc: sáng 7 giờ 30–11 giờ 30, chiều 13 giờ 30–17 giờ các ngày làm việc."),
)
WAITING = (
    (20, "Sổ đỏ của tôi sai tên đệm, muốn sửa thì làm thế nào ạ?"),
    (55, "Em ở xa, nhờ chị gái nhận kết quả thay có được không?"),
    (130, "Hồ sơ đất nộp hai tuần rồi, cán bộ xem giúp em với."),
)


def hold(account: Account, contacts: dict[int, Contact], rng: random.Random, now: dt.datetime) -> int:
    """Return how many conversations there are now."""
    people = list(contacts.values())
    rng.shuffle(people)
    # Who waits, waits where the demonstration's staff work.
    ours = set(Membership.objects.filter(user__username="tiepnhan").values_list("agency_id", flat=True))
    here = {link.contact_id for link in ContactLink.objects.filter(applicant__receipts__agency__in=ours)}
    people.sort(key=lambda contact: contact.pk not in here)
    for place, contact in enumerate(people[: len(WAITING) + 25]):
        if place < len(WAITING):
            _waiting(account, contact, *WAITING[place], now=now)
        else:
            _answered(account, contact, *rng.choice(ASKED), now=now, rng=rng)
    return min(len(people), len(WAITING) + 25)


def _waiting(account: Account, contact: Contact, minutes: int, words: str, *, now: dt.datetime) -> None:
    at = now - dt.timedelta(minutes=minutes)
    dossier = linking.dossiers_of(contact).select_related("agency").first()
    row = Conversation.objects.create(
        contact=contact,
        account=account,
        agency=dossier.agency if dossier else None,
        mode=Conversation.Mode.WAITING,
        asked_person_at=at,
        bot_returns_at=at + dt.timedelta(hours=24),
        last_in_at=at,
        unread=2,
    )
    said = "Đã chuyển cho cán bộ. Bạn cứ nhắn tiếp nội dung cần hỏi; máy sẽ im lặng để cán bộ trả lời."
    place = {"conversation": row, "agency_id": row.agency_id}
    ChatMessage.objects.create(**place, author="citizen", text="gặp cán bộ", at=at - dt.timedelta(seconds=40))
    answered_at = at - dt.timedelta(seconds=38)
    ChatMessage.objects.create(**place, author="bot", text=said, command="gap-can-bo", at=answered_at)
    ChatMessage.objects.create(**place, author="citizen", text=words, at=at)
    Contact.objects.filter(pk=contact.pk).update(last_interaction_at=at, last_event_at=at)


def _answered(
    account: Account, contact: Contact, asked: str, command: str, told: str, *, now: dt.datetime, rng: random.Random
) -> None:
    at = now - dt.timedelta(hours=rng.uniform(3, 400))
    row = Conversation.objects.create(contact=contact, account=account, last_in_at=at, last_out_at=at)
    ChatMessage.objects.create(conversation=row, author="citizen", text=asked, at=at)
    ChatMessage.objects.create(
        conversation=row, author="bot", text=told, command=command, at=at + dt.timedelta(seconds=1)
    )
