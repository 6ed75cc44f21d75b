"""Who answers for a theme becomes dated records: the owner written until now is the one since the first local rules."""

import datetime as dt

import django.db.models.deletion
from django.db import migrations, models

FROM = dt.date(2022, 6, 23)


def date_the_owners(apps, schema_editor):
    owner = apps.get_model("feedback", "CategoryOwner")
    owner.objects.bulk_create(
        owner(category=theme, name=theme.owner, valid_from=FROM)
        for theme in apps.get_model("feedback", "Category").objects.exclude(owner="")
    )


def take_the_newest_back(apps, schema_editor):
    for row in apps.get_model("feedback", "CategoryOwner").objects.order_by("valid_from").select_related("category"):
        row.category.owner = row.name
        row.category.save(update_fields=["owner"])


class Migration(migrations.Migration):
    dependencies = [("feedback", "0007_unhidden_by_a_person")]

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
        migrations.RunPython(date_the_owners, take_the_newest_back),
        migrations.RemoveField(model_name="category", name="owner"),
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
    ]
