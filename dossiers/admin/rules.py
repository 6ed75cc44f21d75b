"""Dated legal rules, code patterns, form wording, and the log of who read personal data."""

from __future__ import annotations

import json
from decimal import Decimal

from django.contrib import admin

from dossiers.admin.base import AgencyScopedAdmin
from dossiers.models import CodePattern, LegalRule, PersonalDataRead
from dossiers.time_limit import TimeLimit


@admin.register(LegalRule)
class LegalRuleAdmin(AgencyScopedAdmin):
    """Numbers of the law with article and dates: a change of law is a new record, not an edit."""

    shared_rows = True
    list_display = ("title", "value_words", "unit", "article", "agency", "valid_from", "valid_to", "confidence")
    list_filter = ("key", "confidence", "agency")
    list_select_related = ("agency",)
    search_fields = ("title", "key", "article")

    @admin.display(description="giá trị", ordering="value")
    def value_words(self, rule) -> str:
        value = rule.value
        if isinstance(value, bool):
            return "có" if value else "không"
        if isinstance(value, dict) and set(value) == {"amount", "unit"}:
            return str(TimeLimit(Decimal(value["amount"]), value["unit"]))
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@admin.register(CodePattern)
class CodePatternAdmin(AgencyScopedAdmin):
    shared_rows = True
    list_display = ("pattern", "agency", "valid_from", "basis")
    list_select_related = ("agency",)


@admin.register(PersonalDataRead)
class PersonalDataReadAdmin(AgencyScopedAdmin):
    """Read-only: who opened whose data, when and where."""

    agency_field = "dossier__agency"
    list_display = ("at", "user", "dossier", "via")
    list_filter = ("via",)
    list_select_related = ("user", "dossier")
    ordering = ("-id",)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
