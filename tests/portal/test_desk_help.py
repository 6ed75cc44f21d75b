"""Help at the desk: handbooks per role, safe pages, keys that are true, the record of who finished (S1-18)."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.urls import NoReverseMatch, reverse

from dossiers.models import TrainingDone
from portal.desk import handbooks, keys

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]


def test_each_role_reads_its_own_handbooks(client, centre):
    shown = {"clerk": "quay-mot-cua", "leader": "lanh-dao", "editor": "kenh-zalo", "administrator": "quan-tri"}
    for role, slug in shown.items():
        client.force_login(getattr(centre, role))
        page = client.get(reverse("admin:desk_help")).content.decode()
        assert reverse("admin:desk_handbook", args=[slug]) in page, role
        assert reverse("admin:desk_handbook", args=[handbooks.FIRST_DAY]) in page
    client.force_login(centre.editor)
    assert client.get(reverse("admin:desk_handbook", args=["quay-mot-cua"])).status_code == 404
    assert client.get(reverse("admin:desk_handbook", args=["khong-co"])).status_code == 404


@pytest.mark.parametrize("book", handbooks.HANDBOOKS, ids=lambda book: book.slug)
def test_every_handbook_becomes_a_clean_page(book):
    text = handbooks.text_of(book)
    assert "<h1" not in text.html and "<script" not in text.html and "<img" not in text.html
    assert not re.search(r'href="[^"]*\.md', text.html)
    for name, _ in text.parts:
        assert f'id="{name}"' in text.html


def test_markup_in_a_handbook_is_shown_and_not_run(tmp_path, monkeypatch):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "quan-tri.md").write_text(
        "## A\n\n<script>alert(1)</script>\n\nx [x](javascript:alert(1)) <b onclick='y'>z</b>\n"
    )
    monkeypatch.setattr(settings, "BASE_DIR", tmp_path)
    handbooks._text.cache_clear()
    html = handbooks.text_of(handbooks.find("quan-tri")).html
    handbooks._text.cache_clear()
    assert "<script" not in html and "<b " not in html and 'href="javascript' not in html, html


def test_finishing_a_handbook_is_written_down_once_and_shown_to_the_administrator(client, centre):
    address = reverse("admin:desk_handbook", args=["quay-mot-cua"])
    client.force_login(centre.clerk)
    assert client.get(address).status_code == 200
    assert not TrainingDone.objects.exists()
    for _ in range(2):
        assert client.post(address).status_code == 302
    done = TrainingDone.objects.get()
    assert (done.user, done.handbook) == (centre.clerk, "quay-mot-cua")
    client.force_login(centre.administrator)
    page = client.get(reverse("admin:desk_trained")).content.decode()
    row = page.split(centre.clerk.get_full_name())[1].split("</tr>")[0]
    assert f"xong ngày {done.done_at.astimezone():%d/%m/%Y}" in row and "<b>chưa</b>" in row
    assert "giữ kênh" not in row
    client.force_login(centre.clerk)
    assert client.get(reverse("admin:desk_trained")).status_code == 403


def test_who_finished_is_of_ones_own_agencies_and_asks_few_questions(
    client, centre, elsewhere, django_assert_max_num_queries
):
    client.force_login(centre.administrator)
    with django_assert_max_num_queries(25):
        page = client.get(reverse("admin:desk_trained")).content.decode()
    assert centre.handler.get_full_name() in page and elsewhere.handler.get_full_name() not in page


def test_every_access_key_of_a_page_is_in_its_list_of_keys():
    for name, found in keys.PAGES.items():
        assert name in keys.TITLES and found
        try:
            reverse(f"admin:{name}")
        except NoReverseMatch:
            reverse(f"admin:{name}", args=[1])
    written = set()
    for folder in ("dossiers", "feedback", "portal", "zalo"):
        for path in (settings.BASE_DIR / folder).rglob("*.html"):
            written |= set(re.findall(r'accesskey="(\w)"', path.read_text(encoding="utf-8")))
    told = {key.removeprefix("Alt + ").lower() for found in keys.PAGES.values() for key, _ in found if "Alt" in key}
    assert written == told


def test_the_keys_and_the_handbook_of_a_page_stand_on_it(client, centre):
    client.force_login(centre.clerk)
    page = client.get(reverse("admin:dossiers_dossier_add")).content.decode()
    assert "Ctrl + Enter</kbd>" in page and reverse("admin:desk_handbook", args=["quay-mot-cua"]) in page
    client.force_login(centre.editor)
    page = client.get(reverse("admin:zalo_conversation_changelist")).content.decode()
    assert reverse("admin:desk_handbook", args=["kenh-zalo"]) in page
