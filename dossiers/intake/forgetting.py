"""Erasing a person from the dossiers: what they stated, and what free words say of them.

Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15. A dossier under way keeps its facts until it ends; papers and files of a
finished one are archived by law for as long as the rule `archive-years` says. Both stay and are listed with the reason.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote_plus

from django.db import transaction
from django.db.models import Q, QuerySet

from dossiers.deadlines.rules import value_on
from dossiers.deadlines.working_time import ZONE
from dossiers.intake.people import REPRESENTATIVE
from dossiers.models import Applicant, Dossier, DossierResult, IntakeDraft, LegalRule, SavedFilter
from dossiers.privacy.sealed_files import remove_with_commit
from dossiers.search_text import fold

ERASED = "Người đã xóa dữ liệu"
UNDER_WAY = (
    "hồ sơ đang giải quyết: cơ quan còn phải dùng và trả kết quả (Nghị định 118/2025/NĐ-CP); xóa lại sau khi kết thúc"
)
ARCHIVED = "giấy tờ, tệp của hồ sơ đã kết thúc còn trong thời hạn lưu trữ (Luật Lưu trữ 33/2024/QH15)"
DEFAULT_YEARS = 10


@dataclass
class Report:
    """What was erased, by Vietnamese name and number, and what stays with its reason."""

    done: Counter = field(default_factory=Counter)
    kept: list[str] = field(default_factory=list)
    applicants: list[int] = field(default_factory=list)
    dossiers: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Needles:
    """Every spelling of the person's name, numbers and contacts that free words may carry.

    `sure` are those that are nobody else's: the numbers, the mail, the address. Another may bear the same name.
    """

    pattern: re.Pattern | None
    sure: re.Pattern | None = None

    @classmethod
    def of(cls, people: Iterable[Applicant], *, names: Iterable[str] = (), numbers: Iterable[str] = ()) -> Needles:
        """Return those of the rows, of more `names` the person goes by, and of `numbers` (E.164 or of papers)."""
        people = list(people)
        spellings = {
            _word(name) for each in (*names, *(person.full_name for person in people)) for name in _typed(each)
        }
        sure = {_word(word) for person in people for word in (person.email, person.address) if word}
        known = {number for person in people for number in (person.id_number, person.representative_id, person.phone)}
        for number in {*known, *numbers} - {""}:
            sure.add(_spaced(number))
            if number.startswith("+"):
                sure |= {_spaced("0" + number.removeprefix("+84")), _spaced(number.removeprefix("+"))}
        return cls(_any(spellings | sure), _any(sure))

    def hidden(self, text: str) -> str:
        """Return the text without them."""
        return self.pattern.sub("***", text) if self.pattern else text

    def stand_in(self, text: str) -> bool:
        return bool(self.pattern and self.pattern.search(text))

    def hidden_in(self, value):
        """Return what JSON holds with every text in it cleaned."""
        if isinstance(value, str):
            return self.hidden(value)
        if isinstance(value, dict):
            return {key: self.hidden_in(item) for key, item in value.items()}
        return [self.hidden_in(item) for item in value] if isinstance(value, list) else value

    def surely_in(self, text: str) -> bool:
        """Tell whether the text names this person and no namesake."""
        return bool(self.sure and self.sure.search(text))


def with_number(*, id_number: str = "", phone: str = "") -> QuerySet:
    """Return every row that states this number (normalised), in any agency."""
    rows = Applicant.objects.filter(erased_at__isnull=True)
    return rows.with_id(id_number) if id_number else rows.with_phone(phone)


@transaction.atomic
def forget(people: list[Applicant], *, now: dt.datetime, needles: Needles | None = None) -> Report:
    """Erase these rows and what their finished dossiers say of them; return what was done and what stays.

    `needles` are more than the rows tell, where the caller knows more of the person.
    """
    report, needles = Report(), needles or Needles.of(people)
    ids = [person.pk for person in people]
    files: list = []
    theirs = Dossier.objects.filter(Q(owner__in=ids) | Q(submitter__in=ids)).order_by("pk")
    needed: set[int] = set()
    for dossier in theirs.iterator(chunk_size=200):
        if not dossier.is_final:
            needed |= {dossier.owner_id, dossier.submitter_id}
            report.kept.append(f"{dossier.code}: {UNDER_WAY}")
            continue
        _scrub(dossier, dossier.owner_id in ids, needles, report, files, now)
        report.dossiers.append(dossier.pk)
    for person in people:
        if person.pk not in needed:
            _empty(person, now)
            report.applicants.append(person.pk)
    report.done["bản ghi người nộp"] += len(report.applicants)
    _forget_desk_work(needles, report)
    for stored in files:
        remove_with_commit(stored)
    return report


def _empty(person: Applicant, now: dt.datetime) -> None:
    for name in ("id_number", "phone", "email", "address", *REPRESENTATIVE):
        setattr(person, name, "")
    person.full_name, person.erased_at = ERASED, now
    person.save()


def _scrub(dossier: Dossier, owns: bool, needles: Needles, report: Report, files: list, now: dt.datetime) -> None:
    values = {"content": needles.hidden(dossier.content), "result_place": needles.hidden(dossier.result_place)}
    if owns:
        values |= {"owner_name": ERASED, "owner_name_folded": fold(ERASED)}
    Dossier.objects.filter(pk=dossier.pk).update(**values)
    # The history is append-only for everybody but the person it is about.
    for event in dossier.events.all():
        clean = {name: needles.hidden_in(getattr(event, name)) for name in ("reasons", "facts")}
        type(event).objects.filter(pk=event.pk).update(public_note=needles.hidden(event.public_note), **clean)
    for rows, names in (
        (dossier.notes.all(), ("text",)),
        (dossier.papers.all(), ("name", "note")),
        (dossier.letters.all(), ("words", "note", "override_note", "delivered_how")),
    ):
        for row in rows:
            rows.model.objects.filter(pk=row.pk).update(**{name: needles.hidden(getattr(row, name)) for name in names})
    _forget_collector(dossier, owns, needles)
    report.done["hồ sơ đã kết thúc"] += 1
    if owns:
        _papers_and_files(dossier, report, files, now)


def _forget_collector(dossier: Dossier, owns: bool, needles: Needles) -> None:
    """Take the person out of what is kept of the result: as the one it is about, or as the one who collected it."""
    for result in DossierResult.objects.filter(dossier=dossier):
        if owns or needles.stand_in(result.collector) or needles.stand_in(result.collector_number):
            result.collector, result.collector_number, result.proxy = ERASED if result.collector else "", "", ""
            result.save(update_fields=["collector", "collector_number", "proxy"])


def _papers_and_files(dossier: Dossier, report: Report, files: list, now: dt.datetime) -> None:
    papers = list(dossier.issued_papers.all()) + (list(dossier.receipt.issued_papers.all()) if dossier.receipt else [])
    letters = [letter for letter in dossier.letters.all() if letter.signed_file]
    attachments = list(dossier.attachments.all())
    ended = dossier.returned_at or dossier.finished_at or dossier.state_changed_at
    if ended.year + _years(ended) >= now.year:
        count = len(papers) + len(letters) + len(attachments)
        if count:
            report.kept.append(f"{dossier.code}: {count} {ARCHIVED}")
        return
    for paper in papers:  # the line in the register stays, without what the paper said
        files.append(paper.file)
        type(paper).objects.filter(pk=paper.pk).update(context="", file="")
    for letter in letters:
        files.append(letter.signed_file)
        type(letter).objects.filter(pk=letter.pk).update(signed_file="")
    for attachment in attachments:
        files.append(attachment.file)
        attachment.delete()
    report.done["tệp, giấy tờ hết thời hạn lưu trữ"] += len(papers) + len(letters) + len(attachments)


def _years(ended: dt.datetime) -> int:
    try:
        return int(value_on("archive-years", ended.astimezone(ZONE).date()))
    except LegalRule.DoesNotExist:
        return DEFAULT_YEARS


def _forget_desk_work(needles: Needles, report: Report) -> None:
    drafts = [draft.pk for draft in IntakeDraft.objects.iterator() if needles.stand_in(_readable(draft.data))]
    # A condition is kept as it stands in the address: "q=Nguy%E1%BB%85n+V%C4%83n+An".
    saved = [(each.pk, f"{each.name} {unquote_plus(each.query)}") for each in SavedFilter.objects.iterator()]
    filters = [pk for pk, words in saved if needles.stand_in(words)]
    report.done["bản nháp tiếp nhận"] += IntakeDraft.objects.filter(pk__in=drafts).delete()[0]
    report.done["bộ lọc đã lưu"] += SavedFilter.objects.filter(pk__in=filters).delete()[0]


def _readable(data: str) -> str:
    try:
        return json.dumps(json.loads(data), ensure_ascii=False)
    except ValueError:
        return data


def _any(spellings: set[str]) -> re.Pattern | None:
    longest_first = sorted(spellings, key=len, reverse=True)
    return re.compile("|".join(longest_first), re.I) if longest_first else None


def _typed(name: str) -> set[str]:
    """Return the spellings of a name: as it is, its letters taken apart, and without accents."""
    return {name, unicodedata.normalize("NFC", name), unicodedata.normalize("NFD", name), fold(name)} - {""}


def _word(words: str) -> str:
    """Return the pattern of words however they are spaced; "An" is not in "Anh"."""
    return r"(?<!\w)" + r"\s+".join(map(re.escape, words.split())) + r"(?!\w)"


def _spaced(number: str) -> str:
    """Return the pattern of a number however it is grouped."""
    return r"[\s.\-]*".join(re.escape(character) for character in number)
