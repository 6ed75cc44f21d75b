"""Files at rest: sealed pieces, read from anywhere, told when changed or cut, moved to a new key."""

import io
import tracemalloc
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.management import CommandError, call_command
from django.http import FileResponse

from dossiers.models import Attachment
from dossiers.privacy import sealed_files, sealing
from dossiers.privacy.sealed_files import PIECE, SealedStorage
from dossiers.privacy.sealing import SealingError
from tests import factories

OLD, NEW = sealing.generate_key(), sealing.generate_key()
SIZES = [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 17]


@pytest.fixture
def storage(tmp_path):
    return SealedStorage(location=tmp_path)


def content(size: int) -> bytes:
    return bytes(range(256)) * (size // 256 + 1)


@pytest.mark.parametrize("size", SIZES)
def test_what_goes_in_comes_out_and_nothing_of_it_lies_on_the_disk(storage, tmp_path, size):
    plain = content(size)[:size]
    name = storage.save("a/b.pdf", ContentFile(plain))
    with storage.open(name) as file:
        assert file.read() == plain
    assert storage.size(name) == size
    stored = Path(tmp_path / name).read_bytes()
    assert stored.startswith(b"MC01") and (size < 16 or plain[:16] not in stored)


def test_it_is_read_from_any_place_and_answered_with_its_plain_length(storage):
    plain = content(3 * PIECE + 17)[: 3 * PIECE + 17]
    name = storage.save("b.bin", ContentFile(plain))
    with storage.open(name) as file:
        for place in (0, 5, PIECE - 3, PIECE, 2 * PIECE + 9, len(plain) - 4):
            file.seek(place)
            assert file.read(11) == plain[place : place + 11]
        assert file.seek(-4, io.SEEK_END) == len(plain) - 4
    answer = FileResponse(storage.open(name), filename="b.bin")
    assert answer["Content-Length"] == str(len(plain))
    assert b"".join(answer.streaming_content) == plain


@pytest.mark.parametrize("harm", ["flip", "cut", "cut-in-piece", "swap"])
def test_what_was_changed_or_cut_does_not_open(storage, tmp_path, harm):
    name = storage.save("c.bin", ContentFile(content(3 * PIECE)))
    path = tmp_path / name
    raw = bytearray(path.read_bytes())
    head = len(raw) - 4 * sealing.TAG_BYTES - 3 * PIECE - 256
    sealed_piece = PIECE + sealing.TAG_BYTES
    if harm == "flip":
        raw[-30] ^= 1
    elif harm == "cut":
        del raw[head + 2 * sealed_piece :]
    elif harm == "cut-in-piece":
        del raw[-5:]
    else:
        one, two = slice(head, head + sealed_piece), slice(head + sealed_piece, head + 2 * sealed_piece)
        raw[one], raw[two] = raw[two], raw[one]
    path.write_bytes(raw)
    with pytest.raises(SealingError, match="bản sao lưu"):
        storage.open(name).read()


def test_a_file_from_before_is_read_and_sealed_later(storage, tmp_path):
    (tmp_path / "old.pdf").write_bytes(b"%PDF-1.7 plain")
    with storage.open("old.pdf") as file:
        assert file.read() == b"%PDF-1.7 plain" and storage.size("old.pdf") == 14
    assert file.open().read() == b"%PDF-1.7 plain", "closed, it opens again"
    file.close()
    assert sealed_files.reseal(tmp_path / "old.pdf") and not sealed_files.reseal(tmp_path / "old.pdf")
    assert storage.open("old.pdf").read() == b"%PDF-1.7 plain"
    assert b"plain" not in (tmp_path / "old.pdf").read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["old.pdf"]


def test_a_large_upload_is_not_just_moved_and_memory_stays_small(storage, tmp_path):
    sent = TemporaryUploadedFile("x.bin", "application/octet-stream", 0, None)
    for _ in range(400):
        sent.write(b"bi-mat-" * 9362)
    sent.seek(0)
    tracemalloc.start()
    name = storage.save("x.bin", File(sent))
    with storage.open(name) as file:
        while file.read(PIECE):
            pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * 1024 * 1024, peak
    assert b"bi-mat-" not in (tmp_path / name).read_bytes()[: 5 * PIECE]


@pytest.fixture
def attachment(centre, procedure, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    row = Attachment(
        dossier=factories.dossier(centre, procedure), name="a.pdf", content_type="application/pdf", size=4, sha256="ab"
    )
    row.file.save("a.pdf", ContentFile(b"%PDF chuyen rieng"))
    row.save()
    return row


def test_the_files_of_the_product_are_sealed_and_rotation_covers_them(attachment, settings):
    path = Path(attachment.file.path)
    assert b"chuyen rieng" not in path.read_bytes()
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    assert "1 tệp" in out.getvalue()
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    assert Attachment.objects.get().file.read() == b"%PDF chuyen rieng"


def test_a_file_whose_key_is_gone_is_named_and_the_key_must_stay(attachment, settings):
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    path = Path(attachment.file.path)
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(CommandError, match="Có tệp không mở được"):
        call_command("rotate_keys", stdout=StringIO())


def test_catalogue_files_stay_as_they_came():
    assert not isinstance(storages["plain"], SealedStorage) and isinstance(storages["default"], SealedStorage)
