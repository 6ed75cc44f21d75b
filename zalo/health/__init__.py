"""Whether the channel works: incidents, breaker, rate, night, checks."""

__all__ = [
    "breaker",
    "checks",
    "incidents",
    "night",
    "rate_limit",
]
