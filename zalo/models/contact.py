"""People on the channel: who follows, where they came from, what they consented to, which dossiers are theirs."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q

from dossiers.privacy.sealed_fields import SealedTextField
from dossiers.privacy.sealing import keyed_hash
from dossiers.written_dates import written_moment

PHONE_PURPOSE = "applicant-phone"  # same purpose as dossiers.Applicant, so that the hashes can be compared
CASE_REF = "zalo:"  # what feedback keeps of a sender from the chat, before the contact's id
REPLY_FREE = dt.timedelta(hours=48)
REPLY_ALLOWED = dt.timedelta(days=7)


class Contact(models.Model):
    """A person as one Official Account knows them. Rows outlive an unfollow; `erased_at` empties them."""

    account = models.ForeignKey(
        "zalo.Account", models.PROTECT, related_name="contacts", verbose_name="Official Account"
    )
    user_id = models.CharField("mã người dùng trên OA", max_length=64)
    user_id_by_app = models.CharField(max_length=64, blank=True, editable=False)
    name = SealedTextField("tên trên Zalo", blank=True, default="", purpose="contact-name")
    avatar = SealedTextField("ảnh đại diện", blank=True, default="", purpose="contact-avatar")
    phone = SealedTextField("số điện thoại đã chia sẻ", blank=True, default="", purpose="contact-phone")
    phone_hash = models.CharField(max_length=64, blank=True, editable=False)
    province = models.CharField("tỉnh, thành phố", max_length=80, blank=True)
    is_follower = models.BooleanField("đang quan tâm", default=False)
    followed_at = models.DateTimeField("quan tâm lúc", null=True, blank=True)
    unfollowed_at = models.DateTimeField("bỏ quan tâm lúc", null=True, blank=True)
    # The reply clock: the citizen's last follow, message, menu tap or "Nhắn tin" (zalo-openapi, section 3).
    last_interaction_at = models.DateTimeField("tương tác gần nhất", null=True, blank=True)
    # After Zalo said that this account is locked or long unused; an interaction ends it.
    unreachable_until = models.DateTimeField("Zalo không gửi tới được đến", null=True, blank=True, editable=False)
    profile_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_event_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField("tạo lúc", auto_now_add=True)
    erased_at = models.DateTimeField("đã xoá dữ liệu lúc", null=True, blank=True)

    class Meta:
        verbose_name = "người quan tâm"
        verbose_name_plural = "người quan tâm"
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["account", "user_id"], name="zalo_contact_once")]
        indexes = [
            models.Index(fields=["phone_hash"], condition=~Q(phone_hash=""), name="zalo_contact_phone_hash"),
            models.Index(fields=["account", "id"], condition=Q(is_follower=True), name="zalo_contact_followers"),
            models.Index(fields=["user_id_by_app"], condition=~Q(user_id_by_app=""), name="zalo_contact_by_app"),
        ]

    def __str__(self) -> str:
        return self.name or f"Người dùng Zalo …{self.user_id[-4:]}"

    @property
    def origin_ref(self) -> str:
        """What feedback keeps about a sender from the chat: who holds the chat holds the case."""
        return f"{CASE_REF}{self.pk}"

    def seal_hashes(self) -> None:
        """Recompute the keyed hash from the plain phone; call before any write of the phone."""
        self.phone_hash = keyed_hash(self.phone, PHONE_PURPOSE) if self.phone else ""

    def replies_free_until(self) -> dt.datetime | None:
        """When the free 48-hour reply window closes; None when the person never interacted."""
        return self.last_interaction_at + REPLY_FREE if self.last_interaction_at else None

    def may_be_replied(self, now: dt.datetime) -> bool:
        """True within 7 days of the last interaction; later Zalo answers -230."""
        return self.last_interaction_at is not None and now < self.last_interaction_at + REPLY_ALLOWED


class FollowRecord(models.Model):
    """Append-only: one line per follow and unfollow, with where it came from. All follower figures count these."""

    class Change(models.TextChoices):
        FOLLOW = "follow", "Quan tâm"
        UNFOLLOW = "unfollow", "Bỏ quan tâm"

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="follows", verbose_name="người quan tâm")
    account = models.ForeignKey("zalo.Account", models.PROTECT, related_name="+", db_index=False)
    change = models.CharField("việc", max_length=8, choices=Change.choices)
    at = models.DateTimeField("lúc")
    source = models.CharField("nguồn Zalo báo", max_length=40, blank=True)
    visit = models.ForeignKey("zalo.ReferralVisit", models.SET_NULL, null=True, blank=True, related_name="follows")
    agency = models.ForeignKey("dossiers.Agency", models.SET_NULL, null=True, blank=True, related_name="+")
    desk = models.ForeignKey("dossiers.Desk", models.SET_NULL, null=True, blank=True, related_name="+")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "lượt quan tâm"
        verbose_name_plural = "lượt quan tâm"
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["contact", "change", "at"], name="zalo_follow_once")]
        indexes = [models.Index(fields=["account", "at"], name="zalo_follow_time")]

    def __str__(self) -> str:
        return f"{self.get_change_display()} {written_moment(self.at)}"


class ReferralVisit(models.Model):
    """Somebody opened the short address of a counter, agency or officer; a later follow may be matched to it."""

    code = models.CharField(max_length=24, unique=True)  # shown to nobody else; carried by the page's link code
    account = models.ForeignKey("zalo.Account", models.CASCADE, null=True, blank=True, related_name="+")
    agency = models.ForeignKey("dossiers.Agency", models.CASCADE, null=True, blank=True, related_name="+")
    desk = models.ForeignKey("dossiers.Desk", models.CASCADE, null=True, blank=True, related_name="+")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    at = models.DateTimeField("lúc")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="visits")
    matched_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "lượt mở mã QR"
        verbose_name_plural = "lượt mở mã QR"
        ordering = ["-at"]
        indexes = [models.Index(fields=["desk", "at"], name="zalo_visit_desk")]

    def __str__(self) -> str:
        return f"{self.desk or self.agency or self.officer} {written_moment(self.at)}"


class ContactLink(models.Model):
    """This Zalo user speaks for this dossier, or for every dossier of this applicant, until unlinked."""

    class Role(models.TextChoices):
        OWNER = "owner", "Chủ hồ sơ"
        SUBMITTER = "submitter", "Người nộp"
        FIRM = "firm", "Đại diện tổ chức"
        OTHER = "other", "Người được uỷ quyền"

    class Proof(models.TextChoices):
        CODE = "code", "Mã một lần trên giấy tiếp nhận"
        PHONE = "phone", "Số điện thoại chia sẻ trên Zalo"
        STAFF = "staff", "Cán bộ ghi nhận khi người dân đồng ý"

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="links", verbose_name="người quan tâm")
    dossier = models.ForeignKey(
        "dossiers.Dossier", models.CASCADE, null=True, blank=True, related_name="zalo_links", verbose_name="hồ sơ"
    )
    applicant = models.ForeignKey(
        "dossiers.Applicant", models.CASCADE, null=True, blank=True, related_name="zalo_links", verbose_name="người nộp"
    )
    role = models.CharField("vai trò", max_length=10, choices=Role.choices, default=Role.SUBMITTER)
    proof = models.CharField("căn cứ", max_length=6, choices=Proof.choices)
    linked_at = models.DateTimeField("liên kết lúc")
    linked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    unlinked_at = models.DateTimeField("gỡ lúc", null=True, blank=True)
    unlinked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "liên kết hồ sơ"
        verbose_name_plural = "liên kết hồ sơ"
        ordering = ["-linked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(dossier__isnull=False) | Q(applicant__isnull=False), name="zalo_link_has_target"
            ),
            models.UniqueConstraint(
                fields=["contact", "dossier"],
                condition=Q(unlinked_at__isnull=True, dossier__isnull=False),
                name="zalo_link_dossier_once",
            ),
            models.UniqueConstraint(
                fields=["contact", "applicant"],
                condition=Q(unlinked_at__isnull=True, dossier__isnull=True),
                name="zalo_link_applicant_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact} – {self.dossier or self.applicant}"


class LinkCode(models.Model):
    """A one-time code a citizen sends as `#HS <code>`; only its keyed hash is stored."""

    code_hash = models.CharField(max_length=64, unique=True)
    dossier = models.ForeignKey("dossiers.Dossier", models.CASCADE, related_name="zalo_codes", verbose_name="hồ sơ")
    visit = models.ForeignKey(ReferralVisit, models.SET_NULL, null=True, blank=True, related_name="+")
    whole_receipt = models.BooleanField("nối cả các hồ sơ cùng giấy tiếp nhận", default=True)
    issued_at = models.DateTimeField("cấp lúc")
    expires_at = models.DateTimeField("hết hạn lúc", db_index=True)
    used_at = models.DateTimeField("dùng lúc", null=True, blank=True)
    used_by = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "mã liên kết một lần"
        verbose_name_plural = "mã liên kết một lần"

    def __str__(self) -> str:
        return f"Mã liên kết của hồ sơ {self.dossier_id}"


class ConsentRecord(models.Model):
    """Append-only: a yes or a no to one purpose. The newest line of a person and purpose is in force.

    Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15: consent by purpose, provable, withdrawable at any time.
    """

    carried_hashes = ("phone_hash",)  # dossiers.privacy.key_rotation renews it without knowing the phone.

    class Purpose(models.TextChoices):
        DOSSIER = "dossier", "Tin về hồ sơ của tôi"
        NEWS = "news", "Tin tức, chính sách mới"
        URGENT = "urgent", "Thông báo khẩn cấp"
        SURVEY = "survey", "Mời đánh giá"
        AREA = "area", "Tin theo xã đã đăng ký"

    contact = models.ForeignKey(Contact, models.CASCADE, null=True, blank=True, related_name="consents")
    phone_hash = models.CharField(max_length=64, blank=True, editable=False)
    purpose = models.CharField("mục đích", max_length=8, choices=Purpose.choices)
    granted = models.BooleanField("đồng ý")
    at = models.DateTimeField("lúc")
    how = models.CharField("bằng cách", max_length=120)  # followed the OA, typed "dừng", Zalo code -244, at the counter
    wording = models.ForeignKey("zalo.Wording", models.SET_NULL, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "sự đồng ý"
        verbose_name_plural = "sự đồng ý"
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(contact__isnull=False) | ~Q(phone_hash=""), name="zalo_consent_has_person"
            )
        ]
        indexes = [
            models.Index(fields=["contact", "purpose", "-id"], name="zalo_consent_contact"),
            models.Index(fields=["purpose", "contact"], condition=Q(granted=False), name="zalo_consent_refused"),
            models.Index(
                fields=["phone_hash", "purpose", "-id"], condition=~Q(phone_hash=""), name="zalo_consent_phone"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}: {'đồng ý' if self.granted else 'từ chối'}"
