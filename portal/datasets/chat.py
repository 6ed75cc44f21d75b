"""Look-ups in chat: "thông tin <look-up> <words>" and questions as people ask them, answered with source and link."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from dossiers.privacy import guessing
from dossiers.search_text import fold
from dossiers.written_dates import written_day
from portal.datasets import live, search
from portal.datasets.columns import of_role
from portal.datasets.days import day_in
from portal.datasets.models import Dataset, DatasetVersion
from portal.datasets.pages import line_of, second_fact, source_line
from portal.datasets.search import Question
from zalo.chat import commands as chat_commands
from zalo.chat.commands import Command, Turn
from zalo.messages.reply import Reply, pick, say, visit

SLUG = "thong-tin"
SHOWN = 4
LONGEST_CELL = 160
SIGNS: dict[str, tuple[str, ...]] = {
    Dataset.Kind.POWER_CUT: ("cup dien", "mat dien", "cat dien", "tat dien", "ngung dien", "lich dien", "co dien"),
    Dataset.Kind.EMERGENCY: ("khan cap", "canh bao", "thien tai", "xa lu", "so tan"),
    Dataset.Kind.LAND_PRICE: ("gia dat", "bang gia dat", "gia nha dat"),
    Dataset.Kind.PLANNING: ("quy hoach", "tho cu", "thua dat", "to ban do"),
    Dataset.Kind.EXAM: ("diem thi", "so bao danh", "sbd", "ket qua thi"),
    Dataset.Kind.VACCINATION: (
        "diem tiem",
        "tiem chung",
        "chich ngua",
        "tiem ngua",
        "vac xin",
        "vacxin",
        "tiem",
        "chich",
    ),
}


def register() -> None:
    """Take over the command of information from the channel's own, which only lists links."""
    links = chat_commands.get(SLUG)
    chat_commands.register(
        Command(
            slug=SLUG,
            title="Thông tin, tra cứu",
            phrases=("thông tin", "tra cứu thông tin"),
            answer=lambda turn: answer(turn, links),
            steps={"muc": lambda turn: answer(turn, links), "bao-ve": second_step},
            hint="thông tin + điều cần tra, ví dụ “thông tin giá đất đường Lê Lợi”, “mai có cúp điện không xã …”",
            takes_all=True,
            order=70,
        )
    )


@dataclass(frozen=True, slots=True)
class _Chosen:
    version: DatasetVersion
    rest: str


def answer(turn: Turn, links: Command | None = None) -> Reply | None:
    """Return what the packs say; the list of look-ups when none is named."""
    today = timezone.localdate(turn.now)
    packs = live.packs(today)
    words = turn.rest or ("" if turn.said.folded in {"thong tin", "tra cuu thong tin"} else turn.said.folded)
    words = fold(words).removeprefix("tra cuu ").removeprefix("thong tin ").strip()
    chosen = _chosen(words, packs)
    if len(chosen) == 1:
        return _answered(turn, chosen[0])
    if not packs:
        return _unknown(words) if _signs(words) else (links.answer(turn) if links else None)
    if words and not chosen and _signs(words):
        return _unknown(words)
    return _listed([each.version for each in chosen] or packs, links, turn)


def _chosen(words: str, packs: list[DatasetVersion]) -> list[_Chosen]:
    """Return the packs the words name: by what people call them, the longest name first, else by signs of a kind."""
    named: list[tuple[int, _Chosen]] = []
    padded = f" {words} "
    for version in packs:
        pack = version.dataset
        for name in [pack.title, *pack.chat_names.split(",")]:
            folded = fold(name)
            if folded and f" {folded} " in padded:
                named.append((len(folded), _Chosen(version, padded.replace(f" {folded} ", " ", 1).strip())))
    if named:
        best = max(length for length, _ in named)
        found = {each.version.pk: each for length, each in named if length == best}
        return list(found.values())
    found = {}
    for version in packs:
        for sign in SIGNS.get(version.dataset.kind, ()):
            if f" {sign} " in padded:
                found.setdefault(version.pk, _Chosen(version, padded.replace(f" {sign} ", " ", 1).strip()))
    return list(found.values())


def _signs(words: str) -> bool:
    return any(f" {sign} " in f" {words} " for signs in SIGNS.values() for sign in signs)


def _answered(turn: Turn, chosen: _Chosen) -> Reply:
    version, words, day = chosen.version, chosen.rest, None
    if version.protected:
        return _ask_second(turn, version, search.codes_in(words, version))
    if of_role(version.columns, "day", "from", "to"):
        day, words = day_in(_as_typed(turn, words), timezone.localdate(turn.now))
        words = _chosen(words, [version])[0].rest if _chosen(words, [version]) else words
        words = words.removeprefix("thong tin ").strip()
    found = search.ask(version, Question(words=words, day=day), now=turn.now, size=SHOWN)
    return _told(version, found, words, day)


def _as_typed(turn: Turn, words: str) -> str:
    """Return the message as typed where a date may stand in it: folding takes the strokes out of 30/11."""
    return turn.said.plain if any(map(str.isdigit, words)) else words


def _told(version: DatasetVersion, found: search.Answer, words: str, day) -> Reply:
    page = f"{settings.PUBLIC_BASE_URL}{version.dataset.address}"
    buttons = (visit("Xem trên trang", page), say("Thông tin"), say("Menu"))
    when = f" ngày {written_day(day)}" if day else ""
    where = next((f", {name}" for area, name in version.areas if area == found.area), "")
    head = f"{version.dataset.title}{where}{when}:"
    if not found.rows:
        return Reply(_nothing(version, words, when, where, page), buttons, command=SLUG)
    lines = [head]
    if found.corrected:
        lines.append(f"(đã tìm theo “{found.corrected}”)")
    for row in found.rows[:SHOWN]:
        lines.append("• " + row_in_words(version, row))
    if found.more:
        lines.append(f"Còn nhiều dòng khác: nhắn thêm tên đường, xã cho rõ, hoặc xem {page}")
    lines += [source_line(version), f"Xem trên trang: {page}"]
    return Reply("\n".join(lines), buttons, command=SLUG)


def _nothing(version: DatasetVersion, words: str, when: str, where: str, page: str) -> str:
    pack = version.dataset
    tail = f"{source_line(version)}\nXem trên trang: {page}"
    if of_role(version.columns, "day", "from", "to") and not words.strip():
        return f"{pack.title}{where}{when}: không có lịch nào trong dữ liệu đang có.\n{tail}"
    what = f" “{words.strip()[:60]}”" if words.strip() else ""
    hint = _how_to_ask(version)
    return f"{pack.title}{where}{when}: không thấy{what} trong dữ liệu đang có. {hint}\n{tail}"


def _how_to_ask(version: DatasetVersion) -> str:
    keys = ", ".join(column.title.lower() for column in of_role(version.columns, "key"))
    return f"Bạn nhắn “thông tin {fold(version.dataset.title)[:40]}” kèm {keys}; không cần dấu."


def row_in_words(version: DatasetVersion, row: search.Found, *, place: bool = True) -> str:
    """Return a row in one paragraph: what it is about, then the rest by name; without its commune if said before."""
    line = line_of(version, row)
    said = set() if place else {column.title for column in of_role(version.columns, "commune")}
    rest = [line.when, *(f"{title}: {_cut(cell)}" for title, cell in line.facts if title not in said)]
    return " – ".join(filter(None, [_cut(line.title), "; ".join(filter(None, rest))]))


def _cut(cell: str) -> str:
    return cell[:LONGEST_CELL] + ("…" if len(cell) > LONGEST_CELL else "")


def _ask_second(turn: Turn, version: DatasetVersion, codes: tuple[str, ...]) -> Reply:
    page = f"{settings.PUBLIC_BASE_URL}{version.dataset.address}"
    keys = " và ".join(column.title.lower() for column in of_role(version.columns, "key"))
    if not codes:
        return Reply(
            f"{version.dataset.title}: nhắn {keys}, tôi sẽ hỏi thêm {_secret_title(version)} để chắc là của bạn. "
            f"Hoặc tra trên trang: {page}",
            (visit("Tra trên trang", page), say("Menu")),
            memory={"step": f"{SLUG}:bao-ve", "pack": version.dataset.slug, "codes": []},
            command=SLUG,
        )
    return Reply(
        f"{version.dataset.title}: đã có {keys}. Nhắn {_secret_title(version)} như đã đăng ký"
        f"{', ví dụ 12/05/2008' if _secret_is_date(version) else ''}. Dữ liệu này chỉ trả lời người biết cả hai.",
        (visit("Tra trên trang", page), say("Thôi"), say("Menu")),
        memory={"step": f"{SLUG}:bao-ve", "pack": version.dataset.slug, "codes": list(codes)},
        command=SLUG,
    )


def second_step(turn: Turn) -> Reply | None:
    """Read the number, or the second fact, of a protected pack; guesses count against the one limit."""
    version = live.of_slug(str(turn.memory.get("pack", "")), timezone.localdate(turn.now))
    if version is None or not version.protected:
        return None
    codes = tuple(str(code) for code in turn.memory.get("codes") or ())
    if not codes:
        codes = search.codes_in(turn.said.plain, version)
        return _ask_second(turn, version, codes) if codes else None
    secret = second_fact(version, turn.said.plain)
    if not secret:
        return _ask_second(turn, version, codes)
    try:
        who = turn.origin_ref  # as whoever is in a chat is known to the look-up and to linking
        tried = guessing.attempt(who, [who, search.guessed_at(codes)], now=turn.now.timestamp())
    except guessing.TooMany as over:
        return Reply(
            f"Bạn đã thử nhiều lần. Hãy chờ {over.minutes} phút rồi thử lại.",
            (say("Gặp cán bộ"), say("Menu")),
            command=SLUG,
        )
    found = search.ask_protected(version, codes, secret)
    if not found.rows:
        asked = _ask_second(turn, version, codes)
        return Reply(
            f"Không có dòng nào khớp cả số và {_secret_title(version)}. Kiểm tra lại rồi nhắn lại "
            f"{_secret_title(version)}, hoặc nhắn “thôi”.",
            (say("Thôi"), say("Gặp cán bộ")),
            memory=asked.memory,
            command=SLUG,
        )
    tried.right()
    lines = [f"{version.dataset.title}:", row_in_words(version, found.rows[0]), source_line(version)]
    return Reply("\n".join(lines), (say("Menu"),), command=SLUG)


def _secret_title(version: DatasetVersion) -> str:
    return of_role(version.columns, "secret")[0].title.lower()


def _secret_is_date(version: DatasetVersion) -> bool:
    return of_role(version.columns, "secret")[0].type == "date"


def _listed(packs: list[DatasetVersion], links: Command | None, turn: Turn) -> Reply:
    page = f"{settings.PUBLIC_BASE_URL}/thong-tin/"
    lines = ["Tra cứu được ở đây:"]
    choices = []
    for place, version in enumerate(packs[:8], start=1):
        lines.append(f"{place}. {version.dataset.title} ({version.dataset.agency})")
        choices.append(f"thông tin {fold(version.dataset.title)}")
    lines.append("Nhắn số thứ tự, hoặc hỏi luôn, ví dụ “giá đất đường Lê Lợi”, “mai có cúp điện không xã …”.")
    lines.append(f"Tất cả: {page}")
    if links is not None and not turn.rest.strip():
        told = links.answer(turn)
        lines += told.text.split("\n")[:7] if told else []
    buttons = [pick(version.dataset.title[:60], choice) for version, choice in zip(packs[:3], choices, strict=False)]
    return Reply(
        "\n".join(lines), (*buttons, visit("Trang tra cứu", page), say("Menu")), {"choices": choices}, command=SLUG
    )


def _unknown(words: str) -> Reply:
    """Say honestly that there is no data about it, and who knows instead."""
    padded = f" {words} "
    kind = next(kind for kind, signs in SIGNS.items() if any(f" {sign} " in padded for sign in signs))
    page = f"{settings.PUBLIC_BASE_URL}/thong-tin/"
    return Reply(
        f"Kênh này chưa tra được {Dataset.Kind(kind).label.lower()}. Bạn xem trang thông tin {page}, hoặc nhắn "
        "“gặp cán bộ” để được chỉ nơi trả lời.",
        (visit("Trang thông tin", page), say("Gặp cán bộ"), say("Hỗ trợ"), say("Menu")),
        command="tra-so-lieu",
    )
