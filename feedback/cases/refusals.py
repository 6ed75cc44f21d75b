"""Refusals in the reader's language: the acts speak Vietnamese sentences, the pages of the public may be English.

A sentence that carries values is recognised by its shape: the translated form of it, with each %s standing for a value
that is translated as well (the name of a step, the reason why a file was refused).
"""

from __future__ import annotations

import re
from functools import cache

from django.utils.translation import get_language, gettext

SHAPES = (
    "Tệp “%s”: %s",
    "Loại tệp này không được nhận. Hãy gửi tệp %s.",
    "Tên tệp có đuôi .%s nhưng nội dung là %s. Hãy đổi đuôi tệp thành .%s hoặc chọn lại đúng tệp.",
    "Tệp lớn hơn %s MB. Hãy giảm dung lượng ảnh hoặc tách thành nhiều tệp rồi gửi lại.",
    "Tệp %s có giấu một tệp nén bên trong. Hãy lưu lại hoặc chụp lại rồi gửi.",
    "Mức đã chọn cho câu “%s” không có trong phiếu. Hãy chọn lại.",
    "Thời gian yêu cầu xem lại đã hết lúc %s ngày %s. Hãy gửi một ý kiến mới và ghi mã %s.",
    "Thời gian yêu cầu xem lại đã hết. Hãy gửi một ý kiến mới và ghi mã %s.",
    "Ý kiến này đã được xem lại %s lần. Hãy liên hệ trực tiếp cơ quan, hoặc gửi khiếu nại nếu không đồng ý với "
    "quyết định.",
    "Ý kiến đã ở bước “%s” nên không rút được nữa.",
    "Nội dung dài quá %s ký tự. Hãy viết ngắn lại hoặc gửi kèm tệp.",
    "Chưa có số điện thoại. %s",
    "Số điện thoại chỉ gồm chữ số. %s",
    "Số điện thoại không đúng. %s",
    "Hệ thống chỉ nhận số điện thoại Việt Nam (+84). %s",
    "Đây là số tổng đài, không nhận được tin nhắn. %s",
    "Số di động phải có đúng 10 chữ số, số vừa nhập có %s chữ số. %s",
)


def said(sentence: object) -> str:
    """Return the sentence in the language of the page; as it is when that is Vietnamese or nobody has translated it."""
    text = str(sentence)
    known = gettext(text)
    if known != text or get_language() == "vi":
        return known
    for shape in SHAPES:
        found = _pattern(shape).fullmatch(text)
        if found:
            return gettext(shape) % tuple(said(value) for value in found.groups())
    return ", ".join(map(gettext, text.split(", ")))


@cache
def _pattern(shape: str) -> re.Pattern:
    return re.compile("(.+?)".join(map(re.escape, shape.split("%s"))), re.S)
