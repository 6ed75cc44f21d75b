"""Messages from row to Zalo: queue, claims, routes, delivery, outcome, ledger."""

__all__ = [
    "attachments",
    "delivery",
    "ledger",
    "no_zalo",
    "routes",
    "rows",
    "wake_up",
]
