"""Versions of the wording of printed forms: staff write the sentences, the layout and the law's fields stay.

A version holds from its first day until the next one begins; a paper keeps the wording it was issued with.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from dossiers.models import FormTemplate, valid_on
from dossiers.printed_forms import FORMS, SETS, Form, FormError, FormSet

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Current:
    """One form in one set with the wording in force; `template` None is the wording the product came with."""

    form: Form
    form_set: FormSet
    title: str
    number: str
    template: FormTemplate | None
    coming: FormTemplate | None


def overview(day: dt.date) -> list[Current]:
    """Return every form of every set, the newest set first. One query."""
    rows = list(FormTemplate.objects.order_by("valid_from"))
    found = []
    for form_set in reversed(SETS.values()):
        for form in FORMS.values():
            edition = form.editions.get(form_set.code)
            if edition is None:
                continue
            own = [row for row in rows if (row.form_code, row.form_set) == (form.code, form_set.code)]
            now = [row for row in own if row.valid_from <= day and (row.valid_to is None or row.valid_to >= day)]
            later = [row for row in own if row.valid_from > day]
            found.append(
                Current(
                    form,
                    form_set,
                    edition.title,
                    edition.number,
                    now[-1] if now else None,
                    later[0] if later else None,
                )
            )
    return found


def in_force(form: Form, form_set: str, day: dt.date) -> dict[str, str]:
    """Return the wording of every block on `day`."""
    row = (
        FormTemplate.objects.filter(valid_on(day), form_code=form.code, form_set=form_set)
        .order_by("-valid_from")
        .first()
    )
    return {**form.default_wording(form_set), **(row.wording if row else {})}


@transaction.atomic
def save_version(
    form: Form, form_set: str, wording: Mapping[str, str], *, symbol: str, valid_from: dt.date, today: dt.date
) -> FormTemplate:
    """Return the version that holds from `valid_from`; blocks left as they came are not stored.

    Raises WordingError naming every wrong block, FormError for a day that has passed.
    """
    if valid_from < today:
        raise FormError("Lời văn mới chỉ dùng từ hôm nay trở đi: giấy đã phát hành giữ nguyên lời văn cũ.")
    form.check_wording(form_set, wording)
    defaults = form.default_wording(form_set)
    edition = form.edition(form_set)
    same = FormTemplate.objects.filter(form_code=form.code, form_set=form_set)
    later = same.filter(valid_from__gt=valid_from).order_by("valid_from").first()
    same.filter(valid_on(valid_from - ONE_DAY), valid_from__lt=valid_from).update(valid_to=valid_from - ONE_DAY)
    row, _ = FormTemplate.objects.update_or_create(
        form_code=form.code,
        form_set=form_set,
        valid_from=valid_from,
        defaults={
            "number": edition.number,
            "title": edition.title,
            "legal_basis": SETS[form_set].basis,
            "symbol": symbol.strip()[:20],
            "wording": {key: text for key, text in wording.items() if text != defaults[key]},
            "valid_to": later.valid_from - ONE_DAY if later else None,
        },
    )
    return row
