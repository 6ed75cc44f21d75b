"""Declare an Official Account and connect it with a consent code or a ready pair of tokens."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dossiers.models import Agency
from zalo.account import tokens
from zalo.api.client import code_challenge
from zalo.api.errors import ZaloError
from zalo.models import Account, AccountAgency


class Command(BaseCommand):
    help = "Khai báo và kết nối một Official Account."

    def add_arguments(self, parser):
        parser.add_argument("--name", required=True, help="tên Official Account")
        parser.add_argument("--oa-id", required=True, help="mã OA")
        parser.add_argument("--app-id", required=True, help="mã ứng dụng")
        parser.add_argument("--app-secret", required=True, help="khoá bí mật của ứng dụng")
        parser.add_argument("--oa-secret", required=True, help="khoá bí mật webhook (OA Secret Key)")
        parser.add_argument("--code", help="mã đồng ý Zalo vừa cấp")
        parser.add_argument("--access-token", help="mã truy cập lấy từ API Explorer")
        parser.add_argument("--refresh-token", help="mã làm mới lấy từ API Explorer")
        parser.add_argument("--agency", action="append", default=[], metavar="CODE", help="mã cơ quan dùng kênh")

    def handle(self, **options):
        if bool(options["access_token"]) != bool(options["refresh_token"]):
            raise CommandError("Phải đưa cả --access-token và --refresh-token.")
        agencies = [self._agency(code) for code in options["agency"]]
        account = self._account(options)
        for agency in agencies:
            self._serve(account, agency)
        try:
            self._connect(account, options)
        except ZaloError as error:
            raise CommandError(f"Chưa kết nối được: {error.words} {error.advice}") from error

    def _agency(self, code: str) -> Agency:
        agency = Agency.objects.filter(code=code).first()
        if agency is None:
            raise CommandError(f"Không có cơ quan mã {code}. Hãy thêm cơ quan trước.")
        return agency

    def _account(self, options) -> Account:
        fields = {key: options[key].strip() for key in ("name", "app_id", "app_secret", "oa_secret")}
        account = Account.objects.filter(oa_id=options["oa_id"].strip()).first() or Account(
            oa_id=options["oa_id"].strip()
        )
        for key, value in fields.items():
            setattr(account, key, value)
        try:
            account.full_clean()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        account.save()
        return account

    def _serve(self, account: Account, agency: Agency) -> None:
        if account.services.filter(agency=agency, valid_to=None).exists():
            return
        service = AccountAgency(account=account, agency=agency, valid_from=timezone.localdate())
        try:
            service.full_clean()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        service.save()

    def _connect(self, account: Account, options) -> None:
        if options["code"]:
            tokens.connect_with_code(account, options["code"])
        elif options["access_token"]:
            tokens.connect_with_pair(account, options["access_token"], options["refresh_token"])
        else:
            challenge = code_challenge(tokens.ensure_verifier(account))
            self.stdout.write(f"Đã khai báo “{account}”. Nhập code challenge này vào trang quản trị Zalo: {challenge}")
            return
        self.stdout.write(self.style.SUCCESS(f"Đã kết nối “{account}”."))
