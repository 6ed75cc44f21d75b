"""Hiding people in what is published: names, numbers, homes."""

__all__ = [
    "masking",
]
