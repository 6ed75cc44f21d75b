"""Followers, whom they are linked to, and where they came from."""

__all__ = [
    "followers",
    "linking",
    "referrals",
]
