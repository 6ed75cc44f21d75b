"""The sealed model field: plain in Python, unreadable in the table, searchable only for emptiness."""

import pytest
from django.core.exceptions import FieldError
from django.db import connection
from django.db.models import F, TextField
from django.db.models.functions import Cast

from dossiers.models import Applicant
from dossiers.privacy import sealing
from dossiers.privacy.sealed_fields import SealedTextField
from dossiers.privacy.sealing import SealingError

pytestmark = pytest.mark.django_db

PHONE = "+84912345612"


@pytest.fixture
def person():
    return Applicant.objects.create(full_name="Nguyễn Văn A", phone=PHONE, id_number="001099012345")


def stored(pk, column):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {Applicant._meta.db_table} WHERE id = %s", [pk])
        return cursor.fetchone()[0]


def test_table_holds_sealed_text_and_python_the_plain(person):
    assert stored(person.pk, "phone").startswith(sealing.current_prefix())
    assert stored(person.pk, "email") == ""
    person.refresh_from_db()
    assert (person.phone, person.id_number, person.email) == (PHONE, "001099012345", "")
    assert Applicant.objects.values_list("phone", flat=True).get() == PHONE


def test_every_way_of_writing_seals(person):
    Applicant.objects.update(phone="+84900000001")
    assert stored(person.pk, "phone").startswith("v1.")
    person.phone = "+84900000002"
    Applicant.objects.bulk_update([person], ["phone"])
    assert stored(person.pk, "phone").startswith("v1.")
    person.refresh_from_db()
    assert person.phone == "+84900000002"
    (other,) = Applicant.objects.bulk_create([Applicant(full_name="B", phone=PHONE)])
    assert stored(other.pk, "phone").startswith("v1.")


def test_found_by_keyed_hash_also_between_two_keys(person, settings):
    settings.FIELD_ENCRYPTION_KEYS = [sealing.generate_key(), *settings.FIELD_ENCRYPTION_KEYS]
    assert Applicant.objects.with_phone(PHONE).get() == person
    assert Applicant.objects.with_phone("").count() == 0


def test_only_emptiness_can_be_asked(person):
    assert Applicant.objects.filter(email="").get() == person
    assert not Applicant.objects.filter(phone="").exists()
    assert Applicant.objects.exclude(phone="").get() == person
    with pytest.raises(ValueError, match="keyed hash"):
        Applicant.objects.filter(phone=PHONE).exists()
    for lookup in ("contains", "startswith", "in", "gt", "regex"):
        with pytest.raises(FieldError):
            Applicant.objects.filter(**{f"phone__{lookup}": PHONE}).exists()


def test_sealed_text_moved_to_another_column_does_not_open(person):
    raw = Applicant.objects.annotate(raw=Cast(F("phone"), TextField())).values_list("raw", flat=True).get()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {Applicant._meta.db_table} SET id_number = %s WHERE id = %s", [raw, person.pk])
    with pytest.raises(SealingError):
        Applicant.objects.get(pk=person.pk)


def test_purpose_is_kept_in_migrations_and_defaults_to_the_name():
    field = SealedTextField(purpose="applicant.phone", blank=True)
    _, path, args, kwargs = field.deconstruct()
    assert path == "dossiers.privacy.sealed_fields.SealedTextField"
    assert SealedTextField(*args, **kwargs).purpose == "applicant.phone"
    assert Applicant._meta.get_field("phone").purpose == "phone"
    assert "purpose" not in Applicant._meta.get_field("phone").deconstruct()[3]


def test_an_index_on_sealed_text_is_a_mistake():
    field = SealedTextField(unique=True)
    field.set_attributes_from_name("secret")
    field.model = Applicant
    assert "dossiers.E001" in [problem.id for problem in field.check()]
