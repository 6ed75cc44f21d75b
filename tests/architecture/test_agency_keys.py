"""The big tables can be spread by agency (Citus): every row of them says whose it is, by itself or by its dossier.

A distributed PostgreSQL wants its distribution column in every unique key and every join. On the move the tables that
know their agency by their dossier get a column of their own, filled from it; unique keys get the agency beside them.
What else stands between is written down here by name: a new key, a new way between two big tables fails until somebody
has thought of it.
"""

from __future__ import annotations

from django.apps import apps
from django.db.models import UniqueConstraint

BIG = {
    # Model → how a row knows its agency: a column of its own, or the row it hangs on and is stored beside.
    "dossiers.Dossier": "agency",
    "dossiers.DossierEvent": "dossier",
    "dossiers.DossierPaper": "dossier",
    "dossiers.Holding": "dossier",
    "dossiers.Receipt": "agency",
    "dossiers.Applicant": "agency",
    "dossiers.IssuedPaper": "dossier",
    "dossiers.PersonalDataRead": "dossier",
    "zalo.OutboxMessage": "agency",
    "feedback.Case": "agency",
    "feedback.Rating": "agency",
    "reporting.DossierDay": "agency",
    "reporting.AgencyDay": "agency",
    "reporting.ResultDay": "agency",
    "reporting.DossierHalf": "agency",
    "reporting.QuestionDay": "agency",
}
RANDOM = "drawn at random: as unique with the agency beside it"
NUMBERED = "begins with the agency's own code: as unique with the agency beside it"
PARENT = "hangs on one row of one agency: as unique with the agency beside it"
KEYS = {
    "dossiers.Dossier.token": RANDOM,
    "dossiers.Dossier.code": NUMBERED,
    "dossiers.Receipt.token": RANDOM,
    "dossiers.Receipt.intake_key": RANDOM,
    "dossiers.IssuedPaper.token": RANDOM,
    "dossiers.IssuedPaper.issued_paper_number_once": "holds the agency of its register",
    "dossiers.IssuedPaper.issued_paper_one_per_event": PARENT,
    "dossiers.IssuedPaper.issued_paper_one_per_receipt": PARENT,
    "zalo.OutboxMessage.dedupe_key": "names its event and person: as unique with the agency beside it",
    "feedback.Case.token": RANDOM,
    "feedback.Case.code": RANDOM,
    "feedback.Case.intake_key": RANDOM,
    "feedback.Rating.invitation": PARENT,
}
OWN = "both are of the agency that received the dossier"
ALONE = "may be another agency's: followed from one row to one row, never joined over many"
INSIDE = {
    **dict.fromkeys([f"dossiers.Dossier.{name}" for name in ("receipt", "owner", "submitter")], OWN),
    **dict.fromkeys([f"dossiers.{name}.dossier" for name in ("DossierEvent", "DossierPaper", "Holding")], OWN),
    **dict.fromkeys([f"dossiers.IssuedPaper.{name}" for name in ("dossier", "receipt", "event", "replaces")], OWN),
    **dict.fromkeys([f"dossiers.PersonalDataRead.{name}" for name in ("dossier", "applicant")], OWN),
    **dict.fromkeys([f"zalo.OutboxMessage.{name}" for name in ("dossier", "event", "applicant")], OWN),
    "dossiers.Receipt.submitter": OWN,
    "feedback.Case.dossier": ALONE,
    "feedback.Case.parent": ALONE,
    "feedback.Case.merged_into": ALONE,
}

ELSEWHERE = {
    "zalo.Contact": "of an official account, which agencies of one province may share",
    "zalo.InboxEvent": "what an account was told by Zalo, emptied after 30 days",
    "zalo.BroadcastRecipient": "of one notice of one account",
}
"""Big tables that know an account and no agency: spread by account, or kept whole beside the spread ones."""
MOST = {"keys without the agency": 13, "ways that may cross": 3, "big tables without an agency": 3}
"""How many exceptions there may be: these numbers only ever get smaller."""


def unique_keys(model) -> dict[str, tuple[str, ...]]:
    """Return name → columns of every unique key but the primary one."""
    found = {each.name: (each.name,) for each in model._meta.concrete_fields if each.unique and not each.primary_key}
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint):
            found[constraint.name] = constraint.fields
    return found


def test_every_big_table_leads_to_one_agency():
    for label, way in BIG.items():
        field = apps.get_model(label)._meta.get_field(way)
        target = field.related_model._meta.label
        assert target == "dossiers.Agency" or (target == "dossiers.Dossier" and BIG[target] == "agency"), label


def test_exceptions_only_ever_become_fewer():
    now = {
        "keys without the agency": len(KEYS),
        "ways that may cross": sum(why == ALONE for why in INSIDE.values()),
        "big tables without an agency": len(ELSEWHERE),
    }
    assert now == MOST, "fewer: write the smaller number down; more: give the table, the key or the way its agency"
    for label in ELSEWHERE:
        targets = [each.related_model for each in apps.get_model(label)._meta.concrete_fields if each.is_relation]
        assert "dossiers.Agency" not in [target._meta.label for target in targets], f"{label} knows its agency now"


def test_every_unique_key_carries_the_agency_or_says_why_not():
    lacking = []
    for label, way in BIG.items():
        for name, columns in unique_keys(apps.get_model(label)).items():
            if way not in columns and f"{label}.{name}" not in KEYS:
                lacking.append(f"{label}.{name}: {', '.join(columns)}")
    assert not lacking, f"with no agency in them, and no reason written in KEYS: {lacking}"
    known = {f"{label}.{name}" for label in BIG for name in unique_keys(apps.get_model(label))}
    assert set(KEYS) <= known, "keys that are gone"


def test_big_tables_point_at_each_other_inside_an_agency():
    """A way from one big table into another stays with its agency, or a join would cross the machines."""
    crossing, ways = [], set()
    for label in BIG:
        for field in apps.get_model(label)._meta.concrete_fields:
            target = field.related_model._meta.label if field.is_relation else ""
            if target in BIG:
                ways.add(f"{label}.{field.name}")
                crossing += [] if f"{label}.{field.name}" in INSIDE else [f"{label}.{field.name} → {target}"]
    assert not crossing, f"say in INSIDE why both rows are of one agency: {crossing}"
    assert set(INSIDE) == ways, "ways that are gone"
