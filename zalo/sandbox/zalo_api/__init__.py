"""The answers of the simulated Zalo, endpoint by endpoint."""

__all__ = [
    "articles",
    "business",
    "consultation",
    "oauth",
    "people",
    "proactive",
]
