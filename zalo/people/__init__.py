"""Followers, whom they are linked to, and where they came from."""

__all__ = [
    "area_wishes",
    "belonging",
    "erasure_requests",
    "followers",
    "forgetting",
    "holding",
    "link_notices",
    "linking",
    "mail_readers",
    "profiles",
    "redaction",
    "referrals",
]
