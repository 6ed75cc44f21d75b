"""Taking words out of a conversation that must not stay in it: those of a complaint or denunciation."""

from __future__ import annotations

from django.db.models import QuerySet

from dossiers.privacy.sealed_files import remove_with_commit
from zalo.models import ChatMessage, InboxEvent, MediaFile

REDACTED = "(Nội dung đã chuyển vào nơi bảo mật, không lưu trong hội thoại.)"


def redact(lines: QuerySet[ChatMessage]) -> None:
    """Take the words of a petition out of the conversation, the stored events and the files."""
    lines = list(lines)
    for media in MediaFile.objects.filter(line__in=lines):
        remove_with_commit(media.file)
        media.delete()
    InboxEvent.objects.filter(pk__in=[line.event_id for line in lines if line.event_id]).update(raw="")
    for line in lines:
        line.text = REDACTED
        line.save(update_fields=["text"])
