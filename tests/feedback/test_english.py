"""Every marked string of the public pages has its English."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation
from django.utils.translation import gettext

from dossiers.workflow.moving import TRACK
from feedback import defaults
from feedback.cases import refusals, tracking
from feedback.cases.acts import ACTS
from feedback.models import Kind
from feedback.pages import case_pages, rating_pages, track_pages
from feedback.petitions.guide import WHERE_TO_FILE
from feedback.states import STEPS, Status
from tests.feedback.conftest import case_in

ROOT = Path(__file__).resolve().parents[2] / "feedback"
SAME = {"Zalo"}


def marked() -> set[str]:
    found = set()
    for template in ROOT.glob("templates/feedback/*.html"):
        text = template.read_text(encoding="utf-8")
        found |= {a or b for a, b in re.findall(r"""{%\s*translate\s+(?:"([^"]*)"|'([^']*)')""", text)}
        blocks = re.findall(r"{%\s*blocktranslate[^%]*%}(.*?){%\s*endblocktranslate", text, re.S)
        found |= {re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", block) for block in blocks}
    found |= set(re.findall(r'_\("([^"]*)"\)', (ROOT / "cases/form.py").read_text(encoding="utf-8")))
    return found


def test_nothing_marked_is_left_in_vietnamese():
    with translation.override("en"):
        assert [text for text in sorted(marked()) if gettext(text) == text and text not in SAME] == []


def spoken() -> set[str]:
    """What the pages say from tables instead of marked strings."""
    words = {*STEPS, *tracking.SHOWN.values(), *track_pages.DONE.values(), case_pages.MISS, rating_pages.MISS}
    words |= {label for status, label in Status.choices if status != Status.HELD} | set(Kind.labels)
    words |= {row["name"] for row in defaults.CATEGORIES} | {row["text"] for row in defaults.QUESTIONS}
    words |= {choice["label"] for row in defaults.QUESTIONS for choice in row["choices"]}
    for guide in WHERE_TO_FILE.values():
        words |= {line for value in guide.values() for line in (value if isinstance(value, list) else [value])}
    return words


def test_what_stands_in_tables_is_in_english_too():
    with translation.override("en"):
        assert [text for text in sorted(spoken()) if gettext(text) == text and text not in SAME] == []


VIETNAMESE = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.I)


@pytest.mark.django_db
@pytest.mark.parametrize("status", [Status.NEW, Status.INFO_REQUESTED, Status.CLOSED, Status.WITHDRAWN])
def test_a_tracking_page_is_english_but_for_what_people_wrote(centre, client, status):
    case = case_in(status, centre, now=timezone.now(), category=None)
    page = client.get(f"/gop-y/{case.token}/?lang=en").content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    for written in (
        case.title,
        case.text,
        centre.agency.name,
        "Xin cho biết số cột đèn",
        "Đã thay bóng đèn ngày 17/11/2026.",
    ):
        main = main.replace(written, "")
    left = [line.strip() for line in re.sub(r"<[^>]+>", "\n", main).splitlines() if VIETNAMESE.search(line)]
    assert left == []


@pytest.mark.django_db
def test_the_stop_page_and_refusals_are_english_when_asked_for(centre, client):
    typed = {"kind": "report", "agency": centre.agency.code, "text": "Tôi làm đơn tố cáo ông A nhận hối lộ"}
    assert "is kept secret" in client.post("/gop-y/?lang=en", typed).content.decode()
    again = client.post("/gop-y/tra-ma/", {"code": "YK-00000-00000"}).content.decode()
    assert "do not match" in again


PUBLIC_REFUSALS = (
    "dossiers/attachments/types.py",
    "dossiers/attachments/traps.py",
    "feedback/cases/files.py",
    "feedback/cases/citizen_acts.py",
    "dossiers/attachments/pictures.py",
    "dossiers/attachments/videos.py",
    "feedback/cases/visitors.py",
)


def refused() -> set[str]:
    """Every sentence that is raised at the public, with 7 for each of its values."""
    found = set()
    for name in PUBLIC_REFUSALS:
        for node in ast.walk(ast.parse((ROOT.parent / name).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
                said = node.exc.args[0]
                if isinstance(said, ast.JoinedStr):
                    found.add("".join(part.value if isinstance(part, ast.Constant) else "7" for part in said.values))
                elif isinstance(said, ast.Constant):
                    found.add(said.value)
    found |= {act.refusal.format(step=7) for act in ACTS.values() if TRACK in act.offered}
    return {sentence for sentence in found if VIETNAMESE.search(sentence)}


def test_every_refusal_at_the_public_has_its_english():
    anew = "Hãy gửi một ý kiến mới và ghi mã 7."
    sentences = {
        sentence.replace("đã hết. 7", f"đã hết. {anew}").replace("7. 7", f"7. {anew}") for sentence in refused()
    }
    assert len(sentences) > 25
    with translation.override("en"):
        assert [text for text in sorted(sentences) if VIETNAMESE.search(refusals.said(text))] == []
    with translation.override("vi"):
        assert {refusals.said(text) for text in sentences} == sentences


WRONG_PHONES = ["12", "0912x", "1900 1234", "+1 202 555 0123", "09123456789", "0912345678, 0987654321"]


@pytest.mark.django_db
@pytest.mark.parametrize("phone", WRONG_PHONES)
def test_a_wrong_phone_is_refused_in_english(centre, client, phone):
    typed = {"kind": "question", "agency": centre.agency.code, "text": "Tôi muốn hỏi về giấy khai sinh", "phone": phone}
    page = client.post("/gop-y/?lang=en", typed).content.decode()
    wrong = re.findall(r'class="error"[^>]*>(.*?)</p>', page, re.S)
    assert wrong and not [line for line in wrong if VIETNAMESE.search(line)]


@pytest.mark.django_db
def test_a_disguised_file_is_refused_in_english_with_both_reasons(centre, client):
    typed = {"kind": "question", "agency": centre.agency.code, "text": "Tôi muốn hỏi về giấy khai sinh"}
    for upload in (
        SimpleUploadedFile("anh.png", b"%PDF-1.4\n%%EOF\n"),
        SimpleUploadedFile("x.jpg", b"MZ" + b"\0" * 90),
    ):
        page = client.post("/gop-y/?lang=en", typed | {"files": [upload]}).content.decode()
        assert "File “" in page and "chọn lại" not in page and "Hãy gửi" not in page
