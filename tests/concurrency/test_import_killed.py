"""An import of old dossiers killed with -9 amid a batch, or behind one: resumed, nothing is lost or double."""

from __future__ import annotations

import csv

import pytest
from django.core.management import call_command

from dossiers.models import Applicant, Dossier, DossierEvent, Holding, Receipt
from tests import people

from .racing import Racer

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 90
DIE = """
import os, signal
from dossiers import many_rows
from dossiers.intake import bringing_over
from django.core.management import call_command
from portal.transfer import dossier_files
dossier_files.BATCH = 20
count = [0]
def killing(work, at):
    def acted(*args, **more):
        count[0] += 1
        found = work(*args, **more)
        if count[0] == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return found
    return acted
{point}
call_command("import_dossiers", {path!r}, agency={agency!r})
"""
AT = {
    # Amid the third batch: five tables each.
    "written, not committed": "many_rows.write = killing(many_rows.write, 13)",
    "committed, not noted": "bringing_over.many = killing(bringing_over.many, 3)",
}


@pytest.mark.parametrize("point", AT)
def test_killed_and_resumed(point, tmp_path):
    centre = people.centre()
    people.procedure()
    path = tmp_path / "cu.csv"
    rows = [
        f"MC-{number},BN-{number},1.004441,Người Số {number},0790850{number:05d},03/03/2025,Đã trả,12/03/2025"
        for number in range(ROWS)
    ]
    head = "Mã hồ sơ,Số biên nhận,Mã TTHC,Họ và tên,CCCD,Ngày tiếp nhận,Trạng thái,Ngày kết thúc"
    path.write_text("\n".join([head, *rows]), encoding="utf-8")
    racer = Racer(DIE.format(point=AT[point], path=str(path), agency=centre.agency.code)).wait_until_ready()
    racer.go()
    racer.results()
    assert racer.ended_with() == -9
    assert 0 < Dossier.objects.count() < ROWS, "some batches were committed, not all"
    call_command("import_dossiers", str(path), agency=centre.agency.code, resume=True)
    assert set(Dossier.objects.values_list("code", flat=True)) == {f"MC-{number}" for number in range(ROWS)}
    assert Applicant.objects.count() == Receipt.objects.count() == Holding.objects.count() == ROWS
    assert DossierEvent.objects.count() == 2 * ROWS
    assert sorted(Receipt.objects.values_list("register_number", flat=True)) == list(range(1, ROWS + 1))
    with path.with_name("cu.csv.bao-cao.csv").open(encoding="utf-8-sig", newline="") as report:
        assert [row[2] for row in csv.reader(report)][1:] == [f"MC-{number}" for number in range(ROWS)]
