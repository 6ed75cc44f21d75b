"""R14 in the rooms beside the dossiers: filing, packs, notices to many, reports, correspondence, printing, the API.

Their pages are read from the world of the matrix, each form sent with values nobody expects. The long run is that of
test_odd_values: ODD_EXAMPLES=2000.
"""

from __future__ import annotations

import copy
import json
import os

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.api import keys
from portal.api.models import ApiClient, Subscription
from portal.datasets import live
from portal.datasets.models import Dataset, DatasetVersion
from tests.portal import odd_values, test_staff_matrix
from tests.portal.api.test_door import body
from tests.portal.odd_values import ODD
from tests.portal.staff_walk import without_frame
from tests.portal.submission.conftest import SELF, Filer
from tests.portal.test_odd_values import JSON_ODD, ask, flat, put
from tests.portal.three_centres import ThreeCentres

EXAMPLES = int(os.environ.get("ODD_EXAMPLES", "60"))
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.harder_on_postgresql,
    *([pytest.mark.timeout(0)] if EXAMPLES > 100 else []),
]
BOUNDED = settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
ROOMS = (
    "broadcast", "datasets", "reports", "correspondence", "print_studio", "submission", "content", "api", "audit",
    "zalo_contact", "zalo_message", "zalo_health", "zalo_menu", "desk_long",
)  # fmt: skip
PUBLIC = ("/thong-tin/", "/tin-tuc/", "/nop-ho-so/")


class OddWorld(ThreeCentres):
    """The three centres, a filing being written, a pack that answers, a program with every scope."""

    def __init__(self):
        super().__init__()
        centre = self.own.centre
        version = self.own.rows["datasets.DatasetVersion"]
        DatasetVersion.objects.filter(pk=version.pk).update(state="live")
        Dataset.objects.filter(pk=version.dataset_id).update(live=version)
        live.forget()
        self.filers = [Filer(self.procedure, centre.agency) for _ in range(2)]
        self.filers[0].begins().says(**SELF)
        self.filers[1].fills_in().sends()
        self.filers[1].client.get(self.filers[1].link)
        _, self.key = keys.create_client(name="Mọi quyền", agency=centre.agency, scope=ApiClient.Scope.WRITE)
        self.client = ApiClient.objects.latest("pk")
        self.told = Subscription.objects.create(client=self.client, address="https://a.example.invalid/", secret="w")

    def starts(self) -> list[str]:
        """Return every address of these rooms, public ones too."""
        desk = [*test_staff_matrix.addresses(self.own, acts=False), *test_staff_matrix.lists()]
        wanted = [address for address, name in desk if name.startswith(ROOMS) or any(room in name for room in ROOMS)]
        steps = ("", "nguoi-nop/", "giay-to/", "kiem-tra/")
        filing = [filer.link + step for filer in self.filers for step in steps]
        pack = f"/thong-tin/{self.own.rows['datasets.Dataset'].slug}/"
        return [*wanted, *PUBLIC, pack, f"/thu-tuc/{self.procedure.code}/nop-tai-day/", *filing]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic(), without_frame():
        yield OddWorld()
        transaction.set_rollback(True)


@pytest.fixture
def site(world):
    """A signed-in chief of everything in whose browser both filings are open."""
    client = Client(raise_request_exception=False)
    for filer in world.filers:
        client.cookies.update(filer.client.cookies)
    client.force_login(User.objects.create_superuser("goc", password="x"))
    with without_frame():
        yield client


def test_no_form_of_these_rooms_is_answered_with_500(site, world):
    starts = world.starts()
    forms = odd_values.read_pages(site, starts, most=len(starts))
    names = odd_values.asked_names()
    read = {form.page for form in forms}
    assert {filer.link for filer in world.filers} - {form.action for form in forms} == {world.filers[0].link}
    assert all(any(room in page for page in read) for room in ("nguoi-nop", "giay-to", "kiem-tra", "correspondence"))
    assert len(forms) > 60

    @BOUNDED
    @given(data=st.data())
    def answered(data):
        form = data.draw(st.sampled_from(forms), label="form")
        known = [name for name, _ in form.fields]
        fields = dict(form.fields)
        pool = st.sampled_from(known) if known else st.sampled_from(names)
        for name in data.draw(st.lists(pool, min_size=1, max_size=3, unique=True), label="names"):
            fields[name] = data.draw(st.sampled_from(ODD), label=name)
        answer = ask(site, form.method if form.method == "post" else "get", form.action, fields)
        assert answer.status_code < 500, answer.exc_info

    answered()


# --- The API beside the one door for dossiers


@pytest.fixture
def call(world):
    def asked(method: str, path: str, **more):
        with transaction.atomic():
            answer = getattr(Client(raise_request_exception=False), method)(
                f"/api/v1/{path}", headers={"Authorization": f"Api-Key {world.key}"}, **more
            )
            transaction.set_rollback(True)
        assert answer.status_code < 500, (path, more, answer.content[:300])
        assert answer.status_code < 400 or answer.status_code == 404 or answer.json()["detail"]
        return answer

    return asked


QUESTIONS = {
    "dossiers": ("updated_since", "cursor", "limit"),
    "procedures": ("q", "cursor", "limit"),
    "agencies": ("q", "cursor", "limit"),
    "statistics": ("from", "to", "agency"),
    "subscriptions/{told}/deliveries": ("state", "cursor", "limit"),
}


@BOUNDED
@given(data=st.data())
def test_no_question_to_the_api_is_answered_with_500(call, world, data):
    path = data.draw(st.sampled_from(sorted(QUESTIONS)), label="path")
    usual = {"from": "2026-11-01", "to": "2026-11-02"} if path == "statistics" else {}
    name = data.draw(st.sampled_from(QUESTIONS[path]), label="name")
    value = data.draw(st.sampled_from(ODD), label="value").encode("utf-8", "surrogatepass")
    call("get", path.format(told=world.told.pk), data=usual | {name: value})


@BOUNDED
@given(data=st.data())
def test_no_batch_and_no_subscription_is_answered_with_500(call, world, data):
    event = {"id": "a", "state": "assigned", "at": "2026-11-16T10:00:00+07:00"}
    batch = {"items": [{"code": "MC-1", **body(), "events": [event]}]}
    path, whole = data.draw(
        st.sampled_from(
            [
                ("dossiers:batch", batch),
                ("subscriptions", {"address": "https://a.example.vn/", "kinds": ["dossier.*"]}),
                (f"subscriptions/{world.told.pk}/replay", {"message_ids": ["dossier-1"]}),
                (f"subscriptions/{world.told.pk}/test", {}),
                (f"subscriptions/{world.told.pk}/secret", {}),
            ]
        )
    )
    whole = copy.deepcopy(whole)
    for at in data.draw(st.lists(st.sampled_from([*flat(whole), ("x",)]), min_size=1, max_size=3, unique=True)):
        put(whole, at, copy.deepcopy(data.draw(JSON_ODD, label=str(at))))
    call("post", path, data=json.dumps(whole), content_type="application/json")
