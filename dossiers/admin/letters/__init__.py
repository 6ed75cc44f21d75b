"""The desk's pages for lateness and letters."""

__all__ = [
    "list",
    "page",
    "rows",
]
