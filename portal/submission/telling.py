"""Who receives what, said before anything is sent; and the words of what the sender agreed to, kept with the filing."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from dossiers.identity_numbers import mask_phone
from dossiers.written_dates import written_day
from portal.submission.answers import Answers


@dataclass(frozen=True, slots=True)
class Told:
    """One line: who, what, how."""

    who: str
    what: str
    how: str


def lines(answers: Answers) -> list[Told]:
    """Return who will receive what of this dossier, as the channel and the look-up really do it."""
    phone = mask_phone(answers.submitter.phone)
    told = [
        Told(
            _("Người nộp: %(name)s") % {"name": answers.submitter.full_name},
            _("Mã hồ sơ, từng bước giải quyết, giấy tờ cần bổ sung, kết quả."),
            _("Zalo hoặc tin nhắn tới %(phone)s; và đường dẫn này.") % {"phone": phone},
        )
    ]
    if answers.owner is not None:
        told.append(
            Told(
                _("Chủ hồ sơ: %(name)s") % {"name": answers.owner.full_name},
                _("Tự xem được hồ sơ bằng mã và bốn số cuối giấy tờ của mình; nhận tin khi đã liên kết Zalo."),
                _("Người nộp thay đến hết ngày %(day)s; sau đó không nộp bổ sung thay được nữa.")
                % {"day": written_day(answers.until) if answers.until else ""},
            )
        )
    told.append(
        Told(
            answers.draft.agency.name,
            _("Thông tin và giấy tờ trong hồ sơ, để giải quyết."),
            _("Chỉ người được giao việc mở được; mỗi lần mở đều ghi nhật ký."),
        )
    )
    return told


def agreement(answers: Answers) -> str:
    """Return, in Vietnamese, what the sender agreed to: the words kept with the filing."""
    words = ["Người nộp cam đoan thông tin và giấy tờ là đúng, đồng ý để cơ quan dùng dữ liệu này giải quyết hồ sơ."]
    if answers.owner is not None and answers.until is not None:
        words.append(
            f"Nộp thay với tư cách: {answers.relation_words.lower()}; chủ hồ sơ đã đồng ý, "
            f"đến hết ngày {written_day(answers.until)}."
        )
    return " ".join(words)
