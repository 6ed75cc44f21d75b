"""Correspondence: documents that go out and come in under a number, tasks hung on them, reminders, proposals of staff.

`drafts.begin` is the way other rooms begin a document; it is read, mended and issued at the desk like any other.
"""

__all__ = [
    "acts",
    "assigning",
    "assignment_acts",
    "distribution",
    "documents",
    "drafts",
    "forgetting",
    "incoming",
    "issuing",
    "models",
    "proposal_acts",
    "proposing",
    "register",
    "reminding",
    "rich_text",
    "states",
    "urging",
    "worklists",
]
