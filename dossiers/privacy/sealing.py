"""Encryption and keyed hashes of personal fields (Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15).

`settings.FIELD_ENCRYPTION_KEYS` is a list of key strings: the first one seals and hashes, all of them unseal and are
searched. To rotate, put a new key in front, run `manage.py rotate_keys`, then drop the old one.

A sealed text is `v1.<key id>.<base64url of nonce + ciphertext + tag>` (AES-256-GCM). The purpose is bound to the text
as associated data, so a sealed phone copied into the column of identity numbers does not open there.
"""

import base64
import binascii
import hmac
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

VERSION = "v1"
NONCE_BYTES = 12
TAG_BYTES = 16
HASH_BYTES = 16
MIN_KEY_LENGTH = 32


class SealingError(Exception):
    """A text can't be sealed or unsealed. The message is a Vietnamese sentence and never holds any part of the text."""


@dataclass(frozen=True, slots=True)
class _Key:
    """One configured key, derived: its public id, its cipher and the secret its hash keys come from."""

    id: str
    cipher: AESGCM = field(repr=False)
    hash_secret: bytes = field(repr=False)
    file_secret: bytes = field(repr=False)


def generate_key() -> str:
    """Return a new random key of 256 bits as 43 URL-safe characters, fit for FIELD_ENCRYPTION_KEYS."""
    return _encode(os.urandom(32))


def seal(plain: str, purpose: str = "") -> str:
    """Return `plain` sealed with the first key as ASCII text; "" stays "". Raises SealingError when no key is set."""
    return sealer(purpose)(plain) if plain else ""


def sealer(purpose: str = "") -> Callable[[str], str]:
    """Return what seals text after text for one purpose, as `seal` does, its key looked up once for a million rows."""
    key = _keys()[0]
    header = f"{VERSION}.{key.id}."
    bound, encrypt, random = _bound(header, purpose), key.cipher.encrypt, os.urandom

    def sealed(plain: str) -> str:
        if not plain:
            return ""
        nonce = random(NONCE_BYTES)
        return header + _encode(nonce + encrypt(nonce, plain.encode("utf-8", "surrogatepass"), bound))

    return sealed


def unseal(sealed: str, purpose: str = "") -> str:
    """Return the plain text of `sealed`; "" stays "".

    Raises SealingError when the text is not a sealed one, was changed, was sealed for another purpose, or its key is
    gone.
    """
    if not sealed:
        return ""
    version, key_id, body = _parts(sealed)
    key = _key_by_id(key_id)
    try:
        raw = _decode(body)
        if len(raw) < NONCE_BYTES + TAG_BYTES:
            raise ValueError
        plain = key.cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound(f"{version}.{key_id}.", purpose))
    except (InvalidTag, ValueError):
        # "from None": a chained traceback would show the pieces of the sealed text.
        raise SealingError(
            "Dữ liệu cá nhân đã niêm phong bị thay đổi hoặc không thuộc trường này nên không mở được. "
            "Hãy khôi phục bản ghi từ bản sao lưu gần nhất và báo người quản trị hệ thống."
        ) from None
    return plain.decode("utf-8", "surrogatepass")


def current_prefix() -> str:
    """Return what every text sealed with the first key starts with, e.g. "v1.Ab3dEf9h."."""
    return f"{VERSION}.{_keys()[0].id}."


def current_key_id() -> str:
    """Return the public id of the first key."""
    return _keys()[0].id


def file_cipher(key_id: str, salt: bytes) -> AESGCM:
    """Return the cipher of one file (dossiers.privacy.sealed_files). Raises SealingError when its key is gone."""
    return AESGCM(_expand(_key_by_id(key_id).file_secret, b"file " + salt, 32))


def current_hash_prefix() -> str:
    """Return what every hash under the first key starts with, e.g. "Ab3dEf9h."."""
    return f"{_keys()[0].id}."


def keyed_hash(value: str, purpose: str) -> str:
    """Return `<key id>.<128 bits of HMAC-SHA256>` of `value` under the first key for `purpose`; "" for "".

    31 URL-safe characters. Equal values give equal hashes within a purpose and unrelated ones across purposes, so
    normalise the value first. The key id tells which hashes an old key is still needed for.
    """
    return _hash(_keys()[0], value, purpose)


def hasher(purpose: str) -> Callable[[str], str]:
    """Return what hashes value after value for one purpose, as `keyed_hash` does, its key looked up once."""
    return _hasher(_keys()[0], purpose)


def keyed_hashes(value: str, purpose: str) -> list[str]:
    """Return the hash of `value` under every configured key, first key first; [] for "".

    Search with `column__in=keyed_hashes(…)`: rows not yet rotated are found too.
    """
    return [_hash(key, value, purpose) for key in _keys()] if value else []


def check_keys(keys: list[str]) -> str | None:
    """Return a Vietnamese sentence saying what is wrong with `keys`, or None. For the start-up checks."""
    if isinstance(keys, str) or not keys or not all(keys):
        return (
            "FIELD_ENCRYPTION_KEYS chưa có khóa mã hóa. Hãy đặt ít nhất một khóa, tạo bằng lệnh: "
            'python -c "import secrets; print(secrets.token_urlsafe(32))".'
        )
    if any(len(key) < MIN_KEY_LENGTH for key in keys):
        return f"FIELD_ENCRYPTION_KEYS có khóa ngắn hơn {MIN_KEY_LENGTH} ký tự. Hãy thay bằng khóa ngẫu nhiên 43 ký tự."
    if len(set(keys)) != len(keys):
        return "FIELD_ENCRYPTION_KEYS có hai khóa giống nhau. Hãy bỏ bớt một khóa."
    return None


def _keys() -> tuple[_Key, ...]:
    return _derive(tuple(settings.FIELD_ENCRYPTION_KEYS))


@lru_cache(maxsize=8)
def _derive(secrets: tuple[str, ...]) -> tuple[_Key, ...]:
    problem = check_keys(list(secrets))
    if problem:
        raise SealingError(problem)
    return tuple(
        _Key(
            id=_encode(_expand(secret.encode(), b"key id", 6)),
            cipher=AESGCM(_expand(secret.encode(), b"seal", 32)),
            hash_secret=_expand(secret.encode(), b"hash", 32),
            file_secret=_expand(secret.encode(), b"file", 32),
        )
        for secret in secrets
    )


@lru_cache(maxsize=256)
def _hash_key(secret: bytes, purpose: str) -> bytes:
    return _expand(secret, b"hash for " + purpose.encode(), 32)


def _hash(key: _Key, value: str, purpose: str) -> str:
    return _hasher(key, purpose)(value)


def _hasher(key: _Key, purpose: str) -> Callable[[str], str]:
    prefix, secret, digest = f"{key.id}.", _hash_key(key.hash_secret, purpose), hmac.digest

    def hashed(value: str) -> str:
        if not value:
            return ""
        return prefix + _encode(digest(secret, value.encode("utf-8", "surrogatepass"), "sha256")[:HASH_BYTES])

    return hashed


def _expand(secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=b"dossiers.sealing", info=info).derive(secret)


def _key_by_id(key_id: str) -> _Key:
    for key in _keys():
        if key.id == key_id:
            return key
    raise SealingError(
        "Dữ liệu cá nhân được niêm phong bằng khóa không còn trong FIELD_ENCRYPTION_KEYS. "
        "Hãy đặt lại khóa cũ vào cuối danh sách rồi chạy lệnh rotate_keys trước khi bỏ khóa đó."
    )


def _parts(sealed: str) -> tuple[str, str, str]:
    pieces = sealed.split(".")
    if len(pieces) != 3 or pieces[0] != VERSION:
        raise SealingError(
            "Dữ liệu cá nhân trong cơ sở dữ liệu không ở dạng đã niêm phong. Hãy báo người quản trị hệ thống kiểm tra."
        )
    return pieces[0], pieces[1], pieces[2]


def _bound(header: str, purpose: str) -> bytes:
    return f"{header}{purpose}".encode()


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _decode(text: str) -> bytes:
    """Undo `_encode`. Raises ValueError for anything else, so that a text has exactly one sealed spelling."""
    try:
        raw = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise ValueError from None
    if _encode(raw) != text:
        raise ValueError
    return raw
