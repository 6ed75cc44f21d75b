"""Erasing from the channel whom the agencies erase: their Zalo, what was or is to be sent to them, their links."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q

from dossiers.privacy import erasure_journal
from dossiers.privacy.sealing import keyed_hashes
from zalo.models import ConsentRecord, Contact, ContactLink, OutboxMessage, Outcome, State
from zalo.models.contact import PHONE_PURPOSE
from zalo.models.outbox import CLAIMABLE
from zalo.people import followers, mail_readers

HOW = "Lệnh erase_person"
AGAIN = "Đã xóa trước khi khôi phục bản sao lưu"


@transaction.atomic
def forget_again(hashes: set[str], *, now: dt.datetime, dry_run: bool = False) -> int:
    """Erase whoever was erased once and was brought back by a backup; return how many. `hashes` are the journal's."""
    rows = Contact.objects.filter(erased_at=None).select_related("account").order_by("pk") if hashes else []
    found = [each for each in rows if erasure_journal.is_among(followers.journal_value(each), hashes)]
    for contact in [] if dry_run else found:
        followers.erase(contact, how=AGAIN, now=now)
    return len(found)


@transaction.atomic
def forget(
    *,
    phones: Iterable[str],
    applicant_ids: Iterable[int],
    dossier_ids: Iterable[int],
    case_ids: Iterable[int],
    mailboxes: Iterable[str] = (),
    now: dt.datetime,
) -> dict[str, int]:
    """Return how many rows of each kind were changed, by Vietnamese name.

    `phones` in E.164 are the person's alone: whoever shared one of them in the chat is erased. A refusal of messages
    outlives as a keyed hash, so that it goes on being kept. `case_ids` are the cases they sent: what is told of
    one that came by web names neither applicant nor dossier.
    """
    hashes = [each for phone in phones for each in keyed_hashes(phone, PHONE_PURPOSE)]
    contacts = list(Contact.objects.filter(phone_hash__in=hashes, erased_at=None).select_related("account"))
    for contact in contacts:
        followers.erase(contact, how=HOW, now=now)
    links = ContactLink.objects.filter(applicant__in=list(applicant_ids), unlinked_at=None).update(unlinked_at=now)
    theirs = Q(applicant__in=list(applicant_ids)) | Q(dossier__in=list(dossier_ids))
    rows = OutboxMessage.objects.filter(theirs | Q(feedback_event__case__in=list(case_ids)))
    rows.filter(state__in=(*CLAIMABLE, State.UNCERTAIN)).update(
        state=State.CANCELLED, outcome=Outcome.REFUSED, route_reason="Người dân yêu cầu xoá dữ liệu", finished_at=now
    )
    return {
        "người trên Zalo": len(contacts),
        "kết nối Zalo": links,
        "đăng ký nhận tin qua thư": sum(map(mail_readers.forget_address, mailboxes)),
        "tin đã và sẽ gửi": rows.exclude(payload="").update(payload=""),
        "lời từ chối nhận tin (chỉ còn mã băm)": ConsentRecord.objects.filter(phone_hash__in=hashes).count(),
    }
