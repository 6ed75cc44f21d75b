"""Whether a procedure does what was asked, to the thing that was asked about. Pure.

Words alone say how near a name is; "cấp lại", "xóa", "trình báo mất" beside the same words mean another act, and land,
vehicles and boats are sold alike. Who asks for such an act or thing says so: where no cue of it stands in the query,
what only does that is put further down.
"""

from __future__ import annotations

from functools import cache, lru_cache

from dossiers.procedure_search.words import words_of

OTHER_ACT = 0.75
OTHER_THING = 0.6
_LOST = "mất, hỏng, hư, rách, cháy, ướt, mờ, nát, thất lạc, rơi, nhòe, mối, trôi, lụt"
_LANDS = "mỹ, hàn, nhật, trung quốc, trung, đài loan, lào, campuchia, pháp, đức, úc, singapore"
# Words of a name that mean a particular act = cues of it in a query.
_ACTS = f"""
cấp lại = lại, {_LOST}
đăng ký lại = lại, {_LOST}
cấp đổi = đổi, sửa, sai, thay, hết hạn, {_LOST}
trình báo mất = báo, {_LOST}
xóa = xóa, hủy, bỏ, cắt, chấm dứt, tất toán, giải chấp, trả xong, hết nợ, đi nước ngoài
gia hạn = gia hạn, hết hạn, sắp hết, hạn, kéo dài, ở thêm
chuyển tiếp = chuyển tiếp
tranh chấp = tranh chấp, hòa giải, lấn, ranh, kiện, cãi, giành, đòi, tranh
hòa giải viên = hòa giải
chứng chỉ = chứng chỉ, hành nghề, nghề, thẻ, bằng
đăng kiểm viên = đăng kiểm viên, nhân viên
khóa căn cước = khóa căn cước, khóa thẻ
người nước ngoài = nước ngoài, ngoại quốc, tây, {_LANDS}, việt kiều, visa, quốc tịch
"""
_THINGS = """
đất, sổ đỏ, sổ hồng, thửa, ruộng, vườn, bìa đỏ, nhà
xe, ô tô, oto, xe máy, biển số, rơ moóc
tàu, ghe, thuyền, xuồng, sà lan, phương tiện thủy, đường thủy
"""


_ANY_THING = " chung thuc "
"""Contracts and copies of anything are certified, whatever else the name lists."""


def _said(words: str) -> str:
    return f" {' '.join(word.plain for word in words_of(words))} "


@cache
def _acts() -> list[tuple[str, tuple[str, ...]]]:
    rows = (line.partition(" = ") for line in _ACTS.strip().splitlines())
    return [(_said(act), tuple(_said(cue) for cue in cues.split(","))) for act, _, cues in rows]


@cache
def _things() -> list[tuple[str, ...]]:
    return [tuple(_said(word) for word in line.split(",")) for line in _THINGS.strip().splitlines()]


def _of_things(said: str) -> frozenset[int]:
    return frozenset(at for at, words in enumerate(_things()) if any(word in said for word in words))


@lru_cache(maxsize=20_000)
def _marks(name: str) -> tuple[frozenset[int], frozenset[int]]:
    said = _said(name)
    if _ANY_THING in said:
        return frozenset(), frozenset()
    return frozenset(at for at, (act, _) in enumerate(_acts()) if act in said), _of_things(said)


@lru_cache(maxsize=256)
def _asked(query: str) -> tuple[frozenset[int], frozenset[int]]:
    # Without accents who drives ("lái xe") looks like who asks again ("lại").
    said = _said(query).replace(" bang lai ", " bang ").replace(" lai xe ", " xe ")
    return frozenset(at for at, (_, cues) in enumerate(_acts()) if any(cue in said for cue in cues)), _of_things(said)


def fit(query: str, name: str) -> float:
    """Return 1, or by how much less likely the procedure of this name is for doing another act or to another thing."""
    acts, things = _marks(name)
    cues, wanted = _asked(query)
    factor = OTHER_ACT if acts - cues else 1.0
    return factor * OTHER_THING if things and wanted and not things & wanted else factor
