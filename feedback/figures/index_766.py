"""The national index set of QĐ 766/QĐ-TTg (23/6/2022): six groups, 100 points, same data as the 18-point sheet.

What this portal does not hold (what was published on the national portal, what was paid through its payment gate) is
N/A, never zero; what it does know of those groups stands beside them as a fact that gives no points.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from dossiers.deadlines.rule_words import GROUPS_766
from dossiers.models import (
    Fee,
    Procedure,
    ProcedureVersion,
    RequiredPaper,
    TimeLimit,
    valid_on,
)
from feedback.figures.statistics import NOT_APPLICABLE, number, percent
from feedback.lateness import rules
from feedback.models import Case, Rating
from feedback.ratings import results
from feedback.states import UNCOUNTED


@dataclass(frozen=True, slots=True)
class Group:
    """One group: the share behind it (0–1), the points it gives, and the formula; None where the data is not here.

    `known` is what this portal can say about the group all the same; it gives no points.
    """

    key: str
    name: str
    most: float
    share: float | None
    points: float | None
    formula: str
    known: str = ""

    @property
    def shown(self) -> str:
        return number(self.points)

    @property
    def share_shown(self) -> str:
        return NOT_APPLICABLE if self.share is None else percent(self.share)


@dataclass(frozen=True, slots=True)
class IndexSet:
    """The six groups; total and class only when all six could be counted."""

    groups: list[Group]
    classes: list[tuple[float, str]]

    @property
    def total(self) -> float | None:
        points = [group.points for group in self.groups]
        return None if None in points else sum(points)

    @property
    def partial(self) -> str:
        present = [group for group in self.groups if group.points is not None]
        if not present:
            return NOT_APPLICABLE
        return f"{number(sum(g.points for g in present))} / {number(sum(g.most for g in present))} điểm"

    @property
    def grade(self) -> str:
        if self.total is None:
            return NOT_APPLICABLE
        return next(name for least, name in self.classes if self.total >= least)


def compute(agency_ids: tuple[int, ...] | None, first: dt.date, last: dt.date) -> IndexSet:
    """Return the index set for first…last. `agency_ids` None means all.

    The dossiers themselves are read of days nobody keeps.
    """
    found = rules.rules_on(last)
    weights = rules.value(found, "pakn-index766-weights")
    done, came = results.done(agency_ids, first, last), results.received(agency_ids, first, last)
    shares = {
        "transparency": None,
        "progress": _share(done.due - done.overdue, done.due),
        "digitised": _share(done.digitised, done.whole),
        "online": _share(came.online, came.whole),
        "payment": None,
        "satisfaction": satisfaction(agency_ids, first, last),
    }
    formulas = {
        "transparency": "Tính từ thủ tục công bố, công khai đúng hạn và hồ sơ đồng bộ trên Cổng Dịch vụ công quốc gia; "
        "số liệu ấy không ở đây: N/A",
        "progress": "{most} × hồ sơ có kết quả không quá hạn ÷ hồ sơ có kết quả. Quá hạn: xong sau ngày hẹn, hoặc phải "
        "bổ sung quá một lần",
        "digitised": "{most} khi ≥ {full} % hồ sơ có kết quả điện tử; thấp hơn thì theo tỷ lệ",
        "online": "{most} khi ≥ {full} % hồ sơ nộp trực tuyến; thấp hơn thì theo tỷ lệ",
        "payment": "Tính từ thủ tục, hồ sơ thanh toán qua Cổng Dịch vụ công quốc gia; ở đây chỉ ghi đã thu, không ghi "
        "thu bằng cách nào: N/A",
        "satisfaction": "{most} khi mức hài lòng ≥ {full} %; thấp hơn thì theo tỷ lệ. Mức hài lòng = 100 % − (% hồ sơ "
        "quá hạn + % hồ sơ có phản ánh, kiến nghị hoặc bị đánh giá không hài lòng)",
    }
    known = {
        "transparency": complete_procedures(last),
        "payment": fees_taken(done),
        "progress": kept_by_letters(done),
    }
    groups = [
        Group(
            key,
            GROUPS_766[key],
            most,
            shares[key],
            _points(shares[key], most, full),
            formulas[key].format(most=most, full=full),
            known.get(key, ""),
        )
        for key, (most, full) in weights.items()
    ]
    return IndexSet(groups, [(least, name) for least, name in rules.value(found, "pakn-index766-classes")])


def complete_procedures(day: dt.date) -> str:
    """Return how many procedures in force are published here with every part citizens are owed, and what lacks most.

    The parts are those of Nghị định 63/2010/NĐ-CP, điều 8, that the catalogue keeps apart. One query.
    """

    def has(model):
        return Q(Exists(model.objects.filter(version=OuterRef("pk"))))

    parts = {
        "trình tự thực hiện": ~Q(steps=[]),
        "thành phần hồ sơ": has(RequiredPaper),
        "thời hạn giải quyết": has(TimeLimit),
        "kết quả": ~Q(results=[]),
        "phí, lệ phí": has(Fee),
        "căn cứ pháp lý": ~Q(legal_bases=[]),
    }
    every = Q()
    for part in parts.values():
        every &= part
    rows = ProcedureVersion.objects.filter(
        valid_on(day), status=ProcedureVersion.Status.PUBLISHED, procedure__status=Procedure.Status.ACTIVE
    )
    lacking = {f"lack_{number}": Count("pk", filter=~part) for number, part in enumerate(parts.values())}
    found = rows.aggregate(whole=Count("pk"), complete=Count("pk", filter=every), **lacking)
    if not found["whole"]:
        return "Danh mục chưa có thủ tục nào đang áp dụng."
    said = f"Danh mục ở đây: {found['complete']}/{found['whole']} thủ tục đang áp dụng đăng đủ các phần phải công khai"
    worst, name = max((found[f"lack_{number}"], name) for number, name in enumerate(parts))
    return f"{said}; thiếu nhiều nhất: {name} ({worst} thủ tục)." if worst else f"{said}."


def kept_by_letters(done: results.Done) -> str:
    """Return how many of the dossiers counted as in time kept only the new date of an apology letter."""
    if not done.kept_by_letter:
        return ""
    return (
        f"Trong số không quá hạn có {done.kept_by_letter} hồ sơ lỡ ngày hẹn đầu, xong trong ngày hẹn lại theo văn bản "
        "xin lỗi."
    )


def fees_taken(done: results.Done) -> str:
    """Return for how many dossiers with a fee and a result it was noted as paid, by whatever way."""
    return (
        f"Sổ ở đây, chậm nhất sau một đêm: {done.fee_paid}/{done.with_fee} hồ sơ có phí, lệ phí xong trong kỳ đã thu, "
        "bằng mọi cách."
    )


def satisfaction(agency_ids: tuple[int, ...] | None, first: dt.date, last: dt.date) -> float | None:
    """Return index 5.4: 1 − (overdue share + share of dossiers with a report or a dislike); None without dossiers.

    A dossier both overdue and disliked is subtracted once for each, as the index says; never below zero. Asked from the
    few reports and dislikes, not of each dossier.
    """
    done = results.done(agency_ids, first, last)
    if not done.whole:
        return None
    among = results.finished(agency_ids, first, last).values("pk")
    reports = Case.objects.filter(dossier__in=among, kind="report").exclude(status__in=UNCOUNTED)
    dislikes = Rating.objects.filter(invitation__dossier__in=among, satisfied=False, counted=True)
    disliked = {*reports.values_list("dossier", flat=True), *dislikes.values_list("invitation__dossier", flat=True)}
    return max(0.0, 1 - (done.overdue + len(disliked)) / done.whole)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _points(share: float | None, most: float, full: float | None) -> float | None:
    if share is None:
        return None
    return most * min(1.0, share / (full / 100)) if full else most * share
