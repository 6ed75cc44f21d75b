"""Speaking HTTP to a host somebody else named: never to an inner address, never longer than allowed.

The name is resolved once, every address it has is looked at, and the connection is made to one of those: a second
look-up cannot lead elsewhere.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass

NOWHERE = tuple(
    map(
        ipaddress.ip_network,
        (
            "::/96",  # IPv4-compatible, site-local, 6to4 and its relays (RFC 4291, 7526)
            "fec0::/10",
            "2002::/16",
            "192.88.99.0/24",
            "64:ff9b:1::/48",  # a network's own translator, whose last bits may be an inner IPv4 (RFC 8215)
            "192.0.0.0/24",  # assigned to protocols, to documents, to segment routing (RFC 6890, 9637, 9602)
            "3fff::/20",
            "5f00::/16",
        ),
    )
)
"""Of no machine of the Internet, whatever Python's own list says; inner where they lead somewhere."""
NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""Addresses of the old Internet seen through a translator (RFC 6052): the last 32 bits say whose."""


class InnerAddress(Exception):
    """The host is, or may lead to, a machine of the inner network."""


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address: connect to `ip`, speak to `host`."""

    scheme: str
    host: str
    port: int
    ip: str
    path: str


def resolved(host: str, port: int, *, inner_allowed: bool = False) -> str:
    """Return an address of the host. Raises InnerAddress when any of its addresses is inner, OSError for no address."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(type(error).__name__) from error
    addresses = [str(entry[4][0]).split("%")[0] for entry in found]
    if not addresses:
        raise OSError("no address")
    if not inner_allowed and not all(is_outer(address) for address in addresses):
        raise InnerAddress(host)
    return addresses[0]


def is_outer(address: str) -> bool:
    """Return whether the address is one machine of the open Internet, however it is written."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        elif ip in NAT64:
            ip = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in NOWHERE)


class _Pinned(http.client.HTTPConnection):
    """A connection to a checked address that names the host."""

    def __init__(self, target: Target, seconds: float):
        super().__init__(target.host, target.port, timeout=seconds)
        self._target = target

    def connect(self) -> None:
        self.sock = socket.create_connection((self._target.ip, self._target.port), self.timeout)


class _PinnedTls(_Pinned):
    """The same under TLS, with the certificate of the host."""

    default_port = 443

    def connect(self) -> None:
        super().connect()
        tls = ssl.create_default_context()
        # Kept before the handshake: an alarm that goes off during it must find what to cut.
        self.sock = tls.wrap_socket(self.sock, server_hostname=self._target.host, do_handshake_on_connect=False)
        self.sock.do_handshake()


def connection(target: Target, seconds: float) -> http.client.HTTPConnection:
    """Return a connection to the checked address, not opened yet; no single read or write waits longer."""
    return (_PinnedTls if target.scheme == "https" else _Pinned)(target, seconds)


@contextlib.contextmanager
def cut_off_after(seconds: float, opened: http.client.HTTPConnection) -> Iterator[threading.Event]:
    """Close the connection at the end, or when the time for all of it is over: then the event is set.

    A host that drips a byte now and then never meets the limit of a single read.
    """
    late = threading.Event()
    alarm = threading.Timer(seconds, _cut_off, (opened, late))
    alarm.daemon = True
    alarm.start()
    try:
        yield late
    finally:
        alarm.cancel()
        opened.close()


def _cut_off(opened: http.client.HTTPConnection, late: threading.Event) -> None:
    late.set()
    if opened.sock is not None:
        with contextlib.suppress(OSError):
            # Under TLS too: the reading thread finds the end of the stream and fails by itself.
            socket.socket.shutdown(opened.sock, socket.SHUT_RDWR)
