"""What the acts on a document change, from draft to register: who may do what stands in portal.correspondence.acts.

Each function takes the document, `by` (None is the system) and `now`, returns the Change, and raises ActError with a
sentence. Every act leaves a DocumentStep.
"""

from __future__ import annotations

import datetime as dt

from django.core.files.base import ContentFile
from django.db import transaction

from dossiers import ownership
from dossiers.attachments import taking, types
from dossiers.models import Agency, SigningAuthority
from dossiers.privacy.sealed_files import remove_with_commit
from dossiers.workflow.moving import Act, ActError, Change, Forbidden, Subject, checked_note
from portal.correspondence import rich_text
from portal.correspondence.models import Document, DocumentStep, Enclosure
from portal.correspondence.states import WRITTEN_HERE, Kind

LONGEST_BODY = 200_000
MOST_LINES = 60
LONGEST_LINE = 200
MOST_ENCLOSURES = 20
LARGEST_FILE = 20 * 1024 * 1024
FILED = "Lưu: VT"


class DocumentSubject(Subject):
    app = "correspondence"
    stale = "Người khác vừa sửa hoặc ký văn bản này. Hãy tải lại trang để xem bản mới nhất rồi làm tiếp."

    def check_scope(self, user, row: Document) -> None:
        if not ownership.may_write(user, row):
            raise Forbidden("Văn bản này của cơ quan khác, bạn không xử lý được.")

    def wrong_step(self, row: Document, act: Act) -> str:
        return f"Văn bản đang ở bước “{row.get_state_display()}”, không làm được việc này. Hãy tải lại trang."

    def entering(self, row: Document, target: str, change: Change, now: dt.datetime) -> dict:
        return {"state": target, "state_changed_at": now}

    def tell(self, row: Document, kind: str, change: Change, *, by, now, source: str, target: str) -> DocumentStep:
        note = change.told.get("note", "")[:500]
        Document.objects.filter(pk=row.pk).update(folded=row.found_by())
        return DocumentStep.objects.create(document=row, what=kind[:120], state=row.state, at=now, actor=by, note=note)


DOCUMENT = DocumentSubject()


def abstract_of(text: str) -> str:
    """Return the abstract without "V/v" in front, which the layout adds. Raises ActError when it says nothing."""
    words = " ".join((text or "").split())
    for opening in ("V/v", "v/v", "Về việc", "về việc"):
        words = words.removeprefix(opening).lstrip(" :")
    if not any(letter.isalnum() for letter in words):
        raise ActError("Ghi trích yếu: văn bản nói về việc gì, ví dụ “báo cáo kết quả tháng 11”.")
    return words[:300]


def places(text: str, what: str) -> str:
    """Return the list one place a line, without marks at the ends. Raises ActError for more than a page holds."""
    lines = [line.strip().lstrip("-–•+ ").rstrip(" ;.").strip() for line in (text or "").splitlines()]
    lines = [line for line in lines if line]
    if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
        raise ActError(f"{what}: mỗi nơi một dòng, nhiều nhất {MOST_LINES} dòng, mỗi dòng {LONGEST_LINE} chữ.")
    return "\n".join(lines)


def lines_of(text: str) -> tuple[str, ...]:
    """Return the places of a stored list."""
    return tuple(line for line in text.splitlines() if line)


def _checked(agency: Agency, written: dict) -> dict:
    """Return the columns of what was written. Raises ActError."""
    found = {
        "abstract": abstract_of(written.get("abstract", "")),
        "drafting_unit": (written.get("drafting_unit") or "").strip().strip("-/")[:20],
        "addressees": places(written.get("addressees", ""), "Kính gửi"),
        "recipients": places(written.get("recipients", ""), "Nơi nhận") or FILED,
        "electronic": places(written.get("electronic", ""), "Bản điện tử"),
        "body": rich_text.cleaned(written.get("body") or "")[:LONGEST_BODY],
    }
    authority = written.get("authority")
    if isinstance(authority, SigningAuthority) and authority.agency_id != agency.pk:
        raise ActError("Người ký phải là người được phân công ký của cơ quan ban hành.")
    return {**found, "authority": authority}


@transaction.atomic
def begin(agency: Agency, kind: str, *, by, now: dt.datetime, **written) -> Document:
    """Return a new draft. Raises ActError for a kind the desk does not write, or without an abstract."""
    if kind not in WRITTEN_HERE:
        raise ActError("Chọn loại văn bản soạn ở đây: công văn, báo cáo, thông báo, tờ trình hoặc kế hoạch.")
    document = Document(agency=agency, kind=kind, state_changed_at=now, created_at=now, created_by=by)
    DOCUMENT.allow(by, "draft_document", document)
    for name, value in _checked(agency, written).items():
        setattr(document, name, value)
    document.save(force_insert=True)
    DOCUMENT.tell(document, "Bắt đầu soạn", Change(), by=by, now=now, source="", target=document.state)
    return document


def edit(document: Document, *, by, now: dt.datetime, **written) -> Change:
    """Keep what was written."""
    return Change(_checked(document.agency, written))


def enclose(document: Document, *, by, now: dt.datetime, refers_to=None, words: str = "", file=None) -> Change:
    """Add a copy of another document, or a file, to what goes with this one. Raises ActError."""
    if document.enclosures.count() >= MOST_ENCLOSURES:
        raise ActError(f"Một văn bản kèm nhiều nhất {MOST_ENCLOSURES} tài liệu. Hãy gộp các tệp lại.")
    row = Enclosure(document=document, added_at=now, added_by=by, words=" ".join(words.split())[:300])
    if refers_to is not None:
        if refers_to.agency_id != document.agency_id or not refers_to.number_text or refers_to.pk == document.pk:
            raise ActError("Chọn văn bản đã có số trong sổ của cơ quan để sao gửi kèm.")
        row.refers_to, row.words = refers_to, row.words or copied(refers_to)
    if file:
        _keep_file(row, file)
    if not row.refers_to and not row.words:
        raise ActError("Chọn văn bản sao gửi kèm, chọn tệp, hoặc ghi tên tài liệu kèm theo.")
    row.save()
    return Change({"note": document.note}, told={"note": row.words})


def copied(document: Document) -> str:
    """Return how a copied document is named: "Công văn số 212/VP-TTPVHCC ngày 02/8/2019 của Văn phòng UBND tỉnh"."""
    return f"{document.named} của {document.issued_by_name}"[:300]


def _keep_file(row: Enclosure, file) -> None:
    try:
        taken = taking.take(file, most_bytes=LARGEST_FILE, allowed=types.PAPERS)
    except ActError as error:
        raise ActError(f"Tệp kèm theo chưa nhận được: {error}") from error
    row.file_name, row.content_type = taken.name, taken.content_type
    row.size, row.sha256 = len(taken.content), taken.sha256
    row.words = row.words or taken.name.rpartition(".")[0]
    row.file.save("enclosure", ContentFile(taken.content), save=False)


def remove_enclosure(document: Document, *, by, now: dt.datetime, enclosure: Enclosure) -> Change:
    """Take one thing away again while the document is written on."""
    words = enclosure.words
    remove_with_commit(enclosure.file)
    enclosure.delete()
    return Change({"note": document.note}, told={"note": words})


def enclosure_line(document: Document) -> str:
    """Return "Sao gửi kèm …; gửi kèm …", "" when nothing goes with it."""
    rows = list(document.enclosures.all())
    copies = [row.words for row in rows if row.refers_to_id]
    others = [row.words for row in rows if not row.refers_to_id]
    parts = [f"sao gửi kèm {'; '.join(copies)}" if copies else "", f"gửi kèm {'; '.join(others)}" if others else ""]
    line = "; ".join(part for part in parts if part)
    return line[:1].upper() + line[1:]


def submit(document: Document, *, by, now: dt.datetime) -> Change:
    """Hand the draft to whoever signs."""
    check_whole(document)
    return Change({"note": ""})


def check_whole(document: Document) -> None:
    """Raise ActError while something a document needs is missing, naming all of it at once."""
    missing = [] if rich_text.blocks(document.body) else ["nội dung"]
    if document.kind in {Kind.DISPATCH, Kind.SUBMISSION} and not document.addressees:
        missing.append("kính gửi ai")
    if missing:
        raise ActError(f"Văn bản chưa đủ: {', '.join(missing)}. Hãy bổ sung, lưu rồi trình lại.")


def recall(document: Document, *, by, now: dt.datetime) -> Change:
    """Take a submitted draft back to write on it."""
    return Change()


def send_back(document: Document, *, by, now: dt.datetime, note: str) -> Change:
    """The leader does not sign: back to whoever wrote it, with a word why."""
    return _with_note(note, "Ghi rõ cần sửa gì để người soạn làm lại đúng.")


def cancel(document: Document, *, by, now: dt.datetime, note: str) -> Change:
    """Drop a draft; no number was used."""
    return _with_note(note, "Ghi lý do không phát hành.")


def withdraw(document: Document, *, by, now: dt.datetime, note: str) -> Change:
    """Take back what went out, or was entered by mistake: its number stays used and its line says why."""
    return _with_note(note, "Ghi lý do thu hồi.")


def _with_note(note: str, what: str) -> Change:
    note = checked_note(note, what)[:500]
    return Change({"note": note}, told={"note": note})
