"""The broker of an embedded installation: kombu's queue in a folder, safe with several processes on it.

kombu's own filesystem transport shows a message under its name before it is written, and a worker that looks at that
moment dies of an empty file; its table of queues has the same gap. Here both appear whole or not at all.
"""

from __future__ import annotations

import os
import time
import uuid
from pathlib import Path
from queue import Empty

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.encoding import bytes_to_str, str_to_bytes
from kombu.utils.json import dumps, loads

URL = "embedded://localhost/"
UNFINISHED = ".part"


def register() -> None:
    """Let Celery resolve embedded:// addresses."""
    TRANSPORT_ALIASES["embedded"] = f"{__name__}:Transport"


class Channel(filesystem.Channel):
    """Messages and the table of queues, each written aside and then given its name."""

    def _put(self, queue, payload, **kwargs) -> None:
        name = f"{time.time_ns():020}_{uuid.uuid4().hex}.{queue}.msg"
        _write_whole(Path(self.data_folder_out, name), str_to_bytes(dumps(payload)), os.replace)

    def _get(self, queue):
        """Return the oldest message of the queue, which then is ours alone. Raises Empty."""
        for name in sorted(os.listdir(self.data_folder_in)):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = Path(self.processed_folder, name)
            try:
                os.rename(Path(self.data_folder_in, name), taken)
            except OSError:  # another worker was quicker
                continue
            payload = taken.read_bytes()
            taken.unlink()
            return loads(bytes_to_str(payload))
        raise Empty

    def _exchange_file(self, exchange):
        file = super()._exchange_file(exchange)
        if not file.exists():
            _write_whole(file, b"[]", _name_unless_taken)
        return file


class Transport(filesystem.Transport):
    Channel = Channel


def _write_whole(file: Path, content: bytes, give_name) -> None:
    aside = file.with_name(f"{file.name}.{uuid.uuid4().hex}{UNFINISHED}")
    try:
        aside.write_bytes(content)
        give_name(aside, file)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise ChannelError(f"Cannot write {file}") from error


def _name_unless_taken(aside: Path, file: Path) -> None:
    """Give the file its name, or leave the one that another process was quicker to make."""
    try:
        os.link(aside, file)
    except FileExistsError:
        pass
    aside.unlink()
