"""The chain of seals over the logs, what was lawfully erased below it, and the openings of the logs for repair."""

from __future__ import annotations

from django.db import models

from dossiers.written_dates import written_day, written_moment


class Seal(models.Model):
    """One link of one log's chain: the rows with ids from first to last as they stood when their day was over.

    `gaps` are the ids between them that no row had; a row that turns up in one later (its transaction ended after the
    seal) is in `late_ids` of the seal that covers it. `parts` are digests of 100 rows each: of what never changes and
    of the text that the law lets a person have erased.
    """

    log = models.CharField("nhật ký", max_length=60)
    number = models.PositiveIntegerField("số thứ tự")
    day = models.DateField("ngày")
    first_id = models.BigIntegerField("từ dòng")
    last_id = models.BigIntegerField("đến dòng")
    rows = models.PositiveIntegerField("số dòng")
    backdated = models.PositiveIntegerField("số dòng ghi cho ngày trước", default=0)
    gaps = models.JSONField("số không dùng", default=list)
    late_ids = models.JSONField("dòng đến muộn", default=list)
    columns = models.JSONField("các cột")
    parts = models.JSONField("mã băm từng phần", default=list)
    previous = models.CharField("mã của niêm phong trước", max_length=64, blank=True)
    digest = models.CharField("mã niêm phong", max_length=64)
    sealed_at = models.DateTimeField("niêm phong lúc")

    class Meta:
        verbose_name = "niêm phong nhật ký"
        verbose_name_plural = "niêm phong nhật ký"
        ordering = ["log", "number"]
        permissions = [("search_logs", "Tra cứu, xuất nhật ký xem và thay đổi")]
        constraints = [models.UniqueConstraint(fields=["log", "number"], name="audit_seal_once")]

    def __str__(self) -> str:
        return f"{self.log} – {written_day(self.day)}"


class Erasure(models.Model):
    """That the erasable text of a logged row was changed, written by the database itself; the text is gone."""

    log = models.CharField("nhật ký", max_length=60)
    row_id = models.BigIntegerField("dòng")
    at = models.DateTimeField("lúc")

    class Meta:
        verbose_name = "lần xóa lời văn trong nhật ký"
        verbose_name_plural = "các lần xóa lời văn trong nhật ký"
        indexes = [models.Index(fields=["log", "row_id"], name="audit_erasure_row")]

    def __str__(self) -> str:
        return f"{self.log} {self.row_id} – {written_moment(self.at)}"


class Passage(models.Model):
    """An opening of the logs for a repair, with its reason: seen only by the transaction that made it until closed."""

    why = models.CharField("lý do", max_length=200)
    opened_at = models.DateTimeField("mở lúc")
    closed_at = models.DateTimeField("đóng lúc", null=True)

    class Meta:
        verbose_name = "lần mở nhật ký để sửa"
        verbose_name_plural = "các lần mở nhật ký để sửa"

    def __str__(self) -> str:
        return f"{self.why} – {written_moment(self.opened_at)}"
