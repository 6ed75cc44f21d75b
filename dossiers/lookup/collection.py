"""When to come for a result: the next opening of the office that keeps it, as an entry for the citizen's own calendar.

An iCalendar file (RFC 5545) with the code, the place and what to bring; nothing that says who.
"""

from __future__ import annotations

import datetime as dt

from dossiers.deadlines.calendars import calendar_of
from dossiers.deadlines.working_time import ZONE, CalendarError, add_working_days, at_minute
from dossiers.lookup import delivery
from dossiers.models import Dossier
from dossiers.states import State

LONGEST_LINE = 73  # octets, so that a folded line stays within the 75 of the standard
VISIT = dt.timedelta(hours=1)
BRING = "Mang theo giấy tiếp nhận hồ sơ và căn cước của người nhận. Nhận thay: thêm giấy ủy quyền."


def calendar_entry(token: str, *, link: str, now: dt.datetime) -> str | None:
    """Return the file; None when no result waits at a counter behind the token or the office's hours are not known."""
    dossier = Dossier.objects.filter(token=token, state=State.RESULT_READY).select_related("agency").first()
    if dossier is None or delivery.way_of(dossier.result_place) is not delivery.Way.COUNTER:
        return None
    today = now.astimezone(ZONE).date()
    try:
        calendar = calendar_of(dossier.agency_id)
        day = add_working_days(today, 1, calendar)
    except CalendarError:
        return None
    start = at_minute(day, calendar.periods(day)[0].start_minute)
    office = dossier.agency.version_on(today)
    address = office.address if office else ""
    place = dossier.result_place or ", ".join(part for part in (dossier.agency_name, address) if part)
    hours = f" Giờ làm việc: {office.hours}." if office and office.hours else ""
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Cong mot cua//VI",
        "BEGIN:VEVENT",
        f"UID:{dossier.code}",
        f"DTSTAMP:{_moment(now)}",
        f"DTSTART:{_moment(start)}",
        f"DTEND:{_moment(start + VISIT)}",
        f"SUMMARY:{_escaped(f'Nhận kết quả hồ sơ {dossier.code}')}",
        f"LOCATION:{_escaped(place)}",
        f"DESCRIPTION:{_escaped(f'{BRING}{hours} Xem hồ sơ: {link}')}",
        f"URL:{link}",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(_folded(line) for line in lines)


def _moment(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    flat = " ".join(text.split())
    return flat.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> str:
    """Return the line ended as the standard asks, cut between characters where it is longer than it allows."""
    pieces, piece = [], ""
    for character in line:
        if len((piece + character).encode()) > LONGEST_LINE:
            pieces.append(piece)
            piece = ""
        piece += character
    return "\r\n ".join([*pieces, piece]) + "\r\n"
