"""Erasing a person at the desk takes two people: what cannot be undone is not for one to decide.

Who asks in the chat or through Zalo is erased by their own word (zalo.people.followers.erase, erase_due).
"""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction

from dossiers.workflow.moving import ActError, Forbidden
from zalo.models import Contact, ErasureRequest
from zalo.people import belonging, followers

MAY_ASK = "zalo.change_contact"
MAY_ERASE = "zalo.erase_contact"
State = ErasureRequest.State


def ask(contact: Contact, *, by, reason: str, now: dt.datetime) -> ErasureRequest:
    """Write down that a person wants all erased. Raises ActError."""
    reason = reason.strip()
    if not by.has_perm(MAY_ASK):
        raise Forbidden("Bạn chưa được giao quyền ghi yêu cầu của người dân.")
    if not reason:
        raise ActError("Ghi căn cứ: người dân yêu cầu ở đâu, đã đối chiếu giấy tờ gì.")
    try:
        with transaction.atomic():
            return ErasureRequest.objects.create(contact=contact, reason=reason[:200], asked_by=by, asked_at=now)
    except IntegrityError:
        raise ActError("Đã có một yêu cầu xoá đang chờ xác nhận.") from None


def may_settle(user, request: ErasureRequest) -> bool:
    """Return whether the user may erase: has the right, did not ask, answers for every agency the person dealt with."""
    if not user.has_perm(MAY_ERASE) or user.pk == request.asked_by_id or request.state != State.WAITING:
        return False
    return belonging.may_erase(user, request.contact)


@transaction.atomic
def settle(request: ErasureRequest, *, by, now: dt.datetime, erase: bool) -> None:
    """Erase the person, or turn the request down. Raises ActError when it is not for this user or was settled."""
    if not may_settle(by, request):
        raise Forbidden(
            "Cần một người khác có quyền xoá, của cơ quan quản lý kênh hoặc phụ trách mọi cơ quan người này đã liên hệ."
        )
    state = State.DONE if erase else State.REFUSED
    rows = ErasureRequest.objects.filter(pk=request.pk, state=State.WAITING)
    if not rows.update(state=state, settled_by=by, settled_at=now):
        raise ActError("Yêu cầu này vừa được người khác xử lý. Hãy tải lại trang.")
    if erase:
        followers.erase(request.contact, how="Yêu cầu tại quầy, hai người xác nhận", now=now)


def waiting_for(user) -> list[ErasureRequest]:
    """Return the requests the user may settle, the oldest first."""
    if not user.has_perm(MAY_ERASE):
        return []
    rows = ErasureRequest.objects.filter(state=State.WAITING, contact__in=belonging.contacts_of(user).values("pk"))
    rows = rows.select_related("contact__account", "asked_by").order_by("id")[:100]
    return [row for row in rows if may_settle(user, row)]
