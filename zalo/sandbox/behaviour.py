"""Switches for whatever the documentation leaves open or a rehearsal wants different."""

from dataclasses import dataclass, field, fields
from typing import Any


@dataclass
class WebhookMode:
    """How webhooks leave: every departure from the calm case is a trap somebody has met."""

    copies: int = 1  # 2 = each event twice
    delay_ms: int = 0
    reorder: bool = False  # gathers one second of events and sends them newest first
    hold: bool = False  # keeps events until they are released
    drop: bool = False  # loses events
    signature: str = "good"  # good · bad · wrong_secret · app_secret · hmac · none · spaced
    escape: bool = False  # \uXXXX instead of UTF-8
    odd_spacing: bool = False
    bare: bool = False  # leaves out user_id_by_app and other optional fields
    retry_on: str = "non200"  # "connection": only a connection that could not be opened is retried
    ladder_ms: list[int] = field(default_factory=lambda: [30_000, 300_000, 900_000, 1_800_000, 3_600_000])
    timeout_ms: int = 2000


@dataclass
class Behaviour:
    """Defaults are the documented or the most likely behaviour of 2026."""

    latency_ms: int = 0
    rate_per_minute: int = 4000  # per app; 0 switches it off
    oa_rate_per_minute: int = 0
    echo: bool = True  # oa_send_* for what the OA sends
    echo_delay_ms: int = 30
    receipts: bool = True  # user_received_message
    receipt_delay_ms: int = 250
    auto_seen_ms: int = 0  # 0: seen only when the phone shows the conversation
    unknown_users: str = "refuse"  # "accept": any user id is somebody (measurements)
    keep_messages: bool = True
    retired: str = "refused"  # "alive": transaction and promotion as before 1 March 2026
    retired_error: int = -233
    reply_quota: str = "unlimited"  # "eight": the rule before 2026
    welcome_message: bool = False  # lets one cs message reach somebody who never interacted
    oauth_http: int = 200  # status of the token endpoint's error bodies
    oauth_numeric: bool = False  # whether these carry a numeric "error"
    expires_in_number: bool = False
    old_access_survives: bool = True
    sent_time_inside: bool = False  # place of sent_time in the answer of a template by UID
    upload_csv: bool = True
    article_delay_ms: int = 0
    broadcast_quota: int = -1  # articles that may still be broadcast to all; -1: as many as wanted
    webhook: WebhookMode = field(default_factory=WebhookMode)


def change(target: Any, values: dict[str, Any]) -> None:
    """Set known switches on ``target``; raises ValueError naming an unknown or wrongly typed one."""
    known = {entry.name: entry for entry in fields(target)}
    for name, value in values.items():
        if name not in known:
            raise ValueError(f"unknown switch: {name}")
        current = getattr(target, name)
        if isinstance(current, WebhookMode):
            change(current, value)
        elif type(current) is not type(value):
            raise ValueError(f"{name} must be {type(current).__name__}")
        else:
            setattr(target, name, value)
