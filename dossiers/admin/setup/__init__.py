"""The desk's pages for agencies, calendars, rules and form templates."""

__all__ = [
    "agency",
    "calendar",
    "form_templates",
    "going_live",
    "ready_reasons",
    "rollout_facts",
    "rollout_switch",
    "rollout_table",
    "rules",
]
