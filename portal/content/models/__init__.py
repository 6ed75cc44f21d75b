"""Tables of the content desk."""

from portal.content.models.link import Link

__all__ = ["Link"]
