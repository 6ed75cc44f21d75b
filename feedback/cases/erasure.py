"""Forgetting a person who asks: senders of cases and comments of ratings (Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15).

What the person wrote stays as a matter the agency handled, with names and numbers masked. Complaints and denunciations
are kept whole: their files are archived by law, and only named officers open them.
"""

from __future__ import annotations

from django.db.models import Q

from dossiers.privacy.sealed_files import remove_with_commit
from dossiers.privacy.sealing import keyed_hashes
from feedback.masking.masking import mask_text
from feedback.models import Case, CaseFile, FeedbackEvent, Rating, TransferRecord
from feedback.models.case import EMAIL_PURPOSE


def erase(
    *, phone: str = "", email: str = "", applicant_ids=(), origin_ref: str = "", rated_in_chat=()
) -> dict[str, int]:
    """Return how many rows of each kind were changed, by Vietnamese name; call inside the caller's transaction.

    `phone` in E.164, `email` as typed; `applicant_ids` are the erased applicants, whose ratings lose their comments.
    `origin_ref` is a chat that is erased: what was sent from it, and its comments on the dossiers `rated_in_chat`.
    """
    cases = _cases_of(phone, email, origin_ref)
    files = 0
    for case in cases:
        name = [case.sender_name] if case.sender_name else []
        case.text = mask_text(case.text, name)
        case.title = mask_text(case.title, name)
        case.sender_name = case.phone = case.email = case.sender_address = case.origin_ref = case.source_hash = ""
        case.save()
        for event in FeedbackEvent.objects.filter(case=case).exclude(public_note=""):
            # Histories are append-only for everybody but the person they are about.
            masked = mask_text(event.public_note, name)
            FeedbackEvent.objects.filter(pk=event.pk).update(public_note=masked)
        for answer in case.answers.all():
            answer.text = mask_text(answer.text, name)
            answer.save(update_fields=["text"])
        for file in CaseFile.objects.filter(case=case, by_staff=False):
            remove_with_commit(file.file)
            file.delete()
            files += 1
    theirs = Q(invitation__dossier__owner__in=list(applicant_ids))
    theirs |= Q(via=Rating.Via.ZALO, invitation__dossier__in=[dossier.pk for dossier in rated_in_chat])
    ratings = Rating.objects.filter(theirs).exclude(comment="")
    return {
        "ý kiến": len(cases),
        "tệp kèm ý kiến": files,
        "nhận xét trong phiếu đánh giá": ratings.update(comment=""),
        "đơn khiếu nại, tố cáo giữ lại theo quy định lưu trữ": _records_of(phone, email),
    }


def _cases_of(phone: str, email: str, origin_ref: str) -> list[Case]:
    found: dict[int, Case] = {}
    if origin_ref:
        found |= {case.pk: case for case in Case.objects.filter(origin_ref=origin_ref)}
    if phone:
        found |= {case.pk: case for case in Case.objects.with_phone(phone)}
    if email:
        rows = Case.objects.filter(email_hash__in=keyed_hashes(email.lower(), EMAIL_PURPOSE))
        found |= {case.pk: case for case in rows}
    return list(found.values())


def _records_of(phone: str, email: str) -> int:
    # Sealed without a hash, so that nobody can ask whether a number denounced somebody: read one by one.
    wanted = {value for value in (phone, email.lower()) if value}
    if not wanted:
        return 0
    rows = TransferRecord.objects.only("phone", "email").iterator(chunk_size=500)
    return sum(1 for row in rows if wanted & {row.phone, row.email.lower()})
