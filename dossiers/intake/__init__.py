"""A dossier coming in: at the counter or from another system; people and numbers it needs."""

__all__ = [
    "asked_papers",
    "bringing_over",
    "connector",
    "corrections",
    "counter",
    "counter_lists",
    "fee_lines",
    "forgetting",
    "identity_card",
    "named_procedures",
    "numbering",
    "one_slip",
    "people",
]
