"""The table of acts of a version: whoever, in whatever state, is let or refused by the one table, also by address."""

import pytest
from django.urls import reverse

from dossiers.workflow.moving import ActError, Forbidden
from portal.datasets import acts, loading
from portal.datasets.desk import BUTTONS
from portal.datasets.models import DatasetVersion
from tests.portal.datasets.conftest import NOON

pytestmark = pytest.mark.django_db
State = DatasetVersion.State
ROLES = ("clerk", "handler", "leader", "editor", "administrator")
ASKED = {
    "send_back": {"note": "Thiếu số quyết định"},
    "approve": {"today": NOON.date()},
    "undo": {"today": NOON.date()},
}


@pytest.fixture
def version(load):
    return load("Tên đường,Giá\nLê Lợi,1\n", "land_price", slug="gia", to="checked")


@pytest.mark.parametrize("name", sorted(BUTTONS))
@pytest.mark.parametrize("state", State.values)
def test_an_act_starts_only_where_its_row_says(version, centre, name, state):
    DatasetVersion.objects.filter(pk=version.pk).update(state=state)
    version.refresh_from_db()
    act = acts.ACTS[name]
    by = centre.leader if act.permission == acts.APPROVE else centre.editor
    if state in act.sources:
        acts.do(name, version, by=by, now=NOON, **ASKED.get(name, {}))
        version.refresh_from_db()
        assert {version.state} == act.targets
    else:
        with pytest.raises(ActError):
            acts.do(name, version, by=by, now=NOON, **ASKED.get(name, {}))
        version.refresh_from_db()
        assert version.state == state


@pytest.mark.parametrize("name", sorted(BUTTONS))
def test_only_whom_the_table_names_may(version, centre, elsewhere, client, name):
    act = acts.ACTS[name]
    (source, *_) = sorted(act.sources)
    allowed = set()
    for role in ROLES:
        for place in (centre, elsewhere):
            user = getattr(place, role)
            DatasetVersion.objects.filter(pk=version.pk).update(state=source)
            version.refresh_from_db()
            if act.open_to(user, version):
                allowed.add((place.agency.code, role))
                continue
            with pytest.raises(Forbidden):
                acts.do(name, version, by=user, now=NOON, **ASKED.get(name, {}))
            client.force_login(user)
            answer = client.post(reverse("admin:datasets_version_act", args=[version.pk]), {"viec": name})
            assert answer.status_code in {302, 403, 404}
            version.refresh_from_db()
            assert version.state == source
    assert allowed and {code for code, _ in allowed} == {centre.agency.code}


def test_no_act_is_made_up(version, centre, client):
    client.force_login(centre.editor)
    for name in ("choose_columns", "", "delete"):
        answer = client.post(reverse("admin:datasets_version_act", args=[version.pk]), {"viec": name}, follow=True)
        assert "Không rõ việc cần làm" in answer.content.decode()
    version.refresh_from_db()
    assert version.state == "checked"


def test_nobody_approves_what_they_loaded_laid_out_or_sent(version, centre, client):
    """What the columns are for decides what strangers are told: choosing them is writing, sending is handing in."""
    client.force_login(centre.administrator)
    columns = {"sheet": version.sheet, "heading_row": version.heading_row, "columns": version.columns}
    for laid_out, sent in ((centre.administrator, centre.editor), (centre.editor, centre.administrator)):
        acts.do("choose_columns", version, by=laid_out, now=NOON, **columns)
        version = loading.load(version.pk, now=NOON)
        acts.do("send", version, by=sent, now=NOON)
        page = client.get(reverse("admin:datasets_version", args=[version.pk])).content.decode()
        assert 'value="approve"' not in page
        client.post(reverse("admin:datasets_version_act", args=[version.pk]), {"viec": "approve"})
        version.refresh_from_db()
        assert version.state == "waiting"
        acts.do("send_back", version, by=centre.leader, now=NOON, note="Xem lại")
    acts.do("send", version, by=centre.editor, now=NOON)
    acts.do("approve", version, by=centre.leader, now=NOON, today=NOON.date())
    assert version.approved_by == centre.leader
