"""Tables of the print studio: how an agency looks on paper, what was printed, what came of it."""

from portal.print_studio.models.figures import Figure, Target
from portal.print_studio.models.identity import Identity
from portal.print_studio.models.spread import Bundle, Material, Printing, Scan

__all__ = ["Bundle", "Figure", "Identity", "Material", "Printing", "Scan", "Target"]
