"""The desk of the correspondence, a noun a file."""

from portal.correspondence.admin import assignments, documents, proposals, recurrences, rollout_steps, urgings

__all__ = ["assignments", "documents", "proposals", "recurrences", "rollout_steps", "urgings"]
