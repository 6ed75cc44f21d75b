"""The packs that answer today, kept for a short time in each process: pages and chat ask for them at every question."""

from __future__ import annotations

import datetime as dt

from dossiers.kept import Kept
from portal.datasets.models import Dataset, DatasetVersion

SECONDS = 20
"""For this long a process may still answer from a version that was just replaced."""


def packs(today: dt.date) -> list[DatasetVersion]:
    """Return the live versions in force, in the order of their packs."""
    return [version for version in _kept.get() if not version.expired(today)]


def of_slug(slug: str, today: dt.date) -> DatasetVersion | None:
    return next((version for version in packs(today) if version.dataset.slug == slug), None)


def forget() -> None:
    """Read the packs again at the next question."""
    _kept.forget()


def _read() -> list[DatasetVersion]:
    live = DatasetVersion.objects.filter(state=DatasetVersion.State.LIVE, dataset__live__isnull=False)
    return list(live.select_related("dataset__agency").order_by("dataset__order", "dataset__title"))


_kept = Kept(_read, SECONDS)


def pack_of(slug: str) -> Dataset | None:
    """Return the pack of a slug, whether or not it has data in force."""
    return Dataset.objects.select_related("agency").filter(slug=slug).first()
