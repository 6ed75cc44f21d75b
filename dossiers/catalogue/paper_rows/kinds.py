"""What a row of the portal's table of papers is: something to hand in, to show, a note, a heading; always or sometimes.

The portal prints notes, instructions and papers of every case into one table. Rules here are about kinds of sentences
("Trường hợp …, thì không phải nộp …"), never about one procedure. Pure; measured by
`python -m tests.bench.understanding.papers`.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from dossiers.catalogue.paper_rows import words as says
from dossiers.catalogue.paper_rows.conditions import is_conditional
from dossiers.catalogue.paper_rows.row_text import paper_start, stripped
from dossiers.catalogue.paper_rows.titles import is_case_title
from dossiers.catalogue.portal_text import one_line


class RowKind(StrEnum):
    """What the row is to the person at the counter."""

    HAND_IN = "hand_in"  # a paper that stays with the dossier
    SHOW = "show"  # a paper looked at and given back
    NOTE = "note"  # a note, an instruction: nothing to hand over
    CASE = "case"  # a heading over the rows of one case
    ISSUED = "issued"  # written by the authority itself while it works


class Form(StrEnum):
    """The form the paper must have."""

    ORIGINAL = "original"
    CERTIFIED = "certified"
    COPY = "copy"
    ANY = "any"  # the applicant may choose
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reading:
    """One row understood.

    `conditional` says that only some applicants bring it, because of its own sentence (`in_row`) or its title's case;
    `channel` is "online" or "counter" when only those who submit so bring it.
    """

    label: RowKind
    conditional: bool = False
    copies: Form = Form.UNKNOWN
    in_row: bool = False
    channel: str = ""


def read_row(procedure: str, group: str, text: str, originals: int | None, copies: int | None = None) -> Reading:
    """Return what the row `text` under the title `group` of `procedure` is.

    `originals` and `copies` are the portal's numbers (None when it prints none). Never raises.
    """
    row, group = stripped(one_line(text)), one_line(group)
    label = _label(row, group, originals, copies)
    if label in (RowKind.NOTE, RowKind.CASE):
        return Reading(label)
    in_row = is_conditional(row, procedure)
    conditional = in_row or is_case_title(group, procedure)
    return Reading(label, conditional, _form(row, group, originals, copies), in_row, _channel(row, group))


def _channel(row: str, group: str) -> str:
    for text in (row.split(";")[0], group):
        online, counter = says.ONLINE.search(text), says.AT_COUNTER.search(text)
        if bool(online) != bool(counter):
            return "online" if online else "counter"
    return ""


def _label(row: str, group: str, originals: int | None, copies: int | None) -> RowKind:
    unnumbered = not originals and not copies
    if says.NOTE_GROUP.match(group) or says.NOTE_START.match(row):
        return RowKind.NOTE
    if says.CONDITION_START.match(row):
        return _conditional_sentence(row, group)
    if _is_rule_of_papers(row, unnumbered):
        return RowKind.NOTE
    if _is_heading(row, unnumbered):
        return RowKind.CASE if says.CASE_WORDS.search(row) else RowKind.NOTE
    if paper_start(row):
        return _kept_or_shown(row, group)
    if row.startswith("(") and row.rstrip(" .;").endswith(")"):
        return RowKind.NOTE
    if says.ACTOR.match(row):
        return _actor_sentence(row, group)
    if unnumbered and copies is not None and (says.NO_PAPER.search(row) or says.REFERS_BACK.search(row)):
        return RowKind.NOTE
    return _kept_or_shown(row, group)


def _is_rule_of_papers(row: str, unnumbered: bool) -> bool:
    """ "Các giấy tờ phải …", "Tài liệu được lập bằng tiếng nước ngoài phải …": a rule about papers, not a paper."""
    if says.FILE_OF_LAW.match(row):
        return True
    return bool(says.PAPERS_MUST.match(row) and (unnumbered or says.GENERAL_PAPERS.match(row)))


def _is_heading(row: str, unnumbered: bool) -> bool:
    """A line that only introduces others: "… gồm các giấy tờ sau:"."""
    if not says.HEADING_END.search(row):
        return False
    if says.LIST_WORDS.search(row) or says.PAPERS_BELOW.search(row):
        return unnumbered or bool(says.LIST_OPENER.match(row))
    return unnumbered and not paper_start(row)


def _conditional_sentence(row: str, group: str) -> RowKind:
    """A row that opens with a condition: a paper behind it, a heading, or an instruction."""
    consequence = _consequence(row)
    if not consequence:
        return RowKind.CASE if says.HEADING_END.search(row) or len(row) < 120 else RowKind.NOTE
    if row.endswith(":") or (says.HEADING_END.search(row) and says.LIST_WORDS.search(row)):
        return RowKind.CASE
    if says.OWN_AUTHORITY.match(consequence) and not says.MUST_GIVE.match(consequence):
        return RowKind.NOTE
    first = says.SENTENCE.split(consequence)[0]
    opening = re.split(r"[;.]", first)[0][:160]
    if paper_start(consequence) and not says.NO_PAPER.search(opening) and not says.RULE_OF_PAPER.match(first):
        return _kept_or_shown(consequence, group)
    return RowKind.NOTE if says.REFERS_BACK.search(first) else _obligation(f"thì {first}")


def _obligation(clause: str) -> RowKind:
    """What a clause makes the applicant do: hand something in, show it, or nothing."""
    given, nothing = says.MUST_GIVE.search(clause), says.NO_PAPER.search(clause)
    if nothing and not (given and given.start() < nothing.start()):
        return RowKind.NOTE
    if says.SHOWN.search(clause) and not (given and says.HAND_IN_TOO.search(clause)):
        return RowKind.SHOW
    return RowKind.HAND_IN if given else RowKind.NOTE


def _consequence(row: str) -> str:
    """What the row says behind its condition; "" when there is nothing."""
    inside = row.strip("()")
    for marker in says.FIRST_OF_LIST.finditer(inside):
        listed = inside[marker.end() :]
        if marker.start() > 20 and paper_start(listed):
            return listed
    opened = says.CONSEQUENCE.search(says.SENTENCE.split(inside)[0]) or says.CONSEQUENCE.search(inside)
    if opened and opened.start() > 8:
        return stripped(inside[opened.end() :].strip())
    for text in (says.SENTENCE.split(inside)[0], inside):
        for pattern in says.OBLIGATIONS:
            found = pattern.search(text)
            if found and found.start() > 8:
                return stripped(inside[found.end() :].strip())
    found = says.NEXT_SENTENCE.search(inside)
    return stripped(inside[found.end() :]) if found else ""


def _actor_sentence(row: str, group: str) -> RowKind:
    """A row whose subject is a person or an office: what must they bring?"""
    if says.FILE.match(row) and not says.FILE_RULE.match(row):
        return _kept_or_shown(row, group)
    if says.SHOWS.match(row):
        return RowKind.SHOW
    if says.ACTS_AUTHORITY.search(row) or says.NO_PAPER.search(row) or says.OWN_AUTHORITY.match(row):
        return RowKind.NOTE
    if says.SHOWN.search(row) and not says.HAND_IN_TOO.search(row):
        return RowKind.SHOW
    return RowKind.HAND_IN if says.MUST_GIVE.search(row) else RowKind.NOTE


def _kept_or_shown(row: str, group: str) -> RowKind:
    if says.ISSUED_ROW.search(row) or says.ISSUED_GROUP.search(stripped(group)):
        return RowKind.ISSUED
    shown_title = says.SHOW_GROUP.search(group) and not says.HAND_IN_TOO.search(group)
    if shown_title and not says.COPY_HANDED_IN.search(row):
        return RowKind.SHOW
    first = says.SENTENCE.split(row)[0]
    if says.HOLDER_PAPERS.match(row) or (says.SHOW_ROW.search(first) and not says.HAND_IN_TOO.search(first)):
        return RowKind.SHOW
    if says.INFORMATION.match(row) and says.SHOWN.search(row[len(first) :]):
        return RowKind.SHOW
    return RowKind.HAND_IN


def _form(row: str, group: str, originals: int | None, copies: int | None) -> Form:
    """Original, certified copy or copy: the row's words first, then the title's, then the portal's numbers."""
    behind = _consequence(row) if says.CONDITION_START.match(row) else ""
    spoken = says.NO_CERTIFYING.sub(" ", says.SENTENCE.split(behind or row)[0])
    found = _form_in_words(says.BEFORE_COPIES.sub("", spoken) if behind else spoken, originals)
    if found is Form.UNKNOWN and not says.APPLICATION.match(row):
        found = _form_in_words(says.NO_CERTIFYING.sub(" ", group), originals)
    if found is not Form.UNKNOWN:
        return found
    if originals:
        return Form.ORIGINAL
    return Form.COPY if copies or (copies is None and originals == 0) else Form.UNKNOWN


def _form_in_words(spoken: str, originals: int | None) -> Form:
    original, certified = bool(says.ORIGINAL.search(spoken)), bool(says.CERTIFIED.search(spoken))
    copy, starts_with_copy = bool(says.PLAIN_COPY.search(spoken)), bool(says.COPY_START.match(spoken))
    chosen = says.OR.search(spoken) and (original or len(says.A_COPY.findall(spoken)) > 1)
    if copy and (original or certified) and chosen:
        kept = original and not certified and originals and not starts_with_copy
        return Form.ORIGINAL if kept and not says.EITHER_ORIGINAL.match(spoken) else Form.ANY
    if starts_with_copy:
        return Form.CERTIFIED if certified else Form.COPY
    if original:
        return Form.ORIGINAL
    if says.COUNTED_COPIES.search(spoken) and not certified:
        return Form.COPY
    if copy and certified:
        return Form.CERTIFIED
    return Form.COPY if copy and not originals else Form.UNKNOWN


LONGEST_SHORT_NAME = 220


def is_application(name: str) -> bool:
    """Return whether the paper is the application itself (đơn, tờ khai, giấy đề nghị)."""
    return bool(says.APPLICATION.match(name))


def short_name(text: str) -> tuple[str, str]:
    """Return what a receipt calls the paper of a row, and when it is brought ("" when always): out of its words.

    "Trường hợp trẻ bị bỏ rơi thì phải có biên bản …" is "Biên bản …", brought when "Trường hợp trẻ bị bỏ rơi".
    """
    row, when = stripped(one_line(text)), ""
    if says.CONDITION_START.match(row):
        behind = _consequence(row)
        if behind and behind in row:
            when = says.TAIL_OF_CONDITION.sub("", row[: row.rindex(behind)]).strip(" ,:;")
            row = says.MUST_HAVE.sub("", behind)
    must = says.WHO_MUST.match(row)
    if must and paper_start(row[must.end() :]):
        when = when or (must["who"] if says.SOMEBODY.match(must["who"]) else "")
        row = row[must.end() :]
    first = says.SENTENCE.split(row)[0]
    instead = says.INSTEAD.search(first)
    if instead and not when:
        first, when = first[: instead.start()], first[instead.start() :].strip(" ;,")
    found = says.WHEN_IF.search(first)
    when = when or (found[0].strip("()") if found else "")
    name = says.ASIDE.sub("", says.NOT_OF_THE_NAME.sub("", first))
    found = says.WHEN.search(name)
    if found and found.start() > 8 and ";" not in name:
        when = when or found[0].strip(" ,;.")
        name = name[: found.start()]
    name = name.strip(" ;.,:") or first
    if name.endswith(")") and name.count(")") > name.count("("):
        name = name[:-1].rstrip(" ;.,:")
    if len(name) > LONGEST_SHORT_NAME:
        name = name[:LONGEST_SHORT_NAME].rsplit(" ", 1)[0] + "…"
    return name[:1].upper() + name[1:], when
