"""Preparing a demonstration, under its environment and in a process of its own: tables, a month, the channel."""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.demo import tables
from portal.demo.beside import Beside
from portal.demo.parts import PLAYED, fetched
from portal.seeding import agencies, pilot
from zalo.api.errors import ZaloError
from zalo.seeding import demo as channel

SEED = 1
HERE, BESIDE = (agencies.CAN_GIUOC,), (agencies.PROVINCE_CENTRE,)
ZALO_SECONDS = 60


def prepare(dossiers: int, say: Callable[[str], None]) -> None:
    """Bring the tables to the newest shape and play the month where none is; connect the simulated Zalo."""
    new = not Path(settings.DATABASES["default"]["NAME"]).exists()
    second = None
    if new:
        second = Beside(settings.BASE_DIR, settings.VAR_DIR, ["--prepare", "--beside", "--dossiers", str(dossiers)])
    say("Cập nhật cơ sở dữ liệu…")
    tables.prepare()
    _wait_for_zalo()
    say("Nạp dữ liệu một tháng (chỉ lần đầu, khoảng nửa phút)…")
    now = timezone.now()
    for line in _in_two(second, now, dossiers, say) if second else pilot.sow(now=now, seed=SEED, dossiers=dossiers):
        say(line)
    _connect_channel(say)
    if sample := pilot.sample():
        Path(settings.VAR_DIR, "demo-sample.json").write_text(json.dumps(sample, ensure_ascii=False), "utf-8")


def play_beside(dossiers: int) -> None:
    """What the second process does, once it is told the moment at which the month ends."""
    word = sys.stdin.readline().strip()
    if not word:
        return  # the first one has ended
    now = dt.datetime.fromisoformat(word)
    with transaction.atomic():
        pilot.play(now=now, seed=SEED, dossiers=dossiers, centres=BESIDE)
        pilot.voice(now=now, seed=SEED, dossiers=dossiers)


def _in_two(second: Beside, now: dt.datetime, dossiers: int, say: Callable[[str], None]) -> list[str]:
    """Return the lines of `pilot.sow`, half of it played by the second process meanwhile."""
    with transaction.atomic():
        lines = pilot.begin(now=now, seed=SEED)
    second.begin(now.isoformat())
    with transaction.atomic():
        pilot.play(now=now, seed=SEED, dossiers=dossiers, centres=HERE)
        second.take_over()
        say(PLAYED)
        return [*(lines or []), *pilot.finish(now=now, seed=SEED, dossiers=dossiers)]


def _wait_for_zalo() -> None:
    deadline = time.monotonic() + ZALO_SECONDS
    while not fetched(f"{settings.ZALO_OPENAPI_BASE_URL}/phone/") and time.monotonic() < deadline:
        time.sleep(0.2)


def _connect_channel(say: Callable[[str], None]) -> None:
    """Connect the seeded account to the simulated Zalo, which is running by now."""
    try:
        for line in channel.connect():
            say(line)
    except (ZaloError, OSError) as error:
        say(f"Chưa kết nối được kênh với Zalo mô phỏng ({type(error).__name__}); chạy lại demo để thử lại.")
