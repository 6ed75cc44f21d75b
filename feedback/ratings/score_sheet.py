"""The 18-point sheet: nine indices of 0, 1 or 2 points (NĐ 61/2018/NĐ-CP điều 31; TT 01/2018/TT-VPCP điều 13–15).

Indices 1–3 come from the dossiers themselves, 4–9 from what citizens answered; every figure says what it divided.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count

from dossiers.deadlines.working_time import at_minute
from feedback.figures.statistics import NOT_APPLICABLE, number
from feedback.lateness import rules
from feedback.models import Question, RatingAnswer
from feedback.ratings.results import Done, done

NAMES = {
    1: "Thời gian thực hiện thủ tục so với quy định",
    2: "Thời gian của từng cơ quan, đơn vị phối hợp",
    3: "Số lần phải liên hệ để hoàn thiện hồ sơ",
    4: "Số cơ quan, đơn vị phải liên hệ",
    5: "Tổ chức tiếp nhận, giải quyết, trả kết quả tại Bộ phận Một cửa",
    6: "Công khai thủ tục hành chính",
    7: "Thái độ của cán bộ, công chức, viên chức",
    8: "Tiếp thu, giải trình ý kiến của tổ chức, cá nhân",
    9: "Tiến độ và chất lượng dịch vụ công trực tuyến",
}
MOST = 18


@dataclass(frozen=True, slots=True)
class Index:
    """One index: average points 0–2, None where nobody can be counted; the formula in words; how many were counted."""

    number: int
    name: str
    points: float | None
    formula: str
    counted: int

    @property
    def shown(self) -> str:
        return number(self.points)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The nine indices and their sum; the class is named only when all nine could be counted."""

    indices: list[Index]
    classes: list[tuple[float, str]]

    @property
    def missing(self) -> list[Index]:
        return [index for index in self.indices if index.points is None]

    @property
    def total(self) -> float | None:
        if self.missing:
            return None
        return sum(index.points for index in self.indices)

    @property
    def partial(self) -> str:
        """The sum of what could be counted, "10,5 / 14 điểm"; N/A when nothing could."""
        present = [index.points for index in self.indices if index.points is not None]
        return f"{number(sum(present))} / {2 * len(present)} điểm" if present else NOT_APPLICABLE

    @property
    def grade(self) -> str:
        if self.total is None:
            return NOT_APPLICABLE
        return next(name for least, name in self.classes if self.total >= least)


def compute(agency_ids: tuple[int, ...] | None, first: dt.date, last: dt.date) -> Sheet:
    """Return the sheet for dossiers finished, and ratings given, on first…last; agency_ids None means all."""
    return Sheet(
        [
            *_of_dossiers(done(agency_ids, first, last)),
            *_asked(agency_ids, first, last),
        ],
        [(least, name) for least, name in rules.value(rules.rules_on(last), "pakn-score18-classes")],
    )


def _of_dossiers(found: Done) -> list[Index]:
    return [
        Index(
            1,
            NAMES[1],
            _mean(2 * found.early + found.on_day, found.due),
            "Trung bình trên hồ sơ có kết quả: trước hạn 2 điểm, đúng hạn 1 điểm, quá hạn 0 điểm",
            found.due,
        ),
        Index(
            2,
            NAMES[2],
            _mean(2 * (found.due - found.late - found.given_again) + found.given_again, found.due),
            "Trung bình trên hồ sơ có kết quả: không đơn vị nào phải xin hẹn lại 2 điểm; đã hẹn lại và giữ ngày hẹn "
            "mới 1 điểm; quá hạn 0 điểm",
            found.due,
        ),
        Index(
            3,
            NAMES[3],
            _mean(2 * found.never_supplemented + found.supplemented_once, found.whole),
            "Trung bình trên hồ sơ có kết quả: không phải bổ sung 2 điểm, một lần 1 điểm, từ hai lần 0 điểm",
            found.whole,
        ),
    ]


def _mean(points: int, count: int) -> float | None:
    return points / count if count else None


def _asked(agency_ids, first, last) -> list[Index]:
    since, until = at_minute(first, 0), at_minute(last + dt.timedelta(days=1), 0)
    answers = RatingAnswer.objects.filter(
        rating__given_at__gte=since,
        rating__given_at__lt=until,
        rating__counted=True,
        question__index_number__isnull=False,
    )
    if agency_ids is not None:
        answers = answers.filter(rating__agency_id__in=agency_ids)
    tally = answers.values("question_id", "value").annotate(times=Count("pk"))
    questions = {question.pk: question for question in Question.objects.filter(index_number__isnull=False)}
    points: dict[int, list[float]] = {}
    for row in tally:
        question = questions[row["question_id"]]
        choice = question.choice(row["value"]) or {}
        total = points.setdefault(question.index_number, [0.0, 0])
        total[0] += choice.get("points", 0) * row["times"]
        total[1] += row["times"]
    return [
        Index(
            index,
            NAMES[index],
            points[index][0] / points[index][1] if index in points else None,
            "Trung bình điểm 0–2 của các mức người dân chọn (phiếu bị nghi không thật thì không tính)",
            int(points[index][1]) if index in points else 0,
        )
        for index in range(4, 10)
    ]
