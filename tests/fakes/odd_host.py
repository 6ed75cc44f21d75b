"""A content host that misbehaves on the wire: promises more than it sends, drips, or never ends its headers."""

from __future__ import annotations

import socket
import time
from contextlib import AbstractContextManager, suppress
from threading import Event, Thread


class OddHost(AbstractContextManager["OddHost"]):
    """`head` and `body` go out as they are, `body` a byte at a time every `gap` seconds when there is a gap."""

    def __init__(self, head: bytes, body: bytes = b"", *, gap: float = 0.0, drip_head: bool = False) -> None:
        self._head, self._body, self._gap, self._drip_head = head, body, gap, drip_head
        self._server = socket.create_server(("127.0.0.1", 0))
        self._over = Event()
        self.address = f"127.0.0.1:{self._server.getsockname()[1]}"
        self.url = f"http://{self.address}/tep.jpg"

    def __enter__(self) -> OddHost:
        Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._over.set()
        self._server.close()

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                peer, _ = self._server.accept()
            except OSError:
                return
            with peer, suppress(OSError):
                peer.recv(65536)
                self._send(peer, self._head, self._drip_head)
                self._send(peer, self._body, bool(self._gap))

    def _send(self, peer: socket.socket, raw: bytes, slowly: bool) -> None:
        if not slowly:
            peer.sendall(raw)
            return
        for byte in raw:
            if self._over.is_set():
                return
            peer.sendall(bytes([byte]))
            time.sleep(self._gap)
