"""Quick answers before a person is asked: the FAQ and what was published, found by words, without accents."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case as Choose
from django.db.models import F, IntegerField, Q, Value, When
from django.db.models.functions import Length

from dossiers.models import Agency
from dossiers.search_text import fold_words
from feedback.cases import links
from feedback.models import FaqEntry, Publication

# Words that every question has: they say nothing about what is asked.
STOP_WORDS = frozenset(
    "a ai anh ban bao cac cach can cho chua chi co con cua da dang de den di do duoc gi giup hay hoi khi khong la lai "
    "lam len luc ma minh mot muon nao nay nhe nhieu nhu nhung o phai ra rang sao se tai thay the thi thu toi tren "
    "trong tu va van ve vi voi xin em oi vay a roi luon".split()
)
MOST_WORDS = 8
MOST_LOOKED_AT = 10


@dataclass(frozen=True, slots=True)
class QuickAnswer:
    """A ready answer: `score` is the share of the asker's words it holds, 0–1; `link` is "" for the FAQ."""

    question: str
    answer: str
    score: float
    faq_id: int | None = None
    link: str = ""


def find(text: str, agency: Agency | None = None, limit: int = 3, least: float = 0.5) -> list[QuickAnswer]:
    """Return the best ready answers to `text`, best first; [] when nothing fits well enough. Two queries."""
    words = meaningful(text)
    if not words:
        return []
    # The database finds pieces of words too ("den" in "dendang"): only answers that hold the words whole are shown.
    found = [*_faq(words, agency, MOST_LOOKED_AT, least), *_published(words, agency, MOST_LOOKED_AT, least)]
    whole = [answer for answer in found if _share(words, answer) >= least]
    return sorted(whole, key=lambda answer: -answer.score)[:limit]


def _share(words: list[str], answer: QuickAnswer) -> float:
    """Return the share of the words that the answer or its question holds as words."""
    held = set(fold_words(f"{answer.question} {answer.answer}"))
    return sum(word in held for word in words) / len(words)


def meaningful(text: str) -> list[str]:
    """Return the folded words that carry the question, at most eight, in order."""
    words = [word for word in fold_words(text) if len(word) > 1 and word not in STOP_WORDS]
    return list(dict.fromkeys(words))[:MOST_WORDS]


def helped(faq_id: int) -> None:
    """Count that an answer was enough."""
    FaqEntry.objects.filter(pk=faq_id).update(times_helpful=F("times_helpful") + 1)


def _faq(words, agency, limit, least) -> list[QuickAnswer]:
    rows = FaqEntry.objects.filter(published=True)
    # Words of the question itself weigh double those that stand only in the answer.
    rows = _scored(rows, words, {"question_folded": 2, "search_text": 1}).filter(_of(agency))
    found = rows.filter(hits__gte=least * len(words) * 2).order_by("-hits", "-times_helpful", "id")[:limit]
    return [QuickAnswer(row.question, row.answer, min(1, row.hits / (len(words) * 3)), row.pk) for row in found]


def _published(words, agency, limit, least) -> list[QuickAnswer]:
    rows = Publication.objects.filter(status=Publication.Status.PUBLISHED)
    rows = _scored(rows, words, {"search_text": 1}).filter(_of(agency))
    found = rows.filter(hits__gte=max(2, least * len(words))).annotate(size=Length("search_text"))
    found = found.order_by("-hits", "size", "-id")[:limit]
    return [
        # Half the weight of the FAQ: an answer to one person's case is not yet a rule.
        QuickAnswer(row.title, row.answer, 0.5 * row.hits / len(words), link=links.publication_link(row.token))
        for row in found
    ]


def _scored(rows, words, fields: dict[str, int]):
    any_word, hits = Q(), Value(0)
    for word in words:
        for field, weight in fields.items():
            holds = Q(**{f"{field}__contains": word})
            any_word |= holds
            hits = hits + Choose(When(holds, then=Value(weight)), default=Value(0), output_field=IntegerField())
    return rows.filter(any_word).annotate(hits=hits)


def _of(agency: Agency | None) -> Q:
    return Q(agency=agency) | Q(agency__isnull=True) if agency else Q()
