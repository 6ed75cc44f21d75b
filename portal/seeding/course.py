"""The course of one accepted dossier: who does what when, on time, late, or held up by the citizen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from random import Random

from dossiers.deadlines.calendars import calendar_of
from dossiers.deadlines.working_time import ZONE, add_working_minutes, working_minutes
from dossiers.lookup import delivery
from dossiers.models import Channel, Dossier, DossierResult
from dossiers.workflow import acts
from dossiers.workflow.results import Collected, Named
from portal.seeding import wording
from portal.seeding.catalogue import Common
from portal.seeding.drafts import draft_of
from portal.seeding.staff import Crew

HALF_DAY = 225  # working minutes
RECENT = dt.timedelta(days=8)
Proof = DossierResult.Proof


class Course:
    """Acts on one dossier, in the hands of the people of its unit."""

    def __init__(self, dossier: Dossier, crew: Crew, common: Common, room: str, clerk, now: dt.datetime, rng: Random):
        self.dossier, self.crew, self.common, self.room = dossier, crew, common, room
        self.clerk, self.now, self.rng = clerk, now, rng
        self.calendar = calendar_of(crew.agency)
        colleagues = crew.handlers[room]
        self.handler = rng.choices(colleagues, weights=[3, *[1] * (len(colleagues) - 1)])[0]
        self.leader = rng.choice(crew.leaders)

    def later(self, at: dt.datetime, minutes: float) -> dt.datetime:
        """Return the moment that many working minutes on, with seconds so that no two acts look made up."""
        moment = add_working_minutes(at, max(1, round(minutes)), self.calendar)
        return moment + dt.timedelta(seconds=self.rng.randrange(60))

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def refuse(self, at: dt.datetime) -> None:
        acts.do("refuse", self.dossier, by=self.clerk, now=at, reasons=self.rng.choice(wording.REFUSALS))

    def from_acceptance(self, at: dt.datetime) -> Iterator[dt.datetime]:
        """Yield the moment of each act from the acceptance to the result in the citizen's hand."""
        length, stalled = self._length(at)
        at = self.later(at, min(length * 0.1, HALF_DAY) * self.rng.uniform(0.3, 1))
        yield at
        acts.do("assign", self.dossier, by=self.clerk, now=at, handler=self.handler, unit=self.crew.units[self.room])
        if self.common.same_day:
            at = self.later(at, length * 0.5)
            yield at
            acts.do("finish", self.dossier, by=self.handler, now=at)
        else:
            at = self.later(at, length * 0.12)
            yield at
            acts.do("start_appraisal", self.dossier, by=self.handler, now=at)
            if stalled:
                if self.chance(0.35):
                    at = self.later(at, length * 0.3)
                    yield at
                    self._propose(at)
                return
            ended, at = yield from self._appraisal(at, length)
            if ended:
                return
            at = yield from self._signing(at, length)
        yield from self._hand_out(at)

    def _length(self, at: dt.datetime) -> tuple[int, bool]:
        """Return the working minutes this dossier takes, and whether it lies still until now."""
        due, today = self.dossier.due_at, self.now.astimezone(ZONE).date()
        whole = max(20, working_minutes(at, due, self.calendar))
        ahead = (due.astimezone(ZONE).date() - today).days
        if (0 <= ahead <= 2 and self.chance(0.6)) or (ahead < 0 and self.now - due < RECENT and self.chance(0.2)):
            # Still open this morning: what is due today and tomorrow, and what is already late.
            return max(whole, working_minutes(at, self.now, self.calendar)) * 1.3, not self.common.same_day
        share = self.rng.choices([self.rng.uniform(0.25, 0.95), self.rng.uniform(1.05, 1.5)], [95, 5])[0]
        return round(whole * share), False

    def _appraisal(self, at: dt.datetime, length: int) -> Iterator[dt.datetime]:
        """Do what happens before the leader signs; return (ended, moment)."""
        if self.chance(0.17):
            at = self.later(at, length * 0.2)
            yield at
            reasons = self.rng.choice(wording.SUPPLEMENTS.get(self.room, wording.SUPPLEMENTS[""]))
            acts.do("request_supplement", self.dossier, by=self.handler, now=at, reasons=reasons)
            at = self.later(at, HALF_DAY * self.rng.uniform(2, 26))
            yield at
            acts.do("receive_supplement", self.dossier, by=self.clerk, now=at)
        if self.common.pays and self.chance(0.55):
            at = self.later(at, length * 0.2)
            yield at
            acts.do(
                "request_payment",
                self.dossier,
                by=self.handler,
                now=at,
                amount=self.rng.choice(self.common.pays),
                note="Nộp tại Quầy trả kết quả hoặc trên Cổng Dịch vụ công quốc gia.",
            )
            at = self.later(at, HALF_DAY * self.rng.uniform(1, 16))
            yield at
            acts.do("confirm_payment", self.dossier, by=self.clerk, now=at)
        if self.chance(0.03):
            at = self.later(at, length * 0.1)
            yield at
            acts.do(
                "request_withdrawal", self.dossier, by=self.clerk, now=at, note=self.rng.choice(wording.WITHDRAWALS)
            )
            at = self.later(at, HALF_DAY * self.rng.uniform(0.5, 4))
            yield at
            acts.do("agree_withdrawal", self.dossier, by=self.leader, now=at)
            return True, at
        if self.room in {"dia-chinh", "kinh-te"} and self.chance(0.04):
            at = self.later(at, length * 0.3)
            yield at
            acts.do("stop", self.dossier, by=self.leader, now=at, reasons=self.rng.choice(wording.STOPS))
            return True, at
        colleagues = self.crew.handlers[self.room]
        if len(colleagues) > 1 and self.chance(0.06):
            at = self.later(at, length * 0.1)
            yield at
            self.handler = next(user for user in colleagues if user != self.handler)
            acts.do(
                "hand_over",
                self.dossier,
                by=self.leader,
                now=at,
                handler=self.handler,
                note=self.rng.choice(wording.HAND_OVERS),
            )
        return False, at

    def _signing(self, at: dt.datetime, length: int) -> Iterator[dt.datetime]:
        at = self.later(at, length * 0.5)
        yield at
        self._propose(at)
        if self.chance(0.05):
            at = self.later(at, HALF_DAY * self.rng.uniform(0.2, 1))
            yield at
            acts.do(
                "return_from_signing", self.dossier, by=self.leader, now=at, note=self.rng.choice(wording.NOT_SIGNED)
            )
            at = self.later(at, HALF_DAY * self.rng.uniform(0.3, 1))
            yield at
            self._propose(at)
        at = self.later(at, min(length * 0.2, HALF_DAY * 2) * self.rng.uniform(0.3, 1))
        yield at
        acts.do("sign", self.dossier, by=self.leader, now=at, note=self.rng.choice(wording.READY_NOTES))
        return at

    def _propose(self, at: dt.datetime) -> None:
        """Send the result to the leader: the drafts of the last days are there to be opened."""
        number = f"{self.dossier.pk}/KQ-{self.crew.agency.code.rpartition('.')[2]}"
        draft = draft_of(self.dossier, self.handler) if self.now - at < RECENT else None
        named = Named(number=number, dated=at.astimezone(ZONE).date(), file=draft)
        acts.do("send_to_signing", self.dossier, by=self.handler, now=at, signer=self.leader, draft=named)

    def _hand_out(self, at: dt.datetime) -> Iterator[dt.datetime]:
        """The citizen comes for the result, most within two days; a few have not come yet."""
        if self.chance(0.06):
            return
        if self.common.same_day or self.dossier.channel == Channel.ONLINE:
            wait = self.rng.uniform(5, 90)
        else:
            wait = HALF_DAY * self.rng.choice([0.3, 0.6, 1, 2, 4, 7])
        at = self.later(at, wait)
        yield at
        if delivery.way_of(self.dossier.result_place) is delivery.Way.POST:
            code = f"RA{self.rng.randrange(10**9):09d}VN"
            how, collected = Channel.POST, Collected(post_code=code)
        else:
            person = self.dossier.submitter
            how, collected = Channel.COUNTER, Collected(person.full_name, Proof.CARD, person.id_number)
        acts.do("return_result", self.dossier, by=self.clerk, now=at, how=how, collected=collected)
