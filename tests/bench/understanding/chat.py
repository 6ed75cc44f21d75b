"""Talks written from life: the last answer is of the intent expected, with its details, and breaks no hard rule.

A line of a set: `turns`, and `expect`: `intent`, `also`, `slots` (codes, kind, dataset, words, keywords), `must`,
`must_not` (what the answer may never be; opt_out among them). Codes are unknown or a stranger's.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from dossiers.search_text import fold
from zalo.messages.reply import JOINT

INTENT = {
    "ma-ho-so": "lookup_by_code",
    "tra-cuu": "lookup_by_code",
    "ho-so-cua-toi": "my_dossiers",
    "ket-noi": "link_code",
    "lien-ket-sai": "link_code",
    "cach-ket-noi": "guide",
    "chia-se-so": "my_dossiers",
    "thu-tuc": "procedure_search",
    "hoi-dap": "procedure_search",
    "nop-ho-so": "guide",
    "gop-y": "feedback_start",
    "ma-y-kien": "lookup_by_code",
    "danh-gia": "rating",
    "ho-tro": "support",
    "gap-can-bo": "human",
    "huong-dan": "guide",
    "dung": "opt_out",
    "menu": "menu",
    "chao": "greeting",
    "cam-on": "thanks",
    "huu-ich": "thanks",
    "dong-y": "thanks",
    "buc-boi": "abusive",
    "ngoai-viec": "irrelevant",
    "tra-so-lieu": "dataset_lookup",
    "thong-tin": "dataset_lookup",
    "nguy-hiem": "danger",
    "rut-ho-so": "support",
    "thoi": "ambiguous",
    "khong-co-gi-do": "ambiguous",
    "chua-hieu": "ambiguous",
    "khong-chu": "ambiguous",
    "tin-tuc": "news",
}
KINDS = {"hoi_dap": "hỏi đáp", "phan_anh": "phản ánh", "gop_y": "góp ý", "kien_nghi": "góp ý"}
PETITIONS = {"khieu_nai", "to_cao"}


def run(options, sets: list[Path]) -> None:
    """Print how many talks end in the right intent with its details, the hard failures, and the wrong answers."""
    from tests import people
    from tests.zalo.chat.talk import Citizen, channel_of

    connection.creation.create_test_db(verbosity=0)
    call_command("import_catalogue", str(options.catalogue), stdout=io.StringIO())
    account = channel_of(people.centre())
    for path in sets:
        talks = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        right, hard, wrong = 0, 0, []
        for talk in talks:
            citizen = Citizen(account)
            line = None
            for turn in talk["turns"]:
                line = citizen.says(turn)
            why, failed = _judged(talk["expect"], line)
            right += not why
            hard += failed
            if why:
                wrong.append((talk["turns"], why, line))
        print(f"{path.stem}: {len(talks)} talks · right {right / len(talks):.1%} · hard failures {hard}")
        tally = Counter(why.partition(":")[0].partition("[")[0].rstrip("0123456789 ") for _, why, _ in wrong)
        print("  " + " · ".join(f"{why} {times}" for why, times in tally.most_common()))
        for turns, why, line in () if options.quiet else wrong:
            print(
                f"  {' | '.join(turns)}: {why}; {line.command if line else '–'}: {line.text[:90]!r}"
                if line
                else f"  {turns}: {why}"
            )


def _judged(expect: dict, line) -> tuple[str, bool]:
    """Return what is wrong with the answer ("" for nothing) and whether it breaks a hard rule."""
    if line is None:
        return "silent", True
    answered = [INTENT.get(command, command) for command in line.command.split(JOINT)]
    if barred := set(expect.get("must_not", [])) & set(answered):
        return f"must not be {', '.join(barred)}", True
    got = expect["intent"] if expect["intent"] in answered else answered[0]
    for needed in expect.get("must", []):
        if needed.isdigit() and needed not in line.text:
            return f"lacks {needed}", True
    if not {expect["intent"], *expect.get("also", [])} & set(answered):
        return f"{got} instead of {expect['intent']}", False
    return (_details(expect["slots"], line, got), False) if got == expect["intent"] else ("", False)


def _details(slots: dict, line, intent: str) -> str:
    text = line.text
    if missing := [code for code in slots.get("codes", []) if intent == "lookup_by_code" and code not in text]:
        return f"codes {missing}"
    kind = slots.get("kind")
    if intent == "feedback_start" and kind in PETITIONS and "trình tự giải quyết riêng" not in text:
        return "not led to the guide" if "Gửi tới cơ quan nào" not in text and "ghi nội dung" not in text else ""
    words = slots.get("keywords", [])
    words = words if isinstance(words, list) else [words]
    if intent == "procedure_search" and words and "Không tìm thấy" in text:
        return f"nothing found for {words}"
    if intent == "procedure_search" and words and not _names_one(text, words):
        return f"none is about {words}"
    return ""


def _names_one(text: str, words: list[str]) -> bool:
    """Whether most of the words asked for stand in one line of the answer."""
    wanted = set(fold(" ".join(words)).split())
    return any(len(wanted & set(fold(line).split())) * 2 >= len(wanted) for line in text.splitlines())
