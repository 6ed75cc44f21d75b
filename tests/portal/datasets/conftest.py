import datetime as dt
from functools import partial

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import transaction

from dossiers.deadlines.working_time import ZONE
from dossiers.models import Agency
from portal.datasets import acts, live, loading, samples
from portal.datasets.models import Dataset
from portal.datasets.proposing import propose
from tests import people

NOON = dt.datetime(2026, 11, 16, 12, 0, tzinfo=ZONE)


def make_live(centre, data, kind="other", *, slug="goi", title="Gói thử", columns=None, to="live", **more):
    """Load a file's bytes as a pack of the centre by the way people do, and return the version."""
    pack, _ = Dataset.objects.get_or_create(
        slug=slug,
        defaults={
            "title": title, "kind": kind, "agency": centre.agency, "chat_names": more.pop("chat_names", ""),
        },
    )  # fmt: skip
    body = data.encode() if isinstance(data, str) else data
    version = acts.add_version(
        pack, ContentFile(body, name=more.pop("name", "tep.csv")), by=centre.editor, now=NOON, source="Sở thử",
        valid_to=more.pop("valid_to", dt.date(2027, 12, 31)), **more,
    )  # fmt: skip
    with loading.table_of(version) as table:
        proposal = propose(table.sheets(), kind)
    chosen = tuple(columns(proposal.columns)) if columns else proposal.columns
    asked = {"sheet": proposal.sheet, "heading_row": proposal.heading_row, "columns": chosen}
    acts.do("choose_columns", version, by=None, now=NOON, **asked)
    version = loading.load(version.pk, now=NOON)
    if to == "live" and version.state == "checked":
        acts.do("send", version, by=None, now=NOON)
        acts.do("approve", version, by=centre.leader, now=NOON, today=NOON.date())
        live.forget()
        version.refresh_from_db()
    return version


@pytest.fixture
def load(centre):
    return partial(make_live, centre)


class Examples(dict):
    """The five worked examples by kind, live, all of the one centre."""

    centre: people.Centre


@pytest.fixture(scope="module")
def examples(django_db_setup, django_db_blocker):
    """Built once for a module: loading five files takes longer than asking them; what a test does is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic(), time_machine.travel(NOON, tick=False):
        found = Examples()
        found.centre = people.centre()
        for sample in samples.all_samples(NOON.date(), rows=160):
            found[sample.kind] = make_live(
                found.centre, sample.text, sample.kind, slug=sample.slug, title=sample.title,
                chat_names=sample.chat_names, name=sample.file_name, valid_to=sample.valid_to,
            )  # fmt: skip
            assert found[sample.kind].state == "live", found[sample.kind].message
        yield found
        transaction.set_rollback(True)


@pytest.fixture
def department(db):
    return Agency.objects.create(code="H80.73", kind=Agency.Kind.POWER, name="Công ty Điện lực Tây Ninh")
