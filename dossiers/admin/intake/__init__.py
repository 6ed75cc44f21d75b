"""The desk's pages for taking a dossier in."""

__all__ = [
    "page",
]
