"""A draft sent: one dossier through the counter's own door, however often the button is pressed (S1-12, S5-07)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy

from dossiers.intake import counter
from dossiers.intake.counter import Intake, IntakeError, Item, PaperLine
from dossiers.intake.people import PersonData
from dossiers.lookup import delivery
from dossiers.models import Attachment, Channel, Dossier, DossierEvent, Receipt
from dossiers.privacy import guessing
from dossiers.privacy.guessing import Limit
from portal.submission import drafts, offers, people_list
from portal.submission.answers import Answers, PaperHere
from portal.submission.models import FiledFile, Filing, FilingDraft

NO_LONGER = (
    "Cơ quan không còn nhận thủ tục này trực tuyến tại đây. Hãy nộp tại quầy, qua bưu điện hoặc Cổng Dịch vụ công "
    "quốc gia; nội dung đã soạn vẫn còn."
)
PHONE_FULL = gettext_lazy(
    "Một số điện thoại nộp nhiều nhất %(most)d hồ sơ trong 24 giờ. Nội dung và tệp đã soạn vẫn còn: mở lại đường dẫn "
    "này sau, hoặc gọi cơ quan nếu bạn nộp cho tổ chức có nhiều hồ sơ."
)
CASE_GONE = "Danh mục thủ tục vừa thay đổi: hãy chọn lại trường hợp của bạn rồi gửi. Nội dung và tệp đã soạn vẫn còn."
CHANGED = "Nội dung vừa được sửa ở một cửa sổ khác. Hãy xem lại dưới đây, đánh dấu đồng ý rồi gửi."
NOTES = {"digital": "đề nghị lấy bản điện tử đã có", "later": "sẽ mang bản giấy đến quầy"}


def send(draft: FilingDraft, *, agreed: str, seen: str, caller: str, now: dt.datetime) -> Receipt:
    """Return the receipt of the dossier made of the draft; a second send returns the first one's.

    `seen` is the look (drafts.look_of) that was agreed to: what another window wrote since is not sent unseen.

    Raises IntakeError with sentences by field, guessing.TooMany; then nothing has changed.
    """
    if draft.receipt is not None:
        return draft.receipt
    guessing.count([Limit("filing-send-day", drafts.per_address(draft.agency, now), 86400)], [caller])
    # Each sending tells the phone that was typed: nobody's telephone is filled by a stranger.
    phone = guessing.tidied(Answers(draft, now).submitter.phone)
    most = drafts.per_phone(draft.agency, now)
    try:
        guessing.count([Limit("filing-phone", most, 86400)], [phone])
    except guessing.TooMany:
        raise IntakeError({"": PHONE_FULL % {"most": most}}) from None
    with transaction.atomic():
        draft = FilingDraft.objects.select_for_update(of=("self",)).select_related(
            "agency", "procedure", "case", "receipt"
        ).get(pk=draft.pk)  # fmt: skip
        if draft.receipt is not None:
            return draft.receipt
        if seen != drafts.look_of(draft):
            raise IntakeError({"": CHANGED})
        answers = Answers(draft, now)
        if not offers.is_offered(draft.procedure, draft.agency, answers.today):
            raise IntakeError({"": NO_LONGER})
        if answers.case_is_open:
            raise IntakeError({"": CASE_GONE})
        papers = answers.papers()
        receipt = counter.submit(_intake(draft, answers, papers), by=None, now=now)
        _hand_over(receipt.dossiers.get(), answers, papers, agreed, now)
        draft.files.all().delete()  # the rows: their files are the dossier's now
        coming = _coming(answers.data, answers.owner or answers.submitter)
        draft.receipt, draft.data = receipt, drafts.kept_when_sent(answers.data | {"next": coming})
        draft.save(update_fields=["receipt", "data"])
    return receipt


def _coming(data: dict, owner: PersonData) -> list[dict[str, str]]:
    """Return the list of people taken off the filing before this one, without whom this one was sent for.

    It stands with the last one sent, and nowhere else: of two begun side by side, with the first that was sent.
    """
    earlier = FilingDraft.objects.filter(pk__in=data.get("before", [])[-1:], receipt__isnull=False)
    done = people_list.number_of(owner.id_number)
    return [person for person in drafts.take_next(earlier) if people_list.number_of(person["id_number"]) != done]


def _intake(draft: FilingDraft, answers: Answers, papers: list[PaperHere]) -> Intake:
    item = Item(
        procedure=draft.procedure,
        case=answers.case,
        content=answers.data.get("content", ""),
        owner=answers.owner,
        papers=tuple(_line(paper) for paper in papers if paper.files or paper.without or paper.missing),
    )
    return Intake(
        agency=draft.agency,
        submitter=answers.submitter,
        items=(item,),
        channel=Channel.ONLINE,
        result_place=_place(answers),
        key=f"online-{draft.key}",  # not a number that a form at the counter could carry
        # Who else has stated this number is nothing a stranger may learn here: the officer is told on the page.
        renamed=True,
        source=DossierEvent.Source.CITIZEN,
    )


def _line(paper: PaperHere) -> PaperLine:
    return PaperLine(
        paper.asked.name,
        originals=paper.asked.originals,
        certified=paper.asked.certified,
        copies=paper.asked.copies,
        received=bool(paper.files),
        note=f"{len(paper.files)} tệp trực tuyến" if paper.files else NOTES.get(paper.without, ""),
    )


def _place(answers: Answers) -> str:
    if answers.result == Filing.Result.POST:
        return f"{delivery.BY_POST}: {answers.data.get('post_address', '')}"[:300]
    return delivery.ELECTRONIC if answers.result == Filing.Result.FILE else ""


def _hand_over(dossier: Dossier, answers: Answers, papers: list[PaperHere], agreed: str, now: dt.datetime) -> None:
    """Give the draft's files and what was said to the dossier."""
    for paper in papers:
        for file in paper.files:
            row = Attachment.objects.create(
                dossier=dossier,
                name=file.name,
                file=file.file.name,
                content_type=file.content_type,
                size=file.size,
                sha256=file.sha256,
                token=file.token,
            )
            FiledFile.objects.create(attachment=row, paper=paper.asked.name)
    Filing.objects.create(
        dossier=dossier,
        relation=answers.relation,
        mandate=answers.data.get("mandate", "") if answers.for_other else "",
        consent_until=answers.until,
        agreed=agreed,
        agreed_at=now,
        result=answers.result,
    )
