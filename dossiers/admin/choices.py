"""How lists to choose from read at the desk."""

from __future__ import annotations

from django import forms


class PersonChoice(forms.ModelChoiceField):
    """A colleague by full name, as people are called."""

    def label_from_instance(self, user) -> str:
        return user.get_full_name() or user.get_username()


def put_blanks_into_words(form: forms.BaseForm) -> None:
    """Where a list would begin with Django's dashes, say what leaving it there means."""
    for field in form.fields.values():
        if isinstance(field, forms.ModelChoiceField) and field.empty_label and not field.empty_label.strip("-"):
            field.empty_label = "Chọn…" if field.required else "Không chọn"
