"""The desk's boards: asked for by agency, room, field, procedure and period; handed out as workbook and picture."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from dossiers import typed
from dossiers.admin.access import page_context
from dossiers.models import Agency, Field, Procedure, Unit
from dossiers.printed_forms.printing import PrintError, picture
from dossiers.scoping import agency_ids_of, scoped
from feedback.figures.periods import CHOICES, Period
from feedback.figures.periods import asked as period_asked
from feedback.ratings import figures as rating_figures
from portal.content.models import UseCount
from portal.reporting import board, board_export, charts, keeping, scope, sums
from portal.reporting.questions import asked as questions

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RECOUNT = "reporting.recount_figures"
MOST_RECOUNTED = 400
TABS = {"ho-so": "Hồ sơ", "kenh": "Kênh Zalo", "su-dung": "Lượt sử dụng", "hai-long": "Hài lòng", "hoi": "Hỏi tiến độ"}
CHARTS = {"ho-so": "Tiếp nhận, giải quyết", "dung-hen": "Đúng hẹn, lỡ hẹn", "kenh": "Kênh Zalo", "hoi": "Hỏi tiến độ"}


@dataclass(frozen=True, slots=True)
class Question:
    """What the board was asked for, and the sentence when it could not be read."""

    name: str
    period: Period
    scope: scope.Scope
    tab: str
    query: str
    error: str = ""

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What a form of the board carries along, so that it asks for and comes back to the same board."""
        return [*parse_qsl(self.query), ("bang", self.tab)]


def must_see(request) -> None:
    """Raise PermissionDenied unless the user may see boards."""
    if not request.user.has_perm("reporting.see_boards"):
        raise PermissionDenied


@require_GET
def view(request):
    """Show the board of what was asked for; of the user's agencies and this month without anything."""
    must_see(request)
    now = timezone.now()
    question = asked(request)
    context = page_context(
        request,
        "Bảng số liệu",
        question=question,
        tabs=[(key, label, f"{question.query}&bang={key}") for key, label in tabs_of(request.user).items()],
        before=question.period.before_until(timezone.localdate(now)),
        periods=CHOICES,
        choices=_choices(request, question.scope),
        standing=sums.standing(question.period, timezone.localdate(now)),
        counted_at=keeping.counted_until(),
        may_recount=request.user.has_perm(RECOUNT),
        **_of_tab(request, question, now),
    )
    context.pop("opts")
    return render(request, "reporting/board.html", context)


def tabs_of(user) -> dict[str, str]:
    """Return the boards the user may open."""
    hidden = set() if user.has_perm("content.view_usecount") else {"su-dung"}
    return {key: label for key, label in TABS.items() if key not in hidden}


def _of_tab(request, question: Question, now: dt.datetime) -> dict:
    if question.tab == "kenh":
        zalo = board.of_channel(request.user, question.scope, question.period, today=timezone.localdate(now))
        return {"channel": zalo, "pictures": [(zalo.chart, charts.svg(zalo.chart), "kenh")]}
    if question.tab == "su-dung":
        return {"use": board.of_use(question.period), "doors": [str(door.label) for door in UseCount.Door]}
    if question.tab == "hai-long":
        shown = rating_figures.shown(request.user, question.period, now=now, whose=question.scope)
        return {"ratings": shown}
    if question.tab == "hoi":
        asked_after = questions.of(question.scope, question.period, today=timezone.localdate(now))
        return {"asked": asked_after, "pictures": [(asked_after.chart, charts.svg(asked_after.chart), "hoi")]}
    found = board.of_dossiers(request.user, question.scope, question.period, now=now)
    drawn = [(found.chart, "ho-so"), (found.kept_chart, "dung-hen")]
    return {"board": found, "pictures": [(chart, charts.svg(chart), name) for chart, name in drawn]}


@require_GET
def workbook(request):
    """Hand out everything the user may see of what was asked for as a workbook with real numbers."""
    must_see(request)
    question = asked(request)
    if question.error:
        return _back(request, question)
    by = request.user.get_full_name() or request.user.get_username()
    file = board_export.workbook(request.user, question.scope, question.period, by=by, now=timezone.now())
    return FileResponse(file, as_attachment=True, filename=f"so-lieu-{_days(question)}.xlsx", content_type=XLSX)


@require_GET
def image(request, chart: str):
    """Hand out one chart as a picture for a paper or a slide."""
    must_see(request)
    question = asked(request)
    if question.error or chart not in CHARTS:
        return _back(request, question)
    if chart == "kenh":
        shown = charts.over_time(
            "Quan tâm mới và tin về hồ sơ", question.period, board.channel_days(question.scope, question.period), "lượt"
        )
    elif chart == "hoi":
        shown = questions.of(question.scope, question.period, today=timezone.localdate()).chart
    else:
        found = board.of_dossiers(request.user, question.scope, question.period, now=timezone.now())
        shown = found.chart if chart == "ho-so" else found.kept_chart
    try:
        drawn = picture(charts.svg(shown, alone=True), width=charts.WIDTH, height=charts.HEIGHT)
    except PrintError as error:
        messages.error(request, str(error))
        return _back(request, question)
    answer = HttpResponse(drawn, content_type="image/png")
    answer["Content-Disposition"] = f'attachment; filename="{chart}-{_days(question)}.png"'
    return answer


@require_POST
def recount(request):
    """Have the days of a period counted anew, closed ones too, of every agency: who sees them all asks, by name."""
    must_see(request)
    if not request.user.has_perm(RECOUNT):
        raise PermissionDenied
    question = asked(request, request.POST)
    today = timezone.localdate()
    last = min(question.period.last, today)
    if question.error or last < question.period.first:
        messages.error(request, question.error or "Kỳ này chưa đến: chưa có gì để đếm lại.")
    elif (last - question.period.first).days >= MOST_RECOUNTED:
        messages.error(request, "Kỳ dài quá 400 ngày: hãy đếm lại từng năm, hoặc nhờ người vận hành.")
    else:
        by = request.user.get_full_name() or request.user.get_username()
        told = keeping.rebuild(question.period.first, last, now=timezone.now(), by=by)
        messages.success(request, f"Đã đếm lại {told.days} ngày; {told.changed} ngày đổi số.")
    return _back(request, question)


def asked(request, data=None) -> Question:
    """Return the question as it stands in the address bar; what it names that is not the user's is not found."""
    data = request.GET if data is None else data
    today = timezone.localdate()
    texts = {name: str(data.get(name, "")).strip()[:60] for name in _NAMES}
    name, period, error = period_asked(texts["ky"], texts["tu"], texts["den"], today)
    agency = unit = field = procedure = None
    if texts["co-quan"]:
        agency = scoped(Agency.objects.filter(code=texts["co-quan"]), request.user, "pk").first()
        error = error or ("" if agency else "Không có cơ quan này trong phạm vi của bạn. Hãy chọn lại.")
    if (pk := typed.whole(texts["phong"])) is not None:
        unit = scoped(Unit.objects.filter(pk=pk).select_related("agency"), request.user).first()
        error = error or ("" if unit else "Không có phòng này trong phạm vi của bạn. Hãy chọn lại.")
    if (pk := typed.whole(texts["linh-vuc"])) is not None:
        field = Field.objects.filter(pk=pk).first()
    if texts["thu-tuc"]:
        procedure = Procedure.objects.filter(code=texts["thu-tuc"]).first()
        error = error or ("" if procedure else f"Không có thủ tục mang mã {texts['thu-tuc']}. Hãy ghi mã như 1.001193.")
    what = scope.of(
        agency_ids_of(request.user), period.first, period.last, agency=agency, below=bool(texts["duoi"]), unit=unit,
        subject=field, procedure=procedure,
    )  # fmt: skip
    tabs = tabs_of(request.user)
    tab = texts["bang"] if texts["bang"] in tabs else "ho-so"
    query = urlencode({key: value for key, value in texts.items() if value and key != "bang"})
    return Question(name, period, what, tab, query, error)


_NAMES = ("ky", "tu", "den", "co-quan", "duoi", "phong", "linh-vuc", "thu-tuc", "bang")


def _choices(request, what: scope.Scope) -> dict:
    agencies = scope.visible(request.user)
    units = Unit.objects.none()
    if what.agency:
        units = Unit.objects.filter(agency=what.agency).order_by("name")
    elif len(agencies) == 1:
        units = Unit.objects.filter(agency=agencies[0]).order_by("name")
    return {"agencies": agencies, "units": list(units[:200]), "fields": list(Field.objects.order_by("name")[:400])}


def _days(question: Question) -> str:
    return f"{question.period.first:%Y%m%d}-{question.period.last:%Y%m%d}"


def _back(request, question: Question) -> HttpResponseRedirect:
    if question.error and request.method == "GET":
        messages.error(request, question.error)
    return HttpResponseRedirect(f"{reverse('admin:boards')}?{question.query}")
