"""What a host does on the wire: a file cut short is no file, and no host holds the fetcher."""

from __future__ import annotations

import time

import pytest

from tests.fakes.odd_host import OddHost
from zalo.inbound import media

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
