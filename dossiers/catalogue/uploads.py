"""A catalogue file kept between its preview and its loading: private, for one user, for two hours."""

import datetime as dt
import uuid
from dataclasses import dataclass
from pathlib import Path

from django.core import signing
from django.core.files.storage import storages
from django.utils import timezone

from dossiers.catalogue.portal_text import one_line

FOLDER = "nap-danh-muc"
SALT = "dossiers.catalogue.uploads"
PREVIEW = ".xem"
LIFE = dt.timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept file: where it lies, what its owner called it, and the token that finds it again."""

    stored: str
    name: str
    token: str

    @property
    def path(self) -> Path:
        return Path(_storage().path(self.stored))

    @property
    def preview_path(self) -> Path:
        """Where what loading the file would change is kept (dossiers.catalogue.previews)."""
        return Path(_storage().path(f"{self.stored}{PREVIEW}"))


def keep(upload, user) -> Kept:
    """Store an uploaded file for `user` and return it; files that outlived LIFE are removed on the way."""
    _sweep()
    stored = _storage().save(f"{FOLDER}/{uuid.uuid4().hex}", upload)
    name = one_line(upload.name)[:255] or "tệp"
    return Kept(stored, name, signing.dumps([stored, name, user.pk], salt=SALT))


def find(token: str, user) -> Kept | None:
    """Return the file of a token of this user; None when it is forged, foreign, too old or gone."""
    try:
        stored, name, owner = signing.loads(token, salt=SALT, max_age=LIFE)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Kept(stored, name, token) if owner == user.pk and _storage().exists(stored) else None


def forget(kept: Kept) -> None:
    """Remove a kept file; a second time does nothing."""
    _storage().delete(kept.stored)
    _storage().delete(f"{kept.stored}{PREVIEW}")


def _sweep() -> None:
    if not _storage().exists(FOLDER):
        return
    too_old = timezone.now() - LIFE
    for name in _storage().listdir(FOLDER)[1]:
        stored = f"{FOLDER}/{name}"
        try:
            if _storage().get_modified_time(stored) < too_old:
                _storage().delete(stored)
        except FileNotFoundError:
            continue  # another request swept it


def _storage():
    """Return where catalogue files lie as they came: nothing in them is about a person, and readers need a path."""
    return storages["plain"]
