"""Words as they were meant: shorthand, dialect and raw Telex written out, with the accents that were typed. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from dossiers.search_text import fold

LONGEST = 4000
_TOKEN = re.compile(r"[^\W_]+|[?!]")
_SHORTHAND = """
không: ko k kg hok hong hông hổng khum hem kh hk hog khong
được: dc đc duoc đuọc dược
đăng ký: đk dk đkí
nói: ns noí
bao nhiêu: bn bnhiu bnhiêu
bao giờ: bh
làm: lm làmm
muốn: mún mun muon múnn
mình: mik mih mìh mk mìn mjh
tôi: tui tau tao tớ
hồ sơ: hs hso hsơ hồsơ
thủ tục: tt thũ tụt
thủ tục hành chính: tthc
cán bộ: cb
ủy ban: ubnd ub uỷban
người yêu: ny
với: vs
người: ng ngta
mọi người: mng mn
công ty: cty
doanh nghiệp: dn
giáo viên: gv
nhân viên: nv
bác sĩ: bs
số điện thoại: sđt sdt
điện thoại: đt
căn cước: cccd cmnd cmt
giấy phép lái xe: gplx
bảo hiểm y tế: bhyt
bảo hiểm xã hội: bhxh
bảo hiểm thất nghiệp: bhtn
cảnh sát giao thông: csgt
công an: ca
quyết định: qđ qd
xuất khẩu lao động: xklđ xkld
lý lịch tư pháp: lltp
rồi: r òi ròi rùi roài
vậy: z v dz zậy dậy rứa
gì: j ji
quá: wa qá quớ
luôn: lun lunn
thôi: thui hoy thoy
biết: bik bít biet
trước: trc
như thế nào: ntn
này: nì nầy
đó: nớ đóa
đâu: mô
bảo: biểu kêu
hành chính công: hcc
số báo danh: sbd
tài khoản: tk
số tài khoản: stk
triệu: tr
trả lời: rep
nhắn tin: ib
vào: vô zô dzô zo
chứ: chớ
gửi: gởi
dịch vụ công: dvc
hộ chiếu: passport
em: e
anh: a
chị: c
mày: m
phản ánh: pa pá
phản ánh kiến nghị: pakn
khiếu nại: kn
nhiều: nhìu nhiu
tiêm: chích
bao lâu: bl
"""
SHORTHAND: dict[str, str] = {
    short: meant
    for meant, _, shorts in (line.partition(":") for line in _SHORTHAND.strip().splitlines())
    for short in shorts.split()
}
_CONTACT = re.compile(r"\S+@\S+|(?<!\d)\+?\d(?:[\s.\-]?\d){7,}(?!\d)")
_SURE_TELEX = re.compile(
    r"(?:aa|ee|oo|dd|uw|ow|aw)[a-z]*[sfrxj]$|^dd|(?:uow|uwow)|[aeiouy](?:ng|nh|n|m|c|ch|t|p)?[sfrxj]$"
)


def words(text: str) -> list[str]:
    """Return the lower-case words of `text`, shorthand written out; numbers become "0" or "000" by length.

    Telephone and identity numbers and e-mail addresses are left out: who leaves one says nothing by it.
    Question and exclamation marks count as words: they tell a question from a report.
    """
    tokens = _TOKEN.findall(_CONTACT.sub(" ", text[:LONGEST].lower()))
    if typed_as_telex(tokens):
        tokens = [untelex(token) if token.isascii() and token.isalpha() else token for token in tokens]
    found: list[str] = []
    for token in tokens:
        if token.isdigit():
            found.append("0" if len(token) < 3 else "000")
        else:
            found += SHORTHAND.get(token, token).split()
    return found


def typed_as_telex(tokens: list[str]) -> bool:
    """Whether the text is Telex typed with the input method off: marks of it in a third of the words, no accents."""
    letters = [token for token in tokens if token.isalpha()]
    if not letters or not all(token.isascii() for token in letters):
        return False
    marked = sum(bool(_SURE_TELEX.search(token)) for token in letters)
    return marked >= 2 and marked * 3 >= len(letters)


@lru_cache(maxsize=20_000)
def untelex(word: str) -> str:
    """Return the word without the letters Telex marks with: "thur" → "thu", "ddaats" → "dat", "huwowng" → "huong"."""
    bare = re.sub(r"(aa|ee|oo|dd)", lambda double: double[0][0], word)
    bare = re.sub(r"(?<=[aou])w|^w", lambda mark: "u" if mark.start() == 0 else "", bare)
    if len(bare) > 2 and bare[-1] in "sfrxj" and re.search(r"[aeiouy]", bare[:-1]):
        bare = bare[:-1]
    return re.sub(r"(?<=[aeiouy])[sfrxj](?=[a-z])", "", bare)


@lru_cache(maxsize=50_000)
def folded(word: str) -> str:
    """Return the word without accents; a mark stays itself."""
    return fold(word) or word


_REGIONS = (
    (re.compile(r"^(?:tr|ch)"), "c"),
    (re.compile(r"^[sx](?!h)"), "x"),
    (re.compile(r"^(?:gi(?=[aeiouy])|gi$|r|d|z)"), "d"),
    (re.compile(r"^[ln](?![gh])"), "l"),
    (re.compile(r"^(?:ngh|gh)"), lambda found: found[0][:-1]),
    (re.compile(r"^(?:k|q)(?=[eiyu])"), "c"),
    (re.compile(r"y"), "i"),
    (re.compile(r"(?:ng|nh|n)$"), "n"),
    (re.compile(r"(?:ch|c|t)$"), "t"),
)


@lru_cache(maxsize=50_000)
def sound(word: str) -> str:
    """Return what a folded word sounds like where regions differ: tr and ch, s and x, d, gi and r, l and n are one."""
    for pattern, one in _REGIONS:
        word = pattern.sub(one, word)
    return word
