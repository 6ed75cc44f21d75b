"""Whether the channel works: incidents, breaker, rate, night, checks."""

__all__ = [
    "breaker",
    "checks",
    "endings",
    "incidents",
    "night",
    "rate_limit",
]
