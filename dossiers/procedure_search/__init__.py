"""Finding a procedure by what people call it: one engine for the public pages, the counter and the chat."""

__all__ = [
    "bank",
    "current",
    "levels",
    "missed",
    "search",
    "words",
]
