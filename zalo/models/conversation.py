"""What a citizen and the centre said to each other; guidance given in chat is kept (Nghị định 118/2025, article 16)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from dossiers.privacy.sealed_fields import SealedTextField
from dossiers.written_dates import written_moment


def media_path(media: "MediaFile", _name: str) -> str:
    """Where a file from a chat is kept: by content, never by the name it came with."""
    return f"zalo/{media.sha256[:2]}/{media.sha256}"


class Conversation(models.Model):
    """One thread per contact: who answers now (the machine or a person), and until when a reply is allowed."""

    ERASE_TOPIC = "Xoá dữ liệu"

    class Mode(models.TextChoices):
        BOT = "bot", "Trả lời tự động"
        WAITING = "waiting", "Chờ cán bộ"
        STAFF = "staff", "Cán bộ đang trả lời"

    contact = models.OneToOneField("zalo.Contact", models.CASCADE, related_name="conversation")
    account = models.ForeignKey("zalo.Account", models.PROTECT, related_name="conversations")
    agency = models.ForeignKey(
        "dossiers.Agency", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="cơ quan"
    )
    dossier = models.ForeignKey("dossiers.Dossier", models.SET_NULL, null=True, blank=True, related_name="+")
    mode = models.CharField("người trả lời", max_length=8, choices=Mode.choices, default=Mode.BOT)
    topic = models.CharField("việc đang hỏi", max_length=120, blank=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="zalo_conversations"
    )
    asked_person_at = models.DateTimeField("xin gặp cán bộ lúc", null=True, blank=True)
    bot_returns_at = models.DateTimeField("trả lại cho máy lúc", null=True, blank=True)
    # The chat's memory between turns: {command, step, data}; forgotten at memory_until.
    memory = SealedTextField(blank=True, default="", purpose="chat-memory", editable=False)
    memory_until = models.DateTimeField(null=True, blank=True, editable=False)
    last_in_at = models.DateTimeField("người dân nhắn lúc", null=True, blank=True)
    last_out_at = models.DateTimeField("đã trả lời lúc", null=True, blank=True)
    unread = models.PositiveIntegerField("chưa đọc", default=0)

    class Meta:
        verbose_name = "hội thoại"
        verbose_name_plural = "hội thoại"
        ordering = ["-last_in_at"]
        permissions = [("answer_chat", "Trả lời người dân qua Zalo")]
        indexes = [
            models.Index(
                fields=["mode", "asked_person_at"], condition=~Q(mode="bot"), name="zalo_conversation_waiting"
            ),
            models.Index(fields=["account", "-last_in_at"], name="zalo_conversation_recent"),
        ]

    def __str__(self) -> str:
        return f"Hội thoại {self.pk}"


class ChatMessage(models.Model):
    """One line of a conversation, in either direction; never edited."""

    class Author(models.TextChoices):
        CITIZEN = "citizen", "Người dân"
        BOT = "bot", "Trả lời tự động"
        STAFF = "staff", "Cán bộ"
        CONSOLE = "console", "Gõ trên trang quản trị Zalo"

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="lines")
    author = models.CharField("người viết", max_length=8, choices=Author.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    # The agency the line was about; none for what is about nothing in particular (zalo.people.belonging).
    agency = models.ForeignKey(
        "dossiers.Agency", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="cơ quan"
    )
    of_several = models.BooleanField("về việc của nhiều cơ quan", default=False, editable=False)
    text = SealedTextField("nội dung", blank=True, default="", purpose="chat-text")
    command = models.CharField("chức năng đã trả lời", max_length=60, blank=True)
    remote_id = models.CharField(max_length=64, blank=True)
    event = models.ForeignKey("zalo.InboxEvent", models.SET_NULL, null=True, blank=True, related_name="+")
    outbox = models.ForeignKey("zalo.OutboxMessage", models.SET_NULL, null=True, blank=True, related_name="chat_lines")
    at = models.DateTimeField("lúc")

    class Meta:
        verbose_name = "tin trong hội thoại"
        verbose_name_plural = "tin trong hội thoại"
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["conversation", "-at", "-id"], name="zalo_chat_thread")]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "remote_id"], condition=~Q(remote_id=""), name="zalo_chat_remote_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_author_display()} {written_moment(self.at)}"


class MediaFile(models.Model):
    """A file a citizen sent: fetched at once from Zalo's hosts, its type decided by its content."""

    class State(models.TextChoices):
        WAITING = "waiting", "Chờ tải"
        STORED = "stored", "Đã lưu"
        REFUSED = "refused", "Không nhận"

    line = models.ForeignKey(ChatMessage, models.CASCADE, related_name="files")
    source_url = SealedTextField(purpose="media-url", editable=False)
    state = models.CharField("trạng thái", max_length=8, choices=State.choices, default=State.WAITING)
    reason = models.CharField("lý do", max_length=200, blank=True)
    name = models.CharField("tên tệp", max_length=200, blank=True)
    file = models.FileField("tệp", upload_to=media_path, max_length=200, blank=True)
    content_type = models.CharField("loại", max_length=100, blank=True)
    size = models.PositiveIntegerField("dung lượng (byte)", default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "tệp người dân gửi"
        verbose_name_plural = "tệp người dân gửi"
        indexes = [models.Index(fields=["next_at"], condition=Q(state="waiting"), name="zalo_media_waiting")]

    def __str__(self) -> str:
        return self.name or f"Tệp {self.pk}"


class CannedAnswer(models.Model):
    """A ready answer staff pick in the inbox; of one agency, or of all when it has none."""

    agency = models.ForeignKey(
        "dossiers.Agency", models.CASCADE, null=True, blank=True, related_name="+", verbose_name="cơ quan"
    )
    title = models.CharField("tên gọi", max_length=120)
    text = models.TextField("nội dung", max_length=2000)
    uses = models.PositiveIntegerField("số lần dùng", default=0, editable=False)
    active = models.BooleanField("đang dùng", default=True)

    class Meta:
        verbose_name = "câu trả lời mẫu"
        verbose_name_plural = "câu trả lời mẫu"
        ordering = ["-uses", "title"]

    def __str__(self) -> str:
        return self.title
