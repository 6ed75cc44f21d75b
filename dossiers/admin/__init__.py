"""The staff desk of the core, a noun a file."""

from dossiers.admin import dossier

__all__ = ["dossier"]
