"""People on the channel, what they agreed to, where they came from; linking endpoints of the dossier's panel."""

from __future__ import annotations

import datetime as dt

from django.contrib import admin
from django.contrib import messages as notices
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from dossiers import qr
from dossiers.admin.base import StaffAdmin
from dossiers.scoping import agency_ids_of, membership_of, scoped
from zalo.admin import dossier_panel
from zalo.admin.access import accounts_of, must_have, page_context
from zalo.admin.message import parse_date_or
from zalo.models import ConsentRecord, Contact, ReferralVisit
from zalo.people import followers, linking, referrals

PAGE = 50


@require_GET
def people(request):
    """One page of people, newest first. Names are sealed, so the list is walked, not searched, by them."""
    must_have(request, "view_contact")
    rows = Contact.objects.filter(account__in=accounts_of(request.user).values("pk")).select_related("account")
    if request.GET.get("muc") == "dang":
        rows = rows.filter(is_follower=True)
    before = request.GET.get("truoc", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.order_by("-id")[: PAGE + 1])
    context = page_context(
        request,
        "Người quan tâm",
        Contact,
        rows=found[:PAGE],
        more=found[PAGE - 1].pk if len(found) > PAGE else "",
        tab=request.GET.get("muc", ""),
    )
    return render(request, "zalo/desk/people.html", context)


@require_GET
def person(request, pk: int):
    """What the channel holds about one person: follows, consents, links."""
    row = own_contact(request, pk)
    context = page_context(
        request,
        f"{row}",
        Contact,
        row=row,
        follows=row.follows.select_related("desk", "agency", "officer").order_by("-at")[:20],
        consents=_consents(row),
        decisions=row.consents.select_related("recorded_by").order_by("-id")[:20],
        dossiers=list(scoped(linking.dossiers_of(row), request.user)[:20]),
        conversation=getattr(row, "conversation", None),
        may_change=request.user.has_perm("zalo.change_contact"),
    )
    return render(request, "zalo/desk/person.html", context)


def _consents(row: Contact) -> list[tuple[str, str, bool]]:
    newest = dict(row.consents.order_by("id").values_list("purpose", "granted"))
    return [(value, label, newest.get(value, True)) for value, label in ConsentRecord.Purpose.choices]


@require_POST
def person_act(request, pk: int, act: str):
    """Record what the person said at the counter: a yes or a no to a purpose, or that everything be erased."""
    must_have(request, "change_contact")
    row, now = own_contact(request, pk), timezone.now()
    who = request.user.get_full_name() or request.user.username
    if act == "xoa":
        if request.POST.get("sure") != "XOA":
            notices.error(request, "Gõ XOA vào ô xác nhận để xoá dữ liệu của người này.")
        else:
            followers.erase(row, how=f"Yêu cầu tại quầy, {who} ghi", now=now)
            notices.success(request, "Đã xoá dữ liệu kênh giữ về người này. Hồ sơ đã nộp vẫn lưu theo luật.")
    elif act in ConsentRecord.Purpose.values:
        granted = request.POST.get("granted") == "1"
        followers.restrict(row, [act], how=f"Nói tại quầy, {who} ghi", now=now, granted=granted)
        notices.success(request, "Đã ghi ý muốn của người dân.")
    else:
        raise Http404
    return HttpResponseRedirect(reverse("admin:zalo_contact_change", args=[pk]))


def own_contact(request, pk: int) -> Contact:
    must_have(request, "view_contact")
    rows = Contact.objects.filter(account__in=accounts_of(request.user).values("pk")).select_related("account")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


@require_GET
def sources(request):
    """Follows by counter, agency and officer, and the short addresses to print (S1-19, S3-09)."""
    must_have(request, "view_referralvisit")
    today = timezone.localdate()
    first = parse_date_or(request.GET.get("tu", ""), today - dt.timedelta(days=29))
    last = parse_date_or(request.GET.get("den", ""), today)
    start = timezone.make_aware(dt.datetime.combine(first, dt.time.min))
    end = timezone.make_aware(dt.datetime.combine(last + dt.timedelta(days=1), dt.time.min))
    allowed = agency_ids_of(request.user)
    accounts = accounts_of(request.user)
    context = page_context(
        request,
        "Nguồn quan tâm",
        ReferralVisit,
        first=first,
        last=last,
        total=referrals.total(accounts.values("pk"), start=start, end=end),
        desks=referrals.by_desk(allowed, start=start, end=end),
        agencies=referrals.by_agency(allowed, start=start, end=end),
        officers=referrals.by_officer(allowed, start=start, end=end),
        mine=referrals.short_address(referrals.officer_code(request.user)),
        minutes=int(referrals.MATCH_WITHIN.total_seconds() // 60),
    )
    return render(request, "zalo/desk/sources.html", context)


@require_GET
def my_address(request):
    """The officer's own address with its QR: to show friends and family (S3-09)."""
    if not request.user.is_staff:
        raise Http404
    address = referrals.short_address(referrals.officer_code(request.user))
    place = membership_of(request.user)
    account = referrals.account_for(place.agency if place else None, timezone.localdate())
    context = page_context(
        request, "Giới thiệu kênh Zalo", ReferralVisit, address=address, qr=qr.svg(address), account=account
    )
    return render(request, "zalo/desk/my_address.html", context)


@admin.register(Contact)
class ContactAdmin(StaffAdmin):
    """Routes to the people's pages and to the dossier panel's endpoints."""

    def get_urls(self):
        def wrapped(view):
            return self.admin_site.admin_view(view)

        return [
            path("", wrapped(people), name="zalo_contact_changelist"),
            path("<int:pk>/change/", wrapped(person), name="zalo_contact_change"),
            path("<int:pk>/viec/<slug:act>/", wrapped(person_act), name="zalo_contact_act"),
            path("ho-so/<int:pk>/ma/", wrapped(dossier_panel.new_code), name="zalo_link_code"),
            path("ho-so/<int:pk>/trang-thai/", wrapped(dossier_panel.link_state), name="zalo_link_state"),
            path("ho-so/<int:pk>/go/<int:link>/", wrapped(dossier_panel.unlink), name="zalo_unlink"),
            path("ho-so/<int:pk>/nhan/", wrapped(dossier_panel.send), name="zalo_send"),
            path("ho-so/<int:pk>/xem-thu/", wrapped(dossier_panel.preview), name="zalo_send_preview"),
        ]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(ReferralVisit)
class ReferralVisitAdmin(StaffAdmin):
    """Routes to the figures by source."""

    def get_urls(self):
        def wrapped(view):
            return self.admin_site.admin_view(view)

        return [
            path("", wrapped(sources), name="zalo_referralvisit_changelist"),
            path("cua-toi/", wrapped(my_address), name="zalo_my_address"),
        ]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
