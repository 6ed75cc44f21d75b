"""Units that leave citizens untold, at the desk: who, how many, when their leader was told; told again by a click."""

from __future__ import annotations

from django.contrib import admin, messages
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dossiers.admin.access import page_context
from dossiers.admin.base import AgencyScopedAdmin
from dossiers.scoping import agency_ids_of
from dossiers.workflow.moving import ActError
from portal.correspondence import urging
from portal.correspondence.admin import access
from portal.correspondence.models import Urging

SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
def view(request):
    """Show the units and the reminders kept; a POST reminds the leader of one unit."""
    kept = access.own(request, Urging.objects.select_related("agency", "by"), "view_urging")
    now = timezone.now()
    found = urging.lines(agency_ids_of(request.user), now=now)
    if request.method == "POST":
        access.must(request, "urge_unit")
        asked = (request.POST.get("agency", ""), request.POST.get("unit", ""))
        line = next((each for each in found if (str(each.agency.pk), each.unit) == asked), None)
        if line is None:
            messages.warning(request, "Đơn vị này không còn tin nào chưa báo người dân.")
            return redirect("admin:correspondence_urging_changelist")
        try:
            row = urging.urge(line, by=request.user, now=now)
        except ActError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"Đã ghi lời nhắc {line.unit}: {row.told}; {row.letters} thư đã gửi.")
        return redirect("admin:correspondence_urging_changelist")
    context = page_context(
        request,
        "Đôn đốc đơn vị chưa báo",
        opts=Urging._meta,
        rows=found[:SHOWN],
        kept=kept[:50],
        may_urge=request.user.has_perm("correspondence.urge_unit"),
    )
    return render(request, "correspondence/desk/urgings.html", context)


@admin.register(Urging)
class UrgingAdmin(AgencyScopedAdmin):
    """Routes to the page; reminders are kept as they were."""

    def get_urls(self):
        return [path("", self.admin_site.admin_view(view), name="correspondence_urging_changelist")]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
