"""Messages from row to Zalo: queue, claims, routes, delivery, outcome, ledger."""

__all__ = [
    "attachments",
    "delivery",
    "ended",
    "folding",
    "ledger",
    "no_zalo",
    "routes",
    "rows",
    "wake_up",
]
