"""The table of colleagues: who works where, from when; a new name becomes an account by the desk's own form.

Names, e-mail and roles of an account there is already are changed on its own page: a file may not raise anybody.
"""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from dossiers.models import Desk, Membership, Unit
from dossiers.search_text import fold
from portal.desk.colleague import NEEDED, ColleagueForm
from portal.transfer.everyday.cells import AgencyCode, Cell, Day, Named, words_of
from portal.transfer.everyday.lists import AGENCY
from portal.transfer.everyday.tables import TWICE, Column, Table

NO_ACCOUNTS = "Bạn không được thêm tài khoản."
NOT_YOURS = "Tài khoản này không thuộc phạm vi của bạn; hãy nhờ quản trị toàn tỉnh."
ASKED = {
    "username": "Tên đăng nhập",
    "full_name": "Họ và tên",
    "email": "Thư điện tử",
    "agency": "Mã cơ quan",
    "unit": "Phòng",
    "desk": "Quầy",
    "title": "Chức vụ",
    "role": "Vai trò",
}


class OfAccount(Column):
    """A column of the account, not of the place: shown, and read for a new account alone."""

    def __init__(self, attribute: str | None, heading: str, *also: str, needed: bool = False) -> None:
        super().__init__(attribute, heading, Cell(), *also, needed=needed, readonly=True)


class Roles(OfAccount):
    """The roles of the account."""

    def get_value(self, instance):
        user = instance.user if instance.user_id else None
        return ", ".join(sorted(group.name for group in user.groups.all())) if user else ""


class Staff(Table):
    """Colleagues and their places."""

    most, most_later = 300, 3_000  # every new account is a whole form
    slug, title, key = "can-bo", "Cán bộ của cơ quan", ("username", "agency")
    hint = (
        "Người chưa có tài khoản được tạo tài khoản với vai trò trong tệp; ghi xong thì in được danh sách đường dẫn "
        "đặt mật khẩu lần đầu để đưa tận tay. Tên, thư điện tử, vai trò của tài khoản đã có chỉ sửa ở trang Tài khoản."
    )
    username = OfAccount("user__username", "Tên đăng nhập", "tài khoản", "tên tài khoản", needed=True)
    full_name = OfAccount("user__get_full_name", "Họ và tên", "họ tên", "tên cán bộ", "họ và tên cán bộ")
    email = OfAccount("user__email", "Thư điện tử", "email", "hộp thư")
    agency = Column("agency", "Mã cơ quan", AgencyCode(), *AGENCY)
    unit = Column("unit", "Phòng", Named(Unit, "phòng"), "phòng, bộ phận", "bộ phận", "mã phòng")
    desk = Column("desk", "Quầy", Named(Desk, "quầy"), "mã quầy")
    post = Column("title", "Chức vụ", Cell(), "chức danh", "vị trí")
    role = Roles(None, "Vai trò", "quyền", "nhóm quyền")
    valid_from = Column("valid_from", "Từ ngày", Day(), "làm việc từ", "ngày bắt đầu")
    valid_to = Column("valid_to", "Đến hết ngày", Day(), "đến ngày", "ngày kết thúc")

    class Meta:
        model = Membership

    _form: ColleagueForm | None = None
    """The form that makes the account of the row being read; None for an account there is."""

    @classmethod
    def rows(cls, request):
        """Return the newest place of each person at each agency: the one a file speaks of."""
        later = Membership.objects.filter(
            user=OuterRef("user"), agency=OuterRef("agency"), valid_from__gt=OuterRef("valid_from")
        )
        places = super().rows(request).filter(~Exists(later)).prefetch_related("user__groups")
        return places.order_by("agency", "user")

    def after_init_instance(self, instance, new, row, **kwargs):
        """Give a new place its account, or the form that will make one."""
        self._form = None
        if not new:
            return
        name = words_of(row.get(ASKED["username"]))
        user = User.objects.filter(username__iexact=name).first()
        if user is None:
            self._form = ColleagueForm(self._asked(row), by=self.request.user)
            instance.valid_from = timezone.localdate()
            return
        accounts = admin.site._registry[User]
        if not accounts.get_queryset(self.request).filter(pk=user.pk).exists() or user == self.request.user:
            raise ValidationError(NOT_YOURS)
        instance.user = user

    def _asked(self, row) -> dict[str, object]:
        """Return what the form for a colleague asks, from the row's cells."""
        said = {name: words_of(row.get(heading)) for name, heading in ASKED.items()}
        role = next((each for each in self.listed(Group) if fold(each.name) == fold(said["role"])), None)
        places: dict[str, object] = {"role": role and role.pk}
        for name in ("agency", "unit", "desk"):
            try:
                found = self._said(name, row)
            except ValueError:
                found = None  # the cell is told of where it is read
            places[name] = found and found.pk
        return said | places

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        form = self._form
        if form is None:
            return super().validate_instance(instance, import_validation_errors, validate_unique)
        if not all(self.request.user.has_perm(name) for name in NEEDED):
            raise ValidationError(NO_ACCOUNTS)
        told = dict(import_validation_errors or {})
        try:  # the form asks for the account and the seat; the days are the place's own
            instance.full_clean(exclude={"user", *ASKED, *told}, validate_unique=False)
        except ValidationError as error:
            told |= error.message_dict
        said = self._in_words(ValidationError(told)) if told else []
        said += [f"{ASKED.get(name, '')}: {each}" for name, errors in form.errors.items() for each in errors]
        if said:
            raise ValidationError(said)
        return None

    def do_instance_save(self, instance, is_create):
        if self._form is None:
            super().do_instance_save(instance, is_create)
            return
        try:
            with transaction.atomic():  # no account without its place
                user = self._form.save(by=self.request.user)
                made = user.memberships.get()
                instance.pk, instance.user, instance._state.adding = made.pk, user, False
                super().do_instance_save(instance, False)
            self.accounts.append(user.pk)
        except IntegrityError:
            raise ValidationError(TWICE) from None
