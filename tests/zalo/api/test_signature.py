"""Webhook signatures: the published vector, everything that must not pass, and arbitrary bytes."""

import hashlib
import hmac
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zalo.api import signature

APP, SECRET, STAMP = "360846524940903967", "OASecretKeyExample123", "1732240800123"
BODY = (
    '{"app_id":"360846524940903967","sender":{"id":"246845883529197922"},"user_id_by_app":"552177279717587730",'
    '"recipient":{"id":"388613280878808645"},"event_name":"user_send_text",'
    '"message":{"text":"Chào cán bộ","msg_id":"96d3cdf3af150460909"},"timestamp":"1732240800123"}'
).encode()
MAC = "9cc00e352c9d94e05581a0ee842ea8059cd16c17f03213f884e1b7e14d70e1f8"


def test_the_reference_vector():
    assert len(BODY) == 272
    assert signature.mac(APP, BODY, STAMP, SECRET) == MAC
    assert signature.is_signed_by(BODY, f"mac={MAC}", APP, SECRET)


@pytest.mark.parametrize("header", [f"mac={MAC}", f"mac = {MAC}", f"mac={MAC.upper()}", f"  mac={MAC} "])
def test_ways_of_writing_the_header(header):
    assert signature.is_signed_by(BODY, header, APP, SECRET)


@pytest.mark.parametrize(
    "header", [None, "", MAC, "mac=", f"mac={MAC[:-1]}", f"mac={MAC}0", f"sha256={MAC}", "mac=" + "é" * 64]
)
def test_malformed_headers_prove_nothing(header):
    assert not signature.is_signed_by(BODY, header, APP, SECRET)


def test_it_is_no_hmac_and_no_reserialised_json():
    wrong = hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()
    assert not signature.is_signed_by(BODY, f"mac={wrong}", APP, SECRET)
    again = json.dumps(json.loads(BODY)).encode()
    assert not signature.is_signed_by(again, f"mac={MAC}", APP, SECRET)


def test_escaped_and_oddly_spaced_bodies_verify_by_their_own_bytes():
    odd = json.dumps(json.loads(BODY), indent=3).encode()
    header = "mac=" + hashlib.sha256(APP.encode() + odd + STAMP.encode() + SECRET.encode()).hexdigest()
    assert signature.is_signed_by(odd, header, APP, SECRET)


def test_numbers_as_timestamp_are_taken_as_written():
    body = b'{"timestamp":1732240800123}'
    assert signature.is_signed_by(body, "mac=" + signature.mac(APP, body, STAMP, SECRET), APP, SECRET)


@pytest.mark.parametrize("secrets", [{}, {"oa_secret": ""}])
def test_an_empty_secret_matches_nothing(secrets):
    header = "mac=" + hashlib.sha256(APP.encode() + BODY + STAMP.encode()).hexdigest()
    assert signature.matching_secret(BODY, header, APP, secrets) is None


def test_the_diagnostic_names_the_secret_that_signed():
    secrets = {"oa_secret": "another", "app_secret": SECRET}
    assert signature.matching_secret(BODY, f"mac={MAC}", APP, secrets) == "app_secret"


@given(st.binary(max_size=300), st.text(max_size=80))
@settings(max_examples=100, deadline=None)
def test_no_bytes_crash_it_and_none_pass(raw, header):
    assert not signature.is_signed_by(raw, header, APP, SECRET)
    assert not signature.is_signed_by(raw, f"mac={MAC}", APP, SECRET)


def test_lone_surrogates_fail_quietly():
    assert not signature.is_signed_by(b'{"timestamp":"\\ud800"}', f"mac={MAC}", APP, SECRET)
