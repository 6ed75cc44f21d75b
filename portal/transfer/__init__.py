"""Bringing old data in: files of dossiers as the software before kept them (S1-02, S1-48, S4-05).

What comes over is history: it takes the road of what another program sends, and nobody is told of it.
"""

__all__ = ["dossier_files"]
