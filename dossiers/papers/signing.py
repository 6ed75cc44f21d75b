"""Who signs for an agency on a day, and the block printed above the name (Nghị định 30/2020/NĐ-CP, Phụ lục I)."""

from __future__ import annotations

import datetime as dt

from dossiers.models import Agency, SigningAuthority, valid_on
from dossiers.printed_forms import Signature
from dossiers.scoping import membership_of
from dossiers.workflow.moving import Forbidden
from dossiers.written_dates import written_day


def authority_of(user, agency: Agency, day: dt.date) -> SigningAuthority | None:
    """Return the right to sign in force that day; None when the agency has declared none at all.

    Raises Forbidden when the agency has declared who signs and the user is not among them that day, and for who only
    oversees an agency that has declared nobody: signing is done by somebody with a place in it.
    """
    declared = list(SigningAuthority.objects.filter(valid_on(day), agency=agency).order_by("-valid_from", "-id"))
    own = next((row for row in declared if row.user_id == user.pk), None)
    if own is None and declared:
        raise Forbidden(
            f"Bạn không có thẩm quyền ký của {agency.name} vào ngày {written_day(day)}. "
            "Hãy chuyển người được phân công ký, hoặc khai báo ủy quyền trong mục Thẩm quyền ký."
        )
    if own is None and membership_of(user, agency.pk, day) is None:
        raise Forbidden(
            f"Bạn không làm việc ở {agency.name} nên không ký thay cơ quan này được. "
            "Hãy để người của cơ quan ký, hoặc khai báo phân công trong mục Thẩm quyền ký."
        )
    return own


def signature_of(user, agency: Agency, day: dt.date, authority: SigningAuthority | None = None) -> Signature:
    """Return the signature block of `user`: by the given authority, the one in force, or the title of their place."""
    name = (user.get_full_name() or user.get_username()) if user else ""
    if user and authority is None:
        authority = SigningAuthority.objects.filter(valid_on(day), agency=agency, user=user).order_by("-id").first()
    if authority is None:
        place = membership_of(user, agency.pk, day) if user else None
        return Signature.of(place.title if place and place.title else "Thủ trưởng đơn vị", name)
    return Signature.of(
        authority.position, name, authority=authority.kind, head=authority.stands_for, body=authority.body
    )
