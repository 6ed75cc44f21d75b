"""The staff desk of the core, a noun a file."""

from dossiers.admin import agency, calendar, dossier, rules

__all__ = ["agency", "calendar", "dossier", "rules"]
