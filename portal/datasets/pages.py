"""The public pages of the packs: the list, and the form and answers of each, by what its columns are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from dossiers.deadlines.working_time import ZONE
from dossiers.privacy import guessing
from dossiers.privacy.callers import client_address
from dossiers.written_dates import written_day, written_moment, written_time
from portal.content import information
from portal.content.information import Entry, Section
from portal.datasets import live, search
from portal.datasets.columns import TIMES, Column, by_number, of_role
from portal.datasets.models import DatasetVersion
from portal.datasets.search import Found, Question, labelled
from portal.datasets.values import date_of, grouped, tidy_code
from portal.packed import packed
from portal.pages import answers
from portal.pages.question import typed_words


@dataclass(frozen=True, slots=True)
class Line:
    """One row as the page prints it: its title, and the rest with the names of the columns."""

    title: str
    when: str
    facts: list[tuple[str, str]]


def entries() -> list[Entry]:
    """Return what can be looked up today, for the page "Thông tin"."""
    found = []
    for version in live.packs(timezone.localdate()):
        pack = version.dataset
        told = (
            f"{pack.intro} ({pack.agency}; cập nhật {written_day(version.approved_at or version.uploaded_at)})".strip()
        )
        found.append(Entry(pack.title, pack.address, told))
    return found


def register() -> None:
    """Put the packs on the page "Thông tin"."""
    information.register(Section("packs", lambda: _("Tra cứu thông tin"), entries, order=10))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def pack(request, slug: str):
    """Answer one look-up. Open packs ask by address, so that an answer can be passed on; protected ones by POST."""
    version = live.of_slug(slug, timezone.localdate())
    if version is None:
        known = live.pack_of(slug)
        if known is None:
            raise Http404
        return render(request, "portal/pack_gone.html", {"section": "information", "pack": known}, status=410)
    try:
        guessing.searched(client_address(request))
        return answer(request, version) if version.protected else packed(answer)(request, version)
    except guessing.TooMany as over:
        pack = version.dataset
        meanwhile = _("Số trên giấy đúng mà vẫn không tra được thì hỏi %(agency)s.") % {"agency": pack.agency}
        return answers.wait(
            request,
            over,
            answers.looked_up_often(),
            meanwhile if version.protected else "",
            back=(pack.title, pack.address),
        )


def answer(request, version: DatasetVersion, *, frame: str = "portal/pack.html", **more):
    """Return the form and answer of a version, live or previewed. Raises guessing.TooMany."""
    if version.protected:
        response = render(request, frame, {**_protected(request, version), **more})
        return answers.private(response)
    return render(request, frame, {**_open(request, version), **more})


def _open(request, version: DatasetVersion) -> dict:
    context = _frame(version)
    data = request.GET
    words = typed_words(request, "q", data)
    codes = tuple(typed_words(request, f"k{place}", data) for place, _column in enumerate(context["keys"]))
    area = typed_words(request, "xa", data) if any(area == data.get("xa") for area, _ in version.areas) else ""
    day, day_wrong = _day(typed_words(request, "ngay", data))
    asked = bool(words or any(codes) or area or day or "q" in data)
    context |= {
        "words": words,
        "area": area,
        "day": day,
        "day_text": typed_words(request, "ngay", data),
        "asked": asked,
    }
    context |= {
        "codes": list(zip(context["keys"], codes, strict=True)),
        "error": day_wrong or _missing(context, codes, asked),
    }
    if context["error"] or (by_number(version.columns) and not asked):
        return context
    found = search.ask(version, Question(words, area, day, codes if context["numbered"] else ()), now=timezone.now())
    return context | {"found": found, "lines": [line_of(version, row) for row in found.rows]}


def _missing(context: dict, codes: tuple[str, ...], asked: bool) -> str:
    if context["numbered"] and asked and not all(codes):
        missing = [column.title for column, code in zip(context["keys"], codes, strict=True) if not code]
        return _("Nhập thêm: %(columns)s.") % {"columns": ", ".join(missing)}
    return ""


def _protected(request, version: DatasetVersion) -> dict:
    context = _frame(version)
    data = request.POST
    codes = tuple(typed_words(request, f"k{place}", data) for place, _column in enumerate(context["keys"]))
    typed = typed_words(request, "secret", data)
    context |= {"codes": list(zip(context["keys"], codes, strict=True)), "secret": typed}
    context |= {"asked": request.method == "POST", "words": "", "area": "", "day": None}
    if request.method != "POST":
        return context
    tidied, secret = tuple(map(tidy_code, codes)), second_fact(version, typed)
    if not all(tidied):
        return context | {"error": _("Nhập thêm: %(columns)s.") % {"columns": context["keys"][0].title}}
    if not secret:
        example = _("ví dụ 12/05/2008") if context["secret_column"].type == "date" else ""
        return context | {
            "error": _("Nhập %(column)s %(example)s") % {"column": context["secret_column"].title, "example": example}
        }
    tried = guessing.attempt(client_address(request), [search.guessed_at(tidied)])
    found = search.ask_protected(version, tidied, secret)
    if found.rows:
        tried.right()
    return context | {"found": found, "lines": [line_of(version, row) for row in found.rows]}


def _frame(version: DatasetVersion) -> dict:
    keys = of_role(version.columns, "key")
    return {
        "section": "information",
        "version": version,
        "pack": version.dataset,
        "keys": keys,
        "numbered": by_number(version.columns),
        "timed": bool(of_role(version.columns, *TIMES)),
        "secret_column": next(iter(of_role(version.columns, "secret")), None),
        "key_words": ", ".join(column.title.lower() for column in keys),
    }


def second_fact(version: DatasetVersion, typed: str) -> str:
    """Return the second fact as rows are found by it; "" when it cannot be one."""
    column: Column = of_role(version.columns, "secret")[0]
    if column.type == "date":
        found = date_of(typed)
        return found.isoformat() if found else ""
    return tidy_code(typed)


def line_of(version: DatasetVersion, row: Found) -> Line:
    """Return a row for the page: words it was found by as its title, hours in words, amounts in groups of three."""
    when, titles, facts = time_of(row), [], []
    for column, cell in labelled(version, row):
        if when and column.role in TIMES:
            continue
        if column.role == "key" and column.type != "code":
            titles.append(cell)
        else:
            facts.append((column.title, grouped(cell) if column.type == "number" else cell))
    return Line(" – ".join(titles), when, facts)


def time_of(row: Found) -> str:
    """Return from when to when a row holds, in words; "" for rows without times."""
    if row.starts_at is None or row.ends_at is None:
        return ""
    start, end = row.starts_at.astimezone(ZONE), row.ends_at.astimezone(ZONE)
    whole_day = start.time() == dt.time() and end.time() == dt.time(23, 59)
    if start.date() == end.date():
        hours = "" if whole_day else f"{written_time(start)}–{written_time(end)} "
        return f"{hours}{written_day(start)}"
    if whole_day:
        return f"{written_day(start)} – {written_day(end)}"
    return f"{written_moment(start)} – {written_moment(end)}"


def source_line(version: DatasetVersion) -> str:
    """Return where the data comes from and of when it is, in one Vietnamese sentence."""
    parts = [f"Nguồn: {version.source}"]
    if version.decision:
        dated = f" ngày {written_day(version.decided_on)}" if version.decided_on else ""
        parts.append(f"{version.decision}{dated}")
    if version.approved_at:
        parts.append(f"cập nhật {written_day(version.approved_at or version.uploaded_at)}")
    return "; ".join(parts) + "."


def _day(text: str) -> tuple[dt.date | None, str]:
    """Return (the day asked for, "") or (None, what is wrong with it)."""
    today = timezone.localdate()
    if text in ("", "tat-ca"):
        return None, ""
    if text in ("hom-nay", "mai"):
        return today + dt.timedelta(days=text == "mai"), ""
    found = date_of(text)
    return (found, "") if found else (None, _("Chưa đọc được ngày; gõ như 30/11/2026."))
