"""Changing the encryption key: everything still reads and is found after the old key is gone."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from dossiers.models import Applicant
from dossiers.privacy import key_rotation, sealing
from zalo.messages import consent

pytestmark = pytest.mark.django_db

OLD, NEW = sealing.generate_key(), sealing.generate_key()
PEOPLE = 23


@pytest.fixture
def people(settings):
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    for n in range(PEOPLE):
        Applicant.objects.create(
            full_name=f"Người {n}",
            id_number=f"0010990{n:05}",
            phone=f"+849123{n:05}",
            email=f"Nguoi{n}@example.vn" if n % 2 else "",
        )
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    return list(Applicant.objects.order_by("pk"))


def rotate(**options):
    out = StringIO()
    call_command("rotate_keys", stdout=out, **options)
    return out.getvalue()


def stored(column):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {Applicant._meta.db_table} ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_after_rotation_the_old_key_is_not_needed(people, settings):
    before = list(Applicant.objects.order_by("pk").values())
    said = rotate(batch=5)
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    assert f"{PEOPLE} bản ghi" in said
    for old in before:
        person = Applicant.objects.get(pk=old["id"])
        assert (person.id_number, person.phone, person.email) == (old["id_number"], old["phone"], old["email"])
        assert Applicant.objects.with_id(person.id_number).get() == person
        assert Applicant.objects.with_phone(person.phone).get() == person
        assert person.updated_at == old["updated_at"]
    assert all(text.startswith(sealing.current_prefix()) for text in stored("phone"))
    assert stored("email")[0] == "" == stored("email_hash")[0]


def test_before_rotation_both_keys_find_and_new_rows_need_nothing(people):
    newcomer = Applicant.objects.create(full_name="Mới", phone="+84987654321")
    assert Applicant.objects.with_phone("+84987654321").get() == newcomer
    assert Applicant.objects.with_phone(people[0].phone).get() == people[0]
    assert key_rotation.rotate(Applicant).rows == PEOPLE


def test_a_broken_off_run_goes_on_and_a_second_run_touches_nothing(people, monkeypatch):
    move, calls = key_rotation._move, []

    def stop_after_two(model, pks):
        if len(calls) == 2:
            raise KeyboardInterrupt
        calls.append(pks)
        return move(model, pks)

    monkeypatch.setattr(key_rotation, "_move", stop_after_two)
    with pytest.raises(KeyboardInterrupt):
        key_rotation.rotate(Applicant, batch_size=4)
    monkeypatch.setattr(key_rotation, "_move", move)
    assert key_rotation.rotate(Applicant, batch_size=4).rows == PEOPLE - 8
    frozen = stored("phone")
    assert key_rotation.rotate(Applicant, batch_size=4).rows == 0
    assert stored("phone") == frozen


def test_rows_that_do_not_open_are_left_and_named(people, settings):
    broken = people[7].pk
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {Applicant._meta.db_table} SET phone = phone || 'A' WHERE id = %s", [broken])
    with pytest.raises(CommandError, match="không mở được") as failed:
        rotate(batch=5)
    assert str(broken) in str(failed.value) and "Applicant" in str(failed.value)
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    readable = Applicant.objects.exclude(pk=broken)
    assert len([person.phone for person in readable]) == PEOPLE - 1


def test_memory_and_statements_are_bounded_by_the_batch(people, django_assert_max_num_queries):
    with django_assert_max_num_queries(4 * 6 + 1):  # Per batch: find, savepoint, read, write, carry, release.
        key_rotation.rotate(Applicant, batch_size=6)


def test_a_hash_kept_without_its_number_follows_the_number_or_keeps_the_key(people, settings):
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    now = timezone.now()
    for phone in (people[3].phone, "+84999999999"):  # The second one belongs to nobody any more.
        consent.record("dossier", False, how="test", now=now, phone=phone)
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    said = rotate(batch=5)
    assert key_rotation.hashes_left() == 1 and "Còn 1 bản ghi" in said and "có thể bỏ" not in said
    for phone in (people[3].phone, "+84999999999"):
        assert consent.read([], [phone]).phone_refused(phone, "dossier")
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    assert consent.read([], [people[3].phone]).phone_refused(people[3].phone, "dossier")


def test_unfit_keys_stop_the_command_with_a_sentence(settings):
    settings.FIELD_ENCRYPTION_KEYS = []
    with pytest.raises(CommandError, match="FIELD_ENCRYPTION_KEYS"):
        rotate()
    with pytest.raises(CommandError, match="--batch"):
        rotate(batch=0)


def test_every_model_with_a_hash_of_sealed_text_can_renew_it():
    for model in key_rotation.sealed_models():
        hashes = [column.name for column in model._meta.local_concrete_fields if column.name.endswith("_hash")]
        sealed = {column.name for column in key_rotation._sealed_fields(model)}
        if any(name.removesuffix("_hash") in sealed for name in hashes):
            assert callable(getattr(model, "seal_hashes", None)), model._meta.label
