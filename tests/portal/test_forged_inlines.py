"""Rows on another row's page, for every inline of the desk: nobody writes another's by typing ids by hand (R13).

Made from the registered admins: a new inline is in it by itself. Who attacks has every permission there is, so that
only whose the row is stands in the way.
"""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db import models
from django.urls import reverse

from dossiers.models import (
    AgencySuccession,
    Fee,
    ProcedureAlias,
    ProcedureCase,
    ProcedurePhrasing,
    RequiredPaper,
    TimeLimit,
)
from feedback.models import CategoryOwner, Question
from tests.portal.odd_values import read_pages
from tests.portal.test_staff_matrix import Colleague, attack, known_rows, world

__all__ = ["world"]
pytestmark = [pytest.mark.sqlite_only, pytest.mark.django_db]
INLINES = [
    (page._meta.label, inline)
    for page, one in admin.site._registry.items()
    for inline in sorted(getattr(one, "inlines", ()), key=lambda each: each.model._meta.label)
]
FORGED = "https://la.example/CHIẾM"


@pytest.fixture
def hostile(world):
    """The administrator of one's own centre, who may do everything with whatever is the centre's."""
    client = Colleague(world, "administrator")
    world.users["administrator"].user_permissions.set(Permission.objects.exclude(codename="search_all_agencies"))
    return client


def stored(world, inline, pages: list[int]) -> models.Model:
    """Return a row of the inline on one of the pages, made when there is none."""
    model = inline.model
    page = next(field for field in model._meta.fields if field.name == _page_field(inline))
    found = model._base_manager.filter(**{f"{page.name}__in": pages}).order_by("-pk").first()
    if found is None:
        more = {
            AgencySuccession: {
                "predecessor": world.sibling.agency,
                "effective_on": dt.date(2026, 1, 1),
                "kind": "merge",
            },
            CategoryOwner: {"name": "Phòng Kinh tế", "valid_from": dt.date(2026, 1, 1)},
            ProcedureAlias: {"code": "9.000001"},
            ProcedurePhrasing: {"text": "đất"},
            Question: {"text": "Hỏi?", "key": "attitude", "choices": []},
            TimeLimit: {"amount": 3, "unit": "working_day"},
            Fee: {"amount": 1000, "label": "Phí"},
            ProcedureCase: {"name": "Trường hợp"},
            RequiredPaper: {"name": "Đơn"},
        }[model]
        found = model.objects.create(**{page.attname: pages[0], **more})
    return found


def _page_field(inline) -> str:
    if inline.fk_name:
        return inline.fk_name
    parents = {
        page._meta.concrete_model for page, one in admin.site._registry.items() if inline in getattr(one, "inlines", ())
    }
    return next(f.name for f in inline.model._meta.fields if f.remote_field and f.remote_field.model in parents)


def values_of(world, row, of) -> dict[str, str]:
    """Return the row as a form would send it, with every reference leading to what is `of`'s and every word forged."""
    sent = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if isinstance(field, models.ForeignKey):
            target = of.rows.get(field.remote_field.model._meta.label)
            value = target.pk if target is not None else value
        elif isinstance(field, models.CharField | models.TextField) and not field.choices:
            value = FORGED[: field.max_length or 200]
        elif isinstance(field, models.DateField) and value:
            value = value.strftime("%d/%m/%Y")
        sent[field.name] = "" if value is None else str(value)
    return sent


def page_form(client, address: str) -> dict[str, str]:
    """Return what the page's own form would send; {} when the page is refused."""
    forms = [form for form in read_pages(client, [address], most=1) if form.method == "post"]
    whole = max(forms, key=lambda form: len(form.fields), default=None)
    return dict(whole.fields) if whole else {}


def rows_typed(prefix: str, *rows: dict[str, str], stored_rows: int) -> dict[str, str]:
    sent = {f"{prefix}-TOTAL_FORMS": str(len(rows)), f"{prefix}-INITIAL_FORMS": str(stored_rows)}
    for place, row in enumerate(rows):
        sent |= {f"{prefix}-{place}-{name}": value for name, value in row.items()}
    return sent


def test_every_inline_is_attacked():
    assert len(INLINES) >= 10


@pytest.mark.parametrize(("label", "inline"), INLINES, ids=lambda each: getattr(each, "__name__", each))
def test_no_row_on_a_page_is_another_ones_to_write(world, hostile, label, inline):
    everything, faults, attacks = known_rows(), [], 0
    prefix = inline.model._meta.get_field(_page_field(inline)).remote_field.get_accessor_name() or "form"
    places = {
        "own": world.own.rows.get(label),
        "foreign": world.foreign.rows.get(label),
        "all": world.national.get(label),
    }
    pages = {name: row for name, row in places.items() if row is not None}
    theirs = [row.pk for name, row in pages.items() if name != "own"] or [pages["own"].pk]
    victim = stored(world, inline, theirs)
    world.not_mine.setdefault(inline.model._meta.label, {})[victim.pk] = ()
    everything[inline.model._meta.label] = known_rows()[inline.model._meta.label]
    model = label.lower().replace(".", "_")
    for page in pages.values():
        address = reverse(f"admin:{model}_change", args=[page.pk])
        form = page_form(hostile, address)
        changed = values_of(world, victim, world.foreign)
        key = {"id": str(victim.pk), _page_field(inline): str(page.pk)}
        made = {name: value for name, value in changed.items() if name != "id"}
        for sent in (
            rows_typed(prefix, changed | key, stored_rows=1),
            rows_typed(prefix, changed | key | {"DELETE": "on"}, stored_rows=1),
            rows_typed(prefix, changed, stored_rows=1),
            rows_typed(prefix, made, stored_rows=0),
            rows_typed(prefix, made | {_page_field(inline): str(page.pk)}, stored_rows=0),
        ):
            attacks += 1
            data = {**form, **sent, "_save": "1"}
            wrong = attack(hostile, address, data, world, everything)
            # A page of one's own that is saved has its line of history, with the agency above in it.
            if wrong := [each for each in wrong if each != ("dossiers.HistoricalAgency", "parent")]:
                faults.append((address, wrong))
    assert attacks >= 5
    assert not faults, "\n".join(map(str, faults))
    assert inline.model._base_manager.filter(pk=victim.pk).exists()


@pytest.mark.parametrize(("label", "inline"), INLINES, ids=lambda each: getattr(each, "__name__", each))
def test_a_new_row_sent_twice_is_refused_with_a_sentence(world, hostile, label, inline):
    """Saved twice, or by two people in two windows: the second is told, the page does not break."""
    page = world.own.rows.get(label)
    if page is None or not inline.model._meta.total_unique_constraints:
        return
    hostile.raise_request_exception = True
    row = stored(world, inline, [page.pk])
    prefix = inline.model._meta.get_field(_page_field(inline)).remote_field.get_accessor_name() or "form"
    address = reverse(f"admin:{label.lower().replace('.', '_')}_change", args=[page.pk])
    again = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        value = value.strftime("%d/%m/%Y") if isinstance(value, dt.date) else value
        again |= {} if field.primary_key else {field.name: "" if value is None else str(value)}
    data = {**page_form(hostile, address), **rows_typed(prefix, again, stored_rows=0), "_save": "1"}
    count = inline.model._base_manager.count()
    answer = hostile.post(address, data)
    assert answer.status_code == 200 or not inline(type(page), admin.site).has_add_permission(answer.wsgi_request, page)
    assert inline.model._base_manager.count() == count
