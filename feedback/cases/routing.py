"""Telling complaints and denunciations from feedback, and finding the theme, the agency and the unit of a case.

A khiếu nại asks for review of a decision or act that harms the writer; a tố cáo reports a violation (Luật Khiếu nại
2011, Luật Tố cáo 2018). Both have a procedure of their own and are stopped here. The words decide only whether to ask:
the sender's own answer, or a named officer, decides what it is.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from django.db.models import Q

from dossiers.models import Agency, Unit
from dossiers.search_text import fold
from feedback.models import Category, RoutingRule
from feedback.petitions.guide import WHERE_TO_FILE as WHERE_TO_FILE  # what the chat quotes


class Nature(StrEnum):
    """What a text may be."""

    FEEDBACK = "feedback"
    COMPLAINT = "complaint"
    DENUNCIATION = "denunciation"


class Certainty(IntEnum):
    """How sure the words are: 1 asks the sender, 2 goes to a named officer even when the sender says otherwise."""

    NONE = 0
    MAYBE = 1
    STRONG = 2


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the words point to, how strongly, and which words they were."""

    nature: Nature
    certainty: Certainty
    words: tuple[str, ...] = ()

    @property
    def stops(self) -> bool:
        """Whether the sender has to be asked before anything is sent."""
        return self.certainty > Certainty.NONE


_PERSON = (
    r"(?:ông|bà|anh|chị|cán bộ|công chức|viên chức|chủ tịch|giám đốc|trưởng|phó|công an|"
    r"địa chính|hành vi|việc|ban|ubnd|lãnh đạo)"
)
# Written as people write them; matched with accents when the text has accents, folded when it has none.
_STRONG = {
    Nature.DENUNCIATION: (
        r"đơn tố cáo",
        r"(?:tôi|chúng tôi|em|gia đình tôi|xin|làm đơn|gửi đơn|viết đơn|nay) tố cáo",
        rf"tố cáo {_PERSON}",
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


def classify(text: str) -> Verdict:
    """Return whether the text reads like a complaint or denunciation, and how surely. Pure."""
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


def suggest_category(text: str, categories=None) -> Category | None:
    """Return the theme whose key words the text has most of; None when there is no sign of any."""
    padded = f" {fold(text)} "
    best, most = None, 0
    for category in Category.objects.filter(active=True) if categories is None else categories:
        hits = sum(f" {word} " in padded for word in category.folded_keywords)
        if hits > most:
            best, most = category, hits
    return best
