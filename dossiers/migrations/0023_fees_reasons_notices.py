"""Money told apart: what a notice asked for is no fee, a collection can be cancelled; ready reasons to refuse."""

from decimal import Decimal

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def tell_apart(apps, _editor):
    """Mark what was paid on a notice as that; fees nobody collected are no longer marked paid by it."""
    events, dossiers = (apps.get_model("dossiers", name).objects for name in ("DossierEvent", "Dossier"))
    fees = apps.get_model("dossiers", "DossierFee").objects
    confirmed = events.filter(kind="payment_confirmed").order_by("dossier", "id").values_list("dossier", "id")
    sums = {}
    for dossier, event in confirmed.iterator(chunk_size=1000):
        asked = events.filter(dossier=dossier, kind="payment_requested", id__lt=event).order_by("-id").first()
        amount = Decimal(str(asked.facts.get("amount") or 0)) if asked else Decimal(0)
        sums[dossier] = sums.get(dossier, 0) + amount
    for dossier, amount in sums.items():
        dossiers.filter(pk=dossier).update(notice_paid=amount or None)
        lines = fees.filter(dossier=dossier, price__gt=0)
        accepted = events.filter(dossier=dossier, kind="accepted").order_by("id").first()
        at_intake = accepted.facts.get("received", {}).get("fee_paid", True) if accepted else True
        if lines.filter(collected_at=None).exists() or not (lines.exists() or at_intake):
            dossiers.filter(pk=dossier).update(fee_paid=False)


class Migration(migrations.Migration):

    dependencies = [
        ('dossiers', '0022_limits_of_counters'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='dossier',
            options={'ordering': ['-id'], 'permissions': [('receive_dossier', 'Tiếp nhận, từ chối hồ sơ'), ('assign_dossier', 'Phân công, chuyển phòng'), ('correct_dossier', 'Sửa thông tin đã tiếp nhận'), ('cancel_fee', 'Hủy khoản phí, lệ phí đã thu'), ('process_dossier', 'Thụ lý, thẩm định, yêu cầu bổ sung'), ('sign_dossier', 'Ký duyệt kết quả'), ('return_result', 'Trả kết quả'), ('stop_dossier', 'Dừng, cho rút hồ sơ'), ('see_personal_data', 'Xem đủ thông tin cá nhân của người nộp'), ('search_all_agencies', 'Tra cứu hồ sơ mọi cơ quan')], 'verbose_name': 'hồ sơ', 'verbose_name_plural': 'hồ sơ'},
        ),
        migrations.AlterModelOptions(
            name='supplementreason',
            options={'ordering': ['use', 'order', 'id'], 'verbose_name': 'lý do có sẵn', 'verbose_name_plural': 'lý do có sẵn'},
        ),
        migrations.AddField(
            model_name='dossier',
            name='notice_paid',
            field=models.DecimalField(blank=True, decimal_places=0, max_digits=14, null=True, verbose_name='đã nộp theo thông báo (đồng)'),
        ),
        migrations.AddField(
            model_name='supplementreason',
            name='use',
            field=models.CharField(choices=[('supplement', 'Yêu cầu bổ sung (mẫu 02)'), ('refusal', 'Từ chối tiếp nhận (mẫu 03)')], default='supplement', max_length=10, verbose_name='dùng khi'),
        ),
        migrations.AlterField(
            model_name='dossierevent',
            name='kind',
            field=models.CharField(choices=[('submitted', 'Đã nộp hồ sơ'), ('accepted', 'Đã tiếp nhận'), ('refused', 'Từ chối tiếp nhận'), ('assigned', 'Phân công thụ lý'), ('appraising', 'Thẩm định'), ('signing', 'Trình ký duyệt'), ('signing_returned', 'Trả về thẩm định lại'), ('supplement_requested', 'Yêu cầu bổ sung'), ('supplement_part', 'Đã nhận một phần bổ sung'), ('supplement_received', 'Đã nhận bổ sung'), ('payment_requested', 'Yêu cầu nộp tiền'), ('payment_confirmed', 'Đã nộp tiền'), ('withdrawal_requested', 'Người dân xin rút'), ('withdrawal_declined', 'Tiếp tục giải quyết'), ('stopped', 'Dừng xử lý / trả lại hồ sơ'), ('result_ready', 'Đã có kết quả'), ('result_reminded', 'Nhắc đến nhận kết quả'), ('result_returned', 'Đã trả kết quả'), ('handed_over', 'Chuyển phòng'), ('due_moved', 'Đổi ngày hẹn trả'), ('paper_issued', 'Phát hành giấy tờ'), ('letter_issued', 'Phát hành văn bản'), ('details_corrected', 'Sửa thông tin'), ('fees_collected', 'Thu phí, lệ phí'), ('fees_cancelled', 'Hủy thu phí, lệ phí'), ('late_report', 'Báo muộn từ phần mềm khác')], max_length=24, verbose_name='việc'),
        ),
        migrations.AlterField(
            model_name='supplementreason',
            name='sample',
            field=models.CharField(blank=True, max_length=500, verbose_name='mẫu tham khảo'),
        ),
        migrations.AlterField(
            model_name='supplementreason',
            name='what',
            field=models.CharField(help_text='Bổ sung: cần làm gì. Từ chối: vì sao hồ sơ không được nhận.', max_length=500, verbose_name='nội dung'),
        ),
        migrations.AlterField(
            model_name='supplementreason',
            name='where',
            field=models.CharField(blank=True, max_length=500, verbose_name='lấy ở đâu, nộp ở đâu'),
        ),
        migrations.AlterField(
            model_name='supplementreason',
            name='why',
            field=models.CharField(help_text='Từ chối: điều, khoản, văn bản, in trên mẫu 03.', max_length=500, verbose_name='căn cứ'),
        ),
        migrations.CreateModel(
            name='CancelledFee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=300, verbose_name='khoản thu')),
                ('unit', models.CharField(blank=True, max_length=60, verbose_name='đơn vị')),
                ('quantity', models.PositiveIntegerField(default=1, verbose_name='số lượng')),
                ('price', models.DecimalField(decimal_places=0, default=0, max_digits=14, verbose_name='đơn giá (đồng)')),
                ('method', models.CharField(blank=True, choices=[('cash', 'Tiền mặt'), ('transfer', 'Chuyển khoản')], max_length=8, verbose_name='hình thức thu')),
                ('collected_at', models.DateTimeField(blank=True, null=True, verbose_name='thu lúc')),
                ('collected_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người thu')),
                ('dossier', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cancelled_fees', to='dossiers.dossier', verbose_name='hồ sơ')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cancelled_fees', to='dossiers.dossierevent', verbose_name='lần hủy thu')),
            ],
            options={
                'verbose_name': 'khoản đã hủy thu',
                'verbose_name_plural': 'khoản đã hủy thu',
                'ordering': ['dossier', 'id'],
                'abstract': False,
            },
        ),
        migrations.RunPython(tell_apart, migrations.RunPython.noop),
    ]
