"""The simulated Zalo's own clock, which rehearsals may move."""

import time
from datetime import datetime, timedelta, timezone

# Vietnam keeps one offset all year; Zalo's night rules are read in this zone.
VIETNAM = timezone(timedelta(hours=7))

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Clock:
    """Milliseconds since the epoch, shifted by ``offset_ms``."""

    def __init__(self, offset_ms: int = 0) -> None:
        self.offset_ms = offset_ms

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000 + self.offset_ms

    def local(self, at_ms: int | None = None) -> datetime:
        """Vietnamese wall-clock time of ``at_ms`` (default: now)."""
        return datetime.fromtimestamp((self.now_ms() if at_ms is None else at_ms) / 1000, VIETNAM)

    def is_night(self) -> bool:
        """True between 22:00 and 06:00, when promotions and restricted templates are refused."""
        return not 6 <= self.local().hour < 22

    def set_now(self, moment: datetime) -> None:
        self.offset_ms += int(moment.timestamp() * 1000) - self.now_ms()
