"""The inbox of staff: who waits, how long a reply is possible, the thread, ready answers, taking and giving back."""

from __future__ import annotations

from django.contrib import admin
from django.contrib import messages as notices
from django.contrib.auth import get_user_model
from django.db.models import OuterRef, Q, Subquery
from django.http import FileResponse, Http404, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from dossiers import typed
from dossiers.admin.base import AgencyScopedAdmin, StaffAdmin
from dossiers.dossier_codes import InvalidCode, normalise_code
from dossiers.lists import keyset
from dossiers.models import Dossier
from dossiers.scoping import agency_ids_of, scoped
from dossiers.workflow.moving import ActError, Forbidden
from dossiers.worklist import Looking, Worklist, counts_of
from feedback.cases import quick_answers
from zalo.admin.access import hidden_from, may_read, must_have, page_context
from zalo.admin.dossier_panel import kind_title
from zalo.chat import conversations
from zalo.models import CannedAnswer, ChatMessage, ContactLink, Conversation, MediaFile, OutboxMessage
from zalo.outbox import ledger
from zalo.people import belonging, linking

PAGE = 50
LATEST = keyset.Order("last_in_at")
LINES = 80
CASE_WORDS = "(Tin về ý kiến đã gửi; chỉ người xử lý ý kiến đọc nội dung.)"
Mode = Conversation.Mode


def _waiting(rows, at: Looking):
    return rows.filter(Q(mode=Mode.WAITING) | Q(mode=Mode.STAFF, unread__gt=0), belonging.at_desk_of(at.user))


def _mine(rows, at: Looking):
    return rows.filter(belonging.at_desk_of(at.user), assigned_to=at.user).exclude(mode=Mode.BOT)


def _under_way(rows, at: Looking):
    return rows.filter(belonging.at_desk_of(at.user), mode=Mode.STAFF)


def _everything(rows, at: Looking):
    return rows.filter(last_in_at__isnull=False)


_ALL = (
    Worklist(
        name="cho",
        label="Chờ trả lời",
        tile="Hội thoại chờ trả lời",
        rows=_waiting,
        by="waited",
        worked_by=("zalo.view_conversation", "zalo.answer_chat"),
    ),
    Worklist(name="toi", label="Của tôi", rows=_mine),
    Worklist(name="dang", label="Đang trả lời", rows=_under_way),
    Worklist(name="", label="Tất cả", rows=_everything, counted=False),  # what waits elsewhere is here only
)
WORKLISTS: dict[str, Worklist] = {each.name: each for each in _ALL}


@require_GET
def inbox(request):
    """One page of conversations, who waits longest first."""
    must_have(request, "view_conversation", "answer_chat")
    now, tab = timezone.now(), request.GET.get("muc", "cho")
    shown = WORKLISTS.get(tab, WORKLISTS[""])
    visible, at = conversations.visible_to(request.user), Looking(request.user, now)
    rows, more = _page(shown.rows(visible, at), request.GET.get("truoc", ""), waiting=shown.by == "waited")
    counts = counts_of([each for each in WORKLISTS.values() if each.counted], visible, at)
    context = page_context(
        request,
        "Hội thoại Zalo",
        tabs=[(each.name, each.label, counts.get(each.name, "0")) for each in WORKLISTS.values()],
        tab=tab,
        rows=_with_words(rows, now, request.user),
        more=more,
        now=now,
    )
    return render(request, "zalo/desk/inbox.html", context)


def _page(rows, before: str, *, waiting: bool):
    if waiting:  # the longest waiting first, one page: they are answered from the top
        return list(rows.order_by("asked_person_at", "id")[:PAGE]), ""
    return keyset.page(rows, LATEST, before, size=PAGE)


def _with_words(rows: list[Conversation], now, user) -> list[tuple]:
    """Each row with its reply window and the last words of the citizen the user may read. A dozen queries a page."""
    allowed = agency_ids_of(user)
    dealt = belonging.agencies_of([row.contact for row in rows])
    said = ChatMessage.objects.filter(conversation=OuterRef("pk"), author=ChatMessage.Author.CITIZEN)
    said = said.order_by("-at", "-id")
    general = said.filter(agency=None, of_several=False)
    own = said if allowed is None else said.filter(agency__in=allowed)
    newest = Conversation.objects.filter(pk__in=[row.pk for row in rows]).annotate(
        own=Subquery(own.values("pk")[:1]), general=Subquery(general.values("pk")[:1])
    )
    ids = {pk: (mine, rest) for pk, mine, rest in newest.values_list("pk", "own", "general")}
    lines = ChatMessage.objects.in_bulk([pk for pair in ids.values() for pk in pair if pk])
    shown = []
    for row in rows:
        mine, rest = ids[row.pk]
        rest = rest if belonging.rest_is_theirs(allowed, row.contact, dealt[row.contact_id]) else None
        found = [lines[pk] for pk in (mine, rest) if pk in lines]
        last = max(found, key=lambda line: (line.at, line.pk), default=None)
        shown.append((row, conversations.window(row.contact, now), last.text if last else ""))
    return shown


def _last_words(row: Conversation, user) -> str:
    lines = belonging.lines_of(row, user).filter(author=ChatMessage.Author.CITIZEN)
    line = lines.order_by("-at", "-id").first()
    return line.text if line else ""


@require_GET
def view(request, pk: int):
    """The thread with its answer box; `?doan=1` gives the thread alone for the page's script."""
    row = own_conversation(request, pk)
    if request.GET.get("doan"):
        html = render_to_string("zalo/desk/_thread.html", {"lines": thread(row, request.user)}, request=request)
        return JsonResponse({"html": html, "mode": row.get_mode_display(), "unread": row.unread})
    return page(request, row)


def page(request, row: Conversation, *, draft: str = "", status: int = 200):
    """Return the rendered page."""
    now = timezone.now()
    asked = _last_words(row, request.user)
    may = _may_answer(request.user, row)
    answers = CannedAnswer.objects.filter(own_answers(request.user, row), active=True)
    context = page_context(
        request,
        f"Hội thoại {row.pk}: {row.contact}",
        row=row,
        lines=thread(row, request.user),
        window=conversations.window(row.contact, now),
        canned=answers[:100],
        suggestions=quick_answers.find(asked, row.agency, limit=3, least=0.4) if asked and may else [],
        dossiers=list(scoped(linking.dossiers_of(row.contact), request.user)[:10]),
        roles=ContactLink.Role.choices,
        colleagues=_colleagues(row, request.user),
        may_answer=may,
        hides=belonging.lines_of(row, request.user).count() != row.lines.count(),
        draft=draft,
    )
    return render(request, "zalo/desk/conversation.html", context, status=status)


def thread(row: Conversation, user) -> list[dict]:
    """The last lines the user may read of a conversation with the notices sent in between, oldest first."""
    lines = belonging.lines_of(row, user).select_related("user", "outbox").prefetch_related("files")
    lines = list(lines.order_by("-at", "-id")[:LINES])
    since = lines[-1].at if lines else None
    shown = [{"at": line.at, "line": line, "failed": _failure(line.outbox)} for line in lines]
    notices_sent = belonging.messages_of(user).filter(contact=row.contact_id, chat_lines__isnull=True).order_by("-id")
    if since is not None:
        notices_sent = notices_sent.filter(created_at__gte=since)
    notices_sent = notices_sent.select_related("dossier", "feedback_event").exclude(hidden_from(user))
    for message in notices_sent[:LINES]:
        if ledger.is_secret(message):
            continue
        text = message.content.get("text", "") if may_read(message, user) else CASE_WORDS
        shown.append({"at": message.created_at, "notice": message, "title": kind_title(message.kind), "text": text})
    return sorted(shown, key=lambda each: each["at"])


def _failure(message: OutboxMessage | None) -> str:
    if message is None or message.state not in ("failed", "unreachable", "cancelled"):
        return ""
    return message.error or message.route_reason or message.get_state_display()


def _may_answer(user, row: Conversation) -> bool:
    try:
        conversations.allow(user, row)
    except Forbidden:
        return False
    return True


def own_answers(user, row: Conversation) -> Q:
    """Return which ready answers fit: everybody's, and those of the agency that answers."""
    allowed = agency_ids_of(user)
    place = Q(agency=row.agency_id) if row.agency_id else Q(pk=None)
    return Q(agency=None) | (place if allowed is None else place & Q(agency__in=allowed) | Q(agency__in=allowed))


def _colleagues(row: Conversation, user):
    people = get_user_model().objects.filter(is_active=True, is_staff=True, groups__permissions__codename="answer_chat")
    allowed = agency_ids_of(user)
    if row.agency_id and (allowed is None or row.agency_id in allowed):
        people = people.filter(memberships__agency=row.agency_id)
    elif allowed is not None:
        people = people.filter(memberships__agency__in=allowed)
    return people.distinct().order_by("last_name", "username")[:100]


@require_POST
def act(request, pk: int, name: str):
    """Answer, take, give to a colleague, hand back to the machine, link a dossier."""
    row = own_conversation(request, pk)
    now = timezone.now()
    try:
        words = _ACTS[name](request, row, now)
    except KeyError:
        raise Http404 from None
    except (ActError, linking.LinkRefused) as error:
        notices.error(request, str(error))
        if name == "tra-loi":
            return page(request, row, draft=request.POST.get("text", ""), status=409)
        words = ""
    if words:
        notices.success(request, words)
    return HttpResponseRedirect(reverse("admin:zalo_conversation_change", args=[pk]))


def _answer(request, row, now) -> str:
    wanted = request.POST.get("canned", "")
    answers = CannedAnswer.objects.filter(own_answers(request.user, row))
    canned = answers.filter(pk=typed.whole(wanted)).first()
    conversations.reply(row, request.POST.get("text", ""), by=request.user, now=now, canned=canned)
    faq = typed.whole(request.POST.get("faq"))
    if faq is not None:
        quick_answers.helped(faq)
    return ""


def _take(request, row, now) -> str:
    conversations.take(row, by=request.user, now=now)
    return "Bạn đã nhận hội thoại này; máy im lặng để bạn trả lời."


def _assign(request, row, now) -> str:
    wanted = typed.whole(request.POST.get("user"))
    near = {person.pk: person for person in _colleagues(row, request.user)}
    person = near.get(wanted)
    if person is None:
        raise ActError("Hãy chọn một người trong danh sách.")
    conversations.assign(row, to=person, by=request.user, now=now)
    return f"Đã giao cho {person.get_full_name() or person.username}."


def _give_back(request, row, now) -> str:
    conversations.give_back(row, by=request.user, now=now)
    return "Đã trả hội thoại cho máy."


def _link(request, row, now) -> str:
    """Link a dossier because the citizen said so here and said yes; never by a name."""
    if not request.user.has_perm("zalo.send_message"):
        raise ActError("Bạn chưa được giao quyền kết nối hồ sơ.")
    if not request.POST.get("consent"):
        raise ActError("Chỉ kết nối khi người dân đã đồng ý nhận tin về hồ sơ này qua Zalo.")
    try:
        code = normalise_code(request.POST.get("code", ""))
    except InvalidCode as wrong:
        raise ActError(str(wrong)) from None
    dossier = scoped(Dossier.objects.select_related("owner"), request.user).filter(code=code).first()
    if dossier is None:
        raise ActError("Không có hồ sơ này trong cơ quan của bạn.")
    role = request.POST.get("role", "")
    if role not in ContactLink.Role.values:
        role = linking.likely_role(dossier)
    _, made = linking.link(
        row.contact, dossier=dossier, role=role, proof=ContactLink.Proof.STAFF, now=now, by=request.user
    )
    return f"Đã kết nối hồ sơ {dossier.code}." if made else "Hồ sơ này đã kết nối từ trước."


_ACTS = {"tra-loi": _answer, "nhan": _take, "giao": _assign, "tra-may": _give_back, "ket-noi": _link}


@require_GET
def media(request, pk: int, file: int):
    """Open a file a citizen sent: only after the permission check, never run by the browser."""
    row = own_conversation(request, pk)
    lines = belonging.lines_of(row, request.user).values("pk")
    found = MediaFile.objects.filter(pk=file, line__in=lines, state=MediaFile.State.STORED).first()
    if found is None:
        raise Http404
    inline = found.content_type in {"image/jpeg", "image/png", "image/webp", "image/gif", "application/pdf"}
    response = FileResponse(
        found.file.open("rb"), as_attachment=not inline, filename=found.name, content_type=found.content_type
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"
    return response


def own_conversation(request, pk: int) -> Conversation:
    """Return the conversation when it is the user's to see; 404 otherwise."""
    must_have(request, "view_conversation", "answer_chat")
    row = conversations.visible_to(request.user).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


@admin.register(Conversation)
class ConversationAdmin(StaffAdmin):
    """Routes to the pages of the inbox."""

    def get_urls(self):
        def wrapped(view):
            return self.admin_site.admin_view(view)

        return [
            path("", wrapped(inbox), name="zalo_conversation_changelist"),
            path("<int:pk>/change/", wrapped(view), name="zalo_conversation_change"),
            path("<int:pk>/viec/<slug:name>/", wrapped(act), name="zalo_conversation_act"),
            path("<int:pk>/tep/<int:file>/", wrapped(media), name="zalo_conversation_media"),
        ]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(CannedAnswer)
class CannedAnswerAdmin(AgencyScopedAdmin):
    """Ready answers; those of no agency are everybody's."""

    shared_rows = True
    list_display = ("title", "agency", "uses", "active")
    list_filter = ("active",)
    search_fields = ("title", "text")
    fields = ("title", "text", "agency", "active")
