"""`manage.py erase_person --id … | --phone … [--dry-run]`: erase a person everywhere, and say what stays and why."""

from __future__ import annotations

import datetime as dt

from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from dossiers.identity_numbers import InvalidNumber, normalise_personal_id, normalise_phone, normalise_tax_code
from dossiers.intake import forgetting
from dossiers.long_acts import files as exported
from dossiers.models import Applicant
from dossiers.privacy import erasure_journal
from feedback.cases import erasure as feedback_erasure
from portal.correspondence import forgetting as office_forgetting
from portal.submission import forgetting as filing_forgetting
from portal.transfer import bringing
from portal.transfer.erased_again import numbers_again
from zalo.people import forgetting as channel_forgetting
from zalo.people.forgetting import forget_again

KEPT_WORDS = ("giữ lại", "mã băm")
UNSEARCHED = "chữ bên trong tệp kèm theo văn bản, nhiệm vụ: lệnh không đọc tệp; hãy xem các tệp rồi gỡ tay nếu có"
BACKUPS = "bản sao lưu cũ còn dữ liệu đến khi hết hạn giữ; khôi phục bản cũ thì lệnh restore xóa lại theo tệp {place}"
UNNOTED = "CHƯA ghi được vào tệp {place} ({why}): khôi phục bản sao lưu cũ thì phải chạy lại lệnh này bằng tay"


class Command(BaseCommand):
    help = (
        "Xóa dữ liệu của một người theo yêu cầu (Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15): bản ghi người nộp "
        "của mọi cơ quan, hồ sơ đã kết thúc, hàng đợi tin, hội thoại và tệp Zalo, ý kiến. "
        "In ra phần phải giữ theo luật và lý do."
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="chỉ kể sẽ xóa, giữ gì; không đổi gì")
        whom = parser.add_mutually_exclusive_group(required=True)
        whom.add_argument("--id", metavar="SỐ", help="CCCD, CMND, hộ chiếu hoặc mã số thuế")
        whom.add_argument("--phone", metavar="SỐ", help="số điện thoại")
        whom.add_argument(
            "--since",
            metavar="THỜI ĐIỂM",
            help="sau khi khôi phục bản sao lưu: xóa lại ai đã xóa từ thời điểm đó, ví dụ 2026-11-30T02:00+07:00",
        )

    def handle(self, *args, **options):
        if options["since"]:
            self._again(options["since"], dry=options["dry_run"])
            return
        now = timezone.now()
        id_number, phone = _number(options)
        with transaction.atomic():
            people = list(forgetting.with_number(id_number=id_number, phone=phone))
            phones, emails, shared = _contacts(people, phone)
            known = {person.id_number for person in people}
            contacts = [{"phone": each} for each in phones] + [{"email": each} for each in emails]
            # Before the rows are emptied: afterwards nothing tells whose they were.
            cases = [case for contact in contacts for case in feedback_erasure.sent_by(**contact)]
            names = {person.full_name for person in people}
            called = {*names, *(case.sender_name for case in cases if len(case.sender_name.split()) > 1)}
            needles = forgetting.Needles.of(people, names=called, numbers={id_number, *phones})
            report = forgetting.forget(people, now=now, needles=needles)
            report.done.update(feedback_erasure.erase(applicant_ids=report.applicants, names=names))
            for contact in contacts:
                report.done.update(feedback_erasure.erase(**contact, names=names))
            report.done.update(
                channel_forgetting.forget(
                    phones=phones,
                    mailboxes=emails,
                    applicant_ids=report.applicants,
                    dossier_ids=report.dossiers,
                    case_ids={case.pk for case in cases},
                    now=now,
                )
            )
            ids = {id_number, *known} - {""}
            report.done.update(filing_forgetting.forget(ids=ids, phones=phones, dossier_ids=report.dossiers))
            office = office_forgetting.forget(needles)
            report.done.update(office.done)
            report.kept += office.kept
            report.done["dòng nhật ký quản trị"] += _clean_desk_log(needles)
            transaction.set_rollback(options["dry_run"])
        if not people and not any(report.done.values()):
            raise CommandError("Không nơi nào có số này: không có gì để xóa.")
        # What was sent to be brought over may hold the person's row, and would bring it back when it is taken; what
        # was put out as a table holds it too.
        report.done["tệp hồ sơ cũ đang giữ (gửi lại được)"] = (
            bringing.kept() if options["dry_run"] else bringing.forget_all()
        )
        report.done["tệp bảng đã xuất (xuất lại được)"] = (
            exported.kept() if options["dry_run"] else exported.forget_all()
        )
        self._tell(report, shared, dry=options["dry_run"])
        if not options["dry_run"]:
            self._note({"id": id_number, "phone": phone}, now)

    def _again(self, since: str, *, dry: bool) -> None:
        """Erase whoever was erased since the moment of a backup that has been brought back."""
        moment = parse_datetime(since)
        if moment is None:
            raise CommandError("Không đọc được thời điểm; ghi như 2026-11-30T02:00+07:00.")
        moment = moment if timezone.is_aware(moment) else timezone.make_aware(moment)
        wanted, again = erasure_journal.since(moment), 0
        for kind, number in sorted(numbers_again(wanted)):
            try:
                call_command("erase_person", **{kind: number}, dry_run=dry, stdout=self.stdout)
                again += 1
            except CommandError:  # an earlier one of them had the same person
                continue
        people = forget_again(wanted["zalo"], now=timezone.now(), dry_run=dry)
        will = "Sẽ xóa lại" if dry else "Đã xóa lại"
        self.stdout.write(
            f"{will} {again} người, {people} người trên Zalo theo {sum(map(len, wanted.values()))} dòng của tệp "
            f"{erasure_journal.place()}."
        )

    def _note(self, numbers: dict[str, str], now: dt.datetime) -> None:
        try:
            for kind, number in numbers.items():
                if number:
                    erasure_journal.note(kind, number, at=now)
        except OSError as error:
            self.stdout.write(f"  {UNNOTED.format(place=erasure_journal.place(), why=error.strerror)}")

    def _tell(self, report, shared: set[str], *, dry: bool) -> None:
        counts = {name: count for name, count in report.done.items() if count}
        kept = [name for name in counts if any(word in name for word in KEPT_WORDS)]
        self.stdout.write("Chạy thử, chưa đổi gì. Sẽ xóa:" if dry else "Đã xóa:")
        for name in [each for each in counts if each not in kept]:
            self.stdout.write(f"  {name}: {counts[name]}")
        self.stdout.write("Sẽ giữ lại, kèm lý do:" if dry else "Giữ lại, kèm lý do:")
        for line in [*report.kept, *(f"{name}: {counts[name]}" for name in kept)]:
            self.stdout.write(f"  {line}")
        if shared:
            self.stdout.write(
                f"  {len(shared)} số điện thoại hoặc thư điện tử cũng là của người khác: không xóa theo liên hệ đó"
            )
        for line in (UNSEARCHED, BACKUPS.format(place=erasure_journal.place())):
            self.stdout.write(f"  {line}")


def _number(options) -> tuple[str, str]:
    """Return (id number, phone), one of them "". Raises CommandError for what is neither."""
    try:
        if options["phone"]:
            return "", normalise_phone(options["phone"])
        try:
            return normalise_personal_id(options["id"]), ""
        except InvalidNumber:
            return normalise_tax_code(options["id"]), ""
    except InvalidNumber as error:
        raise CommandError(str(error)) from None


def _contacts(people: list[Applicant], phone: str) -> tuple[set[str], set[str], set[str]]:
    """Return the phones and e-mails that are the person's alone, and those that others stated too."""
    alone = {phone} if phone else set()
    shared: set[str] = set()
    ids = {person.id_number for person in people if person.id_number}
    for each in {person.phone for person in people if person.phone} - alone:
        others = [row for row in Applicant.objects.with_phone(each).filter(erased_at=None) if row.id_number not in ids]
        (shared if others else alone).add(each)
    emails = {person.email for person in people if person.email}
    return alone, emails, shared


def _clean_desk_log(needles: forgetting.Needles) -> int:
    """Take the person's name and numbers out of what the desk logged of acts on rows; return how many lines."""
    cleaned = 0
    rows = LogEntry.objects.only("object_repr", "change_message").iterator(chunk_size=1000)
    for row in rows:
        if needles.stand_in(row.object_repr) or needles.stand_in(row.change_message):
            LogEntry.objects.filter(pk=row.pk).update(
                object_repr=needles.hidden(row.object_repr), change_message=needles.hidden(row.change_message)
            )
            cleaned += 1
    return cleaned
