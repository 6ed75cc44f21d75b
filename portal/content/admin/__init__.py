"""The desk of the content, a noun a file."""

from portal.content.admin import links, pieces

__all__ = ["links", "pieces"]
