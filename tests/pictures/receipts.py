# ruff: noqa: E402 (Django is set up before its models can be imported)
"""Receive one dossier of each of the forty procedures most taken, print its receipt, keep it as a picture.

    DATABASE_URL=… python -m tests.pictures.receipts --out FOLDER [--agency H80.05.01]

Needs an installation with the national catalogue (`manage.py import_catalogue FILE`); its rows are rolled back. All
that must be handed in is handed in. Ends with 1 when a receipt has more than one page.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import shutil
import subprocess
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

import django

django.setup()

from django.db import transaction
from django.utils import timezone

from dossiers.intake import counter
from dossiers.intake.asked_papers import asked_papers
from dossiers.intake.counter import Intake, Item, PaperLine
from dossiers.intake.people import PersonData
from dossiers.models import Agency, Channel, Procedure
from dossiers.papers import receipts
from dossiers.printed_forms.printing import page_count
from tests.pictures import COMMON_CODES

PERSON = PersonData(
    full_name="Nguyễn Thị Ngọc Hà",
    id_number="080185001234",
    phone="0912345678",
    address="Ấp 2, xã Cần Giuộc, tỉnh Tây Ninh",
)


def receipt_of(procedure: Procedure, agency: Agency) -> tuple[bytes, int]:
    """Return the receipt of one dossier with every paper that must come, and how many papers it lists."""
    now = timezone.now()
    version = procedure.version_on(timezone.localdate(now))
    papers = tuple(
        PaperLine(paper.name, originals=paper.originals, certified=paper.certified, copies=paper.copies)
        for paper in asked_papers(version, version.cases.first(), Channel.COUNTER)
        if paper.required and not paper.shown
    )
    due = now + dt.timedelta(days=14)
    item = Item(procedure=procedure, case=version.cases.first(), papers=papers)
    handed_in = Intake(agency=agency, submitter=PERSON, items=(item,))
    try:
        receipt = counter.receive(handed_in, by=None, now=now)
    except counter.IntakeError:  # the catalogue states no limit: the clerk writes a day
        handed_in = Intake(agency=agency, submitter=PERSON, items=(Item(**_fields(item), due_at=due),))
        receipt = counter.receive(handed_in, by=None, now=now)
    paper = receipts.receipt_paper(receipt, by=None, now=now)
    with paper.file.open("rb") as stored:
        return stored.read(), len(papers)


def _fields(item: Item) -> dict:
    return {"procedure": item.procedure, "case": item.case, "papers": item.papers}


def main() -> int:
    """Print a line a receipt; return 1 when one of them is longer than a page or could not be made."""
    parser = argparse.ArgumentParser(prog="python -m tests.pictures.receipts", description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True)
    parser.add_argument("--agency", default="H80.05.01")
    asked = parser.parse_args()
    folder = Path(asked.out)
    folder.mkdir(parents=True, exist_ok=True)
    agency, wrong = Agency.objects.get(code=asked.agency), []
    for code in COMMON_CODES:
        procedure = Procedure.objects.filter(code=code).first()
        if procedure is None:
            print(f"{code}: không có trong danh mục")
            wrong.append(code)
            continue
        with transaction.atomic():
            pdf, papers = receipt_of(procedure, agency)
            transaction.set_rollback(True)
        pages = page_count(pdf)
        target = folder / f"{code}.pdf"
        target.write_bytes(pdf)
        if shutil.which("pdftoppm"):
            subprocess.run(["pdftoppm", "-r", "60", "-png", target, folder / code], check=True)
        print(f"{code}: {pages} trang, {papers} giấy tờ, {procedure.name[:80]}")
        if pages != 1:
            wrong.append(code)
    print(
        f"{len(COMMON_CODES) - len(wrong)}/{len(COMMON_CODES)} giấy tiếp nhận một trang"
        + (f"; xem lại {wrong}" if wrong else "")
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
