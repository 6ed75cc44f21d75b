"""The OA menu plan: the exact texts an administrator enters in Zalo's console (the menu API is not documented)."""

from django.db import models


class MenuItem(models.Model):
    """One line of the menu; two levels, as Zalo's console has."""

    class Act(models.TextChoices):
        SECTION = "section", "Mục có menu con"
        URL = "url", "Mở liên kết"
        QUERY = "query", "Gửi câu lệnh cho OA"
        PHONE = "phone", "Gọi điện thoại"

    account = models.ForeignKey("zalo.Account", models.CASCADE, related_name="menu", verbose_name="Official Account")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    position = models.PositiveSmallIntegerField("thứ tự", default=0)
    title = models.CharField("tên hiển thị", max_length=40)
    act = models.CharField("khi bấm", max_length=8, choices=Act.choices)
    payload = models.CharField("nội dung", max_length=500, blank=True)
    entered_at = models.DateTimeField("đã nhập trên Zalo lúc", null=True, blank=True)

    class Meta:
        verbose_name = "mục menu OA"
        verbose_name_plural = "menu OA"
        ordering = ["account", "parent_id", "position", "id"]

    def __str__(self) -> str:
        return self.title
