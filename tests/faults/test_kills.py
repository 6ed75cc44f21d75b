"""R1 in small: tests.faults.kills with few messages and kills; the long run is in docs/measurements.md."""

import json
import os
import subprocess
import sys

import pytest

from tests.fakes.zalo import ROOT

from .installation import missing

# Its database is a server of its own; the lot of this process's database has no part in it (tests/run).
pytestmark = [pytest.mark.sqlite_only, pytest.mark.redis, pytest.mark.timeout(900)]


def test_whatever_is_killed_nothing_is_lost_and_nothing_goes_twice():
    if missing():
        assert os.environ.get("CI") != "true", missing()
        pytest.skip(missing())
    command = [sys.executable, "-m", "tests.faults.kills", "--seed", "5"]
    command += ["--reported", "40", "--queued", "360", "--kills", "5", "--pace", "2400"]
    rehearsal = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        out, errors = rehearsal.communicate()
    finally:
        rehearsal.terminate()  # it takes down what it started
        rehearsal.wait(60)
    assert rehearsal.returncode == 0, errors[-3000:]
    run = json.loads(out)
    # 360 that waited, 40 of the steps, and the invitation to rate of each of the 8 dossiers.
    kills = [run["kills"].get(part) for part in ("worker", "database", "broker", "web", "beat")]
    assert kills == [1] * 5, run
    assert (run["refused"], run["events"], run["of_steps"], run["messages"]) == ([], 40, 40, 408), run
    assert (run["lost"], run["twice"], run["not_ours"], run["out_of_order"], run["forgotten"]) == (0, 0, 0, 0, 0), run
    assert run["at_zalo"] == 408 and run["states"] == {"delivered": 408}, run
    assert set(run["webhooks"]) == {"done"}, run
