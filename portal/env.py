"""Typed reading of the environment: a malformed value stops the start with one Vietnamese sentence."""

from __future__ import annotations

import base64
import datetime as dt
import os
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from sentry_sdk.utils import BadDsn, Dsn

TRUE = {"1", "true", "yes", "on"}
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(\*\.)?{_LABEL}(\.{_LABEL})*(:[0-9]{{1,5}})?", re.IGNORECASE)
FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    """Return the value as it stands, stripped; `default` when it is absent or blank."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    """Return a boolean; ImproperlyConfigured when the value is neither true nor false."""
    raw = os.environ.get(name)
    if raw is None:
        return default
    value = raw.strip().lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"Biến môi trường {name}={raw!r} không hợp lệ: hãy đặt true hoặc false.")


def whole(name: str, default: int, *, least: int = 0) -> int:
    """Return a whole number ≥ `least`; ImproperlyConfigured otherwise."""
    raw = text(name)
    if not raw:
        return default
    if not raw.isascii() or not raw.isdigit() or int(raw) < least:
        raise ImproperlyConfigured(
            f"Biến môi trường {name}={raw!r} không hợp lệ: hãy đặt một số nguyên từ {least} trở lên."
        )
    return int(raw)


def one_of(name: str, choices: Iterable[str], default: str) -> str:
    """Return one of `choices`; ImproperlyConfigured when the value is another word."""
    value = text(name, default)
    allowed = list(choices)
    if value not in allowed:
        raise ImproperlyConfigured(f"Biến môi trường {name}={value!r} không hợp lệ: chỉ nhận {', '.join(allowed)}.")
    return value


def day(name: str) -> dt.date | None:
    """Return the day written as 2027-01-01, None when absent; ImproperlyConfigured otherwise."""
    value = text(name)
    try:
        return dt.date.fromisoformat(value) if value else None
    except ValueError as error:
        raise ImproperlyConfigured(
            f"Biến môi trường {name}={value!r} không hợp lệ: hãy ghi ngày dạng năm-tháng-ngày, ví dụ 2027-01-01."
        ) from error


def listed(name: str, default: Iterable[str] = ()) -> list[str]:
    """Return the comma-separated values, blanks dropped."""
    raw = text(name)
    return [part.strip() for part in raw.split(",") if part.strip()] if raw else list(default)


def words_by_name(name: str, allowed: Iterable[str]) -> dict[str, list[str]]:
    """Return {"amr": ["otp", "mfa"]} of "amr=otp,amr=mfa"; ImproperlyConfigured for another name or shape."""
    found: dict[str, list[str]] = {}
    for part in listed(name):
        key, sign, value = part.partition("=")
        if key not in allowed or not sign or not value:
            shapes = " hoặc ".join(f"{each}=giá trị" for each in allowed)
            raise ImproperlyConfigured(
                f"Biến môi trường {name} có {part!r} không hợp lệ: ghi {shapes}, cách nhau bằng dấu phẩy."
            )
        found.setdefault(key, []).append(value)
    return found


def web_address(name: str, default: str) -> str:
    """Return an http(s) address without its trailing slash; ImproperlyConfigured when it is not one."""
    value = text(name, default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise ImproperlyConfigured(
            f"Biến môi trường {name}={value!r} không hợp lệ: hãy ghi địa chỉ đầy đủ, ví dụ https://motcua.example.vn."
        )
    return value


def folder(name: str) -> str:
    """Return the path of a folder that is there, "" when none is named; ImproperlyConfigured otherwise."""
    value = text(name)
    if value and not Path(value).is_dir():
        raise ImproperlyConfigured(f"Biến môi trường {name}={value!r} không hợp lệ: không có thư mục này.")
    return value


def made_folder(name: str, default: Path) -> Path:
    """Return the folder, made when it is not there yet; ImproperlyConfigured when it can be none, or not be made."""
    value = text(name, str(default))
    try:
        usable = "://" not in value
        path = Path(value).absolute()
        if usable:
            path.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError):
        usable = False
    if not usable:
        raise ImproperlyConfigured(
            f"Biến môi trường {name}={value!r} không hợp lệ: hãy ghi đường dẫn của một thư mục mà chương trình "
            "tạo được."
        )
    return path


def web_hosts(name: str, default: Iterable[str]) -> list[str]:
    """Return host names, each perhaps with "*." before it or a port behind; ImproperlyConfigured otherwise."""
    hosts = listed(name, default)
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise ImproperlyConfigured(
                f"Biến môi trường {name} có {host!r} không hợp lệ: ghi tên máy, ví dụ zdn.vn, *.zdn.vn hoặc máy:cổng, "
                "cách nhau bằng dấu phẩy, không có https:// và dấu gạch chéo."
            )
    return hosts


def sentry_dsn(name: str) -> str:
    """Return the address errors are reported to, "" for none; ImproperlyConfigured for one Sentry cannot read."""
    value = text(name)
    if value:
        try:
            Dsn(value)
        except (BadDsn, ValueError) as error:
            raise ImproperlyConfigured(
                f"Biến môi trường {name} không hợp lệ: chép nguyên DSN của dự án, dạng https://khoá@máy/số."
            ) from error
    return value


def database(name: str, default: str) -> dict:
    """Return Django's database dictionary for a sqlite:// or postgresql:// address."""
    value = text(name, default)
    scheme = value.split(":", 1)[0]
    if scheme not in {"sqlite", "postgresql", "postgres"}:
        raise ImproperlyConfigured(
            f"Biến môi trường {name} không hợp lệ: chỉ nhận sqlite:///đường-dẫn hoặc postgresql://người:mật-khẩu@máy/tên."
        )
    config = dict(environ.Env.db_url_config(value))
    if not config.get("NAME"):
        raise ImproperlyConfigured(f"Biến môi trường {name} thiếu tên cơ sở dữ liệu.")
    if scheme != "sqlite":
        config["ENGINE"] = "portal.postgresql"
    return config


def encryption_keys(name: str) -> list[str]:
    """Return the base64 keys, first encrypts; ImproperlyConfigured when one is shorter than 32 bytes."""
    keys = listed(name)
    for position, key in enumerate(keys, start=1):
        try:
            raw = base64.urlsafe_b64decode(key + "=" * (-len(key) % 4))
        except ValueError:
            raw = b""
        if len(raw) < 32:
            raise ImproperlyConfigured(
                f"Khóa thứ {position} trong {name} không hợp lệ: mỗi khóa là 32 byte ngẫu nhiên viết bằng base64 "
                '(tạo bằng: python -c "import secrets;print(secrets.token_urlsafe(32))").'
            )
    return keys


def generated_secret(path: Path, make) -> str:
    """Return the secret kept in `path`, writing a new one (mode 0600) the first time. Demo and tests only."""
    if path.exists():
        return path.read_text(encoding="utf-8").strip()
    path.parent.mkdir(parents=True, exist_ok=True)
    value = make()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(value)
    return value


MAIL_TIMEOUT = 10
"""Seconds a mail server may keep silent: a page and a tick wait for it."""


def email(address: str) -> dict:
    """Return Django's EMAIL_* settings for consolemail:// or smtp(s)://… addresses."""
    if address.split(":", 1)[0] not in {
        "consolemail",
        "smtp",
        "smtps",
        "smtp+tls",
        "smtp+ssl",
        "memorymail",
        "dummymail",
    }:
        raise ImproperlyConfigured("EMAIL_URL không hợp lệ: ghi consolemail:// hoặc smtp+tls://người:mật-khẩu@máy:587.")
    found = environ.Env.email_url_config(address)
    return {"EMAIL_TIMEOUT": MAIL_TIMEOUT, **{key: value for key, value in found.items() if key.startswith("EMAIL_")}}
