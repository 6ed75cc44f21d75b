"""What the centre says of its own accord: news, policies, guides, rules, links; who writes and approves it."""

__all__ = [
    "acts",
    "catalogue_news",
    "channel",
    "handing_out",
    "held_counts",
    "information",
    "kinds",
    "kits",
    "models",
    "published",
    "reading",
    "safe_text",
    "states",
    "told_to_many",
    "use",
    "writing",
]
