"""A catalogue file kept between its preview and its loading: private, for one user, for two hours."""

import datetime as dt
import uuid
from dataclasses import dataclass
from pathlib import Path

from django.core import signing
from django.core.files.storage import default_storage
from django.utils import timezone

from dossiers.catalogue.portal_text import one_line

FOLDER = "nap-danh-muc"
SALT = "dossiers.catalogue.uploads"
LIFE = dt.timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept file: where it lies, what its owner called it, and the token that finds it again."""

    stored: str
    name: str
    token: str

    @property
    def path(self) -> Path:
        return Path(default_storage.path(self.stored))


def keep(upload, user) -> Kept:
    """Store an uploaded file for `user` and return it; files that outlived LIFE are removed on the way."""
    _sweep()
    stored = default_storage.save(f"{FOLDER}/{uuid.uuid4().hex}", upload)
    name = one_line(upload.name)[:255] or "tệp"
    return Kept(stored, name, signing.dumps([stored, name, user.pk], salt=SALT))


def find(token: str, user) -> Kept | None:
    """Return the file of a token of this user; None when it is forged, foreign, too old or gone."""
    try:
        stored, name, owner = signing.loads(token, salt=SALT, max_age=LIFE)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Kept(stored, name, token) if owner == user.pk and default_storage.exists(stored) else None


def forget(kept: Kept) -> None:
    """Remove a kept file; a second time does nothing."""
    default_storage.delete(kept.stored)


def _sweep() -> None:
    if not default_storage.exists(FOLDER):
        return
    too_old = timezone.now() - LIFE
    for name in default_storage.listdir(FOLDER)[1]:
        stored = f"{FOLDER}/{name}"
        try:
            if default_storage.get_modified_time(stored) < too_old:
                default_storage.delete(stored)
        except FileNotFoundError:
            continue  # another request swept it
