"""What the public may see of a dossier, tier by tier, and of the agency that keeps it."""

__all__ = [
    "agency_cards",
    "asked_after",
    "collection",
    "delivery",
    "facts",
    "pages",
    "passes",
    "rows",
    "tiers",
    "verification",
]
