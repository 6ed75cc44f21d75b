"""People on the channel: met, following, leaving, answering about themselves, erased.

Follow state moves only forward in Zalo's time: a late or repeated event changes the history, never the present.
"""

import datetime as dt

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.dispatch import Signal

from dossiers.privacy import erasure_journal
from dossiers.privacy.sealed_files import remove_with_commit
from feedback.cases import erasure
from zalo.api.answers import Profile
from zalo.messages import consent
from zalo.messages import registry as messages
from zalo.models import (
    Account,
    ConsentRecord,
    Contact,
    Conversation,
    ErasureRequest,
    FollowRecord,
    InboxEvent,
    OutboxMessage,
    State,
)
from zalo.models.outbox import CLAIMABLE, Outcome
from zalo.outbox import no_zalo
from zalo.people import area_wishes, linking, referrals

WELCOME = "channel.welcome"
PROFILE_LIFE = dt.timedelta(days=30)
FOLLOWED = "Bấm Quan tâm trên Zalo"

erased = Signal()
"""Sent after the commit with `account_id` and `user_id`: files outside the database go too (zalo.listeners)."""


def meet(account: Account, user_id: str, *, at: dt.datetime, by_app: str = "") -> Contact:
    """Return the contact locked for this transaction; made at the first event that names the person."""
    contact, _ = Contact.objects.get_or_create(
        account=account, user_id=user_id, defaults={"user_id_by_app": by_app, "last_event_at": at}
    )
    contact = Contact.objects.select_for_update().get(pk=contact.pk)
    changed = {}
    if by_app and contact.user_id_by_app != by_app:
        changed["user_id_by_app"] = by_app
    if contact.last_event_at is None or at > contact.last_event_at:
        changed["last_event_at"] = at
    _write(contact, changed)
    return contact


def interacted(contact: Contact, at: dt.datetime) -> None:
    """Move the reply clock: messages, menu taps, follows, "Nhắn tin" and calls count (zalo-openapi, section 3)."""
    if contact.last_interaction_at is None or at > contact.last_interaction_at:
        # Whoever speaks is there, whatever Zalo said of the account before.
        _write(contact, {"last_interaction_at": at, "unreachable_until": None})


def follow(contact: Contact, *, at: dt.datetime, source: str, now: dt.datetime) -> bool:
    """Return whether the person follows anew by this event: then consent is recorded."""
    record, made = _record(contact, FollowRecord.Change.FOLLOW, at, source)
    if made:
        referrals.attribute(record, now=now)
    interacted(contact, at)
    if not _is_news(contact, at):
        return False
    anew = not contact.is_follower
    _write(contact, {"is_follower": True, "followed_at": at})
    if anew:
        wording = messages.current_wording(WELCOME)
        for purpose in ConsentRecord.Purpose.values:
            consent.record(purpose, True, how=FOLLOWED, now=at, contact=contact, wording=wording)
    return anew


def unfollow(contact: Contact, *, at: dt.datetime) -> bool:
    """Return whether the person stopped following by this event. What is already known about dossiers stays linked:
    a notice may still reach them by template, unless they said no."""
    _record(contact, FollowRecord.Change.UNFOLLOW, at, "")
    if not _is_news(contact, at) or not contact.is_follower:
        return False
    _write(contact, {"is_follower": False, "unfollowed_at": at})
    consent.record(ConsentRecord.Purpose.NEWS, False, how="Bỏ quan tâm trên Zalo", now=at, contact=contact)
    return True


def remember_profile(contact: Contact, profile: Profile, *, now: dt.datetime) -> None:
    """Keep what Zalo shows about the person. The display name is only shown to staff: nothing is ever linked by it."""
    changed = {"name": profile.name[:200], "avatar": profile.avatar[:500], "profile_at": now}
    if profile.user_id_by_app and not contact.user_id_by_app:
        changed["user_id_by_app"] = profile.user_id_by_app[:64]
    province = profile.shared.get("city") or profile.shared.get("user_city") or ""
    if province:
        changed["province"] = province[:80]
    _write(contact, changed)


def without_profile(*, now: dt.datetime, limit: int) -> list[Contact]:
    """People we could speak to whose name was never read, or read long ago; newest first."""
    stale = Q(profile_at__isnull=True) | Q(
        profile_at__lt=now - PROFILE_LIFE, last_interaction_at__gt=now - PROFILE_LIFE
    )
    rows = Contact.objects.filter(stale, erased_at=None, account__grant=Account.Grant.GOOD, account__is_active=True)
    return list(rows.select_related("account").order_by("-id")[:limit])


def restrict(
    contact: Contact, purposes: list[str], *, how: str, now: dt.datetime, granted: bool = False, by=None
) -> None:
    """Record a no (or a yes) to these purposes, and take back what is still waiting under them."""
    for purpose in purposes:
        consent.record(purpose, granted, how=how, now=now, contact=contact, by=by)
    if not granted:
        _withdraw_waiting(contact, purposes, now=now)
        if set(purposes) == set(ConsentRecord.Purpose.values):
            area_wishes.end(contact, now=now)


def journal_value(contact: Contact) -> str:
    """Return what the journal of erasures knows a person of the channel by; its account is loaded."""
    return f"{contact.account.oa_id}:{contact.user_id}"


@transaction.atomic
def erase(contact: Contact, *, how: str, now: dt.datetime) -> None:
    """Empty everything the channel holds about the person; what remains are counts and the fact of the erasure.

    Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15; Zalo's event `user_withdraw`. Dossiers and their own records are the
    agency's statutory files and stay; what was sent from the chat to the agency stays as a matter it handled, masked.
    """
    # Files know no transaction: they go when the rest is settled.
    who = {"account_id": contact.account_id, "user_id": contact.user_id}
    known_as = journal_value(contact)
    # Functions with a name: Django asks for it when one fails.
    transaction.on_commit(lambda: erased.send(Contact, **who), robust=True)
    transaction.on_commit(lambda: erasure_journal.note("zalo", known_as, at=now), robust=True)
    consent.withdraw_all(contact, how=how, now=now)
    # A doubtful message could no longer be told from others at Zalo: nobody may send it again.
    open_rows = OutboxMessage.objects.filter(contact=contact, state__in=(*CLAIMABLE, State.UNCERTAIN))
    _cancel(open_rows, "Người dân yêu cầu xoá dữ liệu", now)
    erasure.erase(origin_ref=contact.origin_ref, rated_in_chat=linking.dossiers_of(contact))
    for conversation in Conversation.objects.filter(contact=contact):
        for line in conversation.lines.prefetch_related("files"):
            for media in line.files.all():
                remove_with_commit(media.file)
        conversation.delete()
    InboxEvent.objects.filter(account=contact.account_id, person=contact.user_id).update(raw="", person="")
    OutboxMessage.objects.filter(contact=contact).update(payload="")
    contact.links.filter(unlinked_at=None).update(unlinked_at=now)
    contact.areas.all().delete()
    contact.erasure_requests.filter(state=ErasureRequest.State.WAITING).delete()
    contact.erasure_requests.update(reason="Người dân yêu cầu")
    # What staff did in the desk stays on record, without the name it was shown under.
    desk = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(Contact), object_id=str(contact.pk))
    desk.update(object_repr="Người đã xoá dữ liệu")
    no_zalo.forget(contact.phone)
    contact.seal_hashes()
    _write(
        contact,
        {
            "user_id": f"erased-{contact.pk}",
            "user_id_by_app": "",
            "name": "",
            "avatar": "",
            "phone": "",
            "phone_hash": "",
            "province": "",
            "is_follower": False,
            "unfollowed_at": now,
            "last_interaction_at": None,
            "erased_at": now,
        },
    )


def erase_due(*, now: dt.datetime) -> int:
    """How many people were erased who had asked for it in chat; their last answer has left by now."""
    due = Contact.objects.filter(conversation__topic=Conversation.ERASE_TOPIC, conversation__memory_until__lte=now)
    people = list(due.select_related("account")[:100])
    for contact in people:
        erase(contact, how="Nhắn “xoá dữ liệu”", now=now)
    return len(people)


def _withdraw_waiting(contact: Contact, purposes: list[str], *, now: dt.datetime) -> None:
    waiting = OutboxMessage.objects.filter(contact=contact, state__in=CLAIMABLE, purpose__in=purposes, lane__gt=0)
    _cancel(waiting, "Người dân vừa từ chối nhận loại tin này", now)


def _cancel(rows, why: str, now: dt.datetime) -> None:
    rows.update(state=State.CANCELLED, outcome=Outcome.REFUSED, route_reason=why, finished_at=now)


def _is_news(contact: Contact, at: dt.datetime) -> bool:
    known = [moment for moment in (contact.followed_at, contact.unfollowed_at) if moment]
    return not known or at > max(known)


def _record(contact: Contact, change: str, at: dt.datetime, source: str) -> tuple[FollowRecord, bool]:
    return FollowRecord.objects.get_or_create(
        contact=contact, change=change, at=at, defaults={"account_id": contact.account_id, "source": source[:40]}
    )


def _write(contact: Contact, values: dict) -> None:
    if values:
        for name, value in values.items():
            setattr(contact, name, value)
        contact.save(update_fields=list(values))
