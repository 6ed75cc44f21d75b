"""Notices to many: who is meant, who approves, how they leave without repeat or gap, what became of each."""

__all__ = [
    "acts",
    "article_targets",
    "articles",
    "audience",
    "cases",
    "drafting",
    "editions",
    "letters",
    "limits",
    "planning",
    "restored",
    "results",
    "sending",
    "sources",
    "template_rules",
    "trial",
    "writing",
]
