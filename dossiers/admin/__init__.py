"""The staff desk of the core, a noun a file."""

from dossiers.admin import dossier
from dossiers.admin.catalogue import loading as catalogue_import
from dossiers.admin.catalogue import procedure
from dossiers.admin.letters import rows as letters
from dossiers.admin.setup import agency, calendar, form_templates, ready_reasons, rules

__all__ = [
    "access",
    "agency",
    "base",
    "calendar",
    "catalogue_import",
    "choices",
    "dossier",
    "form_templates",
    "letters",
    "long_act_page",
    "opened_as",
    "panels",
    "procedure",
    "ready_reasons",
    "rules",
    "setup",
    "workplace",
]
