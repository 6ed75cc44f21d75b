"""`manage.py rotate_keys`: put every sealed text, hash and stored file under the first of FIELD_ENCRYPTION_KEYS."""

from django.core.management.base import BaseCommand, CommandError

from dossiers.privacy import key_rotation
from dossiers.privacy.sealing import SealingError


class Command(BaseCommand):
    help = (
        "Niêm phong lại toàn bộ dữ liệu cá nhân và tệp đã lưu bằng khóa đầu tiên trong FIELD_ENCRYPTION_KEYS. "
        "Trình tự đổi khóa: "
        "(1) đặt khóa mới lên đầu danh sách, giữ khóa cũ phía sau; (2) khởi động lại mọi tiến trình; "
        "(3) chạy lệnh này; (4) khi lệnh báo xong thì bỏ khóa cũ. Lệnh bị ngắt giữa chừng thì chạy lại là tiếp tục."
    )

    def add_arguments(self, parser):
        parser.add_argument("--batch", type=int, default=500, metavar="N", help="số bản ghi mỗi lượt (mặc định 500)")

    def handle(self, *args, **options):
        if options["batch"] < 1:
            raise CommandError("--batch phải là số nguyên từ 1 trở lên.")
        try:
            results = [self._rotate(model, options["batch"]) for model in key_rotation.sealed_models()]
            files = key_rotation.rotate_files()
        except SealingError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Đã niêm phong lại {sum(result.rows for result in results)} bản ghi bằng khóa đầu tiên.")
        self.stdout.write(f"Đã niêm phong lại {files.files} tệp.")
        if files.unreadable:
            more = f" … ({len(files.unreadable)} tệp)" if len(files.unreadable) > 20 else ""
            raise CommandError(
                f"Có tệp không mở được bằng khóa nào trong danh sách ({', '.join(files.unreadable[:20])}{more}). "
                "Chưa được bỏ khóa cũ: hãy bổ sung khóa còn thiếu hoặc khôi phục các tệp này từ bản sao lưu, "
                "rồi chạy lại lệnh."
            )
        unreadable = [result for result in results if result.unreadable]
        if unreadable:
            listed = "; ".join(
                f"{result.model._meta.label}: {', '.join(map(str, result.unreadable[:20]))}"
                + (f" … ({len(result.unreadable)} bản ghi)" if len(result.unreadable) > 20 else "")
                for result in unreadable
            )
            raise CommandError(
                f"Có bản ghi không mở được bằng khóa nào trong danh sách ({listed}). Chưa được bỏ khóa cũ: hãy bổ sung "
                "khóa còn thiếu hoặc khôi phục các bản ghi này rồi chạy lại lệnh."
            )
        left = key_rotation.hashes_left()
        if left:
            self.stdout.write(
                f"Còn {left} bản ghi chỉ giữ mã băm theo khóa cũ (không giữ bản gốc: lời từ chối "
                "nhận tin, đường dẫn nộp hồ sơ). Hãy giữ khóa cũ ở cuối danh sách để các bản ghi này vẫn có hiệu lực; "
                "dữ liệu mới không dùng khóa đó."
            )
            return
        self.stdout.write("Mọi dữ liệu đã ở khóa đầu tiên; có thể bỏ các khóa cũ khỏi FIELD_ENCRYPTION_KEYS.")

    def _rotate(self, model, batch_size):
        result = key_rotation.rotate(model, batch_size=batch_size)
        if result.rows or result.unreadable:
            self.stdout.write(f"  {model._meta.verbose_name}: {result.rows} bản ghi")
        return result
