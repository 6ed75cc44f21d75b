"""Every address of the desk × every role × own, sibling, foreign and everybody's rows, from the URL table (R13).

A new page is in it by itself; one that asks for something no sample is kept of fails the first test.
"""

from __future__ import annotations

import itertools
import re
from unittest import mock
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import connection, models, transaction
from django.test import Client

from dossiers.admin.letters import page as letter_page
from dossiers.models import PersonalDataRead
from dossiers.workflow import acts as dossier_acts
from feedback.cases import acts as case_acts
from feedback.models import ReadRecord, RestrictedOfficer
from portal.content import acts as content_acts
from portal.correspondence import acts as office_acts
from portal.correspondence import assignment_acts, proposal_acts
from tests.portal.staff_walk import patterns, without_frame, words_of
from tests.portal.three_centres import Place, ThreeCentres, known_rows
from zalo.admin import conversation as conversation_page
from zalo.broadcasts import acts as broadcast_acts
from zalo.messages import registry
from zalo.models import Route

# Whose rows they are is decided by filters, alike on every database.
pytestmark = [pytest.mark.sqlite_only, pytest.mark.django_db]
ROLES = (
    "clerk", "handler", "leader", "supervisor", "editor", "content_editor", "approver", "auditor", "administrator",
    "nobody", "left",
)  # fmt: skip
REFUSED = {302, 400, 403, 404, 405, 409, 422}
"""A form that is refused (422) shows what was typed, a page that is 409 what it showed before."""
LOGS = {
    "dossiers.PersonalDataRead", "feedback.ReadRecord", "sessions.Session",
    "axes.AccessLog", "axes.AccessAttempt", "axes.AccessFailureLog",
}  # fmt: skip
WRITES = re.compile(r'\s*(?:INSERT(?: OR \w+)? INTO|REPLACE INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.I)
COUNTED = {"dossiers.Counter", "dossiers.Procedure"}  # the last number given out, how often a procedure was taken

# --- Samples: what stands in the places of an address

WORDS = {"form_code": "receipt", "form_set": "2025", "extension": "xlsx", "file_name": "van-ban", "ending": "docx",
         "chart": "ho-so", "piece": "nhan-dan", "text_name": "xe-luu-dong", "table": "cau-mau"}  # fmt: skip
MORE = {
    ("dossiers_dossier_file", "file"): "dossier_file",
    ("dossiers_event_paper", "event"): "event",
    ("dossiers_receipt_print", "pk"): "receipt",
    ("dossiers_paper", "pk"): "paper",
    ("feedback_case_file", "file"): "case_file",
    ("feedback_transferrecord_file", "file"): "record_file",
    ("zalo_conversation_media", "file"): "media",
    ("correspondence_document_file", "file"): "enclosure",
    ("zalo_unlink", "link"): "link",
    **dict.fromkeys([(f"reports_{page}", "pk") for page in ("report", "act", "file")], "report"),
    ("print_studio_bundle", "pk"): "bundle",
    **dict.fromkeys([(f"print_studio_material{page}", "pk") for page in ("", "_drop")], "material"),
    **dict.fromkeys(
        [(f"desk_long_act{page}", "pk") for page in ("", "_state", "_stop", "_file", "_file_before")], "long_act"
    ),
    **dict.fromkeys(
        [(f"table_{page}", "pk") for page in ("sent", "columns", "write", "links", "report")], "sent_table"
    ),
    **dict.fromkeys([(f"dossiers_brought{page}", "pk") for page in ("", "_take", "_report")], "long_act"),
}
OTHER_MODEL = {
    ("desk_colleague_security", "pk"): "auth.User",
    ("dossiers_letter_draft", "dossier"): "dossiers.Dossier",
    ("question_noted", "pk"): "dossiers.Dossier",
    **dict.fromkeys([(f"zalo_{page}", "pk") for page in ("link_code", "link_state", "unlink", "send", "send_preview")],
                    "dossiers.Dossier"),
    **dict.fromkeys([(f"zalo_{page}", "pk") for page in ("menu_act", "template_map", "template_propose")],
                    "zalo.Account"),
    ("correspondence_letter_distribution", "pk"): "dossiers.Letter",
    ("zalo_incident_close", "pk"): "zalo.Incident",
    **dict.fromkeys(
        [
            (f"print_studio_{page}", "pk")
            for page in ("agency", "look", "preview", "download", "text", "desks", "printed", "material_add",
                         "desk_labels", "dossier_labels")
        ],
        "dossiers.Agency",
    ),
    ("zalo_event_again", "pk"): "zalo.InboxEvent",
    **dict.fromkeys(
        [(f"datasets_version{page}", "pk") for page in ("", "_columns", "_act", "_preview", "_report")],
        "datasets.DatasetVersion",
    ),
}  # fmt: skip
ACTS = {
    "dossiers_dossier_act": list(dossier_acts.ACTS),
    "dossiers_letter_act": list(letter_page.ACTS),
    "feedback_case_act": list(case_acts.ACTS),
    "content_piece_act": list(content_acts.ACTS),
    "correspondence_document_act": list(office_acts.ACTS),
    "correspondence_assignment_act": list(assignment_acts.ACTS),
    "correspondence_proposal_act": list(proposal_acts.ACTS),
    "feedback_transferrecord_act": ["send_on", "guide", "release", "against"],
    "zalo_broadcast_act": list(broadcast_acts.ACTS),
    "zalo_broadcast_edition": ["loa", "thu"],
    "zalo_conversation_act": list(conversation_page._ACTS),
    "zalo_contact_act": ["news", "dossier", "xin-xoa", "xoa", "khong-xoa"],
    "zalo_message_act": ["gui-lai", "huy", "da-goi"],
    "zalo_health_act": ["hoi", "dong-bo"],
    "zalo_menu_act": ["mau", "da-nhap"],
}
ASKED = {
    "correspondence_document_changelist": ("?buoc=da-ky", "?buoc=den"),
    "correspondence_register": ("?so=den", "?q=a"),
    "correspondence_assignment_changelist": ("?ds=xong", "?van-ban=1/CV"),
    "correspondence_proposal_changelist": ("?ds=da-co",),
    "zalo_conversation_changelist": ("?muc=", "?muc=dang", "?muc=toi"),
    "zalo_call_list": ("?tat-ca=1",),
    "zalo_outboxmessage_changelist": ("?muc=loi",),
    "zalo_contact_changelist": ("?muc=dang",),
    "feedback_case_changelist": ("?worklist=", "?worklist=late"),
    "dossiers_dossier_changelist": ("?worklist=late", "?worklist=online"),
    "dossiers_calendarexception_changelist": ("?confirmed=no",),
}
NOT_WALKED = {"logout", "login", "-", "desk_first_password"}
"""Signing out ends the walk; "-" are Django's redirects and its catch-all; a first password has its own secret link."""
WITHOUT_SAMPLE = {
    "dossiers_formtemplate",  # no page asks for a row: forms are named by code and set
    "zalo_wording",
}


def kind_with_template() -> str:
    return next(kind.slug for kind in registry.all_kinds() if {Route.UID, Route.PHONE} & set(kind.routes))


class National:
    """What is everybody's, as a place of its own."""

    mark = ""

    def __init__(self, rows: dict):
        self.rows, self.more = rows, {}


def sample(name: str, place: str, label: str, of) -> object | None:
    """Return what stands in a place of an address for rows of `of`, several in a list; None when `of` has none."""
    if name == "dossiers_event_paper" and place == "form_code":
        return "supplement"
    if place in WORDS:
        return WORDS[place]
    if place in ("kind", "slug"):
        return kind_with_template()
    if (name, place) in MORE:
        return of.more.get(MORE[name, place])
    row = of.rows.get(OTHER_MODEL.get((name, place), label))
    return row.pk if row is not None and place in ("pk", "object_id", "id", "dossier") else None


def routes() -> list[tuple[str, str, str, list[str]]]:
    """Return (route, name, label of the model, places) of every address of the desk."""
    labels = {f"{model._meta.app_label}/{model._meta.model_name}": model._meta.label for model in admin.site._registry}
    found = []
    for route, name in patterns():
        if name in NOT_WALKED or not name or "(?P<" in route or name == "view_on_site":
            continue
        places = re.findall(r"<(?:\w+:)?(\w+)>", route)
        found.append((route, name, labels.get("/".join(route.split("/")[1:3]), ""), places))
    return found


def names_a_row(name: str, places: list[str]) -> bool:
    """Return whether the address is of a row; a form's code or a file's ending names something everybody has."""
    return any(
        place not in {*WORDS, "kind", "slug"} - {"file_name"} for place in places if name not in ACTS or place != "act"
    )


def addresses(of, *, acts: bool = True, rows_only: bool = False) -> list[tuple[str, str]]:
    """Return (address, name) of every address that names a row of `of`; of acts only the first unless asked for all."""
    made = []
    for route, name, label, places in routes():
        if not places or (rows_only and not names_a_row(name, places)):
            continue
        choices = []
        for place in places:
            if name in ACTS and place in ("name", "act"):
                choices.append(ACTS[name] if acts else ACTS[name][:1])
            else:
                value = sample(name, place, label, of)
                choices.append([] if value is None else value if isinstance(value, list) else [value])
        parts = re.split(r"<(?:\w+:)?(\w+)>", route)
        for values in itertools.product(*choices):
            parts[1::2] = [str(value) for value in values]
            made.append(("/" + "".join(parts), name))
    return made


def lists() -> list[tuple[str, str]]:
    """Return (address, name) of every address that names no row, with its tabs, and of every autocomplete."""
    made = []
    for route, name, _label, places in routes():
        if not places and name != "autocomplete":
            made += [(f"/{route}{asked}", name) for asked in ("", *ASKED.get(name, ()))]
    made += [(f"/admin/{app}/", "app_list") for app in sorted({m._meta.app_label for m in admin.site._registry})]
    for model, one in admin.site._registry.items():
        for field in one.autocomplete_fields:
            query = f"app_label={model._meta.app_label}&model_name={model._meta.model_name}&field_name={field}"
            made.append((f"/admin/autocomplete/?term=&{query}", "autocomplete"))
    return made


# --- The world, built once; what a test does to it is rolled back


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic(), without_frame():
        yield ThreeCentres()
        transaction.set_rollback(True)


class Colleague(Client):
    """A browser of one role, whose session, rights and places are asked once, not with each of a thousand requests.

    What a request writes may change them: `forget` after it.
    """

    def __init__(self, world, role: str):
        super().__init__()
        self.force_login(world.users[role])
        self._pk = world.users[role].pk
        self.forget()

    def forget(self) -> None:
        self._person = get_user_model().objects.get(pk=self._pk)

    def request(self, **request):
        with mock.patch("django.contrib.auth.middleware.get_user", lambda request: self._person):
            return super().request(**request)


class Touched:
    """The tables that statements wrote to while it stood around them: only those need to be looked through."""

    def __init__(self):
        self.tables: set[str] = set()

    def __call__(self, execute, sql, params, many, context):
        if found := WRITES.match(sql):
            self.tables.add(found[1])
        return execute(sql, params, many, context)


def written(before: dict, tables: set[str] | None = None) -> dict[str, list]:
    """Return table → (id, values) of rows that were made, changed or removed since, logs of reading left out."""
    after = known_rows(tables=tables)
    return {
        label: _differing(before[label], rows)
        for label, rows in after.items()
        if label not in LOGS and rows != before[label]
    }


def _differing(before: dict, after: dict) -> list[tuple]:
    """Return the rows of either that are not the same in the other; values may hold what cannot be hashed."""
    both = ((before, after), (after, before))
    return [(pk, row) for rows, others in both for pk, row in rows.items() if others.get(pk) != row]


def changes() -> int:
    """Return how many rows were written over this connection: asking costs nothing."""
    return connection.connection.total_changes


def reads() -> int:
    return PersonalDataRead.objects.count() + ReadRecord.objects.count()


def given_away(said: str, place: Place) -> list[str]:
    folded = said.casefold()
    return [word for word in (place.mark, *place.personal) if word.casefold() in folded]


def test_every_address_has_a_sample(world):
    """A page that asks for a row no centre has would be walked by nobody: keep one in tests.portal.three_centres."""
    walked = {name for of in (world.own, National(world.national)) for _, name in addresses(of)}
    missing = {name for _, name, _, places in routes() if places} - walked
    assert not {name for name in missing if name.rsplit("_", 1)[0] not in WITHOUT_SAMPLE}
    own = {name for _, name in addresses(world.own)}
    for of in (world.sibling, world.foreign):
        assert {name for _, name in addresses(of)} == own
    assert len(walked) > 140


def test_every_act_named_in_the_walk_is_one(world):
    """An act of the desk that is not walked would be refused for nobody."""
    for name, label in (("dossiers_dossier_act", "viec"), ("zalo_contact_act", "viec")):
        assert any(f"/{label}/" in address for address, found in addresses(world.own) if found == name)


# --- Reading

# What is known and not mended yet: pages that show personal data without a line, looks that write something.
UNLOGGED: set[str] = set()
WRITING_GETS: set[str] = set()


@pytest.mark.parametrize("role", ROLES)
def test_nothing_of_anybody_elses_is_read_and_looking_leaves_its_line_and_nothing_else(world, role):
    """Lists, tabs, exports, files, autocompletes and one's own pages show no row of another agency's.

    What they show of one's own people needs the right and a line in the log of reading; they write nothing else.
    """
    shared = addresses(National(world.national), acts=False)
    opened, faults = looked(world, role, [*lists(), *addresses(world.own, acts=False), *shared], [world.own])
    assert opened > (25 if role not in {"nobody", "left"} else 2), f"only {opened} pages opened: nothing was asked"
    assert not faults, "\n".join(map(str, faults))


def looked(world, role: str, walked: list[tuple[str, str]], seen_by: list[Place]) -> tuple[int, list]:
    """Return how many of the pages opened for the role, which sees these places, and what went wrong on them."""
    client, faults, before = Colleague(world, role), [], known_rows()
    may, opened = world.users[role].has_perm("dossiers.see_personal_data"), 0
    strange = [place for place in (world.own, world.sibling, world.foreign) if place not in seen_by]
    for address, name in walked:
        seen, read = changes(), reads()
        answer = client.get(address)
        noted = reads() - read
        if answer.status_code >= 500:
            faults.append((address, answer.status_code))
        if changes() - seen != noted and (wrote := written(before)):
            client.forget()
            faults += [] if name in WRITING_GETS else [(address, name, "wrote", {k: len(v) for k, v in wrote.items()})]
            before = known_rows()
        if answer.status_code == 200:
            opened += 1
            said = words_of(answer)
            faults += [(address, name, "shows", words) for place in strange if (words := given_away(said, place))]
            shown = [word for place in seen_by for word in place.personal if word in said]
            # A sender's data is for who may see senders or is named to open complaints: pages of their own decide.
            right = may or name.startswith("feedback_")
            if shown and not (right and noted) and name not in UNLOGGED:
                faults.append((address, name, "not logged" if right else "without the right", shown))
    return opened, faults


def test_who_watches_those_below_sees_them_and_nobody_else(world):
    """A supervisor of the province: the centres below, in their lists and pages; of personal data nothing."""
    walked = [*lists(), *addresses(world.sibling, acts=False, rows_only=True)]  # one's own is below in the same way
    opened, faults = looked(world, "overseer", walked, [world.own, world.sibling])
    assert opened > 40, "those below are seen"
    client = Colleague(world, "overseer")
    for address, name in addresses(world.foreign, acts=False, rows_only=True):
        if (status := client.get(address).status_code) not in REFUSED:
            faults.append((address, name, status))
    assert not faults, "\n".join(map(str, faults))


def test_who_keeps_every_agency_reads_no_personal_data_of_any(world):
    """The province's administrator sees all rows, and of people and complaints no more than a centre's."""
    walked = [*lists(), *addresses(world.foreign, acts=False, rows_only=True)]
    opened, faults = looked(world, "province", walked, [world.own, world.sibling, world.foreign])
    assert opened > 80
    client = Colleague(world, "province")
    for place in (world.own, world.sibling, world.foreign):
        for address, name in addresses(place, acts=False, rows_only=True):
            if name.startswith("feedback_transferrecord") and client.get(address).status_code not in REFUSED:
                faults.append((address, name, "opens a complaint"))
    assert not faults, "\n".join(map(str, faults))


def test_a_named_officer_opens_the_complaints_of_the_own_agency_alone(world):
    """Of every place's records; the supervisor of one's own is its named officer, with a second person's yes."""
    client = Colleague(world, "supervisor")

    def opens(place: Place) -> set[bool]:
        record = place.rows["feedback.TransferRecord"]
        file = f"/admin/feedback/transferrecord/{record.pk}/tep/{place.more['record_file']}/"
        read = ReadRecord.objects.count()
        said = [client.get(address) for address in (f"/admin/feedback/transferrecord/{record.pk}/change/", file)]
        opened = [answer.status_code == 200 for answer in said]
        lines = ReadRecord.objects.count() - read
        assert lines >= sum(opened), "each look leaves its line"
        return set(opened)

    assert (opens(world.own), opens(world.sibling), opens(world.foreign)) == ({True}, {False}, {False})
    with transaction.atomic():
        RestrictedOfficer.objects.update(confirmed_at=None)
        client.forget()
        assert opens(world.own) == {False}, "named by one person alone"
        transaction.set_rollback(True)
    client.forget()


@pytest.mark.parametrize("role", ROLES)
def test_pages_of_anybody_elses_are_refused(world, role):
    client, faults = Colleague(world, role), []
    for place in (world.sibling, world.foreign):
        for address, name in addresses(place, acts=False, rows_only=True):
            answer = client.get(address)
            if answer.status_code not in REFUSED:
                faults.append((address, name, answer.status_code))
    assert not faults, "\n".join(map(str, faults))


# --- Writing


def forged(world, of) -> dict:
    """Return what a hostile colleague types into any form: ids of rows of `of` in every box."""
    rows = {label: row.pk for label, row in of.rows.items()}
    agency, dossier = rows.get("dossiers.Agency", ""), rows.get("dossiers.Dossier", "")
    user = of.rows["auth.User"].pk if "auth.User" in of.rows else ""
    return {
        "confirmed": "1", "post": "yes", "action": "delete_selected", "viec": "confirm", "act": "stop", "sure": "XOA",
        "agency": agency, "received_by": agency, "keeper": world.foreign.agency.pk, "parent": agency,
        "account": world.account.pk, "user": user, "handler": user, "dossier": dossier, "pk": dossier,
        "ngay": rows.get("dossiers.CalendarException", ""), "_selected_action": "1", "row": "1",
        "name": "CHIẾM", "title": "CHIẾM", "text": "CHIẾM https://la.example", "note": "CHIẾM", "words": "CHIẾM",
        "question": "CHIẾM", "answer": "CHIẾM", "decision": "CHIẾM", "basis": "CHIẾM", "position": "CHIẾM",
        "reason": "CHIẾM", "code": "chiem", "kind": "off", "date": "15/01/2027", "valid_from": "01/01/2026",
        "amount": "1", "unit": "", "key": "deadline.cutoff", "value": "16:00", "article": "CHIẾM", "weekday": "5",
        "opens_at": "07:30", "closes_at": "11:30", "pattern": "1", "version": "1", "username": "chiem",
        "password1": "mot-mat-khau-dai", "password2": "mot-mat-khau-dai", "oa_secret": "chiem", "granted": "0",
        "save": "1", "_save": "1", "q": "x", "is_active": "on", "active": "on", "year": "2027",
    }  # fmt: skip


def hangs_on(world, made: dict[str, list]) -> list:
    """Return the rows made that hang on a row of somebody else's: an agency, dossier, case, person or account."""
    from django.apps import apps

    kept = {"dossiers.Agency", "dossiers.Dossier", "feedback.Case", "feedback.TransferRecord", "zalo.Contact",
            "zalo.Conversation", "zalo.Account", "dossiers.Letter", "auth.User"}  # fmt: skip
    found = []
    for label, rows in made.items():
        fields = apps.get_model(label)._meta.concrete_fields
        for place, field in enumerate(fields, start=1):
            target = field.remote_field.model._meta.label if isinstance(field, models.ForeignKey) else ""
            if target in kept:
                found += [(label, field.name) for _pk, row in rows if row[place] in world.not_mine.get(target, ())]
    return found


def actions_of(name: str, label: str) -> list[str]:
    """Return the names of the actions of a list, deleting among them."""
    one = next((one for model, one in admin.site._registry.items() if model._meta.label == label), None)
    return ["delete_selected", *(one.actions if one and name.endswith("_changelist") else ())]


def attack(client, address: str, data: dict, world, everything: dict, *, strange: tuple[Place, ...] = ()) -> list:
    """Post and return what went wrong: a crash, a row of somebody else's told, written, or hung on.

    Whose rows may not be told are `strange`, everybody else's when nobody is named.
    """
    touched = Touched()
    with transaction.atomic():
        seen = changes()
        with connection.execute_wrapper(touched):
            # Said in one line, as a form without files is: in parts it costs both sides several times as much to read.
            answer = client.post(address, urlencode(data), content_type="application/x-www-form-urlencoded")
        faults = [("status", answer.status_code)] if answer.status_code >= 500 else []
        if answer.status_code not in REFUSED:
            said = words_of(answer)
            faults += [
                ("shows", words)
                for place in strange or (world.sibling, world.foreign)
                if (words := given_away(said, place))
            ]
        if changes() != seen:
            client.forget()
            assert touched.tables, "rows were written by a statement nobody recognised"
            made = written(everything, touched.tables)
            for label, rows in made.items():
                foreign = {pk for pk, _ in rows if pk in world.not_mine.get(label, ())}
                if foreign and label not in COUNTED:
                    faults.append((label, foreign))
            faults += hangs_on(world, {label: rows for label, rows in made.items() if label not in COUNTED})
        transaction.set_rollback(True)
    return faults


@pytest.mark.parametrize("role", ROLES)
def test_nothing_of_anybody_elses_is_written(world, role):
    """Every act on another agency's, on everybody's and on the shared account's rows, and forged ids in every form."""
    client, faults, everything = Colleague(world, role), [], known_rows()
    national = National(world.national)
    # Everybody tries the other province's rows; everybody's rows who may change the most.
    hostile = role in {"leader", "editor", "administrator"}
    walked = [(world.foreign, addresses(world.foreign, rows_only=True))]
    if hostile:
        walked.append((national, addresses(national)))
    for of, found in walked:
        for address, name in found:
            if wrong := attack(client, address, forged(world, of), world, everything):
                faults.append((address, name, wrong))
    models_of = {name: label for _, name, label, _ in routes()}
    for address, name in lists():
        if "?" in address or name in {"password_change", "app_list", "autocomplete", "index"}:
            continue
        label = models_of[name]
        for of in (world.foreign, national):
            if of is national and not (hostile and label in national.rows):
                continue
            data = forged(world, of)
            data["_selected_action"] = of.rows[label].pk if label in of.rows else "1"
            for action in actions_of(name, label):
                if wrong := attack(client, address, data | {"action": action}, world, everything):
                    faults.append((address, name, action, wrong))
    assert not faults, "\n".join(map(str, faults))


def test_nothing_of_a_sibling_is_written_by_who_may_do_everything_at_the_own_centre(world):
    """All acts on the sibling's rows by one person with every role: what is refused them is refused each role alone."""
    client, faults, everything = Colleague(world, "every_role"), [], known_rows()
    data = forged(world, world.sibling)
    for address, name in addresses(world.sibling, rows_only=True):
        if wrong := attack(client, address, data, world, everything):
            faults.append((address, name, wrong))
    models_of = {name: label for _, name, label, _ in routes()}
    for address, name in lists():
        if "?" in address or name in {"password_change", "app_list", "autocomplete", "index"}:
            continue
        label = models_of[name]
        chosen = world.sibling.rows[label].pk if label in world.sibling.rows else "1"
        for action in actions_of(name, label):
            sent = data | {"_selected_action": chosen, "action": action}
            if wrong := attack(client, address, sent, world, everything):
                faults.append((address, name, action, wrong))
    assert not faults, "\n".join(map(str, faults))


def test_who_watches_those_below_writes_nothing_of_another_province(world):
    client, faults, everything = Colleague(world, "overseer"), [], known_rows()
    data = forged(world, world.foreign)
    for address, name in addresses(world.foreign, rows_only=True):
        if wrong := attack(client, address, data, world, everything, strange=(world.foreign,)):
            faults.append((address, name, wrong))
    assert not faults, "\n".join(map(str, faults))
