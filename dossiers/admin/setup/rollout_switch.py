"""The switch of many agencies to live at once: who would go and who not and why, confirmed in words, kept in history.

Each agency is checked for itself (dossiers.admin.setup.going_live): one that lacks something stays as it is (S1-39,
S4-03).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dossiers import ownership
from dossiers.admin.access import must_have, page_context
from dossiers.admin.choices import put_blanks_into_words
from dossiers.admin.setup import going_live, rollout_facts
from dossiers.long_acts import running
from dossiers.long_acts.kinds import NotDone, register
from dossiers.long_acts.progress import Progress, Stopped
from dossiers.models import Agency, LongAct
from dossiers.scoping import scoped, subordinates
from dossiers.typed import DayField
from dossiers.written_dates import written_day

AT_ONCE = 20
"""Agencies switched while one waits for the answer; more are the worker's."""
MOST = 2000
WORD = "CHÍNH THỨC"
WAITING = (Agency.Rollout.PLANNED, Agency.Rollout.PILOT)
REASON = "Chuyển nhiều cơ quan sang chính thức"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One agency; `stops` are what keeps it from going live, `lacks` what it would better have."""

    agency: Agency
    stops: list[str]
    lacks: list[str]


class SwitchForm(forms.Form):
    """Which agencies, from which day; the word is typed by hand."""

    below = forms.ModelChoiceField(
        label="Cơ quan cấp trên", queryset=Agency.objects.none(), required=False, empty_label="Mọi cơ quan của tôi"
    )
    day = DayField(label="Chính thức từ ngày", error_messages={"required": "Ghi ngày chính thức triển khai."})

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        own = scoped(Agency.objects.filter(active=True, children__isnull=False).distinct(), user, "pk")
        field = self.fields["below"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = own.order_by("name")
        put_blanks_into_words(self)
        for each in self.fields.values():
            each.widget.attrs.setdefault("class", "mc-input")


def candidates(user, below: Agency | None) -> list[Agency]:
    """Return the user's agencies that are planned or on trial, under the chosen one when there is one."""
    rows = scoped(Agency.objects.filter(active=True, rollout__in=WAITING), user, "pk")
    if below is not None:
        rows = rows.filter(pk__in=subordinates({below.pk}) | {below.pk})
    return list(rows.order_by("code")[:MOST])


def checked(agencies: list[Agency], day: dt.date) -> list[Verdict]:
    """Return what stands between each agency and going live that day. A fixed number of queries."""
    today = timezone.localdate()
    missing, facts = going_live.missing(agencies, today), rollout_facts.open_of([each.pk for each in agencies], today)
    return [
        Verdict(
            agency,
            [need.what for need in missing[agency.pk] if need.must] + _days(agency, day, today),
            [need.what for need in missing[agency.pk] if not need.must] + facts.get(agency.pk, []),
        )
        for agency in agencies
    ]


def _days(agency: Agency, day: dt.date, today: dt.date) -> list[str]:
    published = agency.regulation_published_on
    said = [f"quy chế ban hành {written_day(published)}, sau ngày đã chọn"] if published and day < published else []
    if day > today and agency.is_on_channel(today):
        # Its one beginning would lie ahead: it would leave the channel, and its citizens be told nothing until then.
        said.append(going_live.NOT_LATER)
    return said


def _first_day(agency: Agency, day: dt.date) -> dt.date:
    """Return the day the channel runs from: a pilot's own, so that it never falls silent until the day it goes live.

    Not before the regulation of its use: that day is the earliest a live agency may have.
    """
    if agency.rollout != Agency.Rollout.PILOT or agency.rollout_from is None or agency.rollout_from >= day:
        return day
    return min(day, max(agency.rollout_from, agency.regulation_published_on or day))


def go_live(agencies: Iterable[Agency], day: dt.date, *, by) -> tuple[int, list[str]]:
    """Return how many went live, and a sentence for each that did not. Each for itself, with its line of history."""
    done, refused = 0, []
    for verdict in checked(list(agencies), day):
        name = verdict.agency.name
        if verdict.stops:
            refused.append(f"{name}: còn thiếu {', '.join(verdict.stops)}.")
            continue
        with transaction.atomic():
            agency = Agency.objects.select_for_update(of=("self",)).get(pk=verdict.agency.pk)
            if agency.rollout not in WAITING or not ownership.may_write(by, agency):
                refused.append(f"{name}: đã đổi tình trạng hoặc không thuộc quyền của bạn.")
                continue
            agency.rollout_from = _first_day(agency, day)
            agency.rollout, agency.rollout_to = Agency.Rollout.LIVE, None
            try:
                agency.full_clean(exclude=["parent"])
            except ValidationError as error:
                refused.append(f"{name}: {' '.join(error.messages)}")
                continue
            # What django-simple-history reads for the line it writes.
            vars(agency).update(_change_reason=f"{REASON} từ ngày {written_day(day)}", _history_user=by)
            agency.save()
        done += 1
    return done, refused


@require_http_methods(["GET", "HEAD", "POST"])
def view(request):
    """Show who would go live and who not; a POST with the word typed switches those who would."""
    must_have(request, "change_agency")
    sent = request.POST if request.method == "POST" else request.GET if "day" in request.GET else None
    form = SwitchForm(sent, user=request.user, initial={"day": timezone.localdate()})
    verdicts: list[Verdict] = []
    if sent is None or form.is_valid():
        chosen = form.cleaned_data if sent is not None else {"below": None, "day": timezone.localdate()}
        agencies = candidates(request.user, chosen["below"])
        verdicts = checked(agencies, chosen["day"])
        if request.method == "POST":
            ready = [each.agency for each in verdicts if not each.stops]
            answer = _switched(request, form, ready, chosen["day"])
            if answer is not None:
                return answer
    context = page_context(
        request,
        "Chuyển sang chính thức",
        opts=Agency._meta,
        form=form,
        word=WORD,
        going=[each for each in verdicts if not each.stops],
        staying=[each for each in verdicts if each.stops],
    )
    return render(request, "dossiers/desk/rollout_switch.html", context, status=422 if form.errors else 200)


def _switched(request, form: SwitchForm, ready: list[Agency], day: dt.date):
    """Return the answer to a switch that was confirmed; None leaves the page with its sentence."""
    if not ready:
        form.add_error(None, "Chưa cơ quan nào đủ điều kiện. Hãy bổ sung những gì còn thiếu ở bảng dưới.")
        return None
    if request.POST.get("sure", "").strip().upper() != WORD:
        form.add_error(None, f"Chưa chuyển gì. Hãy gõ đúng chữ {WORD} để xác nhận.")
        return None
    if len(ready) > AT_ONCE:
        asked = {"agencies": [each.pk for each in ready], "day": day.isoformat()}
        title = f"Chuyển {len(ready)} cơ quan sang chính thức"
        act = running.begin("go-live", title, asked, by=request.user, now=timezone.now())
        return redirect("admin:desk_long_act", act.pk)
    done, refused = go_live(ready, day, by=request.user)
    if done:
        messages.success(request, f"Đã chuyển {done} cơ quan sang chính thức từ ngày {written_day(day)}.")
    for sentence in refused[:20]:
        messages.warning(request, sentence)
    return redirect("admin:dossiers_agency_rollout")


@register("go-live")
def go_live_later(act: LongAct, progress: Progress) -> dict:
    """Switch the agencies asked for that are still the person's and still ready, telling how far it is."""
    if act.by is None or not act.by.has_perm("dossiers.change_agency"):
        raise NotDone("Người yêu cầu không còn quyền đổi tình trạng triển khai.")
    day = dt.date.fromisoformat(act.asked["day"])
    rows = list(scoped(Agency.objects.filter(pk__in=act.asked["agencies"]), act.by, "pk").order_by("code"))
    done = 0
    refused: list[str] = []
    for place in range(0, len(rows), AT_ONCE):
        if not progress.goes_on(place, len(rows), "cơ quan đã xét"):
            break
        count, sentences = go_live(rows[place : place + AT_ONCE], day, by=act.by)
        done, refused = done + count, refused + sentences
    words = f"Đã chuyển {done} cơ quan sang chính thức; {len(refused)} cơ quan chưa chuyển được"
    address = reverse("admin:dossiers_agency_rollout")
    result = {"refused": refused, "address": address, "action": "Xem bảng triển khai"}
    if untouched := len(rows) - done - len(refused):
        raise Stopped({**result, "words": f"Đã dừng theo yêu cầu. {words}, {untouched} cơ quan chưa xét đến."})
    return {**result, "words": f"{words}."}
