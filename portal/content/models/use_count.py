"""How often the site was used for what: one number a day, kind and door; nobody stands behind it."""

from __future__ import annotations

from django.db import models


class UseCount(models.Model):
    """A number of one day."""

    class What(models.TextChoices):
        FOUND = "found", "Tra cứu hồ sơ: thấy"
        MISSED = "missed", "Tra cứu hồ sơ: không thấy"
        SEARCH = "search", "Tìm thủ tục: có kết quả"
        VAIN = "vain", "Tìm thủ tục: không thấy"
        PROCEDURE = "procedure", "Mở trang thủ tục"
        FILING = "filing", "Bắt đầu nộp trực tuyến"
        FILED = "filed", "Nộp xong trực tuyến tại đây"
        PIECE = "piece", "Đọc tin, hướng dẫn"

    class Door(models.TextChoices):
        WEB = "web", "Trình duyệt"
        ZALO = "zalo", "Mở từ Zalo"
        PAPER = "paper", "Mã QR trên giấy"

    day = models.DateField("ngày")
    what = models.CharField("việc", max_length=9, choices=What.choices)
    door = models.CharField("cửa vào", max_length=5, choices=Door.choices)
    times = models.PositiveBigIntegerField("số lần", default=0)

    class Meta:
        verbose_name = "lượt sử dụng"
        verbose_name_plural = "lượt sử dụng"
        constraints = [models.UniqueConstraint(fields=["day", "what", "door"], name="content_use_once")]

    def __str__(self) -> str:
        return f"{self.day}: {self.what} {self.times}"
