"""Look-up packs: tables that departments load and citizens ask, on the page and in chat (S1-31, S1-41 … S1-45, S1-54).

A pack is a `Dataset` with versions; its rows change by moving one pointer. Loading reads a file of people who use
anything, searching needs no accents and forgives slips, protected packs give a row only to who knows its second fact.
"""

__all__ = ["models", "pages", "reading", "seeding", "urls", "values"]
