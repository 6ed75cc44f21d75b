"""Rows of the portal's tables of papers, understood: `kinds.read_row` says what one is, `words` how it is said."""

__all__ = [
    "kinds",
]
