"""Help at the desk: the handbooks of one's own work, the keys, and who has finished which handbook (S1-18)."""

from __future__ import annotations

from functools import cache

from django.contrib import admin, messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from dossiers.admin.access import must_have
from dossiers.models import Membership, TrainingDone, valid_on
from dossiers.scoping import scoped
from portal.desk import handbooks, keys, roles

MOST_PEOPLE = 300


def _page(request, template: str, title: str, **more):
    return render(request, template, {**admin.site.each_context(request), "title": title, "is_fullwidth": "1", **more})


@require_GET
def index(request):
    """Show the handbooks for this person, what of them is finished, and the keys."""
    done = _done_of(request.user)
    books = [(book, done.get(book.slug)) for book in handbooks.of(request.user)]
    pages = [(keys.TITLES[name], found) for name, found in keys.PAGES.items()]
    return _page(
        request,
        "portal/desk/help.html",
        "Trợ giúp",
        books=books,
        everywhere=keys.EVERYWHERE,
        pages=pages,
        may_see_trained=request.user.has_perm("dossiers.view_membership"),
    )


@require_http_methods(["GET", "POST"])
def handbook(request, slug: str):
    """Show one handbook; a POST writes down that this person has gone through it."""
    book = handbooks.find(slug)
    if book is None or not book.is_for(request.user):
        raise Http404
    if request.method == "POST" and book.taught:
        TrainingDone.objects.get_or_create(user=request.user, handbook=book.slug, defaults={"done_at": timezone.now()})
        messages.success(request, f"Đã ghi: bạn học xong “{book.title}”.")
        return HttpResponseRedirect(reverse("admin:desk_help"))
    done = TrainingDone.objects.filter(user=request.user, handbook=book.slug).first()
    return _page(request, "portal/desk/handbook.html", book.title, book=book, text=handbooks.text_of(book), done=done)


@require_GET
def trained(request):
    """Show who works in the user's agencies today and which handbooks of theirs are finished, the open ones first."""
    must_have(request, "view_membership")
    today = timezone.localdate()
    seats = scoped(Membership.objects.filter(valid_on(today), user__is_active=True), request.user)
    seats = seats.select_related("user", "unit", "agency").prefetch_related("user__training", "user__groups")
    people = {seat.user_id: seat for seat in seats.order_by("agency__name", "user__last_name", "id")[:MOST_PEOPLE]}
    rows = []
    for seat in people.values():
        done = {each.handbook: each.done_at for each in seat.user.training.all()}
        books = [(book, done.get(book.slug)) for book in handbooks.taught_to(_rights(seat.user))]
        rows.append((seat, books, sum(at is None for _, at in books)))
    rows.sort(key=lambda row: -row[2])
    finished = sum(not left for *_, left in rows)
    return _page(request, "portal/desk/trained.html", "Ai đã học xong", rows=rows, finished=finished)


def _rights(user) -> set[str]:
    """Return the rights of the person's roles, without asking the database for each person."""
    return {right for group in user.groups.all() for right in _of_role(group.name)}


@cache
def _of_role(name: str) -> frozenset[str]:
    return frozenset(roles.expanded(roles.ROLES.get(name, [])))


def _done_of(user) -> dict[str, object]:
    return dict(TrainingDone.objects.filter(user=user).values_list("handbook", "done_at"))
