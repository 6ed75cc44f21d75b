"""Telling complaints and denunciations from feedback, and finding the theme, the agency and the unit of a case.

A khiếu nại asks for review of a decision or act that harms the writer; a tố cáo reports a violation (Luật Khiếu nại
2011, Luật Tố cáo 2018). Both have a procedure of their own and are stopped here. The words decide only whether to ask
or to hold: the sender's own answer, or a named officer, decides what it is. Words of the law are rules; what people
say instead of them is read by the model beside the rules (dossiers.language).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from django.db.models import Q

from dossiers.language import voice
from dossiers.models import Agency, Unit
from dossiers.search_text import fold
from feedback.models import Case, Category, RoutingRule
from feedback.petitions.guide import WHERE_TO_FILE as WHERE_TO_FILE  # what the chat quotes


class Nature(StrEnum):
    """What a text may be."""

    FEEDBACK = "feedback"
    COMPLAINT = "complaint"
    DENUNCIATION = "denunciation"


class Certainty(IntEnum):
    """How sure the words are.

    DOUBTFUL is held for a named officer without a question, MAYBE asks the sender, STRONG asks and goes to a named
    officer even when the sender says otherwise.
    """

    NONE = 0
    DOUBTFUL = 1
    MAYBE = 2
    STRONG = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the words point to, how strongly, and which words they were."""

    nature: Nature
    certainty: Certainty
    words: tuple[str, ...] = ()

    @property
    def stops(self) -> bool:
        """Whether the sender has to be asked before anything is sent."""
        return self.certainty >= Certainty.MAYBE


_PERSON = (
    r"(?:ông|bà|anh|chị|cán bộ|công chức|viên chức|chủ tịch|giám đốc|trưởng|phó|công an|"
    r"địa chính|hành vi|việc|ban|ubnd|lãnh đạo)"
)
# Written as people write them; matched with accents when the text has accents, folded when it has none.
_STRONG = {
    Nature.DENUNCIATION: (
        r"đơn tố cáo",
        r"(?:tôi|chúng tôi|em|gia đình tôi|xin|làm đơn|gửi đơn|viết đơn|nay) tố cáo",
        rf"tố cáo (?:một |mấy |các |những )?{_PERSON}",
        r"tố giác",
        r"(?:nhận|đòi|vòi|đưa|ăn) hối lộ",
        r"tham nhũng",
        r"tham ô",
        r"(?:nhận|đòi|vòi) (?:phong bì|tiền bồi dưỡng|tiền lót tay|lót tay)",
        r"vòi vĩnh tiền",
        r"làm giả (?:hồ sơ|giấy tờ|con dấu)",
    ),
    Nature.COMPLAINT: (
        r"đơn khiếu nại",
        r"(?:tôi|chúng tôi|em|gia đình tôi|xin|làm đơn|gửi đơn|viết đơn|nay) khiếu nại",
        r"khiếu nại (?:quyết định|hành vi hành chính|lần đầu|lần hai|kết quả giải quyết)",
        r"(?:hủy bỏ|thu hồi|xem xét lại) quyết định (?:số|xử phạt|thu hồi|cưỡng chế|hành chính)",
    ),
}
_MAYBE = {
    Nature.DENUNCIATION: (r"tố cáo", r"đòi tiền", r"nhũng nhiễu", r"bao che", r"hối lộ"),
    Nature.COMPLAINT: (r"khiếu nại", r"khiếu kiện", r"không đồng ý với quyết định", r"đòi bồi thường"),
}
# Asking how to complain is a question, not a complaint.
_ASKING = r"(?:thủ tục|cách|quy trình|hướng dẫn|mẫu|thời hạn|nơi nhận|nộp)(?: \w+){0,3} (?:đơn )?(?:khiếu nại|tố cáo)"
_FOLDED_AMBIGUOUS = {"to cao"}


_NATURE = {"khieu_nai": Nature.COMPLAINT, "to_cao": Nature.DENUNCIATION}
_ASKS_OR_THANKS = frozenset({"hoi_dap", "gop_y"})
_SAYS_SO = re.compile(r"\?|cho hoi|xin hoi|phan biet|cam on|duoc khong|o dau|cap nao|the nao|bao lau")
FAR_FROM_IT = -1.0
"""Margin of the model below which a word of the law stands in a text about something else: thanks, a question."""


def classify(text: str) -> Verdict:
    """Return whether the text reads like a complaint or denunciation, and how surely. Pure."""
    ruled, read = by_rules(text), voice.read(text or "")
    margin, words = read.petition_margin, ruled.words or tuple(read.petition_words)
    nature = _NATURE[read.petition] if ruled.nature == Nature.FEEDBACK else ruled.nature
    asks_or_thanks = read.kind in _ASKS_OR_THANKS and _SAYS_SO.search(f"{text} {fold(text)}")
    if margin < voice.DOUBTFUL and asks_or_thanks:
        return Verdict(Nature.FEEDBACK, Certainty.NONE, ruled.words)
    if ruled.certainty == Certainty.NONE and read.calls_for_help:
        return Verdict(Nature.FEEDBACK, Certainty.NONE)  # Who calls for help is not asked what kind of letter it is.
    if ruled.certainty == Certainty.STRONG:
        return ruled if margin > FAR_FROM_IT else Verdict(ruled.nature, Certainty.MAYBE, ruled.words)
    if margin >= voice.CLEAR:
        return Verdict(nature, Certainty.STRONG, words)
    if margin >= voice.DOUBTFUL:
        return Verdict(nature, Certainty.DOUBTFUL, words)
    return ruled if margin > FAR_FROM_IT else Verdict(Nature.FEEDBACK, Certainty.NONE, ruled.words)


def by_rules(text: str) -> Verdict:
    """Return what the words of the law alone say."""
    accented = " ".join(re.split(r"[\W_]+", unicodedata.normalize("NFC", text or "").lower())).strip()
    folded = fold(text)
    words_have_accents = accented != folded
    subject, form = (accented, lambda p: p) if words_have_accents else (folded, _folded_pattern)
    asking = tuple(found[0] for found in re.finditer(form(_ASKING), subject))
    rest = re.sub(form(_ASKING), " ", subject)
    for certainty, patterns in ((Certainty.STRONG, _STRONG), (Certainty.MAYBE, _MAYBE)):
        for nature, wanted in patterns.items():
            words = _matches(rest, wanted, form, words_have_accents)
            if words:
                return Verdict(nature, certainty, words)
    if asking:
        return Verdict(Nature.FEEDBACK, Certainty.NONE, asking)
    return Verdict(Nature.FEEDBACK, Certainty.NONE)


def _matches(subject: str, patterns, form, accented: bool) -> tuple[str, ...]:
    found = []
    for pattern in patterns:
        for match in re.finditer(rf"(?<!\w){form(pattern)}(?!\w)", subject):
            # "cây to cao" without accents is a tall tree, not a denunciation.
            if accented or match[0] not in _FOLDED_AMBIGUOUS:
                found.append(match[0])
    # "làm đơn tố cáo" says it all: "đơn tố cáo" beside it would not.
    return tuple(word for word in dict.fromkeys(found) if not any(word != other and word in other for other in found))


def _folded_pattern(pattern: str) -> str:
    return "".join(fold(ch) or ch if ch.isalpha() else ch for ch in unicodedata.normalize("NFC", pattern))


@dataclass(frozen=True, slots=True)
class Route:
    """Who gets a case."""

    agency: Agency
    unit: Unit | None
    urgent: bool


def route(received_by: Agency, category: Category | None, address: str = "") -> Route:
    """Return who gets a case of this theme and place: the most particular rule, else the agency it was sent to.

    One query; the rules of an installation are tens, not thousands.
    """
    place = f" {fold(address)} "
    rules = RoutingRule.objects.filter(
        Q(category=category) | Q(category__isnull=True),
        Q(received_by=received_by) | Q(received_by__isnull=True),
        active=True,
        agency__active=True,
    ).select_related("agency", "unit")
    fitting = [rule for rule in rules if not rule.area_folded or f" {rule.area_folded} " in place]
    if not fitting:
        return Route(received_by, None, False)
    best = max(fitting, key=lambda rule: (rule.weight, -rule.pk))
    return Route(best.agency, best.unit, best.urgent)


_KEYWORD = 0.25
_NO_SIGN = -0.9
_CLOSE = 0.5
"""How far behind the first a second theme is still told to who decides."""
_LEAST_KNOWN = 5
"""Pieces of a text the model must know to say anything about it."""
_IN_DANGER = ("an-ninh", "y-te")
"""Whose theme a call for help is: that of the police, who rescue and put out fires as well, or of the ambulance."""
_PETITIONS = "khieu-nai-hoi"
_VAGUE = -0.2
"""Score below which a petition goes by what it is, not by what it is about: its theme is that of who receives it."""


@dataclass(frozen=True, slots=True)
class Signs:
    """Why the machine proposed what it did, in the sender's own words; [] where it proposed nothing."""

    category: list[str]
    close: list[Category]
    urgency: list[str]
    danger: bool
    petition: list[str]


def signs(case: Case) -> Signs:
    """Return the words behind the theme, the urgency and, where it sounds like one, the petition."""
    read, likely = voice.read(case.text), likely_categories(case.text)
    urgent, petition = read.urgency > voice.Urgency.ORDINARY, read.petition_margin >= voice.DOUBTFUL
    return Signs(
        read.category_words(case.category.code) if case.category else [],
        [theme for theme in likely if theme != case.category],
        read.urgency_words if urgent else [],
        read.urgency == voice.Urgency.DANGER,
        read.petition_words if petition else [],
    )


def suggest_category(text: str, categories=None) -> Category | None:
    """Return the theme the text is most likely about; None when there is no sign of any."""
    return next(iter(likely_categories(text, categories)), None)


def likely_categories(text: str, categories=None) -> list[Category]:
    """Return the themes the text may be about, the likeliest first: one, or two where the second is close behind.

    The model knows the themes of the first installation; an agency's own themes are found by their key words, which
    weigh in the others as well.
    """
    padded, scores = f" {fold(text)} ", _theme_scores(text)
    found = []
    for category in Category.objects.filter(active=True) if categories is None else categories:
        hits = sum(f" {word} " in padded for word in category.folded_keywords)
        score = scores.get(category.code, -1.0 if hits else -2.0) + _KEYWORD * min(hits, 3)
        if score > _NO_SIGN:
            found.append((score, category))
    found.sort(key=lambda pair: -pair[0])
    return [category for score, category in found[:2] if score > found[0][0] - _CLOSE]


def _theme_scores(text: str) -> dict[str, float]:
    """Return the scores by theme; {} where the model knows too little of the text.

    A call for help is led by whom it calls, a petition whose subject is not plain by what it is.
    """
    read = voice.read(text)
    if len(read.categories.known) < _LEAST_KNOWN:
        return {}
    scores = dict(read.categories.scores)
    if read.urgency == voice.Urgency.DANGER:
        called = max(_IN_DANGER, key=scores.__getitem__)
        scores[called] = max(scores.values()) + 1.0
    elif read.petition_margin >= voice.CLEAR:
        scores[_PETITIONS] = max(scores[_PETITIONS], _VAGUE)
    return scores
