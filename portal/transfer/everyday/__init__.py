"""Everyday tables in and out as files: days off, agencies, staff, rules, questions and answers.

`cells` reads what people write in a cell, `tables` lays a table of ours over django-import-export, `reading` finds
sheets, headings and rows, `remembering` keeps which heading of an agency means which column, `trying` says row by row
what would come of a file and writes it, `longer` has the worker do that, `pages` is the desk's part.
"""

__all__ = ["kinds", "longer", "pages"]
