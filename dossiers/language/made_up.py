"""Names, homes and numbers made up, and the ways people write: what the labeller's sentences are filled from. Pure.

A marked sentence has [n a name], [h a home], [s a personal number] in it, and [p a place] that stays open. Out of one
become several: as written, with other names, homes and numbers, without accents, dictated, in capitals.
"""

from __future__ import annotations

import re
import unicodedata
from random import Random

from dossiers.language.labelling import lists
from dossiers.language.spelling import folded

KIND = {"n": "name", "h": "home", "s": "number"}
MARK = re.compile(r"\[([nhsp]) ([^\]]+)\]")
_FAMILIES = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý".split()
_OPERATORS = "032 033 034 035 036 037 038 039 070 076 077 078 079 081 082 083 084 085 086 088 089 09".split()
_DIGITS = "không một hai ba bốn năm sáu bảy tám chín".split()

Stretch = tuple[int, int, str]


def parsed(line: str) -> list[tuple[str, str]]:
    """Return the parts of a marked sentence: (kind or "", words)."""
    parts, at = [], 0
    for found in MARK.finditer(line):
        parts += [("", line[at : found.start()]), (found[1], found[2])]
        at = found.end()
    return [*parts, ("", line[at:])]


def joined(parts: list[tuple[str, str]]) -> tuple[str, list[Stretch]]:
    """Return the text of the parts and its stretches to hide."""
    text, stretches = "", []
    for kind, words in parts:
        if kind in KIND:
            stretches.append((len(text), len(text) + len(words), KIND[kind]))
        text += words
    return text, stretches


def changed(line: str, dice: Random) -> list[tuple[str, list[Stretch]]]:
    """Return the sentence as written and in other names and other ways of writing."""
    parts = parsed(line)
    found = [joined(parts)]
    ways = [_as_is, _plain, _plain, _plain, _dictated] if any(kind for kind, _ in parts) else [_plain]
    for way in (*ways, dice.choice((_as_is, _as_is, _plain_capitals, _shouted, _small, _telex))):
        found.append(joined([(kind, way(words, kind)) for kind, words in _refilled(parts, dice)]))
    return found


def framed(text: str, frames: list[str], dice: Random) -> list[tuple[str, list[Stretch]]]:
    """Return a sentence that hides nothing, as it is, and one time in two in a frame: who says it, where to call."""
    found: list[tuple[str, list[Stretch]]] = [(text, [])] if dice.random() < 0.5 else []
    if found and dice.random() < 0.4:
        return found
    parts = _refilled([(kind, words.replace("|", text)) for kind, words in parsed(dice.choice(frames))], dice)
    if text.isascii():
        way = _plain_capitals if dice.random() < 0.4 else _plain
    else:
        way = dice.choice((_as_is, _as_is, _as_is, _plain, _plain, _dictated if text.islower() else _as_is))
    return [*found, joined([(kind, way(words, kind)) for kind, words in parts])]


def shuffled(text: str, dice: Random) -> tuple[str, list[Stretch]]:
    """Return the words of a sentence in disorder with a telephone number among them."""
    words = text.lower().split()[:12]
    dice.shuffle(words)
    at = dice.randint(0, len(words))
    before, after = (" ".join(part) for part in (words[:at], words[at:]))
    return joined([("", f"{before} ".lstrip()), ("s", phone(dice)), ("", f" {after}".rstrip())])


def _refilled(parts: list[tuple[str, str]], dice: Random) -> list[tuple[str, str]]:
    made = {"n": _name_like, "h": lambda _w, dice: home(dice), "s": _number_like, "p": lambda _w, dice: place(dice)}
    return [(kind, made[kind](words, dice) if kind else words) for kind, words in parts]


# Ways of writing: letter for letter, so that a stretch stays one ------------------------------------------------------


def _as_is(words: str, _kind: str) -> str:
    return words


def _small(words: str, _kind: str) -> str:
    return words.lower()


def _bare(words: str) -> str:
    return "".join((folded(ch) or ch) if ch.isalpha() else ch for ch in words)


def _plain(words: str, _kind: str) -> str:
    return _bare(words).lower()


def _plain_capitals(words: str, _kind: str) -> str:
    bare = (_bare(ch) if ch.isalpha() else ch for ch in words)
    return "".join(new.upper() if old.isupper() else new for new, old in zip(bare, words, strict=True))


_TONES = {"\u0300": "f", "\u0301": "s", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_LETTERS = {"\u0306": "w", "\u031b": "w"}


def _telex(words: str, kind: str) -> str:
    """The keys of Telex with the input method off: "đường" → "dduwowngf"."""
    return words.lower() if kind == "s" else re.sub(r"[^\W\d_]+", lambda found: _keys(found[0].lower()), words)


def _keys(word: str) -> str:
    keys, tone = "", ""
    for ch in unicodedata.normalize("NFD", word):
        if ch in _TONES:
            tone = _TONES[ch]
        else:
            keys += _LETTERS.get(ch) or (keys[-1:] if ch == "\u0302" else "dd" if ch == "đ" else ch)
    return keys + tone


def _shouted(words: str, _kind: str) -> str:
    return words.upper()


def _dictated(words: str, kind: str) -> str:
    kept = words.lower()
    return kept if kind in ("h", "s") else re.sub(r"[.,;:!?\"“”()–-]+ ?", " ", kept)


# Names ----------------------------------------------------------------------------------------------------------------


def _name_like(words: str, dice: Random) -> str:
    """Return another name of the same length: of one word, a nickname of two, or a full one."""
    size = len(words.split())
    if size == 1:
        return dice.choice(lists()["given"])
    if size == 2 and words.split()[0] in lists()["nickname"]:
        return nickname(dice)
    return full_name(dice)


def nickname(dice: Random) -> str:
    """Return a name of the village: "Năm Hòn", "Chiến Sẹo"."""
    tail = dice.choice([*lists()["nickname tail"], *lists()["given"]])
    first = dice.choice(lists()["nickname"] if dice.random() < 0.8 else lists()["given"])
    return f"{first} {tail}"


def full_name(dice: Random) -> str:
    """Return a full name; one in four of a people other than the Kinh."""
    draw = dice.random()
    if draw < 0.17:
        family = dice.choice(lists()["family"][60:])
        return f"{family} {dice.choice(lists()['foreign'])}"
    if draw < 0.25:
        return " ".join(dice.sample(lists()["foreign"], dice.choice((1, 2))))
    family = dice.choice(_FAMILIES if dice.random() < 0.5 else lists()["family"])
    given = dice.choice(lists()["given"])
    middles = [dice.choice(lists()["middle"]) for _ in range(dice.choice((0, 1, 1, 1, 1, 2)))]
    if middles and dice.random() < 0.5:
        middles[0] = dice.choice(("Văn", "Thị"))
    return " ".join([family, *middles, given])


# Homes ----------------------------------------------------------------------------------------------------------------


def home(dice: Random) -> str:
    """Return where somebody lives: a house with its number and the places around it, in one of many orders."""
    of = lists()
    number = dice.choice((_plain_number, _slashed, _slashed, _lettered))(dice)
    area = f"{dice.choice(of['area kind'])} {dice.choice((dice.choice(of['area name']), str(dice.randint(1, 15))))}"
    street = f"đường {dice.choice(of['street'])}" if dice.random() < 0.7 else dice.choice(of["street"])
    lane = f"{dice.choice(('hẻm', 'ngõ', 'ngách', 'kiệt'))} {dice.choice((_plain_number, _slashed))(dice)}"
    group = f"tổ {dice.randint(1, 20)}"
    block = f"{dice.choice(('chung cư', 'tòa', 'block', 'nhà'))} {dice.choice(('A', 'B2', 'CT3', 'Hoa Sen', 'N05'))}"
    quarter = f"{dice.choice(('khu tái định cư', 'khu dân cư'))} {dice.choice(of['commune'])}"
    head = dice.choice(("số {}", "số nhà {}", "nhà số {}", "nhà {}", "{}", "{}", "sn {}", "SN {}")).format(number)
    comma = dice.choice((", ", " ", ", "))
    shape = dice.choice(
        (
            f"{head} {street}",
            f"{head} {area}",
            f"{head}{comma}{area}",
            f"{head}{comma}{group}{comma}{area}",
            f"{head} {group} {area}",
            f"{head}{comma}{lane}{comma}{street}",
            f"{head} {lane} {street}",
            f"{lane}{comma}{street}",
            f"{lane} {area}, số {number}",
            f"{area}, nhà số {number}",
            f"{area}, số nhà {number}",
            f"{area} số {number}",
            f"phòng {dice.randint(1, 30)} dãy trọ số {number} {street}",
            f"phòng {dice.randint(101, 2210)}{comma}{block}",
            f"căn hộ {dice.randint(1, 25)}.{dice.randint(10, 20)} chung cư {dice.choice(of['commune'])}",
            f"phòng trọ số {dice.randint(1, 40)}, {lane}",
            f"lô {dice.choice('ABCD')}{dice.randint(1, 40)}{comma}{quarter}",
            f"{number} {street}",
        )
    )
    ward = f"{dice.choice(('xã', 'phường', 'phường', 'xã', 'thị trấn'))} {dice.choice(lists()['commune'])}"
    if dice.random() < 0.45:
        shape += dice.choice((", ", ", ", " ")) + ward
        if dice.random() < 0.3:
            shape += dice.choice((", ", ", tỉnh ", ", huyện ")) + dice.choice(lists()["commune"])
    return shape


_NUMBERED = ("đường số", "khu phố", "ấp", "thôn", "tổ", "km", "quốc lộ", "hẻm", "cây số")
_SCHOOLS = ("trường", "trường cấp 2", "trường tiểu học", "trường mầm non", "THPT", "trường THCS", "cấp 3")


def place(dice: Random) -> str:
    """Return a place everybody may read: a street, a school, a market, a hamlet."""
    of = lists()
    name = dice.choice(of[dice.choice(("street", "commune", "area name"))])
    draw = dice.random()
    if draw < 0.15:
        return f"{dice.choice(_NUMBERED)} {_plain_number(dice)}"
    if draw < 0.3:
        return f"{dice.choice(of['area kind'])} {name}"
    if draw < 0.4:
        whose = f"{dice.choice(('Bà', 'Ông', 'Cô', 'Thầy'))} {dice.choice(of['given'])}"
        return f"{dice.choice(('chợ', 'cầu', 'kênh', 'bến', 'chùa', 'xóm'))} {whose}"
    if draw < 0.55:
        return f"{dice.choice(_SCHOOLS)} {name if dice.random() < 0.5 else _hero(dice)}"
    return f"{dice.choice(of['place'])} {name if dice.random() < 0.7 else _hero(dice)}"


def _hero(dice: Random) -> str:
    families, middles, given = (dice.choice(lists()[key]) for key in ("family", "middle", "given"))
    return f"{families} {middles} {given}"


def _plain_number(dice: Random) -> str:
    return str(dice.choice((dice.randint(1, 30), dice.randint(1, 400))))


def _lettered(dice: Random) -> str:
    return f"{dice.randint(1, 250)}{dice.choice('ABCDab')}"


def _slashed(dice: Random) -> str:
    parts = [str(dice.randint(1, 300)) for _ in range(dice.choice((2, 2, 3)))]
    return dice.choice(("", "", "", "K", "P")) + "/".join(parts) + dice.choice(("", "", "", "A", "B"))


# Numbers --------------------------------------------------------------------------------------------------------------


def _number_like(words: str, dice: Random) -> str:
    """Return another number of the same sort as `words`."""
    digits = sum(ch.isdigit() for ch in words)
    if "@" in words:
        return email(dice)
    if words.split()[0].lower() in {*_DIGITS, *map(folded, _DIGITS)}:
        return " ".join(_DIGITS[dice.randrange(10)] for _ in range(10))
    if words.startswith(("0", "+84", "(0", "84", "O", "o")) and 9 <= digits <= 12:
        return phone(dice)
    same = "".join(dice.choice("0123456789") if ch.isdigit() else ch for ch in words)
    return same if digits < 9 or any(ch.isalpha() for ch in words) else dice.choice((same, grouped(same, dice)))


def phone(dice: Random) -> str:
    """Return a telephone number in one of the ways people write it."""
    digits = dice.choice(_OPERATORS) + "".join(dice.choice("0123456789") for _ in range(8))
    digits = digits[:10]
    draw = dice.random()
    if draw < 0.1:
        digits = "+84" + digits[1:]
        return digits if dice.random() < 0.4 else f"+84 {digits[3:5]} {digits[5:8]} {digits[8:]}"
    if draw < 0.16:
        area = dice.choice(("024", "028", "0236", "0272", "0210", "0258"))
        return dice.choice((area, f"({area})")) + dice.choice((" ", ".", "")) + dice.choice("23") + digits[-7:]
    if draw < 0.22:
        return digits.replace("0", "o") if dice.random() < 0.5 else digits.replace("0", "O", 1)
    return grouped(digits, dice)


def grouped(digits: str, dice: Random) -> str:
    """Return the digits in groups, by spaces, dots or dashes."""
    gap = dice.choice(("", "", " ", ".", "-", " ", "."))
    cuts = dice.choice(((4, 7), (3, 6), (4, 6, 8), (5, 8), (2, 4, 6, 8)))
    if not gap:
        return digits
    return gap.join(
        digits[one:two] for one, two in zip((0, *cuts), (*cuts, len(digits)), strict=True) if digits[one:two]
    )


def email(dice: Random) -> str:
    """Return an e-mail address."""
    given = [folded(dice.choice(lists()["given"])) for _ in range(dice.choice((1, 2, 3)))]
    host = dice.choice(("gmail.com", "yahoo.com.vn", "example.vn", "outlook.com", "vnpt.vn", "zoho.com", "thpt.edu.vn"))
    tail = dice.choice(("", str(dice.randint(1, 99)), str(dice.randint(1960, 2008))))
    return f"{dice.choice(('', '.', '_')).join(given)}{tail}@{host}"
