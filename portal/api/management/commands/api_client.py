"""`api_client NAME --agency CODE [--scope read|write]`: make a key and print it once."""

from django.core.management.base import BaseCommand, CommandError

from dossiers.models import Agency
from portal.api import keys
from portal.api.models import ApiClient


class Command(BaseCommand):
    help = "Cấp khóa kết nối API cho một phần mềm; khóa chỉ hiện một lần."

    def add_arguments(self, parser):
        parser.add_argument("name", metavar="TÊN", help="tên phần mềm")
        parser.add_argument("--agency", required=True, metavar="MÃ", help="mã cơ quan, ví dụ H80.05")
        parser.add_argument("--scope", choices=ApiClient.Scope.values, default=ApiClient.Scope.READ)

    def handle(self, *, name, agency, scope, **options):
        found = Agency.objects.filter(code=agency).first()
        if found is None:
            raise CommandError(f"Không có cơ quan mã {agency}. Xem mã ở mục Cơ quan.")
        if ApiClient.objects.filter(agency=found, name=name).exists():
            raise CommandError(f"Cơ quan {agency} đã có phần mềm tên “{name}”. Chọn tên khác hoặc thu hồi khóa cũ.")
        client, key = keys.create_client(name=name, agency=found, scope=scope)
        self.stdout.write(f"Đã cấp khóa cho {client} ({client.get_scope_display()}). Khóa chỉ hiện một lần:")
        self.stdout.write(key)
