"""Pieces of a paper's body as the templates read them: fields, tables, paragraphs."""

from collections.abc import Iterable, Sequence


def fields(*rows: tuple[str, str] | tuple[str, str, bool]) -> dict:
    """Return "Nhãn: giá trị" lines; (label, value, True) prints the value bold, "" leaves dots to fill in."""
    return {"fields": [{"label": row[0], "value": row[1], "bold": len(row) > 2 and row[2]} for row in rows]}


def words(key: str) -> dict:
    return {"words": key}


def lines(*texts: str) -> dict:
    return {"lines": list(texts)}


def prose(*texts: str) -> dict:
    """Return plain paragraphs, first line indented."""
    return {"prose": [[{"t": text}] for text in texts]}


def rich(*paragraphs: Sequence[dict]) -> dict:
    """Return paragraphs of runs, each {"t": text, "b": bold, "i": italic}, first line indented."""
    return {"prose": [list(runs) for runs in paragraphs]}


def section(text: str, level: int = 1) -> dict:
    return {"section": text, "level": level}


def numbered(items: Iterable[str]) -> dict:
    return {"numbered": list(items)}


def table(columns: Sequence[tuple[str, float, str, str]], rows: Iterable[Sequence[str]], caption: str = "") -> dict:
    """Return a table; a column is (header, width, "mm" or "fr", alignment "l", "c" or "r"). The header row repeats."""
    shapes = [{unit: width, "align": align} for _, width, unit, align in columns]
    header = [name for name, *_ in columns]
    return {"table": {"columns": shapes, "header": header, "rows": [list(row) for row in rows], "caption": caption}}


def representative(person) -> list[tuple[str, str]]:
    """Return the line of who acts for an organisation; none for a person, or where nobody was stated."""
    return [("Người đại diện", person.representative_line)] if person.representative_line else []


def addressee(person, address: str = "") -> list[dict]:
    """Return what stands below "Kính gửi" of a letter: who acts for an organisation, the address; [] for neither."""
    rows = [("Người đại diện", person.represented_by), ("Địa chỉ", address)]
    known = [row for row in rows if row[1]]
    return [fields(*known)] if known else []
