"""Who answers for a theme becomes dated records: the owner written until now is the one since the first local rules.

The column "owner" stays in the database, with a default, for the version that still runs beside this one; the next
release drops it. Sentences of themes that nobody has edited become those that draw their borders.
"""

import datetime as dt

import django.db.models.deletion
from django.db import migrations, models

FROM = dt.date(2022, 6, 23)
DESCRIPTIONS = {
    "thu-tuc": (
        "Giấy tờ, thời hạn, cách nộp hồ sơ",
        "Chứng thực, ủy quyền, biểu mẫu, giờ làm việc: giấy tờ không thuộc lĩnh vực riêng nào",
    ),
    "tien-do-ho-so": (
        "Hồ sơ chậm, không rõ đang ở đâu",
        "Hồ sơ đã nộp mà chậm, quá hẹn, không rõ đang ở đâu, dù là giấy tờ gì",
    ),
    "thai-do": (
        "Cách tiếp đón, hướng dẫn của cán bộ",
        "Cách tiếp đón: cáu gắt, vắng chỗ, xếp hàng lâu; lời khen cán bộ",
    ),
    "giao-thong": (
        "Đèn đỏ, biển báo, kẹt xe, bến xe, bằng lái",
        "Đi lại: đèn đỏ, biển báo, kẹt xe, tai nạn, xe tải, bến xe, bằng lái",
    ),
    "ha-tang": (
        "Đường hỏng, cầu, cống, đèn đường, chợ",
        "Vật công cộng hư: mặt đường, cầu, cống, vỉa hè, đèn đường, công viên",
    ),
    "dien-nuoc": (
        "Cúp điện, nước yếu, dây điện, hóa đơn",
        "Cúp điện, nước yếu, nước đục, dây và cột điện, hóa đơn điện nước",
    ),
    "moi-truong": (
        "Rác thải, nước thải, khói bụi, tiếng ồn",
        "Rác, nước thải, khói bụi, mùi, tiếng ồn, xác vật nuôi vứt bỏ",
    ),
    "dat-dai": (
        "Sổ đỏ, ranh đất, thu hồi, bồi thường",
        "Sổ đỏ, ranh đất, tách thửa, thừa kế đất, thu hồi, bồi thường",
    ),
    "xay-dung": (
        "Giấy phép, xây sai phép, công trình mất an toàn",
        "Giấy phép, quy hoạch xây dựng, xây sai phép, lấn chiếm, tường nhà mất an toàn",
    ),
    "nha-o": (
        "Nhà ở xã hội, nhà tạm, chung cư, nhà trọ",
        "Nhà ở xã hội, xóa nhà tạm, chung cư (thang máy, quản lý), nhà trọ",
    ),
    "cu-tru": (
        "Hộ khẩu, tạm trú, căn cước, khai sinh, kết hôn",
        "Hộ khẩu, tạm trú, căn cước, khai sinh, khai tử, kết hôn, con nuôi",
    ),
    "an-ninh": (
        "Trộm cắp, gây rối, cháy nổ, lừa đảo, chó thả rông",
        "Kêu cứu, trộm cắp, đánh nhau, cờ bạc, ma túy, lừa đảo, chó thả rông",
    ),
    "y-te": (
        "Khám chữa bệnh, tiêm chủng, dịch bệnh, ngộ độc",
        "Khám chữa bệnh, tiêm chủng, dịch ở người, ngộ độc, hàng ăn",
    ),
    "giao-duc": (
        "Trường lớp, tuyển sinh, học phí",
        "Trường lớp, tuyển sinh, khoản thu của trường, thầy cô, bắt nạt",
    ),
    "bao-hiem": (
        "Bảo hiểm xã hội, y tế, thất nghiệp, lương hưu",
        "Bảo hiểm xã hội, y tế, thất nghiệp, thai sản, lương hưu: đóng và hưởng",
    ),
    "chinh-sach": (
        "Hộ nghèo, trợ cấp, người có công, việc làm",
        "Hộ nghèo, trợ cấp, người có công, khuyết tật; việc làm, lương, tai nạn lao động",
    ),
    "thue-phi": (
        "Thuế, lệ phí, hóa đơn, các khoản thu",
        "Thuế, lệ phí, hóa đơn, hoàn thuế, phí gửi xe, các khoản thu",
    ),
    "nong-nghiep": (
        "Cây trồng, vật nuôi, thủy lợi, dịch bệnh",
        "Cây trồng, vật nuôi, sâu bệnh, thủy lợi đồng ruộng, rừng",
    ),
    "kinh-doanh": (
        "Đăng ký kinh doanh, giá cả, hàng giả, chợ",
        "Đăng ký kinh doanh, giá cả, hàng giả, hàng bị giữ, chợ, quảng cáo",
    ),
    "vien-thong": (
        "Mạng, sóng, cổng dịch vụ, ứng dụng, bưu chính",
        "VNeID, cổng dịch vụ công, ứng dụng, nộp qua mạng bị lỗi; mạng, sóng, bưu chính",
    ),
}
"""Theme: the sentence it was installed with, the one that draws its border."""


def date_the_owners(apps, schema_editor):
    owner = apps.get_model("feedback", "CategoryOwner")
    owner.objects.bulk_create(
        owner(category=theme, name=theme.owner, valid_from=FROM)
        for theme in apps.get_model("feedback", "Category").objects.exclude(owner="")
    )


def draw_borders(apps, schema_editor):
    category = apps.get_model("feedback", "Category")
    for code, (before, now) in DESCRIPTIONS.items():
        category.objects.filter(code=code, description=before).update(description=now)


def take_the_newest_back(apps, schema_editor):
    for row in apps.get_model("feedback", "CategoryOwner").objects.order_by("valid_from").select_related("category"):
        row.category.owner = row.name
        row.category.save(update_fields=["owner"])


class Migration(migrations.Migration):
    dependencies = [("feedback", "0007_unhidden_by_a_person")]
    # The rows changed are the themes, some two dozen: locked for milliseconds, read alike by the version that runs.
    two_versions = "chỉ vài chục lĩnh vực, khóa vài mili giây; bản đang chạy đọc như cũ"

    operations = [
        migrations.CreateModel(
            name="CategoryOwner",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(
                        help_text="Cơ quan, phòng thường giải quyết", max_length=160, verbose_name="nơi chủ trì"
                    ),
                ),
                (
                    "decision",
                    models.CharField(
                        blank=True, help_text="Quyết định, quy chế giao việc", max_length=200, verbose_name="căn cứ"
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="áp dụng từ ngày")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="đến hết ngày")),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="owners",
                        to="feedback.category",
                        verbose_name="lĩnh vực",
                    ),
                ),
            ],
            options={
                "verbose_name": "nơi chủ trì lĩnh vực",
                "verbose_name_plural": "nơi chủ trì lĩnh vực",
                "ordering": ["category", "-valid_from"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("category", "valid_from"),
                        name="category_owner_one_a_day",
                        violation_error_message="Lĩnh vực này đã có nơi chủ trì từ ngày đó.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="category_owner_dates_in_order",
                        violation_error_message="Ngày hết hiệu lực phải sau ngày bắt đầu.",
                    ),
                ],
            },
        ),
        migrations.AlterField(
            model_name="category",
            name="owner",
            field=models.CharField(blank=True, db_default="", default="", max_length=160, verbose_name="nơi chủ trì"),
        ),
        migrations.RunPython(date_the_owners, take_the_newest_back),
        migrations.AlterField(
            model_name="category",
            name="description",
            field=models.CharField(
                blank=True,
                help_text="Người chọn lĩnh vực đọc câu này",
                max_length=200,
                verbose_name="những việc thuộc lĩnh vực",
            ),
        ),
        migrations.RunPython(draw_borders, migrations.RunPython.noop),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name="category", name="owner")]
        ),
    ]
