"""Where programs are told of events: register, look at the log, try, stop, go on, change the secret, send again."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from dossiers import ownership, typed
from dossiers.admin.access import page_context
from dossiers.admin.base import AgencyScopedAdmin
from portal.api.callbacks import acts, documents, sending
from portal.api.models import Delivery, Subscription

SHOWN = 50
TABS = {"": "Tất cả", "waiting": "Chờ gửi", "parked": "Không gửi được", "done": "Đã gửi"}


class SubscriptionForm(forms.ModelForm):
    """The address and what is wanted; none chosen is everything the key may know."""

    kinds = forms.MultipleChoiceField(
        label="Loại sự kiện",
        choices=list(documents.KINDS.items()),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 10, "class": "mc-input"}),
        help_text="Không chọn gì là mọi sự kiện khóa được biết.",
    )

    class Meta:
        model = Subscription
        fields = ("client", "address", "kinds")

    def clean(self):
        super().clean()
        client, address = self.cleaned_data.get("client"), self.cleaned_data.get("address")
        if client is None or not address:
            return
        for check in (
            lambda: acts.check_address(address.strip()),
            lambda: acts.checked_kinds(client, self.cleaned_data.get("kinds", [])),
        ):
            try:
                check()
            except acts.Refused as error:
                self.add_error(error.field, str(error))


@admin.register(Subscription)
class SubscriptionAdmin(AgencyScopedAdmin):
    form = SubscriptionForm
    agency_field = "client__agency"
    list_display = ("address", "client", "state", "standing", "log")
    list_select_related = ("client__agency",)
    fields = ("client", "address", "kinds")
    ordering = ("client", "id")

    def get_urls(self):
        page = self.admin_site.admin_view
        return [
            path("<int:pk>/nhat-ky/", page(self.log_page), name="api_subscription_log"),
            path("<int:pk>/viec/", page(self.act), name="api_subscription_act"),
            *super().get_urls(),
        ]

    def has_change_permission(self, request, obj=None):
        # The address is what was registered: another one is another registration, with a secret of its own.
        return obj is None and super().has_change_permission(request, obj)

    def save_model(self, request, obj, form, change):
        """Register; the secret is shown on the page that follows, this once."""
        ownership.refuse_foreign(request.user, [obj])
        made = acts.register(obj.client, obj.address, form.cleaned_data.get("kinds", []))
        obj.pk, obj._state.adding = made.pk, False
        messages.success(request, f"Khóa ký, chỉ hiện một lần, chép ngay cho phần mềm nhận: {made.secret}")

    def response_add(self, request, obj, post_url_continue=None):
        return HttpResponseRedirect(reverse("admin:api_subscription_log", args=[obj.pk]))

    @admin.display(description="Tình hình")
    def standing(self, row: Subscription) -> str:
        return row.last_error or ("Gửi được" if row.last_delivered_at else "Chưa gửi lần nào")

    @admin.display(description="Nhật ký")
    def log(self, row: Subscription) -> str:
        address = reverse("admin:api_subscription_log", args=[row.pk])
        return format_html('<a href="{}" aria-label="Nhật ký gửi đến {}">Nhật ký, gửi thử</a>', address, row.address)

    def log_page(self, request, pk: int):
        """Show what was sent and what waits, newest first."""
        row = self._own(request, pk)
        tab = request.GET.get("muc", "")
        rows = row.deliveries.order_by("-pk")
        if tab in Delivery.State.values:
            rows = rows.filter(state=tab)
        before = typed.whole(request.GET.get("truoc", ""))
        if before is not None:
            rows = rows.filter(pk__lt=before)
        page = list(rows[: SHOWN + 1])
        open_rows = ~Q(stream=Delivery.Stream.TEST) & Q(state__in=("waiting", "parked"))
        counted = row.deliveries.filter(open_rows).order_by().values_list("state").annotate(Count("pk"))
        context = page_context(
            request,
            f"Gửi đến {row.client.name}",
            row=row,
            kinds=[documents.KINDS.get(kind, kind) for kind in row.kinds],
            rows=page[:SHOWN],
            older=page[SHOWN - 1].pk if len(page) > SHOWN else None,
            tab=tab,
            tabs=TABS.items(),
            counted=dict(counted),
            may=self._may(request, row),
            opts=self.opts,
        )
        return render(request, "portal/desk/callbacks.html", context)

    def act(self, request, pk: int):
        """Do what a button says."""
        row = self._own(request, pk)
        if request.method == "POST":
            if not self._may(request, row):
                raise PermissionDenied(ownership.REFUSED)
            words = _done(row, request.POST.get("viec", ""), request.POST.get("dong", ""))
            if words:
                self.log_change(request, row, words.split(":")[0])
                messages.success(request, words)
        return HttpResponseRedirect(reverse("admin:api_subscription_log", args=[row.pk]))

    def _own(self, request, pk: int) -> Subscription:
        row = self.get_queryset(request).select_related("client__agency").filter(pk=pk).first()
        if not request.user.has_perm("api.view_subscription") or row is None:
            raise Http404
        return row

    def _may(self, request, row: Subscription) -> bool:
        return request.user.has_perm("api.change_subscription") and ownership.may_write(request.user, row)


def _done(row: Subscription, name: str, line: str) -> str:
    """Do the act of that name and return what to say; "" for a name nobody knows."""
    now = timezone.now()
    match name:
        case "thu":
            sent = sending.try_now(row)
            return (
                f"Gửi thử được, máy nhận trả lời sau {sent.took_ms} ms." if not sent.error else f"Gửi thử: {sent.error}"
            )
        case "dung":
            acts.stop(row)
            return "Đã tạm dừng; sự kiện vẫn được ghi lại để gửi khi tiếp tục."
        case "tiep":
            acts.go_on(row, now=now)
            return "Đã cho gửi tiếp, từ chỗ dừng."
        case "khoa":
            secret = acts.change_secret(row, now=now)
            return f"Khóa ký mới, chỉ hiện một lần: {secret} – khóa cũ còn ký thêm {acts.OVERLAP.days} ngày."
        case "lai":
            number = typed.whole(line)
            found = row.deliveries.filter(pk=number).first() if number is not None else None
            if line and found is None:
                return "Sự kiện này không còn trong nhật ký nên không gửi lại được."
            names = [found.message_id] if found else None
            queued = acts.send_again(row, names, now=now)
            return f"Sẽ gửi lại {queued} sự kiện."
    return ""
