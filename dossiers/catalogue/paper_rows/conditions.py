"""Whether a row's own sentence says that only some applicants bring the paper.

A condition counts when it narrows who brings the paper: not when it speaks of the paper's form ("bản sao, trường hợp
nộp qua bưu chính"), of its content ("cam kết … trong trường hợp"), or of one of two papers everybody brings one of.
"""

import re

from dossiers.catalogue.paper_rows import words as says
from dossiers.catalogue.paper_rows.row_text import is_one_of_listed, paper_start, stripped
from dossiers.search_text import fold

ANY_CASE = re.IGNORECASE
_OPENER = re.compile(
    r"\(\s*(?:nếu|(?:trong |đối với |cho |với )?(?:các )?trường hợp|đối với|(?:chỉ )?áp dụng|chỉ|dành cho|dùng cho|"
    r"(?:ngoại )?trừ|khi)\b",
    ANY_CASE,
)
# Conditions on the form of the paper, on how long it is good for, on who signs it: everybody brings it all the same.
_FORM_ONLY = (
    re.compile(
        r"(?<=[\w)])\s*\((?:đối với |trong )?trường hợp nộp (?:hồ sơ )?(?:trực tiếp|trực tuyến|qua|trên|bằng)[^()]*\)"
        r"(?=[^.]*\bbản|\s+\w)",
        ANY_CASE,
    ),
    re.compile(r"\b(?:có|còn) giá trị(?: sử dụng)? nếu\b[^;.]*", ANY_CASE),
    re.compile(r",? trừ trường hợp được miễn hợp pháp[^;.]*", ANY_CASE),
    re.compile(
        r"\bcam kết\b[^;]*\bvề việc (?:đảm bảo|bảo đảm|chịu trách nhiệm|bồi thường)\b[^;]*\btrong trường hợp\b[^;.]*",
        ANY_CASE,
    ),
    re.compile(r"[;,]? trong đó (?:có |phải |cần )?(?:ghi|nêu|thể hiện|cam đoan|cam kết)\b.*", ANY_CASE),
    re.compile(r"\bđối với hồ sơ (?:giấy|điện tử)\b", ANY_CASE),
    re.compile(r"(?<=giấy tờ pháp lý của cá nhân )đối với người (?:đại diện|được giao|được ủy)[^;.]*", ANY_CASE),
)
_CASE = re.compile(r"\((?:đối với|trong|các)?\s*(?:các )?trường hợp|\bđối với\b|\btrong trường hợp\b", ANY_CASE)
_OTHER = re.compile(r"(?P<or>\bhoặc\b|[;/]|\)[,/])\s*(?=\S)|,\s*(?=\S)", ANY_CASE)
_BRACKET_THEN_OR = re.compile(r"\([^()]*\)\s*hoặc\s+", ANY_CASE)
_NEAR = 160  # characters within which the other paper's own case stands
_OTHER_OF_ONE = re.compile(r"(?:của|mẫu|đối với)\b", ANY_CASE)
# "… của đại hội hoặc hội đồng (trường hợp được ủy quyền) thông qua …": who signs in a case, not who brings it.
_OTHER_SIGNER = re.compile(r"\bhoặc\b[^();,]{3,80}\((?:trong |đối với )?trường hợp[^()]*\)(?=\s*\w)", ANY_CASE)
_SUBJECT = (
    r"(?:các loại |các |những |mọi |lô )?(?:tổ chức|cá nhân|người|công dân|hàng h[oó]|hàng|sản phẩm|dự án|cơ sở|"
    r"công ty|doanh nghiệp|"
    r"nhà đầu tư|thuốc|thực phẩm|động vật|thủy sản|thuỷ sản|loài|tàu|phương tiện|xe|bến|cảng|đơn vị|hình thức|"
    r"luật sư|hộ|"
    r"cộng đồng|chủ|dịch vụ|trái phiếu|khoáng sản|nước|thủy phi cơ|hồ sơ|thiết bị|hệ thống|văn phòng|chi nhánh|"
    r"lô|mặt hàng|"
    r"rừng|gỗ|nhà|thành viên|thanh niên|viên chức|trẻ|bên|khoản|giống|máy)\b"
)
_NARROWED = re.compile(rf"(?P<before>.*?)(?:[:,–-]\s*|\b)(?:áp dụng )?đối với (?P<whom>{_SUBJECT}[^;]*)", ANY_CASE)
# "quyền … đối với", "điều kiện đối với", "ảnh hưởng … đối với": the words belong to what the paper is about.
_ABOUT = re.compile(
    r"\b(?:(?<!thẩm )quyền|quy định|điều kiện|tác động|ảnh hưởng|rủi ro|ý kiến|trách nhiệm|nghĩa vụ|thuế|phí|"
    r"xử lý|quản lý|giám sát|"
    r"chung|biện pháp|chính sách|chế độ|tiêu chuẩn|yêu cầu|đánh giá|cam kết|áp dụng|bảo hiểm|bảo lãnh|"
    r"nội bộ|nghĩa|hiệu lực|thái độ|hình thức|đạo đức|thay thế|thiệt hại|hỗ trợ|chuyển nhượng|cấp phép|khảo sát|"
    r"trợ cấp|thu hồi|"
    r"khiếu nại|tố cáo|phù hợp|ưu đãi|phân loại|quyết định|phương án|giao dịch|hạn chế|cho vay|đề nghị|đề xuất|sự cố)"
    r"(?:[\s-]+[\w-]+){0,4}\s*$",
    ANY_CASE,
)
_BY_LAW = re.compile(r"(?:theo )?quy định (?:của pháp luật|tại [^,;]*$)", ANY_CASE)
_CONTENT = re.compile(
    r"(?:nội dung|trong đó)\b|(?:trường hợp|đối với)\b[^;]*\bphải được (?:hợp pháp|dịch|công chứng|chứng thực)",
    ANY_CASE,
)
# "… theo mẫu số 12 (cộng đồng dân cư)": one form of several, each for other people.
_FOR_WHOM = re.compile(r"\((?:cộng đồng|hộ gia đình|cá nhân|tổ chức|doanh nghiệp)[^()]{0,40}\)[\s.;]*$", ANY_CASE)
_EXCEPT = re.compile(r"[,)]\s*(?:ngoại )?trừ (?:các |những )?(?!trường hợp được miễn)\w", ANY_CASE)


def is_conditional(row: str, procedure: str) -> bool:
    """Whether the sentence that names the paper says that only some bring it."""
    if any(pattern.search(row) for pattern in (says.CONDITION_START, says.BY_ANOTHER, says.SOME_PEOPLE)):
        return True
    sentence = says.SENTENCE.split(row)[0]
    if _FOR_WHOM.search(sentence):
        return True
    first = _without_asides(sentence)
    listed = says.LISTED.search(first)
    if listed and ";" not in first[: listed.start()] and listed.start() > 20:
        if _part_conditional(first[: listed.start()].rstrip(" ,"), procedure):
            return True
    parts = _papers_of(first)
    if len(parts) > 1:
        if parts[0].rstrip().endswith(":") and _part_conditional(parts[0], procedure):
            return True
        if says.CASE_BEHIND_LIST.search(first) and not any(_part_conditional(part, procedure) for part in parts[:-1]):
            return True
        # "Giấy phép nhập khẩu đối với hàng phải có; giấy phép nhập khẩu theo hạn ngạch": one paper, of some. "Văn bản …
        # nếu là tổ chức; văn bản … nếu là cá nhân": whoever comes brings one of them.
        same = len({" ".join(fold(stripped(part)).split()[:3]) for part in parts}) == 1
        sometimes = [_part_conditional(part, procedure) for part in parts]
        each_its_case = all(sometimes) and all(_CASE.search(part) for part in parts)
        if each_its_case and not same and not says.ONE_OR_THE_OTHER.search(first):
            return True  # "Biên bản đối với trẻ bị bỏ rơi; giấy chứng tử đối với trẻ mồ côi": other children bring none
        return same and sometimes[0] and not all(sometimes)
    if _part_conditional(first, procedure):
        return True
    return bool(says.INFORMATION.match(row) and says.SHOWN_LATER.search(row))


def _without_asides(sentence: str) -> str:
    """The sentence without brackets that state no condition and without conditions on the paper's form."""
    kept = says.PARENTHESES.sub(lambda found: found[0] if _OPENER.match(found[0]) else " ", sentence)
    for pattern in _FORM_ONLY:
        kept = pattern.sub(" ", kept)
    return kept


def _papers_of(sentence: str) -> list[str]:
    """The papers a sentence lists between semicolons; what stands there and is no paper goes on with the one before."""
    papers: list[str] = []
    for part in says.PART.split(sentence):
        text = stripped(part)
        goes_on = not (paper_start(text) or says.CONDITION_START.match(text)) or _CONTENT.match(text)
        if papers and goes_on:
            papers[-1] += f"; {part}"
        elif part.strip(" .;") and not says.EARLIER_PAPERS.match(text):
            papers.append(part)
    return papers


def _part_conditional(part: str, procedure: str) -> bool:
    applies = says.APPLIES_TO.search(part)
    if applies and _is_whole_subject(applies[1], procedure):
        part = part.replace(applies[0], " ")
    listed = says.LISTED.search(part)
    head = part[: listed.start()] if listed and listed.start() > 20 else part
    if _one_of_two(head):
        return False
    head = _OTHER_SIGNER.sub(" ", head)
    if says.ROW_CONDITION.search(head) or _EXCEPT.search(head) or _is_narrowed(head, procedure):
        return True
    if not says.IF_ANY.search(part):
        early = says.IF_ANY_EARLY.search(part)
        return bool(early and not says.JOINED.search(part.split("(nếu có)")[0]))
    before = says.PARENTHESES.sub(" ", part[: part.lower().rfind("nếu c")])
    named = [piece.strip() for piece in says.JOINED.split(before)]
    return len(named) < 2 or not (paper_start(named[0]) and any(paper_start(other) for other in named[1:]))


def _one_of_two(head: str) -> bool:
    """ "A (trường hợp 1) hoặc B (trường hợp 2)": two cases, a paper for each."""
    first = _CASE.search(head)
    if not first or says.CONDITION_START.match(head):
        return False
    behind = _BRACKET_THEN_OR.match(head, first.start())
    if behind and paper_start(head[behind.end() :]):
        return True
    for found in _OTHER.finditer(head, first.end()):
        other = head[found.end() :][:_NEAR]
        named = paper_start(other) if found["or"] else False
        if (named or _OTHER_OF_ONE.match(other)) and _CASE.search(other):
            return True
    return False


def _is_narrowed(head: str, procedure: str) -> bool:
    """Whether "… đối với tổ chức", "… đối với hàng hóa phải có giấy phép" narrows who brings the paper."""
    found = _NARROWED.match(head)
    if not found or len(found["before"]) < 8 or _ABOUT.search(_BY_LAW.sub(" ", found["before"])):
        return False
    whom = re.split(r"[:.(]|\btheo (?:mẫu|quy định)\b", found["whom"], maxsplit=1, flags=ANY_CASE)[0]
    if re.search(r"\bhoặc (?:bản|giấy|văn bản)\b", whom, ANY_CASE):
        return False
    return not _is_of_the_procedure(whom, procedure)


def _is_of_the_procedure(named: str, procedure: str) -> bool:
    """Whether nearly all words of `named` stand in the procedure's own name: everybody who asks for it."""
    if is_one_of_listed(named, procedure):
        return False
    spoken, subject = fold(named).split(), set(fold(procedure).split())
    return sum(word in subject for word in spoken) > 0.8 * len(spoken)


def _is_whole_subject(named: str, procedure: str) -> bool:
    """Whether "(áp dụng đối với …)" names the same people as the procedure's own name."""
    spoken, subject = set(fold(named).split()), set(fold(procedure).split())
    return bool(spoken) and len(spoken & subject) / len(spoken) > 0.9 and len(spoken) > 0.4 * len(subject)
