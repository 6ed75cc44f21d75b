"""A paper is read by the right that reads its page, leaves the same line, and is issued by a POST only."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from dossiers.letters import draft as letters
from dossiers.models import Attachment, IssuedPaper, Letter, PersonalDataRead
from dossiers.papers import receipts
from dossiers.states import State
from tests import factories
from tests.people import MONDAY

pytest.importorskip("typst")


@pytest.fixture
def dossier(centre, procedure):
    return factories.in_state(State.SUPPLEMENT_REQUESTED, centre, procedure)


def addresses(dossier) -> dict[str, str]:
    """Return every address of the desk that hands out a file of the dossier."""
    event = dossier.events.get(kind="supplement_requested")
    attachment = Attachment(dossier=dossier, name="a.pdf", content_type="application/pdf", size=4, sha256="ab" * 32)
    attachment.file.save("a", ContentFile(b"%PDF"))
    paper = receipts.receipt_paper(dossier.receipt, by=None, now=MONDAY)
    return {
        "receipt": reverse("admin:dossiers_receipt_print", args=[dossier.receipt_id]),
        "paper": reverse("admin:dossiers_paper", args=[paper.pk]),
        "event": reverse("admin:dossiers_event_paper", args=[dossier.pk, event.pk, "supplement"]),
        "sheet": reverse("admin:dossiers_control_sheet", args=[dossier.pk]),
        "attachment": reverse("admin:dossiers_dossier_file", args=[dossier.pk, attachment.pk]),
    }


def test_every_file_asks_the_right_of_the_page_and_leaves_its_line(client, centre, dossier, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    files = addresses(dossier)
    client.force_login(centre.clerk)
    client.post(files["event"])
    for name, address in files.items():
        before = PersonalDataRead.objects.filter(dossier=dossier, user=centre.clerk).count()
        assert client.get(address).status_code == 200, name
        assert PersonalDataRead.objects.filter(dossier=dossier, user=centre.clerk).count() == before + 1, name
    client.force_login(centre.supervisor)
    for name, address in files.items():
        assert client.get(address).status_code == 403, name
    assert not PersonalDataRead.objects.filter(user=centre.supervisor).exists()
    page = client.get(f"/admin/dossiers/dossier/{dossier.pk}/change/").content.decode()
    assert not [name for name, address in files.items() if address in page], "no link that refuses"


def test_asking_issues_nothing_and_watching_issues_nothing(client, centre, dossier):
    event = dossier.events.get(kind="supplement_requested")
    for address in (
        reverse("admin:dossiers_receipt_print", args=[dossier.receipt_id]),
        reverse("admin:dossiers_event_paper", args=[dossier.pk, event.pk, "supplement"]),
    ):
        client.force_login(centre.clerk)
        assert client.get(address).status_code == 302
        client.force_login(centre.supervisor)
        assert client.post(address).status_code == 403
        assert not IssuedPaper.objects.exists()
        client.force_login(centre.clerk)
        opened = client.post(address, follow=True)
        assert opened["Content-Type"] == "application/pdf"
        assert client.post(address).status_code == 302
        assert IssuedPaper.objects.count() == 1, "pressed twice it is the same paper"
        IssuedPaper.objects.all().delete()


def test_a_letter_is_read_by_the_same_right(client, centre, procedure, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    dossier = factories.in_state(State.ASSIGNED, centre, procedure)
    letter = letters.draft(dossier, by=centre.handler, now=MONDAY)
    address = f"/admin/dossiers/letter/{letter.pk}/xem-truoc.pdf"
    client.force_login(centre.handler)
    assert client.get(address).status_code == 200
    assert PersonalDataRead.objects.filter(dossier=dossier, via__startswith="văn bản xin lỗi").count() == 1
    client.force_login(centre.supervisor)
    assert client.get(address).status_code == 403
    assert "xem-truoc.pdf" not in client.get(f"/admin/dossiers/letter/{letter.pk}/change/").content.decode()
    assert Letter.objects.get().paper is None


def test_the_list_masks_names_for_who_may_not_see_them(client, centre, dossier):
    client.force_login(centre.supervisor)
    page = client.get("/admin/dossiers/dossier/").content.decode()
    assert dossier.code in page and dossier.owner_name not in page
    client.force_login(centre.clerk)
    assert dossier.owner_name in client.get("/admin/dossiers/dossier/").content.decode()
