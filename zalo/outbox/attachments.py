"""Files that messages carry, by name: the app that can make a file registers a callable; this app only sends it."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class MessageFile:
    """A file ready to upload. `source` names its content ("receipt:15"), so one upload serves several people."""

    source: str
    name: str
    content: bytes = field(repr=False)
    content_type: str = "application/pdf"


Maker = Callable[[int], MessageFile | None]
_makers: dict[str, Maker] = {}


def register(name: str, maker: Maker) -> None:
    """`maker(event_id)` returns the file of that dossier event, or None when there is none. Called outside requests."""
    _makers[name] = maker


def make(name: str, event_id: int | None) -> MessageFile | None:
    """The file, or None when nobody registered the name or there is no such file."""
    maker = _makers.get(name)
    return maker(event_id) if maker and event_id else None
