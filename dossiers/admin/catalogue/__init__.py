"""The desk's pages for procedures and for loading the national catalogue."""

__all__ = [
    "loading",
    "procedure",
    "search_words",
]
