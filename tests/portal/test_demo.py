"""The demonstration as a real process: it answers, survives kill -9 of any part, and leaves nothing behind."""

import http.client
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portal.demo import beside, show
from portal.demo.children import belongs_to
from portal.demo.folder import OWN, DemoFolder, Unfit, require_free
from portal.demo.notice import table
from portal.demo.parts import Part, environment

ROOT = Path(__file__).resolve().parents[2]
UP = "Bản chạy thử đã sẵn sàng"
pytestmark = pytest.mark.sqlite_only


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Demo:
    """One run of `manage.py demo` in a data folder."""

    def __init__(self, var: Path, port: int, zalo_port: int, *more: str):
        self.var, self.port, self.zalo_port = var, port, zalo_port
        self.out = var.parent / "demo.out"
        environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        command = [sys.executable, "manage.py", "demo", "--port", str(port), "--zalo-port", str(zalo_port), *more]
        with open(self.out, "wb") as out:
            self.process = subprocess.Popen(
                [*command, "--dossiers", "12"],
                cwd=ROOT,
                env={**environment, "VAR_DIR": str(var)},
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.out.read_text("utf-8")

    def wait_for(self, text: str, seconds: float = 200) -> None:
        until(lambda: text in self.said() or self.process.poll() is not None, seconds)
        assert text in self.said(), self.said()

    def fetch(self, path: str, port: int | None = None) -> tuple[int, str]:
        link = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=20)
        try:
            link.request("GET", path)
            answer = link.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        except OSError:
            return 0, ""
        finally:
            link.close()

    def parts(self) -> dict[str, int]:
        """Return pid by part of the processes this demonstration started itself (not their children)."""
        names = {"granian": "web", "worker": "worker", "beat": "beat", "zalo.sandbox": "zalo"}
        found = {}
        for pid in members(self.var):
            try:
                parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
                words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
            except OSError:
                continue
            found |= {name: pid for word, name in names.items() if word in words and parent == self.process.pid}
        return found


def members(var: Path) -> list[int]:
    pids = sorted(int(folder.name) for folder in Path("/proc").glob("[0-9]*"))
    return [pid for pid in pids if belongs_to(pid, var)]


def until(true, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.1)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_runs_survives_kills_and_leaves_nothing(tmp_path):
    var = tmp_path / "var"
    port, zalo_port = free_ports(2)
    demo = Demo(var, port, zalo_port)
    try:
        demo.wait_for(UP)
        for path in ("/", "/tra-cuu/", "/admin/login/", "/readyz", "/static/portal/desk.css"):
            assert demo.fetch(path)[0] == 200, path
        assert demo.fetch("/phone/", zalo_port)[0] == 200
        assert set(demo.parts()) == {"web", "worker", "beat", "zalo"}
        for name in ("admin", "tiepnhan", "thuly", "lanhdao", "kenh", "giamsat", "ngoai"):
            assert re.search(rf"\b{name} +demo-{name}\b", demo.said())

        for name in ("web", "worker"):
            killed = demo.parts()[name]
            os.kill(killed, signal.SIGKILL)
            until(lambda name=name, killed=killed: demo.parts().get(name, killed) != killed)
            assert demo.parts()[name] != killed
        assert "Máy chủ web vừa dừng" in demo.said()
        until(lambda: demo.fetch("/readyz")[0] == 200, 120)
        assert demo.fetch("/readyz")[0] == 200

        second = subprocess.run(
            [sys.executable, "manage.py", "demo", "--port", str(port), "--zalo-port", str(zalo_port)],
            cwd=ROOT,
            env={**os.environ, "VAR_DIR": str(var), "DJANGO_SETTINGS_MODULE": "portal.settings"},
            capture_output=True,
            text=True,
        )
        assert second.returncode == 1 and "đang chạy" in second.stderr

        os.kill(demo.process.pid, signal.SIGKILL)
        demo.process.wait()
        until(lambda: not members(var))
        assert members(var) == []

        # Made from the models and noted as migrated: the next version finds nothing it would have to do again.
        settled = subprocess.run(
            [sys.executable, "manage.py", "migrate", "--check"], cwd=ROOT, env=environment(ROOT, var, port, zalo_port)
        )
        assert settled.returncode == 0

        demo = Demo(var, port, zalo_port)
        demo.wait_for(UP)
        assert "đã có từ trước" in demo.said()
        assert json.loads((var / "demo-sample.json").read_text("utf-8"))["code"]
        demo.process.send_signal(signal.SIGINT)
        assert demo.process.wait(timeout=40) == 0, demo.said()
        assert "Đã dừng tất cả" in demo.said()
        assert members(var) == []
    finally:
        for pid in members(var):
            os.kill(pid, signal.SIGKILL)
        if demo.process.poll() is None:
            demo.process.kill()
            demo.process.wait()


def test_what_the_second_process_played_is_new_rows_and_tallies(tmp_path):
    """A row both began with and one of them changed would be lost without a word: it is refused."""
    with sqlite3.connect(tmp_path / "copy") as copy:
        copy.execute("ATTACH ? AS before", [str(tmp_path / "before")])
        for where in ("main", "before"):
            copy.execute(f"CREATE TABLE {where}.dossiers_procedure (id INTEGER, name TEXT, times_received INTEGER)")
            copy.execute(f"INSERT INTO {where}.dossiers_procedure VALUES (1, 'a', 2)")
        copy.execute("INSERT INTO dossiers_procedure VALUES (7, 'b', 1)")
        copy.execute("UPDATE dossiers_procedure SET times_received = 5 WHERE id = 1")
        columns = dict(beside.tables(copy))["dossiers_procedure"]
        assert beside.new_rows(copy, "dossiers_procedure", columns) == [(7, "b", 1)]
        assert beside.counted_up(copy, "dossiers_procedure") == [(3, 1)]
        copy.execute("UPDATE dossiers_procedure SET name = 'c' WHERE id = 1")
        with pytest.raises(RuntimeError, match="dossiers_procedure"):
            beside.new_rows(copy, "dossiers_procedure", columns)
    copy.close()


def test_a_taken_port_is_a_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(Unfit, match=r"Cổng \d+ đang có chương trình khác dùng.*--zalo-port"):
            require_free(taken.getsockname()[1], "--zalo-port")
    with pytest.raises(Unfit, match="từ 1 đến 65535"):
        require_free(0, "--port")


def test_fresh_deletes_only_what_the_demonstration_wrote(tmp_path):
    (tmp_path / "portal.sqlite3").write_text("x")
    (tmp_path / "media" / "a").mkdir(parents=True)
    (tmp_path / "ghi-chu.txt").write_text("của tôi")
    folder = DemoFolder(tmp_path)
    folder.empty()
    assert {path.name for path in tmp_path.iterdir()} == {"ghi-chu.txt", "demo.lock"}
    assert "demo.lock" not in OWN
    folder.leave()


def test_one_demonstration_a_folder_and_strangers_are_left_alone(tmp_path):
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    try:
        (tmp_path / "demo.pids").write_text(json.dumps([bystander.pid, "x", None]))
        folder = DemoFolder(tmp_path)
        assert bystander.poll() is None, "its pid was written there by a demonstration long gone"
        with pytest.raises(Unfit, match="đang chạy"):
            DemoFolder(tmp_path)
        folder.leave()
        DemoFolder(tmp_path).leave()
    finally:
        bystander.kill()
        bystander.wait()


HOLDING_A_PORT = """
import signal, socket, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
held = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("listening", flush=True)
time.sleep(120)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_what_a_killed_demonstration_left_is_gone_before_its_ports_are_needed(tmp_path):
    (port,) = free_ports(1)
    left = subprocess.Popen(
        [sys.executable, "-c", HOLDING_A_PORT, str(port)],
        env={**os.environ, "PORTAL_DEMO": "true", "VAR_DIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        assert left.stdout.readline() == b"listening\n"
        with pytest.raises(Unfit):
            require_free(port, "--port")
        (tmp_path / "demo.pids").write_text(json.dumps([left.pid]))
        folder = DemoFolder(tmp_path)
        require_free(port, "--port")
        folder.leave()
    finally:
        left.kill()
        left.wait()
        left.stdout.close()


class Slow:
    """A part that answers the tenth time it is asked."""

    alive, log = True, Path("web.log")
    part = Part("web", "Máy chủ web", [], lambda log: False)

    def __init__(self):
        self.asked = 0

    def answers(self) -> bool:
        self.asked += 1
        return self.asked >= 10


def test_a_busy_machine_is_waited_for_and_a_dead_part_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr(show, "START_SECONDS", 0)
    monkeypatch.setattr(show, "TICK", 0)
    said = []
    stage = show.Show(tmp_path, tmp_path, port=1, zalo_port=2, dossiers=1, say=said.append)
    slow = Slow()
    stage.children = [slow]
    stage._wait()
    assert slow.asked == 10 and said and "vẫn đang chờ" in said[0] and "web.log" in said[0]
    slow.alive, slow.last_words, slow.asked = False, lambda: "vì sao", 0
    with pytest.raises(Unfit, match="vì sao"):
        stage._wait()


def test_table_lines_up_vietnamese_letters():
    lines = table(("Tên", "Vai trò"), [("kenh", "Biên tập"), ("giamsat", "Giám sát")]).splitlines()
    assert lines[0].index("Vai trò") == lines[2].index("Biên tập") == lines[3].index("Giám sát")
