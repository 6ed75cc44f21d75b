"""What the centre says of its own accord: news, policies, guides, rules, links; who writes and approves it."""

__all__ = [
    "information",
    "models",
]
