"""Public pages of the citizens' voice."""
