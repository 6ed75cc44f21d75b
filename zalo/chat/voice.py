"""Questions, reports and suggestions by chat: kind → agency → words and pictures → sent (feedback.cases.intake).

A complaint or denunciation is stopped, explained, and when its sender insists kept sealed for named officers; then its
words are taken out of the conversation as well (Luật Tố cáo 2018: the denouncer is kept secret).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.files.base import ContentFile
from django.utils.dateparse import parse_datetime

from dossiers.language import intents, voice
from dossiers.workflow.moving import ActError
from dossiers.written_dates import said_moment
from feedback import codes
from feedback.cases import intake, links, routing, tracking
from feedback.cases.routing import WHERE_TO_FILE, Certainty, Nature
from feedback.models import Case, Channel, Kind, TransferRecord
from zalo.chat import support as chat_support
from zalo.chat.commands import Command, Turn, register
from zalo.chat.memory import NOTHING
from zalo.chat.words import Said
from zalo.messages.reply import Reply, say, visit
from zalo.models import ChatMessage, MediaFile
from zalo.people import redaction

KINDS = ((Kind.QUESTION, "Hỏi đáp"), (Kind.REPORT, "Phản ánh"), (Kind.SUGGESTION, "Góp ý"))
MOST_FILES = 5
LEAST_OF_A_REPORT = 6
_MAY_BE_A_PETITION = frozenset({"feedback_start", "ambiguous", "abusive", "human", "danger", "my_dossiers"})
_NATURES = {("khieu", "nai"): Nature.COMPLAINT, ("to", "cao"): Nature.DENUNCIATION}
_SEND = frozenset({"gui", "gui di", "gui luon", "xong", "het", "ok", "dong y", "gui giup", "ok gui", "xac nhan"})
_READ_AS = {"hoi_dap": Kind.QUESTION, "gop_y": Kind.SUGGESTION, "kien_nghi": Kind.SUGGESTION}
_KIND_WORDS = {
    "hoi": Kind.QUESTION,
    "phan": Kind.REPORT,
    "kien": Kind.REPORT,
    "to": Kind.REPORT,
    "gop": Kind.SUGGESTION,
}


def begin(turn: Turn) -> Reply:
    """Start; what already follows the command is taken as the words themselves."""
    memory = {"since": turn.now.isoformat()}
    nature = next((kind for pair, kind in _NATURES.items() if " ".join(pair) in turn.said.folded), None)
    if nature and len(turn.rest) < intake.SHORTEST:
        return _ask_for_petition(memory | {"kind": Kind.REPORT, "nature": str(nature), "said_so": True})
    first = turn.said.core[0] if turn.said.core else ""
    if len(turn.rest) >= intake.SHORTEST:
        words = turn.said.plain
        kind = _KIND_WORDS.get(first) or _READ_AS.get(voice.read(words).kind, Kind.REPORT)
        return _after_kind(turn, memory | {"kind": kind, "text": words})
    return Reply(
        "Bạn muốn gửi gì?\n1. Hỏi đáp\n2. Phản ánh (việc chưa đúng, chưa tốt)\n3. Góp ý\nNhắn số, hoặc “thôi” để bỏ.",
        tuple(say(title, str(place)) for place, (_, title) in enumerate(KINDS, start=1)),
        memory=memory | {"step": "gop-y:kind"},
        command="gop-y",
    )


def _ask_for_petition(memory: dict) -> Reply:
    """Tell where a complaint or denunciation is filed, and take its words if its sender leaves them here."""
    where = WHERE_TO_FILE[Nature(memory["nature"])]
    lines = [where["title"] + ".", *[f"• {line}" for line in where["where"]], f"({where['basis']})"]
    lines.append("\nMuốn nhờ kênh chuyển đơn đến nơi có trách nhiệm, giữ bí mật: ghi nội dung tại đây. “thôi” để bỏ.")
    return Reply("\n".join(lines), (say("Thôi"),), memory=memory | {"step": "gop-y:text", "text": ""}, command="gop-y")


def read_kind(turn: Turn) -> Reply:
    digits, first = turn.said.digits, turn.said.core[0] if turn.said.core else ""
    memory = dict(turn.memory)
    if digits in {"1", "2", "3"}:
        return _after_kind(turn, memory | {"kind": KINDS[int(digits) - 1][0]})
    if len(turn.said.words) <= 3 and first in _KIND_WORDS:
        return _after_kind(turn, memory | {"kind": _KIND_WORDS[first]})
    if len(turn.said.plain) >= intake.SHORTEST:
        return _after_kind(turn, memory | {"kind": Kind.REPORT, "text": turn.said.plain})
    return Reply("Bạn nhắn 1, 2 hoặc 3 giúp tôi; “thôi” để bỏ.", memory=memory, command="gop-y")


def _after_kind(turn: Turn, memory: dict) -> Reply:
    agencies = chat_support.chosen(turn, "")
    if len(agencies) == 1:
        return _after_agency(turn, memory | {"agency": agencies[0].pk})
    shown = agencies[:9]
    lines = [f"{place}. {agency.name}" for place, agency in enumerate(shown, start=1)]
    return Reply(
        "Gửi tới cơ quan nào? Nhắn số thứ tự, hoặc tên xã, phường:\n" + "\n".join(lines),
        tuple(say(agency.name[:60], str(place)) for place, agency in enumerate(shown[:3], start=1)),
        memory=memory | {"step": "gop-y:agency", "agencies": [agency.pk for agency in shown]},
        command="gop-y",
    )


def read_agency(turn: Turn) -> Reply:
    listed, digits = turn.memory.get("agencies", []), turn.said.digits
    if digits and len(digits) <= 2 and 0 < int(digits) <= len(listed):
        return _after_agency(turn, dict(turn.memory) | {"agency": listed[int(digits) - 1]})
    named = chat_support.chosen(turn, turn.said.plain)
    if len(named) == 1:
        return _after_agency(turn, dict(turn.memory) | {"agency": named[0].pk})
    return Reply(
        "Chưa rõ cơ quan. Bạn nhắn số thứ tự trong danh sách trên, hoặc tên xã, phường; “thôi” để bỏ.",
        memory=turn.memory,
        command="gop-y",
    )


def _after_agency(turn: Turn, memory: dict) -> Reply:
    if memory.get("text"):
        return _ask_to_send(memory | {"step": "gop-y:text"})
    return Reply(
        "Bạn ghi nội dung: việc gì, ở đâu, khi nào. Gửi được ảnh, video kèm theo.",
        (say("Thôi"),),
        memory=memory | {"step": "gop-y:text", "text": ""},
        command="gop-y",
    )


def read_text(turn: Turn) -> Reply:
    """Collect words and pictures until the person says send."""
    memory = dict(turn.memory)
    text = str(memory.get("text", ""))
    if text and turn.said.folded in _SEND:
        return _send(turn, memory, nature=memory["nature"] if memory.get("said_so") else Nature.FEEDBACK)
    if turn.said.plain:
        text = f"{text}\n{turn.said.plain}".strip()
    memory["text"], memory["files"] = text[: intake.LONGEST], int(memory.get("files", 0)) + turn.files
    if len(text) < intake.SHORTEST:
        words = "Đã nhận tệp. " if turn.files else ""
        return Reply(
            f"{words}Bạn ghi thêm cho rõ: việc gì, ở đâu, khi nào (ít nhất {intake.SHORTEST} ký tự).",
            (say("Thôi"),),
            memory=memory,
            command="gop-y",
        )
    return _ask_to_send(memory)


def _ask_to_send(memory: dict) -> Reply:
    files = f", {memory['files']} tệp kèm theo" if memory.get("files") else ""
    title = dict(KINDS)[memory["kind"]].lower()
    return Reply(
        f"Đã ghi {title} của bạn ({len(memory['text'])} ký tự{files}). Nhắn “gửi” để gửi, nhắn thêm nội dung "
        "hoặc ảnh nếu còn, "
        "“thôi” để bỏ.",
        (say("Gửi"), say("Thôi")),
        memory=memory | {"step": "gop-y:text"},
        command="gop-y",
    )


def read_nature(turn: Turn) -> Reply:
    """Read what the sender of words that sound like a complaint or denunciation wants."""
    memory, digits = dict(turn.memory), turn.said.digits
    if digits == "1" or turn.said.folded.startswith(("dung la", "khieu nai", "to cao", "chuyen don")):
        return _send(turn, memory, nature=memory.get("nature", Nature.COMPLAINT))
    if digits == "2" or turn.said.folded.startswith(("chi la", "phan anh", "gop y")):
        return _send(turn, memory, confirmed=True)
    if digits == "3":
        redaction.redact(_lines_since(turn, memory))
        return Reply(
            "Đã thôi, chưa gửi gì và nội dung vừa nhắn đã được xoá khỏi hội thoại.", (say("Menu"),), command="gop-y"
        )
    return Reply("Bạn nhắn 1, 2 hoặc 3 giúp tôi.", memory=memory, command="gop-y")


def is_written(memory: Mapping[str, Any], said: Said) -> bool:
    """Whether a report's words are being written down: codes and requests in them belong to the report.

    A sentence at the question what kind it is, is the report as well.
    """
    step = memory.get("step")
    return step == "gop-y:text" or (step == "gop-y:kind" and len(said.words) >= LEAST_OF_A_REPORT)


def petition(turn: Turn) -> Reply | None:
    """Return the stop for a message that plainly is a complaint or denunciation, typed outside a dialogue."""
    if turn.memory.get("step") or len(turn.said.words) < 5:
        return None
    verdict = routing.classify(turn.said.plain)
    if verdict.certainty < Certainty.STRONG:
        return None
    ruled = routing.by_rules(turn.said.plain).certainty == Certainty.STRONG
    if not ruled and intents.guess(turn.said.plain).name not in _MAY_BE_A_PETITION:
        return None
    agencies = chat_support.chosen(turn, "")
    memory = {"since": turn.now.isoformat(), "kind": Kind.REPORT, "text": turn.said.plain}
    memory["agency"] = agencies[0].pk if agencies else None
    return _stop(verdict, memory)


def case_code(turn: Turn) -> Reply | None:
    """Return where a case stands for whoever typed its code; the sender on Zalo is told more than a stranger."""
    if "yk" not in turn.said.folded or len(turn.said.plain) > 80:
        return None
    code = next((codes.normalise(word) for word in _candidates(turn.said.plain) if codes.normalise(word)), "")
    if not code:
        return None
    found = Case.objects.filter(code=code, origin_ref=turn.origin_ref).first()
    if found is None:
        found = TransferRecord.objects.filter(code=code, origin_ref=turn.origin_ref).first()
    if found is None:
        page = links.absolute("/gop-y/tra-ma/")
        return Reply(
            f"Xem ý kiến {code}: mở {page} và nhập 4 số cuối điện thoại đã để lại.",
            (visit("Tra mã theo dõi", page), say("Menu")),
            command="ma-y-kien",
        )
    turn.about.add(found.agency_id)
    page = tracking.page_of(found, turn.now)
    due = f"\nHạn trả lời: {said_moment(page.due_at)}" if page.due_at else ""
    return Reply(
        f"Ý kiến {code}\nTình trạng: {page.label}\nCơ quan: {page.agency}{due}",
        (visit("Xem chi tiết", links.case_link(found.token)), say("Menu")),
        command="ma-y-kien",
    )


def _candidates(text: str) -> list[str]:
    words = text.replace("\n", " ").split()
    return [text, *words, *(" ".join(words[at : at + 3]) for at in range(len(words)))]


def _send(turn: Turn, memory: dict, *, nature: str = Nature.FEEDBACK, confirmed: bool = False) -> Reply:
    agencies = {agency.pk: agency for agency in chat_support.chosen(turn, "")}
    agency = agencies.get(memory.get("agency")) or next(iter(agencies.values()), None)
    if agency is None:
        return Reply(
            "Kênh này chưa gắn với cơ quan nào nên chưa nhận được ý kiến. Bạn gửi giúp trên trang góp ý.",
            (visit("Trang góp ý", links.absolute("/gop-y/")),),
            command="gop-y",
        )
    sent = intake.Sent(
        kind=memory["kind"],
        agency=agency,
        text=memory["text"],
        channel=Channel.CHAT,
        nature=nature,
        phone=turn.contact.phone,
        origin_ref=turn.origin_ref,
        intake_key=f"zalo-{turn.event_key}",
        files=_files(turn, memory),
    )
    try:
        kept = intake.receive(sent, now=turn.now, confirmed=confirmed)
    except intake.MustAsk as asked:
        return _stop(asked.verdict, memory)
    except ActError as wrong:
        return Reply(
            str(wrong), (say("Thôi"), say("Gặp cán bộ")), memory=memory | {"step": "gop-y:text"}, command="gop-y"
        )
    turn.about.add(kept.agency_id)
    if isinstance(kept, TransferRecord):
        turn.told = NOTHING
        redaction.redact(_lines_since(turn, memory))
    return _sent(kept)


def _sent(kept: Case | TransferRecord) -> Reply:
    """Return the acknowledgement; what is held for an officer to look at is not called a petition to its sender."""
    petition = isinstance(kept, TransferRecord) and kept.kind != TransferRecord.Kind.UNCLEAR
    word = "chuyển đơn" if petition else "xem xong" if isinstance(kept, TransferRecord) else "trả lời"
    due = f" Hạn {word}: {said_moment(kept.due_at)}." if kept.due_at else ""
    what = "đơn" if petition else "ý kiến"
    secret = " Nội dung được giữ bí mật, chỉ cán bộ được giao mới đọc." if isinstance(kept, TransferRecord) else ""
    page = links.case_link(kept.token)
    return Reply(
        f"Đã nhận {what} của bạn, mã theo dõi {kept.code}.{due}{secret}\nXem tiến độ: {page}",
        (visit("Xem tiến độ", page), say("Menu")),
        command="gop-y",
        tells=kept.events.order_by("pk").values_list("pk", flat=True).first(),
    )


def _stop(verdict: routing.Verdict, memory: dict) -> Reply:
    where = WHERE_TO_FILE[verdict.nature]
    word = "khiếu nại" if verdict.nature == Nature.COMPLAINT else "tố cáo"
    lines = [where["title"] + ".", where["what"], *[f"• {line}" for line in where["where"]], f"({where['basis']})"]
    lines.append(
        f"\nBạn chọn:\n1. Đúng là {word}: chuyển cho cán bộ có trách nhiệm, giữ bí mật\n2. Chỉ là phản ánh, góp "
        "ý\n3. Thôi không gửi"
    )
    return Reply(
        "\n".join(lines),
        (say(f"1. Đúng là {word}", "1"), say("2. Chỉ là phản ánh", "2"), say("3. Thôi", "3")),
        memory=memory | {"step": "gop-y:nature", "nature": str(verdict.nature)},
        command="gop-y",
    )


def _lines_since(turn: Turn, memory: dict):
    since = parse_datetime(str(memory.get("since", ""))) or turn.now
    return ChatMessage.objects.filter(
        conversation=turn.conversation, author=ChatMessage.Author.CITIZEN, at__gte=since - dt.timedelta(minutes=1)
    )


def _files(turn: Turn, memory: dict) -> list:
    rows = MediaFile.objects.filter(line__in=_lines_since(turn, memory), state=MediaFile.State.STORED)
    found = []
    for row in rows.order_by("id")[:MOST_FILES]:
        with row.file.open("rb") as stored:
            found.append(ContentFile(stored.read(), name=row.name))
    return found


register(
    Command(
        slug="gop-y",
        title="Góp ý, phản ánh, hỏi đáp",
        phrases=(
            "góp ý",
            "phản ánh",
            "kiến nghị",
            "phản ánh kiến nghị",
            "hỏi đáp",
            "gửi góp ý",
            "gửi phản ánh",
            "tôi muốn phản ánh",
            "khiếu nại",
            "tố cáo",
            "tôi muốn khiếu nại",
            "tôi muốn tố cáo",
            "gửi khiếu nại",
            "gửi tố cáo",
        ),
        answer=begin,
        steps={"kind": read_kind, "agency": read_agency, "text": read_text, "nature": read_nature},
        hint="góp ý: gửi câu hỏi, phản ánh, góp ý và theo dõi trả lời",
        order=40,
    )
)
