"""Sổ theo dõi hồ sơ: many pages, every row whole, the header on each."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dossiers import printed_forms
from dossiers.printed_forms import FORMS, FormError, volumes
from tests.dossiers.printed_forms.printed_paper import lowest_text, reader, words

NOW = datetime(2026, 2, 5, 1, 5, tzinfo=UTC)


def of_length(rows):
    context = FORMS["register"].sample("2025")
    return replace(
        context, rows=tuple(replace(context.rows[0], applicant=f"Người nộp {n}") for n in range(1, rows + 1))
    )


def test_landscape_pages_with_the_header_repeated():
    pdf = printed_forms.render("register", of_length(60), form_set="2025", now=NOW)
    pages = reader(pdf).pages
    assert len(pages) > 3
    for number, page in enumerate(pages[:-1], 1):
        text = " ".join(page.extract_text().split())
        assert page.mediabox.width > page.mediabox.height
        assert "Cơ quan chủ trì giải quyết" in text
        assert "Ký nhận" in text
        assert text.startswith(f"{number} ") == (number > 1)
    text = words(pdf)
    assert all(f"Người nộp {n} " in text for n in range(1, 61))
    assert "Cộng: 60 hồ sơ." in text


def test_an_empty_period_prints_an_empty_book():
    text = words(printed_forms.render("register", of_length(0), form_set="2018", now=NOW))
    assert "Cộng: 0 hồ sơ." in text


def test_long_books_are_cut_into_volumes_numbered_through():
    with pytest.raises(FormError, match="nhiều nhất 1000 hồ sơ"):
        printed_forms.render("register", of_length(1001), form_set="2025", now=NOW)
    parts = list(volumes(of_length(25), longest=10))
    assert [(part.first, len(part.rows), part.part) for part in parts] == [
        (1, 10, "tập 1/3"),
        (11, 10, "tập 2/3"),
        (21, 5, "tập 3/3"),
    ]
    text = words(printed_forms.render("register", parts[2], form_set="2025", now=NOW))
    assert "tập 3/3" in text
    assert "25 H40." in text
    assert [part.part for part in volumes(of_length(0))] == [""]


def test_a_note_longer_than_a_page_flows_on_instead_of_running_off_the_paper():
    context = of_length(3)
    note = " ".join(f"ghi{n}" for n in range(900))
    rows = (context.rows[0], replace(context.rows[1], note=note), context.rows[2])
    pdf = printed_forms.render("register", replace(context, rows=rows), form_set="2025", now=NOW)
    text = words(pdf)
    assert lowest_text(pdf) > 5
    assert all(f"ghi{n}" in text for n in range(900))
    assert "Người nộp 3" in text
