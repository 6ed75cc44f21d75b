"""The rating sheet, from a message, the receipt, the counter's QR or a tablet; and the word on a follow-up."""

from __future__ import annotations

from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from dossiers.lookup import tiers as lookup
from dossiers.models import Desk
from dossiers.workflow.moving import ActError
from feedback.cases import refusals, visitors
from feedback.models import FollowUp, Rating, RatingInvitation
from feedback.pages.answers import nowhere, private
from feedback.ratings import follow_ups
from feedback.ratings import rating as ratings

MISS = "Không tìm thấy phiếu đánh giá, hoặc số và bốn số cuối chưa khớp. Phiếu chỉ mở sau khi đã trả kết quả."


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def find(request):
    """The counter's page: a dossier number and four digits lead to the sheet; every failure is the same sentence."""
    desk, tablet = request.GET.get("quay", "")[:20], "may" in request.GET
    context = {"desk": desk, "tablet": tablet, "query": request.GET.urlencode()}
    if request.method != "POST":
        return private(request, "feedback/rate_find.html", context)
    number, last4 = request.POST.get("number", "")[:60], request.POST.get("last4", "")[:20]
    context |= {"number": number}
    try:
        tried = visitors.guess(request, [lookup.number_guessed_at(number)])
    except visitors.TooOften as often:
        return private(request, "feedback/rate_find.html", {**context, "trouble": refusals.said(often)}, status=429)
    invitation = ratings.find_invitation(number, last4)
    if invitation is None:
        return private(request, "feedback/rate_find.html", {**context, "trouble": gettext(MISS)})
    tried.right()
    query = request.GET.urlencode()
    return redirect(reverse("feedback:rate", args=[invitation.token]) + (f"?{query}" if query else ""))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request, token: str):
    """Show the sheet and take it; the address is the key."""
    rows = RatingInvitation.objects.select_related("dossier", "dossier__agency")
    invitation, now = rows.filter(token=token).first(), timezone.now()
    if invitation is None:
        return nowhere(request)
    trouble = ""
    if request.method == "POST":
        try:
            _take(request, invitation, now)
        except ActError as wrong:
            trouble = refusals.said(wrong)
        else:
            return redirect(f"{reverse('feedback:rate', args=[token])}?{_after(request)}")
    elif invitation.opened_at is None:
        RatingInvitation.objects.filter(pk=invitation.pk, opened_at__isnull=True).update(opened_at=now)
    return _show(request, invitation, now, trouble)


def _take(request, invitation: RatingInvitation, now) -> None:
    if "settled" in request.POST:
        follow_up = FollowUp.objects.filter(rating__invitation=invitation).first()
        if follow_up is None:
            raise ActError("Phiếu này không có việc nào đang chờ bạn xác nhận.")
        settled = request.POST["settled"] == "yes"
        follow_ups.citizen_says(follow_up, now=now, settled=settled, word=request.POST.get("word", ""))
        return
    values = {}
    for question in ratings.questions_for(invitation, now):
        typed = request.POST.get(f"q-{question.key}", "")
        if typed.isascii() and typed.isdigit() and len(typed) < 4:
            values[question.key] = int(typed)
    desk = Desk.objects.filter(code=request.GET.get("quay", "")[:20]).first() if "quay" in request.GET else None
    ratings.give(
        invitation,
        values,
        now=now,
        via=_via(request),
        comment=request.POST.get("comment", ""),
        source_hash=visitors.source_of(request),
        desk=desk,
    )


def _via(request) -> str:
    if "may" in request.GET:
        return Rating.Via.TABLET
    if "quay" in request.GET:
        return Rating.Via.QR
    return Rating.Via.RECEIPT if request.GET.get("tu") == "giay" else Rating.Via.ZALO


def _after(request) -> str:
    query = request.GET.copy()
    query["xong"] = "1"
    return query.urlencode()


def _show(request, invitation: RatingInvitation, now, trouble: str):
    rating = Rating.objects.filter(invitation=invitation).prefetch_related("answers").first()
    try:
        questions = ratings.questions_for(invitation, now)
    except ActError as wrong:
        questions, trouble = [], refusals.said(wrong)
    given = {answer.question_id: answer.value for answer in rating.answers.all()} if rating else {}
    asked = []
    for question in questions:
        value = given.get(question.pk)
        typed = request.POST.get(f"q-{question.key}", "")
        if typed.isascii() and typed.isdigit() and len(typed) < 4:
            value = int(typed)
        asked.append((question, value))
    follow_up = FollowUp.objects.filter(rating=rating).first() if rating else None
    open_still = now <= invitation.expires_at if rating is None else now <= rating.changeable_until
    context = {
        "invitation": invitation,
        "rating": rating,
        "asked": asked,
        "comment": request.POST.get("comment", rating.comment if rating else ""),
        "follow_up": follow_up,
        "open": open_still,
        "done": "xong" in request.GET,
        "tablet": "may" in request.GET,
        "trouble": trouble,
        "back": f"{reverse('feedback:rate-find')}?quay={request.GET.get('quay', '')[:20]}&may=1",
    }
    return private(request, "feedback/rate.html", context)
