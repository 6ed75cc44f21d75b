"""The first page by role: the day's work in order, the editor's figures; what is empty says what to do."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from dossiers.models import Dossier
from tests import factories
from tests.zalo.chat.talk import channel_of
from zalo.models import Account, OutboxMessage

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]


def home(client, user) -> str:
    client.force_login(user)
    return client.get(reverse("admin:index")).content.decode()


def test_a_handler_sees_the_own_dossiers_the_nearest_due_date_first(client, centre, procedure):
    rows = [factories.in_state("appraising", centre, procedure) for _ in range(3)]
    now = timezone.now()
    for row, days in zip(rows, (5, 1, 3), strict=True):
        Dossier.objects.filter(pk=row.pk).update(handler=centre.handler, due_at=now + dt.timedelta(days=days))
    page = home(client, centre.handler)
    part = page.split("Việc của tôi, theo ngày hẹn")[1].split("</section>")[0]
    places = [part.index(row.code) for row in rows]
    assert places[1] < places[2] < places[0]
    assert "Việc của tôi, theo ngày hẹn" not in home(client, centre.leader)


def test_a_clerk_sees_who_waits_longest_first(client, centre, procedure):
    first, second = factories.submitted(centre, procedure), factories.submitted(centre, procedure)
    ready = factories.in_state("result_ready", centre, procedure)
    page = home(client, centre.clerk)
    part = page.split("Nộp trực tuyến, chờ lâu nhất trước")[1].split("</section>")[0]
    assert part.index(first.code) < part.index(second.code)
    assert ready.code in page.split("chờ người dân đến nhận")[1].split("</section>")[0]


def test_the_first_page_asks_a_bounded_number_of_questions(client, centre, procedure, django_assert_max_num_queries):
    for _ in range(4):
        factories.submitted(centre, procedure)
    for role in ("clerk", "handler", "leader", "editor"):
        client.force_login(getattr(centre, role))
        client.get(reverse("admin:index"))
        with django_assert_max_num_queries(50):
            client.get(reverse("admin:index"))


def test_an_editor_sees_the_week_of_the_channel(client, centre, procedure):
    account = channel_of(centre)
    Account.objects.filter(pk=account.pk).update(template_quota=500, template_quota_left=480)
    row = factories.dossier(centre, procedure)
    message = OutboxMessage.objects.filter(dossier=row).first()
    OutboxMessage.objects.filter(pk=message.pk).update(
        state="failed", outcome="failed", finished_at=timezone.now(), required=True, agency=centre.agency
    )
    page = home(client, centre.editor)
    part = page.split('id="kenh-tuan"')[1].split("</section>")[0]
    assert f"{timezone.localdate():%d/%m/%Y}" in part and '<b class="mc-late">1</b>' in part
    assert "còn gửi được 480/500" in part
    assert "Kênh Zalo bảy ngày qua" not in home(client, centre.clerk)


def test_a_list_with_nothing_on_it_is_a_word_in_a_line_and_no_tile(client, centre, procedure):
    page = home(client, centre.clerk)
    assert "mc-nothing" in page and re.findall(r'class="mc-tile[^"]*"[^>]*><b>0</b>', page) == []
    line = page.split('class="mc-nothing"')[1].split("</p>")[0]
    assert "Có kết quả, chờ trả" in line
    factories.in_state("result_ready", centre, procedure)
    page = home(client, centre.clerk)
    assert re.search(r'class="mc-tile[^"]*"[^>]*><b>1</b><span>Có kết quả, chờ trả', page)
