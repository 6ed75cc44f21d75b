"""Levels that settle a procedure, however the catalogue spells them. Pure."""

LEVELS = ("ministry", "province", "commune", "other")
SPELLINGS = {
    "ministry": ("ministry", "bộ", "Cấp bộ", "Bộ"),
    "province": ("province", "tỉnh", "Cấp tỉnh", "Tỉnh"),
    "commune": ("commune", "xã", "Cấp xã", "Xã"),
    "other": ("other", "khác", "Cơ quan khác", "Khác"),
}


def known_level(stored: str) -> str:
    """Return the slug of a level as the catalogue spells it: "Cấp xã", "xã" and "commune" are all "commune"."""
    return next((slug for slug, spellings in SPELLINGS.items() if stored in spellings), "other")
