"""The desk of the correspondence, a noun a file."""

from portal.correspondence.admin import documents

__all__ = ["documents"]
