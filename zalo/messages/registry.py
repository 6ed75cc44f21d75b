"""Registry of message kinds: what each says, for which event, by which routes, and how staff may reword it.

A kind turns a frozen fact (a DossierEvent or a FeedbackEvent) into values, and values plus wording into text.
Other apps add kinds with `register` in their `ready()`. Wording is edited by staff as versions (models.Wording); a
version is refused unless it keeps the required placeholders, above all the receipt number (requirement S3-23).
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max

from dossiers.read_once import once
from zalo.models import ConsentRecord, Lane, Route, Wording

log = structlog.get_logger(__name__)

Purpose = ConsentRecord.Purpose
TEXT_LIMIT = 2000  # code points after NFC, Zalo's limit for tin tư vấn
ALL_ROUTES = (Route.REPLY, Route.UID, Route.PHONE, Route.EMAIL, Route.CALL)
_HOLE = re.compile(r"\{([a-z0-9_]+)\}")
_STRAY = re.compile(r"[{}]")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A named hole in the wording, with words for the editor and a sample for the preview."""

    name: str
    words: str
    sample: str
    required: bool = False
    within: str = ""  # another placeholder whose value says this too, where a template has no room for both


@dataclass(frozen=True, kw_only=True)
class MessageKind:
    """One kind of message; `values` returns the facts of a source row, or None when that row needs no message.

    `events` are kinds of dossier events, `feedback` kinds of feedback events. A `secret` kind never shows staff who it
    went to: it stands in no agency's ledger and on no call list.
    """

    slug: str
    title: str
    placeholders: tuple[Placeholder, ...]
    text: str
    script: str = ""  # what the clerk says when nothing else reached the citizen
    events: frozenset[str] = frozenset()
    feedback: frozenset[str] = frozenset()
    secret: bool = False
    values: Callable[[Any], Mapping[str, str] | None] | None = None
    purpose: str = Purpose.DOSSIER
    lane: int = Lane.TRANSACTIONAL
    routes: tuple[str, ...] = ALL_ROUTES
    required: bool = True  # the ledger owes an outcome
    call: bool = False  # worth a telephone call when unreached: the citizen must do something
    lasting: bool = False  # stays news of its own, whatever step comes after it
    any_hour: bool = False  # answers something the citizen has just done: not held by quiet hours
    life: dt.timedelta = dt.timedelta(days=3)  # after that the news is stale
    attachment: str = ""  # send this registered file instead of text
    template: str | None = None  # the usual name of its Zalo template, where not its family's; "" where none says it
    needs_receipt_number: bool = True
    worded_by_each: bool = False  # its words are written with each notice, not in the list of wordings
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_step(self) -> bool:
        """Whether it tells where a dossier stands, so that a later step makes it stale."""
        return bool(self.events) and self.required and not self.lasting

    @property
    def by_template(self) -> bool:
        """Whether it may go by one of the routes that take a registered template."""
        return bool({Route.UID, Route.PHONE} & set(self.routes))

    @property
    def usual_template(self) -> str:
        """The name under which a one-stop centre usually registers its template; "" when only an editor can choose."""
        if self.template is not None:
            return self.template
        return "tien_do_y_kien" if self.slug.startswith("feedback.") else "trang_thai_ho_so"

    @property
    def samples(self) -> dict[str, str]:
        return {hole.name: hole.sample for hole in self.placeholders}


_kinds: dict[str, MessageKind] = {}


def register(kind: MessageKind) -> MessageKind:
    """Add a kind, or replace the one of the same slug. Raises ValueError when its own default wording is faulty."""
    faults = problems(kind, kind.text) + (problems(kind, kind.script, script=True) if kind.script else [])
    if faults:
        raise ValueError(f"{kind.slug}: {' '.join(faults)}")
    _kinds[kind.slug] = kind
    return kind


def get(slug: str) -> MessageKind:
    """The kind of that slug. Raises KeyError."""
    return _kinds[slug]


def all_kinds() -> list[MessageKind]:
    """Every registered kind, in order of registration."""
    return list(_kinds.values())


def for_event(event_kind: str) -> list[MessageKind]:
    """The kinds told when a dossier event of this kind happens."""
    return [kind for kind in _kinds.values() if event_kind in kind.events]


def for_feedback(event_kind: str) -> MessageKind | None:
    """The kind told when a feedback event of this kind happens."""
    return next((kind for kind in _kinds.values() if event_kind in kind.feedback), None)


def problems(kind: MessageKind, text: str, *, script: bool = False) -> list[str]:
    """What is wrong with a wording, as sentences for its editor; empty when it may be used."""
    names = set(_HOLE.findall(text))
    known = {hole.name for hole in kind.placeholders}
    found = [f"Không có chỗ điền {{{name}}} trong loại tin này." for name in sorted(names - known)]
    if _STRAY.search(_HOLE.sub("", text)):
        found.append("Có dấu { hoặc } viết lẻ. Chỗ điền phải viết đúng dạng {ten_cho_dien}.")
    if not script:
        missing = [hole for hole in kind.placeholders if hole.required and hole.name not in names]
        found += [f"Phải có {{{hole.name}}} ({hole.words}) trong lời nhắn." for hole in missing]
    if not text.strip():
        found.append("Lời nhắn đang trống.")
    if len(fill(text, kind.samples)) > TEXT_LIMIT:
        found.append(f"Lời nhắn dài quá {TEXT_LIMIT} ký tự Zalo cho phép.")
    return found


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its holes filled, in NFC, without the gaps an empty value leaves; unknown holes vanish."""
    filled = unicodedata.normalize("NFC", _HOLE.sub(lambda hole: str(values.get(hole[1], "")), text))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r" +$", "", re.sub(r" {2,}", " ", filled), flags=re.MULTILINE)).strip()


def render(kind: MessageKind, values: Mapping[str, str], wording: Wording | None = None) -> dict[str, Any]:
    """The frozen content of a message: {text, script, values, attachment}."""
    text = fill(wording.text if wording else kind.text, values)
    script = fill((wording.phone_script if wording else "") or kind.script, values)
    return {
        "text": text if len(text) <= TEXT_LIMIT else text[: TEXT_LIMIT - 1] + "…",
        "script": script,
        "values": {key: unicodedata.normalize("NFC", str(value)) for key, value in values.items()},
        "attachment": kind.attachment,
    }


def compose(kind: MessageKind, source: Any, title: str) -> tuple[dict[str, Any], str] | None:
    """The frozen content for a source row and "", or {} and what went wrong; None when the row needs no message.

    A faulty builder must neither stop the counter nor lose the event: the row that is written all the same shows it.
    """
    try:
        values = kind.values(source) if kind.values else {}
        if values is None:
            return None
        return render(kind, values, current_wording(kind.slug)) | {"title": title}, ""
    except Exception:
        log.exception("message cannot be built", event_id=source.pk, kind=kind.slug)
        return {}, "Không soạn được nội dung tin; báo bộ phận kỹ thuật."


@once
def current_wording(slug: str) -> Wording | None:
    """The version in force; None when staff never reworded the kind."""
    return Wording.objects.filter(kind=slug).order_by("-version").first()


def reword(slug: str, text: str, *, by, phone_script: str = "", note: str = "") -> Wording:
    """The new version of a kind's wording, in force for messages queued from now on.

    Raises ValidationError with one sentence per fault, and KeyError for an unknown kind.
    """
    kind = get(slug)
    faults = problems(kind, text) + (problems(kind, phone_script, script=True) if phone_script.strip() else [])
    if faults:
        raise ValidationError(faults)
    last = Wording.objects.filter(kind=slug).aggregate(last=Max("version"))["last"] or 0
    try:
        with transaction.atomic():
            return Wording.objects.create(
                kind=slug, version=last + 1, text=text, phone_script=phone_script, note=note[:200], created_by=by
            )
    except IntegrityError:
        raise ValidationError("Đồng nghiệp vừa lưu một phiên bản khác. Hãy tải lại trang rồi sửa tiếp.") from None


def preview(kind: MessageKind, text: str) -> str:
    """How the message would read with sample values."""
    return fill(text, kind.samples)
