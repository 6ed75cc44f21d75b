"""No photo or film keeps the place it was taken at, by whichever door it comes in."""

import ast
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from dossiers.models import Attachment
from portal.correspondence import acts, drafts
from tests import factories
from tests.architecture.sources import dotted, modules, tree
from tests.people import MONDAY

# These draw pictures anew, or clear films, themselves.
BY_THEMSELVES = {"portal.content.framing", "portal.content.films", "portal.print_studio.emblem"}


def photo() -> bytes:
    """A photo with device and place in it."""
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x010F] = "SecretPhone"
    exif.get_ifd(0x8825)[0x001D] = "GPSPLACE"
    Image.new("RGB", (40, 30), "red").save(out, "JPEG", exif=exif)
    assert b"SecretPhone" in out.getvalue() and b"GPSPLACE" in out.getvalue()
    return out.getvalue()


def test_whatever_takes_a_file_in_makes_it_fit_to_keep():
    """`check_upload` alone says what a file is and leaves it as it came."""
    callers = {
        dotted(path)
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("check_upload")
    }
    assert callers == {"dossiers.attachments.taking", *BY_THEMSELVES}


@pytest.mark.django_db
def test_what_staff_add_to_a_dossier_or_a_letter_keeps_no_place(client, centre, procedure, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    dossier = factories.dossier(centre, procedure)
    client.force_login(centre.clerk)
    address = f"/admin/dossiers/dossier/{dossier.pk}/tep/"
    assert client.post(address, {"file": SimpleUploadedFile("a.jpg", photo())}).status_code == 302
    draft = drafts.begin(centre.agency, "dispatch", "Mời họp", "<p>x</p>", by=centre.handler, now=MONDAY)
    acts.do("enclose", draft, by=centre.handler, now=MONDAY, words="", file=SimpleUploadedFile("b.jpg", photo()))
    for row in (Attachment.objects.get(), draft.enclosures.get()):
        with row.file.open() as stored:
            kept = stored.read()
        assert kept.startswith(b"\xff\xd8") and b"SecretPhone" not in kept and b"GPSPLACE" not in kept
        assert row.size == len(kept)
