"""Personal data: sealing at rest, keyed hashes, their keys anew, who calls, whom one erased, the limit on guessing."""

__all__ = [
    "callers",
    "erasure_journal",
    "guessing",
    "key_rotation",
    "sealed_fields",
    "sealed_files",
    "sealing",
]
