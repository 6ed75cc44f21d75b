"""Themes that fit what people write about: old rows keep their cases, new ones come beside them.

An installation without themes gets the list by feedback.defaults when the migrations are over.
"""

from django.db import migrations, models

RENAMED = {
    "trat-tu": ("an-ninh", "Trật tự đô thị, an toàn", "An ninh, trật tự"),
    "ha-tang": ("ha-tang", "Giao thông, hạ tầng", "Hạ tầng công cộng"),
}
"""Old code: new code; the name changes only where nobody has edited it."""


def bring_in(apps, schema_editor):
    category = apps.get_model("feedback", "Category")
    if not category.objects.exists():
        return
    for old, (code, name_before, name) in RENAMED.items():
        row = category.objects.filter(code=old).first()
        if row is None or (code != old and category.objects.filter(code=code).exists()):
            continue
        row.code = code
        row.name = name if row.name == name_before else row.name
        row.save(update_fields=["code", "name"])


class Migration(migrations.Migration):
    dependencies = [("feedback", "0005_one_limit_on_guessing")]

    operations = [
        migrations.AddField(
            "category",
            "owner",
            models.CharField(
                "nơi chủ trì", blank=True, default="", help_text="Cơ quan, phòng thường giải quyết", max_length=160
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            "escalation",
            "rung",
            models.CharField(
                "nấc",
                choices=[
                    ("danger", "Báo nguy hiểm tính mạng"),
                    ("petition", "Có đơn chờ chuyển"),
                    ("untaken", "Quá hạn tiếp nhận"),
                    ("soon", "Sắp hết hạn"),
                    ("late", "Quá hạn"),
                ],
                max_length=8,
            ),
        ),
        migrations.RunPython(bring_in, migrations.RunPython.noop),
    ]
