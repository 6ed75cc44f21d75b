"""Who changed and who read what: logs that only grow, sealed day by day in a chain that shows every later change."""

__all__ = ["pages", "passage", "triggers"]
