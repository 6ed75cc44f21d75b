"""Two people on one page: whoever saves second is told that the row is no longer what they opened, and nothing is lost.

The page carries a digest of the row's values as it was drawn; a save that brings another one is asked once more, with
what was typed still there. A save that brings none (another program's) is taken as before.
"""

from __future__ import annotations

import hashlib

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model

FIELD = "opened_as"
MEANWHILE = (
    "Người khác vừa sửa mục này trong lúc bạn mở trang, nên chưa lưu gì. Phần bạn ghi còn nguyên dưới đây: mở trang "
    "này ở thẻ khác để xem bản mới, rồi bấm lưu lần nữa nếu vẫn muốn thay bằng phần của bạn."
)


class OpenedAs:
    """Mixed into an admin: see the module."""

    change_form_before_template = "dossiers/desk/opened_as.html"

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        return form if obj is None else type(form.__name__, (_Asked, form), {})


class _Asked(forms.ModelForm):
    """Mixed into the form of a row that exists."""

    @property
    def opened_as(self) -> str:
        """The digest of the values the row has in the database, of the fields this form writes."""
        known = [(name, _plain(self.initial[name])) for name in sorted(self.fields) if name in self.initial]
        return hashlib.sha256(repr(known).encode()).hexdigest()[:16]

    def clean(self):
        cleaned = super().clean()
        opened = self.data.get(FIELD, "")
        if opened and opened != self.opened_as:
            raise ValidationError(MEANWHILE)
        return cleaned


def _plain(value: object) -> object:
    if isinstance(value, list):
        return sorted(each.pk if isinstance(each, Model) else repr(each) for each in value)
    return str(value)
