"""Bringing old data in, and the whole installation out and back (S1-02, S1-48, S4-05).

`dossier_files`: files of dossiers as the software before kept them. What comes over is history: it takes the road of
what another program sends, and nobody is told of it. `bringing`: the same at the desk, by the worker. `backup`:
database and files in one sealed file, and back. `erased_again`: whom a backup brought back although they were erased
after it. `everyday`: tables of the desk as files, in and out.
"""

__all__ = ["backup", "bringing", "bringing_page", "dossier_files", "erased_again", "everyday", "row_reports"]
