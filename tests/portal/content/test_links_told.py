"""R16 beyond pages: no link of a message, of a button, of a chat answer or of a printed paper ends in 404."""

from __future__ import annotations

import re

import pytest
from django.urls import resolve

from dossiers.papers import act_papers, receipts
from dossiers.states import State
from feedback.states import Status
from portal.print_studio import sources
from portal.print_studio.pieces import ALL
from tests import factories
from tests.architecture.sources import ROOT
from tests.dossiers.printed_forms.printed_paper import needs_poppler, qr_codes, reader
from tests.feedback.conftest import case_in
from tests.people import MONDAY
from tests.portal.content.test_no_dead_links import WRITTEN, leads_to
from tests.portal.content.test_public import told
from tests.zalo.chat.talk import channel_of
from zalo.messages import broadcast_words
from zalo.messages import registry as messages
from zalo.models import Broadcast, OutboxMessage

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]
WRITTEN_PATH = re.compile(r'(?:PUBLIC_BASE_URL(?:\.rstrip\("/"\))?\}|absolute\(f?")(/[^"\s\\]*)')
OTHER_SITE = "https://motcua.example.vn"
"""Where the sample values of the wordings lead."""


def ours(text: str) -> set[str]:
    """Return the paths on this site that a text leads to."""
    return {leads_to(address.rstrip(".,;'}")) for address in WRITTEN.findall(text)} - {""}


def dead(client, paths) -> dict[str, int]:
    found = {path: client.get(path).status_code for path in sorted(paths)}
    return {path: status for path, status in found.items() if status >= 400}


def first_parts(paths) -> set[str]:
    return {path.split("/")[1] for path in paths}


@pytest.fixture
def spoken_for(centre):
    """The centre on a channel, so that what happens owes messages."""
    return channel_of(centre)


def test_every_message_of_a_dossier_leads_to_its_page(client, centre, procedure):
    paths, told_of = set(), set()
    for state in State.values:
        dossier = factories.in_state(state, centre, procedure)
        for event in dossier.events.all():
            for kind in messages.for_event(event.kind):
                content = messages.render(kind, kind.values(event))
                told_of.add(kind.slug)
                paths |= ours(content["text"]) | ours(str(content["values"]))
    assert len(told_of) > 10 and first_parts(paths) == {"h"}
    assert not dead(client, paths)


def test_every_message_of_the_citizens_voice_leads_to_its_page(client, centre, procedure, spoken_for):
    for status in sorted(set(Status.values) - {Status.HELD, Status.RESTRICTED}):
        case_in(status, centre)
    factories.in_state(State.RESULT_RETURNED, centre, procedure)
    paths = set()
    for row in OutboxMessage.objects.exclude(feedback_event=None):
        paths |= ours(row.content["text"]) | ours(str(row.content["values"]))
    assert first_parts(paths) == {"gop-y", "danh-gia"}
    assert not dead(client, paths)


def test_the_samples_an_editor_sees_have_the_shape_of_real_addresses(centre, procedure):
    """Wordings and templates are tried with sample values: they must lead where real ones do."""
    found = {}
    for kind in messages.all_kinds():
        for address in WRITTEN.findall(messages.preview(kind, kind.text)):
            assert address.startswith(OTHER_SITE), f"{kind.slug}: {address}"
            path = address.removeprefix(OTHER_SITE).rstrip(".,;").replace("Zk3…", "A" * 22).replace("…", "mot-tin")
            found[kind.slug] = resolve(path).view_name
    assert len(found) > 20


def test_the_buttons_of_a_broadcast_open(client, centre, spoken_for):
    piece = told(centre, "news", "Lịch nghỉ lễ")
    row = Broadcast(
        account=spoken_for, agency=centre.agency, category="news", title="Lịch nghỉ lễ", text="Nghỉ ngày 2/9.",
        link=f"http://127.0.0.1:8000{piece.address}",
    )  # fmt: skip
    contact = spoken_for.contacts.create(user_id="8800000000000000001")
    for purpose in ("news", "urgent", "area"):
        buttons = broadcast_words.buttons_of(row, contact.pk, purpose)
        paths = ours(" ".join(str(button) for button in buttons))
        assert len(paths) == 2 and not dead(client, paths), purpose


def test_no_address_written_in_the_code_leads_nowhere():
    """Mails to staff and rare answers too: what is written out in the source has a page of that shape."""
    seen = set()
    for app in ("dossiers", "feedback", "zalo", "portal"):
        for file in sorted((ROOT / app).rglob("*.py")):
            if "migrations" in file.parts:
                continue
            for path in WRITTEN_PATH.findall(file.read_text()):
                if "{" not in path and path not in {"/", "/api/v1"}:  # the source named in events is no page
                    resolve(path)
                    seen.add(path)
    assert {"/tin-tuc/", "/gop-y/", "/admin/zalo/outboxmessage/chua-bao/"} <= seen


# --- On paper


def on_paper(pdf: bytes) -> set[str]:
    """Return the paths on this site that the symbols and links of a PDF lead to."""
    found = set()
    pages = reader(pdf).pages
    for number, page in enumerate(pages, start=1):
        found |= set(qr_codes(pdf, dpi=100, page=number))
        for note in page.get("/Annots", ()):
            found.add(str(note.get_object().get("/A", {}).get("/URI", "")))
    return {leads_to(address) for address in found} - {""}


@needs_poppler
def test_every_symbol_on_the_papers_of_dossiers_opens(client, centre, procedure, spoken_for):
    paths, printed = set(), set()
    for state in (State.REFUSED, State.STOPPED, State.SUPPLEMENT_REQUESTED, State.RESULT_RETURNED):
        dossier = factories.in_state(state, centre, procedure)
        papers = [
            act_papers.event_paper(event, form, by=centre.clerk, now=MONDAY)
            for event in dossier.events.all()
            for form in act_papers.forms_for(dossier, event)
        ]
        if state == State.RESULT_RETURNED:
            papers.append(receipts.receipt_paper(dossier.receipt, by=centre.clerk, now=MONDAY))
        for paper in papers:
            printed.add(paper.form_code)
            with paper.file.open("rb") as file:
                paths |= on_paper(file.read())
    assert printed >= {"receipt", "refusal", "stop", "supplement", "result_handover"}
    assert first_parts(paths) == {"h", "x", "q"}
    assert not dead(client, paths)


def test_every_address_the_print_studio_prints_opens_the_channel(client, centre, spoken_for):
    """That the symbols hold these very addresses is proved by the pieces (portal/print_studio/test_pieces.py)."""
    of = {
        "desk": sources.of_desk(centre.desk),
        "agency": sources.of_agency(centre.agency),
        "officer": sources.of_officer(centre.clerk),
    }
    for piece in ALL:
        for address in (of[piece.owner].address(piece.medium), f"http://{of[piece.owner].typed}"):
            answer = client.get(leads_to(address) + ("" if address.endswith("/") else "/"))
            assert answer.status_code == 302 and answer.url.startswith("https://zalo.me/"), address
