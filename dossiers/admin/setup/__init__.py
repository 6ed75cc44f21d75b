"""The desk's pages for agencies, calendars, rules and form templates."""

__all__ = [
    "agency",
    "calendar",
    "form_templates",
    "going_live",
    "rollout_table",
    "rules",
]
