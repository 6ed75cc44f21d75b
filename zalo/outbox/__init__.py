"""Messages from row to Zalo: queue, claims, routes, delivery, outcome, ledger."""

__all__ = [
    "attachments",
    "delivery",
    "ledger",
    "rows",
    "wake_up",
]
