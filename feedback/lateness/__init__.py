"""Time limits of cases and what happens when they pass."""

__all__ = [
    "alarms",
    "escalation_mail",
    "late_cases",
    "rules",
    "time_limits",
]
