"""Whose counter takes a procedure where nobody has decided it, by the catalogue's own columns. Pure."""

import re
from dataclasses import dataclass

from dossiers.catalogue.levels import known_level
from dossiers.models import Agency

# Bodies of the State's vertical lines: their procedures are handed in at their own counters. A name may have a comma
# within ("Thuế tỉnh, thành phố"), so names part where a capital follows.
_OWN_COUNTERS = re.compile(
    r"(?:chi cục|cục|đội|tổng cục) |(?:cơ quan )?thuế\b|hải quan\b|kho bạc|bảo hiểm xã hội|tòa án|toà án|cảng vụ|"
    r"khu quản lý đường bộ|phòng cảnh sát|công an (?:tỉnh|huyện)|bộ (?!phận)",
    re.IGNORECASE,
)
_NAMES = re.compile(r",\s*(?=[A-ZĐƯỦ])")
_OWN_FIELDS = re.compile(r"thuế$|hải quan$|kho bạc\b|tòa án$|toà án$|.*\b(?:bhxh|bhyt)\b", re.IGNORECASE)
_LOCAL_BRANCH = re.compile(r"văn phòng đăng ký đất đai", re.IGNORECASE)
_CENTRAL = frozenset({"ministry"})
# Counters of bodies outside the councils' line are not spoken of: they take what is theirs.
_LEVEL_OF_KIND: dict[str, str] = {
    Agency.Kind.COMMUNE: "commune",
    Agency.Kind.DISTRICT: "commune",
    Agency.Kind.PROVINCE: "province",
    Agency.Kind.DEPARTMENT: "province",
}


@dataclass(frozen=True, slots=True)
class Stated:
    """What the catalogue states of a procedure: levels, the bodies that carry it out, its field."""

    levels: tuple[str, ...] = ()
    executing: str = ""
    field: str = ""


def level_of(agency: Agency) -> str:
    """Return the level whose procedures the agency's counters take, "" where that cannot be said.

    A centre is of the level of the agency it belongs to.
    """
    place, seen = agency, set()
    while place.kind == Agency.Kind.CENTRE and place.parent is not None and place.pk not in seen:
        seen.add(place.pk)
        place = place.parent
    return _LEVEL_OF_KIND.get(place.kind, "")


def is_taken(stated: Stated, level: str) -> bool:
    """Return whether a counter of that level takes the procedure unless somebody decides otherwise.

    What no level is stated of is taken. A commune takes what the catalogue says communes carry out, and what the land
    registration office does, whose branches sit in its area. A province's centre takes what its communes carry out as
    well: since 1/7/2025 one hands in at any counter of the province (Nghị định 118/2025/NĐ-CP), and its people decide
    what they do not take. Neither takes what bodies with own counters do alone.
    """
    levels = {known_level(each) for each in stated.levels}
    if not levels:
        return True
    if levels == _CENTRAL:
        return False
    if not level:
        return True
    if _has_own_counters(stated):
        return False
    return level != "commune" or "commune" in levels or bool(_LOCAL_BRANCH.search(stated.executing))


def _has_own_counters(stated: Stated) -> bool:
    if _OWN_FIELDS.match(stated.field.strip()):
        return True
    names = [name for name in _NAMES.split(stated.executing.strip()) if name.strip()]
    return bool(names) and all(_OWN_COUNTERS.match(name.strip()) for name in names)
