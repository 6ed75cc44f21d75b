"""Dated legal rules, code patterns, form wording, and the log of who read personal data."""

from __future__ import annotations

from django.contrib import admin
from django.utils.html import format_html

from dossiers.admin.base import AgencyFilter, AgencyScopedAdmin
from dossiers.admin.setup.rule_form import RuleForm, replacing_address
from dossiers.deadlines.rule_words import in_words
from dossiers.models import CodePattern, LegalRule, PersonalDataRead


@admin.register(LegalRule)
class LegalRuleAdmin(AgencyScopedAdmin):
    """Numbers of the law with article and dates: a change of law is a new record, not an edit."""

    form = RuleForm
    readonly_fields = ("replacing",)
    shared_rows = True
    list_display = ("title", "value_words", "article", "agency", "valid_from", "valid_to", "confidence")
    list_per_page = 18  # long articles: with twenty rows the page nears 200 kB
    list_filter = ("confidence", ("agency", AgencyFilter))
    list_filter_submit = True
    list_select_related = ("agency",)
    search_fields = ("title", "key", "article")

    @admin.display(description="giá trị", ordering="value")
    def value_words(self, rule) -> str:
        words = in_words(rule.value)
        if isinstance(rule.value, int | float) and not isinstance(rule.value, bool):
            words = f"{words} {rule.unit}".strip()
        return format_html('<span class="whitespace-nowrap">{}</span>', words) if len(words) <= 24 else words

    @admin.display(description="khi luật thay đổi")
    def replacing(self, rule) -> str:
        if rule is None or rule.pk is None:
            return "–"
        link = '<a class="text-primary-600 underline" href="{}">Thêm giá trị mới kể từ một ngày</a>'
        return format_html(f"{link} – bản này giữ nguyên cho hồ sơ cũ.", replacing_address(rule))


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
