"""A centre that takes one procedure in online, and a citizen's browser that walks the pages as they are."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from dossiers.models import Dossier
from portal.submission.models import OnlineProcedure
from tests.people import MONDAY

SELF = {
    "full_name": "Nguyễn Văn An",
    "id_number": "080085001234",
    "phone": "0912345678",
    "address": "Ấp 2, xã Cần Giuộc",
    "content": "Cấp đổi do rách",
    "result": "counter",
}
OTHER = SELF | {
    "owner_full_name": "Trần Thị Bình",
    "owner_id_number": "024190004321",
    "relation": "family",
    "until": "30/11/2027",
    "consent": "on",
}


def picture(colour: str = "white", kind: str = "JPEG", name: str = "don.jpg") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (60, 80), colour).save(out, kind)
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


class Filer:
    """A citizen filing online: each method is one page sent, with the CSRF token the page carried."""

    def __init__(self, procedure, agency):
        self.client = Client(enforce_csrf_checks=True)
        self.procedure, self.agency, self.link = procedure, agency, ""

    def get(self, tail: str = "", **more):
        return self.client.get(self.link + tail, **more)

    def post(self, address: str, data: dict, **more):
        page = self.client.get(address)
        hidden = dict(re.findall(r'name="(csrfmiddlewaretoken|seen)" value="([^"]+)"', page.content.decode()))
        return self.client.post(address, {**hidden, **data}, **more)

    def begins(self, who: str = "self", **more):
        start = f"/thu-tuc/{self.procedure.code}/nop-tai-day/"
        answer = self.post(start, {"agency": self.agency.code, "who": who, **more})
        assert answer.status_code == 302, answer.content.decode()
        self.link = answer["Location"].removesuffix("nguoi-nop/")
        return self

    def says(self, **people):
        return self.post(self.link + "nguoi-nop/", people)

    @property
    def keys(self) -> list[str]:
        """The papers of the page, each by its key; the last one is for anything else."""
        return re.findall(r'name="tep-([0-9a-z]+)"', self.get("giay-to/").content.decode())

    def uploads(self, files: dict, **more):
        return self.post(self.link + "giay-to/", {**{f"tep-{key}": sent for key, sent in files.items()}, **more})

    @property
    def asked(self) -> list[str]:
        """What the page of a sent filing still asks for, each by its key."""
        return re.findall(r'name="tep-([0-9a-f]+)"', self.get().content.decode())

    def adds(self, files: dict):
        """Send papers asked for; as a page that was open already, whatever is asked for by now."""
        token = self.client.cookies["csrftoken"].value
        sent = {f"tep-{key}": file for key, file in files.items()}
        return self.client.post(self.link + "bo-sung/", {**sent, "csrfmiddlewaretoken": token})

    def sends(self, **more):
        return self.post(self.link + "kiem-tra/", {"agreed": "1", **more})

    def goes_on(self):
        """Press "for somebody else" on the page of a sent filing as it is now."""
        return self.presses(self.next_mark)

    @property
    def next_mark(self) -> str:
        """What the button for the next filing carries on the page as it is now."""
        return re.findall(r'name="next" value="([^"]+)"', self.get().content.decode())[0]

    def presses(self, mark: str):
        """Press that button of a page that was open already."""
        token = self.client.cookies["csrftoken"].value
        return self.client.post(self.link + "nguoi-khac/", {"csrfmiddlewaretoken": token, "next": mark})

    def lists(self, people: str, **more):
        """Paste a list of whom to file for next."""
        return self.client.post(
            self.link + "danh-sach/",
            {"people": people, "csrfmiddlewaretoken": self.client.cookies["csrftoken"].value, **more},
        )

    def fills_in(self, who: str = "self", **people):
        self.begins(who)
        assert self.says(**{**(OTHER if who == "other" else SELF), **people}).status_code == 302
        first, second, _other = self.keys
        assert self.uploads({first: picture(), second: picture("red")}, next="1").status_code == 302
        return self


def sent(filer) -> Dossier:
    assert filer.fills_in().sends().status_code == 302
    return Dossier.objects.get()


def csrf(filer) -> str:
    return filer.client.cookies["csrftoken"].value


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def offer(centre, procedure):
    return OnlineProcedure.objects.create(
        agency=centre.agency, procedure=procedure, valid_from=dt.date(2026, 1, 1), basis="QĐ 1/QĐ-TTPVHCC"
    )


@pytest.fixture
def filer(offer):
    return Filer(offer.procedure, offer.agency)
