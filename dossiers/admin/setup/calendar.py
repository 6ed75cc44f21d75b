"""Working hours and days off. A day counts once a person has confirmed it, after seeing which dossiers would move."""

from __future__ import annotations

import datetime as dt

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone

from dossiers import typed
from dossiers.admin.access import page_context, row_ids
from dossiers.admin.base import AgencyFilter, AgencyScopedAdmin
from dossiers.admin.setup import week_grid
from dossiers.deadlines.proposed_holidays import proposals
from dossiers.deadlines.working_time import ZONE
from dossiers.models import Agency, CalendarException, WeekPattern
from dossiers.scoping import agency_ids_of, scoped
from dossiers.workflow import calendar_changes
from dossiers.written_dates import written_day

MOST_DAYS = 60


@admin.register(WeekPattern)
class WeekPatternAdmin(AgencyScopedAdmin):
    """One row a working period; the week as a whole is seen on its own page."""

    shared_rows = True
    list_display = ("weekday", "opens_at", "closes_at", "agency", "valid_from", "valid_to")
    list_filter = (("agency", AgencyFilter), "weekday")
    list_filter_submit = True
    list_select_related = ("agency",)
    list_before_template = "dossiers/desk/week_links.html"

    def get_urls(self):
        return [
            path("tuan/", self.admin_site.admin_view(week_grid.view), name="dossiers_week_grid"),
            *super().get_urls(),
        ]


class ConfirmedFilter(admin.SimpleListFilter):
    """Days that count, or proposals that wait for a person."""

    title = "xác nhận"
    parameter_name = "confirmed"

    def lookups(self, request, model_admin):
        return [("yes", "Đã xác nhận"), ("no", "Chờ xác nhận")]

    def queryset(self, request, queryset):
        if self.value() in {"yes", "no"}:
            return queryset.filter(confirmed_at__isnull=self.value() == "no")
        return queryset


@admin.register(CalendarException)
class CalendarExceptionAdmin(AgencyScopedAdmin):
    """Days by date; the buttons propose a year and confirm or withdraw days with a preview."""

    shared_rows = True
    list_display = ("date", "kind", "name", "agency", "decision", "is_confirmed")
    list_filter = (ConfirmedFilter, "kind", ("agency", AgencyFilter))
    list_filter_submit = True
    list_select_related = ("agency",)
    date_hierarchy = None
    ordering = ("-date",)
    search_fields = ("name", "decision")
    exclude = ("confirmed_at", "confirmed_by", "source")
    actions = ("confirm_selected", "withdraw_selected")
    list_before_template = "dossiers/desk/calendar_propose.html"

    @admin.display(description="Đã xác nhận", boolean=True, ordering="confirmed_at")
    def is_confirmed(self, day: CalendarException) -> bool:
        return day.confirmed

    def has_change_permission(self, request, obj=None):
        # A day that counts is withdrawn first, so that nobody shifts promised dates by a quick edit.
        return super().has_change_permission(request, obj) and (obj is None or not obj.confirmed)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and (obj is None or not obj.confirmed)

    def get_urls(self):
        return [
            path("de-xuat/", self.admin_site.admin_view(self.propose), name="dossiers_calendar_propose"),
            path("anh-huong/", self.admin_site.admin_view(self.effect), name="dossiers_calendar_effect"),
            *super().get_urls(),
        ]

    @admin.action(description="Xác nhận (xem trước hồ sơ đổi ngày)", permissions=["change"])
    def confirm_selected(self, request, queryset):
        return self._to_effect(queryset.filter(confirmed_at__isnull=True), "confirm")

    @admin.action(description="Hủy xác nhận (xem trước hồ sơ đổi ngày)", permissions=["change"])
    def withdraw_selected(self, request, queryset):
        return self._to_effect(queryset.filter(confirmed_at__isnull=False), "withdraw")

    def _to_effect(self, queryset, what: str):
        ids = ",".join(str(pk) for pk in queryset.values_list("pk", flat=True)[:MOST_DAYS])
        return HttpResponseRedirect(reverse("admin:dossiers_calendar_effect") + f"?viec={what}&ngay={ids}")

    def propose(self, request):
        """Add the days a library proposes for a year, unconfirmed; the ones already there stay as they are."""
        self._must_change(request, national=True)
        year = typed.whole(request.POST.get("year"), digits=4)
        if request.method == "POST" and year in range(2001, 2100):
            known = set(
                CalendarException.objects.filter(agency__isnull=True, date__year=year).values_list("date", flat=True)
            )
            new = [
                CalendarException(
                    date=day.date,
                    kind=day.kind,
                    name=day.name[:120],
                    source=f"{day.source}: {day.basis}"[:160],
                )
                for day in proposals(year)
                if day.date not in known
            ]
            CalendarException.objects.bulk_create(new)
            messages.success(
                request, f"Đã đề xuất {len(new)} ngày của năm {year}. Đối chiếu với văn bản rồi đánh dấu và Xác nhận."
            )
        return HttpResponseRedirect(reverse("admin:dossiers_calendarexception_changelist"))

    def effect(self, request):
        """Show which open dossiers would move, then confirm or withdraw the days and move the ticked ones."""
        data = request.POST if request.method == "POST" else request.GET
        what = "withdraw" if data.get("viec") == "withdraw" else "confirm"
        ids = row_ids(data.get("ngay", "").split(","))[:MOST_DAYS]
        days = list(self.get_queryset(request).filter(pk__in=ids).order_by("date"))
        self._must_change(request, national=any(day.agency_id is None for day in days))
        if not days:
            messages.warning(request, "Đánh dấu ít nhất một ngày trong danh sách rồi chọn lại.")
            return HttpResponseRedirect(reverse("admin:dossiers_calendarexception_changelist"))
        change = {"adding": days} if what == "confirm" else {"without": [day.pk for day in days]}
        moves = calendar_changes.preview(self._affected(request, days), **change)
        if request.method == "POST":
            return self._carry_out(request, what, days, moves)
        context = page_context(
            request, "Xem trước thay đổi lịch", days=days, moves=moves, what=what, ids=",".join(map(str, ids))
        )
        return render(request, "dossiers/desk/calendar_effect.html", context)

    def _affected(self, request, days):
        agencies = scoped(Agency.objects.filter(active=True), request.user, "pk")
        own = {day.agency_id for day in days}
        return agencies if None in own else agencies.filter(pk__in=own)

    def _carry_out(self, request, what: str, days, moves):
        now = timezone.now()
        ticked = set(request.POST.getlist("move"))
        chosen = [move for move in moves if str(move.dossier.pk) in ticked]
        if what == "confirm":
            calendar_changes.confirm_days(days, by=request.user, now=now)
        else:
            calendar_changes.withdraw_days(days)
        for day in days:
            word = "Xác nhận" if what == "confirm" else "Hủy xác nhận"
            self.log_change(request, day, f"{word} ngày {written_day(day.date)}")
        names = ", ".join(f"{day.name} {written_day(day.date)}" for day in days)
        done, left = calendar_changes.apply(
            chosen, by=request.user, now=now, reason=f"Lịch làm việc thay đổi: {names}"[:500]
        )
        messages.success(request, f"Đã ghi lịch {len(days)} ngày; đổi ngày hẹn của {done} hồ sơ.")
        if left:
            messages.warning(
                request, f"{len(left)} hồ sơ vừa được người khác xử lý, hãy xem lại: {', '.join(left[:10])}."
            )
        return HttpResponseRedirect(reverse("admin:dossiers_calendarexception_changelist"))

    def _must_change(self, request, *, national: bool) -> None:
        if not request.user.has_perm("dossiers.change_calendarexception"):
            raise PermissionDenied
        if national and agency_ids_of(request.user) is not None:
            raise PermissionDenied("Lịch chung do quản trị toàn tỉnh quyết định; hãy thêm ngày riêng cho cơ quan bạn.")

    def changelist_view(self, request, extra_context=None):
        years = [dt.datetime.now(ZONE).year + step for step in (0, 1)]
        national = agency_ids_of(request.user) is None
        more = {
            "propose_years": years if national and request.user.has_perm("dossiers.change_calendarexception") else [],
        }
        return super().changelist_view(request, {**(extra_context or {}), **more})
