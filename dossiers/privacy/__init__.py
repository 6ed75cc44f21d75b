"""Personal data: sealing at rest, keyed hashes, rotation of the keys, who calls, and the one limit on guessing."""

__all__ = [
    "callers",
    "guessing",
    "key_rotation",
    "sealed_fields",
    "sealed_files",
    "sealing",
]
