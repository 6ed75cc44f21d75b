"""The Zalo panel on a dossier's page: who is linked, linking at the counter, what was told, a message by hand."""

from __future__ import annotations

from django.contrib import messages as notices
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET, require_POST

from dossiers import qr
from dossiers.admin.access import own_dossier
from dossiers.models import Dossier
from dossiers.scoping import membership_of
from dossiers.workflow.moving import ActError
from dossiers.written_dates import written_time
from zalo.admin.access import hidden_from, must_have, page_context
from zalo.messages import registry as kinds
from zalo.models import ContactLink, LinkCode, OutboxMessage
from zalo.models.outbox import CLAIMABLE, NO_LONGER, RETRYABLE
from zalo.notices import by_hand
from zalo.outbox import ledger
from zalo.outbox import rows as outbox
from zalo.people import belonging, linking, referrals

SHOWN = 8


def panel(request, dossier: Dossier) -> SafeString | None:
    """The panel as HTML; None for who may not see the channel's messages or where there is no channel."""
    if not request.user.has_perm("zalo.view_outboxmessage"):
        return None
    account = referrals.account_for(dossier.agency, timezone.localdate())
    if account is None:
        return None
    rows = list(ledger.of_dossier(dossier)[: SHOWN + 1])
    html = render_to_string(
        "zalo/desk/dossier_panel.html",
        {
            "dossier": dossier,
            "account": account,
            "holders": list(linking.holders_of(dossier)),
            "messages": [line(row) for row in rows[:SHOWN]],
            "more": len(rows) > SHOWN,
            "ready": by_hand.READY,
            "may_send": request.user.has_perm(by_hand.MAY_SEND),
            "may_handle": request.user.has_perm("zalo.handle_call_list"),
            "just_received": "moi" in request.GET,
            "longest": by_hand.LONGEST,
        },
        request=request,
    )
    return mark_safe(html)  # rendered by our template, every value escaped there


def line(row: OutboxMessage) -> dict:
    """One message as the lists show it."""
    about = row.feedback_event if row.feedback_event_id else None
    return {
        "row": row,
        "title": kind_title(row.kind),
        "who": who(row),
        "case": about.case if about else None,
        "standing": ledger.standing(row),
        "tone": tone(row),
        "again": row.state in RETRYABLE
        and row.route_reason != NO_LONGER
        and not row.handled_at
        and row.account_id is not None,
        "cancel": row.state in CLAIMABLE,
        "call": row.state in ("failed", "unreachable") and not row.handled_at,
    }


def who(row: OutboxMessage) -> str:
    """Who the message went to, in the words of a list; nobody where that is secret."""
    if ledger.is_secret(row):
        return "Giữ kín"
    if row.contact_id:
        return str(row.contact)
    return (
        "Theo thông tin người gửi để lại" if row.feedback_event_id and not row.applicant_id else "Theo thông tin hồ sơ"
    )


def kind_title(slug: str) -> str:
    """What staff call a kind of message."""
    try:
        return kinds.get(slug).title
    except KeyError:
        return slug


def tone(row: OutboxMessage) -> str:
    """The colour of a message: good, wait, bad or done."""
    if row.handled_at or row.outcome in ("refused", "withdrawn", "expired"):
        return "done"
    if row.state in ("failed", "unreachable"):
        return "bad"
    return "good" if row.state in ("sent", "delivered", "seen") else "wait"


@require_POST
def new_code(request, pk: int):
    """Give a one-time code for the citizen at the counter: JSON for the panel's script, a page without it."""
    must_have(request, "send_message")
    dossier = own_dossier(request, pk, "agency")
    account = referrals.account_for(dossier.agency, timezone.localdate())
    if account is None:
        raise Http404
    try:
        issued = linking.issue_code(dossier, now=timezone.now())
    except linking.LinkRefused as refused:
        notices.error(request, str(refused))
        return _back(pk)
    address = referrals.short_address(_desk_code(request, dossier))
    context = {
        "words": issued.words,
        "spaced": f"#HS {issued.code[:3]} {issued.code[3:]}",
        "expires": written_time(issued.expires_at),
        "code_id": issued.pk,
        "qr": qr.svg(address),
        "account": account.name,
    }
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse(context | {"state": reverse("admin:zalo_link_state", args=[pk]) + f"?ma={issued.pk}"})
    context |= page_context(request, f"Kết nối Zalo cho hồ sơ {dossier.code}", Dossier, dossier=dossier)
    return render(request, "zalo/desk/link_code.html", context)


@require_GET
def link_state(request, pk: int):
    """Return whether the code was used and by whom: polled by the clerk's screen until it turns green."""
    must_have(request, "view_outboxmessage")
    dossier = own_dossier(request, pk)
    wanted = request.GET.get("ma", "")
    code = (
        LinkCode.objects.filter(pk=int(wanted), dossier=dossier).select_related("used_by").first()
        if wanted.isascii() and wanted.isdigit() and len(wanted) < 18
        else None
    )
    if code is None:
        return JsonResponse({"linked": False, "expired": True})
    return JsonResponse(
        {
            "linked": code.used_at is not None,
            "who": str(code.used_by) if code.used_by else "",
            "expired": code.used_at is None and code.expires_at <= timezone.now(),
        }
    )


@require_POST
def unlink(request, pk: int, link: int):
    """End one link of the dossier."""
    must_have(request, "send_message")
    dossier = own_dossier(request, pk)
    row = linking.holders_of(dossier).filter(pk=link).first()
    if row is None:
        raise Http404
    if row.applicant_id and not row.dossier_id:
        notices.warning(request, "Liên kết này áp dụng cho mọi hồ sơ của người nộp; đã gỡ khỏi tất cả.")
    linking.unlink(ContactLink.objects.get(pk=row.pk), by=request.user, now=timezone.now())
    notices.success(request, "Đã gỡ liên kết; người này không nhận tin của hồ sơ nữa.")
    return _back(pk)


@require_POST
def send(request, pk: int):
    """Send a message written by hand."""
    dossier = own_dossier(request, pk, "agency")
    try:
        rows = by_hand.send(dossier, request.POST.get("words", ""), by=request.user, now=timezone.now())
    except ActError as error:
        notices.error(request, str(error))
        return _back(pk)
    linked = any(row.contact_id for row in rows)
    how = "qua Zalo" if linked else "theo số điện thoại hoặc cách khác vì chưa ai kết nối Zalo"
    notices.success(request, f"Đã xếp hàng gửi {how}. Kết quả hiện trong danh sách tin của hồ sơ.")
    return _back(pk)


@require_POST
def preview(request, pk: int):
    """Return how the message would read, as JSON for the panel's script."""
    must_have(request, "send_message")
    dossier = own_dossier(request, pk, "agency")
    try:
        text = by_hand.preview(dossier, request.POST.get("words", "")[: by_hand.LONGEST])
    except ActError as error:
        text = str(error)
    return JsonResponse({"text": text})


@require_POST
def message_act(request, pk: int, act: str):
    """Send again, withdraw, or note that the citizen was called; comes back to where it was pressed."""
    row = own_message(request, pk)
    now, note = timezone.now(), request.POST.get("note", "").strip()
    if act == "gui-lai":
        must_have(request, "send_message")
        done = outbox.send_again(row, by=request.user, now=now)
        words = "Đã xếp hàng gửi lại."
    elif act == "huy":
        must_have(request, "send_message")
        done = outbox.cancel(row, by=request.user, now=now, note=note)
        words = "Đã huỷ tin chưa gửi."
    elif act == "da-goi":
        must_have(request, "handle_call_list")
        done = outbox.handle(row, by=request.user, now=now, note=note or "Đã gọi điện cho người dân")
        words = "Đã ghi: đã gọi điện cho người dân."
    else:
        raise Http404
    if done:
        notices.success(request, words)
    else:
        notices.warning(request, "Tin này vừa đổi trạng thái; hãy xem lại danh sách.")
    return HttpResponseRedirect(_safe_next(request, row))


def own_message(request, pk: int) -> OutboxMessage:
    """Return the message when it is about an agency of the user; 404 otherwise."""
    must_have(request, "view_outboxmessage")
    related = ("dossier", "agency", "contact", "account", "event", "feedback_event__case", "template")
    rows = belonging.messages_of(request.user).select_related(*related)
    row = rows.filter(pk=pk).exclude(hidden_from(request.user)).first()
    if row is None:
        raise Http404
    return row


def _safe_next(request, row: OutboxMessage) -> str:
    wanted = request.POST.get("next", "")
    if wanted.startswith("/admin/") and "//" not in wanted and "\\" not in wanted:
        return wanted
    if row.dossier_id:
        return reverse("admin:dossiers_dossier_change", args=[row.dossier_id]) + "#zalo"
    return reverse("admin:zalo_outboxmessage_change", args=[row.pk])


def _desk_code(request, dossier: Dossier) -> str:
    """The clerk's own counter, so that the follow is counted where it happened."""
    place = membership_of(request.user, dossier.agency_id)
    desk = place.desk if place and place.desk_id else dossier.desk
    return referrals.desk_code(desk) if desk else referrals.agency_code(dossier.agency)


def _back(pk: int):
    return HttpResponseRedirect(reverse("admin:dossiers_dossier_change", args=[pk]) + "#zalo")
