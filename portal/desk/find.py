"""Ctrl+K: a few letters lead to a dossier, a case, a letter, a document, a task, a notice, a conversation, a procedure,
a page, a colleague, an agency; without scripts a page.

A citizen's card scanned into the box is looked for by its number. Asked by POST, so that names and numbers stay out of
addresses and logs. Dossiers are those of the user's agencies; a row that names its owner is shown only to who may see
personal data, and leaves a line in the reading log.
"""

from __future__ import annotations

import datetime as dt

from django.contrib import admin
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dossiers.admin.access import SEE_PERSON
from dossiers.intake.identity_card import number_read
from dossiers.lists.dossier_search import Asked, page_of, scanned_dossier
from dossiers.models import Dossier, Membership, PersonalDataRead, Procedure, valid_on
from dossiers.procedure_search.search import search
from dossiers.scoping import scoped
from dossiers.search_text import fold
from portal.desk import find_work, handbooks
from portal.desk.hits import MOST_OF_A_KIND, Hit, Hits, begins, noted

LONGEST = 200
FEWEST = 2
MOST_SEATS = 500
VIA = "tìm nhanh"
LOGGED_FOR = dt.timedelta(minutes=10)
"""Typing on shows the same rows again: within this time one line in the reading log stands for them."""


@require_http_methods(["GET", "POST"])
def view(request):
    """Show the box; a POST adds what was found, or that alone when the script asks for the part."""
    words = " ".join(number_read(request.POST.get("q", ""))[:LONGEST].split())
    found = found_for(request, words, timezone.now()) if len(words) >= FEWEST else []
    context = {"q": words, "found": found, "asked": len(words) >= FEWEST}
    if request.POST.get("part"):
        return render(request, "portal/desk/_found.html", context)
    whole = {**admin.site.each_context(request), "title": "Tìm nhanh", "is_fullwidth": "1", **context}
    return render(request, "portal/desk/find.html", whole)


def found_for(request, words: str, now: dt.datetime) -> list[Hits]:
    """Return what the words find, kind by kind; kinds with nothing are left out. At most a score of queries."""
    user = request.user
    groups = (
        Hits("Hồ sơ", _dossiers(user, words, now)),
        Hits("Ý kiến người dân", find_work.cases(user, words, now)),
        Hits("Văn bản xin lỗi", find_work.letters(user, words, now)),
        Hits("Văn bản đi, đến", find_work.documents(user, words, now)),
        Hits("Nhiệm vụ có hạn", find_work.tasks(user, words, now)),
        Hits("Tin gửi nhiều người", find_work.broadcasts(user, words, now)),
        Hits("Hội thoại Zalo", find_work.talks(user, words, now)),
        Hits("Trang", _pages(request, words)),
        Hits("Thủ tục", _procedures(user, words, now)),
        Hits("Đồng nghiệp", _colleagues(user, words, now)),
        Hits("Cơ quan", find_work.agencies(user, words, now)),
    )
    return [group for group in groups if group.hits]


def _dossiers(user, words: str, now: dt.datetime) -> list[Hit]:
    if not user.has_perm("dossiers.view_dossier"):
        return []
    named = user.has_perm(f"dossiers.{SEE_PERSON}")
    exact = scanned_dossier(words, user)
    # A search by a name or a personal number says whose the rows are, whatever is printed beside them.
    if exact is None and _is_of_a_person(words) and not named:
        return []
    rows = [exact] if exact else page_of(Asked(q=words), user, now).rows[:MOST_OF_A_KIND]
    if named:
        _log(user, rows, now)
    return [
        Hit(
            row.code,
            noted(row.owner_name if named else "", row.procedure_name, row.get_state_display()),
            reverse("admin:dossiers_dossier_change", args=[row.pk]),
        )
        for row in rows
    ]


def _is_of_a_person(words: str) -> bool:
    digits = sum(character.isascii() and character.isdigit() for character in words)
    return not digits or (digits >= 9 and digits >= len(words.replace(" ", "")) - 3)


def _log(user, rows: list[Dossier], now: dt.datetime) -> None:
    ids = [row.pk for row in rows]
    said = PersonalDataRead.objects.filter(user=user, via=VIA, dossier__in=ids, at__gte=now - LOGGED_FOR)
    known = set(said.values_list("dossier_id", flat=True)) if ids else set()
    PersonalDataRead.objects.bulk_create(
        PersonalDataRead(user=user, dossier_id=pk, via=VIA) for pk in ids if pk not in known
    )


def _procedures(user, words: str, now: dt.datetime) -> list[Hit]:
    if not user.has_perm("dossiers.view_procedure"):
        return []
    rows = search(words, today=timezone.localdate(now), size=MOST_OF_A_KIND, unfinished=True).rows
    keys = dict(Procedure.objects.filter(code__in=[row.code for row in rows]).values_list("code", "pk"))
    return [
        Hit(row.name, f"{row.code} · {row.field}", reverse("admin:dossiers_procedure_change", args=[keys[row.code]]))
        for row in rows
        if row.code in keys
    ]


def _pages(request, words: str) -> list[Hit]:
    """Return the lines of the user's own sidebar, and the handbooks, whose words begin so."""
    lines = [
        Hit(item["title"], group.get("title") or "", str(item["link"]))
        for group in admin.site.get_sidebar_list(request)
        for item in group["items"]
        if item.get("has_permission")
    ]
    books = [Hit(book.title, "Sổ tay", book.address) for book in handbooks.of(request.user)]
    wanted = fold(words).split()
    return [hit for hit in (*lines, *books) if begins(f"{hit.title} {hit.note}", wanted)][:MOST_OF_A_KIND]


def _colleagues(user, words: str, now: dt.datetime) -> list[Hit]:
    """Return people placed in the user's agencies today; whoever keeps places is led there, others to their work."""
    keeps = user.has_perm("dossiers.view_membership")
    if not keeps and not user.has_perm("dossiers.view_dossier"):
        return []
    seats = scoped(Membership.objects.filter(valid_on(timezone.localdate(now)), user__is_active=True), user)
    wanted, found = fold(words).split(), {}
    # Accents are folded here and not in the database: an agency has a few dozen people.
    for seat in seats.select_related("user", "unit", "agency").order_by("user_id", "id")[:MOST_SEATS]:
        name = seat.user.get_full_name() or seat.user.get_username()
        if begins(f"{name} {seat.user.get_username()}", wanted):
            found[seat.user_id] = _seat(seat, name, keeps)
    return list(found.values())[:MOST_OF_A_KIND]


def _seat(seat: Membership, name: str, keeps: bool) -> Hit:
    work = f"{reverse('admin:dossiers_dossier_changelist')}?{Asked(handler=str(seat.user_id)).address()}"
    place = reverse("admin:dossiers_membership_change", args=[seat.pk])
    return Hit(name, noted(seat.title, seat.unit, seat.agency), place if keeps else work)
