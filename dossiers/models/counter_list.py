"""What a centre keeps of a procedure for its counters: taken or not, a short checked list of papers, fees,
the limit where the national record states none."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from dossiers.models.agency import Agency
from dossiers.models.procedure import Procedure, ProcedureVersion
from dossiers.models.procedure_content import TimeLimit


class CounterProcedure(models.Model):
    """A procedure at the counters of an agency and of those below it that keep none of their own.

    `papers` null leaves the national list; `based_on` is the version the list was checked against. `fees` null leaves
    the national fees, else {name, unit, amount} by the resolution named in `fee_basis`. The limit, by the article named
    in `limit_basis`, counts only where the national record states none; `limit_unit` blank is none here either.
    """

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="counter_procedures", verbose_name="cơ quan")
    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="counters", verbose_name="thủ tục")
    taken = models.BooleanField("có tiếp nhận", null=True, blank=True)
    papers = models.JSONField("giấy tờ ở quầy", null=True, blank=True)
    fees = models.JSONField("khoản thu", null=True, blank=True)
    fee_basis = models.CharField("nghị quyết quy định mức thu", max_length=300, blank=True)
    limit_amount = models.DecimalField("thời hạn", max_digits=7, decimal_places=2, null=True, blank=True)
    limit_unit = models.CharField("đơn vị thời hạn", max_length=12, choices=TimeLimit.Unit.choices, blank=True)
    limit_basis = models.CharField("căn cứ của thời hạn", max_length=300, blank=True)
    based_on = models.ForeignKey(
        ProcedureVersion, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="theo phiên bản"
    )
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="người kiểm tra"
    )
    checked_at = models.DateTimeField("kiểm tra lúc", auto_now=True)

    class Meta:
        verbose_name = "thủ tục ở quầy"
        verbose_name_plural = "thủ tục ở quầy"
        constraints = [models.UniqueConstraint(fields=["agency", "procedure"], name="counter_procedure_once")]
        permissions = [("keep_counter_list", "Sửa danh sách giấy tờ, khoản thu ở quầy")]

    def __str__(self) -> str:
        return f"{self.procedure.code} – {self.agency}"
