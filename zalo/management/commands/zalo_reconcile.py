"""Prove doubtful messages, rescue stuck ones, and tell citizens about events that were forgotten."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from zalo.notices import reconcile
from zalo.outbox import rows as outbox


class Command(BaseCommand):
    help = "Đối chiếu tin chưa rõ kết quả với Zalo, gỡ tin bị kẹt, và báo bù các việc chưa được nhắn."

    def add_arguments(self, parser):
        parser.add_argument(
            "--days", type=int, default=3, help="tìm việc chưa được nhắn trong bấy nhiêu ngày (mặc định 3)"
        )

    def handle(self, **options):
        rescued = outbox.rescue(now=timezone.now())
        proof = reconcile.prove()
        told = reconcile.tell_forgotten(days=options["days"])
        self.stdout.write(f"Gỡ tin bị kẹt: {rescued}.")
        self.stdout.write(
            f"Đối chiếu: {proof.arrived} tin đã tới, {proof.absent} tin gửi lại, {proof.unknown} tin chưa rõ."
        )
        self.stdout.write(f"Báo bù việc chưa được nhắn: {told} tin.")
