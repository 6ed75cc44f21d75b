"""The token pair: early refresh, single use, errors that must not overwrite it, a crash between answer and commit."""

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from dossiers.models import Applicant
from tests import factories
from zalo.account import tokens
from zalo.models import Account, Incident

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def account(channel):
    return channel.account


def pair_of(account) -> tuple[str, str]:
    account.refresh_from_db()
    return account.access_token, account.refresh_token


def test_a_young_token_is_used_as_it_is(account):
    before = pair_of(account)
    assert tokens.current(account) == before[0]
    assert pair_of(account) == before


def test_it_is_refreshed_five_hours_before_its_end(account):
    before = pair_of(account)
    tokens.current(account, now=timezone.now() + 21 * HOUR)
    after = pair_of(account)
    assert after[0] != before[0] and after[1] != before[1]
    assert account.grant == Account.Grant.GOOD


def test_an_idle_account_keeps_its_refresh_token_alive(account):
    Account.objects.update(access_expires_at=timezone.now() + 90 * 24 * HOUR)
    before = pair_of(account)
    assert tokens.refresh_due(now=timezone.now() + dt.timedelta(days=26)) == 1
    assert pair_of(account) != before


def test_a_rejected_token_is_replaced_and_the_new_one_is_shared(account):
    old = pair_of(account)[0]
    new = tokens.refresh(account.pk, rejected=old)
    assert new != old
    assert tokens.refresh(account.pk, rejected=old) == new, "the second worker finds the first one's token"


@pytest.mark.parametrize("http", [200, 400])
def test_an_error_body_never_overwrites_the_pair_and_is_told_aloud(channel, account, settings, http):
    settings.ADMINS = [("Trực kỹ thuật", "truc@example.vn")]
    before = pair_of(account)
    channel.zalo.behave(oauth_http=http)
    channel.zalo.revoke_tokens("refresh")
    later = timezone.now() + 21 * HOUR
    assert tokens.current(account, now=later) == before[0], "the old access token still lives"
    assert pair_of(account) == before
    assert account.grant == Account.Grant.CONSENT_NEEDED and account.grant_error
    incident = Incident.objects.get(subject="grant")
    assert "Kết nối lại" in incident.advice
    assert len(mail.outbox) == 1
    with pytest.raises(tokens.TokenUnavailable):
        tokens.current(account, now=later + 5 * HOUR)
    assert len(mail.outbox) == 1, "one mail for one trouble"


def test_consent_given_again_closes_the_incident(channel, account):
    channel.zalo.revoke_tokens("refresh")
    tokens.refresh_due(now=timezone.now() + 21 * HOUR)
    tokens.ensure_verifier(account)
    account.refresh_from_db()
    from zalo.api.client import code_challenge

    tokens.connect_with_code(account, channel.zalo.code(challenge=code_challenge(account.code_verifier)))
    account.refresh_from_db()
    assert account.grant == Account.Grant.GOOD and account.grant_error == ""
    assert not Incident.objects.filter(closed_at=None).exists()


def test_a_silent_token_host_changes_nothing_and_is_asked_again_soon(channel, account):
    before = pair_of(account)
    channel.zalo.fault("html", where="oauth", times=1)
    later = timezone.now() + 21 * HOUR
    assert tokens.current(account, now=later) == before[0]
    assert pair_of(account) == before and account.grant == Account.Grant.GOOD
    assert account.refresh_after > later and account.refresh_until is None
    tokens.current(account, now=later + dt.timedelta(minutes=1))
    assert pair_of(account) != before


def test_one_500_at_the_token_address_asks_nobody_for_a_new_consent(channel, account, procedure):
    factories.dossier(channel.centre, procedure, now=timezone.now())
    channel.follower(applicant=Applicant.objects.get())
    factories.dossier(channel.centre, procedure, now=timezone.now())
    channel.zalo.revoke_tokens("access")
    channel.zalo.fault("html", where="oauth", times=1)
    channel.drain()
    account.refresh_from_db()
    assert account.grant == Account.Grant.GOOD
    assert Incident.objects.exists()
    assert not Incident.objects.filter(advice__contains="đồng ý").exists()
    called = [letter for letter in mail.outbox if "cần người xử lý" in letter.subject]
    assert called == [], "nobody is called for what heals by itself"
    channel.drain(now=timezone.now() + dt.timedelta(minutes=2))
    assert channel.zalo.count(channel="cs") > 0
    assert not Incident.objects.filter(closed_at=None).exists()


def test_a_token_answer_that_says_nothing_is_no_refusal(channel, account):
    before = pair_of(account)
    drop = ["access_token", "refresh_token"]
    channel.zalo.fault("mutate", where="oauth", times=1, drop=drop)
    assert tokens.current(account, now=timezone.now() + 21 * HOUR) == before[0]
    account.refresh_from_db()
    assert account.grant == Account.Grant.GOOD


def test_a_lost_answer_spends_the_grant_and_says_so(channel, account):
    channel.zalo.fault("swallow", where="oauth", times=1, then="reset")
    later = timezone.now() + 21 * HOUR
    tokens.current(account, now=later)
    tokens.current(account, now=later + dt.timedelta(minutes=1))
    account.refresh_from_db()
    assert account.grant == Account.Grant.CONSENT_NEEDED
    assert Incident.objects.filter(subject="grant", closed_at=None).exists()


def test_a_crash_before_the_commit_is_healed_from_the_journal(channel, account, monkeypatch):
    def crash(*args, **kwargs):
        raise SystemExit("killed between Zalo's answer and the commit")

    before = pair_of(account)
    with monkeypatch.context() as patch:
        patch.setattr(tokens, "adopt", crash)
        with pytest.raises(SystemExit):
            tokens.refresh(account.pk, now=timezone.now() + 21 * HOUR)
    assert pair_of(account) == before
    [journal] = (tokens._journal_path(account).parent).glob("*.sealed")
    assert before[0] not in journal.read_text() and journal.stat().st_mode & 0o77 == 0
    later = timezone.now() + 21 * HOUR + 2 * tokens.LEASE
    healed = tokens.current(account, now=later)
    assert healed != before[0] and pair_of(account)[0] == healed
    assert not journal.exists()
    channel.zalo.call("GET", "/v2.0/oa/getoa", token=healed)


def test_secrets_and_tokens_are_sealed_in_the_database(account):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT access_token, refresh_token, app_secret, oa_secret FROM zalo_account")
        stored = " ".join(cursor.fetchone())
    for secret in (*pair_of(account), account.app_secret, account.oa_secret):
        assert secret and secret not in stored


def test_a_dead_refreshers_lease_runs_out(account):
    later = timezone.now() + 21 * HOUR
    Account.objects.update(refresh_owner="gone", refresh_until=later - dt.timedelta(seconds=1))
    before = pair_of(account)
    assert tokens.current(account, now=later) != before[0]


def test_while_another_refreshes_the_living_token_is_used(account, monkeypatch):
    monkeypatch.setattr(tokens, "WAIT_FOR_OTHER", 0.2)
    later = timezone.now() + 21 * HOUR
    Account.objects.update(refresh_owner="other", refresh_until=later + tokens.LEASE)
    assert tokens.current(account, now=later) == pair_of(account)[0]
