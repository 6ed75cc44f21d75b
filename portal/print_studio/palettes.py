"""The sets of colours pieces are printed in: few, each tested for contrast, so that nobody prints grey on grey."""

from __future__ import annotations

from dataclasses import asdict, dataclass

TEXT_CONTRAST = 7.0
"""WCAG 2.2, 1.4.6: text is read from a distance, by old eyes, in bad light."""
SHAPE_CONTRAST = 3.0


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as "#rrggbb": white text stands on `main` and `dark`, `ink` and `dark` stand on white and `tint`."""

    label: str
    main: str
    dark: str
    accent: str
    tint: str
    ink: str = "#16202c"

    def data(self) -> dict[str, str]:
        return {name: value for name, value in asdict(self).items() if name != "label"}


PALETTES = {
    "blue": Palette("Xanh dương", "#0b4a8f", "#07305e", "#f2b632", "#e6eff9"),
    "red": Palette("Đỏ cờ", "#9c1119", "#6d0b12", "#f6c945", "#fcebea"),
    "green": Palette("Xanh lá", "#0c5a36", "#073b23", "#f2b632", "#e4f3ea"),
    "teal": Palette("Xanh ngọc", "#0a5560", "#06383f", "#f5b95c", "#e3f2f3"),
    "plum": Palette("Tím sen", "#7c1650", "#520d35", "#f2bd58", "#f9e9f1"),
}
USUAL = "blue"
CHOICES = [(name, palette.label) for name, palette in PALETTES.items()]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    light, deep = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (deep + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
