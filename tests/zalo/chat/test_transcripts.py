"""Golden transcripts: whole conversations, word for word. `UPDATE_TRANSCRIPTS=1` writes them anew for review."""

from __future__ import annotations

import datetime as dt
import os
import re
from pathlib import Path

import pytest

from dossiers.lookup import agency_cards
from dossiers.states import State
from feedback.models import FaqEntry
from feedback.ratings import rating as ratings
from tests import factories, people
from tests.people import AN, MONDAY
from tests.zalo.chat.talk import Citizen, buttons, channel_of
from zalo.models import MenuItem
from zalo.people import linking

FOLDER = Path(__file__).parent / "transcripts"
FILES = sorted(FOLDER.glob("*.txt"))
pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings):
    """One centre with its channel, a few dossiers and procedures, a ready answer; the same codes every time."""
    settings.PUBLIC_BASE_URL = "https://motcua.example.vn"
    agency_cards.forget()
    centre = people.centre()
    land = people.procedure()
    people.procedure("2.000635", "Cấp bản sao trích lục hộ tịch", amount="1", fee=8000)
    people.procedure("1.001193", "Đăng ký khai sinh", amount=None, fee=0)
    people.procedure("1.004884", "Đăng ký lại khai sinh", amount="5", fee=0)
    account = channel_of(centre)
    MenuItem.objects.create(account=account, title="Tin tức", act="url", payload="https://motcua.example.vn/tin-tuc/")
    FaqEntry.objects.create(
        question="Làm căn cước công dân mất bao lâu?",
        answer="Cấp mới 7 ngày làm việc, đến Công an xã, phường nơi cư trú.",
        published=True,
    )
    states = [State.APPRAISING, State.SUPPLEMENT_REQUESTED, State.RESULT_READY, State.RESULT_RETURNED]
    dossiers = [factories.in_state(state, centre, land, person=AN, now=MONDAY) for state in states]
    return {"centre": centre, "account": account, "dossiers": dossiers}


def play(script: str, world) -> str:
    """Return the script with the machine's lines as they are now. Directives begin with @."""
    now = MONDAY + dt.timedelta(hours=1)
    citizen = Citizen(world["account"], now)
    dossiers, out = world["dossiers"], []
    for line in script.splitlines():
        if line.startswith(("#", "@")) or not line.strip():
            if line.startswith("@nối "):
                link_dossiers(citizen, [dossiers[int(place) - 1] for place in line.removeprefix("@nối ").split()])
            elif line.startswith("@mời đánh giá "):
                ratings.invite(dossiers[int(line.removeprefix("@mời đánh giá ")) - 1], now=citizen.now)
            elif line.startswith("@sau "):
                amount, unit = line.removeprefix("@sau ").split()
                citizen.later(**{{"phút": "minutes", "giờ": "hours", "ngày": "days"}[unit]: int(amount)})
            elif line == "@quan tâm":
                citizen.follows()
            elif line.startswith("@chia sẻ số "):
                before = citizen.lines().count() if citizen.lines() else 0
                citizen.shares(phone=line.removeprefix("@chia sẻ số "), name="An")
                out.append(line)
                out += [shown(row) for row in citizen.lines()[before:] if row.author == "bot"]
                continue
            elif line.startswith("@ảnh"):
                out.append(line)
                answer = citizen.sends("image", {"url": "https://f1.zdn.vn/a.jpg", "thumbnail": ""})
                out.append(shown(answer) if answer else "(im lặng)")
                continue
            out.append(line)
        elif line.startswith("> "):
            out.append(line)
            typed = line[2:]
            if "{mã kết nối}" in typed:
                issued = linking.issue_code(dossiers[0], now=citizen.now)
                typed = typed.replace("{mã kết nối}", issued.code)
            for place, dossier in enumerate(dossiers, start=1):
                typed = typed.replace(f"{{mã {place}}}", dossier.code).replace(f"<địa chỉ {place}>", dossier.token)
            answer = citizen.says(typed)
            out.append(steady(shown(answer), world) if answer else "(im lặng)")
    return steady("\n".join(out) + "\n", world)


def link_dossiers(citizen: Citizen, dossiers: list) -> None:
    contact_of(citizen)
    for dossier in dossiers:
        linking.link(citizen.contact, dossier=dossier, role="owner", proof="staff", now=citizen.now)


def contact_of(citizen: Citizen) -> None:
    from zalo.people import followers

    followers.meet(citizen.account, citizen.user_id, at=citizen.now)


def shown(line) -> str:
    text = "\n".join("< " + row if row else "<" for row in line.text.splitlines())
    titles = buttons(line)
    return text + ("\n< " + " ".join(f"[{title}]" for title in titles) if titles else "")


def steady(text: str, world) -> str:
    """The text without what is random: addresses and tracking codes."""
    for place, dossier in enumerate(world["dossiers"], start=1):
        text = text.replace(dossier.token, f"<địa chỉ {place}>")
    text = re.sub(r"YK-[0-9A-Z]{5}-[0-9A-Z]{5}", "YK-<mã>", text)
    return re.sub(r"(gop-y|danh-gia)/[A-Za-z0-9_-]{16,32}/", r"\1/<địa chỉ>/", text)


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_transcript(path, world):
    script = path.read_text(encoding="utf-8")
    said = play(script, world)
    if os.environ.get("UPDATE_TRANSCRIPTS"):
        path.write_text(said, encoding="utf-8")
    assert said == script


def test_there_are_transcripts():
    assert len(FILES) >= 10
