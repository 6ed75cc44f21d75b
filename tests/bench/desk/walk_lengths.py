"""How many functions of this project a citizen's act runs through, over how many files.

    .venv/bin/pytest -q -s tests/bench/desk/walk_lengths.py

Every function of the four apps that is entered at least once counts once, comprehensions and lambdas do not. Each walk
is taken twice and counted the second time: what a process keeps is warm, as for all citizens but the first.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest

from feedback.codes import new_code
from tests import factories
from tests.people import MONDAY
from tests.zalo.chat.talk import Citizen, channel_of

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[3]
APPS = tuple(f"{ROOT / app}/" for app in ("portal", "zalo", "feedback", "dossiers"))


def count(name: str, walk: Callable[[], object]) -> None:
    """Print the length of the walk."""
    seen: set[tuple[str, int]] = set()

    def entered(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(APPS) and not code.co_name.startswith("<"):
            seen.add((code.co_filename, code.co_firstlineno))

    walk()
    sys.setprofile(entered)
    try:
        walk()
    finally:
        sys.setprofile(None)
    print(f"{name}: {len(seen)} functions over {len({file for file, _ in seen})} files")


def test_public_look_up(client, centre, procedure):
    code = factories.dossier(centre, procedure).code
    count("public look-up", lambda: client.post("/tra-cuu/", {"number": code, "last4": "1234"}, follow=True))


def test_case_sent(client, centre):
    said = {"kind": "report", "agency": centre.agency.code, "text": "Đèn đường trước trường tắt một tuần nay"}
    count("case sent", lambda: client.post("/gop-y/", said | {"intake_key": new_code()}))


def test_chat(centre, procedure):
    code = factories.dossier(centre, procedure).code
    citizen = Citizen(channel_of(centre), MONDAY)
    count("chat", lambda: citizen.says(f"cho hỏi {code}"))
