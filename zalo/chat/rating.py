"""Rating a finished dossier by chat: attitude and result asked apart, then a word of one's own (S3-04)."""

from __future__ import annotations

from dossiers.language import intents
from dossiers.search_text import fold
from dossiers.workflow.moving import ActError
from feedback.cases import links
from feedback.models import Question, Rating, RatingInvitation
from feedback.ratings import rating as ratings
from zalo.chat import rating_words, star_ratings
from zalo.chat.commands import Command, Turn, register
from zalo.messages.reply import Reply, say, visit
from zalo.people import linking

ASKED = (ratings.ATTITUDE, ratings.RESULT)


def begin(turn: Turn) -> Reply:
    """Ask the first question about the newest finished dossier that was not rated yet."""
    invitation = waiting(turn)
    if invitation is None:
        return Reply(
            "Chưa có hồ sơ nào của bạn chờ đánh giá. Sau khi trả kết quả, kênh sẽ mời bạn đánh giá; "
            f"hoặc dùng mã trên giấy tiếp nhận tại {links.absolute('/danh-gia/')}.",
            (visit("Đánh giá bằng mã hồ sơ", links.absolute("/danh-gia/")), say("Góp ý"), say("Menu")),
            command="danh-gia",
        )
    return _ask(turn, invitation, {})


def given_in_words(turn: Turn) -> Reply | None:
    """Return the next step when a short message rates and an invitation waits; None when it does neither.

    A message that rates the two sides apart is taken side by side; what was understood is said before anything is kept.
    """
    if turn.memory.get("step") or len(turn.said.words) > rating_words.LONGEST_OF_TWO:
        return None
    sides = rating_words.sides_in(turn.said)
    stars = rating_words.stars_in(turn.said) if len(turn.said.words) <= rating_words.LONGEST else 0
    invitation = waiting(turn) if sides or stars else None
    if invitation is None:
        return None
    # "làm khai sinh bao lâu" holds a word of judgement and is a question all the same; stars alone have no words.
    if not sides and turn.said.folded and intents.guess(turn.said.plain, "invitation").name != "rating":
        return None
    asked = _questions(turn, invitation)
    # What is asked beside the two sides was not said.
    said = (
        {ratings.ATTITUDE: sides.attitude, ratings.RESULT: sides.result}
        if sides
        else dict.fromkeys((each.key for each in asked), stars)
    )
    given = {each.key: star_ratings.level(each, said[each.key]) for each in asked if each.key in said}
    return _ask(turn, invitation, given, said=turn.said.plain)


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
    return _ask(turn, invitation, given | {question.key: value}, said=str(turn.memory.get("said", "")))


def read_comment(turn: Turn) -> Reply:
    """Take the last word, or none, and hand the sheet in."""
    invitation = _invitation(turn)
    if invitation is None:
        return begin(turn)
    comment = "" if turn.said.is_no or turn.said.folded in {"gui", "xong", "bo qua"} else turn.said.plain
    comment = "\n".join(filter(None, (str(turn.memory.get("said", "")), comment)))
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


def _ask(turn: Turn, invitation: RatingInvitation, given: dict[str, int], said: str = "") -> Reply:
    turn.about.add(invitation.dossier.agency_id)
    try:
        questions = _questions(turn, invitation)
    except ActError as wrong:
        return Reply(str(wrong), (say("Menu"),), command="danh-gia")
    memory = {"invitation": invitation.pk, "given": given, "said": said}
    left = [question for question in questions if question.key not in given]
    if not left:
        understood = _understood(questions, given) if said else ""
        return Reply(
            f"{understood}Bạn có lời nào muốn nhắn thêm không? Nhắn nội dung, hoặc “không”.",
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


def _understood(questions: list[Question], given: dict[str, int]) -> str:
    """Return what the person's own words were taken for, and how to say otherwise."""
    lines = [
        f"• {question.text} {choice['label']}"
        for question in questions
        for choice in question.choices
        if choice["value"] == given.get(question.key)
    ]
    return "\n".join(["Tôi hiểu đánh giá của bạn là:", *lines, "Chưa đúng: nhắn “thôi” rồi “đánh giá” để chọn lại.\n"])


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


def waiting(turn: Turn) -> RatingInvitation | None:
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
