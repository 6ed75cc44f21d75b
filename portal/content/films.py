"""Own films, captions and documents of a piece: judged by content, without the place a film was taken at."""

from __future__ import annotations

import re

from django.core.files.base import ContentFile
from django.utils.crypto import get_random_string

from dossiers.attachments import types, videos
from dossiers.attachments.traps import UploadRefused
from dossiers.workflow.moving import ActError

MB = 1024 * 1024
MOST_FILM, MOST_CAPTIONS, MOST_DOCUMENT = 60 * MB, MB // 2, 20 * MB
DOCUMENTS = (types.PDF, types.DOCX, types.DOC, types.XLSX)
_CUE = re.compile(r"^(?:\d+:)?\d{2}:\d{2}\.\d{3} --> (?:\d+:)?\d{2}:\d{2}\.\d{3}", re.MULTILINE)


def film(file) -> ContentFile:
    """Return the MP4 film without metadata. Raises ActError for what is none, or too large."""
    checked(file, MOST_FILM, (types.MP4,), "Video")
    try:
        return ContentFile(videos.without_place(file.read()), name=f"{get_random_string(16)}.mp4")
    except UploadRefused as error:
        raise ActError(f"Video chưa nhận được: {error}") from error


def captions(file) -> ContentFile:
    """Return the captions as WebVTT in UTF-8; SubRip (.srt) is turned into it. Raises ActError for anything else."""
    if file.size > MOST_CAPTIONS:
        raise ActError("Tệp phụ đề lớn hơn 0,5 MB. Hãy kiểm tra lại, phụ đề chỉ là chữ.")
    try:
        text = file.read().decode("utf-8-sig").replace("\r\n", "\n").strip()
    except UnicodeDecodeError as error:
        raise ActError("Tệp phụ đề phải lưu bằng mã UTF-8. Hãy lưu lại rồi gửi.") from error
    if not text.startswith("WEBVTT"):
        text = "WEBVTT\n\n" + re.sub(r"(\d{2}),(\d{3})", r"\1.\2", text)
    if not _CUE.search(text) or "\x00" in text:
        raise ActError("Tệp phụ đề không có dòng thời gian nào. Hãy gửi tệp .vtt hoặc .srt.")
    return ContentFile((text + "\n").encode(), name=f"{get_random_string(16)}.vtt")


def document(file) -> tuple[ContentFile, str, str]:
    """Return the document, the name people see and its media type. Raises ActError for what is not taken."""
    found = checked(file, MOST_DOCUMENT, DOCUMENTS, "Tệp văn bản")
    kept = ContentFile(file.read(), name=f"{get_random_string(16)}.{found.kind.extensions[0]}")
    return kept, found.safe_name, found.kind.media_type


def checked(file, most: int, allowed, what: str) -> types.Checked:
    """Return what the upload is; the file is left at its start. Raises ActError."""
    try:
        return types.check_upload(file.name, file, most, allowed=allowed)
    except UploadRefused as error:
        raise ActError(f"{what} chưa nhận được: {error}") from error
