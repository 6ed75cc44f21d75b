"""The answer to a rating template of Zalo becomes the sheet: one star count for two questions, and the sheet says so.

Zalo asks once, the sheet asks for attitude and result apart (S3-04): the same level is written for both, and the
comment keeps the stars as they were given. Stars never replace a sheet, however it was filled in.
"""

from __future__ import annotations

import datetime as dt
import math

from dossiers.workflow.moving import ActError
from dossiers.written_dates import written_moment
from feedback.models import Question, Rating, RatingInvitation
from feedback.ratings import rating as ratings

STARS = range(1, 6)


def take(invitation: RatingInvitation, stars: int, *, at: dt.datetime, words: list[str]) -> str:
    """Return a note about what became of the stars given `at`; late, repeated or odd ones change nothing."""
    if stars not in STARS:
        return "Số sao không hợp lệ, đã bỏ qua"
    if Rating.objects.filter(invitation=invitation).exists():
        return "Đã có phiếu đánh giá; giữ phiếu đã có"
    said = [f"Chấm {stars}/5 sao trên Zalo, một lần cho cả thái độ và kết quả.", *(word for word in words if word)]
    try:
        asked = ratings.questions_for(invitation, at)
        both = (ratings.ATTITUDE, ratings.RESULT)
        values = {each.key: level(each, stars) for each in asked if each.required or each.key in both}
        ratings.give(invitation, values, now=at, via=Rating.Via.ZALO, comment="\n".join(said))
    except ActError as error:
        return f"Không ghi phiếu: {error}"
    return f"Đã ghi phiếu đánh giá {stars}/5 sao lúc {written_moment(at)}"


def level(question: Question, stars: int) -> int:
    """The level the stars mean: counted down from the best, five stars the best, one star always the worst.

    Zalo's faces go from "rất hài lòng" down; with four levels its two unhappy faces are both the worst one.
    """
    values = sorted((choice["value"] for choice in question.choices), reverse=True)
    down, last = 5 - stars, len(values) - 1
    return values[min(down, last) if last >= 3 else math.floor(down * last / 4 + 0.5)]
