"""The ledger: one visible outcome each, who was left untold, the call list, retention, the health of the channel."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.utils import timezone

from dossiers.models import Applicant
from tests import factories
from tests.people import BINH
from zalo.account import checks as health
from zalo.account import template_register
from zalo.inbound import retention
from zalo.models import Account, Incident, OutboxMessage, Outcome, State, Template, TemplateUse
from zalo.outbox import ledger
from zalo.outbox import rows as outbox

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def untold(channel, procedure):
    """A dossier with a result that nobody could be told about."""
    dossier = factories.in_state("result_ready", channel.centre, procedure, now=timezone.now(), person=BINH)
    channel.drain()
    channel.drain()
    while channel.drain().claimed:
        pass
    return dossier


def test_every_required_message_has_exactly_one_outcome(channel, untold):
    rows = list(ledger.of_dossier(untold))
    assert len(rows) >= 5
    assert {row.outcome for row in rows} == {Outcome.NOT_LINKED}
    assert {ledger.standing(row) for row in rows} == {"Chưa kết nối kênh nào"}


def test_the_call_list_holds_what_the_citizen_must_act_on(channel, untold):
    agencies = [channel.centre.agency.pk]
    [line] = ledger.call_list(agencies)
    assert line.kind == "dossier.result_ready" and untold.shown_number in line.content["script"]
    assert ledger.call_list(agencies, everything=True).count() >= 5
    assert not ledger.call_list([0]).exists(), "another agency's list"
    outbox.handle(line, by=channel.centre.clerk, now=timezone.now(), note="Đã gọi")
    assert not ledger.call_list(agencies).exists()
    line.refresh_from_db()
    assert ledger.standing(line) == "Đã xử lý: Đã gọi"


def test_the_ledger_tells_the_short_wording_that_the_phone_showed(channel, client, procedure):
    """Not the long one, and the date alone where the template asks for a date."""
    template = Template.objects.create(
        account=channel.account, template_id="500009", name="hen_tra", status="ENABLE", by_uid=True,
        params=[
            {"name": "ma", "required": True, "kind": "STRING"}, {"name": "ngay", "required": True, "kind": "DATE"},
        ],
    )  # fmt: skip
    use = TemplateUse.objects.create(
        account=channel.account, kind="dossier.accepted", template=template,
        mapping={"ma": "so_bien_nhan", "ngay": "ngay_hen"},
    )  # fmt: skip
    dossier = factories.dossier(channel.centre, procedure, now=timezone.now())
    row = OutboxMessage.objects.get(dossier=dossier, kind="dossier.accepted")
    assert ledger.phone_showed(row) is None, "nothing went yet"
    OutboxMessage.objects.filter(pk=row.pk).update(template=template, state=State.SENT, route="uid")
    row.refresh_from_db()
    due = timezone.localtime(dossier.due_at)
    shown = ledger.phone_showed(row)
    assert shown is not None and shown.name == "hen_tra"
    assert dict(shown.values) == {"ma": dossier.shown_number, "ngay": f"{due:%d/%m/%Y}"}
    client.force_login(channel.centre.clerk)
    page = client.get(f"/admin/zalo/outboxmessage/{row.pk}/change/").content.decode()
    assert "hen_tra" in page and f"{due:%d/%m/%Y}" in page and "Lời đầy đủ, chỉ khi đi bằng cách khác" in page
    sent = timezone.now()
    OutboxMessage.objects.filter(pk=row.pk).update(requested_at=sent)
    row.refresh_from_db()
    other = {"ma": "ten_thu_tuc", "ngay": "ngay_hen"}
    for changed in ({**other}, {**other, "ma": "so_bien_nhan"}):
        template_register.use(channel.account, row.kind, template, changed, now=sent + dt.timedelta(minutes=1))
    template_register.use(channel.account, row.kind, None, {}, now=sent + dt.timedelta(minutes=2))
    row.refresh_from_db()
    assert ledger.phone_showed(row).values == shown.values, "as it was filled when the message went"
    use = TemplateUse.objects.create(account=channel.account, kind=row.kind, template=template, mapping={})
    OutboxMessage.objects.filter(pk=row.pk).update(requested_at=sent + dt.timedelta(minutes=3))
    row.refresh_from_db()
    TemplateUse.objects.filter(pk=use.pk).update(mapping={"ma": "so_bien_nhan", "ngay": "khong_co"})
    assert ledger.phone_showed(row).values == (), "nothing is made up when the template asks for something else since"


def test_supervisors_see_which_units_went_untold(channel, untold, procedure):
    span = {"start": timezone.now() - DAY, "end": timezone.now() + DAY}
    lines = {line.unit: line for line in ledger.by_unit([channel.centre.agency.pk], **span)}
    assert sum(line.untold for line in lines.values()) == ledger.of_dossier(untold).count()
    assert ledger.by_unit([0], **span) == []
    channel.follower(applicant=Applicant.objects.get())
    factories.dossier(channel.centre, procedure, now=timezone.now(), person=BINH)
    channel.drain()
    after = ledger.by_unit([channel.centre.agency.pk], **span)
    assert sum(line.told for line in after) == 1 and after[0].untold > 0


def test_a_silent_success_is_settled_and_a_late_receipt_still_counts(channel, procedure):
    now = timezone.now()
    factories.dossier(channel.centre, procedure, now=now, person=BINH)
    channel.follower(applicant=Applicant.objects.get())
    dossier = factories.dossier(channel.centre, procedure, now=now, person=BINH)
    channel.drain()
    row = OutboxMessage.objects.get(dossier=dossier, required=True)
    assert ledger.standing(row) == "Zalo đã nhận"
    assert ledger.settle_silent(now=now + DAY) == 0
    assert ledger.settle_silent(now=now + 4 * DAY) == 1
    row.refresh_from_db()
    assert row.outcome == Outcome.ACCEPTED and row.finished_at
    assert outbox.mark_delivered(channel.account.pk, at=now + 5 * DAY, remote_id=row.remote_id)
    row.refresh_from_db()
    assert row.outcome == Outcome.DELIVERED


def test_texts_go_after_90_days_and_lines_after_two_years(channel, untold):
    now = timezone.now()
    assert retention.sweep(now=now + 80 * DAY)["texts"] == 0
    assert retention.sweep(now=now + 91 * DAY)["texts"] == ledger.of_dossier(untold).count()
    row = ledger.of_dossier(untold).first()
    assert row.content == {} and ledger.standing(row) == "Chưa kết nối kênh nào"
    assert retention.sweep(now=now + 731 * DAY)["lines"] > 0
    assert not OutboxMessage.objects.exists()


def test_the_health_desk(channel, untold):
    health.check_all()
    channel.account.refresh_from_db()
    assert channel.account.is_verified and channel.account.template_quota and channel.account.checked_at
    factories.dossier(channel.centre, untold.procedure, now=timezone.now(), person=BINH)
    view = health.overview()
    assert [line["count"] for line in view["backlog"] if line["state"] == State.QUEUED] == [1]
    channel.zalo.revoke_tokens("access", "refresh")
    health.check_all()
    view = health.overview()
    assert {incident.subject for incident in view["incidents"]} >= {"check"}
    assert all(incident.advice for incident in view["incidents"])


def test_reconcile_says_what_it_did(channel, untold, capsys):
    call_command("zalo_reconcile")
    said = capsys.readouterr().out
    assert "Gỡ tin bị kẹt: 0" in said and "Đối chiếu: 0 tin đã tới" in said and "Báo bù việc chưa được nhắn: 0" in said


def test_one_open_incident_per_trouble(channel):
    from zalo.health import incidents

    now = timezone.now()
    for _ in range(3):
        incidents.report(channel.account.pk, "route:phone", "Hết tiền", "Nạp tiền", now=now)
    assert Incident.objects.get().count == 3
    incidents.settle(channel.account.pk, "route:phone", now=now)
    incidents.report(channel.account.pk, "route:phone", "Hết tiền", "Nạp tiền", now=now)
    assert Incident.objects.count() == 2
    assert Account.objects.count() == 1
