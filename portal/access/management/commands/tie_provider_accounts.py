"""`manage.py tie_provider_accounts TỆP`: tie accounts to the provider's from a CSV of user name and the tying claim."""

from __future__ import annotations

import csv
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, transaction

from portal.access import factor, provider
from portal.access.models import ProviderAccount


class Command(BaseCommand):
    help = (
        "Nối tài khoản cán bộ với nơi cấp từ tệp CSV có dòng tiêu đề và hai cột: tên đăng nhập, mã ở nơi cấp "
        "(giá trị của OIDC_CLAIM). Dòng sai được nêu rồi bỏ qua; chạy lại được."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="TỆP")

    def handle(self, *args, file, **options):
        if not provider.is_on():
            raise CommandError("Chưa đặt OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET.")
        try:
            rows = list(csv.reader(Path(file).read_text(encoding="utf-8-sig").splitlines()))[1:]
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"Không đọc được {file}: hãy lưu CSV bằng UTF-8.") from error
        made = wrong = 0
        for number, row in enumerate(rows, start=2):
            if not any(cell.strip() for cell in row):
                continue
            said = self._tie(row)
            made += not said
            wrong += bool(said)
            if said:
                self.stderr.write(f"Dòng {number}: {said}")
        self.stdout.write(f"Đã nối {made} tài khoản.")
        if wrong:
            raise CommandError(f"{wrong} dòng chưa nối được; sửa trong tệp rồi chạy lại.")

    def _tie(self, row: list[str]) -> str:
        """Tie one account; return what is wrong with the row, "" when it is tied."""
        username, subject = (row[0].strip(), row[1].strip()) if len(row) > 1 else ("", "")
        user = User.objects.filter(username=username, is_staff=True, is_active=True).first()
        if user is None:
            return f"không có tài khoản cán bộ đang hoạt động tên “{username}”."
        if not subject or len(subject) > 255:
            return "mã ở nơi cấp trống hoặc dài quá 255 ký tự."
        try:
            with transaction.atomic():
                own = {"issuer": settings.OIDC_ISSUER, "subject": subject}
                ProviderAccount.objects.update_or_create(user=user, defaults=own)
                factor.write_down(user, user, f"Người vận hành nối với {settings.OIDC_NAME}: {subject}")
        except IntegrityError:
            return f"mã “{subject}” đã nối với tài khoản khác."
        return ""
