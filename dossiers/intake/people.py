"""Applicants at the counter: reading what was typed, recalling who came before."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from dossiers import identity_numbers
from dossiers.models import Applicant
from dossiers.search_text import fold

LONGEST_NAME = 255


class PersonError(Exception):
    """What was typed about a person cannot stand; `errors` maps the field to its sentence."""

    def __init__(self, errors: dict[str, str]):
        super().__init__("; ".join(errors.values()))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class PersonData:
    """An applicant as typed or sent: raw until `checked`."""

    full_name: str
    kind: str = Applicant.Kind.PERSON
    id_number: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    representative: str = ""


def checked(data: PersonData) -> PersonData:
    """Return the data normalised (E.164 phone, digits of the id). Raises PersonError naming every wrong field."""
    errors: dict[str, str] = {}
    name = " ".join((data.full_name or "").split())
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
    if errors:
        raise PersonError(errors)
    return PersonData(
        full_name=name,
        kind=data.kind,
        id_number=number,
        phone=phone,
        email=email,
        address=" ".join((data.address or "").split())[:500],
        representative=" ".join((data.representative or "").split())[:LONGEST_NAME],
    )


def recall(id_number: str) -> Applicant | None:
    """Return who came before with this id or tax code, as typed; None when nobody did or it is not a number."""
    for reader in (identity_numbers.normalise_personal_id, identity_numbers.normalise_tax_code):
        try:
            number = reader(id_number)
        except identity_numbers.InvalidNumber:
            continue
        found = Applicant.objects.with_id(number).filter(erased_at__isnull=True).order_by("-id").first()
        if found:
            return found
    return None


def keep(data: PersonData, *, renamed: bool = False) -> Applicant:
    """Return the stored applicant for checked data: the same id is the same person, with the newest contacts.

    Raises PersonError when the id is known under another name and `renamed` does not confirm it: a slip of one digit
    would hand a stranger's dossiers over.
    """
    known = None
    if data.id_number:
        known = Applicant.objects.with_id(data.id_number).filter(erased_at__isnull=True).order_by("-id").first()
    if known is None:
        return Applicant.objects.create(
            kind=data.kind,
            full_name=data.full_name,
            id_number=data.id_number,
            phone=data.phone,
            email=data.email,
            address=data.address,
            representative=data.representative,
        )
    if fold(known.full_name) != fold(data.full_name) and not renamed:
        raise PersonError(
            {
                "id_number": f"Số này đã ghi cho {known.masked_name}. Kiểm tra lại số; nếu đúng là một người "
                "(đã đổi tên), hãy đánh dấu xác nhận rồi lưu lại."
            }
        )
    changed = [
        name
        for name in ("full_name", "phone", "email", "address", "representative")
        if getattr(data, name) and getattr(data, name) != getattr(known, name)
    ]
    for name in changed:
        setattr(known, name, getattr(data, name))
    if changed:
        known.save()
    return known


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
