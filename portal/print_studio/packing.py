"""Many pieces at once: the counters of a centre while one waits, those of a province by the worker, as ZIP files."""

from __future__ import annotations

import datetime as dt
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.files import File
from django.urls import reverse
from django.utils import timezone

from dossiers.long_acts.kinds import NotDone, register
from dossiers.long_acts.progress import Progress
from dossiers.models import Agency, Desk, LongAct
from dossiers.printed_forms.printing import PrintError
from dossiers.scoping import scoped
from dossiers.search_text import fold
from portal.print_studio import drawing, sources, texts
from portal.print_studio.facts import Facts, facts_of
from portal.print_studio.models import Bundle
from portal.print_studio.pieces import OF_A_DESK, OF_AN_AGENCY, Piece
from portal.print_studio.sources import Source

AT_ONCE = 40
"""Files made while one waits; more are the worker's."""
KEPT = dt.timedelta(days=7)
_IN_MEMORY = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file of a bundle: a piece for a place."""

    folder: str
    piece: Piece
    source: Source

    def name(self, finish: str) -> str:
        place = "-".join(part for part in (self.source.shown, slug(self.source.place)) if part)
        name = f"{self.piece.slug}{f'_{place}' if place else ''}_{finish}.pdf"
        return f"{self.folder}/{name}" if self.folder else name


def slug(text: str, most: int = 50) -> str:
    """Return the words without accents and signs, cut at a word, for a file name every computer takes."""
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in fold(text)).split()
    while words and len("-".join(words)) > most:
        words = words[:-1] if len(words) > 1 else [words[0][:most]]
    return "-".join(words)


def sheets_of(agency: Agency, *, everything: bool, folder: str = "") -> list[Sheet]:
    """Return the sheets of every counter of the agency, its own pieces too when `everything`."""
    desks = list(Desk.objects.filter(agency=agency, active=True).order_by("code"))
    found = [Sheet(folder, piece, sources.of_desk(desk)) for desk in desks for piece in OF_A_DESK]
    if not desks:
        found = [Sheet(folder, piece, sources.of_agency(agency)) for piece in OF_A_DESK]
    if everything:
        found += [Sheet(folder, piece, sources.of_agency(agency)) for piece in OF_AN_AGENCY]
    return found


def wanted(sheets: list[Sheet], finish: str) -> list[Sheet]:
    """Return the sheets that can be printed so: an office has no printer for a standee."""
    return [sheet for sheet in sheets if finish == "nha-in" or sheet.piece.office]


def pack(facts: Facts, sheets: list[Sheet], finish: str, *, now: dt.datetime):
    """Return the ZIP of one agency as an open file. Raises NothingToPrint, PrintError."""
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as box:
        for name, content in files_of(facts, sheets, finish, now=now):
            box.writestr(name, content)
    file.seek(0)
    return file


def files_of(facts: Facts, sheets: list[Sheet], finish: str, *, now: dt.datetime) -> Iterator[tuple[str, bytes]]:
    """Yield (name, content) of each sheet, then the texts and a note on how to print."""
    for sheet in sheets:
        yield sheet.name(finish), drawing.drawn(sheet.piece, facts, sheet.source, finish=finish, now=now)
    folder = f"{sheets[0].folder}/" if sheets and sheets[0].folder else ""
    for text in texts.ALL:
        yield f"{folder}{text.slug}.txt", texts.sheet(text, facts).encode("utf-8-sig")
    yield f"{folder}DOC-TRUOC-KHI-IN.txt", how_to_print({sheet.piece for sheet in sheets}, finish).encode("utf-8-sig")


def how_to_print(pieces: set[Piece], finish: str) -> str:
    """Return what a printer's or the office has to know, piece by piece."""
    lines = ["ĐỌC TRƯỚC KHI IN", "", drawing.FINISHES[finish] + ".", "In đúng tỉ lệ 100%, không “vừa khít trang”.", ""]
    for piece in sorted(pieces, key=lambda each: each.name):
        lines += [f"{piece.name} ({piece.size})", f"  Giấy: {piece.paper}", f"  Đặt ở: {piece.place}", ""]
    lines.append("In thử một bản, quét bằng Zalo trên hai điện thoại khác nhau trước khi in số lượng lớn.")
    return "\n".join(lines) + "\n"


@register("print-bundle")
def bundle(wish: LongAct, progress: Progress) -> dict:
    """Make the ZIP of many agencies, a folder each; one that has no account yet is left out and named."""
    rows = Agency.objects.filter(pk__in=wish.asked["agencies"], active=True).select_related("parent").order_by("code")
    agencies = list(scoped(rows, wish.by, "pk")) if wish.by else []
    finish, everything = wish.asked["finish"], bool(wish.asked["everything"])
    plan = [(agency, _sheets_in_folder(agency, everything, finish)) for agency in agencies]
    total, done, refused = sum(len(sheets) for _, sheets in plan), 0, []
    now = timezone.now()
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as box:
            for agency, sheets in plan:
                try:
                    for name, content in files_of(facts_of(agency, timezone.localdate(now)), sheets, finish, now=now):
                        box.writestr(name, content)
                        done += name.endswith(".pdf")
                        progress.told(min(done, total - 1), total, f"ấn phẩm đã vẽ: {agency}")
                except (drawing.NothingToPrint, PrintError) as error:
                    refused.append(f"{agency}: {error}")
        if not done:
            raise NotDone("Không cơ quan nào có ấn phẩm để in. " + " ".join(refused[:3]))
        title = f"{done} ấn phẩm của {len(agencies) - len(refused)} cơ quan"
        made = Bundle(by=wish.by, title=title, files=done, at=now)
        made.file.save(f"bo-an-pham-{wish.pk}.zip", File(file), save=True)
    progress.told(total, total)
    return {
        "words": f"Đã đóng gói {title}. Tệp được giữ {KEPT.days} ngày.",
        "refused": refused,
        "address": reverse("admin:print_studio_bundle", args=[made.pk]),
        "action": "Tải tệp ZIP",
    }


def _sheets_in_folder(agency: Agency, everything: bool, finish: str) -> list[Sheet]:
    folder = f"{slug(agency.code.replace('.', '-'))}_{slug(agency.name)}"
    return wanted(sheets_of(agency, everything=everything, folder=folder), finish)


def sweep(*, now: dt.datetime) -> int:
    """Remove bundles older than a week, their files first; return how many."""
    old = list(Bundle.objects.filter(at__lt=now - KEPT)[:500])
    for row in old:
        row.file.delete(save=False)
        row.delete()
    return len(old)
