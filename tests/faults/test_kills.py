"""R1 in small: tests.faults.kills with few messages and kills; the long run is in docs/measurements.md."""

import json
import os
import subprocess
import sys

import pytest

from tests.fakes.zalo import ROOT

from .installation import missing

pytestmark = [pytest.mark.postgres, pytest.mark.redis]


def test_whatever_is_killed_nothing_is_lost_and_nothing_goes_twice():
    if missing():
        assert os.environ.get("CI") != "true", missing()
        pytest.skip(missing())
    command = [sys.executable, "-m", "tests.faults.kills", "--seed", "5"]
    command += ["--reported", "60", "--queued", "640", "--kills", "8", "--pace", "2400"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    run = json.loads(done.stdout)
    kills = [run["kills"].get(part) for part in ("worker", "database", "broker", "web", "beat")]
    assert kills == [2, 2, 2, 1, 1], run
    assert (run["refused"], run["events"], run["of_steps"], run["messages"]) == ([], 60, 60, 700), run
    assert (run["lost"], run["twice"], run["not_ours"], run["out_of_order"], run["forgotten"]) == (0, 0, 0, 0, 0), run
    assert run["at_zalo"] == 700 and run["states"] == {"delivered": 700}, run
    assert set(run["webhooks"]) == {"done"}, run
