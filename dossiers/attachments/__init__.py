"""Files that strangers hand in: what they truly are, what may hide in them, pictures opened in a bounded child."""

__all__ = [
    "pictures",
    "taking",
    "traps",
    "types",
    "videos",
]
