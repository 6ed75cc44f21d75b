"""The dossier and the receipt that was given for it."""

from __future__ import annotations

import datetime as dt
import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from dossiers.models.agency import Agency, AgencyVersion, Desk, Unit
from dossiers.models.applicant import Applicant
from dossiers.models.procedure import Procedure, ProcedureVersion
from dossiers.models.procedure_content import Channel, ProcedureCase
from dossiers.receipt_spellings import bare
from dossiers.search_text import fold
from dossiers.states import CLOCK_PAUSED, FINAL, Record, State


def public_token() -> str:
    """Return 128 unguessable bits for an address that carries no personal data."""
    return secrets.token_urlsafe(16)


class Receipt(models.Model):
    """One slip handed to one submitter for one dossier or several."""

    number = models.CharField("số biên nhận", max_length=60)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="receipts", verbose_name="cơ quan")
    submitter = models.ForeignKey(Applicant, models.PROTECT, related_name="receipts", verbose_name="người nộp")
    token = models.CharField(max_length=32, unique=True, default=public_token, editable=False)
    issued_at = models.DateTimeField("lập lúc")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="người lập"
    )
    # Its line in the agency's register of the year, given when the first of its dossiers is received; both or none.
    register_year = models.PositiveSmallIntegerField("sổ năm", null=True, blank=True, editable=False)
    register_number = models.PositiveIntegerField("số thứ tự trong sổ", null=True, blank=True, editable=False)
    # Unique where there is one: receipts of the API have none.
    intake_key = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001

    class Meta:
        verbose_name = "giấy tiếp nhận"
        verbose_name_plural = "giấy tiếp nhận"
        ordering = ["-id"]
        # Two centres number their slips alike, and other software may give one number to two people.
        constraints = [
            models.UniqueConstraint(fields=["agency", "number", "submitter"], name="receipt_number_once"),
            models.UniqueConstraint(
                fields=["agency", "register_year", "register_number"],
                condition=models.Q(register_number__isnull=False),
                name="receipt_register_line_once",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class DossierQuerySet(models.QuerySet):
    def due_by(self, moment: dt.datetime) -> DossierQuerySet:
        """Return open dossiers whose clock runs and whose due date is at or before `moment`."""
        return self.filter(clock_open=True, due_at__lte=moment)


class Dossier(models.Model):
    """One dossier; its state changes only through the acts of dossiers.workflow.main_road."""

    code = models.CharField("mã hồ sơ", max_length=40, unique=True)
    receipt_number = models.CharField("số biên nhận", max_length=60, blank=True)
    external_code = models.CharField("mã ở phần mềm khác", max_length=60, blank=True)
    token = models.CharField(max_length=32, unique=True, default=public_token, editable=False)
    receipt = models.ForeignKey(
        Receipt, models.PROTECT, null=True, blank=True, related_name="dossiers", verbose_name="giấy tiếp nhận"
    )

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="dossiers", verbose_name="cơ quan tiếp nhận")
    competent_agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="cơ quan giải quyết"
    )
    agency_version = models.ForeignKey(
        AgencyVersion, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="tên cơ quan khi tiếp nhận"
    )
    agency_name = models.CharField("tên cơ quan khi tiếp nhận", max_length=255)
    desk = models.ForeignKey(Desk, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="quầy")
    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="dossiers", verbose_name="thủ tục")
    procedure_version = models.ForeignKey(
        ProcedureVersion, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="phiên bản thủ tục"
    )
    procedure_case = models.ForeignKey(
        ProcedureCase, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="trường hợp"
    )
    procedure_name = models.CharField("tên thủ tục khi tiếp nhận", max_length=1000)
    content = models.CharField("nội dung yêu cầu", max_length=500, blank=True)
    channel = models.CharField("hình thức nộp", max_length=7, choices=Channel.choices, default=Channel.COUNTER)
    sets = models.PositiveSmallIntegerField("số bộ hồ sơ", default=1)

    owner = models.ForeignKey(Applicant, models.PROTECT, related_name="dossiers_owned", verbose_name="chủ hồ sơ")
    submitter = models.ForeignKey(
        Applicant, models.PROTECT, related_name="dossiers_submitted", verbose_name="người nộp"
    )
    owner_name = models.CharField("tên chủ hồ sơ", max_length=255)
    owner_name_folded = models.CharField(max_length=255, editable=False)

    state = models.CharField("trạng thái", max_length=21, choices=State.choices)
    state_changed_at = models.DateTimeField("đổi trạng thái lúc")
    unit = models.ForeignKey(
        Unit,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="dossiers",
        verbose_name="phòng đang giữ",
        db_index=False,
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="dossiers_handled",
        verbose_name="người thụ lý",
    )
    # Whose signature the result waits for, or who signed it; none while anybody of the agency may sign.
    signer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="người ký kết quả",
        db_index=False,
    )

    submitted_at = models.DateTimeField("nộp lúc", null=True, blank=True)
    received_at = models.DateTimeField("tiếp nhận lúc", null=True, blank=True)
    limit_amount = models.DecimalField("thời hạn", max_digits=7, decimal_places=2, null=True, blank=True)
    limit_unit = models.CharField("đơn vị thời hạn", max_length=12, blank=True)
    due_at = models.DateTimeField("hẹn trả lúc", null=True, blank=True)
    promised_at = models.DateTimeField("hẹn trả ban đầu", null=True, blank=True)
    due_explanation = models.JSONField("vì sao là ngày này", default=dict, blank=True)
    paused_at = models.DateTimeField("tạm dừng tính giờ lúc", null=True, blank=True)
    clock_open = models.BooleanField("đang tính thời hạn", default=False)
    finished_at = models.DateTimeField("có kết quả lúc", null=True, blank=True)
    returned_at = models.DateTimeField("trả kết quả lúc", null=True, blank=True)
    supplement_rounds = models.PositiveSmallIntegerField("số lần yêu cầu bổ sung", default=0)
    new_dates_given = models.PositiveSmallIntegerField("số lần hẹn lại", default=0)

    fee_total = models.DecimalField("phí, lệ phí (đồng)", max_digits=14, decimal_places=0, null=True, blank=True)
    fee_paid = models.BooleanField("đã thu", default=False)
    # What was paid on a notice (land tax and the like) is no fee of the dossier: each is marked for itself.
    notice_paid = models.DecimalField(
        "đã nộp theo thông báo (đồng)", max_digits=14, decimal_places=0, null=True, blank=True
    )
    payment_due = models.DecimalField("số tiền phải nộp (đồng)", max_digits=14, decimal_places=0, null=True, blank=True)
    result_place = models.CharField("nơi nhận kết quả", max_length=300, blank=True)

    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="người tiếp nhận",
    )
    updated_at = models.DateTimeField("cập nhật lúc", auto_now=True)

    objects = DossierQuerySet.as_manager()

    class Meta:
        verbose_name = "hồ sơ"
        verbose_name_plural = "hồ sơ"
        ordering = ["-id"]
        permissions = [
            ("receive_dossier", "Tiếp nhận, từ chối hồ sơ"),
            ("assign_dossier", "Phân công, chuyển phòng"),
            ("correct_dossier", "Sửa thông tin đã tiếp nhận"),
            ("cancel_fee", "Hủy khoản phí, lệ phí đã thu"),
            ("process_dossier", "Thụ lý, thẩm định, yêu cầu bổ sung"),
            ("sign_dossier", "Ký duyệt kết quả"),
            ("return_result", "Trả kết quả"),
            ("stop_dossier", "Dừng, cho rút hồ sơ"),
            ("see_personal_data", "Xem đủ thông tin cá nhân của người nộp"),
            ("search_all_agencies", "Tra cứu hồ sơ mọi cơ quan"),
        ]
        indexes = [
            # The staff list: one agency, newest first, by keyset.
            models.Index(fields=["agency", "-id"], name="dossier_agency_newest"),
            models.Index(fields=["agency", "state", "-id"], name="dossier_agency_state"),
            models.Index(fields=["unit", "-id"], condition=Q(unit__isnull=False), name="dossier_unit"),
            models.Index(fields=["handler", "-id"], condition=Q(handler__isnull=False), name="dossier_handler"),
            # Worklists and the sweep read only what is open: flat in the number of finished dossiers.
            models.Index(fields=["agency", "due_at"], condition=Q(clock_open=True), name="dossier_agency_due"),
            models.Index(fields=["due_at"], condition=Q(clock_open=True), name="dossier_due"),
            # Registers and statistics of a period, of one agency or of all.
            models.Index(fields=["received_at", "agency"], name="dossier_received"),
            models.Index(
                fields=["finished_at", "agency"], condition=Q(finished_at__isnull=False), name="dossier_finished"
            ),
            # Finished after the promised moment: what units owe over a period is read from these few.
            models.Index(
                fields=["agency", "finished_at"],
                condition=Q(finished_at__gt=F("promised_at")),
                name="dossier_finished_late",
            ),
            # What another system has not read yet of its agency, in the order of the changes.
            models.Index(fields=["agency", "updated_at", "id"], name="dossier_agency_changed"),
            # The name search of one agency reads this alone, never the rows.
            models.Index(fields=["agency", "owner_name_folded", "id"], name="dossier_agency_owner_name"),
            # What is open, for those who see every agency.
            models.Index(
                fields=["state", "-id"],
                condition=~Q(state__in=[state.value for state in State if state.record.final]),
                name="dossier_unfinished_state",
            ),
            models.Index(fields=["receipt_number"], condition=~Q(receipt_number=""), name="dossier_receipt_number"),
            models.Index(bare(), name="dossier_receipt_bare"),
            models.Index(fields=["external_code"], condition=~Q(external_code=""), name="dossier_external_code"),
        ]

    def __str__(self) -> str:
        return self.code

    def save(self, *args, **kwargs):
        self.owner_name_folded = fold(self.owner_name)[:255]
        super().save(*args, **kwargs)

    @property
    def shown_number(self) -> str:
        """The number printed on the receipt: every message about the dossier carries it (S3-23)."""
        return self.receipt_number or self.code

    @property
    def national_code(self) -> int:
        """The national status code, 1–10."""
        return State(self.state).record.code

    @property
    def look(self) -> Record:
        """Icon and tone of the state."""
        return State(self.state).record

    @property
    def is_final(self) -> bool:
        return self.state in FINAL

    @property
    def is_paused(self) -> bool:
        return self.state in CLOCK_PAUSED


class DossierPaper(models.Model):
    """A paper of one dossier: asked for, and handed in or not."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="papers", verbose_name="hồ sơ")
    name = models.TextField("tên giấy tờ")
    originals = models.PositiveSmallIntegerField("bản chính", default=0)
    certified = models.PositiveSmallIntegerField("bản chứng thực", default=0)
    copies = models.PositiveSmallIntegerField("bản sao", default=0)
    received = models.BooleanField("đã nộp", default=True)
    note = models.CharField("ghi chú", max_length=300, blank=True)
    order = models.PositiveSmallIntegerField("thứ tự", default=0)

    class Meta:
        verbose_name = "giấy tờ trong hồ sơ"
        verbose_name_plural = "thành phần hồ sơ"
        ordering = ["dossier", "order", "id"]

    def __str__(self) -> str:
        return self.name
