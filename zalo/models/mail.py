"""Notices by e-mail: who asked for those of an agency, and one letter a notice and reader."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from dossiers.privacy.sealed_fields import SealedTextField
from dossiers.privacy.sealing import keyed_hash

ADDRESS_PURPOSE = "mail-reader"


class MailReader(models.Model):
    """A mailbox that asked for the notices of an agency; nothing is sent to it before it confirmed. Ended is gone."""

    agency = models.ForeignKey("dossiers.Agency", models.CASCADE, related_name="+", verbose_name="cơ quan")
    address = SealedTextField("thư điện tử", purpose=ADDRESS_PURPOSE)
    address_hash = models.CharField(max_length=64, editable=False)
    asked_at = models.DateTimeField("đăng ký lúc")
    confirmed_at = models.DateTimeField("xác nhận lúc", null=True, blank=True)

    class Meta:
        verbose_name = "người nhận tin qua thư điện tử"
        verbose_name_plural = "người nhận tin qua thư điện tử"
        constraints = [models.UniqueConstraint(fields=["agency", "address_hash"], name="zalo_mail_reader_once")]
        indexes = [models.Index(fields=["asked_at"], condition=Q(confirmed_at=None), name="zalo_mail_unconfirmed")]

    def __str__(self) -> str:
        return f"{self.agency}: {self.pk}"

    def seal_hashes(self) -> None:
        """Recompute the keyed hash from the plain address; call before any write of the address."""
        self.address_hash = keyed_hash(self.address.lower(), ADDRESS_PURPOSE)


class BroadcastLetter(models.Model):
    """One letter of a notice to one mailbox, once, whatever happens."""

    class State(models.TextChoices):
        WAITING = "", "Chưa gửi"
        LEAVING = "leaving", "Đang gửi"
        SENT = "sent", "Máy chủ thư đã nhận"
        FAILED = "failed", "Máy chủ thư không nhận"
        EXPIRED = "expired", "Quá một ngày chưa gửi được"

    broadcast = models.ForeignKey(
        "zalo.Broadcast", models.PROTECT, related_name="letters", db_index=False, verbose_name="tin gửi nhiều người"
    )
    # Empty once the reader took the wish back: the count stays, the mailbox does not.
    reader = models.ForeignKey(MailReader, models.SET_NULL, null=True, related_name="+", verbose_name="người nhận")
    state = models.CharField("kết quả", max_length=7, choices=State.choices, blank=True, default="")
    at = models.DateTimeField("lúc", null=True, blank=True)

    class Meta:
        verbose_name = "thư của tin gửi nhiều người"
        verbose_name_plural = "thư của tin gửi nhiều người"
        constraints = [models.UniqueConstraint(fields=["broadcast", "reader"], name="zalo_letter_once")]
        indexes = [models.Index(fields=["broadcast", "state"], name="zalo_letter_state")]

    def __str__(self) -> str:
        return f"{self.broadcast_id}: {self.get_state_display()}"
