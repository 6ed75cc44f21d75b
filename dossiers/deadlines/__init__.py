"""When something is due and why: working time, calendars, dated legal rules, the sentence that explains a date."""

__all__ = [
    "by_hand",
    "calendars",
    "clock",
    "confirmed",
    "due",
    "in_words",
    "lateness_defaults",
    "limits",
    "national_defaults",
    "proposed_holidays",
    "rule_registry",
    "rule_words",
    "rules",
    "time_limit",
    "working_time",
]
