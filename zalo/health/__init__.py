"""Whether the channel works: incidents, breaker, rate, night, what runs out."""

__all__ = [
    "breaker",
    "endings",
    "incidents",
    "night",
    "rate_limit",
]
