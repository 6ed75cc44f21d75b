"""An Official Account: its grant, keys, profile, menu, templates and the agencies it serves."""

__all__ = [
    "agencies_served",
    "checks",
    "keys",
    "oa_menu",
    "oauth",
    "template_register",
    "tokens",
]
