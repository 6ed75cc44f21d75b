"""Every page of the desk in real Chromium (quality.md R11): axe finds nothing, it fits at 400 % zoom, it is Vietnamese.

One world, one server and one sign-in serve all pages; a failure names the part of the desk and each page at fault.
"""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer

from tests import emptying, people
from tests.browser.desk_steps import sign_in
from tests.browser.desk_world import DeskWorld
from tests.browser.page_faults import page_faults
from tests.chromium import PATIENCE
from tests.portal.staff_walk import addresses, patterns

pytestmark = pytest.mark.sqlite_only
SAME_EVERYWHERE = ("_history", "_delete", "_add")
OWN_ADD = {"dossiers_dossier_add", "content_piece_add", "zalo_broadcast_add", "correspondence_document_add"}
"""Unfold's own pages: walked for the agencies alone; a form that adds is the form that changes, which is walked."""


def part_of(address: str) -> str:
    """Return the part of the desk an address belongs to, e.g. "dossiers/letter"; "desk" for what belongs to none."""
    names = [name for name in address.split("/")[2:] if name]
    return "/".join(names[:2]) if len(names) > 1 and names[0] != "r" else "desk"


NO_PAGES = {
    *("jsi18n", "so-lieu/bang-tinh", "so-lieu/bieu-do", "so-lieu/dem-lai", "so-lieu/hoi-tien-do", "nhat-ky/xuat"),
    *("dang-nhap-cua-toi/hai-buoc", "dang-nhap-cua-toi/ket-thuc", "dang-nhap-cua-toi/ma"),
    *("dang-nhap-tinh/ve", "dang-nhap-tinh/noi"),
}
"""What answers with a script, a workbook, a picture, only to a press, or only between the password and the code."""
PARTS = sorted({part_of("/" + route) for route, _ in patterns() if "<" not in part_of("/" + route)} - NO_PAGES)


class Walk:
    """A browser signed in as the one who may open everything, and the addresses of the pages by part of the desk."""

    def __init__(self, page, pages: dict[str, list[str]]):
        self.page = page
        self.pages = pages
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))


@pytest.fixture(scope="module")
def db(django_db_setup, django_db_blocker):
    """The database, open for the whole module and emptied at its end: a world a test would cost more than a page."""
    with django_db_blocker.unblock():
        yield
        emptying.put_back()


@pytest.fixture(scope="module")
def walk(db, browser):
    world = DeskWorld()
    root = User.objects.create_superuser("quan-tri", password="x", first_name="Quản", last_name="Trị")
    people.named_officer(root)
    server = LiveServer("localhost")
    context = browser.new_context(base_url=server.url, locale="vi-VN")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    sign_in(page, root)
    yield Walk(page, pages_of(world, root))
    context.close()
    server.stop()


def pages_of(world: DeskWorld, user) -> dict[str, list[str]]:
    """Return the addresses that answer with a page, by part of the desk."""
    client = Client()
    client.force_login(user)
    lists = reverse("admin:dossiers_dossier_changelist")
    found = {
        "dossiers/dossier": [f"{lists}?worklist=waiting", f"{lists}?q=khong-co", f"{lists}?worklist=late"],
        "dossiers/agency": [reverse("admin:dossiers_agency_history", args=[world.centre.agency.pk])],
        "dossiers/calendarexception": [
            reverse("admin:dossiers_calendar_effect") + f"?viec=confirm&ngay={world.day.pk}",
            reverse("admin:dossiers_calendarexception_delete", args=[world.day.pk]),
        ],
        "zalo/wording": [reverse("admin:zalo_wording_edit", args=["dossier.accepted"])],
        "zalo/template": [reverse("admin:zalo_template_map", args=[world.account.pk, "dossier.accepted"])],
    }
    found["bang/tep"] = [sent_table(client)]  # shown to who sent it alone
    for address, name in dict(addresses(world)).items():
        if name == "logout" or (name.endswith(SAME_EVERYWHERE) and name not in OWN_ADD):
            continue
        answer = client.get(address)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            found.setdefault(part_of(address), []).append(address)
        answer.close()
    return found


def sent_table(client) -> str:
    """Return the page of a table that was put out as a file and sent in again."""
    exported = client.get(reverse("admin:table_export", args=["quay", "csv"])).content
    file = SimpleUploadedFile("quay.csv", exported, "text/csv")
    return client.post(reverse("admin:table_send", args=["quay"]), {"file": file})["Location"]


def test_the_walk_is_long_enough_to_mean_something(walk):
    assert sum(map(len, walk.pages.values())) > 100
    assert set(PARTS) <= set(walk.pages), set(PARTS) - set(walk.pages)


@pytest.mark.parametrize("part", PARTS)
def test_every_page_passes_axe_fits_and_is_vietnamese(walk, part):
    found = []
    for address in walk.pages[part]:
        found += page_faults(walk.page, address, sidebar=part == "desk")
    assert not found, "\n".join(found)
    assert not walk.complaints, walk.complaints
