"""What a procedure asks of people, in short lines for a message: all of it, or the one thing asked about. Pure reading.

An aspect is what `dossiers.language.intents.aspect` names: fee, time, papers, where, online, form, who.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from dossiers.models import Channel, ProcedureVersion
from dossiers.search_text import fold

MOST_PAPERS = 10
MOST_SAID = 4
LONGEST_NAME = 160
_UNSTATED = "danh mục không ghi; xem trang thủ tục hoặc hỏi nơi tiếp nhận"


def lines(version: ProcedureVersion, today: dt.date) -> list[str]:
    """Return limit, fee, papers and online submission, each only where the catalogue states it."""
    return [*limits(version), *fees(version, today), *papers(version), *online(version)]


def about(version: ProcedureVersion, aspect: str, today: dt.date) -> list[str]:
    """Return the lines on one aspect; all lines for an aspect that is none of ours."""
    read = _ASPECTS.get(aspect)
    if read is None:
        return lines(version, today)
    title, found = read[0], read[1](version, today)
    return found or [f"{title}: {_UNSTATED}."]


def limits(version: ProcedureVersion) -> list[str]:
    seen: dict[str, list[str]] = {}
    for limit in version.time_limits.all():
        channel = str(Channel(limit.channel).label).lower() if limit.channel else ""
        seen.setdefault(str(limit), []).append(channel)
    said = [
        text + (f" ({', '.join(sorted(set(channels)))})" if any(channels) and len(seen) > 1 else "")
        for text, channels in seen.items()
    ]
    return [f"Thời hạn: {'; '.join(said[:MOST_SAID])}"] if said else []


def fees(version: ProcedureVersion, today: dt.date) -> list[str]:
    said = []
    for fee in version.fees.all():
        if (fee.valid_from and fee.valid_from > today) or (fee.valid_to and fee.valid_to < today):
            continue
        named = fee.label and fold(fee.label) not in {"le phi", "phi", "phi le phi"}
        text = f"{fee.label}: {fee}" if named else str(fee)
        if text not in said:
            said.append(text)
    return [f"Lệ phí: {'; '.join(said[:MOST_SAID])}"] if said else []


def papers(version: ProcedureVersion) -> list[str]:
    brought = [paper for paper in version.papers.all() if paper.is_brought]
    if not brought:
        return []
    found = ["Giấy tờ cần nộp:"]
    for paper in brought[:MOST_PAPERS]:
        counts = [f"{paper.originals} bản chính"] * bool(paper.originals)
        counts += [f"{paper.copies} bản sao"] * bool(paper.copies)
        counts += ["chỉ xuất trình"] * paper.is_shown + ["nếu có"] * (not paper.required)
        found.append(f"• {_short(paper.name)}" + (f" ({', '.join(counts)})" if counts else ""))
    if len(brought) > MOST_PAPERS:
        found.append(f"• và {len(brought) - MOST_PAPERS} giấy tờ khác, xem ở trang chi tiết")
    return found


def online(version: ProcedureVersion) -> list[str]:
    level = {"full": "toàn trình", "partial": "một phần"}.get(version.online_level)
    return [f"Nộp trực tuyến: {level}"] if level else []


def _where(version: ProcedureVersion) -> list[str]:
    place = version.reception_address or version.executing_agency
    return [f"Nơi nộp: {_short(place)}"] if place and fold(place) not in {"khong co", "khong co thong tin"} else []


def _forms(version: ProcedureVersion) -> list[str]:
    names = [paper.name for paper in version.papers.all() if paper.is_brought and paper.form_file]
    return ["Mẫu đơn, tờ khai:", *[f"• {_short(name)}" for name in names[:MOST_SAID]]] if names else []


def _who(version: ProcedureVersion) -> list[str]:
    named = [item.get("name", "") if isinstance(item, dict) else str(item) for item in version.audience or []]
    found = [f"Ai được nộp: {_short('; '.join(filter(None, named)))}"] if any(named) else []
    if version.conditions and fold(version.conditions) not in {"khong co", "khong co thong tin"}:
        found.append(f"Điều kiện: {_short(version.conditions)}")
    return found


def _short(text: str) -> str:
    whole = " ".join(text.split())
    return whole[:LONGEST_NAME] + ("…" if len(whole) > LONGEST_NAME else "")


_ASPECTS: dict[str, tuple[str, Callable[[ProcedureVersion, dt.date], list[str]]]] = {
    "fee": ("Lệ phí", fees),
    "time": ("Thời hạn", lambda version, today: limits(version)),
    "papers": ("Giấy tờ cần nộp", lambda version, today: papers(version)),
    "where": ("Nơi nộp", lambda version, today: _where(version)),
    "online": ("Nộp trực tuyến", lambda version, today: online(version)),
    "form": ("Mẫu đơn, tờ khai", lambda version, today: _forms(version)),
    "who": ("Ai được nộp", lambda version, today: _who(version)),
}
