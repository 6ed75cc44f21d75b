"""Tables of the content desk."""

from portal.content.models.link import SAFE_ADDRESS, Link
from portal.content.models.piece import Picture, Piece, Step, Version
from portal.content.models.use_count import UseCount

__all__ = ["SAFE_ADDRESS", "Link", "Picture", "Piece", "Step", "UseCount", "Version"]
