"""Files sent with a case: taken by their content, photos and films without the place and device hidden in them."""

from __future__ import annotations

import datetime as dt

from django.core.files.base import ContentFile
from django.utils.translation import gettext

from dossiers.attachments import taking, types
from dossiers.attachments.taking import Taken
from dossiers.workflow.moving import ActError
from feedback.models import Case, CaseFile, TransferRecord

MOST_FILES = 5
LARGEST = 10 * 1024 * 1024
ALLOWED = (types.JPEG, types.PNG, types.WEBP, types.HEIC, types.PDF, types.DOCX, types.MP4)
ACCEPT = "image/jpeg,image/png,image/webp,image/heic,image/heif,.heic,.heif,application/pdf,.docx,video/mp4"


def check(uploads) -> list[Taken]:
    """Return the files ready to keep. Raises ActError naming the file that cannot be taken and what to do."""
    uploads = [upload for upload in uploads if upload]
    if len(uploads) > MOST_FILES:
        raise ActError(gettext("Chỉ gửi kèm tối đa %(most)d tệp. Hãy chọn những ảnh rõ nhất.") % {"most": MOST_FILES})
    return [taking.take(upload, most_bytes=LARGEST, allowed=ALLOWED) for upload in uploads]


def keep(uploads, *, now: dt.datetime, case: Case | None = None, record: TransferRecord | None = None, by_staff=False):
    """Store the files (already Taken, or uploads to be checked) with the case or the record; return the rows.

    Call inside the transaction of the act; a file written for a transaction that fails is an orphan without a row.
    """
    checked = uploads if all(isinstance(upload, Taken) for upload in uploads) else check(uploads)
    owner = case or record
    if owner.files.count() + len(checked) > MOST_FILES * 3:
        raise ActError("Ý kiến này đã có quá nhiều tệp. Hãy mô tả bằng lời phần còn lại.")
    rows = []
    for item in checked:
        row = CaseFile(
            case=case,
            record=record,
            name=item.name,
            content_type=item.content_type,
            size=len(item.content),
            sha256=item.sha256,
            by_staff=by_staff,
            added_at=now,
        )
        row.file.save(item.name, ContentFile(item.content), save=False)
        row.save()
        rows.append(row)
    return rows
