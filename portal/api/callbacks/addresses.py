"""Where events may be sent: https on the open Internet; inner machines only where the installation names them.

Asked when an address is registered and again at every delivery, after the name was resolved: a name may lead to another
machine tomorrow.
"""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from dossiers import outer_host
from dossiers.outer_host import InnerAddress, Target

LONGEST = 500


class AddressRefused(ValueError):
    """The address may not be told anything; the text says why and what to do."""


class AddressUnknown(OSError):
    """Nobody knows where the host is now."""


def checked(address: str) -> Target:
    """Return where to connect to. Raises AddressRefused, AddressUnknown."""
    parts, port = _parts(address)
    host = (parts.hostname or "").rstrip(".").lower()
    inner = _named(host, port)
    if parts.scheme != "https" and not inner:
        raise AddressRefused("Địa chỉ phải bắt đầu bằng https://.")
    port = port or (443 if parts.scheme == "https" else 80)
    try:
        ip = outer_host.resolved(host, port, inner_allowed=inner)
    except InnerAddress as error:
        raise AddressRefused(
            f"Máy {host} nằm trong mạng nội bộ. Nếu đúng là máy của cơ quan, nhờ người vận hành ghi vào CALLBACK_HOSTS."
        ) from error
    except OSError as error:
        raise AddressUnknown(f"Không tìm thấy máy {host}.") from error
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, ip, path)


def _parts(address: str) -> tuple[SplitResult, int | None]:
    """Return the address taken apart. Raises AddressRefused for what is no plain web address."""
    wrong = AddressRefused("Địa chỉ chưa đúng: ghi đầy đủ, ví dụ https://ioc.example.vn/nhan-su-kien.")
    if len(address) > LONGEST or not address.isascii() or any(ord(sign) <= 32 or ord(sign) == 127 for sign in address):
        raise wrong
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.fragment:
        raise wrong
    if parts.username or parts.password:
        raise AddressRefused("Địa chỉ không được chứa tên đăng nhập, mật khẩu: phần mềm nhận xác thực bằng chữ ký.")
    return parts, port


def _named(host: str, port: int | None) -> bool:
    """Return whether the installation names this host, with its port or with any, as one that may be inner."""
    return host in settings.CALLBACK_HOSTS or f"{host}:{port}" in settings.CALLBACK_HOSTS
