"""Publishing a case: the anonymised question with its answer, prepared by one person and approved by another."""

from __future__ import annotations

import datetime as dt
import json

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet

from dossiers.models import Membership, valid_on
from dossiers.search_text import fold_words
from dossiers.workflow.moving import ActError, write
from feedback.cases import answers, events
from feedback.cases.moving import allow, change, needed
from feedback.masking.masking import Masked, mask
from feedback.models import Case, Category, FaqEntry, FeedbackEvent, Publication
from feedback.states import Publishing, Status

Kind = FeedbackEvent.Kind
STALE = "Bản công khai đang ở bước khác. Hãy tải lại trang."


def preview(case: Case, *, on: dt.date) -> dict[str, Masked]:
    """Return title, question and answer as the public would read them, each with what was hidden. Two queries."""
    names = names_in_play(case, on)
    keep_places = case.category is not None and case.category.needs_place
    answer = answers.latest_sent(case)
    texts = {"title": case.title, "question": case.text, "answer": answer.text if answer else ""}
    return {key: mask(text, names, keep_places=keep_places) for key, text in texts.items()}


def names_in_play(case: Case, on: dt.date) -> list[str]:
    """Return the names to hide wherever they stand: the sender's and those of the agency's staff, either way round."""
    members = Membership.objects.filter(valid_on(on), agency_id=case.agency_id)
    users = get_user_model().objects.filter(pk__in=members.values("user_id"))
    names = [case.sender_name] if case.sender_name else []
    for user in users:
        # Vietnamese names are typed family name first, whichever field the administrator put it in.
        names += [f"{user.last_name} {user.first_name}".strip(), f"{user.first_name} {user.last_name}".strip()]
    return [name for name in dict.fromkeys(names) if name]


@transaction.atomic
def prepare(
    case: Case,
    *,
    by,
    now: dt.datetime,
    title: str | None = None,
    question: str | None = None,
    answer: str | None = None,
) -> Publication:
    """Return the public version, masked again whatever was typed: a person may hide more, never less."""
    allow(by, "handle_case", case)
    if case.status not in {Status.ANSWERED, Status.CLOSED} or answers.latest_sent(case) is None:
        raise ActError("Chỉ công khai ý kiến đã được trả lời.")
    if not case.may_publish:
        raise ActError("Người gửi không đồng ý công khai ý kiến này.")
    if case.publishing in {Publishing.SUBMITTED, Publishing.PUBLISHED}:
        raise ActError("Bản công khai đang chờ duyệt hoặc đã công khai; hãy gỡ trước khi soạn lại.")
    names = names_in_play(case, now.date())
    keep_places = case.category is not None and case.category.needs_place
    shown = preview(case, on=now.date())
    typed = {"title": title, "question": question, "answer": answer}
    texts = {
        key: shown[key].text if given is None else mask(given, names, keep_places=keep_places).text
        for key, given in typed.items()
    }
    for key, sentence in (
        ("title", "Ghi tiêu đề công khai."),
        ("question", "Ghi nội dung câu hỏi công khai."),
        ("answer", "Ghi câu trả lời công khai."),
    ):
        texts[key] = needed(texts[key], sentence, longest=200 if key == "title" else 8000)
    hidden = {key: shown[key].found for key in shown}
    publication, _ = Publication.objects.update_or_create(
        case=case,
        defaults={
            **texts,
            "agency": case.agency,
            "category": case.category,
            "masked": json.dumps(hidden, ensure_ascii=False),
            "status": Publication.Status.DRAFT,
            "prepared_by": by,
            "approved_by": None,
        },
    )
    change(case, {"publishing": Publishing.DRAFT})
    return publication


@transaction.atomic
def submit(publication: Publication, *, by, now: dt.datetime) -> Publication:
    """Hand the public version to whoever approves."""
    case = publication.case
    allow(by, "handle_case", case)
    _step(publication, Publication.Status.DRAFT, Publication.Status.SUBMITTED)
    change(case, {"publishing": Publishing.SUBMITTED})
    return publication


@transaction.atomic
def approve(publication: Publication, *, by, now: dt.datetime) -> FeedbackEvent:
    """Put the public version on the site; nobody approves what they prepared."""
    case = publication.case
    allow(by, "publish_case", case)
    if by is not None and publication.prepared_by_id == by.pk and not by.is_superuser:
        raise ActError("Bản công khai phải do người khác duyệt, không phải người soạn.")
    if not case.may_publish:
        raise ActError("Người gửi không đồng ý công khai ý kiến này.")
    _step(
        publication,
        Publication.Status.SUBMITTED,
        Publication.Status.PUBLISHED,
        approved_by=by,
        published_at=now,
    )
    change(case, {"publishing": Publishing.PUBLISHED})
    return events.record(case, Kind.PUBLISHED, at=now, actor=by)


@transaction.atomic
def send_back(publication: Publication, *, by, now: dt.datetime) -> Publication:
    """The approver wants changes: a draft again."""
    allow(by, "publish_case", publication.case)
    _step(publication, Publication.Status.SUBMITTED, Publication.Status.DRAFT)
    change(publication.case, {"publishing": Publishing.DRAFT})
    return publication


@transaction.atomic
def take_down(publication: Publication, *, by, now: dt.datetime, reason: str) -> FeedbackEvent:
    """Remove the public version at once, with the reason kept."""
    case = publication.case
    if by is not None:
        allow(by, "publish_case", case)
    reason = needed(reason, "Ghi lý do gỡ.", longest=255)
    _step(
        publication,
        Publication.Status.PUBLISHED,
        Publication.Status.TAKEN_DOWN,
        taken_down_reason=reason,
    )
    FaqEntry.objects.filter(source=publication).update(published=False)
    change(case, {"publishing": Publishing.TAKEN_DOWN})
    return events.record(case, Kind.TAKEN_DOWN, at=now, actor=by, internal_note=reason)


@transaction.atomic
def object_to(case: Case, *, now: dt.datetime) -> None:
    """The sender takes the consent back: nothing is published any more, and what was is taken down."""
    change(case, {"may_publish": False})
    publication = Publication.objects.filter(case=case).first()
    if publication is None:
        change(case, {"publishing": Publishing.NONE})
    elif publication.status == Publication.Status.PUBLISHED:
        take_down(publication, by=None, now=now, reason="Người gửi rút lại đồng ý công khai")
    else:
        publication.delete()
        change(case, {"publishing": Publishing.NONE})


def hidden_from(publication: Publication) -> list[tuple[str, str]]:
    """Return (kind, words) of what was hidden, for the sender and the approver."""
    stored = json.loads(publication.masked) if publication.masked else {}
    return [tuple(item) for key in ("title", "question", "answer") for item in stored.get(key, [])]


@transaction.atomic
def grow_faq(publication: Publication, *, by, now: dt.datetime, question: str, answer: str) -> FaqEntry:
    """Return a frequently asked question grown from a published case; shown at once, since both texts are approved."""
    allow(by, "publish_case", publication.case)
    if publication.status != Publication.Status.PUBLISHED:
        raise ActError("Chỉ đưa vào hỏi đáp thường gặp ý kiến đã công khai.")
    names = names_in_play(publication.case, now.date())
    return FaqEntry.objects.create(
        question=needed(mask(question, names).text, "Ghi câu hỏi.", longest=300),
        answer=needed(mask(answer, names).text, "Ghi câu trả lời.", longest=4000),
        category=publication.category,
        agency=publication.agency,
        source=publication,
        published=True,
        reviewed_on=now.date(),
    )


def published(words: str = "", category: Category | None = None) -> QuerySet[Publication]:
    """Return what the public may read, newest first, holding every word asked for; accents don't matter."""
    rows = Publication.objects.filter(status=Publication.Status.PUBLISHED).select_related("agency", "category")
    for word in fold_words(words)[:8]:
        rows = rows.filter(search_text__contains=word)
    if category is not None:
        rows = rows.filter(category=category)
    return rows.order_by("-published_at", "-id")


def _step(publication: Publication, source: str, target: str, **values) -> None:
    if publication.status != source:
        raise ActError(STALE)
    write(publication, {"status": target, **values}, unless=("status",), stale=STALE)
