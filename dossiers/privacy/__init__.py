"""Personal data at rest: sealing, sealed columns, keyed hashes, rotation of the keys."""

__all__ = [
    "key_rotation",
    "sealed_fields",
    "sealing",
]
