"""Tables of the content desk."""

from portal.content.models.link import SAFE_ADDRESS, Link
from portal.content.models.piece import Picture, Piece, Step, Version

__all__ = ["SAFE_ADDRESS", "Link", "Picture", "Piece", "Step", "Version"]
