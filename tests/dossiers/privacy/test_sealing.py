"""Sealing: personal text is unreadable at rest, tied to its purpose, and survives a change of keys."""

import traceback

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from dossiers.privacy import sealing
from dossiers.privacy.sealing import SealingError, keyed_hash, keyed_hashes, seal, unseal

OLD, NEW = sealing.generate_key(), sealing.generate_key()


@pytest.fixture(autouse=True)
def old_key(settings):
    settings.FIELD_ENCRYPTION_KEYS = [OLD]


@examples(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200), st.text(max_size=20))
def test_any_text_comes_back(plain, purpose):
    sealed = seal(plain, purpose)
    assert unseal(sealed, purpose) == plain
    assert sealed.isascii() and " " not in sealed


def test_what_seals_many_seals_and_hashes_as_one_by_one():
    sealed, hashed = sealing.sealer("phone"), sealing.hasher("phone")
    assert unseal(sealed("0912345678"), "phone") == "0912345678" and sealed("") == "" == hashed("")
    assert hashed("0912345678") == keyed_hash("0912345678", "phone") != keyed_hash("0912345678", "id")


def test_nothing_is_sealed_as_nothing():
    assert seal("") == "" == unseal("")
    assert keyed_hash("", "phone") == ""
    assert keyed_hashes("", "phone") == []


def test_same_text_is_sealed_differently_each_time():
    assert len({seal("001099012345") for _ in range(50)}) == 50


def test_sealed_text_holds_no_plain_text():
    assert "001099012345" not in seal("001099012345")


def test_purposes_do_not_open_each_other():
    with pytest.raises(SealingError):
        unseal(seal("0912345678", "phone"), "id")


@pytest.mark.parametrize("position", range(0, 60, 3))
def test_one_changed_character_is_noticed(position):
    sealed = seal("0912345678", "phone")
    changed = sealed[:position] + ("A" if sealed[position] != "A" else "B") + sealed[position + 1 :]
    with pytest.raises(SealingError):
        unseal(changed, "phone")


@examples(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1, max_size=80))
def test_any_other_text_is_refused_with_a_sentence(text):
    with pytest.raises(SealingError, match="Hãy"):
        unseal(text)


@pytest.mark.parametrize("body", ["", "A", "AAAA", "=" * 40, "é" * 40, "AAAA" * 6])
def test_cut_or_malformed_body_is_refused(body):
    with pytest.raises(SealingError):
        unseal(sealing.current_prefix() + body)


def test_errors_never_show_the_text():
    sealed = seal("Nguyễn Văn A", "name")
    try:
        unseal(sealed, "other")
    except SealingError as error:
        shown = "".join(traceback.format_exception(error)) + repr(error)
        assert "Nguyễn" not in shown and error.__cause__ is None and error.__suppress_context__


def test_keys_never_show_in_repr():
    shown = repr(sealing._keys())
    assert OLD not in shown and "hash_secret" not in shown and "cipher" not in shown


def test_unknown_key_names_what_to_do(settings):
    sealed = seal("0912345678")
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    with pytest.raises(SealingError, match="rotate_keys"):
        unseal(sealed)


def test_rotation_new_seals_old_still_opens(settings):
    sealed_before, hash_before = seal("0912345678"), keyed_hash("0912345678", "phone")
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    assert unseal(sealed_before) == "0912345678"
    assert not sealed_before.startswith(sealing.current_prefix())
    assert keyed_hash("0912345678", "phone") != hash_before
    assert keyed_hashes("0912345678", "phone") == [keyed_hash("0912345678", "phone"), hash_before]
    assert seal("x").startswith(sealing.current_prefix())


def test_hashes_are_stable_short_and_differ_by_purpose_and_value():
    made = keyed_hash("0912345678", "phone")
    assert made == keyed_hash("0912345678", "phone") and len(made) == 31 and made.isascii()
    assert made.startswith(sealing.current_hash_prefix())
    assert len({made, keyed_hash("0912345678", "id"), keyed_hash("0912345679", "phone")}) == 3


@pytest.mark.parametrize("keys", [[], ["short"], [""], [OLD, OLD], [OLD, "short"]])
def test_unfit_keys_are_refused_with_a_sentence(settings, keys):
    assert sealing.check_keys(keys)
    settings.FIELD_ENCRYPTION_KEYS = keys
    with pytest.raises(SealingError, match="FIELD_ENCRYPTION_KEYS"):
        seal("0912345678")


def test_generated_keys_are_fit_and_new():
    keys = [sealing.generate_key() for _ in range(20)]
    assert len(set(keys)) == 20 and sealing.check_keys(keys) is None
