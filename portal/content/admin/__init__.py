"""The desk of the content, a noun a file."""

from portal.content.admin import links

__all__ = ["links"]
