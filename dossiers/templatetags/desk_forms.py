"""Small words the pages of the counter are drawn with."""

from django import template
from django.utils.html import format_html

from dossiers.identity_numbers import mask_name
from dossiers.papers.issuing import printed_phone

register = template.Library()


@register.filter
def phone(e164: str) -> str:
    """Return the number as dialled at home: "0912 345 678"."""
    return printed_phone(e164)


@register.filter
def masked_name(name: str) -> str:
    """Return the name as who may not see personal data reads it: "N*** V** A*"."""
    return mask_name(name)


@register.filter
def colleague(user, nobody: str = "") -> str:
    """Return the name of a colleague, the account's where none is written down; `nobody` where there is none."""
    return (user.get_full_name() or user.get_username()) if user and user.pk else nobody


@register.simple_tag
def typed(form, name: str) -> str:
    """Return what was typed in the field."""
    return form.text(name)


@register.simple_tag
def is_typed(form, name: str, value: str) -> str:
    """Return " selected" when the field holds the value."""
    return " selected" if form.text(name) == value else ""


@register.simple_tag
def field_error(form, prefix: str, name: str) -> str:
    """Return the sentence of the field's error, for the reader of the screen too."""
    keys = [f"{prefix}{name}"]
    if prefix:
        number = int(prefix.split("-")[1])
        # Errors of the acts count dossiers from 1 and drop the number when there is only one.
        keys += [f"{number + 1}-{name}"] + ([name] if len(form.items) == 1 else [])
    sentence = next((form.errors[key] for key in keys if key in form.errors), "")
    return format_html('<p class="mc-error" role="alert">{}</p>', sentence) if sentence else ""
