"""The staff desk of the core, a noun a file."""

from dossiers.admin import agency, calendar, catalogue_import, dossier, form_templates, letters, procedure, rules

__all__ = ["agency", "calendar", "catalogue_import", "dossier", "form_templates", "letters", "procedure", "rules"]
