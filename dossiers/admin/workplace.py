"""What the page of a dossier, a letter, a case and a petition share: acts offered as forms, done when one is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from dossiers import typed
from dossiers.admin.choices import put_blanks_into_words
from dossiers.workflow.moving import PAGE, Act, ActError, open_acts, run


class ActForm(forms.Form):
    """Base of the forms that acts ask for: knows its row and who asks; field names are the arguments of the act.

    With `many` the row is the first of those ticked in the list.
    """

    beside = ""  # the template of what cannot be a field: rows of reasons, parts of a case
    one_by_one: tuple[str, ...] = ()  # fields said of one row and never of many at once

    def __init__(self, *args, row, user=None, many: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.row, self.user, self.many = row, user, many
        put_blanks_into_words(self)
        for name in self.one_by_one if many else ():
            del self.fields[name]
        for field in self.fields.values():
            if not isinstance(field.widget, forms.CheckboxInput | forms.CheckboxSelectMultiple):
                field.widget.attrs.setdefault("class", "mc-input")

    def must_be_answered(self) -> bool:
        """Return whether something has to be typed before the act can be done."""
        return any(field.required for field in self.fields.values())

    def arguments(self) -> dict:
        """Return the keyword arguments for the act."""
        return self.cleaned_data


def numbered_rows(data, prefix: str, names: tuple[str, ...], *, least: int, most: int) -> list[dict[str, str]]:
    """Return what was typed into numbered rows (prefix-0-name …): as many as were sent, `least` to begin with."""
    sent = 0
    while data and sent < most and any(f"{prefix}-{sent}-{name}" in data for name in names):
        sent += 1
    given, numbers = data or {}, range(max(sent, least))
    return [{name: given.get(f"{prefix}-{number}-{name}", "") for name in names} for number in numbers]


@dataclass(frozen=True, kw_only=True)
class Workplace:
    """The acts of one kind of row on its page.

    `own(request, pk)` gives the row or refuses; `page(request, row, refused=, status=)` draws it; `after(row, act)` is
    the address an act leads to; `hidden(user, act)` leaves an act out; `asked_twice` names what ends a row or is hard
    to take back: its button asks once more (static/dossiers/twice.js).
    """

    acts: dict[str, Act]
    forms: dict[str, type[ActForm]]
    own: Callable[[HttpRequest, int], Any]
    page: Callable[..., HttpResponse]
    after: Callable[[Any, Act], str]
    hidden: Callable[[Any, Act], bool] = lambda user, act: False
    asked_twice: frozenset[str] = frozenset()

    def act(self, request, pk: int, name: str) -> HttpResponse:
        """Do one act; a wrong form comes back with its sentences, a stale page says so. 404 for an unknown act."""
        chosen = self.acts.get(name)
        if chosen is None or PAGE not in chosen.offered:
            raise Http404
        row = self.own(request, pk)
        form = self.form(chosen, row, request.user, request.POST, request.FILES)
        if not form.is_valid():
            return self.page(request, row, refused=(chosen, form), status=422)
        seen = typed.whole(request.POST.get("version", ""))
        try:
            run(chosen, row, by=request.user, now=timezone.now(), expected_version=seen, **form.arguments())
        except ActError as error:
            form.add_error(None, str(error))
            return self.page(request, self.own(request, pk), refused=(chosen, form), status=409)
        messages.success(request, f"{chosen.label}: {chosen.done}")
        return HttpResponseRedirect(self.after(row, chosen))

    def offers(self, request, row, refused: tuple[Act, ActForm] | None = None, *, asked: str = "") -> dict:
        """Return the context of the page: `acts`, (act, form, is open, address), `asked_twice` and `lost_errors`.

        `refused` is shown open with its errors; when the act is no longer offered, its errors stand above the page.
        """
        address = f"admin:{row._meta.app_label}_{row._meta.model_name}_act"
        shown, sent = [], refused[0].name if refused else ""
        for found in open_acts(self.acts, request.user, row):
            if self.hidden(request.user, found):
                continue
            form = refused[1] if refused and found.name == sent else self.form(found, row, request.user)
            is_open = found.name == (sent or asked)
            shown.append((found, form, is_open, reverse(address, args=[row.pk, found.name])))
        is_lost = all(act.name != sent for act, *_ in shown)
        return {
            "row": row,
            "acts": shown,
            "asked_twice": self.asked_twice,
            "lost_errors": refused[1].non_field_errors() if refused and is_lost else [],
        }

    def form(self, act: Act, row, user, *sent) -> ActForm:
        """Return the act's form; its ids carry the act's name, for the page shows several forms."""
        return self.forms[act.asks](*sent, row=row, user=user, auto_id=f"{act.name}-%s")
