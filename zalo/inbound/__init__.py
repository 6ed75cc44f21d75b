"""What Zalo tells us: webhook, spool, inbox, handlers, media, how long it is kept."""

__all__ = [
    "drain",
    "inbox",
    "media",
    "retention",
    "spool",
    "webhook",
]
