"""One centre with something on every page of the desk: dossiers, lateness, the citizens' voice, the channel."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from dossiers.deadlines.calendars import calendar_of
from dossiers.deadlines.working_time import ZONE, add_working_days, at_minute
from dossiers.lateness import sweep as overdue
from dossiers.states import State as Step
from feedback.ratings import rating as ratings
from feedback.states import Status
from portal.correspondence import acts as office_acts
from portal.correspondence import assigning, drafts, incoming, proposing
from portal.correspondence.models import RolloutStep, Urging
from tests import factories, people
from tests.feedback.conftest import case_in
from tests.portal.staff_walk import World
from tests.zalo.chat.talk import Citizen, channel_of
from zalo.account import oa_menu as menu
from zalo.models import Account, CannedAnswer, Incident, OutboxMessage, Outcome, State, Template
from zalo.people import linking


class DeskWorld(World):
    """The world of the staff walk, with lateness, ratings and a channel in use added."""

    def __init__(self):
        super().__init__(people.centre(), people.procedure())
        self.now = timezone.now()
        self.other = people.centre("H24.31", "Trung tâm Phục vụ hành chính công xã Sơn Động")
        self._channel()
        self._lateness()
        self._voice()
        self._correspondence()
        self.print_receipt()

    def _lateness(self) -> None:
        calendar = calendar_of(self.centre.agency)
        received = add_working_days(self.now.astimezone(ZONE).date(), -4, calendar)
        for state in (Step.APPRAISING, Step.ACCEPTED, Step.RESULT_READY):
            factories.in_state(state, self.centre, self.dossier.procedure, now=at_minute(received, 8 * 60))
        overdue.sweep(now=self.now)

    def _correspondence(self) -> None:
        centre, now, today = self.centre, self.now, timezone.localdate(self.now)
        draft = drafts.begin(
            centre.agency, "dispatch", "phối hợp tuyên truyền kênh Zalo", "<p>Đề nghị các xã phối hợp</p>",
            by=centre.handler, now=now, addressees=["Các xã"], electronic=["Như trên"],
        )  # fmt: skip
        office_acts.do("enclose", draft, by=centre.handler, now=now, words="Phụ lục danh sách quầy")
        known = {"number_text": "3241/UBND-VX", "dated": today, "issuer": "UBND tỉnh", "abstract": "mở rộng kênh Zalo"}
        order = incoming.record(centre.agency, "dispatch", by=centre.clerk, now=now, **known)
        assigning.give(centre.agency, "Báo cáo UBND tỉnh", today, by=centre.leader, now=now, source=order)
        said = {"subject": "data", "title": "Tra cứu lịch thu gom rác", "text": "Người dân hay hỏi."}
        proposing.propose(centre.agency, by=centre.clerk, now=now, **said)
        RolloutStep.objects.create(agency=centre.agency, what="qr", due_on=today)
        Urging.objects.create(agency=centre.agency, unit="Phòng Địa chính", day=today, untold=3, at=now)

    def _voice(self) -> None:
        yesterday = self.now - dt.timedelta(days=1)
        centre = self.centre
        for status in (Status.NEW, Status.APPROVAL, Status.ANSWERED, Status.RESTRICTED):
            case_in(status, centre, now=yesterday)
        done = factories.in_state(Step.RESULT_RETURNED, centre, self.dossier.procedure, now=yesterday)
        ratings.give(ratings.invitation_of(done), {"attitude": 1, "result": 1}, now=self.now)
        people.named_officer(centre.supervisor)

    def _channel(self) -> None:
        account = self.account = channel_of(self.centre)
        Account.objects.update(grant="good", access_expires_at=self.now + dt.timedelta(hours=20))
        row = factories.in_state(
            "supplement_requested", self.centre, self.dossier.procedure, now=self.now - dt.timedelta(hours=4)
        )
        message = OutboxMessage.objects.filter(dossier=row).order_by("-id").first()
        OutboxMessage.objects.filter(pk=message.pk).update(
            state=State.UNREACHABLE, outcome=Outcome.NOT_LINKED, finished_at=self.now, error="Số này không dùng Zalo."
        )
        citizen = Citizen(account, self.now - dt.timedelta(minutes=10))
        citizen.follows()
        citizen.says("gặp cán bộ")
        citizen.says("Hồ sơ đất của tôi bổ sung giấy gì?")
        linking.link(citizen.contact, dossier=row, role="owner", proof="staff", now=self.now, by=self.centre.clerk)
        menu.make_usual(account, today=timezone.localdate())
        CannedAnswer.objects.create(title="Giờ làm việc", text="Từ 7 giờ 30.")
        Template.objects.create(account=account, template_id="1", name="tiep_nhan", status="ENABLE", params=[])
        Incident.objects.create(
            account=account,
            subject="webhook",
            words="Chữ ký sai",
            advice="Chép khoá mới",
            first_at=self.now,
            last_at=self.now,
        )
