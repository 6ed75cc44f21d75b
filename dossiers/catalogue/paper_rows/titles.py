"""Titles over the portal's tables of papers: whether one names a case out of several, or adds papers to any case."""

import re

from dossiers.catalogue.paper_rows import words as says
from dossiers.catalogue.paper_rows.row_text import is_one_of_listed, stripped
from dossiers.catalogue.portal_text import one_line
from dossiers.search_text import fold

# What procedures with several variants list in their names ("Cấp, cấp lại, gia hạn …"), the longer before the shorter.
_ACTS = re.compile(
    r"cap (?:lai|doi|moi|sua doi|bo sung)|gia han|sua doi|bo sung|dieu chinh|phuc hoi|thu hoi|phe duyet|"
    r"tam nhap,? tai xuat|tam xuat,? tai nhap|xuat khau|nhap khau|xuat canh|nhap canh|qua canh|chuyen cang|"
    r"\btang\b|\bgiam\b|thanh lap|giai the|hop nhat|sap nhap|\bchia\b|\btach\b|khai quyet toan|\bhoan thue|"
    r"mien,? giam|\bcap\b(?! (?:tinh|xa|"
    r"huyen|bo|trung uong|co so|co tham quyen))"
)
_WHOLE_FILE = re.compile(r"^(?:thành phần(?:, số lượng)? )?(?:hồ sơ )?(?:đề nghị |về )?", re.IGNORECASE)
_LIST_TAIL = re.compile(r"[\s:;.,]*(?:hồ sơ )?(?:bao gồm|gồm(?: có)?|như sau)?[\s:;.,]*$", re.IGNORECASE)
_SOME_PEOPLE = re.compile(
    r"^(?:tổ chức khác|cá nhân|hộ (?:gia đình|kinh doanh)|nhà thầu|giấy tờ chứng minh (?:là|thuộc))\b", re.IGNORECASE
)
_FOR_SOME = re.compile(r"^hồ sơ .*\b(?:cho|là) (?P<whom>.{4,}?)(?:,? bao gồm|,? gồm.*)?$", re.IGNORECASE)
_OF_ONE_LISTED = re.compile(r"^hồ sơ .*?\b(?:của|cho|đối với) (?P<whom>.{6,})$", re.IGNORECASE)
_BY_WHOM = re.compile(r"^hồ sơ do .{3,60} nộp$|\bhạng (?:[IVX]+|\d+)$", re.IGNORECASE)
_NAMES_PAPERS = re.compile(r"^(?:t?thành phần|hồ sơ|(?:các )?(?:giấy tờ|tài liệu)|số lượng)\b", re.IGNORECASE)
# The portal sometimes prints a paper and the sentences about it where a title stands.
_IS_A_PAPER = re.compile(r"^(?:tờ khai|quyết định|đơn|văn bản|báo cáo)\b.{100,}", re.IGNORECASE)
_NEXT_SENTENCE = re.compile(r"\s*\.\s+(?=(?:Trường hợp|Đối với|Nếu)\b)")
_EXCEPT = re.compile(r"\((?:ngoại )?trừ\b", re.IGNORECASE)


def is_case_title(group: str, procedure: str) -> bool:
    """Whether the title over a table names one case out of several ("Trường hợp …", "Hồ sơ khai quý")."""
    group = one_line(group)
    title = says.PARENTHESES.sub(" ", stripped(group)).strip(" :;.,")
    if not title or says.NOTE_GROUP.match(group):
        return False
    if _is_whole_procedure(title, procedure) or _IS_A_PAPER.match(title):
        return False
    opening = _NEXT_SENTENCE.split(title)[0]
    if opening != title and _NAMES_PAPERS.match(opening):
        title = opening
    lettered = says.LETTERED_FILE.match(group)
    if says.ALL_PAPERS_GROUP.match(title) and not lettered and not says.CASE_WORDS.search(title):
        return False
    if lettered or _is_one_variant(title, procedure):
        return True
    named = fold(stripped(title))
    if named and named in fold(procedure):
        return bool(says.NUMBERED.match(group))
    if _BY_WHOM.search(title) or _is_numbered_act(group, title, procedure):
        return True
    if says.CASE_GROUP.search(title) or _EXCEPT.search(group) or _SOME_PEOPLE.match(title):
        return True
    if says.SHOW_GROUP.search(title) or says.MUST_HAND_IN_TITLE.search(title):
        return bool(says.NUMBERED_SUBJECT.match(group))
    return bool(says.VARIANT.search(title))


def is_besides(group: str) -> bool:
    """Whether a case's title adds papers to any other case (by proxy, online, by post) rather than excluding one."""
    return bool(says.BESIDES.search(one_line(group)))


def _subject(title: str) -> str:
    """What a title speaks of, without "Hồ sơ đề nghị …" and "… bao gồm"."""
    return _LIST_TAIL.sub("", _WHOLE_FILE.sub("", title, count=1))


def _is_whole_procedure(title: str, procedure: str) -> bool:
    """ "Thành phần hồ sơ đăng ký chào bán …" over the only table of "Đăng ký chào bán …"."""
    subject = fold(_subject(title)).removeprefix("thu tuc ")
    whole = fold(_WHOLE_FILE.sub("", procedure.removeprefix("Thủ tục "), count=1))
    if not subject or subject == whole:
        return bool(subject)
    if whole.startswith(f"{subject} ") and subject.count(" ") and not is_one_of_listed(_subject(title), procedure):
        return True
    spoken, named = set(subject.split()), set(whole.split())
    alike = len(spoken & named) >= 0.85 * len(spoken | named)
    return alike and set(_ACTS.findall(subject)) == set(_ACTS.findall(whole)) and not spoken - named - {"cua", "cho"}


def _is_numbered_act(group: str, title: str, procedure: str) -> bool:
    """ "(iii) Miễn, giảm thuế … gặp khó khăn" in a procedure that names several acts: the papers of one of them."""
    several = re.search(r"[,;/]", procedure) and says.NUMBERED.match(group)
    return bool(several) and not _NAMES_PAPERS.match(title) and bool(_ACTS.search(fold(title)))


def _is_one_variant(title: str, procedure: str) -> bool:
    """Whether the procedure's name lists variants and the title takes some of them, not all."""
    offered, taken = set(_ACTS.findall(fold(procedure))), set(_ACTS.findall(fold(_subject(title))))
    if len(offered) > 1 and taken and taken < offered:
        return True
    found = re.search(r"^đối với (.{6,})$", _subject(title), re.IGNORECASE)
    if found and is_one_of_listed(found[1], procedure):
        return True
    found = _OF_ONE_LISTED.match(_LIST_TAIL.sub("", title))
    if found and is_one_of_listed(found["whom"], procedure):
        return True
    found = _FOR_SOME.match(title)
    return found is not None and not set(fold(found["whom"]).split()) <= set(fold(procedure).split())
