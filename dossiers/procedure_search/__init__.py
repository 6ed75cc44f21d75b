"""Finding a procedure by what people call it: one engine for the public pages, the counter and the chat."""

__all__ = [
    "bank",
    "choices",
    "current",
    "missed",
    "search",
    "words",
]
