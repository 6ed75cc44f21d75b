"""An Official Account: its grant, keys, profile, menu, templates and the agencies it serves."""

__all__ = [
    "agencies_served",
    "keys",
    "oa_menu",
    "oauth",
    "profiles",
    "template_register",
    "tokens",
]
