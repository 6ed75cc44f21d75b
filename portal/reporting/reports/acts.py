"""What is done to a report: begun, written, counted anew, taken back to a draft, numbered. Numbered is frozen."""

from __future__ import annotations

import datetime as dt

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from dossiers.deadlines.working_time import ZONE
from dossiers.models import Agency
from dossiers.written_dates import written_day
from feedback.figures.periods import Period
from portal.correspondence import drafts
from portal.reporting.models import Report, ReportDraft
from portal.reporting.reports import checks, facts, paper, words

MOST_NUMBER = 999_999


class Refused(Exception):
    """The act cannot be done; its words say why and what to do, and nothing was written."""


def begin(
    kind: str, issuer: Agency, agencies: list[Agency], period: Period, abstract: str, *, by, now: dt.datetime
) -> Report:
    """Return a new draft with its figures and beginning texts."""
    figures = facts.compute(kind, frozenset(agency.pk for agency in agencies), period, now=now)
    texts = words.beginning(kind, period, [agency.name for agency in agencies], figures)
    with transaction.atomic():
        report = Report.objects.create(
            kind=kind, issuer=issuer, first=period.first, last=period.last, abstract=abstract[:300], figures=figures,
            figures_at=now, texts=texts, created_at=now, created_by=by,
        )  # fmt: skip
        report.agencies.set(agencies)
    return report


@transaction.atomic
def write(report: Report, abstract: str, texts: dict, *, version: int, by, now: dt.datetime) -> bool:
    """Store the words, the earlier ones as a draft; return False when another hand was first: these are a draft."""
    here = Report.objects.select_for_update().get(pk=report.pk)
    if here.is_numbered or here.version != version:
        why = f"báo cáo đã ghi số {here.reference}" if here.is_numbered else "người khác vừa sửa"
        ReportDraft.objects.create(report=here, texts=texts, at=now, by=by, why=f"Chưa lưu được: {why}")
        return False
    if texts == here.texts and abstract == here.abstract:
        return True
    ReportDraft.objects.create(report=here, texts=here.texts, at=now, by=by, why="Bản trước khi sửa")
    here.texts, here.abstract, here.version = texts, abstract[:300] or here.abstract, here.version + 1
    here.save(update_fields=["texts", "abstract", "version"])
    return True


@transaction.atomic
def restore(report: Report, draft: ReportDraft, *, by, now: dt.datetime) -> None:
    """Take the words of an earlier draft again; the present ones are kept as a draft."""
    here = _locked(report)
    ReportDraft.objects.create(report=here, texts=here.texts, at=now, by=by, why="Bản trước khi lấy lại bản cũ")
    here.texts, here.version = draft.texts, here.version + 1
    here.save(update_fields=["texts", "version"])


@transaction.atomic
def count_again(report: Report, *, now: dt.datetime) -> None:
    """Read the figures anew; the words stay."""
    here = _locked(report)
    ids = frozenset(here.agencies.values_list("pk", flat=True))
    here.figures, here.figures_at = facts.compute(here.kind, ids, Period(here.first, here.last), now=now), now
    here.version += 1
    here.save(update_fields=["figures", "figures_at", "version"])


def give_number(
    report: Report, number: int | None, symbol: str, dated: dt.date | None, *, seen: bool, by, now: dt.datetime
) -> Report:
    """Freeze the report under its number and day, with the files people read from then on. Raises Refused, FormError.

    `seen`: whoever numbers it has seen the sentences that do not follow from the figures.
    """
    if number is None or not 0 < number <= MOST_NUMBER:
        raise Refused("Số báo cáo phải là số nguyên từ 1 đến 999999. Hãy ghi số văn thư đã cấp.")
    symbol = " ".join(symbol.split()).upper().removeprefix("/")
    if not symbol or len(symbol) > 40 or "/" in symbol:
        raise Refused("Ký hiệu chưa đúng. Hãy ghi phần sau dấu gạch chéo, ví dụ BC-STTTT.")
    if dated is None:
        raise Refused("Ngày ban hành chưa đúng. Hãy ghi ngày/tháng/năm, ví dụ 12/07/2019.")
    if dated < report.last:
        raise Refused(f"Ngày ban hành không thể trước ngày cuối kỳ ({written_day(report.last)}). Hãy xem lại.")
    if dated > now.astimezone(ZONE).date():
        raise Refused("Ngày ban hành không thể sau hôm nay. Hãy xem lại.")
    try:
        with transaction.atomic():
            here = _locked(report)
            _check_whole_period(here)
            if checks.odd(words.written(here.texts), here.figures) and not seen:
                raise Refused("Còn số trong lời văn không khớp số liệu. Hãy sửa, hoặc đánh dấu đã xem rồi ghi số lại.")
            here.number, here.symbol, here.dated, here.year = number, symbol, dated, dated.year
            here.numbered_at, here.numbered_by, here.version = now, by, here.version + 1
            here.save()
            here.pdf.save(f"{here.file_name}.pdf", ContentFile(paper.pdf(here)), save=False)
            here.docx.save(f"{here.file_name}.docx", ContentFile(paper.docx(here)), save=False)
            here.save(update_fields=["pdf", "docx"])
    except IntegrityError as error:
        raise Refused(
            f"Số {number:02d}/{symbol} của năm {dated.year} đã có báo cáo khác mang. Hãy ghi số khác."
        ) from error
    return here


def to_document(report: Report, *, by, now: dt.datetime) -> int:
    """Return the key of a draft among the outgoing documents with the report as its text: issued and signed there.

    Raises Refused or ActError with a sentence, Forbidden without the right to write documents of the agency.
    """
    _check_whole_period(report)
    document = drafts.begin(
        report.issuer, "report", report.abstract, paper.rich_text(report), by=by, now=now,
        addressees=words.paragraphs(report.texts.get("to", "")),
        recipients=words.paragraphs(report.texts.get("recipients", "")),
    )  # fmt: skip
    return document.pk


def _check_whole_period(report: Report) -> None:
    """Raise Refused for figures read before the last day of the period: they are not those of the days they name."""
    read_on = report.figures_at.astimezone(ZONE).date()
    if read_on < report.last:
        raise Refused(
            f"Số liệu tính ngày {written_day(read_on)}, khi kỳ chưa hết ({written_day(report.last)}). "
            "Hết kỳ, hãy bấm “Tính lại số liệu” rồi làm lại."
        )


def _locked(report: Report) -> Report:
    here = Report.objects.select_for_update().get(pk=report.pk)
    if here.is_numbered:
        raise Refused(f"Báo cáo đã ghi số {here.reference}: không sửa được nữa. Hãy lập báo cáo mới để thay.")
    return here
