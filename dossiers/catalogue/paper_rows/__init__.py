"""Rows of the portal's tables of papers, understood: `kinds` says what one is, `titles` what its table is for.

`again` reads them again where these rules are newer than what a version was read by.
"""

__all__ = [
    "again",
    "kinds",
    "titles",
]
