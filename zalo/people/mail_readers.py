"""Notices by e-mail: asked for with an address, confirmed from that mailbox, ended by one press in any letter."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core import signing
from django.core.mail import send_mail
from django.db.models import QuerySet
from django.utils import timezone

from dossiers.models import Agency
from dossiers.privacy import guessing
from dossiers.privacy.guessing import Limit
from dossiers.privacy.sealing import keyed_hashes
from zalo.models import MailReader
from zalo.models.mail import ADDRESS_PURPOSE

CONFIRM_SALT, END_SALT = "mail-reader-confirm", "mail-reader-end"
CONFIRM_WITHIN = dt.timedelta(days=2)
PER_CALLER = (Limit("mail-ask", 10, 3600),)
PER_ADDRESS = (Limit("mail-ask-address", 3, 86400),)
"""A letter goes to whatever address was typed: nobody's mailbox is filled by a stranger."""


def of_agency(agency: Agency | None) -> QuerySet[MailReader]:
    """Return who confirmed the wish for the agency's notices."""
    return MailReader.objects.filter(agency=agency, confirmed_at__isnull=False)


def ask(agency: Agency, address: str, *, caller: str, now: dt.datetime) -> None:
    """Send the letter that confirms. Raises guessing.TooMany, OSError when the mail server is away.

    Whether the mailbox is known already is not told to whoever typed it.
    """
    guessing.count(PER_CALLER, [caller])
    guessing.count(PER_ADDRESS, [address.lower()])
    reader = _kept(agency, address, now)
    send_mail(
        f"Xác nhận nhận tin của {agency}",
        f"Có người ghi địa chỉ này để nhận tin của {agency} qua thư điện tử.\n\n"
        f"Nếu là bạn, mở đường dẫn sau trong hai ngày rồi bấm Xác nhận:\n{_address(reader, CONFIRM_SALT)}\n\n"
        "Nếu không phải bạn, bỏ qua thư này: không có tin nào được gửi.\n",
        None,
        [address],
    )


def _kept(agency: Agency, address: str, now: dt.datetime) -> MailReader:
    """Return the row of the mailbox, written once however often the button is pressed."""
    known = MailReader.objects.filter(agency=agency, address_hash__in=keyed_hashes(address.lower(), ADDRESS_PURPOSE))
    known.filter(confirmed_at=None).update(asked_at=now)
    reader = known.order_by("pk").first()
    if reader is None:
        new = MailReader(agency=agency, address=address, asked_at=now)
        new.seal_hashes()
        reader, _made = MailReader.objects.get_or_create(
            agency=agency, address_hash=new.address_hash, defaults={"address": address, "asked_at": now}
        )
    return reader


def way_out(reader: MailReader) -> str:
    """Return the address that ends the wish; it stands in every letter and works by one POST (RFC 8058)."""
    return _address(reader, END_SALT)


def _address(reader: MailReader, salt: str) -> str:
    what = "xac-nhan" if salt == CONFIRM_SALT else "thoi"
    return f"{settings.PUBLIC_BASE_URL}/nhan-tin/thu/{what}/{signing.dumps(reader.pk, salt=salt)}/"


def to_confirm(token: str) -> MailReader | None:
    """Return whose mailbox the link to confirm was sent to; None for a forged one, or one that is over."""
    return _reader(token, CONFIRM_SALT, CONFIRM_WITHIN)


def to_end(token: str) -> MailReader | None:
    """Return whose wish the link of a letter ends; None for a forged one, or when it is ended."""
    return _reader(token, END_SALT, None)


def _reader(token: str, salt: str, within: dt.timedelta | None) -> MailReader | None:
    try:
        pk = signing.loads(token[:200], salt=salt, max_age=within)
    except signing.BadSignature:
        return None
    return MailReader.objects.select_related("agency").filter(pk=pk).first()


def confirm(reader: MailReader) -> None:
    """Note that the mailbox said yes; the first time counts."""
    MailReader.objects.filter(pk=reader.pk, confirmed_at=None).update(confirmed_at=timezone.now())


def end(reader: MailReader) -> None:
    """Forget the mailbox at once; of letters that went there only the count stays."""
    reader.delete()


def forget_address(address: str) -> int:
    """Forget a mailbox wherever it asked; return how many wishes that were."""
    hashes = keyed_hashes(address.lower(), ADDRESS_PURPOSE)
    return MailReader.objects.filter(address_hash__in=hashes).delete()[1].get("zalo.MailReader", 0)
