"""The files of an installation as they lay at one moment: linked aside first, so that what is erased meanwhile stays.

Files are written once under names of their own and are sealed already; they are carried as they lie on the disk.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BACKUP, RESTORE = ".backup", ".restore"
PASSED_BY = ".sealing-"
"""Files half-written by the sealing of stored files (dossiers.privacy.sealed_files)."""


class Busy(Exception):
    """Another run works in the same folder."""


@contextmanager
def scratch(media: Path, name: str) -> Iterator[Path]:
    """Yield an empty folder inside `media`, this run's alone; what a killed run left there is gone. Raises Busy."""
    folder = media / name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Busy from None
        _emptied(folder)
        try:
            yield folder
        finally:
            # The folder itself stays: removed, two runs could each hold a lock on a folder of that name.
            _emptied(folder)
    finally:
        os.close(handle)


def files_of(media: Path) -> Iterator[tuple[str, Path]]:
    """Yield the name inside `media`, with slashes, and the path of every stored file."""
    for folder, folders, names in os.walk(media):
        if Path(folder) == media:
            folders[:] = [each for each in folders if each not in {BACKUP, RESTORE}]
        for name in sorted(names):
            path = Path(folder, name)
            if not name.startswith(PASSED_BY) and path.is_file() and not path.is_symlink():
                yield path.relative_to(media).as_posix(), path


def link_aside(media: Path, kept: Path) -> None:
    """Keep every file that is there now in `kept`, without copying it where the disk can link."""
    for name, path in files_of(media):
        beside = kept / name
        if beside.exists():
            continue
        beside.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(path, beside)
        except FileNotFoundError:
            continue  # erased this moment
        except OSError:
            shutil.copy2(path, beside)


def put_in_place(kept: Path, media: Path) -> int:
    """Move the files of `kept` into `media`, take away every other file, and return how many there are now."""
    names = set()
    for name, path in list(files_of(kept)):
        place = media / name
        place.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, place)
        names.add(name)
    for name, path in list(files_of(media)):
        if name not in names:
            path.unlink()
    return len(names)


def _emptied(folder: Path) -> None:
    for each in folder.iterdir():
        shutil.rmtree(each) if each.is_dir() else each.unlink()
