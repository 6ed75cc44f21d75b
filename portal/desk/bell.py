"""The bell: what has come in and waits for this person, as counts and addresses alone; pages ask for it now and then.

No names, no codes: it is shown on a screen that others see. Every count stops at 99.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.db.models import OuterRef, Subquery
from django.http import JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from dossiers.lateness.worklists import counts_of
from dossiers.models import Dossier, DossierEvent
from dossiers.states import State
from dossiers.worklist import Looking, capped
from feedback.cases import worklists as case_worklists
from feedback.models import Case
from portal.correspondence.models import Assignment
from portal.correspondence.states import Duty
from zalo.admin import conversation
from zalo.chat import conversations


@dataclass(frozen=True, slots=True)
class Ring:
    """One thing that waits: its count ("99+" above that) and the list it is on."""

    name: str
    label: str
    count: str
    address: str


@require_GET
def view(request):
    """Answer the rings of the signed-in person that are not empty."""
    return JsonResponse({"rings": [asdict(ring) for ring in rings(request.user, timezone.now())]})


def rings(user, now: dt.datetime) -> list[Ring]:
    """Return what waits for the user. At most one query a kind beside those of rights and places."""
    return [ring for source in (_online, _conversations, _returned, _held, _tasks) for ring in source(user, now)]


def _ring(name: str, label: str, count: str, address: str) -> Iterable[Ring]:
    return [] if count == "0" else [Ring(name, label, count, address)]


def _online(user, now: dt.datetime) -> Iterable[Ring]:
    if not user.has_perm("dossiers.receive_dossier"):
        return []
    address = f"{reverse('admin:dossiers_dossier_changelist')}?worklist=online"
    return _ring("online", "Hồ sơ nộp trực tuyến, chờ tiếp nhận", counts_of(["online"], user, now)["online"], address)


def _conversations(user, now: dt.datetime) -> Iterable[Ring]:
    if not (user.has_perm("zalo.answer_chat") or user.has_perm("zalo.view_conversation")):
        return []
    waiting = conversation.WORKLISTS["cho"].rows(conversations.visible_to(user), Looking(user, now))
    return _ring("chat", "Hội thoại chờ trả lời", capped(waiting), reverse("admin:zalo_conversation_changelist"))


def _returned(user, now: dt.datetime) -> Iterable[Ring]:
    """Tell a handler which of the own dossiers the leader sent back instead of signing, and nobody worked on since."""
    if not user.has_perm("dossiers.process_dossier"):
        return []
    last = DossierEvent.objects.filter(dossier=OuterRef("pk")).order_by("-id")
    own = Dossier.objects.filter(handler=user, state=State.APPRAISING).alias(last=Subquery(last.values("kind")[:1]))
    count = capped(own.filter(last=DossierEvent.Kind.SIGNING_RETURNED))
    address = f"{reverse('admin:dossiers_dossier_changelist')}?worklist=mine&state={State.APPRAISING}"
    return _ring("returned", "Hồ sơ lãnh đạo trả lại để sửa", count, address)


def _held(user, now: dt.datetime) -> Iterable[Ring]:
    if not user.has_perm("feedback.handle_case"):
        return []
    held = case_worklists.on_worklist(Case.objects.visible_to(user), "held", user, now)
    address = f"{reverse('admin:feedback_case_changelist')}?worklist=held"
    return _ring("held", "Ý kiến giữ lại, chờ kiểm tra", capped(held), address)


def _tasks(user, now: dt.datetime) -> Iterable[Ring]:
    """Tell a person of the own tasks that are due today or late."""
    if not user.has_perm("correspondence.do_assignment"):
        return []
    due = Assignment.objects.filter(state=Duty.OPEN, person=user, due_on__lte=timezone.localdate(now))
    address = f"{reverse('admin:correspondence_assignment_changelist')}?ds=cua-toi"
    return _ring("tasks", "Nhiệm vụ đến hạn, quá hạn", capped(due), address)
