"""People and enterprises as they were stated to an agency; sealed at rest, found by keyed hashes.

A row is one statement and never changes: a dossier points at what its owner and its submitter stated that day, an
agency's register of applicants is its rows, and a correction is a further row. So nothing one agency writes changes
what another recorded, or what an older dossier says.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.db.models import Q

from dossiers import identity_numbers
from dossiers.models.agency import Agency
from dossiers.privacy.sealed_fields import SealedTextField
from dossiers.privacy.sealing import keyed_hash, keyed_hashes
from dossiers.search_text import fold

ID_PURPOSE = "applicant-id"
PHONE_PURPOSE = "applicant-phone"
EMAIL_PURPOSE = "applicant-email"


class ApplicantQuerySet(models.QuerySet):
    def with_id(self, number: str) -> ApplicantQuerySet:
        """Return who carries this id or tax code (already normalised); works across key rotation."""
        return self.filter(id_hash__in=keyed_hashes(number, ID_PURPOSE))

    def with_phone(self, phone: str) -> ApplicantQuerySet:
        """Return who carries this E.164 phone; works across key rotation."""
        return self.filter(phone_hash__in=keyed_hashes(phone, PHONE_PURPOSE))

    def alike(self, people: Iterable[Applicant]) -> ApplicantQuerySet:
        """Return the rows that state the identity number and the phone of one of `people`, in any agency.

        Both must be equal: who knows a person's number alone gains nothing by stating it with a phone of their own.
        Without a phone it is the register of the same agency only, without a number the row itself.
        """
        found = Q(pk__in=[person.pk for person in people])
        for person in people:
            numbers = keyed_hashes(person.id_number, ID_PURPOSE)
            if numbers and person.phone:
                found |= Q(id_hash__in=numbers, phone_hash__in=keyed_hashes(person.phone, PHONE_PURPOSE))
            elif numbers and person.agency_id:
                found |= Q(id_hash__in=numbers, phone_hash="", agency=person.agency_id)
        return self.filter(found, erased_at__isnull=True)


class Applicant(models.Model):
    """A person or an enterprise that owns or hands in dossiers, as stated to `agency`; written once."""

    class Kind(models.TextChoices):
        PERSON = "person", "Cá nhân"
        ENTERPRISE = "enterprise", "Tổ chức, doanh nghiệp"

    # Rows from before registers were kept by agency that no dossier names belong to none.
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name="sổ của cơ quan"
    )
    kind = models.CharField("loại", max_length=10, choices=Kind.choices, default=Kind.PERSON)
    full_name = models.CharField("họ và tên, tên tổ chức", max_length=255)
    name_folded = models.CharField(max_length=255, editable=False)
    id_number = SealedTextField("số định danh, CCCD, hộ chiếu hoặc mã số thuế", blank=True, default="")
    id_hash = models.CharField(max_length=64, blank=True, editable=False)
    phone = SealedTextField("điện thoại", blank=True, default="")
    phone_hash = models.CharField(max_length=64, blank=True, editable=False)
    email = SealedTextField("thư điện tử", blank=True, default="")
    email_hash = models.CharField(max_length=64, blank=True, editable=False)
    address = SealedTextField("địa chỉ", blank=True, default="")
    representative = models.CharField("người đại diện", max_length=255, blank=True)
    representative_id = SealedTextField("giấy tờ của người đại diện", blank=True, default="")
    representative_position = models.CharField("chức vụ của người đại diện", max_length=120, blank=True)
    created_at = models.DateTimeField("tạo lúc", auto_now_add=True)
    updated_at = models.DateTimeField("sửa lúc", auto_now=True)
    erased_at = models.DateTimeField("đã xóa dữ liệu lúc", null=True, blank=True)

    objects = ApplicantQuerySet.as_manager()

    class Meta:
        verbose_name = "người nộp hồ sơ"
        verbose_name_plural = "người nộp hồ sơ"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["id_hash"], condition=~Q(id_hash=""), name="applicant_id_hash"),
            models.Index(fields=["phone_hash"], condition=~Q(phone_hash=""), name="applicant_phone_hash"),
            models.Index(fields=["email_hash"], condition=~Q(email_hash=""), name="applicant_email_hash"),
            models.Index(fields=["name_folded"], name="applicant_name_folded"),
        ]

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args, **kwargs):
        if not self._state.adding and self.erased_at is None:
            raise TypeError("An applicant's row is what was stated that day: a correction is a further row.")
        self.seal_hashes()
        super().save(*args, **kwargs)

    def seal_hashes(self) -> None:
        """Recompute the folded name and the keyed hashes from the plain values; call before any bulk write."""
        self.name_folded = fold(self.full_name)[:255]
        self.id_hash = keyed_hash(self.id_number, ID_PURPOSE) if self.id_number else ""
        self.phone_hash = keyed_hash(self.phone, PHONE_PURPOSE) if self.phone else ""
        self.email_hash = keyed_hash(self.email.lower(), EMAIL_PURPOSE) if self.email else ""

    @property
    def masked_name(self) -> str:
        """The name as strangers may see it."""
        return identity_numbers.mask_name(self.full_name)
