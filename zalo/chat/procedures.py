"""Procedures in chat: found by words or code, told in short: papers, time, fee, where, online (S1-09, S3-07)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.conf import settings
from django.utils import timezone

from dossiers.dossier_codes import InvalidCode, normalise_procedure_code
from dossiers.models import MissedSearch, Procedure
from dossiers.procedure_search import choices, missed
from dossiers.procedure_search import search as procedure_search
from dossiers.search_text import fold
from dossiers.written_dates import written_day
from feedback.cases.routing import WHERE_TO_FILE, Nature
from zalo.chat import commands as chat_commands
from zalo.chat import procedure_facts as facts
from zalo.chat.commands import Command, Turn, register
from zalo.messages.reply import Button, Reply, pick, say, visit

LISTED = 5
NEAR = 2
LONGEST_CODE = 20
MOST_GUESSED = 40
_PETITIONS = {Nature.COMPLAINT: "khieu nai", Nature.DENUNCIATION: "to cao"}
MOST_MEANT = 3
MOST_KEPT = 200
SURE_ENOUGH = 0.3
"""How well a procedure must fit a message that does not say it is about one."""


def search(turn: Turn) -> Reply:
    """Return the procedures that carry the words, or the one whose code was given."""
    words = turn.rest
    if not words.strip():
        return Reply(
            "Bạn muốn hỏi thủ tục nào? Nhắn “thủ tục” kèm tên, ví dụ: thủ tục khai sinh, thủ tục đất đai.",
            (visit("Danh mục thủ tục", f"{settings.PUBLIC_BASE_URL}/thu-tuc/"), say("Menu")),
            memory={"step": "thu-tuc:name"},
            command="thu-tuc",
        )
    return asked(turn, words)


def named(turn: Turn) -> Reply | None:
    """Read the name after the question "which procedure?"; another command said plainly leaves the question."""
    found = chat_commands.find(turn.said)
    words = turn.said.folded
    if found and found.command.slug == "thu-tuc":
        words = found.rest or words
    elif found and found.weight[0] == 3:
        turn.rest = found.rest
        return found.command.answer(turn)
    return asked(turn, words)


def asked(turn: Turn, words: str, *, after_all: bool = False) -> Reply:
    """Return what fits words that surely ask for a procedure: by code, by the law's own ways, by words.

    `after_all` when they may go on from what was asked before: those that say little by themselves ("quán nhỏ thôi")
    are read together with the question before.
    """
    told = _by_code(turn, turn.said.plain) or _petitions(words)
    if told is not None:
        return told
    if after_all and turn.told.words and not _says_enough(turn, words):
        words = f"{turn.told.words} {words}"
    found = _by_words(turn, words) or none_found(turn.said.plain)
    return replace(found, memory=None) if turn.brief else found  # one of several answers asks nothing back


def follow_up(turn: Turn, aspect: str) -> Reply | None:
    """Return what is asked about the procedure told last; None when none was."""
    if turn.told.about != "procedure" or not turn.told.procedures:
        return None
    if aspect == "all":
        return _by_words(turn, f"{turn.told.words} {turn.said.plain}", least=SURE_ENOUGH) or _told_again(turn)
    today = timezone.localdate(turn.now)
    found = {row.code: row for row in Procedure.objects.filter(code__in=turn.told.procedures)}
    rows = [found[code] for code in turn.told.procedures if code in found]
    versions = [(row, row.version_on(today)) for row in rows]
    lines = [
        line
        for row, version in versions
        if version is not None
        for line in (f"{version.name[:160]} (mã {row.code})", *facts.about(version, aspect, today))
    ]
    if not lines:
        return _told_again(turn)
    page = f"{settings.PUBLIC_BASE_URL}/thu-tuc/{rows[0].code}/"
    return Reply(
        "\n".join([*lines, f"Đầy đủ: {page}"]),
        (visit("Xem chi tiết", page), say("Gặp cán bộ"), say("Menu")),
        memory={"choices": turn.memory.get("choices")} if turn.memory.get("choices") else None,
        command="thu-tuc",
    )


def note_choice(turn: Turn, picked: str) -> None:
    """Count what was picked from a list of procedures, so that the search learns from it."""
    code = picked.removeprefix("thủ tục ")
    row = Procedure.objects.filter(code=code).first() if code != picked and turn.told.words else None
    if row is not None:
        missed.chosen(turn.told.words, row, place=MissedSearch.Place.CHAT, today=timezone.localdate(turn.now))
        choices.count(turn.told.words, row, today=timezone.localdate(turn.now))


def _told_again(turn: Turn) -> Reply:
    return _told(turn, turn.told.procedures[0])


def _says_enough(turn: Turn, words: str) -> bool:
    """Whether the words name a procedure by themselves."""
    return procedure_search.search(words, today=timezone.localdate(turn.now), size=1).sureness >= SURE_ENOUGH


def guessed(turn: Turn) -> Reply | None:
    """Return procedures for a message that names one without the word "thủ tục"; None when nothing fits."""
    by_code = _by_code(turn, turn.said.plain) if len(turn.said.plain) <= 40 else None
    if by_code is not None:
        return by_code
    if len(turn.said.words) > MOST_GUESSED:
        return None
    return _by_words(turn, turn.said.plain, least=SURE_ENOUGH)


def _by_words(turn: Turn, words: str, *, least: float = 0.0) -> Reply | None:
    """Tell the procedure that is clearly meant; ask back among those that fit equally well."""
    page = procedure_search.search(words, today=timezone.localdate(turn.now), size=LISTED)
    rows = page.rows
    if not least:
        missed.note(words, page, place=MissedSearch.Place.CHAT, today=timezone.localdate(turn.now))
    if not rows or page.sureness < least:
        return None
    turn.tells("procedure", procedures=_candidates(page), words=words[:MOST_KEPT])
    if turn.brief:
        return _briefly(turn, rows[0].code)
    if page.clear:
        return _with_near_ones(_told(turn, rows[0].code), rows[1 : 1 + NEAR])
    lines = [f"{place}. {row.name[:160]} (mã {row.code})" for place, row in enumerate(rows, start=1)]
    buttons: tuple[Button, ...] = tuple(pick(row.name[:60], f"thủ tục {row.code}") for row in rows[:3])
    page = f"{settings.PUBLIC_BASE_URL}/thu-tuc/"
    return Reply(
        "Có các thủ tục sau:\n"
        + "\n".join(lines)
        + f"\nNhắn số thứ tự để xem giấy tờ, thời hạn, lệ phí. Xem tất cả: {page}",
        (*buttons, say("Gặp cán bộ"), say("Menu")),
        memory={"choices": [f"thủ tục {row.code}" for row in rows]},
        command="thu-tuc",
    )


def _candidates(page: procedure_search.FoundPage) -> tuple[str, ...]:
    """Return the codes a question without a name is about: the one that is meant, else the first that fit alike."""
    return tuple(row.code for row in page.rows[: 1 if page.clear else MOST_MEANT])


def _briefly(turn: Turn, code: str) -> Reply:
    """Tell a procedure as one of several things asked: its name, limit, fee and page."""
    row, today = Procedure.objects.get(code=code), timezone.localdate(turn.now)
    version = row.version_on(today)
    page = f"{settings.PUBLIC_BASE_URL}/thu-tuc/{row.code}/"
    lines = [f"{row.name[:160]} (mã {row.code})"]
    if version is not None:
        lines += [*facts.limits(version), *facts.fees(version, today)]
    return Reply(
        "\n".join([*lines, f"Giấy tờ, mẫu đơn: {page}"]), (visit("Giấy tờ, mẫu đơn", page),), command="thu-tuc"
    )


def _with_near_ones(told: Reply, rows: Sequence[procedure_search.Found]) -> Reply:
    """Return the answer with the next procedures to pick by number, should the first not be the one that was meant."""
    if not rows:
        return told
    lines = [f"{place}. {row.name[:100]}" for place, row in enumerate(rows, start=1)]
    return replace(
        told,
        text="\n".join([told.text, "Nếu không phải thủ tục này, nhắn số:", *lines]),
        memory={"choices": [f"thủ tục {row.code}" for row in rows]},
    )


def by_code_alone(turn: Turn) -> Reply | None:
    """Return the procedure whose code is all there is in the message."""
    return _by_code(turn, turn.said.plain) if len(turn.said.plain) <= LONGEST_CODE else None


def _by_code(turn: Turn, text: str) -> Reply | None:
    try:
        code = normalise_procedure_code(text)
    except InvalidCode:
        return None
    row = Procedure.objects.filter(code=code).first() or Procedure.objects.filter(aliases__code=code).first()
    return _told(turn, row.code) if row else None


def _petitions(words: str) -> Reply | None:
    """How to complain or denounce is asked like a procedure; the law has its own ways."""
    nature = next((each for each, word in _PETITIONS.items() if word in fold(words)), None)
    return where_to_file(nature) if nature else None


def where_to_file(nature: Nature) -> Reply:
    """Return where and how a complaint or denunciation is filed."""
    where = WHERE_TO_FILE[nature]
    lines = [where["title"] + ".", where["what"], *[f"• {line}" for line in where["where"]]]
    lines += [f"Cần có: {where['bring']}", f"({where['basis']})"]
    return Reply("\n".join(lines), (say("Gặp cán bộ"), say("Hỗ trợ"), say("Menu")), command="thu-tuc")


def _told(turn: Turn, code: str) -> Reply:
    today = timezone.localdate(turn.now)
    row = Procedure.objects.get(code=code)
    if code not in turn.told.procedures[:1]:
        turn.tells("procedure", procedures=(code,), words=row.name[:MOST_KEPT])
    if row.status != Procedure.Status.ACTIVE:
        when = f" từ {written_day(row.abolished_on)}" if row.abolished_on else ""
        return Reply(
            f"Thủ tục {row.name} (mã {row.code}) đã bãi bỏ{when}. Nhắn “gặp cán bộ” để được hướng dẫn thủ tục "
            "thay thế.",
            (say("Gặp cán bộ"), say("Menu")),
            command="thu-tuc",
        )
    version = row.version_on(today)
    page = f"{settings.PUBLIC_BASE_URL}/thu-tuc/{row.code}/"
    if version is None:
        return Reply(
            f"{row.name} (mã {row.code}).\nXem chi tiết: {page}",
            (visit("Xem chi tiết", page), say("Menu")),
            command="thu-tuc",
        )
    lines = [f"{version.name} (mã {row.code})", *facts.lines(version, today)]
    lines.append(f"Đầy đủ, có mẫu đơn: {page}")
    buttons = (
        visit("Giấy tờ và mẫu đơn", page),
        visit("Nộp hồ sơ trực tuyến", f"{page}nop/"),
    )
    return Reply("\n".join(lines), (*buttons, say("Hỗ trợ"), say("Gặp cán bộ"), say("Menu")), command="thu-tuc")


def none_found(words: str) -> Reply:
    return Reply(
        f"Không tìm thấy thủ tục nào có “{words.strip()[:80]}”. Bạn thử ít từ hơn, ví dụ “thủ tục kết hôn”, "
        "hoặc nhắn “gặp cán bộ” để được hướng dẫn.",
        (visit("Danh mục thủ tục", f"{settings.PUBLIC_BASE_URL}/thu-tuc/"), say("Gặp cán bộ"), say("Menu")),
        memory={"step": "thu-tuc:name"},
        command="thu-tuc",
    )


register(
    Command(
        slug="thu-tuc",
        title="Thủ tục hành chính",
        phrases=("thủ tục", "thủ tục hành chính", "tra cứu thủ tục", "hỏi thủ tục", "tìm thủ tục", "xem thủ tục"),
        loose=("thủ tục",),
        answer=search,
        steps={"name": named},
        hint="thủ tục + tên: giấy tờ, thời hạn, lệ phí, nộp trực tuyến",
        order=20,
    )
)
