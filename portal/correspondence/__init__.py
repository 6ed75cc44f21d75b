"""Correspondence: documents that go out and come in under a number, tasks hung on them, reminders, proposals of staff.

`drafts.begin` is the way other rooms begin a document; it is read, mended and issued at the desk like any other.
"""

__all__ = [
    "acts",
    "documents",
    "drafts",
    "incoming",
    "issuing",
    "models",
    "register",
    "rich_text",
    "states",
]
