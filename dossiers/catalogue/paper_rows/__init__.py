"""Rows of the portal's tables of papers, understood: `kinds` says what one is, `titles` what its table is for."""

__all__ = [
    "kinds",
    "titles",
]
