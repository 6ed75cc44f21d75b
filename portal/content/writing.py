"""What the acts on a piece change: a version for each save, the version approved by another, what is public when.

Who may do an act, from which state to which, stands in portal.content.acts. Each function takes the piece, `by` (None
is the system) and `now`, returns the Change, and raises ActError with a sentence. Every act leaves a Step.
"""

from __future__ import annotations

import datetime as dt

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.text import slugify

from dossiers import ownership
from dossiers.models import Agency
from dossiers.search_text import fold
from dossiers.workflow.moving import Act, ActError, Change, Forbidden, Stale, Subject, checked_note
from dossiers.written_dates import written_day
from portal.content import films, framing, kinds
from portal.content.models import Picture, Piece, Step, Version
from portal.content.safe_text import cleaned, plain
from portal.content.states import State

MOST_PICTURES = 12
COPIED = (
    "title", "summary", "body", "language", "original", "doc_number", "doc_date", "effective_on", "source_url",
    "shown_until", "document", "document_name", "document_type", "video", "video_url", "captions", "pictures",
)  # fmt: skip
NAMES = {
    "body": "nội dung", "summary": "tóm tắt", "doc_number": "số văn bản", "doc_date": "ngày ban hành",
    "effective_on": "ngày có hiệu lực", "shown_until": "thời điểm thôi hiện",
}  # fmt: skip


class PieceSubject(Subject):
    app = "content"
    stale = "Người khác vừa sửa hoặc duyệt bài này. Hãy tải lại trang để xem bản mới nhất rồi làm tiếp."

    def check_scope(self, user, row: Piece) -> None:
        if not ownership.may_write(user, row):
            raise Forbidden("Bài này của cơ quan khác, bạn không xử lý được.")

    def wrong_step(self, row: Piece, act: Act) -> str:
        return f"Bài đang ở bước “{row.get_state_display()}”, không làm được việc này. Hãy tải lại trang."

    def entering(self, row: Piece, target: str, change: Change, now: dt.datetime) -> dict:
        return {"state": target, "state_changed_at": now}

    def tell(self, row: Piece, kind: str, change: Change, *, by, now, source: str, target: str) -> Step:
        number = row.working.number if row.working else 0
        note = change.told.get("note", "")[:500]
        return Step.objects.create(piece=row, what=kind, state=row.state, number=number, at=now, actor=by, note=note)


PIECE = PieceSubject()


@transaction.atomic
def begin(agency: Agency, kind: str, title: str, *, by, now: dt.datetime, **written) -> Piece:
    """Return a new draft with its first version. Raises ActError without a title, Forbidden for another agency's."""
    title = _title(title)
    piece = Piece(agency=agency, kind=kind, slug=free_slug(title), state_changed_at=now)
    PIECE.allow(by, "write_piece", piece)
    piece.save(force_insert=True)
    piece.working = add_version(piece, by=by, now=now, title=title, **written)
    piece.save(update_fields=["working"])
    PIECE.tell(piece, "Bắt đầu soạn", Change(), by=by, now=now, source="", target=piece.state)
    return piece


def add_version(piece: Piece, *, by, now: dt.datetime, **changed) -> Version:
    """Return the next version: the last one with what `changed`."""
    last = piece.working
    values = {name: getattr(last, name) for name in COPIED} if last else {}
    values.update({name: value for name, value in changed.items() if name in COPIED})
    values["body"] = cleaned(values.get("body", ""))
    number = last.number + 1 if last else 1
    return Version.objects.create(piece=piece, number=number, by=by, at=now, **values)


def edit(piece: Piece, *, by, now: dt.datetime, title: str, pictures: list[dict] | None = None, **asked) -> Change:
    """Save what was written as a new version; a picture, film, captions or document sent along is kept with it."""
    # One at a time: a second save of the same page must not number its version alike.
    seen = Piece.objects.select_for_update().filter(pk=piece.pk, version=piece.version)
    if seen.values_list("pk", flat=True).first() is None:
        raise Stale(PIECE.stale)
    changed = {name: value for name, value in asked.items() if name in COPIED and name not in {"video", "captions"}}
    changed["title"] = _title(title)
    kept = list(pictures if pictures is not None else piece.written.pictures)
    for item in kept:
        _check_alt(item["alt"])
    if asked.get("picture"):
        kept.append(_picture(piece, asked, by=by, now=now))
    if len(kept) > MOST_PICTURES:
        raise ActError(f"Một bài có nhiều nhất {MOST_PICTURES} ảnh. Hãy bỏ bớt ảnh rồi thêm ảnh mới.")
    changed["pictures"] = kept
    if asked.get("video"):
        changed["video"] = films.film(asked["video"])
    if asked.get("captions"):
        changed["captions"] = films.captions(asked["captions"])
    changed.pop("document", None)
    if asked.get("document"):
        file, changed["document_name"], changed["document_type"] = films.document(asked["document"])
        changed["document"] = file
    return Change({"working": add_version(piece, by=by, now=now, **changed)})


def _picture(piece: Piece, asked: dict, *, by, now: dt.datetime) -> dict:
    alt = _check_alt(asked.get("picture_alt", ""))
    drawn = framing.framed(asked["picture"].name, asked["picture"], asked.get("picture_frame", ""))
    row = Picture(piece=piece, width=drawn.width, height=drawn.height, content_type=drawn.content_type, by=by, at=now)
    row.file.save(drawn.name, ContentFile(drawn.content), save=False)
    row.small.save(f"nho-{drawn.name}", ContentFile(drawn.small), save=False)
    row.save()
    return {"id": row.pk, "alt": alt, "credit": asked.get("picture_credit", "").strip()[:120]}


def _check_alt(alt: str) -> str:
    if not alt.strip():
        raise ActError("Mô tả ảnh bằng một câu (ai, đang làm gì, ở đâu) để người không nhìn được cũng hiểu.")
    return alt.strip()[:250]


def _title(title: str) -> str:
    title = " ".join((title or "").split())
    if not any(letter.isalnum() for letter in title):
        raise ActError("Ghi tiêu đề bài viết.")
    return title[:160]


def submit(piece: Piece, *, by, now: dt.datetime) -> Change:
    """Hand the version written last to whoever approves."""
    check_whole(piece, now)
    return Change({"submitted_by": by})


def check_whole(piece: Piece, now: dt.datetime) -> None:
    """Raise ActError while something of its kind is missing, naming all of it at once."""
    version = piece.written
    missing = [NAMES[name] for name in kinds.RECORDS[piece.kind].needs if not getattr(version, name)]
    if piece.kind == kinds.Kind.VIDEO and not (version.video or version.video_url):
        missing.append("tệp video hoặc địa chỉ video")
    if missing:
        raise ActError(f"Bài chưa đủ: {', '.join(missing)}. Hãy bổ sung, lưu rồi trình lại.")
    if version.shown_until and version.shown_until <= now:
        raise ActError("Thời điểm thôi hiện đã qua. Hãy ghi một thời điểm sắp tới.")


def recall(piece: Piece, *, by, now: dt.datetime) -> Change:
    """Take a submitted piece back to write on it."""
    return Change()


def send_back(piece: Piece, *, by, now: dt.datetime, note: str) -> Change:
    """Return it to whoever wrote it, with a word what to mend."""
    return Change(told={"note": checked_note(note, "Ghi rõ cần sửa gì để người soạn làm lại đúng.")})


def approve(piece: Piece, *, by, now: dt.datetime, publish_at: dt.datetime | None = None) -> Change:
    """Approve the version submitted: public at once, or at `publish_at`. Nobody approves what they wrote or submitted.

    Quy chế of the channel (S1-49): whoever approves is not whoever writes.
    """
    if by is not None and by.pk in {piece.written.by_id, piece.submitted_by_id}:
        raise ActError("Bài do chính bạn viết hoặc trình. Hãy nhờ người khác có quyền duyệt xem lại.")
    check_whole(piece, now)
    if publish_at is not None and publish_at > now:
        return Change({"publish_at": publish_at}, target=State.SCHEDULED)
    return goes_out(piece, now)


def goes_out(piece: Piece, now: dt.datetime) -> Change:
    """Return the change that makes the approved version public."""
    return Change(
        {
            "live": piece.working,
            "publish_at": None,
            "published_at": piece.published_at or now,
            "edition": piece.edition + 1,
        },
        target=State.PUBLISHED,
    )


def publish(piece: Piece, *, by, now: dt.datetime) -> Change:
    """What was approved for later goes out: its hour has come, or somebody who approves says so."""
    return goes_out(piece, now)


def hold(piece: Piece, *, by, now: dt.datetime, note: str) -> Change:
    """What was approved for later does not go out."""
    note = checked_note(note, "Ghi lý do hoãn đăng.")
    return Change({"publish_at": None}, told={"note": note})


def revise(piece: Piece, *, by, now: dt.datetime) -> Change:
    """Write on a public or archived piece again; the public one stays as it is until the new text is approved."""
    return Change({"submitted_by": None})


def take_down(piece: Piece, *, by, now: dt.datetime, note: str = "") -> Change:
    """Take it off the public site; nothing is lost."""
    if by is not None:
        note = checked_note(note, "Ghi lý do gỡ bài.")
    return Change({"live": None, "publish_at": None}, told={"note": note})


def drop(piece: Piece, *, by, now: dt.datetime) -> Change:
    """Put a draft that was never public aside."""
    if piece.live_id is not None:
        raise ActError("Bài đang hiện trên trang. Hãy nhờ người có quyền duyệt gỡ bài.")
    return Change()


def free_slug(title: str) -> str:
    """Return an address nobody has: the words of the title without accents, with a few letters when it is taken."""
    words = slugify(fold(title))[:100].strip("-") or "bai-viet"
    while words in RESERVED or Piece.objects.filter(slug=words).exists():
        words = f"{words[:100].rstrip('-')}-{get_random_string(5, 'abcdefghijkmnpqrstuvwxyz23456789')}"
    return words


RESERVED = frozenset({"rss", "bao-chi", "khan", *kinds.BY_SLUG})


def said(version: Version) -> list[str]:
    """Return what a version says, line by line, for comparing two of them."""
    facts = [("Tiêu đề", version.title), ("Tóm tắt", version.summary), ("Số văn bản", version.doc_number)]
    for label, day in (("Ngày ban hành", version.doc_date), ("Có hiệu lực từ", version.effective_on)):
        facts.append((label, written_day(day) if day else ""))
    if version.language != kinds.Language.VIETNAMESE or version.original:
        facts += [("Ngôn ngữ", version.get_language_display()), ("Bản dịch của", str(version.original or ""))]
    facts += [("Văn bản gốc", version.source_url), ("Tệp", version.document_name), ("Video", version.video_url)]
    facts += [("Ảnh", item["alt"]) for item in version.pictures]
    return [f"{label}: {value}" for label, value in facts if value] + plain(version.body).split("\n")
