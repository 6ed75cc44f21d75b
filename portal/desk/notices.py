"""What the home page tells before the worklists: things left half done, and decisions that wait for this person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from dossiers import ownership
from dossiers.lateness.worklists import counts_of
from dossiers.models import Agency, CalendarException, IntakeDraft
from dossiers.scoping import agency_ids_of, membership_of, scoped
from dossiers.written_dates import said_moment
from feedback.petitions import officers, restricted
from portal.api.models import Delivery, Subscription
from zalo.admin.access import kept_accounts
from zalo.health import endings
from zalo.models import Broadcast
from zalo.notices import mute
from zalo.people import erasure_requests

CALENDAR_AHEAD = dt.timedelta(days=60)
LAST_WEEK = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence with the page where it is dealt with ("" when there is none)."""

    sentence: str
    address: str = ""
    action: str = ""
    urgent: bool = False


def for_user(user, now: dt.datetime) -> Iterator[Notice]:
    """Yield every notice for this person, in the order of SOURCES."""
    for source in SOURCES:
        yield from source(user, now)


def without_place(user, now: dt.datetime) -> Iterable[Notice]:
    """Tell those whom nobody has placed in an agency why their desk is empty."""
    if user.is_superuser or agency_ids_of(user) != frozenset():
        return
    yield Notice(
        "Tài khoản của bạn chưa thuộc cơ quan nào nên chưa thấy hồ sơ. Hãy nhờ quản trị viên của trung tâm khai báo.",
        urgent=True,
    )


def draft_waiting(user, now: dt.datetime) -> Iterable[Notice]:
    """Tell a clerk that a dossier was being typed when the browser closed."""
    draft = IntakeDraft.objects.filter(user=user).only("updated_at").first()
    if draft is None or not user.has_perm("dossiers.receive_dossier") or membership_of(user) is None:
        return
    at = said_moment(draft.updated_at)
    yield Notice(f"Có một hồ sơ đang nhập dở lúc {at}.", reverse("admin:dossiers_dossier_add"), "Nhập tiếp")


def days_to_confirm(user, now: dt.datetime) -> Iterable[Notice]:
    """Tell who keeps the calendar of proposed days that come soon: until confirmed they don't count."""
    if not user.has_perm("dossiers.change_calendarexception"):
        return
    today = timezone.localdate(now)
    days = CalendarException.objects.filter(
        confirmed_at__isnull=True, date__gte=today, date__lte=today + CALENDAR_AHEAD
    )
    allowed = agency_ids_of(user)
    if allowed is not None:
        days = days.filter(agency__in=allowed)
    found = list(days.order_by("date")[:20])
    if not found:
        return
    yield Notice(
        f"{len(found)} ngày nghỉ, làm bù trong 60 ngày tới chưa được xác nhận, sớm nhất là {found[0]}; "
        "chưa xác nhận thì chưa tính vào ngày hẹn trả.",
        reverse("admin:dossiers_calendarexception_changelist") + "?confirmed=no",
        "Xem và xác nhận",
    )


def promises_beyond(user, now: dt.datetime) -> Iterable[Notice]:
    """Tell who oversees lateness, or keeps the calendar, which promises stand on days nobody has decided yet."""
    if not user.has_perm("dossiers.supervise_lateness") and not user.has_perm("dossiers.change_calendarexception"):
        return
    count = counts_of(["beyond"], user, now)["beyond"]
    if count != "0":
        yield Notice(
            f"{count} hồ sơ hẹn trả vào ngày mà lịch nghỉ chưa được xác nhận; ngày hẹn có thể còn phải đổi.",
            reverse("admin:dossiers_dossier_changelist") + "?worklist=beyond",
            "Xem hồ sơ",
        )


def agencies_without_regulation(user, now: dt.datetime) -> Iterable[Notice]:
    """Tell administrators which agencies of theirs cannot go live: no published usage regulation (S4-08)."""
    if not user.has_perm("dossiers.change_agency"):
        return
    planned = scoped(Agency.objects.filter(active=True), user, "pk").filter(
        rollout__in=[Agency.Rollout.PILOT, Agency.Rollout.PLANNED], regulation_published_on__isnull=True
    )
    planned = planned.filter(Q(rollout=Agency.Rollout.PILOT) | Q(rollout_from__isnull=False))
    names = list(planned.values_list("name", flat=True)[:6])
    if not names:
        return
    shown = ", ".join(names[:3]) + (" và các cơ quan khác" if len(names) > 3 else "")
    yield Notice(
        f"Chưa ghi quy chế sử dụng kênh: {shown}. Phải ban hành quy chế trước khi chính thức triển khai.",
        reverse("admin:dossiers_agency_rollout"),
        "Bảng triển khai",
    )


def agencies_without_account(user, now: dt.datetime) -> Iterable[Notice]:
    """Tell administrators which agencies of theirs are on the channel and reach nobody: no account speaks for them."""
    if not user.has_perm("dossiers.change_agency"):
        return
    allowed = agency_ids_of(user)
    silent = [each.name for each in mute.agencies(timezone.localdate(now)) if allowed is None or each.pk in allowed]
    if silent:
        shown = ", ".join(silent[:3]) + (" và các cơ quan khác" if len(silent) > 3 else "")
        yield Notice(
            f"Chưa gắn vào Official Account nào: {shown}. Người dân chưa được báo tin; tin đang chờ ở sổ tin nhắn.",
            reverse("admin:dossiers_agency_rollout"),
            "Bảng triển khai",
            urgent=True,
        )


def programs_not_told(user, now: dt.datetime) -> Iterable[Notice]:
    """Tell who keeps the joined programs which of them cannot be told of events: stopped, failing or refusing."""
    if not user.has_perm("api.view_subscription"):
        return
    own = scoped(Subscription.objects.select_related("client"), user, "client__agency").filter(client__active=True)
    parked = Delivery.objects.filter(subscription=OuterRef("pk"), state=Delivery.State.PARKED)
    parked = parked.exclude(stream=Delivery.Stream.TEST)
    failing = Q(state=Subscription.State.ACTIVE, failing_since__lt=now - dt.timedelta(hours=1))
    for row in own.filter(failing | Q(state=Subscription.State.FAILED) | Exists(parked)).order_by("pk")[:5]:
        stopped = row.state == Subscription.State.FAILED
        words = "đã dừng vì nhiều ngày không gửi được" if stopped else row.last_error or "có sự kiện bị từ chối"
        yield Notice(
            f"Phần mềm “{row.client.name}” không nhận được sự kiện: {words}. Sự kiện vẫn được giữ để gửi lại.",
            reverse("admin:api_subscription_log", args=[row.pk]),
            "Xem nhật ký",
            urgent=stopped,
        )


def channel_ends(user, now: dt.datetime) -> Iterable[Notice]:
    """Tell who keeps an account what of it runs out within a month: verification, package, grant (S5-06)."""
    if not user.has_perm("zalo.change_account") and not user.has_perm("zalo.change_incident"):
        return
    for account in kept_accounts(user).filter(is_active=True).order_by("name")[:20]:
        for ending in endings.soon(account, now=now):
            urgent = ending.day - timezone.localdate(now) <= LAST_WEEK
            yield Notice(ending.words, reverse("admin:zalo_health"), "Sức khoẻ kênh", urgent=urgent)


def petitions_unseen(user, now: dt.datetime) -> Iterable[Notice]:
    """Tell who oversees feedback, or keeps the officers, of petitions that nobody is named to open: they would wait on.

    How many and where, and no more: what they say is for officers alone.
    """
    keeps = user.has_perm("feedback.add_restrictedofficer")
    if not keeps and not user.has_perm("feedback.supervise_feedback"):
        return
    for agency, count in restricted.seen_by_nobody(now, agency_ids_of(user)).items():
        yield Notice(
            f"{count} đơn gửi đến {agency} đang chờ mà chưa ai được giao mở. Hãy đề nghị giao người mở đơn, "
            "người không bị đơn nói đến.",
            reverse("admin:feedback_restrictedofficer_changelist") if keeps else "",
            "Người được mở đơn" if keeps else "",
            urgent=True,
        )


def namings_to_confirm(user, now: dt.datetime) -> Iterable[Notice]:
    """Ask who oversees an agency to confirm, or not, whom it wants to open complaints."""
    for row in officers.waiting_for(user):
        yield Notice(
            f"{_name(row.named_by)} đề nghị {_name(row.user)} được mở đơn khiếu nại, tố cáo của "
            f"{row.agency or 'mọi cơ quan'} theo {row.decision}; chờ bạn xác nhận.",
            reverse("admin:feedback_restrictedofficer_changelist"),
            "Xem và xác nhận",
        )


def namings_told(user, now: dt.datetime) -> Iterable[Notice]:
    """Tell those already named who else is to open the same complaints."""
    for row in officers.to_tell(user, now):
        standing = f"{_name(row.confirmed_by)} đã xác nhận" if row.confirmed_at else "đang chờ xác nhận"
        yield Notice(
            f"{_name(row.user)} được đề nghị mở đơn khiếu nại, tố cáo của {row.agency or 'mọi cơ quan'} theo "
            f"{row.decision} (người đề nghị: {_name(row.named_by)}; {standing})."
        )


def erasures_to_confirm(user, now: dt.datetime) -> Iterable[Notice]:
    """Ask the second person to look at what a citizen wants erased."""
    waiting = erasure_requests.waiting_for(user)
    if waiting:
        yield Notice(
            f"{len(waiting)} yêu cầu xoá dữ liệu trên kênh Zalo chờ bạn xác nhận.",
            reverse("admin:zalo_contact_change", args=[waiting[0].contact_id]),
            "Xem yêu cầu cũ nhất",
        )


def broadcasts_waiting(user, now: dt.datetime) -> Iterable[Notice]:
    """Tell who approves that notices to many wait, and which emergency sent by one nobody has looked at."""
    if not user.has_perm("zalo.approve_broadcast"):
        return
    own = ownership.own(Broadcast.objects.all(), user)
    unseen = Q(category=Broadcast.Category.URGENT, approver=None, started_at__isnull=False)
    found = list(own.filter(Q(state=Broadcast.State.SUBMITTED) | unseen).exclude(author=user).order_by("pk")[:20])
    waiting = [row for row in found if row.started_at is None]
    if waiting:
        address = reverse("admin:zalo_broadcast_change", args=[waiting[0].pk])
        yield Notice(f"{len(waiting)} tin gửi nhiều người chờ bạn duyệt.", address, "Xem tin đầu tiên")
    for row in found:
        if row.started_at is not None:
            address = reverse("admin:zalo_broadcast_change", args=[row.pk])
            yield Notice(f"Tin khẩn “{row.title}” đã gửi, chờ người thứ hai xem lại.", address, "Xem lại", urgent=True)


def broadcasts_written(user, now: dt.datetime) -> Iterable[Notice]:
    """Tell who writes notices that some have written themselves: nobody gets them before a person takes them."""
    if not user.has_perm("zalo.add_broadcast"):
        return
    drafts = ownership.own(Broadcast.objects.all(), user).filter(state=Broadcast.State.DRAFT, author=None)
    count = drafts.count()
    if count:
        address = reverse("admin:zalo_broadcast_changelist") + "?muc=dang-soan"
        yield Notice(f"{count} tin gửi nhiều người đã tự soạn, chờ bạn xem rồi trình.", address, "Xem dự thảo")


def _name(user) -> str:
    return (user.get_full_name() or user.username) if user else "chưa rõ"


Source = Callable[[object, dt.datetime], Iterable[Notice]]
SOURCES: list[Source] = [
    without_place,
    draft_waiting,
    days_to_confirm,
    promises_beyond,
    agencies_without_regulation,
    agencies_without_account,
    channel_ends,
    programs_not_told,
    petitions_unseen,
    namings_to_confirm,
    namings_told,
    erasures_to_confirm,
    broadcasts_waiting,
    broadcasts_written,
]
"""Other parts of the desk append their own."""
