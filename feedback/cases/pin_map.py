"""Field reports drawn on an empty map: points between their own edges, no tiles fetched from anywhere. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, radians

from feedback.models import Case
from feedback.states import OPEN

WIDTH, HEIGHT, EDGE = 640, 400, 24
LEAST_SPAN = 0.004  # about 400 metres, so that one report does not fill the map
METRES_A_DEGREE = 111_320
SCALES = (50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000)


@dataclass(frozen=True, slots=True)
class Pin:
    """A point in map units, with the case it stands for."""

    x: float
    y: float
    case: Case
    open: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """The pins and a scale bar from 20 to `bar_end` map units."""

    pins: list[Pin]
    bar_end: float
    bar_label: str
    width: int = WIDTH
    height: int = HEIGHT


def drawn(cases: Iterable[Case]) -> Drawing | None:
    """Return the drawing of the cases that have a place; None without any."""
    placed = [(float(case.latitude), float(case.longitude), case) for case in cases if case.latitude is not None]
    if not placed:
        return None
    south, north = min(p[0] for p in placed), max(p[0] for p in placed)
    west, east = min(p[1] for p in placed), max(p[1] for p in placed)
    shrink = cos(radians((south + north) / 2))  # a degree of longitude is shorter than one of latitude
    span_x = max((east - west) * shrink, LEAST_SPAN)
    span_y = max(north - south, LEAST_SPAN)
    unit = min((WIDTH - 2 * EDGE) / span_x, (HEIGHT - 2 * EDGE) / span_y)
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    pins = [
        Pin(
            round(WIDTH / 2 + (longitude - middle_x) * shrink * unit, 1),
            round(HEIGHT / 2 - (latitude - middle_y) * unit, 1),
            case,
            case.status in OPEN,
        )
        for latitude, longitude, case in placed
    ]
    metres = next((scale for scale in SCALES if scale / METRES_A_DEGREE * unit >= 60), SCALES[-1])
    label = f"{metres} m" if metres < 1000 else f"{metres // 1000} km"
    return Drawing(pins, round(20 + metres / METRES_A_DEGREE * unit, 1), label)
