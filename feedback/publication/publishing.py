"""What publishing a case changes: the anonymised question with its answer, prepared by one, approved by another."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection
from dataclasses import replace

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from dossiers.models import Membership, valid_on
from dossiers.search_text import fold_words
from dossiers.workflow.moving import write
from feedback.cases import answers
from feedback.cases.moving import ActError, Change, needed
from feedback.masking.masking import Masked, mask
from feedback.models import Case, Category, FaqEntry, FeedbackEvent, Publication
from feedback.states import Publishing

Kind = FeedbackEvent.Kind
STALE = "Bản công khai đang ở bước khác. Hãy tải lại trang."


def preview(case: Case, *, on: dt.date, opened: Collection[str] = ()) -> dict[str, Masked]:
    """Return title, question and answer as the public would read them, each with what was hidden. Three queries.

    What a person has opened stays open; `opened` are more words to be.
    """
    names = names_in_play(case, on)
    keep_places = case.category is not None and case.category.needs_place
    answer = answers.latest_sent(case)
    texts = {"title": case.title, "question": case.text, "answer": answer.text if answer else ""}
    shown = [*opened_words(Publication.objects.filter(case=case).first()), *opened]
    return {key: mask(text, names, keep_places=keep_places, opened=shown) for key, text in texts.items()}


def opened_words(publication: Publication | None) -> list[str]:
    """Return what a person found to be hidden by mistake (see revealing)."""
    kept = json.loads(publication.masked) if publication is not None and publication.masked else {}
    return [row["words"] for row in kept.get("opened", [])]


def names_in_play(case: Case, on: dt.date) -> list[str]:
    """Return the names to hide wherever they stand: the sender's and those of the agency's staff, either way round."""
    members = Membership.objects.filter(valid_on(on), agency_id=case.agency_id)
    users = get_user_model().objects.filter(pk__in=members.values("user_id"))
    names = [case.sender_name] if case.sender_name else []
    for user in users:
        # Vietnamese names are typed family name first, whichever field the administrator put it in.
        names += [f"{user.last_name} {user.first_name}".strip(), f"{user.first_name} {user.last_name}".strip()]
    return [name for name in dict.fromkeys(names) if name]


def prepare(
    case: Case,
    *,
    by,
    now: dt.datetime,
    title: str | None = None,
    question: str | None = None,
    answer: str | None = None,
) -> Change:
    """Keep the public version, which the act returns, masked again whatever was typed.

    Whoever prepares may hide more, never less: what is hidden by mistake is opened by a leader (revealing).
    """
    if answers.latest_sent(case) is None:
        raise ActError("Chỉ công khai ý kiến đã được trả lời.")
    _consented(case)
    if case.publishing in {Publishing.SUBMITTED, Publishing.PUBLISHED}:
        raise ActError("Bản công khai đang chờ duyệt hoặc đã công khai; hãy gỡ trước khi soạn lại.")
    names = names_in_play(case, now.date())
    keep_places = case.category is not None and case.category.needs_place
    shown, before = preview(case, on=now.date()), Publication.objects.filter(case=case).first()
    opened = json.loads(before.masked).get("opened", []) if before is not None and before.masked else []
    typed = {"title": title, "question": question, "answer": answer}
    texts = {
        key: shown[key].text
        if given is None
        else mask(given, names, keep_places=keep_places, opened=[row["words"] for row in opened]).text
        for key, given in typed.items()
    }
    for key, sentence in (
        ("title", "Ghi tiêu đề công khai."),
        ("question", "Ghi nội dung câu hỏi công khai."),
        ("answer", "Ghi câu trả lời công khai."),
    ):
        texts[key] = needed(texts[key], sentence, longest=200 if key == "title" else 8000)
    hidden = {key: shown[key].found for key in shown} | {"opened": opened}
    kept = {
        **texts,
        "agency": case.agency,
        "category": case.category,
        "masked": json.dumps(hidden, ensure_ascii=False),
        "status": Publication.Status.DRAFT,
        "prepared_by": by,
        "approved_by": None,
    }

    def then(_event) -> Publication:
        return Publication.objects.update_or_create(case=case, defaults=kept)[0]

    return Change({"publishing": Publishing.DRAFT}, then=then)


def _consented(case: Case) -> None:
    if not case.may_publish:
        raise ActError("Người gửi không đồng ý công khai ý kiến này.")


def submit(case: Case, *, by, now: dt.datetime) -> Change:
    """Hand the public version to whoever approves."""
    return _step(case, Publication.Status.DRAFT, Publication.Status.SUBMITTED)


def approve(case: Case, *, by, now: dt.datetime) -> Change:
    """Put the public version on the site; nobody approves what they prepared."""
    if by is not None and _publication(case).prepared_by_id == by.pk and not by.is_superuser:
        raise ActError("Bản công khai phải do người khác duyệt, không phải người soạn.")
    _consented(case)
    return _step(
        case, Publication.Status.SUBMITTED, Publication.Status.PUBLISHED, {"approved_by": by, "published_at": now}
    )


def send_back(case: Case, *, by, now: dt.datetime) -> Change:
    """The approver wants changes: a draft again."""
    return _step(case, Publication.Status.SUBMITTED, Publication.Status.DRAFT)


def take_down(case: Case, *, by, now: dt.datetime, reason: str) -> Change:
    """Remove the public version at once, with the reason kept."""
    reason = needed(reason, "Ghi lý do gỡ.", longest=255)
    values = {"taken_down_reason": reason}
    change = _step(case, Publication.Status.PUBLISHED, Publication.Status.TAKEN_DOWN, values)

    def then(event):
        FaqEntry.objects.filter(source__case=case).update(published=False)
        return change.then(event)

    return replace(change, told={"internal_note": reason}, then=then)


def object_to(case: Case, *, by, now: dt.datetime) -> Change:
    """The sender takes the consent back: nothing is published any more, and what was is taken down."""
    publication = Publication.objects.filter(case=case).first()
    if publication is not None and publication.status == Publication.Status.PUBLISHED:
        down = take_down(case, by=None, now=now, reason="Người gửi rút lại đồng ý công khai")
        return replace(down, values={**down.values, "may_publish": False}, kind=Kind.TAKEN_DOWN)

    def then(_event) -> None:
        if publication is not None:
            publication.delete()

    return Change({"may_publish": False, "publishing": Publishing.NONE}, then=then)


def hidden_from(publication: Publication) -> list[tuple[str, str]]:
    """Return (kind, words) of what was hidden, for the sender and the approver."""
    stored = json.loads(publication.masked) if publication.masked else {}
    return [tuple(item) for key in ("title", "question", "answer") for item in stored.get(key, [])]


def grow_faq(case: Case, *, by, now: dt.datetime, question: str, answer: str) -> Change:
    """Make a frequently asked question of a published case, which the act returns; both texts are approved already."""
    publication = _publication(case)
    if publication.status != Publication.Status.PUBLISHED:
        raise ActError("Chỉ đưa vào hỏi đáp thường gặp ý kiến đã công khai.")
    names = names_in_play(case, now.date())
    entry = FaqEntry(
        question=needed(mask(question, names).text, "Ghi câu hỏi.", longest=300),
        answer=needed(mask(answer, names).text, "Ghi câu trả lời.", longest=4000),
        category=publication.category,
        agency=publication.agency,
        source=publication,
        published=True,
        reviewed_on=now.date(),
    )

    def then(_event) -> FaqEntry:
        entry.save()
        return entry

    return Change(then=then)


def published(words: str = "", category: Category | None = None) -> QuerySet[Publication]:
    """Return what the public may read, newest first, holding every word asked for; accents don't matter."""
    rows = Publication.objects.filter(status=Publication.Status.PUBLISHED).select_related("agency", "category")
    for word in fold_words(words)[:8]:
        rows = rows.filter(search_text__contains=word)
    if category is not None:
        rows = rows.filter(category=category)
    return rows.order_by("-published_at", "-id")


def _publication(case: Case) -> Publication:
    row = Publication.objects.filter(case=case).first()
    if row is None:
        raise ActError("Chưa có bản công khai. Hãy soạn bản công khai trước.")
    return row


def _step(case: Case, source: str, target: str, values: dict | None = None) -> Change:
    """Return the change of a case whose public version goes from one status to another; both axes move together."""
    row = _publication(case)
    if row.status != source:
        raise ActError(STALE)

    def then(event):
        write(row, {"status": target, **(values or {})}, unless=("status",), stale=STALE)
        return event or row

    return Change({"publishing": target}, then=then)
