"""What a citizen typed into the look-up form: read, checked field by field, made into facts. No query.

Which facts are enough is decided by which fields are filled, never by what the database holds: the sentences here tell
nothing about anybody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dossiers.dossier_codes import find_codes
from dossiers.identity_numbers import (
    InvalidNumber,
    InvalidPersonalId,
    InvalidTaxCode,
    normalise_personal_id,
    normalise_phone,
    normalise_tax_code,
)
from dossiers.lookup.facts import last_four, tidy_number
from dossiers.lookup.tiers import Facts

NAMES = ("number", "id_number", "full_name", "phone", "last4")
LONGEST = {"number": 80, "full_name": 255}
SHORTEST_TWO_CODES = 2 * len("H40-210101-0001")
_UNFIT = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass
class Question:
    """The typed values, a sentence beside each field that is wrong, and the facts when nothing is."""

    values: dict[str, str] = field(default_factory=lambda: dict.fromkeys(NAMES, ""))
    errors: dict[str, str] = field(default_factory=dict)
    facts: Facts = field(default_factory=Facts)

    @property
    def guesses(self) -> bool:
        """Whether a second fact is tried, so that the try counts against the limit on guessing."""
        return self.facts.proves_a_dossier or self.facts.proves_a_person


def read(data) -> Question:
    """Return the question a form body asks; `data` is request.POST. Never raises."""
    typed = {name: _UNFIT.sub(" ", str(data.get(name, "")))[: LONGEST.get(name, 60)].strip() for name in NAMES}
    question = Question(values=typed)
    known = {name: _read_field(name, text, question.errors) for name, text in typed.items() if text}
    if not question.errors:
        question.facts = Facts(**known)
        question.errors = _what_is_missing(question.facts)
    return question


def read_second_fact(data) -> Question:
    """Return the question of the small form under a dossier: the last four digits, or the whole number."""
    text = _UNFIT.sub(" ", str(data.get("last4", "")))[:60].strip()
    question = Question(values={**dict.fromkeys(NAMES, ""), "last4": text})
    if not text:
        question.errors["last4"] = _("Hãy nhập 4 số cuối của CCCD/CMND hoặc của số điện thoại đã ghi khi nộp hồ sơ.")
        return question
    last4 = _last4(text, question.errors)
    question.facts = Facts(last4=last4) if last4 else Facts()
    return question


def _read_field(name: str, text: str, errors: dict[str, str]) -> str:
    try:
        if name == "number":
            return _number(text, errors)
        if name == "id_number":
            return _id_number(text)
        if name == "phone":
            return normalise_phone(text)
    except InvalidNumber as error:
        errors[name] = _in_words(name, error)
        return ""
    return _last4(text, errors) if name == "last4" else _full_name(text, errors)


def _in_words(name: str, error: InvalidNumber) -> str:
    """Return why a number is wrong; its own sentence is Vietnamese, other languages get one that fits every fault."""
    if get_language() == settings.LANGUAGE_CODE:
        return str(error)
    if name == "phone":
        return _("Số điện thoại chưa đúng. Hãy nhập số di động 10 chữ số, ví dụ 0912 345 678.")
    return _("Số giấy tờ chưa đúng. Hãy nhập 12 chữ số của căn cước, 9 chữ số của CMND cũ hoặc số hộ chiếu.")


def _number(text: str, errors: dict[str, str]) -> str:
    """Return the number in its one spelling; a sentence when it belongs into another field."""
    digits = re.sub(r"[\s.\-]", "", text)
    if digits.isascii() and digits.isdigit() and len(digits) in (9, 12):
        errors["number"] = _("Đây giống số CCCD/CMND. Hãy nhập số này vào ô “Số CCCD/CMND” bên dưới.")
    elif re.fullmatch(r"(\+?84|0)[35789]\d{8}", digits):
        errors["number"] = _("Đây giống số điện thoại. Hãy nhập số này vào ô “Số điện thoại” bên dưới.")
    elif len(text) >= SHORTEST_TWO_CODES and len(find_codes(text)) > 1:
        errors["number"] = _("Bạn đã nhập nhiều mã hồ sơ. Hãy tra cứu từng mã một.")
    elif not any(character.isalnum() for character in text):
        errors["number"] = _("Số hồ sơ phải có chữ hoặc số. Hãy nhập đúng như trên Giấy tiếp nhận hồ sơ.")
    return tidy_number(text)


def _id_number(text: str) -> str:
    try:
        return normalise_personal_id(text)
    except InvalidPersonalId as error:
        try:
            return normalise_tax_code(text)
        except InvalidTaxCode:
            raise error from None


def _full_name(text: str, errors: dict[str, str]) -> str:
    if not any(character.isalpha() for character in text):
        errors["full_name"] = _("Họ và tên phải có chữ cái. Hãy nhập như trên giấy tờ, có dấu hay không dấu đều được.")
    return " ".join(text.split())


def _last4(text: str, errors: dict[str, str]) -> str:
    digits = last_four(text)
    if not digits:
        errors["last4"] = _("Hãy nhập đúng 4 chữ số cuối, ví dụ 1234.")
    return digits


def _what_is_missing(facts: Facts) -> dict[str, str]:
    """Return the sentence that asks for the next fact when those given are too few; {} when they are enough."""
    if facts.number or facts.proves_a_person:
        return {}
    if facts.id_number:
        return {"phone": _("Chỉ số CCCD/CMND thì chưa đủ. Hãy nhập thêm số điện thoại đã ghi khi nộp, hoặc họ và tên.")}
    if facts.full_name:
        return {
            "id_number": _("Chỉ có tên thì chưa đủ vì nhiều người trùng tên. Hãy nhập thêm số CCCD/CMND hoặc số hồ sơ.")
        }
    if facts.phone:
        return {"id_number": _("Chỉ số điện thoại thì chưa đủ. Hãy nhập thêm số CCCD/CMND hoặc số hồ sơ.")}
    if facts.last4:
        return {"number": _("4 số cuối dùng kèm số hồ sơ. Hãy nhập thêm số hồ sơ in trên Giấy tiếp nhận.")}
    return {"number": _("Hãy nhập số hồ sơ, hoặc số CCCD/CMND kèm số điện thoại hay họ và tên.")}


def mismatch() -> str:
    """Return the sentence beside the second fact when it fits neither the owner nor the submitter."""
    return _("Chưa khớp. Hãy nhập 4 số cuối của CCCD/CMND hoặc điện thoại đúng như đã ghi khi nộp hồ sơ.")


def typed_words(request, name: str, data=None) -> str:
    """Return what was typed into a search box, at most 120 characters, without control characters; GET unless given."""
    return _UNFIT.sub(" ", (request.GET if data is None else data).get(name, ""))[:120].strip()
