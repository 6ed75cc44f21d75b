"""Rows of a text whose cells are separated by commas, semicolons, tabs or bars."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator

from dossiers.table_files.text_stream import MAX_LINE, TableFileError, numbered_lines

SEPARATORS = ",;\t|"
LOOKED_AT = 40  # lines


def separated_rows(text: io.TextIOWrapper, separator: str = "") -> Iterator[tuple[int, list[str]]]:
    """Yield (line number from 1 where the row begins, cells), parted by the separator, else by the one the lines show.

    Raises TableFileError.
    """
    sample = ""
    numbered = numbered_lines(text)
    buffered: list[str] = []
    for _, line in numbered:
        buffered.append(line)
        sample += line
        if len(buffered) >= LOOKED_AT or len(sample) > 65536:
            break
    delimiter = separator or separator_of(buffered)

    def lines():
        yield from buffered
        for _, line in numbered:
            yield line

    reader = csv.reader(lines(), delimiter=delimiter)
    previous = csv.field_size_limit(MAX_LINE)
    try:
        while True:
            start = reader.line_num + 1
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error:
                raise TableFileError(f"Dòng {start} của tệp CSV bị hỏng (dấu nháy hoặc ô quá lớn).") from None
            yield start, row
    finally:
        csv.field_size_limit(previous)


def separator_of(lines: list[str]) -> str:
    """Return the separator under which the table begins first, its headings among the lines of its usual width.

    Counting characters alone would take the commas of "Ấp 2, xã Cần Giuộc" for the separator of a file with semicolons;
    its headings have none.
    """
    found = []
    for candidate in SEPARATORS:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=candidate)]
        except csv.Error:
            continue
        wide = Counter(width for width in widths if width > 1)
        if not wide:
            continue
        usual, times = max(wide.items(), key=lambda each: (each[1] * (each[0] - 1), each[0]))
        mostly = 2 * times >= len(widths)
        found.append((not mostly, widths.index(usual) if mostly else 0, -times * (usual - 1), -usual, candidate))
    return min(found)[-1] if found else ","
