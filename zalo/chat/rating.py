"""Rating a finished dossier by chat: attitude and result asked apart, then a word of one's own (S3-04)."""

from __future__ import annotations

import re

from dossiers.search_text import fold
from dossiers.workflow.moving import ActError
from feedback.cases import links
from feedback.models import Question, Rating, RatingInvitation
from feedback.ratings import rating as ratings
from zalo.chat import star_ratings
from zalo.chat.commands import Command, Turn, register
from zalo.chat.words import Said
from zalo.messages.reply import Reply, say, visit
from zalo.people import linking

ASKED = (ratings.ATTITUDE, ratings.RESULT)


def begin(turn: Turn) -> Reply:
    """Ask the first question about the newest finished dossier that was not rated yet."""
    invitation = _waiting(turn)
    if invitation is None:
        return Reply(
            "Chưa có hồ sơ nào của bạn chờ đánh giá. Sau khi trả kết quả, kênh sẽ mời bạn đánh giá; "
            f"hoặc dùng mã trên giấy tiếp nhận tại {links.absolute('/danh-gia/')}.",
            (visit("Đánh giá bằng mã hồ sơ", links.absolute("/danh-gia/")), say("Góp ý"), say("Menu")),
            command="danh-gia",
        )
    return _ask(turn, invitation, {})


_STARS = re.compile(r"([⭐★✩🌟])|(?<!\d)([1-5])\s*(?:sao|\*)|(?<!\d)(10|[1-9])\s*(?:điểm|diem)(?!\w)", re.I)
_LEVELS = (
    ("rat khong hai long", 1),
    ("khong hai long", 1),
    ("chua hai long", 2),
    ("rat hai long", 5),
    ("tuyet voi", 5),
    ("hai long", 4),
    ("binh thuong", 3),
    ("rat tot", 5),
    ("tot", 4),
    ("te", 1),
)
LONGEST_RATING = 8


def stars_in(said: Said) -> int:
    """Return the stars, 1–5, that a short message gives: stars, "5 sao", "10 điểm", "rất hài lòng"; 0 for none."""
    found = list(_STARS.finditer(said.plain))
    if found and found[0][1]:
        return min(5, len(found))
    if found and found[0][2]:
        return int(found[0][2])
    if found:
        return max(1, round(int(found[0][3]) / 2))
    padded = f" {said.folded} "
    return next((stars for words, stars in _LEVELS if f" {words} " in padded), 0)


def given_in_words(turn: Turn) -> Reply | None:
    """Return the next step when a short message rates and an invitation waits; None when it does neither."""
    if turn.memory.get("step") or len(turn.said.words) > LONGEST_RATING:
        return None
    stars, invitation = stars_in(turn.said), _waiting(turn)
    if not stars or invitation is None:
        return None
    asked = _questions(turn, invitation)
    return _ask(turn, invitation, {question.key: star_ratings.level(question, stars) for question in asked})


def begin_meant(turn: Turn) -> Reply:
    """Begin, taking the level where the message gives one."""
    return given_in_words(turn) or begin(turn)


def read_level(turn: Turn) -> Reply:
    """Read the answer to the question asked last."""
    invitation = _invitation(turn)
    if invitation is None:
        return begin(turn)
    given = dict(turn.memory.get("given", {}))
    question = next((each for each in _questions(turn, invitation) if each.key == turn.memory.get("key")), None)
    if question is None:
        return begin(turn)
    value = _value(turn, question)
    if value is None:
        return Reply(
            f"Bạn nhắn số từ 1 đến {len(question.choices)} giúp tôi:\n" + _choices(question) + "\n“thôi” để bỏ.",
            memory=turn.memory,
            command="danh-gia",
        )
    return _ask(turn, invitation, given | {question.key: value})


def read_comment(turn: Turn) -> Reply:
    """Take the last word, or none, and hand the sheet in."""
    invitation = _invitation(turn)
    if invitation is None:
        return begin(turn)
    comment = "" if turn.said.is_no or turn.said.folded in {"gui", "xong", "bo qua"} else turn.said.plain
    try:
        ratings.give(invitation, dict(turn.memory.get("given", {})), now=turn.now, via=Rating.Via.ZALO, comment=comment)
    except ActError as wrong:
        return Reply(str(wrong), (say("Menu"),), command="danh-gia")
    return Reply(
        "Cảm ơn bạn đã đánh giá. Cán bộ được đánh giá không biết ai đã chấm. "
        f"Muốn sửa trong thời gian cho phép: {links.rating_link(invitation.token)}",
        (say("Hồ sơ của tôi"), say("Góp ý"), say("Menu")),
        command="danh-gia",
    )


def _ask(turn: Turn, invitation: RatingInvitation, given: dict[str, int]) -> Reply:
    turn.about.add(invitation.dossier.agency_id)
    try:
        questions = _questions(turn, invitation)
    except ActError as wrong:
        return Reply(str(wrong), (say("Menu"),), command="danh-gia")
    memory = {"invitation": invitation.pk, "given": given}
    left = [question for question in questions if question.key not in given]
    if not left:
        return Reply(
            "Bạn có lời nào muốn nhắn thêm không? Nhắn nội dung, hoặc “không”.",
            (say("Không"),),
            memory=memory | {"step": "danh-gia:comment"},
            command="danh-gia",
        )
    question = left[0]
    head = f"Đánh giá hồ sơ {invitation.dossier.shown_number} ({len(given) + 1}/{len(questions)}).\n"
    return Reply(
        head + f"{question.text}\n{_choices(question)}",
        tuple(say(choice["label"], str(place)) for place, choice in enumerate(_ordered(question), start=1)),
        memory=memory | {"step": "danh-gia:level", "key": question.key},
        command="danh-gia",
    )


def _questions(turn: Turn, invitation: RatingInvitation) -> list[Question]:
    """Return the questions of the short sheet: the two that count, and any other that must be answered."""
    asked = ratings.questions_for(invitation, turn.now)
    return [question for question in asked if question.key in ASKED or question.required]


def _ordered(question: Question) -> list[dict]:
    return sorted(question.choices, key=lambda choice: -choice["value"])


def _choices(question: Question) -> str:
    return "\n".join(f"{place}. {choice['label']}" for place, choice in enumerate(_ordered(question), start=1))


def _value(turn: Turn, question: Question) -> int | None:
    ordered, digits = _ordered(question), turn.said.digits
    if digits and len(digits) == 1 and 0 < int(digits) <= len(ordered):
        return ordered[int(digits) - 1]["value"]
    for choice in ordered:
        if fold(choice["label"]) == turn.said.folded:
            return choice["value"]
    return None


def _waiting(turn: Turn) -> RatingInvitation | None:
    """Return the newest invitation of the person that waits for its answer."""
    mine = linking.dossiers_of(turn.contact).values("pk")
    waiting = RatingInvitation.objects.filter(dossier__in=mine, rating__isnull=True, expires_at__gt=turn.now)
    return waiting.select_related("dossier").order_by("-invited_at").first()


def _invitation(turn: Turn) -> RatingInvitation | None:
    """Return the invitation of the dialogue, as long as its dossier is still this person's."""
    mine = linking.dossiers_of(turn.contact).values("pk")
    rows = RatingInvitation.objects.filter(pk=turn.memory.get("invitation"), dossier__in=mine)
    found = rows.select_related("dossier").first()
    if found is not None:
        turn.about.add(found.dossier.agency_id)
    return found


register(
    Command(
        slug="danh-gia",
        title="Đánh giá",
        phrases=("đánh giá", "chấm điểm", "đánh giá sự hài lòng", "đánh giá hài lòng", "khảo sát"),
        answer=begin,
        steps={"level": read_level, "comment": read_comment},
        hint="đánh giá: chấm điểm thái độ phục vụ và kết quả",
        order=50,
    )
)
