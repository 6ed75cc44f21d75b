"""A backup brought back tells nobody twice: what was under way waits for a person, with a sentence."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.utils import timezone

from portal.transfer import backup
from tests import people
from zalo.models import Account, Broadcast, OutboxMessage, Outcome, State
from zalo.outbox import delivery, rows

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def message(account, number: int, state: str, **more) -> OutboxMessage:
    ended = {"outcome": Outcome.DELIVERED, "finished_at": NOW} if state == State.DELIVERED else {}
    moments = {"next_at": NOW, "created_at": NOW, "happened_at": NOW}
    return OutboxMessage.objects.create(
        account=account, kind="dossier.appraising", dedupe_key=f"k{number}", state=state, **moments, **ended, **more
    )


def test_what_may_have_left_since_the_backup_waits_for_a_person(tmp_path, monkeypatch):
    centre = people.centre()
    account = Account.objects.create(name="OA", oa_id="38861328087", app_id="36084652494")
    under_way = [
        message(account, number, state)
        for number, state in enumerate((State.QUEUED, State.WAITING, State.SENDING, State.UNCERTAIN))
    ]
    over = message(account, 9, State.DELIVERED)
    S = Broadcast.State
    kinds = {"account": account, "category": Broadcast.Category.values[0], "title": "t", "text": "x"}
    running, due, later = (
        Broadcast.objects.create(**kinds, state=state, scheduled_at=at, author=centre.clerk)
        for state, at in (
            (S.RUNNING, None),
            (S.APPROVED, NOW - dt.timedelta(hours=1)),
            (S.APPROVED, NOW + dt.timedelta(days=2)),
        )
    )
    its = message(account, 10, State.QUEUED, broadcast=running)
    file = tmp_path / "ban.sao-luu"
    file.write_bytes(b"x")
    manifest = SimpleNamespace(tables={"dossiers_dossier": 1}, made_at="2026-11-30")
    monkeypatch.setattr(backup, "bring_back", lambda *args, **more: (manifest, 2))
    out = StringIO()
    call_command("restore", str(file), stdout=out)
    assert "Giữ lại 4 tin chờ gửi và 2 đợt" in out.getvalue()
    for row in under_way:
        row.refresh_from_db()
        assert row.state == State.FAILED and "có thể đã gửi sau lúc sao lưu" in row.error
    for row, state in ((running, S.STOPPED), (due, S.REJECTED), (later, S.APPROVED)):
        row.refresh_from_db()
        assert row.state == state
    assert running.records.get().note.startswith("Khôi phục từ bản sao lưu")
    over.refresh_from_db()
    its.refresh_from_db()
    assert over.state == State.DELIVERED and its.state == State.QUEUED, "it leaves when the broadcast goes on"
    delivery.drain(now=NOW + dt.timedelta(minutes=1))
    assert not OutboxMessage.objects.filter(requested_at__isnull=False).exists(), "nothing was asked of Zalo"
    assert rows.send_again(under_way[0], by=centre.clerk, now=NOW), "a person may let it go"
    again = StringIO()
    call_command("restore", str(file), stdout=again)
    assert "Giữ lại 1 tin chờ gửi và 0 đợt" in again.getvalue()
