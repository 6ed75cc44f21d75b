"""The form of a legal rule: the value in words, the key from those there are, a new record from the one in force."""

from __future__ import annotations

from urllib.parse import urlencode

from django import forms
from django.urls import reverse
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from dossiers.deadlines.rule_words import from_words, how_to_write, in_words
from dossiers.models import LegalRule

TAKEN_OVER = ("key", "title", "unit", "article", "agency", "confidence")


def replacing_address(rule: LegalRule) -> str:
    """Return the address of an empty form that takes over everything but the dates from this rule."""
    given = {name: getattr(rule, LegalRule._meta.get_field(name).attname) or "" for name in TAKEN_OVER}
    given["value"] = in_words(rule.value)
    return f"{reverse('admin:dossiers_legalrule_add')}?{urlencode(given)}"


class RuleForm(forms.ModelForm):
    """`value` is read by the kind of value the key has always had."""

    # May be empty where that means nobody; from_words refuses it elsewhere.
    value = forms.CharField(label="Giá trị", max_length=2000, required=False, widget=UnfoldAdminTextareaWidget)

    class Meta:
        model = LegalRule
        fields = ("key", "title", "value", "unit", "article", "agency", "confidence", "valid_from", "valid_to")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rule = self.instance if self.instance.pk else None
        if "value" in self.fields:
            if rule:
                self.initial["value"] = in_words(rule.value)
            like = rule or LegalRule.first_of(self.initial.get("key", ""))
            lines = str(self.initial.get("value", "")).count("\n") + 1
            self.fields["value"].widget.attrs["rows"] = min(max(lines, 2), 10)
            self.fields["value"].help_text = (
                how_to_write(like.value) if like else "Ghi theo đúng dạng của quy tắc đã chọn."
            )
        if "key" in self.fields:
            self.fields["key"] = forms.ChoiceField(
                label="Quy tắc",
                choices=[(rule.key, rule.title)] if rule else _keys(),
                disabled=bool(rule),
                widget=UnfoldAdminSelectWidget,
            )

    def clean(self):
        data = super().clean()
        like = LegalRule.first_of(data.get("key", ""))
        if like is not None and "value" in data:
            try:
                data["value"] = from_words(data["value"], like.value)
            except ValueError as error:
                self.add_error("value", str(error))
        return data


def _keys() -> list[tuple[str, str]]:
    # The national titles only: an agency's own rule is its own business.
    titles = dict(LegalRule.objects.filter(agency=None).order_by("-valid_from").values_list("key", "title"))
    return [("", "Chọn quy tắc…"), *sorted(titles.items(), key=lambda row: row[1])]
