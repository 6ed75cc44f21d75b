"""What all senders share, kept in the database so that any number of processes on any machine agree."""

from django.db import models


class SendRate(models.Model):
    """The next free sending moment of one Zalo app, in epoch seconds (generic cell rate algorithm)."""

    app_id = models.CharField(max_length=25, primary_key=True)
    free_at = models.FloatField(default=0)

    class Meta:
        verbose_name = "tốc độ gửi"
        verbose_name_plural = "tốc độ gửi"

    def __str__(self) -> str:
        return self.app_id


class Breaker(models.Model):
    """Whether calls to one host are worth making; `probe_until` is held by the one process that tries."""

    class State(models.TextChoices):
        CLOSED = "closed", "Bình thường"
        OPEN = "open", "Tạm ngừng gọi"

    host = models.CharField("máy chủ", max_length=12, primary_key=True)
    state = models.CharField("trạng thái", max_length=6, choices=State.choices, default=State.CLOSED)
    failures = models.PositiveIntegerField("lỗi liên tiếp", default=0)
    trips = models.PositiveSmallIntegerField("số lần ngừng liên tiếp", default=0)
    opened_at = models.DateTimeField("ngừng từ", null=True, blank=True)
    retry_at = models.DateTimeField("thử lại lúc", null=True, blank=True)
    probe_until = models.DateTimeField(null=True, blank=True)
    words = models.CharField("lỗi cuối", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "cầu dao"
        verbose_name_plural = "cầu dao"

    def __str__(self) -> str:
        return f"{self.host}: {self.get_state_display()}"


class PhoneWithoutZalo(models.Model):
    """A phone Zalo said it cannot reach: until the date nobody asks again. Only the keyed hash of the phone is kept."""

    phone_hash = models.CharField(max_length=64, unique=True, editable=False)
    code = models.IntegerField("mã lỗi của Zalo")
    words = models.CharField("lý do", max_length=300)
    until = models.DateTimeField("không hỏi lại trước")

    class Meta:
        verbose_name = "số điện thoại không dùng Zalo"
        verbose_name_plural = "số điện thoại không dùng Zalo"

    def __str__(self) -> str:
        return self.words


class UploadedFile(models.Model):
    """A file's handle at Zalo, reused until Zalo forgets it (7 days)."""

    account = models.ForeignKey("zalo.Account", models.CASCADE, related_name="+")
    source = models.CharField(max_length=80)  # "receipt:123": what was uploaded
    handle = models.CharField(max_length=500)
    uploaded_at = models.DateTimeField()

    class Meta:
        verbose_name = "tệp trên Zalo"
        verbose_name_plural = "tệp trên Zalo"
        constraints = [models.UniqueConstraint(fields=["account", "source"], name="zalo_upload_once")]

    def __str__(self) -> str:
        return self.source
