"""A version of a procedure arranged for reading, whatever shape its lists have in the catalogue."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from dossiers.catalogue.levels import known_level
from dossiers.models import Channel, Fee, ProcedureVersion, RequiredPaper, TimeLimit
from dossiers.procedure_search.search import ONLINE_LEVELS

_HAND_IN = "giấy tờ phải nộp"
_NO_INFORMATION = {"", "không có thông tin", "không có"}
LONG_STEPS = 1500
"""Letters: some two screens of a phone."""


@dataclass(frozen=True, slots=True)
class Paper:
    name: str
    count: str
    required: bool
    to_present: bool
    form_file: str

    @property
    def form_url(self) -> str:
        """Where the form is downloaded, when the catalogue gives an address and not only a file's name."""
        return self.form_file if self.form_file.startswith("https://") and " " not in self.form_file else ""


@dataclass(frozen=True, slots=True)
class PaperGroup:
    title: str
    papers: tuple[Paper, ...]

    @property
    def always(self) -> list[Paper]:
        """What everybody brings; what only some do is folded below it, as at the counter."""
        return [paper for paper in self.papers if paper.required]

    @property
    def sometimes(self) -> list[Paper]:
        return [paper for paper in self.papers if not paper.required]


@dataclass(frozen=True, slots=True)
class Priced:
    """A time limit or a fee: for what, how much, until when; `quoted` when the words are the catalogue's own."""

    title: str
    text: str
    until: dt.date | None = None
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Content:
    """What the page of a procedure prints."""

    name: str
    levels: tuple[str, ...]
    online: bool
    online_title: str
    online_url: str
    papers: tuple[PaperGroup, ...]
    notes: tuple[str, ...]
    limits: tuple[Priced, ...]
    fees: tuple[Priced, ...]
    steps: tuple[Step, ...]
    conditions: str
    results: tuple[str, ...]
    legal_bases: tuple[str, ...]
    audience: tuple[str, ...]
    executing: str
    authority: str
    reception: str
    decision: str

    @property
    def at_a_centre(self) -> bool:
        """Whether a centre's counter takes it in: what only a ministry settles is handed in there."""
        return bool({"province", "commune"} & set(self.levels))

    @property
    def has_forms(self) -> bool:
        """Whether a paper names a form, by its file's name only."""
        return any(paper.form_file and not paper.form_url for group in self.papers for paper in group.papers)

    @property
    def is_long(self) -> bool:
        """Whether the steps are more than a phone's screen or two: they are folded then, what to bring stays open."""
        return sum(len(step.text) for step in self.steps) > LONG_STEPS

    @property
    def asks_of_all(self) -> bool:
        """Whether anything is brought by everybody; else nothing is folded away."""
        return any(paper.required for group in self.papers for paper in group.papers)


def content_of(version: ProcedureVersion, today: dt.date) -> Content:
    """Return the version arranged for reading on `today`. Four queries: cases, papers, limits, fees."""
    cases = {case.pk: case.name for case in version.cases.all()}
    limits = list(version.time_limits.all())
    return Content(
        name=version.name,
        levels=tuple(dict.fromkeys(known_level(level) for level in version.levels)),
        online=version.online_level in ONLINE_LEVELS or any(each.channel == Channel.ONLINE for each in limits),
        online_title=_online_title(version.online_level),
        online_url=submit_url(version.online_url, version.source_text),
        papers=_papers(version, cases),
        notes=tuple(paper.name for paper in version.papers.all() if paper.kind == RequiredPaper.Kind.NOTE),
        limits=tuple(Priced(_for_what(limit.channel, cases.get(limit.case_id), ""), *_time(limit)) for limit in limits),
        fees=tuple(
            Priced(
                _for_what(fee.channel, cases.get(fee.case_id), fee.label), _sum(fee), fee.valid_to, fee.amount is None
            )
            for fee in version.fees.all()
            if (not fee.valid_from or fee.valid_from <= today) and (not fee.valid_to or fee.valid_to >= today)
        ),
        steps=tuple(_step(item) for item in version.steps),
        conditions=_said(version.conditions),
        results=_lines(version.results, "name"),
        legal_bases=_lines(version.legal_bases, "number", "title"),
        audience=_lines(version.audience, "name"),
        executing=_said(version.executing_agency),
        authority=_said(version.authority),
        reception=_said(version.reception_address),
        decision=_said(version.announcing_decision),
    )


def submit_url(online_url: str, source: dict | None = None) -> str:
    """Return the procedure's own page on the national portal, "" when the catalogue does not know it.

    The portal names its pages by ids of its own (domain: …/thu-tuc-hanh-chinh/<id>): none can be made from a code, and
    its front page is not the page of a procedure (S1-05).
    """
    for address in (online_url, (source or {}).get("detail_url")):
        if isinstance(address, str) and urlsplit(address).scheme == "https" and urlsplit(address).path.strip("/"):
            return address
    return ""


def _papers(version: ProcedureVersion, cases: dict[int, str]) -> tuple[PaperGroup, ...]:
    """Return the papers by situation: those of every case first, then each group and case in the catalogue's order."""
    groups: dict[str, list[Paper]] = {"": []}
    for paper in version.papers.all():
        if not paper.is_brought:
            continue
        title = paper.group or cases.get(paper.case_id, "")
        if _said(title).strip(" :.").casefold() == _HAND_IN:
            title = ""  # says no more than the heading it would stand under
        count = _count(paper.originals, paper.copies)
        row = Paper(paper.name, count, paper.required, paper.is_shown, paper.form_file)
        groups.setdefault(title, []).append(row)
    return tuple(PaperGroup(title, tuple(papers)) for title, papers in groups.items() if papers)


def _count(originals: int, copies: int) -> str:
    parts = [_("%(count)d bản chính") % {"count": originals}] if originals else []
    parts += [_("%(count)d bản sao") % {"count": copies}] if copies else []
    return ", ".join(parts)


def _for_what(channel: str, case: str | None, label: str) -> str:
    parts = [_(label) if label else "", _(str(Channel(channel).label)) if channel else "", case or ""]
    return " – ".join(part for part in parts if part) or _("Mọi hình thức nộp")


def _time(limit: TimeLimit) -> tuple[str, dt.date | None, bool]:
    """Return the limit in the reader's words, None, and whether they are the catalogue's own."""
    quoted = limit.amount is None and limit.unit != TimeLimit.Unit.SAME_DAY and bool(limit.text)
    return str(limit), None, quoted


def _sum(fee: Fee) -> str:
    if fee.amount is not None and not fee.amount:
        return _("Miễn phí")
    return str(fee)


def _online_title(level: str) -> str:
    return {"full": _("Trực tuyến toàn trình"), "partial": _("Trực tuyến một phần")}.get(level, "")


def _step(item) -> Step:
    if not isinstance(item, dict):
        return Step("", str(item))
    return Step(str(item.get("heading") or item.get("title") or ""), str(item.get("text") or ""))


def _lines(items, *names: str) -> tuple[str, ...]:
    """Return each item as one line; a mapping gives the values of `names`, joined."""
    if isinstance(items, str):
        items = [items]
    lines = []
    for item in items or []:
        text = ": ".join(str(item[name]) for name in names if item.get(name)) if isinstance(item, dict) else str(item)
        if _said(text):
            lines.append(text)
    return tuple(lines)


def _said(text: str) -> str:
    return "" if (text or "").strip().casefold().rstrip(".") in _NO_INFORMATION else text
