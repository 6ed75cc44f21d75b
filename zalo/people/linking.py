"""Who on Zalo speaks for which dossier: by a one-time code, by a shared phone with a second fact, or by staff.

Never by display name, and never by the token of a receipt alone: a photo of a slip is nobody's proof. A code is given
by staff at the counter, or on the public page to whoever knows a second fact; it is six digits, lives half an hour,
works once and is stored only as a keyed hash. A person who keeps guessing is stopped (dossiers.privacy.guessing), and
those who hold a dossier hear when somebody else is linked to it.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from dossiers.identity_numbers import InvalidPhone, last_digits_match, parse_phone
from dossiers.lookup.facts import Facts, fits_dossier
from dossiers.models import Applicant, Dossier
from dossiers.privacy import guessing
from dossiers.privacy.sealing import keyed_hash, keyed_hashes
from dossiers.states import FINAL
from zalo.messages import consent
from zalo.models import ConsentRecord, Contact, ContactLink, LinkCode
from zalo.people import link_notices, missed, referrals
from zalo.people.holding import dossiers_of, holders_of, open_links

CODE_PURPOSE = "link-code"
CODE_LIFE = dt.timedelta(minutes=30)
CODE_DIGITS = 6
MOST_OPEN = 5  # codes of one dossier waiting to be used
WRONG = "lien-ket-sai"
"""Command name of the answer to a wrong code or digit."""
MOST_ON_A_RECEIPT = 50
LONGEST_TOKEN = 32
MOST_MISSED = 20  # dossiers of a person whose missed news is told at once
Role, Proof = ContactLink.Role, ContactLink.Proof

__all__ = [
    "Issued",
    "LinkRefused",
    "applicants_with",
    "caller",
    "confirm_phone",
    "dossiers_behind",
    "dossiers_of",
    "holders_of",
    "issue_code",
    "likely_role",
    "link",
    "open_links",
    "prove",
    "redeem",
    "share_phone",
    "unlink",
]


class LinkRefused(Exception):
    """The link cannot be made; the text is a sentence for the person who tried."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A code as shown once; afterwards only its hash exists."""

    code: str
    expires_at: dt.datetime
    pk: int

    @property
    def words(self) -> str:
        """What the citizen sends to the OA."""
        return f"#HS {self.code}"


def prove(token: str, facts: Facts) -> tuple[Dossier, bool] | None:
    """Return the dossier behind a printed address whose owner or submitter these facts fit; None when they fit none.

    With it whether they fit every dossier of the slip. A miss costs what a hit costs.
    """
    found = dossiers_behind(token)
    fitting = [dossier for dossier in found if fits_dossier(dossier, facts)]
    if not found:
        fits_dossier(None, facts)
    return (fitting[0], len(fitting) == len(found)) if fitting else None


def dossiers_behind(token: str) -> list[Dossier]:
    """Return the dossier of an address printed on paper, or all of a receipt's; [] when there is none."""
    if not 0 < len(token) <= LONGEST_TOKEN:
        return []
    rows = Dossier.objects.select_related("agency", "owner", "submitter").order_by("pk")
    return list(rows.filter(token=token)) or list(rows.filter(receipt__token=token)[:MOST_ON_A_RECEIPT])


def issue_code(dossier: Dossier, *, now: dt.datetime, visit=None, whole_receipt: bool = True) -> Issued:
    """Return a new code for the dossier. Older unused ones of it beyond MOST_OPEN stop working.

    With `whole_receipt` it links the other dossiers of the slip as well.
    """
    open_codes = LinkCode.objects.filter(dossier=dossier, used_at=None, expires_at__gt=now).order_by("-id")
    surplus = list(open_codes.values_list("pk", flat=True)[MOST_OPEN - 1 :])
    LinkCode.objects.filter(pk__in=surplus).update(expires_at=now)
    for _ in range(50):
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
        digest = keyed_hash(code, CODE_PURPOSE)
        LinkCode.objects.filter(code_hash=digest).filter(Q(expires_at__lte=now) | Q(used_at__isnull=False)).delete()
        try:
            with transaction.atomic():
                row = LinkCode.objects.create(
                    code_hash=digest,
                    dossier=dossier,
                    visit=visit,
                    whole_receipt=whole_receipt,
                    issued_at=now,
                    expires_at=now + CODE_LIFE,
                )
        except IntegrityError:  # in use for another dossier at this moment
            continue
        return Issued(code, row.expires_at, row.pk)
    raise LinkRefused("Hiện có quá nhiều mã đang chờ. Hãy thử lại sau một phút.")


def redeem(contact: Contact, typed: str, *, now: dt.datetime) -> tuple[ContactLink, bool]:
    """Return the link the code makes, and whether it is new. Raises LinkRefused; a code works once, for one person."""
    tried = _guess(contact, [], now=now)
    digits = re.sub(r"\D", "", typed)
    rows = (
        LinkCode.objects.filter(code_hash__in=keyed_hashes(digits, CODE_PURPOSE)) if digits else LinkCode.objects.none()
    )
    code = rows.select_related("dossier", "visit").order_by("-id").first()
    if code is None or code.expires_at <= now or (code.used_at and code.used_by_id != contact.pk):
        raise LinkRefused(
            "Mã kết nối không đúng hoặc đã hết hạn (mỗi mã dùng một lần trong 30 phút). "
            "Hãy quét lại mã QR trên giấy tiếp nhận, hoặc nhờ cán bộ tại quầy lấy mã mới."
        )
    tried.right()
    _same_channel(contact, code.dossier)
    if code.used_at is None:
        taken = LinkCode.objects.filter(pk=code.pk, used_at=None).update(used_at=now, used_by=contact)
        if not taken:
            raise LinkRefused("Mã này vừa được người khác dùng. Hãy lấy mã mới.")
    dossier = code.dossier
    link_row, made = link(contact, dossier=dossier, role=likely_role(dossier), proof=Proof.CODE, now=now)
    for other in _same_receipt(dossier) if code.whole_receipt else []:
        link(contact, dossier=other, role=likely_role(other), proof=Proof.CODE, now=now)
    referrals.prove(contact, agency_id=dossier.agency_id, desk_id=dossier.desk_id)
    return link_row, made


def _same_receipt(dossier: Dossier) -> list[Dossier]:
    """Return the other dossiers on the same slip: whoever holds it holds them all."""
    if dossier.receipt_id is None:
        return []
    rows = Dossier.objects.filter(receipt=dossier.receipt_id).exclude(pk=dossier.pk).select_related("owner")
    return list(rows.order_by("pk")[:MOST_ON_A_RECEIPT])


def caller(contact: Contact) -> str:
    """Return who a person in the chat is to the limit on guessing."""
    return f"zalo:{contact.pk}"


def _guess(contact: Contact, facts: list[str], *, now: dt.datetime) -> guessing.Try:
    """Count one guess of this person, before it is looked up. Raises LinkRefused when it is one too many."""
    who = caller(contact)
    try:
        return guessing.attempt(who, [who, *facts], now=now.timestamp())
    except guessing.TooMany as over:
        wait = "đến ngày mai" if over.minutes > 60 else f"{over.minutes} phút"
        raise LinkRefused(
            f"Bạn đã nhập sai nhiều lần. Hãy chờ {wait} rồi thử lại, hoặc nhắn “gặp cán bộ” để được giúp."
        ) from over


def link(
    contact: Contact,
    *,
    role: str,
    proof: str,
    now: dt.datetime,
    dossier: Dossier | None = None,
    applicant: Applicant | None = None,
    by=None,
) -> tuple[ContactLink, bool]:
    """Return the open link of the contact with the dossier (or all dossiers of the applicant), and whether it is new.

    Linking is an act of choice: it records the yes to messages about dossiers, and what could not be told before is
    told now. Those who held the dossier before hear that somebody else is linked.
    """
    target = {"dossier": dossier} if dossier else {"applicant": applicant, "dossier": None}
    known = ContactLink.objects.filter(contact=contact, unlinked_at=None, **target).first()
    if known:
        return known, False
    with transaction.atomic():
        row = ContactLink.objects.create(
            contact=contact, dossier=dossier, applicant=applicant, role=role, proof=proof, linked_at=now, linked_by=by
        )
        how = f"Kết nối hồ sơ: {ContactLink.Proof(proof).label}"
        consent.record(ConsentRecord.Purpose.DOSSIER, True, how=how, now=now, contact=contact, by=by)
        for each in [dossier] if dossier else _open_dossiers(contact, applicant):
            missed.tell(contact, each, now=now)
        link_notices.tell_others(row, now=now)
    return row, True


def unlink(row: ContactLink, *, by, now: dt.datetime) -> bool:
    """End a link; False when it was ended before."""
    return bool(ContactLink.objects.filter(pk=row.pk, unlinked_at=None).update(unlinked_at=now, unlinked_by=by))


def likely_role(dossier: Dossier) -> str:
    """Return the role of whoever holds the receipt: the owner, or the one who handed in for somebody else or a firm."""
    if dossier.owner.kind == Applicant.Kind.ENTERPRISE:
        return Role.FIRM
    return Role.OWNER if dossier.owner_id == dossier.submitter_id else Role.SUBMITTER


def _open_dossiers(contact: Contact, applicant: Applicant) -> list[Dossier]:
    """Return the person's dossiers under way, newest first, that this account speaks for."""
    people = Applicant.objects.alike([applicant])
    rows = Dossier.objects.filter(Q(owner__in=people) | Q(submitter__in=people)).exclude(state__in=FINAL)
    found = rows.select_related("agency").order_by("-id")[:MOST_MISSED]
    today = timezone.localdate()
    return [row for row in found if referrals.account_for(row.agency, today) == contact.account]


def _same_channel(contact: Contact, dossier: Dossier) -> None:
    account = referrals.account_for(dossier.agency, timezone.localdate())
    if account is None or account.pk != contact.account_id:
        name = f"kênh “{account.name}”" if account else "kênh Zalo của cơ quan đó"
        raise LinkRefused(f"Hồ sơ này do {dossier.agency_name} giải quyết. Hãy gửi mã tới {name}.")


# --- By the phone the person shared


def share_phone(contact: Contact, typed: str, *, name: str = "", province: str = "") -> str:
    """Keep the phone a person shared through Zalo's form; return it in E.164, "" when it is none of Viet Nam's."""
    try:
        phone = parse_phone(typed).e164
    except InvalidPhone:
        return ""
    contact.phone = phone
    contact.seal_hashes()
    fields = ["phone", "phone_hash"]
    if name and not contact.name:
        contact.name, fields = name[:200], [*fields, "name"]
    if province:
        contact.province, fields = province[:80], [*fields, "province"]
    contact.save(update_fields=fields)
    return phone


def applicants_with(phone: str) -> list[Applicant]:
    """Return the people who handed in dossiers under this phone and have an identity number to prove the rest."""
    return [row for row in Applicant.objects.with_phone(phone).filter(erased_at=None)[:20] if row.id_number]


def confirm_phone(contact: Contact, last4: str, *, now: dt.datetime) -> list[Applicant]:
    """Return the people whose dossiers are linked now: phone shared and last four characters of the paper both fit.

    The phone alone is weak: the form lets anybody type one (zalo-openapi, section 8). Raises LinkRefused.
    """
    if not contact.phone:
        raise LinkRefused("Bạn chưa chia sẻ số điện thoại. Nhắn “chia sẻ số điện thoại” để bắt đầu.")
    tried = _guess(contact, [contact.phone], now=now)
    fitting = [row for row in applicants_with(contact.phone) if last_digits_match(row.id_number, last4)]
    if not fitting:
        raise LinkRefused("Bốn số cuối chưa khớp với giấy tờ ghi trong hồ sơ. Hãy xem lại trên thẻ căn cước.")
    tried.right()
    for applicant in fitting:
        role = Role.FIRM if applicant.kind == Applicant.Kind.ENTERPRISE else Role.OWNER
        link(contact, applicant=applicant, role=role, proof=Proof.PHONE, now=now)
    return fitting
