"""P2: webhooks accepted (verified, stored sealed and once, 200), beside a bare view doing one INSERT of the same body.

    DATABASE_URL=postgresql://… CELERY_BROKER_URL=redis://…/4 .venv/bin/python -m tests.bench.zalo.webhook [--seconds 6]

Two servers of the same kind on this machine, rounds interleaved; every event is another one, so every event is an
INSERT. `--steady 60` also posts 300 events a second for that long while a broadcast is being sent, and says how many
answers took longer than two seconds.
"""

import argparse
import asyncio
import contextlib
import hashlib
import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import time

import aiohttp
import django

from tests.bench import figures

APP_ID, OA_ID, SECRET = "360846524940903967", "388613280878808645", "oa-secret-do-toc-do"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=6, help="length of a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--steady", type=int, default=0, help="seconds of 300 events/s beside a broadcast")
    parser.add_argument("--port", type=int, default=8173, help="and the next one")
    options = parser.parse_args()
    os.environ |= {"DJANGO_SETTINGS_MODULE": "portal.settings", "LOG_LEVEL": "ERROR"}
    django.setup()
    prepare()
    with contextlib.ExitStack() as stack:
        urls = {}
        for name, port, settings, sql in (
            ("webhook", options.port, "portal.settings", ""),
            ("bare", options.port + 1, "tests.bench.zalo.webhook_bare", ""),
            ("bare SQL", options.port + 2, "tests.bench.zalo.webhook_bare", "1"),
        ):
            urls[name] = stack.enter_context(server(port, settings, sql))
        measured: dict[str, list[float]] = {name: [] for name in urls}
        for _ in range(options.rounds):
            for name, url in urls.items():
                measured[name].append(asyncio.run(round_of(url, options.seconds, options.clients)))
        report(measured)
        if options.steady:
            with broadcast(stack):
                steady(asyncio.run(open_loop(urls["webhook"], options.steady)))
    clear()


def prepare() -> None:
    from django.core.management import call_command

    from zalo.models import Account

    call_command("migrate", verbosity=0)
    clear()
    Account.objects.update_or_create(
        oa_id=OA_ID, defaults={"name": "Đo webhook", "app_id": APP_ID, "oa_secret": SECRET, "is_active": True}
    )


def clear() -> None:
    from django.db import connection

    with connection.cursor() as cursor:  # the bare rows are not sealed: the ORM would not read them
        cursor.execute(
            "DELETE FROM zalo_inboxevent WHERE name = 'bare' OR account_id IN "
            "(SELECT id FROM zalo_account WHERE oa_id = %s)",
            [OA_ID],
        )


@contextlib.contextmanager
def server(port: int, settings: str, sql: str):
    """A server of two workers with the settings; gives its webhook's address."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": settings, "BARE_SQL": sql, "PORTAL_APP": "1"}
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", "1", "--blocking-threads", "8", "--no-ws", "tests.bench.zalo.webhook_app:application"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/zalo/webhook/"
    finally:
        process.terminate()
        process.wait(10)


def event() -> tuple[bytes, dict[str, str]]:
    stamp = str(int(time.time() * 1000))
    message = {"text": "Hồ sơ H80.05-20261116-0000001 của tôi tới đâu rồi ạ", "msg_id": secrets.token_hex(10)}
    body = {
        "app_id": APP_ID, "sender": {"id": "246845883529197922"}, "user_id_by_app": "552177279717587730",
        "recipient": {"id": OA_ID}, "event_name": "user_send_text", "message": message, "timestamp": stamp,
    }  # fmt: skip
    raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    mac = hashlib.sha256(APP_ID.encode() + raw + stamp.encode() + SECRET.encode()).hexdigest()
    return raw, {"Content-Type": "application/json", "X-ZEvent-Signature": f"mac={mac}"}


async def round_of(url: str, seconds: float, clients: int) -> float:
    """Events accepted a second by `clients` that post one after another."""
    done, end = 0, time.perf_counter() + seconds
    events = [event() for _ in range(20_000)]
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=clients)) as session:

        async def client() -> None:
            nonlocal done
            while time.perf_counter() < end and events:
                raw, headers = events.pop()
                async with session.post(url, data=raw, headers=headers) as answer:
                    assert answer.status == 200, answer.status
                    await answer.read()
                done += 1

        start = time.perf_counter()
        await asyncio.gather(*(client() for _ in range(clients)))
        return done / (time.perf_counter() - start)


async def open_loop(url: str, seconds: int, rate: int = 300) -> list[float]:
    """Answer times of `rate` events a second, whether the server keeps up or not."""
    times: list[float] = []
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def one() -> None:
            raw, headers = event()
            start = time.perf_counter()
            async with session.post(url, data=raw, headers=headers) as answer:
                await answer.read()
                times.append(time.perf_counter() - start if answer.status == 200 else 99.0)

        tasks, begun = [], time.perf_counter()
        for number in range(seconds * rate):
            await asyncio.sleep(max(0.0, begun + number / rate - time.perf_counter()))
            tasks.append(asyncio.create_task(one()))
        await asyncio.gather(*tasks)
    return times


@contextlib.contextmanager
def broadcast(stack: contextlib.ExitStack):
    """A sender that delivers bulk messages to a fast simulated Zalo in a process of its own, until the end."""
    from tests.fakes.zalo import SimulatedZalo

    zalo = stack.enter_context(SimulatedZalo(fast=True))
    zalo.behave(unknown_users="accept", rate_per_minute=0, keep_messages=False, echo=False, receipts=False)
    environment = os.environ | {f"ZALO_{name}_BASE_URL": zalo.url for name in ("OAUTH", "OPENAPI", "BUSINESS")}
    environment |= {"ZALO_MAX_RATE_PER_MINUTE": "4000"}
    command = [
        sys.executable,
        "-m",
        "tests.bench.zalo.webhook_broadcast",
        json.dumps(zalo.tokens()),
        json.dumps(zalo.app),
    ]
    process = subprocess.Popen(command, env=environment)
    time.sleep(5)
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


def steady(times: list[float]) -> None:
    times.sort()
    at = lambda share: times[min(len(times) - 1, int(len(times) * share))] * 1000  # noqa: E731
    late = sum(1 for each in times if each > 2)
    print(
        f"300 sự kiện/giây trong khi gửi tin chung: {len(times)} sự kiện, p50 {at(0.5):.0f} ms, p95 {at(0.95):.0f} ms, "
    )
    figures.keep("300/s beside a broadcast: the slowest answer", times[-1], unit="s", most=2)
    print(f"p99 {at(0.99):.0f} ms, lâu nhất {times[-1] * 1000:.0f} ms, quá 2 giây: {late}")


def report(measured: dict[str, list[float]]) -> None:
    medians = {name: statistics.median(rounds) for name, rounds in measured.items()}
    for name, rounds in measured.items():
        print(f"{name:10} {medians[name]:8.0f}/s   ({', '.join(f'{each:.0f}' for each in rounds)})")
    figures.keep("webhooks a second ÷ a bare INSERT view", medians["webhook"] / medians["bare"], least=0.7)
    figures.keep("the same ÷ a plain SQL INSERT view", medians["webhook"] / medians["bare SQL"])
    print(f"webhook / bare = {medians['webhook'] / medians['bare']:.2f} (≥ 0,7)")
    print(f"webhook / bare SQL = {medians['webhook'] / medians['bare SQL']:.2f}")


if __name__ == "__main__":
    main()
