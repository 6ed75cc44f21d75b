"""Files that strangers hand in: what they truly are, what may hide in them, photographs opened in a bounded child."""

__all__ = [
    "heic",
    "traps",
    "types",
]
