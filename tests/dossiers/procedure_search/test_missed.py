"""What people searched in vain becomes a worklist, and one act makes it a phrasing the search knows."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from dossiers.models import MissedSearch, ProcedurePhrasing
from dossiers.procedure_search import missed
from dossiers.procedure_search.search import FoundPage, search

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)
WORDS = "xin cái tấm bìa xanh"


@pytest.fixture
def editor(client) -> User:
    user = User.objects.create_superuser("bien.tap", password="x")
    client.force_login(user)
    return user


def test_a_search_in_vain_on_the_public_page_is_counted_once_a_day(client, procedure):
    for words in (WORDS, WORDS.upper(), "xin cai tam bia xanh"):
        assert client.get("/thu-tuc/", {"q": words}).status_code == 200
    row = MissedSearch.objects.get()
    assert (row.text, row.times, row.place, row.agency) == (WORDS, 3, "page", None)


def test_a_search_that_finds_is_not_counted(client, procedure):
    client.get("/thu-tuc/", {"q": procedure.name})
    client.get("/thu-tuc/")
    assert not MissedSearch.objects.exists()


def test_numbers_and_addresses_are_masked():
    said = missed.masked("ho so H40.05-20261123-0001 cua 079085001234 sdt 0912.345.678 mail a.b@c.vn nhe")
    assert said == "ho so # cua # sdt # mail # nhe"


def test_a_day_holds_only_so_many(db, monkeypatch):
    monkeypatch.setattr(missed, "MOST_A_DAY", 2)
    for words in ("một hai ba", "bốn năm sáu", "bảy tám chín"):
        missed.note(words, FoundPage(()), place="page", today=TODAY)
    assert MissedSearch.objects.count() == 2


def test_what_the_clerk_chose_is_kept_with_the_words(client, centre, procedure):
    client.force_login(centre.clerk)
    query = {"item-0-procedure": f"{procedure.code} {procedure.name}", "channel": "direct", "searched": WORDS}
    assert client.get(reverse("admin:dossiers_intake_procedure"), query).status_code == 200
    row = MissedSearch.objects.get()
    assert (row.text, row.chosen, row.agency, row.place) == (WORDS, procedure, centre.agency, "counter")


def test_one_act_makes_it_a_phrasing_that_is_found(client, editor, procedure):
    row = MissedSearch.objects.create(
        day=TODAY, place="page", text=WORDS, folded="xin cai tam bia xanh", chosen=procedure
    )
    unclear = MissedSearch.objects.create(day=TODAY, place="page", text="mất số #", folded="mat so", chosen=procedure)
    address = reverse("admin:dossiers_missedsearch_changelist")
    assert WORDS in client.get(address).content.decode()
    answer = client.post(address, {"action": "add_as_phrasing", "_selected_action": [row.pk, unclear.pk]}, follow=True)
    assert "Đã thêm 1 cách nói" in answer.content.decode() and "1 dòng chưa thêm được" in answer.content.decode()
    assert ProcedurePhrasing.objects.get().text == WORDS
    row.refresh_from_db()
    assert row.done
    assert search(WORDS, today=TODAY).rows[0].code == procedure.code


def test_a_centre_sees_its_own_and_the_public_ones_only(client, centre, elsewhere):
    for place, agency, text in (("counter", centre.agency, "của mình"), ("counter", elsewhere.agency, "của họ")):
        MissedSearch.objects.create(day=TODAY, place=place, agency=agency, text=text, folded=text)
    client.force_login(centre.administrator)
    page = client.get(reverse("admin:dossiers_missedsearch_changelist")).content.decode()
    assert "của mình" in page and "của họ" not in page


def test_editors_add_synonyms_and_phrasings_with_a_sentence_when_they_cannot(client, editor, procedure):
    address = reverse("admin:dossiers_searchsynonym_add")
    long = client.post(address, {"said": "một hai ba bốn năm sáu", "meant": "đất"}).content.decode()
    assert "Hãy ghi từ 1 đến 5 chữ" in long
    assert client.post(address, {"said": "bìa xanh", "meant": "đất đai"}).status_code == 302
