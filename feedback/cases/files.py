"""Files sent with a case: taken by their content, photos and films without the place and device hidden in them."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.core.files.base import ContentFile
from django.utils.translation import gettext

from dossiers.attachments import pictures, types, videos
from dossiers.attachments.traps import UploadRefused
from dossiers.workflow.moving import ActError
from feedback.models import Case, CaseFile, TransferRecord

MOST_FILES = 5
LARGEST = 10 * 1024 * 1024
ALLOWED = (types.JPEG, types.PNG, types.WEBP, types.HEIC, types.PDF, types.DOCX, types.MP4)
ACCEPT = "image/jpeg,image/png,image/webp,image/heic,image/heif,.heic,.heif,application/pdf,.docx,video/mp4"


class Checked:
    """A file that may be kept: cleaned content, safe name, media type."""

    def __init__(self, name: str, content: bytes, content_type: str):
        self.name, self.content, self.content_type = name, content, content_type


def check(uploads) -> list[Checked]:
    """Return the files ready to keep. Raises ActError naming the file that cannot be taken and what to do."""
    uploads = [upload for upload in uploads if upload]
    if len(uploads) > MOST_FILES:
        raise ActError(gettext("Chỉ gửi kèm tối đa %(most)d tệp. Hãy chọn những ảnh rõ nhất.") % {"most": MOST_FILES})
    return [_check_one(upload) for upload in uploads]


def keep(uploads, *, now: dt.datetime, case: Case | None = None, record: TransferRecord | None = None, by_staff=False):
    """Store the files (already Checked, or uploads to be checked) with the case or the record; return the rows.

    Call inside the transaction of the act; a file written for a transaction that fails is an orphan without a row.
    """
    checked = uploads if all(isinstance(upload, Checked) for upload in uploads) else check(uploads)
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
            sha256=hashlib.sha256(item.content).hexdigest(),
            by_staff=by_staff,
            added_at=now,
        )
        row.file.save(item.name, ContentFile(item.content), save=False)
        row.save()
        rows.append(row)
    return rows


def _check_one(upload) -> Checked:
    if upload.size > LARGEST:
        raise ActError(
            gettext("Tệp “%(name)s” nặng %(size)d MB, quá %(most)d MB. Hãy chụp lại ở cỡ nhỏ hơn hoặc gửi ảnh đã nén.")
            % {"name": types.safe_name(upload.name), "size": upload.size >> 20, "most": LARGEST >> 20}
        )
    try:
        found = types.check_upload(upload.name, upload, LARGEST, allowed=ALLOWED)
    except UploadRefused as refused:
        raise ActError(f"Tệp “{types.safe_name(upload.name)}”: {refused}") from None
    upload.seek(0)
    content, name, kind = upload.read(), found.safe_name, found.kind
    if kind in pictures.REMADE_AS:
        content, kind = pictures.remade(content, kind, name), pictures.REMADE_AS[kind]
        if kind is not found.kind:
            name = f"{name.rpartition('.')[0]}.{kind.extensions[0]}"
    elif kind is types.MP4:
        try:
            content = videos.without_place(content)
        except UploadRefused as refused:
            raise ActError(f"Tệp “{name}”: {refused}") from None
    return Checked(name, content, kind.media_type)
