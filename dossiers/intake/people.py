"""Applicants at the counter: reading what was typed, recalling who came before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Exists, OuterRef, Q

from dossiers import identity_numbers
from dossiers.deadlines.rules import value_on
from dossiers.deadlines.working_time import ZONE
from dossiers.intake.identity_card import cleaned, proper_name
from dossiers.models import Agency, Applicant, Channel, Dossier, DossierEvent, LegalRule, PersonalDataRead
from dossiers.models.applicant import ID_PURPOSE, ApplicantQuerySet
from dossiers.privacy import guessing
from dossiers.privacy.guessing import Limit
from dossiers.privacy.sealing import keyed_hashes
from dossiers.scoping import subordinates
from dossiers.search_text import fold
from dossiers.states import State

CITIZEN = DossierEvent.Source.CITIZEN
LONGEST_NAME = 255
LONGEST_POSITION = 120
RECALLED = "gọi lại người nộp tại quầy"
RECALL_OWN, RECALL_BELOW, RECALL_TREE = 0, 1, 2
"""Values of the rule `applicant-recall`: the own register; with the agencies below; the whole tree."""
RECALLS = (Limit("recall", 60, 3600),)
"""A busy counter takes in twenty people an hour; whoever asks for more is not taking anybody in."""


class PersonError(Exception):
    """What was typed about a person cannot stand; `errors` maps the field to its sentence."""

    def __init__(self, errors: dict[str, str]):
        super().__init__("; ".join(errors.values()))
        self.errors = errors


class OtherName(PersonError):
    """The id is known under another name: a slip of a digit, or the person has changed the name, which can be said."""


@dataclass(frozen=True, slots=True)
class PersonData:
    """An applicant as typed or sent: raw until `checked`. An enterprise acts through its representative."""

    full_name: str
    kind: str = Applicant.Kind.PERSON
    id_number: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    representative: str = ""
    representative_id: str = ""
    representative_position: str = ""


FACTS = tuple(field.name for field in fields(PersonData))
CONTACTS = ("phone", "email", "address")
REPRESENTATIVE = ("representative", "representative_id", "representative_position")


def checked(data: PersonData) -> PersonData:
    """Return the data normalised (E.164 phone, digits of the id). Raises PersonError naming every wrong field."""
    errors: dict[str, str] = {}
    data = _in_its_place(data)
    name = data.full_name
    if not name:
        errors["full_name"] = "Ghi họ và tên (hoặc tên tổ chức)."
    elif len(name) > LONGEST_NAME:
        errors["full_name"] = f"Tên dài quá {LONGEST_NAME} ký tự: hãy ghi đúng như trên giấy tờ."
    elif not any(character.isalpha() for character in name):
        errors["full_name"] = "Họ và tên phải có chữ cái."
    number = _normalised(data.id_number, _id_reader(data.kind), "id_number", errors)
    phone = _normalised(data.phone, identity_numbers.normalise_phone, "phone", errors)
    email = (data.email or "").strip()
    if email:
        try:
            validate_email(email)
        except ValidationError:
            errors["email"] = "Thư điện tử chưa đúng dạng ten@noi.vn; sửa lại hoặc để trống."
    representative = {name: _one_line(getattr(data, name)) for name in REPRESENTATIVE}
    if data.kind != Applicant.Kind.ENTERPRISE:
        representative = dict.fromkeys(REPRESENTATIVE, "")
    representative["representative_id"] = _normalised(
        representative["representative_id"], identity_numbers.normalise_personal_id, "representative_id", errors
    )
    if not representative["representative"] and any(representative.values()):
        errors["representative"] = "Ghi họ và tên người đại diện của tổ chức."
    if errors:
        raise PersonError(errors)
    return PersonData(
        full_name=name,
        kind=data.kind,
        id_number=number,
        phone=phone,
        email=email,
        address=_one_line(data.address)[:500],
        representative=representative["representative"][:LONGEST_NAME],
        representative_id=representative["representative_id"],
        representative_position=representative["representative_position"][:LONGEST_POSITION],
    )


def _in_its_place(data: PersonData) -> PersonData:
    """The data with what only a machine cares about mended: accents, invisible signs, capitals, who has a tax code."""
    number = cleaned(data.id_number)
    kind = data.kind
    if kind == Applicant.Kind.PERSON and is_tax_code(number):
        kind = Applicant.Kind.ENTERPRISE
    tidy = cleaned if kind == Applicant.Kind.ENTERPRISE else proper_name
    return replace(
        data,
        kind=kind,
        id_number=number,
        full_name=tidy(data.full_name),
        email=cleaned(data.email),
        address=cleaned(data.address),
        representative=proper_name(data.representative),
    )


def is_tax_code(number: str) -> bool:
    """Return whether the number can only be an organisation's: 10 digits, or 13, that check as a tax code."""
    if len([ch for ch in number if ch.isdigit()]) not in (10, 13):
        return False
    try:
        identity_numbers.normalise_tax_code(number)
    except identity_numbers.InvalidNumber:
        return False
    return True


def recall(id_number: str, *, by, agency: Agency, now: dt.datetime) -> Applicant | None:
    """Return who came to the agency before with this full id or tax code, and write down who asked.

    None when nobody did or it is no number. Where the rule `applicant-recall` says so, the registers along the tree of
    agencies are asked too. Raises TooMany when `by` asked too often within the hour.
    """
    numbers = _numbers(id_number)
    if not numbers:
        return None
    guessing.count(RECALLS, [f"user:{by.pk}"])
    day = now.astimezone(ZONE).date()
    for number in numbers:
        found = register_of(recall_scope(agency, day)).with_id(number).order_by("-id").first()
        if found:
            PersonalDataRead.objects.create(user=by, applicant=found, via=RECALLED)
            return found
    return None


def _numbers(typed: str) -> list[str]:
    found = []
    for reader in (identity_numbers.normalise_personal_id, identity_numbers.normalise_tax_code):
        try:
            found.append(reader(typed))
        except identity_numbers.InvalidNumber:
            continue
    return found


def recall_scope(agency: Agency, day: dt.date) -> set[int]:
    """Return the agencies whose registers the counter of `agency` may recall from on `day`; its own always."""
    try:
        widened = value_on("applicant-recall", day, agency)
    except LegalRule.DoesNotExist:
        widened = RECALL_OWN
    ids = {agency.pk}
    if widened == RECALL_BELOW:
        ids |= subordinates(ids)
    elif widened == RECALL_TREE:
        top = agency
        while top.parent_id:
            top = top.parent
        ids |= {top.pk, *subordinates({top.pk})}
    return ids


def register_of(agency_ids) -> ApplicantQuerySet:
    """Return the register of applicants of these agencies: whom somebody there has taken in, or wrote down.

    What a citizen typed online is no register, whatever became of the dossier: whoever accepts it has seen papers, not
    whose telephone that is. A stranger's number with a phone of one's own would come back at the counter as if seen.
    """
    typed = Exists(DossierEvent.objects.filter(dossier=OuterRef("pk"), kind=State.SUBMITTED.value, source=CITIZEN))
    nobody_saw = Q(typed) | Q(received_at=None, channel=Channel.ONLINE)
    theirs = Dossier.objects.filter(Q(owner=OuterRef("pk")) | Q(submitter=OuterRef("pk")))
    unseen = Exists(theirs.filter(nobody_saw)) & ~Exists(theirs.filter(~nobody_saw))
    return Applicant.objects.filter(~unseen, agency__in=agency_ids, erased_at__isnull=True)


def known_by_id(agency: Agency, numbers: Iterable[str]) -> dict[str, Applicant]:
    """Return the agency's newest row of each of these ids (normalised), as `keep` would ask for it. One query."""
    hashes = [each for number in numbers for each in keyed_hashes(number, ID_PURPOSE)]
    rows = register_of([agency.pk]).filter(id_hash__in=hashes).order_by("id") if hashes else ()
    return {row.id_number: row for row in rows}


def unsaved(data: PersonData, agency: Agency) -> Applicant:
    """Return a row that states the data, with its hashes, not yet written."""
    row = Applicant(agency=agency, **{name: getattr(data, name) for name in FACTS})
    row.seal_hashes()
    return row


def keep(data: PersonData, agency: Agency, *, renamed: bool = False) -> Applicant:
    """Return the agency's row for checked data: the newest of this id when it states the same, else a further one.

    Raises OtherName when the agency knows the id under another name and `renamed` does not confirm it: a slip of one
    digit would put a stranger's number on the dossier.
    """
    known = None
    if data.id_number:
        known = register_of([agency.pk]).with_id(data.id_number).order_by("-id").first()
    if known is not None and fold(known.full_name) != fold(data.full_name) and not renamed:
        raise OtherName(
            {
                "id_number": f"Số này đã ghi cho {known.masked_name}. Kiểm tra lại số; nếu đúng là một người "
                "(đã đổi tên), hãy đánh dấu xác nhận rồi lưu lại."
            }
        )
    if known is not None and states(known, data):
        return known
    return Applicant.objects.create(agency=agency, **{name: getattr(data, name) for name in FACTS})


def states(row: Applicant, data: PersonData) -> bool:
    """Tell whether the row states exactly these checked data."""
    return all(getattr(row, name) == getattr(data, name) for name in FACTS)


def completed(data: PersonData, row: Applicant) -> PersonData:
    """Return the data with what was left out taken from the row, when both are plainly of one person."""
    if fold(data.full_name) != fold(row.full_name) or (data.id_number and row.id_number not in {"", data.id_number}):
        return data
    left_out = ("id_number", *CONTACTS, *(() if data.representative else REPRESENTATIVE))
    return replace(data, **{name: getattr(row, name) for name in left_out if not getattr(data, name)})


def _id_reader(kind: str):
    if kind == Applicant.Kind.ENTERPRISE:
        return identity_numbers.normalise_tax_code
    return identity_numbers.normalise_personal_id


def _normalised(text: str, reader, field: str, errors: dict[str, str]) -> str:
    if not (text or "").strip():
        return ""
    try:
        return reader(text)
    except identity_numbers.InvalidNumber as error:
        errors[field] = str(error)
        return ""


def _one_line(text: str) -> str:
    return " ".join((text or "").split())
