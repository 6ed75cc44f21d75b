"""Receipts of the forty procedures a commune's counter takes most: one page each, with everything that must come.

Their tables are kept beside the list of codes, as the national catalogue had them; the same is measured on a loaded
catalogue, through the counter, by `python -m tests.pictures.receipts`.
"""

import datetime as dt
import gzip
import json
from dataclasses import replace

import pytest

from dossiers import printed_forms
from dossiers.catalogue.importing import Options, load_file
from dossiers.intake.asked_papers import asked_papers
from dossiers.models import Channel, Procedure
from dossiers.printed_forms import FORMS
from dossiers.printed_forms.printing import page_count
from dossiers.printed_forms.receipt import PaperLine
from tests.dossiers.catalogue.catalogue_files import json_lines, portal_record
from tests.pictures import COMMON_CODES, COMMON_RECORDS

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]
NOW = dt.datetime(2026, 11, 16, 1, 30, tzinfo=dt.UTC)
MOST_ASKED = 9
"""A handful: what the counter ticks as one."""


def test_the_receipt_of_each_of_the_forty_is_one_page(tmp_path):
    kept = [json.loads(line) for line in gzip.open(COMMON_RECORDS, "rt", encoding="utf-8")]
    records = [portal_record(row["ma_thu_tuc"], **{k: v for k, v in row.items() if k != "ma_thu_tuc"}) for row in kept]
    load_file(json_lines(tmp_path / "common.jsonl", records), Options(today=NOW.date()), now=NOW)
    sample = FORMS["receipt"].sample("2025")
    pages, asked = {}, {}
    for procedure in Procedure.objects.prefetch_related("versions__papers", "versions__cases"):
        version = procedure.versions.get()
        papers = [paper for paper in asked_papers(version, version.cases.first(), Channel.COUNTER) if paper.required]
        lines = [
            PaperLine(paper.name, paper.originals, paper.certified, paper.copies) for paper in papers if not paper.shown
        ]
        dossier = replace(sample.dossiers[0], procedure=f"{procedure.name} ({procedure.code})", papers=tuple(lines))
        pdf = printed_forms.render("receipt", replace(sample, dossiers=(dossier,)), form_set="2025", now=NOW)
        pages[procedure.code], asked[procedure.code] = page_count(pdf), len(papers)
    assert sorted(pages) == sorted(COMMON_CODES) and len(pages) == 40
    assert not {code: count for code, count in pages.items() if count != 1}
    assert not {code: count for code, count in asked.items() if not 1 <= count <= MOST_ASKED}
