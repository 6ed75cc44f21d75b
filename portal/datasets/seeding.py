"""The six worked examples in the demonstration, loaded and approved by the way people load and approve."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import User
from django.core.files.base import ContentFile

from dossiers.deadlines.working_time import ZONE
from dossiers.models import Agency
from portal.datasets import acts, live, loading, samples
from portal.datasets.models import Dataset, DatasetVersion
from portal.datasets.proposing import propose


def seed_month(*, now: dt.datetime, seed: int) -> str:
    """Load the examples that are missing; return a line of what was added, "" when all were there."""
    today = now.astimezone(ZONE).date()
    made = sum(plant(sample, now=now) for sample in samples.all_samples(today, seed))
    return f"{made} gói tra cứu mẫu (điện, khẩn cấp, giá đất, quy hoạch, điểm thi, tiêm chủng)." if made else ""


def plant(sample: samples.Sample, *, now: dt.datetime) -> bool:
    """Make one example live; False when its pack, or its agency, is there already or missing."""
    agency = Agency.objects.filter(code=sample.agency).first()
    if agency is None or Dataset.objects.filter(slug=sample.slug).exists():
        return False
    pack = Dataset.objects.create(
        slug=sample.slug,
        title=sample.title,
        kind=sample.kind,
        agency=agency,
        intro=sample.intro,
        chat_names=sample.chat_names,
    )
    # Of another agency's data it is nobody the demonstration knows: they could not open what they had loaded.
    loader, approver = (
        User.objects.filter(username=name, memberships__agency=agency).first() for name in ("kenh", "lanhdao")
    )
    version = add(pack, sample, by=loader, now=now)
    acts.do("send", version, by=None, now=now)
    acts.do("approve", version, by=None, now=now, today=now.astimezone(ZONE).date())
    DatasetVersion.objects.filter(pk=version.pk).update(approved_by=approver)
    live.forget()
    return True


def add(pack: Dataset, sample: samples.Sample, *, by, now: dt.datetime) -> DatasetVersion:
    """Load a sample's file as the next version of the pack and return it, checked. Raises ActError, TableFileError."""
    upload = ContentFile(sample.text.encode("utf-8-sig"), name=sample.file_name)
    version = acts.add_version(
        pack,
        upload,
        by=by,
        now=now,
        source=sample.source,
        decision=sample.decision,
        decided_on=sample.decided_on,
        valid_to=sample.valid_to,
    )
    with loading.table_of(version) as table:
        proposal = propose(table.sheets(), pack.kind)
    if proposal is None:
        raise ValueError(f"no heading found in the sample of {pack.slug}")
    chosen = {"sheet": proposal.sheet, "heading_row": proposal.heading_row, "columns": proposal.columns}
    acts.do("choose_columns", version, by=None, now=now, **chosen)
    version.refresh_from_db()
    loading.load(version.pk, now=now)
    version.refresh_from_db()
    return version
