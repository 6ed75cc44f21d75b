"""Who on Zalo speaks for which dossier: by a one-time code, by a shared phone with a second fact, or by staff.

Never by display name: anybody may call themselves anything. A code is six digits, lives half an hour, works once and
is stored only as a keyed hash; a person who keeps guessing is stopped.
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
from dossiers.models import Applicant, Dossier, DossierEvent
from dossiers.privacy.sealing import keyed_hash, keyed_hashes
from zalo.messages import consent
from zalo.messages import registry as messages
from zalo.models import ChatMessage, ConsentRecord, Contact, ContactLink, LinkCode, OutboxMessage, State
from zalo.models.outbox import CLAIMABLE
from zalo.outbox import rows as outbox
from zalo.outbox.rows import Recipient
from zalo.people import referrals

CODE_PURPOSE = "link-code"
CODE_LIFE = dt.timedelta(minutes=30)
CODE_DIGITS = 6
MOST_OPEN = 5  # codes of one dossier waiting to be used
GUESSES = 5
GUESS_WINDOW = dt.timedelta(hours=1)
WRONG = "lien-ket-sai"
"""Command name of the answer to a wrong code or digit; the limit on guessing counts these."""
AFTER_ANSWER = dt.timedelta(seconds=2)  # the answer to the code first, then what was missed
MOST_ROWS = 500  # statements of one person followed: nobody hands in more
TELL_AGAIN = dt.timedelta(days=7)
Role, Proof = ContactLink.Role, ContactLink.Proof


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


def issue_code(dossier: Dossier, *, now: dt.datetime, visit=None) -> Issued:
    """Return a new code for the dossier. Older unused ones of it beyond MOST_OPEN stop working."""
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
                    code_hash=digest, dossier=dossier, visit=visit, issued_at=now, expires_at=now + CODE_LIFE
                )
        except IntegrityError:  # in use for another dossier at this moment
            continue
        return Issued(code, row.expires_at, row.pk)
    raise LinkRefused("Hiện có quá nhiều mã đang chờ. Hãy thử lại sau một phút.")


def redeem(contact: Contact, typed: str, *, now: dt.datetime) -> tuple[ContactLink, bool]:
    """Return the link the code makes, and whether it is new. Raises LinkRefused; a code works once, for one person."""
    refuse_guessing(contact, now=now)
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
    _same_channel(contact, code.dossier)
    if code.used_at is None:
        taken = LinkCode.objects.filter(pk=code.pk, used_at=None).update(used_at=now, used_by=contact)
        if not taken:
            raise LinkRefused("Mã này vừa được người khác dùng. Hãy lấy mã mới.")
    dossier = code.dossier
    link_row, made = link(contact, dossier=dossier, role=likely_role(dossier), proof=Proof.CODE, now=now)
    for other in _same_receipt(dossier):
        link(contact, dossier=other, role=likely_role(other), proof=Proof.CODE, now=now)
    referrals.prove(contact, agency_id=dossier.agency_id, desk_id=dossier.desk_id)
    return link_row, made


def _same_receipt(dossier: Dossier) -> list[Dossier]:
    """Return the other dossiers on the same slip: whoever holds it holds them all."""
    if dossier.receipt_id is None:
        return []
    rows = Dossier.objects.filter(receipt=dossier.receipt_id).exclude(pk=dossier.pk).select_related("owner")
    return list(rows.order_by("pk")[:50])


def refuse_guessing(contact: Contact, *, now: dt.datetime) -> None:
    """Raise LinkRefused while this person has given too many wrong codes or digits within the hour."""
    wrong = ChatMessage.objects.filter(conversation__contact=contact, command=WRONG, at__gt=now - GUESS_WINDOW)
    if wrong.count() >= GUESSES:
        raise LinkRefused(
            "Bạn đã nhập sai nhiều lần. Hãy chờ một giờ rồi thử lại, hoặc nhắn “gặp cán bộ” để được giúp."
        )


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
    told now.
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
        if dossier is not None:
            tell_what_was_missed(contact, dossier, now=now)
    return row, True


def unlink(row: ContactLink, *, by, now: dt.datetime) -> bool:
    """End a link; False when it was ended before."""
    return bool(ContactLink.objects.filter(pk=row.pk, unlinked_at=None).update(unlinked_at=now, unlinked_by=by))


def likely_role(dossier: Dossier) -> str:
    """Return the role of whoever holds the receipt: the owner, or the one who handed in for somebody else or a firm."""
    if dossier.owner.kind == Applicant.Kind.ENTERPRISE:
        return Role.FIRM
    return Role.OWNER if dossier.owner_id == dossier.submitter_id else Role.SUBMITTER


def tell_what_was_missed(contact: Contact, dossier: Dossier, *, now: dt.datetime) -> None:
    """Turn messages that are waiting, and the newest that reached nobody, to the person just linked; add the receipt.

    Older unreached ones leave the call list: their news is in the newest.
    """
    rows = OutboxMessage.objects.filter(dossier=dossier, account=contact.account_id, contact=None)
    for row in rows.filter(state__in=CLAIMABLE):
        _turn_to(contact, row, now)
    unreached = list(
        rows.filter(state=State.UNREACHABLE, handled_at=None, happened_at__gt=now - TELL_AGAIN).order_by("-id")
    )
    for place, row in enumerate(unreached):
        if place == 0:
            _turn_to(contact, row, now)
        else:
            note = "Người dân đã kết nối Zalo và được báo tin mới nhất."
            OutboxMessage.objects.filter(pk=row.pk).update(handled_at=now, handled_note=note)
    _send_receipt(contact, dossier, now=now)


def _turn_to(contact: Contact, row: OutboxMessage, now: dt.datetime) -> None:
    changed = OutboxMessage.objects.filter(pk=row.pk, state=row.state, contact=None).update(
        contact=contact,
        state=State.QUEUED,
        outcome="",
        tried=[],
        attempts=0,
        finished_at=None,
        next_at=now + AFTER_ANSWER,
        expires_at=max(row.expires_at or now, now + dt.timedelta(days=1)),
        order_key=f"d{row.dossier_id}:{Recipient(contact).key}",
    )
    if changed:
        outbox.queued.send(sender=OutboxMessage)


def _send_receipt(contact: Contact, dossier: Dossier, *, now: dt.datetime) -> None:
    accepted = dossier.events.filter(kind=DossierEvent.Kind.ACCEPTED).order_by("-id").first()
    if accepted is None or dossier.is_final:
        return
    for kind in messages.for_event(DossierEvent.Kind.ACCEPTED):
        if kind.attachment and kind.values:
            values = kind.values(accepted)
            if values is None:
                continue
            row = outbox.draft(
                kind,
                Recipient(contact),
                messages.render(kind, values, messages.current_wording(kind.slug)),
                account=contact.account_id,
                dedupe=f"e{accepted.pk}",
                now=now,
                order_key=f"d{dossier.pk}:{Recipient(contact).key}",
                agency_id=dossier.agency_id,
                dossier_id=dossier.pk,
                event_id=accepted.pk,
            )
            row.next_at = now + AFTER_ANSWER
            outbox.enqueue([row])


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
    refuse_guessing(contact, now=now)
    if not contact.phone:
        raise LinkRefused("Bạn chưa chia sẻ số điện thoại. Nhắn “chia sẻ số điện thoại” để bắt đầu.")
    fitting = [row for row in applicants_with(contact.phone) if last_digits_match(row.id_number, last4)]
    if not fitting:
        raise LinkRefused("Bốn số cuối chưa khớp với giấy tờ ghi trong hồ sơ. Hãy xem lại trên thẻ căn cước.")
    for applicant in fitting:
        role = Role.FIRM if applicant.kind == Applicant.Kind.ENTERPRISE else Role.OWNER
        link(contact, applicant=applicant, role=role, proof=Proof.PHONE, now=now)
    return fitting


# --- What a person holds


def open_links(contact: Contact):
    return ContactLink.objects.filter(contact=contact, unlinked_at=None)


def dossiers_of(contact: Contact):
    """Return the dossiers this person may see in full, newest first."""
    rows = list(open_links(contact).values_list("dossier_id", "applicant_id"))
    ids = {dossier for dossier, _ in rows if dossier}
    people = _alike(Applicant.objects.filter(pk__in={who for dossier, who in rows if who and not dossier}))
    return Dossier.objects.filter(Q(pk__in=ids) | Q(owner__in=people) | Q(submitter__in=people)).order_by("-id")


def _alike(people) -> list[int]:
    """Return the ids of every row that states the number and the phone of one of these people."""
    people = list(people)
    return list(Applicant.objects.alike(people).values_list("pk", flat=True)[:MOST_ROWS]) if people else []


def holders_of(dossier: Dossier):
    """Return the open links that reach this dossier, of the dossier itself and of its people."""
    people = _alike({dossier.owner, dossier.submitter})
    return (
        ContactLink.objects.filter(Q(dossier=dossier.pk) | Q(applicant__in=people, dossier=None), unlinked_at=None)
        .select_related("contact__account", "linked_by", "applicant")
        .order_by("pk")
    )
