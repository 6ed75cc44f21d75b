"""The only place that speaks HTTP to Zalo: requests, answers, errors, signatures."""

__all__ = [
    "answers",
    "client",
    "errors",
    "signature",
]
