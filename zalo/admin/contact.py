"""People on the channel, what they agreed to, where they came from; linking endpoints of the dossier's panel."""

from __future__ import annotations

import datetime as dt

from django.contrib import admin
from django.contrib import messages as notices
from django.db.models import Q
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from dossiers import qr
from dossiers.admin.base import StaffAdmin
from dossiers.lists import keyset
from dossiers.scoping import agency_ids_of, membership_of, scoped
from dossiers.workflow.moving import ActError
from zalo.admin import dossier_panel
from zalo.admin.access import must_have, page_context
from zalo.admin.message import parse_date_or
from zalo.models import ConsentRecord, Contact, ErasureRequest, ReferralVisit
from zalo.people import belonging, erasure_requests, followers, linking, referrals

PAGE = 50


@require_GET
def people(request):
    """One page of people, newest first. Names are sealed, so the list is walked, not searched, by them."""
    must_have(request, "view_contact")
    rows = belonging.contacts_of(request.user).select_related("account")
    if request.GET.get("muc") == "dang":
        rows = rows.filter(is_follower=True)
    found, more = keyset.page(rows, keyset.NEWEST, request.GET.get("truoc", ""), size=PAGE)
    context = page_context(
        request,
        "Người quan tâm",
        Contact,
        rows=found,
        more=more,
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
        follows=_follows(row, request.user)[:20],
        consents=_consents(row),
        decisions=_decisions(row, request.user)[:20],
        dossiers=list(scoped(linking.dossiers_of(row), request.user)[:20]),
        conversation=getattr(row, "conversation", None),
        may_change=request.user.has_perm(erasure_requests.MAY_ASK),
        erasing=_waiting(row),
        may_erase=_waiting(row) is not None and erasure_requests.may_settle(request.user, _waiting(row)),
    )
    return render(request, "zalo/desk/person.html", context)


def _follows(row: Contact, user):
    """Follows and unfollows; by whose address only where it is one of the user's agencies."""
    rows = row.follows.select_related("desk", "agency", "officer").order_by("-at")
    allowed = agency_ids_of(user)
    return rows if allowed is None else rows.filter(Q(agency=None, officer=None) | Q(agency__in=allowed))


def _decisions(row: Contact, user):
    """What the person said yes and no to, without what people of other agencies wrote down."""
    rows = row.consents.select_related("recorded_by").order_by("-id")
    allowed = agency_ids_of(user)
    if allowed is None:
        return rows
    return rows.filter(Q(recorded_by=None) | Q(recorded_by__memberships__agency__in=allowed)).distinct()


def _waiting(row: Contact) -> ErasureRequest | None:
    return row.erasure_requests.filter(state=ErasureRequest.State.WAITING).select_related("contact__account").first()


def _consents(row: Contact) -> list[tuple[str, str, bool]]:
    newest = dict(row.consents.order_by("id").values_list("purpose", "granted"))
    return [(value, label, newest.get(value, True)) for value, label in ConsentRecord.Purpose.choices]


@require_POST
def person_act(request, pk: int, act: str):
    """Record what the person said at the counter: a yes or a no to a purpose, or that everything be erased."""
    row, now = own_contact(request, pk), timezone.now()
    try:
        if act in _ERASING:
            words = _ERASING[act](request, row, now)
        elif act in ConsentRecord.Purpose.values:
            must_have(request, "change_contact")
            granted = request.POST.get("granted") == "1"
            followers.restrict(row, [act], how="Nói tại quầy", by=request.user, now=now, granted=granted)
            words = "Đã ghi ý muốn của người dân."
        else:
            raise Http404
    except ActError as refused:
        notices.error(request, str(refused))
    else:
        notices.success(request, words)
    return HttpResponseRedirect(reverse("admin:zalo_contact_change", args=[pk]))


def _ask_erasure(request, row: Contact, now) -> str:
    erasure_requests.ask(row, by=request.user, reason=request.POST.get("reason", ""), now=now)
    return "Đã ghi yêu cầu. Dữ liệu được xoá khi một người khác có quyền xác nhận."


def _erase(request, row: Contact, now) -> str:
    if request.POST.get("sure") != "XOA":
        raise ActError("Gõ XOA vào ô xác nhận để xoá dữ liệu của người này.")
    erasure_requests.settle(_asked(row), by=request.user, now=now, erase=True)
    return "Đã xoá dữ liệu kênh giữ về người này. Hồ sơ đã nộp vẫn lưu theo luật."


def _keep(request, row: Contact, now) -> str:
    erasure_requests.settle(_asked(row), by=request.user, now=now, erase=False)
    return "Đã ghi: không xoá."


def _asked(row: Contact) -> ErasureRequest:
    waiting = _waiting(row)
    if waiting is None:
        raise ActError("Chưa có yêu cầu xoá nào chờ xác nhận. Hãy ghi yêu cầu của người dân trước.")
    return waiting


_ERASING = {"xin-xoa": _ask_erasure, "xoa": _erase, "khong-xoa": _keep}


def own_contact(request, pk: int) -> Contact:
    """Return the person when it is one of the user's; 404 otherwise."""
    must_have(request, "view_contact")
    row = belonging.contacts_of(request.user).select_related("account").filter(pk=pk).first()
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
    context = page_context(
        request,
        "Nguồn quan tâm",
        ReferralVisit,
        first=first,
        last=last,
        total=referrals.total(belonging.follows_of(request.user), start=start, end=end),
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
