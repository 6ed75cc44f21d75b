"""One form for a new colleague: name, account, agency, room, role, e-mail; the first password is chosen by link.

Nobody gives more than their own reach: the roles are those the user may give (portal.desk.roles), the agencies those
whose rows the user may see. The link holds for three days (PASSWORD_RESET_TIMEOUT) and until a password was chosen.
"""

from __future__ import annotations

import datetime as dt
import smtplib

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import Group, User
from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import PasswordResetConfirmView
from django.core.exceptions import PermissionDenied
from django.core.mail import send_mail
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.views.decorators.http import require_http_methods

from dossiers.models import Agency, Desk, Membership, Unit
from dossiers.scoping import agency_ids_of, membership_of, scoped
from dossiers.written_dates import said_moment
from portal.desk.roles import givable

NEEDED = ("auth.add_user", "dossiers.add_membership")
LINK_DAYS = settings.PASSWORD_RESET_TIMEOUT // 86400


def _box(**attrs) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "mc-input", "autocomplete": "off", **attrs})


class ColleagueForm(forms.Form):
    """What is asked once about a new member of staff."""

    full_name = forms.CharField(label="Họ và tên", max_length=180, widget=_box(autofocus=True))
    username = forms.CharField(
        label="Tên đăng nhập",
        max_length=150,
        validators=[User.username_validator],
        widget=_box(),
        help_text="Chữ thường không dấu, ví dụ tiepnhan2.",
    )
    email = forms.EmailField(
        label="Thư điện tử",
        required=False,
        widget=_box(inputmode="email"),
        help_text="Nhận đường dẫn đặt mật khẩu lần đầu. Để trống thì bạn đưa đường dẫn tận tay.",
    )
    agency = forms.ModelChoiceField(Agency.objects.none(), label="Cơ quan", empty_label=None)
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label="Phòng", required=False, empty_label="Không thuộc phòng nào"
    )
    desk = forms.ModelChoiceField(Desk.objects.none(), label="Quầy", required=False, empty_label="Không ngồi quầy")
    title = forms.CharField(label="Chức vụ", max_length=120, required=False, widget=_box())
    role = forms.ModelChoiceField(Group.objects.none(), label="Vai trò", empty_label="Chọn vai trò")

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        own = scoped(Agency.objects.filter(active=True).order_by("name"), by, "pk")
        rooms = scoped(Unit.objects.filter(active=True).select_related("agency"), by)
        desks = scoped(Desk.objects.select_related("agency"), by)
        self.fields["agency"].queryset = own
        self.fields["unit"].queryset, self.fields["desk"].queryset = rooms, desks
        place = membership_of(by)
        self.fields["agency"].initial = place.agency_id if place else None
        self.fields["role"].queryset = Group.objects.filter(name__in=givable(by)).order_by("name")
        if agency_ids_of(by) is None:
            several = lambda row: f"{row} – {row.agency}"  # noqa: E731
            self.fields["unit"].label_from_instance = self.fields["desk"].label_from_instance = several

    def clean_username(self) -> str:
        name = User.normalize_username(self.cleaned_data["username"].strip())
        if User.objects.filter(username__iexact=name).exists():
            raise forms.ValidationError("Tên đăng nhập này đã có người dùng. Hãy chọn tên khác.")
        return name

    def clean(self):
        agency = self.cleaned_data.get("agency")
        for name, words in (("unit", "Phòng"), ("desk", "Quầy")):
            row = self.cleaned_data.get(name)
            if agency and row and row.agency_id != agency.pk:
                self.add_error(name, f"{words} này không thuộc cơ quan đã chọn.")

    def save(self, *, by) -> User:
        """Write the account, its role and its place at once, and who did it."""
        data = self.cleaned_data
        family, _, given = " ".join(data["full_name"].split()).rpartition(" ")
        with transaction.atomic():
            user = User(
                username=data["username"],
                # Written first comes first, as in everything that prints a full name.
                first_name=family[:150],
                last_name=given[:150],
                email=data["email"],
                is_staff=True,
            )
            user.set_unusable_password()
            user.save()
            user.groups.add(data["role"])
            seat = Membership.objects.create(
                user=user,
                agency=data["agency"],
                unit=data["unit"],
                desk=data["desk"],
                title=data["title"],
                valid_from=timezone.localdate(),
            )
            for row in (user, seat):
                LogEntry.objects.log_actions(by.pk, [row], ADDITION, "Thêm đồng nghiệp", single_object=True)
        return user


@require_http_methods(["GET", "POST"])
def view(request):
    """Ask about the new colleague; then show the link to the first password, and whether it was sent."""
    if not all(request.user.has_perm(name) for name in NEEDED) or agency_ids_of(request.user) == frozenset():
        raise PermissionDenied
    form = ColleagueForm(request.POST or None, by=request.user)
    context = {**admin.site.each_context(request), "title": "Thêm đồng nghiệp", "is_fullwidth": "1", "form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, "portal/desk/colleague.html", context, status=422 if form.errors else 200)
    user = form.save(by=request.user)
    link = first_password_link(user)
    sent = bool(user.email) and _mail(user, link)
    context |= {"added": user, "link": link, "sent": sent, "days": LINK_DAYS, "place": membership_of(user)}
    return render(request, "portal/desk/colleague_added.html", context)


def first_password_link(user: User) -> str:
    """Return the address where the person chooses the first password."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("admin:desk_first_password", args=[uid, default_token_generator.make_token(user)])
    return settings.PUBLIC_BASE_URL.rstrip("/") + path


def _mail(user: User, link: str) -> bool:
    until = timezone.now() + dt.timedelta(days=LINK_DAYS)
    text = (
        f"Chào {user.get_full_name()},\n\nBạn đã có tài khoản ở bàn làm việc một cửa.\n"
        f"Tên đăng nhập: {user.username}\n\n"
        f"Đặt mật khẩu lần đầu tại:\n{link}\n\nĐường dẫn dùng được một lần, đến {said_moment(until)}.\n"
        "Ngày đầu tiên: đăng nhập, bấm dấu hỏi ở góc trên bên phải, đọc “Ngày đầu tiên ở bàn làm việc”.\n"
    )
    try:
        return bool(send_mail("Tài khoản bàn làm việc một cửa", text, None, [user.email]))
    except (OSError, smtplib.SMTPException):
        return False  # the link stands on the page: it can be handed over


class FirstPassword(PasswordResetConfirmView):
    """Where a new colleague chooses the first password; a link that was used or is old says so."""

    template_name = "portal/desk/first_password.html"
    success_url = reverse_lazy("admin:login")
    title = "Đặt mật khẩu"

    def form_valid(self, form):
        super().form_valid(form)
        messages.success(self.request, "Đã đặt mật khẩu. Hãy đăng nhập.")
        return HttpResponseRedirect(self.success_url)

    def get_context_data(self, **kwargs):
        return {
            **admin.site.each_context(self.request),
            **super().get_context_data(**kwargs),
            "is_nav_sidebar_enabled": False,
        }
