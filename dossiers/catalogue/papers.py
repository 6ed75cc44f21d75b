"""The portal's table "Thành phần hồ sơ", run together into one line, taken apart into groups and papers.

    --Tên giấy tờMẫu đơn, tờ khaiSố lượngĐơn đề nghị theo Mẫu số 13Mẫu số 13.docx1 bản chính,1 bản sao…

Each group begins with the table's header; what stands before the header is its title ("--" when it has none). A paper
ends with its quantity. Digits that end a paper's name run into the quantity ("Mẫu số 13" + "1 bản chính" is printed
"Mẫu số 131 bản chính"): no quantity on the portal has two digits, so the last digit is the quantity.
"""

import re
from dataclasses import replace
from itertools import pairwise

from dossiers.catalogue.portal_text import LOWER, UPPER, clean, is_blank, one_line
from dossiers.catalogue.records import Paper, PaperGroup, Problem, Severity

FIELD = "Thành phần hồ sơ"
_HEADER = re.compile(r"Tên giấy tờ\s*Mẫu đơn, tờ khai\s*Số lượng")
_QUANTITY = re.compile(r"(?<!\d)(?P<run>\d+) ?bản (?P<kind>chính|sao)(?:, ?(?P<copies>\d+) bản sao)?")
_EXTENSION = re.compile(r"(?:\.(?:docx?|pdf|xlsx?|rar|zip|jpe?g|png|rtf|odt|pptx?))+(?=$|(?-i:[^a-z]))", re.IGNORECASE)
_FORM_WORD = re.compile(
    r"(?<=[^\s(\[“\"_/–+*-])(?=(?:Mẫu|MẪU|Mau|MAU|Mãu|Phụ lục|PHỤ LỤC|Phu luc|Phuluc|PHU LUC|Phlc|PHLC|"
    r"Biểu|Bieu|Tờ khai|To khai|Phiếu|Đơn|Don|Giấy|Giay|Báo cáo|Bao cao|mẫu|mau|phụ lục|văn bản|đơn|"
    r"báo cáo|PL |TK |KQ ))"
)
_SENTENCE_END = rf"(?<=[{LOWER}{UPPER})”\"][.;:,])"
_AFTER_SENTENCE = re.compile(rf"{_SENTENCE_END}(?=[{LOWER}{UPPER}\d])|(?<=[;)”\"])(?=[{UPPER}{LOWER}\d])")
_LETTER_GLUE = re.compile(rf"(?<=[{LOWER}])(?=[{UPPER}])")
_DIGIT_GLUE = re.compile(rf"(?<=\d)(?=[{UPPER}])|(?<=\d\.)(?=[{UPPER}])|(?<=[{LOWER}]{{3}})(?=\d)")
_LOST_BOUNDARY = re.compile(rf"(?<=[{LOWER})][.;:])(?=[{UPPER}][{LOWER}])|(?<=[{LOWER}]{{2}})(?=[{UPPER}][{LOWER}])")
_LIST_QUANTITY = re.compile(
    r"\s*[(:–-]?\s*(?=\d{1,3} bản)(?:(?P<originals>\d{1,3}) bản chính)?[,;+ ]*(?:(?P<copies>\d{1,3}) bản sao)?\)?\s*$",
    re.IGNORECASE,
)
_BULLETS = " -–+*•"
_NO_PAPER = re.compile(r"không(?: có| quy định)?|không có thông tin", re.IGNORECASE)
_MAX_FILE_NAME = 160
_MAX_PAPERS = 2_000


def parse_papers(value: object) -> tuple[tuple[PaperGroup, ...], list[Problem]]:
    """Return the groups of papers in the portal's order, and what could not be read. Never raises."""
    text = clean(value)
    if is_blank(text):
        return (), [Problem(FIELD, "Cổng không công bố thành phần hồ sơ.", "", Severity.DOUBTFUL)]
    parts = _HEADER.split(text)
    if len(parts) == 1:
        return (), [Problem(FIELD, "Văn bản không có bảng giấy tờ (Cổng hiển thị thiếu); cần nhập tay.", text)]
    groups, problems = [], []
    title = _title(parts[0])
    for place, part in enumerate(parts[1:], start=1):
        is_last = place == len(parts) - 1
        papers, following, found = _table(part, is_last)
        problems.extend(found)
        groups.append(PaperGroup(title, tuple(papers)))
        title = _title(following)
    return tuple(groups), problems


def parse_paper_list(value: object) -> tuple[tuple[PaperGroup, ...], list[Problem]]:
    """Return the papers of a simple table's cell: one a line (or between ";"), each "name (1 bản chính, 2 bản sao)".

    A paper without a quantity is reported.
    """
    papers, problems = [], []
    for line in re.split(r"\n|;", clean(value))[:_MAX_PAPERS]:
        name = one_line(line).strip(" -+*")
        if not name:
            continue
        found = _LIST_QUANTITY.search(name)
        originals, copies = (int(found["originals"] or 0), int(found["copies"] or 0)) if found else (None, None)
        label = name[: found.start()].strip(" -–:,") if found else name
        if not found:
            reason = "Giấy tờ không ghi số lượng bản chính, bản sao."
            problems.append(Problem(FIELD, reason, name, Severity.DOUBTFUL))
        papers.append(Paper(label or name, (), originals, copies, name))
    return ((PaperGroup("", tuple(papers)),) if papers else ()), problems


def _title(text: str) -> str:
    return one_line(text).strip(_BULLETS).rstrip(": ") if not is_blank(text) else ""


def _table(part: str, is_last: bool) -> tuple[list[Paper], str, list[Problem]]:
    """Return the papers of one table, the text after the last of them (the next title), and the problems."""
    papers, problems, start = [], [], 0
    for name, originals, copies, end, odd in _rows(part):
        start_of_row, start = start, end
        if _NO_PAPER.fullmatch(name.strip(" -+*.;")):
            continue
        if not name.strip(" -+*.;"):
            problems.append(
                Problem(
                    FIELD,
                    "Dòng giấy tờ chỉ có số lượng, không có tên.",
                    part[start_of_row - 80 if start_of_row > 80 else 0 : end],
                )
            )
            continue
        paper, found = _paper(part[start_of_row:end], name, originals, copies)
        papers.append(paper)
        problems.extend(found)
        if odd:
            reason = "Số lượng dính liền với tên giấy tờ; đã tách chữ số cuối, cần xác nhận."
            problems.append(Problem(FIELD, reason, part[start_of_row:end][-200:], Severity.DOUBTFUL))
        if len(papers) >= _MAX_PAPERS:
            problems.append(Problem(FIELD, "Quá nhiều giấy tờ; phần còn lại không đọc.", part[end:]))
            return papers, "", problems
    rest = part[start:]
    if not is_last:
        unnumbered, rest = _before_title(rest)
    else:
        unnumbered, rest = rest.rstrip("-– "), ""
    if not is_blank(unnumbered):
        paper, found = _paper(unnumbered, unnumbered, None, None)
        papers.append(paper)
        reason = "Giấy tờ không ghi số lượng bản chính, bản sao."
        problems.extend([*found, Problem(FIELD, reason, unnumbered, Severity.DOUBTFUL)])
    return papers, rest, problems


def _before_title(rest: str) -> tuple[str, str]:
    """Text between the last quantity and the next header: (a paper without quantity, the title of the next table).

    The portal prints "--" for an untitled table, so text that ends so is a paper; anything else is the title.
    """
    if rest.rstrip().endswith("--"):
        return rest.rstrip()[:-2], "--"
    return "", rest


def _rows(part: str):
    """Yield (name, originals, copies, end, doubtful split) for every quantity cell of a table."""
    start = 0
    for match in _QUANTITY.finditer(part):
        if match.start() < start:
            continue
        cell = _cell(part, start, match)
        if cell is None:
            continue
        digits_from, odd = cell
        number = int(part[digits_from : match.end("run")])
        name = part[start:digits_from]
        if match["kind"] == "sao":
            originals, copies = 0, number
        else:
            originals, copies = number, min(int((match["copies"] or "0")[:4]), 999)
        yield name, originals, copies, match.end(), odd
        start = match.end()


def _cell(part: str, start: int, match: re.Match) -> tuple[int, bool] | None:
    """Where the quantity's digits begin, and whether the split is doubtful; None for words inside a name.

    "(01 bản chính)", "01 bản sao có chứng thực", "gồm 1 bản chính và …" are prose: a cell has no leading zero, is not
    in brackets, and nothing of the same sentence follows it.
    """
    run, before = match["run"], part[start : match.start("run")][-1:]
    following = part[match.end() : match.end() + 2]
    if following[:1] in (",", ";", ".", ")", ":") and not re.match(rf"[.;,]\s?[{UPPER}\d+*-]", following):
        return None
    if before in ("(", "[") and len(run) < 5:
        return None
    if re.match(rf" [{LOWER}(]", following) and not re.match(r" [a-zđ]\)", part[match.end() : match.end() + 3]):
        return None
    if not before and run != "1":
        return None  # the beginning of a name: "01 bản chính tờ khai …"
    if len(run) == 1:
        if before == " " and re.search(
            r"(?:gồm|nộp|là|và|hoặc|kèm|có|số lượng:?)\s$", part[start : match.start("run")]
        ):
            return None
        return match.start("run"), False
    if run[0] == "0" and len(run) == 2:
        return None
    return match.end("run") - 1, not re.search(r"\d$|[\s/.-]$", part[start : match.end("run") - 1])


def _paper(text: str, name: str, originals: int | None, copies: int | None) -> tuple[Paper, list[Problem]]:
    name, files, problems = _form_files(name)
    label = one_line(name).lstrip(_BULLETS) or one_line(name)
    paper = Paper(label, files, originals, copies, one_line(text))
    if not label.strip(" -+*.;") and files:
        paper = replace(paper, name=re.sub(r"(?:\.\w{2,4})+$", "", files[0]))
    if _LOST_BOUNDARY.search(label) and len(label) > 40:
        reason = "Có thể là nhiều giấy tờ dính liền vì Cổng không ghi số lượng ở giữa."
        problems.append(Problem(FIELD, reason, label, Severity.DOUBTFUL))
    return paper, problems


def _form_files(text: str) -> tuple[str, tuple[str, ...], list[Problem]]:
    """Split "nameMẫu 01.docxMẫu 02.docx" into the name and the form files."""
    ends = [match.end() for match in _EXTENSION.finditer(text)]
    if not ends or text[ends[-1] :].strip(" ;.,"):
        return text, (), []
    first = text[: ends[0]]
    stem = text[: _EXTENSION.search(text).start()].rstrip(".")
    cut = _file_start(stem)
    if cut is None:
        if len(first) <= 60 and " theo " not in first:
            cut = 0
        else:
            reason = "Không tách được tên tệp mẫu khỏi tên giấy tờ."
            return text, (), [Problem(FIELD, reason, first[-200:], Severity.DOUBTFUL)]
    pieces = [first[cut:], *(text[a:b] for a, b in pairwise(ends))]
    return text[:cut], tuple(one_line(piece) for piece in pieces), []


def _file_start(text: str) -> int | None:
    """Where the file's name begins in "…công anMẫu số 02.docx"; None when nothing shows it."""
    floor = max(0, len(text) - _MAX_FILE_NAME)
    for pattern, last in ((_FORM_WORD, True), (_AFTER_SENTENCE, True), (_LETTER_GLUE, False), (_DIGIT_GLUE, False)):
        places = [m.start() for m in pattern.finditer(text) if m.start() >= floor]
        if places:
            return places[-1] if last else places[0]
    return None
