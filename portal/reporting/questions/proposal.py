"""From a line of the board of questions to a proposal: the message that would spare the question, answered by a person.

Nothing is sent or reworded by it: it stands among the proposals of the centre until the province answers.
"""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from dossiers.models import Agency
from dossiers.scoping import membership_of
from dossiers.workflow.moving import ActError
from portal.correspondence import proposing
from portal.correspondence.models import Proposal
from portal.correspondence.states import Standing
from portal.reporting import board_page
from portal.reporting.questions import asked as questions


@require_POST
def propose(request):
    """Make the message of one line of the board a proposal of the user's agency; the same once while it is open."""
    board_page.must_see(request)
    if not request.user.has_perm("correspondence.make_proposal"):
        raise PermissionDenied
    question = board_page.asked(request, request.POST)
    back = HttpResponseRedirect(f"{reverse('admin:boards')}?{question.query}&bang=hoi")
    if question.error:
        messages.error(request, question.error)
        return back
    place = membership_of(request.user)
    agency = question.scope.agency or (place.agency if place else None)
    found = questions.of(question.scope, question.period, today=timezone.localdate()).lines
    line = next((each for each in found if each.key == request.POST.get("dong", "")), None)
    if agency is None or line is None:
        lacks = "Hãy chọn một cơ quan rồi bấm lại." if line else "Dòng này không còn trong bảng. Hãy tải lại trang."
        messages.error(request, lacks)
        return back
    title = f"Tin bớt lượt hỏi: {line.state}, {line.procedure}"[:200]
    try:
        row = _open_or_new(agency, title, _reason(line, question), by=request.user)
    except ActError as error:
        messages.error(request, str(error))
        return back
    messages.success(request, "Tin này là đề xuất, chưa gửi cho ai: tỉnh duyệt rồi mới sửa lời nhắn.")
    return HttpResponseRedirect(reverse("admin:correspondence_proposal_change", args=[row.pk]))


@transaction.atomic
def _open_or_new(agency: Agency, title: str, text: str, *, by) -> Proposal:
    Agency.objects.select_for_update().get(pk=agency.pk)  # two presses at once are one
    row = Proposal.objects.filter(agency=agency, title=title, state=Standing.SENT).first()
    subject = Proposal.Subject.MESSAGE
    return row or proposing.propose(agency, by=by, now=timezone.now(), subject=subject, title=title, text=text)


def _reason(line: questions.Line, question: board_page.Question) -> str:
    return (
        f"{line.message}\n\nVì sao: {question.period.words}, {question.scope.words}, có {line.times} lượt hỏi tiến độ "
        f"thủ tục “{line.procedure}” ở bước “{line.state}”, {line.share} % mọi lượt hỏi; "
        f"hay hỏi nhất {line.when} ({line.when_share} %)."
    )
