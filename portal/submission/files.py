"""Photos and documents under a paper of a draft: taken by their content, and no more than a dossier needs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.attachments import taking, types
from dossiers.attachments.taking import Taken
from dossiers.privacy import guessing
from dossiers.privacy.guessing import Limit
from dossiers.workflow.moving import ActError
from portal.submission import drafts
from portal.submission.models import DraftFile, FilingDraft

ALLOWED = (types.PDF, types.JPEG, types.PNG, types.WEBP, types.HEIC)
ACCEPT = "image/jpeg,image/png,image/webp,image/heic,image/heif,.heic,.heif,application/pdf"
LARGEST = 10 * 1024 * 1024
MOST_AT_ONCE = 10
MOST_FILES = 40
MOST_BYTES = 150 * 1024 * 1024
FULL = gettext_lazy("Hồ sơ đã có %(count)d tệp, không nhận thêm “%(name)s”. Hãy gộp các trang thành một tệp PDF.")
UPLOADS = (Limit("filing-file", 120, 3600), Limit("filing-file-day", 1000, 86400))
"""Of one address: who files for a firm adds four pages to thirty dossiers an hour, all day."""


def take(uploads: Iterable, *, caller: str) -> tuple[list[Taken], list[str]]:
    """Return (files fit to keep, sentences on those that are not). Raises guessing.TooMany; none is kept then."""
    sent = [upload for upload in uploads if upload is not None]
    kept: list[Taken] = []
    wrong: list[str] = []
    for upload in sent[:MOST_AT_ONCE]:
        guessing.count(UPLOADS, [caller])
        try:
            kept.append(taking.take(upload, most_bytes=LARGEST, allowed=ALLOWED))
        except ActError as refused:
            wrong.append(str(refused))
    left = [types.safe_name(upload.name) for upload in sent[MOST_AT_ONCE:]]
    if left:
        wrong.append(
            _("Mỗi mục mỗi lần tải tối đa %(most)d tệp. Chưa nhận: %(names)s. Hãy chọn và tải tiếp các tệp này.")
            % {"most": MOST_AT_ONCE, "names": ", ".join(left)[:300]}
        )
    return kept, wrong


def keep(draft: FilingDraft, paper: str, uploads: Iterable, *, caller: str, now: dt.datetime) -> list[str]:
    """Keep what is fit under the paper; return a sentence for each file that was not taken. Raises guessing.TooMany."""
    uploads = [upload for upload in uploads if upload is not None]
    if not uploads:
        return []
    there = draft.files.aggregate(size=Sum("size"))["size"] or 0
    known = set(draft.files.filter(paper=paper).values_list("sha256", flat=True))
    count = draft.files.count()
    if count >= MOST_FILES:
        return [FULL % {"count": count, "name": types.safe_name(uploads[0].name)}]
    taken, wrong = take(uploads, caller=caller)
    for item in taken:
        if item.sha256 in known:
            continue  # the same photo chosen twice
        if count >= MOST_FILES or there + len(item.content) > MOST_BYTES:
            wrong.append(FULL % {"count": count, "name": item.name})
            continue
        if not _store(draft, paper, item, now):
            break  # sent meanwhile in another window: its link shows the dossier
        known.add(item.sha256)
        count, there = count + 1, there + len(item.content)
    return wrong


def _store(draft: FilingDraft, paper: str, item: Taken, now: dt.datetime) -> bool:
    with transaction.atomic():
        if drafts.hold(draft).receipt_id:
            return False
        row = DraftFile(
            draft=draft,
            paper=paper,
            name=item.name[:200],
            content_type=item.content_type,
            size=len(item.content),
            sha256=item.sha256,
            added_at=now,
        )
        row.file.save(item.name, ContentFile(item.content), save=False)
        row.save()
    return True
