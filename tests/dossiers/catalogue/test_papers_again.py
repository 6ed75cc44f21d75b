"""Papers read again where the rules of reading are newer than what a version was read by."""

import datetime as dt
import json
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.urls import reverse

from dossiers.catalogue.importing import Options, load_file
from dossiers.catalogue.paper_rows import again
from dossiers.models import Channel, CounterProcedure, ProcedureCase, ProcedureVersion
from tests import people
from tests.dossiers.catalogue.catalogue_files import json_lines, portal_record

pytestmark = pytest.mark.django_db
DAY, LATER = dt.date(2026, 11, 16), dt.date(2026, 12, 1)


@pytest.fixture
def version(tmp_path):
    """A version read by rules before these: its conditional paper was asked of everybody."""
    path = json_lines(tmp_path / "danh-muc.jsonl", [portal_record("1.000001")])
    load_file(path, Options(today=DAY), now=dt.datetime(2026, 11, 16, 8, tzinfo=dt.UTC))
    made = ProcedureVersion.objects.get()
    assert made.papers_edition == again.edition() and not made.papers_by_hand
    made.papers.update(required=True)
    ProcedureVersion.objects.update(papers_edition="of before")
    made.refresh_from_db()
    return made


def needed(version) -> list[bool]:
    return [paper.required for paper in version.papers.all()]


def test_what_is_read_otherwise_now_follows_as_a_version_and_the_old_one_stays(version):
    version.time_limits.update(amount=9)  # a correction that is not of the papers
    assert again.read_again(LATER) == 1 and again.read_again(LATER) == 0
    old, new = ProcedureVersion.objects.order_by("number")
    assert (old.valid_to, new.valid_from, new.valid_to) == (dt.date(2026, 11, 30), LATER, None)
    assert needed(old) == [True, True] and needed(new) == [True, False]
    assert {int(row.amount) for row in new.time_limits.all()} == {9} and new.fees.count() == old.fees.count()
    assert new.content_hash == old.content_hash and version.procedure.version_on(LATER) == new


def test_what_is_read_the_same_only_bears_the_new_edition(version):
    again.read_again(LATER)
    ProcedureVersion.objects.update(papers_edition="of before")
    assert again.read_again(LATER) == 0 and ProcedureVersion.objects.count() == 2


def test_a_new_text_elsewhere_leaves_the_papers_for_the_reading_that_follows(version, tmp_path):
    path = json_lines(tmp_path / "moi.jsonl", [portal_record("1.000001", linh_vuc="Đất đai")])
    load_file(path, Options(today=LATER), now=dt.datetime(2026, 12, 1, 8, tzinfo=dt.UTC))
    assert again.read_again(LATER) == 1
    assert needed(ProcedureVersion.objects.order_by("number").last()) == [True, False]


def test_what_a_person_put_right_stays_and_the_page_says_what_differs(version, client):
    client.force_login(User.objects.create_superuser("chief", password="x"))
    address = reverse("admin:dossiers_procedureversion_change", args=[version.pk])
    page = client.get(address)
    form = page.context["adminform"].form
    data = {name: form.initial.get(name) or "" for name in form.fields} | {"valid_from": version.valid_from}
    for rows in (each.formset for each in page.context["inline_admin_formsets"]):
        data |= {f"{rows.prefix}-{key}": rows.management_form.initial[key] for key in rows.management_form.initial}
        for row in rows.initial_forms:
            data |= {row.add_prefix(name): "" if (was := row.initial.get(name)) is None else was for name in row.fields}
            data |= {row.add_prefix("id"): row.instance.pk, row.add_prefix("version"): version.pk}
    data["papers-0-originals"] = "3"
    assert client.post(address, data).status_code == 302
    version.refresh_from_db()
    assert version.papers_by_hand and again.read_again(LATER) == 0
    assert ProcedureVersion.objects.get().papers.first().originals == 3
    said = client.get(reverse("admin:dossiers_procedure_change", args=[version.procedure_id])).content.decode()
    assert "Tờ khai: danh mục ghi phải nộp, bắt buộc, 1 bản chính; ở đây phải nộp, bắt buộc, 3 bản chính" in said


def test_a_centres_own_list_stays_and_waits_to_be_looked_at(version):
    own = CounterProcedure.objects.create(
        agency=people.centre().agency, procedure=version.procedure, papers=[{"name": "Tờ khai"}], based_on=version
    )
    again.read_again(LATER)
    own.refresh_from_db()
    assert own.papers == [{"name": "Tờ khai"}] and own.based_on == version != version.procedure.version_on(LATER)


def test_a_limit_of_a_case_that_is_read_no_more_keeps_the_version(version):
    case = ProcedureCase.objects.create(version=version, name="Trường hợp cũ")
    version.time_limits.filter(channel=Channel.COUNTER).update(case=case)
    assert again.read_again(LATER) == 0 and ProcedureVersion.objects.get().papers_edition == again.edition()


def test_the_migration_marks_what_people_changed_before(version):
    kind = import_module("django.contrib.contenttypes.models").ContentType.objects.get_for_model(ProcedureVersion)
    user = User.objects.create_user("x")
    mark = import_module("dossiers.migrations.0026_edition_of_papers").mark_what_people_changed
    for name, marked in (("thời hạn", False), ("giấy tờ phải nộp", True)):
        message = json.dumps([{"changed": {"name": name, "object": "Tờ khai", "fields": ["tên"]}}])
        LogEntry.objects.create(
            user=user, content_type=kind, object_id=str(version.pk), action_flag=CHANGE, change_message=message
        )
        mark(apps, None)
        version.refresh_from_db()
        assert version.papers_by_hand is marked
