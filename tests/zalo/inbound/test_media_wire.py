"""What a host does on the wire: a file cut short is no file, and no host holds the fetcher."""

from __future__ import annotations

import time

import pytest

from tests.dossiers.attachments.test_no_place_kept import photo
from tests.dossiers.attachments.test_videos import FILM, PLACE, box
from tests.fakes.odd_host import OddHost
from tests.people import MONDAY
from tests.zalo.chat.talk import Citizen, channel_of
from zalo.inbound import media
from zalo.models import MediaFile

PICTURE = b"\xff\xd8\xff\xe0" + bytes(4000)


def fetch(host: OddHost, settings) -> bytes:
    settings.ZALO_MEDIA_HOSTS = [host.address]
    return media.download(host.url)


def answer(length: int) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % length


def test_a_whole_file_is_taken(settings):
    with OddHost(answer(len(PICTURE)), PICTURE) as host:
        assert fetch(host, settings) == PICTURE


def test_a_file_shorter_than_announced_is_tried_again_not_kept(settings):
    with OddHost(answer(len(PICTURE)), PICTURE[:1500]) as host, pytest.raises(media.FetchFailed) as failed:
        fetch(host, settings)
    assert str(failed.value) == "IncompleteRead"


@pytest.mark.parametrize("how", [{"gap": 0.05}, {"gap": 0.05, "drip_head": True}], ids=["body", "headers"])
def test_a_dripping_host_is_cut_off_after_the_whole_limit(settings, monkeypatch, how):
    monkeypatch.setattr(media, "TIME_LIMIT", 1.0)
    started = time.monotonic()
    with OddHost(answer(len(PICTURE)), PICTURE, **how) as host, pytest.raises(media.FetchFailed, match="too slow"):
        fetch(host, settings)
    assert time.monotonic() - started < 4


SOUND = box(b"ftyp", b"M4A ", bytes(4)) + FILM[16:]
QUICKTIME = box(b"ftyp", b"qt  ", bytes(4)) + FILM[16:]


@pytest.mark.parametrize(
    ("kind", "content", "kept_as"),
    [
        ("image", photo() + PLACE, "image/jpeg"),
        ("file", FILM, "video/mp4"),
        ("file", QUICKTIME, "video/quicktime"),
        ("file", SOUND, "audio/mp4"),
    ],
    ids=["photo", "film", "quicktime", "sound"],
)
@pytest.mark.django_db
def test_what_comes_by_chat_keeps_no_place_and_no_device(centre, settings, tmp_path, kind, content, kept_as):
    settings.MEDIA_ROOT = tmp_path
    assert PLACE in content
    citizen = Citizen(channel_of(centre), MONDAY)
    with OddHost(answer(len(content)), content) as host:
        settings.ZALO_MEDIA_HOSTS = [host.address]
        citizen.sends(kind, {"url": host.url})
        assert media.fetch(MediaFile.objects.get(), now=citizen.now)
    row = MediaFile.objects.get()
    with row.file.open() as stored:
        kept = stored.read()
    assert (row.state, row.content_type, row.size) == (MediaFile.State.STORED, kept_as, len(kept))
    assert not any(word in kept for word in (PLACE, b"SecretPhone", b"MakerX", b"GPSPLACE"))


@pytest.mark.django_db
def test_a_picture_that_cannot_be_drawn_is_refused_in_words(centre, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    content, citizen = photo()[:500], Citizen(channel_of(centre), MONDAY)
    with OddHost(answer(len(content)), content) as host:
        settings.ZALO_MEDIA_HOSTS = [host.address]
        citizen.sends("image", {"url": host.url})
        assert not media.fetch(MediaFile.objects.get(), now=citizen.now)
    row = MediaFile.objects.get()
    assert row.state == MediaFile.State.REFUSED and "hỏng" in row.reason
