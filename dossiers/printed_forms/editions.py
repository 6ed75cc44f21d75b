"""The two sets of statutory forms and the dates they hold (domain notes §1.2)."""

from dataclasses import dataclass
from datetime import date


class FormError(ValueError):
    """The form cannot be printed as asked; the message is a Vietnamese sentence saying what to do."""


@dataclass(frozen=True)
class FormSet:
    code: str
    basis: str
    valid_from: date
    valid_to: date | None

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


SETS = {
    "2018": FormSet("2018", "Thông tư số 01/2018/TT-VPCP", date(2019, 1, 6), date(2025, 9, 14)),
    "2025": FormSet("2025", "Thông tư số 03/2025/TT-VPCP", date(2025, 9, 15), None),
}


def set_on(day: date) -> str:
    """Return the code of the form set in force on `day`; the oldest set serves papers dated before it."""
    for code, form_set in SETS.items():
        if form_set.holds_on(day):
            return code
    return next(iter(SETS))


@dataclass(frozen=True)
class Edition:
    """One form in one set: its number there ("" for the office's own slips), its title and the dates it holds."""

    form_set: str
    number: str
    title: str
    valid_from: date
    valid_to: date | None

    @property
    def reference(self) -> str:
        """The line printed small at the foot: which drawing of the law this paper follows."""
        if not self.number:
            return ""
        return f"Mẫu số {self.number} ban hành kèm theo {SETS[self.form_set].basis}"


def editions(**numbered_titles: tuple[str, str]) -> dict[str, Edition]:
    """Return {set code: Edition} from set_2018=(number, title), set_2025=(number, title)."""
    found = {}
    for key, (number, title) in numbered_titles.items():
        form_set = SETS[key.removeprefix("set_")]
        found[form_set.code] = Edition(form_set.code, number, title, form_set.valid_from, form_set.valid_to)
    return found
