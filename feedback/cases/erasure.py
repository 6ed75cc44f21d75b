"""Forgetting a person who asks: senders of cases and comments of ratings (Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15).

What the person wrote stays as a matter the agency handled, with names and numbers masked, and so does what staff wrote
of it: history, notes, answers, the public version. Complaints and denunciations are kept whole: their files are
archived by law, and only named officers open them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q

from dossiers.privacy.sealed_files import remove_with_commit
from dossiers.privacy.sealing import keyed_hashes
from feedback.masking.masking import mask_text
from feedback.models import Case, CaseFile, FaqEntry, FeedbackEvent, FollowUp, Publication, Rating, TransferRecord
from feedback.models.case import EMAIL_PURPOSE

Kind = FeedbackEvent.Kind
STAFF_FILES_KEPT = "tệp cán bộ gửi kèm trả lời ý kiến, giữ lại theo hồ sơ giải quyết (không dò được chữ bên trong)"


def erase(
    *, phone: str = "", email: str = "", applicant_ids=(), origin_ref: str = "", rated_in_chat=(), names=()
) -> dict[str, int]:
    """Return how many rows of each kind were changed, by Vietnamese name; call inside the caller's transaction.

    `phone` in E.164, `email` as typed; `applicant_ids` are the erased applicants, whose ratings lose their comments.
    `origin_ref` is a chat that is erased: what was sent from it, and its comments on the dossiers `rated_in_chat`.
    `names` are more names of the person, hidden besides the one each case was sent under.
    """
    cases = sent_by(phone=phone, email=email, origin_ref=origin_ref)
    files = kept_files = 0
    for case in cases:
        theirs = [*names, case.sender_name] if case.sender_name else list(names)
        for row in (case, *case.parts.all()):
            _mask_all_of(row, theirs)
            kept_files += CaseFile.objects.filter(case=row, by_staff=True).count()
        for file in CaseFile.objects.filter(case=case, by_staff=False):
            remove_with_commit(file.file)
            file.delete()
            files += 1
    return {
        "ý kiến": len(cases),
        "tệp kèm ý kiến": files,
        "nhận xét trong phiếu đánh giá": _forget_ratings(applicant_ids, rated_in_chat, names),
        STAFF_FILES_KEPT: kept_files,
        "đơn khiếu nại, tố cáo giữ lại theo quy định lưu trữ": _records_of(phone, email),
    }


def sent_by(*, phone: str = "", email: str = "", origin_ref: str = "") -> list[Case]:
    """Return the cases this person sent, by any of the ways they left; never a part of one, which bears no sender."""
    found: dict[int, Case] = {}
    if origin_ref:
        found |= {case.pk: case for case in Case.objects.filter(origin_ref=origin_ref)}
    if phone:
        found |= {case.pk: case for case in Case.objects.with_phone(phone)}
    if email:
        rows = Case.objects.filter(email_hash__in=keyed_hashes(email.lower(), EMAIL_PURPOSE))
        found |= {case.pk: case for case in rows}
    return list(found.values())


def _mask_all_of(case: Case, names: list[str]) -> None:
    """Empty who sent the case, and mask every free word about it, the public version too."""
    case.sender_name = case.phone = case.email = case.sender_address = case.origin_ref = case.source_hash = ""
    _write(case, _masked(case, ("text", "title", "address", "outcome_reason"), names))
    case.save()
    # Histories are append-only for everybody but the person they are about. Who sent the same matter was told the same.
    told_too = Q(case__merged_into=case, kind=Kind.ANSWERED)
    for event in FeedbackEvent.objects.filter(Q(case=case) | told_too):
        _mask_event(event, names)
    for rows, words in (
        (case.answers.all(), ("text", "returned_note")),
        (case.notes.all(), ("text",)),
        (CaseFile.objects.filter(case=case, by_staff=True), ("name",)),
        (FaqEntry.objects.filter(source__case=case), ("question", "answer", "other_words")),
    ):
        for row in rows:
            _write(row, _masked(row, words, names))
            row.save()
    for public in Publication.objects.filter(case=case):
        _write(public, _masked(public, ("title", "question", "answer", "taken_down_reason"), names))
        public.masked = ""  # the very words that were hidden
        public.save()


def _mask_event(event: FeedbackEvent, names: list[str]) -> None:
    changed: dict[str, Any] = {**_masked(event, ("public_note", "internal_note"), names)}
    title = event.facts.get("title", "")
    if title and (masked := mask_text(title, names)[:200]) != title:
        changed["facts"] = {**event.facts, "title": masked}
    if changed:
        FeedbackEvent.objects.filter(pk=event.pk).update(**changed)


def _masked(row: models.Model, words: Iterable[str], names: list[str]) -> dict[str, str]:
    """Return the fields that change by masking; a mask may be longer than what it hides, and is cut to the column."""
    changed = {}
    for name in words:
        before = getattr(row, name)
        longest = getattr(row._meta.get_field(name), "max_length", None)
        masked = mask_text(before, names)[:longest] if before else before
        if masked != before:
            changed[name] = masked
    return changed


def _write(row: models.Model, values: dict[str, str]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _forget_ratings(applicant_ids, rated_in_chat, names) -> int:
    theirs = Q(invitation__dossier__owner__in=list(applicant_ids))
    theirs |= Q(via=Rating.Via.ZALO, invitation__dossier__in=[dossier.pk for dossier in rated_in_chat])
    rows = Rating.objects.filter(theirs)
    for follow_up in FollowUp.objects.filter(rating__in=rows.values("pk")):
        follow_up.citizen_word = ""
        _write(follow_up, _masked(follow_up, ("done",), list(names)))
        follow_up.save(update_fields=["citizen_word", "done"])
    for event in FeedbackEvent.objects.filter(invitation__in=rows.values("invitation")):
        _mask_event(event, list(names))
    return rows.exclude(comment="").update(comment="")


def _records_of(phone: str, email: str) -> int:
    # Sealed without a hash, so that nobody can ask whether a number denounced somebody: read one by one.
    wanted = {value for value in (phone, email.lower()) if value}
    if not wanted:
        return 0
    rows = TransferRecord.objects.only("phone", "email").iterator(chunk_size=500)
    return sum(1 for row in rows if wanted & {row.phone, row.email.lower()})
