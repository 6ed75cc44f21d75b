"""Every address of the desk with real objects of one centre in it, and what an answer gives away."""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.apps import apps
from django.contrib import admin
from django.core.files.base import ContentFile
from django.urls import get_resolver
from pypdf import PdfReader

from dossiers.models import (
    Attachment,
    CalendarException,
    InternalNote,
    IssuedPaper,
    LegalRule,
    SavedFilter,
    WeekPattern,
)
from dossiers.papers import receipts
from feedback.models import Kind
from portal.api.models import ApiClient
from portal.desk.site import DeskSite
from tests import factories
from tests.people import MONDAY, Centre

WITHOUT_LOGIN = {"login", "jsi18n", "desk_first_password", "desk_provider", "desk_provider_return"}
"""What a stranger may open: the form to sign in, the words of its date pickers, a first password, a provider."""


WORDS = {
    "name": "stop",
    "extension": "xlsx",
    "form_code": "receipt",
    "form_set": "2025",
    "piece": "nhan-dan",
    "text_name": "xe-luu-dong",
    "table": "can-bo",
}


@contextmanager
def without_frame() -> Iterator[None]:
    """Leave out of every page what is the same on all of them and asked elsewhere (test_frame): a third of the time.

    The sidebar, the test client's copies of every template's context and the log's line of every refusal, which nobody
    reads here.
    """
    sidebar = mock.patch.object(DeskSite, "get_sidebar_list", return_value=[])
    with sidebar, mock.patch("django.test.client.store_rendered_templates"):
        logging.disable(logging.WARNING)
        try:
            yield
        finally:
            logging.disable(logging.NOTSET)


class World:
    """One centre with something in every table a member of staff can meet, and the words that would betray it."""

    def __init__(self, centre: Centre, procedure):
        self.centre = centre
        self.dossier = factories.in_state("supplement_requested", centre, procedure)
        self.online = factories.submitted(centre, procedure)
        self.receipt = self.dossier.receipt
        self.attachment = Attachment(
            dossier=self.dossier, name="mat.txt", content_type="text/plain", size=3, sha256="0"
        )
        self.attachment.file.save("mat.txt", ContentFile(b"MAT"), save=False)
        self.attachment.save()
        self.note = InternalNote.objects.create(dossier=self.dossier, author=centre.clerk, text="GHI CHÚ MẬT")
        self.day = CalendarException.objects.create(
            agency=centre.agency, date="2027-01-15", kind="off", name="NGÀY RIÊNG CỦA XÃ"
        )
        self.week = WeekPattern.objects.create(
            agency=centre.agency, weekday=5, opens_at="07:30", closes_at="11:30", valid_from="2026-01-01"
        )
        self.rule = LegalRule.objects.create(
            agency=centre.agency, key="deadline.cutoff", title="QUY TẮC RIÊNG", value="16:00", valid_from="2026-01-01"
        )
        self.client = ApiClient.objects.create(
            agency=centre.agency, name="PHẦN MỀM RIÊNG", prefix="abcd1234", key_hash="0" * 64
        )
        self.filter = SavedFilter.objects.create(user=centre.clerk, name="BỘ LỌC RIÊNG", query="worklist=late")
        self.case = self._case()
        self.paper = None

    def print_receipt(self) -> IssuedPaper:
        """Print the receipt once: without it the walk has no issued paper to ask for."""
        self.paper = receipts.receipt_paper(self.receipt, by=self.centre.clerk, now=MONDAY)
        return self.paper

    def _case(self):
        from feedback.cases import intake

        sent = intake.Sent(
            kind=Kind.REPORT,
            agency=self.centre.agency,
            text="Đèn đường trước cổng trường tắt một tuần nay, CỘT SỐ MẬT.",
            phone="0912345678",
            sender_name="Nguyễn Văn An",
        )
        return intake.receive(sent, now=MONDAY)

    @property
    def secrets(self) -> list[str]:
        """Words that may stand on no page of anybody else's."""
        return [
            self.dossier.code,
            self.online.code,
            self.case.code,
            "Nguyễn Văn An",
            "080085001234",
            "0912345678",
            "+84912345678",
            "0912 345 678",
            "GHI CHÚ MẬT",
            "CỘT SỐ MẬT",
            "NGÀY RIÊNG CỦA XÃ",
            "QUY TẮC RIÊNG",
            "PHẦN MỀM RIÊNG",
            "BỘ LỌC RIÊNG",
            f"clerk-{self.centre.agency.code}",
            f"leader-{self.centre.agency.code}",
        ]

    def pk_for(self, model) -> int:
        """Return the id of a row of this centre, or 1 where there is none: both must be refused alike."""
        label = model._meta.label
        known = {
            "dossiers.Dossier": self.dossier,
            "dossiers.Agency": self.centre.agency,
            "dossiers.Membership": self.centre.clerk.memberships.get(),
            "dossiers.CalendarException": self.day,
            "dossiers.WeekPattern": self.week,
            "dossiers.LegalRule": self.rule,
            "auth.User": self.centre.handler,
            "api.ApiClient": self.client,
            "feedback.Case": self.case,
        }.get(label)
        row = known or model._default_manager.order_by("pk").first()
        return row.pk if row else 1


def patterns(found=None, prefix="", names=()) -> Iterator[tuple[str, str]]:
    """Yield (route, name) of every address under /admin/."""
    for pattern in found if found is not None else get_resolver().url_patterns:
        route = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from patterns(pattern.url_patterns, route)
        elif route.startswith("admin/"):
            yield route, pattern.name or ""


def addresses(world: World) -> list[tuple[str, str]]:
    """Return (address, name) of every address of the desk, its places filled with the centre's own rows."""
    models = {f"{model._meta.app_label}/{model._meta.model_name}": model for model in admin.site._registry}
    made = []
    for route, name in patterns():
        if "(?P<" in route:  # the list of one app, and Django's catch-all
            made += (
                [(f"/admin/{app}/", "app_list") for app in ("dossiers", "auth", "api")] if "app_label" in route else []
            )
            continue
        model = models.get("/".join(route.split("/")[1:3]))
        pk = world.pk_for(model) if model else 1
        if name == "dossiers_receipt_print":
            pk = world.receipt.pk
        if name == "dossiers_paper":
            pk = world.paper.pk if world.paper else 1
        places = {
            "file": world.attachment.pk,
            "event": world.dossier.events.latest("id").pk,
            "dossier": world.dossier.pk,
            **WORDS,
        }
        parts = re.split(r"<(?:\w+:)?(\w+)>", route)
        parts[1::2] = [str(places.get(place, pk)) for place in parts[1::2]]
        made.append(("/" + "".join(parts), name))
    return made


def words_of(response) -> str:
    """Return everything readable in an answer: the page, a file's text, the sheets of a workbook, a paper's words."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            return "\n".join(book.read(entry).decode("utf-8", "replace") for entry in book.namelist())
    if body.startswith(b"%PDF"):
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    return body.decode("utf-8", "replace")


def everything(centre: Centre) -> dict[str, list]:
    """Return every row that belongs to the centre, table by table, so that two looks can be compared."""
    seen = {}
    for model in apps.get_models():
        if model._meta.app_label not in {"dossiers", "feedback", "api", "auth"} or model._meta.proxy:
            continue
        names = {field.name for field in model._meta.concrete_fields}
        rows = model._default_manager.order_by("pk")
        if model._meta.label == "dossiers.Agency":
            rows = rows.filter(pk=centre.agency.pk)
        elif "agency" in names:
            rows = rows.filter(agency=centre.agency)
        elif "dossier" in names:
            rows = rows.filter(dossier__agency=centre.agency)
        elif model._meta.label == "auth.User":
            rows = rows.filter(memberships__agency=centre.agency)
        else:
            continue
        seen[model._meta.label] = list(rows.values_list())
    return seen
