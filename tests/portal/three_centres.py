"""Three centres under one roof for the matrix of staff pages: one's own, its sibling, one of another province.

Each holds a row in every table a page of the desk can show, with a word of its own in every text, so that one look at
an answer says whose rows it gives away. All three use one Official Account, kept by the one of the other province.
"""

from __future__ import annotations

import datetime as dt
import io

from axes.models import AccessAttempt, AccessLog
from django.contrib.auth.models import Group, User
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask
from pypdf import PdfWriter

from dossiers.intake.people import PersonData
from dossiers.models import (
    Agency,
    Attachment,
    CalendarException,
    CatalogueImport,
    CodePattern,
    DelayCause,
    Field,
    IntakeDraft,
    InternalNote,
    LegalRule,
    Letter,
    LongAct,
    Membership,
    MissedSearch,
    PersonalDataRead,
    Procedure,
    ProcedureVersion,
    SavedFilter,
    SearchSynonym,
    SigningAuthority,
    SupplementReason,
    SweepRun,
    WeekPattern,
)
from dossiers.papers import act_papers, receipts
from feedback.cases import intake as voice
from feedback.cases.routing import Nature
from feedback.figures.periods import Period
from feedback.models import (
    CannedAnswer,
    CaseFile,
    CaseNote,
    Category,
    FaqEntry,
    FollowUp,
    Kind,
    QuestionSet,
    Rating,
    ReadRecord,
    RestrictedOfficer,
    RoutingRule,
    ServiceLevel,
)
from feedback.ratings import rating as ratings
from portal.api.models import ApiClient, CodeTranslation, Delivery, Subscription
from portal.content import acts as content_acts
from portal.content import writing
from portal.content.models import Link
from portal.correspondence import acts as office_acts
from portal.correspondence import assigning, drafts, proposing
from portal.correspondence.models import Recurrence, RolloutStep, Urging
from portal.datasets.columns import Column
from portal.datasets.models import Dataset, DatasetProblem, DatasetRow, DatasetVersion
from portal.desk import roles
from portal.print_studio.models import Bundle, Figure, Identity, Material, Printing, Target
from portal.reporting.reports import acts as report_acts
from portal.submission.models import Filing, OnlineProcedure
from portal.transfer.models import SentTable
from tests import factories, people
from tests.zalo.chat.talk import Citizen
from zalo import models as zalo
from zalo.account import agencies_served
from zalo.people import linking

NOW = timezone.now
START = dt.date(2026, 1, 1)


class Place:
    """One centre with all its rows: `rows` by model label, `more` by the name of what an address asks for besides."""

    def __init__(self, code: str, mark: str, number: int, procedure: Procedure):
        self.mark = mark
        self.person = PersonData(
            full_name=f"Nguyễn {mark} An",
            id_number=f"08008500{number:04d}",
            phone=f"091234{number:04d}",
            email=f"{mark.lower()}@example.vn",
            address=f"Ấp {mark} 2, xã Cần Giuộc",
        )
        self.centre = people.centre(code, f"Trung tâm Phục vụ hành chính công xã {code}")
        self.centre.clerk.first_name = mark
        self.centre.clerk.save()
        self.procedure = procedure
        self.rows: dict[str, object] = {"dossiers.Agency": self.centre.agency}
        self.more: dict[str, object] = {}
        self._dossiers()
        self._setup()
        self._voice()

    @property
    def agency(self) -> Agency:
        return self.centre.agency

    @property
    def personal(self) -> list[str]:
        """What of the person needs the right to personal data, in every spelling pages use."""
        phone = self.person.phone
        spaced = f"{phone[:4]} {phone[4:7]} {phone[7:]}"
        return [self.person.id_number, phone, spaced, f"+84{phone[1:]}", self.person.email, f"Ấp {self.mark} 2"]

    def keep(self, row):
        """Remember the row as the one of its kind that addresses name."""
        self.rows[row._meta.label] = row
        return row

    def _dossiers(self) -> None:
        centre, yesterday = self.centre, NOW() - dt.timedelta(days=1)
        dossier = factories.in_state("supplement_requested", centre, self.procedure, now=yesterday, person=self.person)
        self.keep(dossier)
        self.more["event"] = dossier.events.latest("id").pk
        wish = LongAct.objects.create(kind="none", title=f"Việc của {self.mark}", by=centre.clerk, created_at=yesterday)
        self.more["long_act"] = wish.pk
        self.more["sent_table"] = SentTable.objects.create(
            table="cau-mau", by=centre.administrator, name=f"{self.mark}.csv", agency=self.agency, sent_at=NOW()
        ).pk
        attachment = Attachment(dossier=dossier, name=f"{self.mark}.txt", content_type="text/plain", size=3, sha256="0")
        attachment.file.save(f"{self.mark}.txt", ContentFile(self.mark.encode()), save=False)
        attachment.save()
        self.more["dossier_file"] = attachment.pk
        act_papers.event_paper(dossier.events.latest("id"), "supplement", by=centre.clerk, now=yesterday)
        other = factories.dossier(centre, self.procedure, now=yesterday, person=self.person)
        self.more["receipt"] = [dossier.receipt.pk, other.receipt.pk]  # the second one is not printed yet
        self.more["paper"] = receipts.receipt_paper(dossier.receipt, by=centre.clerk, now=yesterday).pk
        InternalNote.objects.create(dossier=dossier, author=centre.clerk, text=f"GHI CHÚ {self.mark}")
        self.keep(
            Letter.objects.create(
                dossier=dossier,
                agency=centre.agency,
                centre=centre.agency,
                words=f"Vì {self.mark}",
                old_due_at=NOW() - dt.timedelta(hours=3),
                drafted_at=NOW(),
            )
        )
        factories.submitted(centre, self.procedure, person=self.person, now=yesterday)
        Filing.objects.create(
            dossier=dossier, relation="mandate", mandate=f"Ủy quyền {self.mark}", agreed=self.mark, agreed_at=NOW()
        )
        self.keep(PersonalDataRead.objects.create(user=centre.leader, dossier=dossier, via=f"Trang {self.mark}"))
        SavedFilter.objects.create(user=centre.clerk, name=f"LỌC {self.mark}", query="worklist=late")
        IntakeDraft.objects.create(user=centre.clerk, data={"full_name": self.mark})

    def _setup(self) -> None:
        agency, clerk = self.agency, self.centre.clerk
        text = f"RIÊNG {self.mark}"
        key = LegalRule.objects.filter(agency=None, value__isnull=False).first()
        for row in (
            CalendarException(agency=agency, date="2027-01-15", kind="off", name=text),
            WeekPattern(agency=agency, weekday=5, opens_at="07:30", closes_at="11:30", valid_from=START),
            LegalRule(agency=agency, key=key.key, title=text, value=key.value, article=text, valid_from=START),
            CodePattern(agency=agency, valid_from=START, basis=text),
            SigningAuthority(agency=agency, user=self.centre.leader, position=text, valid_from=START),
            CatalogueImport(agency=agency, file_name=f"{self.mark}.csv", sha256="0", started_at=NOW(), by=clerk),
            SupplementReason(agency=agency, title=text, what=text, why=text),
            MissedSearch(agency=agency, day=START, place="counter", text=text, folded=text.lower()),
            ApiClient(agency=agency, name=text, prefix=self.mark[:8], key_hash=self.mark),
            RoutingRule(received_by=agency, agency=agency, area=text),
            ServiceLevel(agency=agency, amount=1, decision=text, valid_from=START),
            CannedAnswer(agency=agency, title=text, text=text),
            FaqEntry(agency=agency, question=text, answer=text, published=True),
            RestrictedOfficer(
                agency=agency, user=self.centre.supervisor, decision=text, valid_from=START, confirmed_at=NOW()
            ),
            zalo.CannedAnswer(agency=agency, title=text, text=text),
            OnlineProcedure(agency=agency, procedure=self.procedure, valid_from=START, basis=text),
            Link(agency=agency, title=text, address="https://example.vn/", description=text),
        ):
            row.save()
            self.keep(row)
        self._program(text)
        self._pack(text)
        self._print(text)
        piece = writing.begin(agency, "news", text, by=self.centre.editor, now=NOW(), body=f"<p>{text}</p>")
        content_acts.do("submit", piece, by=self.centre.editor, now=NOW())
        self.keep(content_acts.do("approve", piece, by=self.centre.leader, now=NOW()).piece)
        self._correspondence(text)
        self._report(text)
        self.keep(self.centre.handler)
        self.keep(self.centre.handler.memberships.get())

    def _correspondence(self, text: str) -> None:
        """A document that went out signed, with a file beside it."""
        document = drafts.begin(
            self.agency, "dispatch", text, f"<p>{text}</p>", by=self.centre.handler, now=NOW(), addressees=[text]
        )
        paper = SimpleUploadedFile("kem.pdf", blank_page(), "application/pdf")
        office_acts.do("enclose", document, by=self.centre.handler, now=NOW(), words=text, file=paper)
        office_acts.do("submit", document, by=self.centre.handler, now=NOW())
        office_acts.do("issue", document, by=self.centre.leader, now=NOW())
        office_acts.do("attach", document, by=self.centre.leader, now=NOW(), how="scan", content=blank_page())
        task = assigning.give(self.agency, text, dt.date(2030, 1, 1), by=self.centre.leader, now=NOW(), source=document)
        proposal = {"subject": "data", "title": text, "text": text}
        self.keep(proposing.propose(self.agency, by=self.centre.clerk, now=NOW(), **proposal))
        self.keep(Recurrence.objects.create(agency=self.agency, title=text, valid_from=START))
        self.keep(RolloutStep.objects.create(agency=self.agency, what="qr", note=text))
        Urging.objects.create(agency=self.agency, unit=text, day=START, untold=1, at=NOW())
        self.keep(task)
        self.more["enclosure"] = document.enclosures.get().pk
        self.keep(document)

    def _report(self, text: str) -> None:
        report = report_acts.begin(
            "pilot", self.agency, [self.agency], Period(START, START), text, by=self.centre.leader, now=NOW()
        )
        self.more["report"] = self.keep(report).pk

    def _program(self, text: str) -> None:
        """A program that is told of events and writes codes of its own."""
        client = self.rows["api.ApiClient"]
        told = Subscription.objects.create(
            client=client, address=f"https://{self.mark.lower()}.example.invalid/nhan", secret="whsec_", failures=1
        )
        Delivery.objects.create(
            subscription=self.keep(told), stream="dossier", event_id=1, subject_id=1, subject=self.mark,
            kind="accepted", state="parked", error=text, next_at=NOW(),
        )  # fmt: skip
        self.keep(CodeTranslation.objects.create(client=client, kind="state", theirs=text, ours="appraising"))

    def _pack(self, text: str) -> None:
        pack = self.keep(
            Dataset.objects.create(agency=self.agency, slug=self.mark.lower(), title=text, kind="land_price")
        )
        columns = [Column(0, "Đường", "key"), Column(1, text)]
        version = DatasetVersion.objects.create(
            dataset=pack, number=1, state="checked", source=text, valid_to="2027-12-31", uploaded_at=NOW(),
            uploaded_by=self.centre.editor, columns_data=[each.data() for each in columns], row_count=1, name_count=1,
        )  # fmt: skip
        DatasetRow.objects.create(version=version, line=2, key="le loi", cells=f'["Lê Lợi", "{text}"]')
        DatasetProblem.objects.create(version=version, line=3, reason=text)
        self.keep(version)

    def _print(self, text: str) -> None:
        agency, editor = self.agency, self.centre.editor
        self.keep(Identity.objects.create(agency=agency, printed_name=text, invitation=text))
        self.keep(Target.objects.create(agency=agency, percent=30, valid_from=START, decision=text))
        self.keep(Figure.objects.create(day=START, agency=agency, by="agency", step="scanned", number=7))
        Printing.objects.create(agency=agency, medium="g", copies=3, day=START, by=editor)
        material = Material(
            agency=agency, title=text, file_name=f"{self.mark}.pdf", content_type="application/pdf", size=3
        )
        material.file.save(f"{self.mark}.pdf", ContentFile(self.mark.encode()), save=False)
        material.save()
        bundle = Bundle(by=editor, title=text, files=1, at=NOW())
        bundle.file.save(f"{self.mark}.zip", ContentFile(self.mark.encode()), save=False)
        bundle.save()
        self.more |= {"material": material.pk, "bundle": bundle.pk}

    def _voice(self) -> None:
        yesterday, text = NOW() - dt.timedelta(days=1), f"Đèn đường trước cổng trường {self.mark} tắt đã lâu"
        sent = {"agency": self.agency, "phone": self.person.phone, "sender_name": self.person.full_name}
        case = self.keep(voice.receive(voice.Sent(kind=Kind.REPORT, text=text, **sent), now=yesterday))
        CaseNote.objects.create(case=case, author=self.centre.leader, text=f"GHI CHÚ {self.mark}", at=yesterday)
        complaint = voice.Sent(kind=Kind.REPORT, text=f"Đơn tố cáo {self.mark}", nature=Nature.DENUNCIATION, **sent)
        record = self.keep(voice.receive(complaint, now=yesterday))
        for name, owner in (("case_file", {"case": case}), ("record_file", {"record": record})):
            file = CaseFile(**owner, name=f"{self.mark}.txt", content_type="text/plain", size=3, sha256="0")
            file.added_at = yesterday
            file.file.save(f"{self.mark}.txt", ContentFile(self.mark.encode()), save=False)
            file.save()
            self.more[name] = file.pk
        read = ReadRecord.objects.create(user=self.centre.leader, record=record, what="open", at=yesterday)
        self.keep(read)
        done = factories.in_state("result_returned", self.centre, self.procedure, now=yesterday, person=self.person)
        ratings.give(ratings.invitation_of(done), {"attitude": 1, "result": 1}, now=NOW(), comment=f"Tệ {self.mark}")
        rating = self.keep(Rating.objects.get(agency=self.agency))
        Rating.objects.filter(pk=rating.pk).update(suspect=True)
        self.keep(FollowUp.objects.get(agency=self.agency))

    def talk(self, account: zalo.Account) -> None:
        """A person of this centre's on the channel: linked, talking, with a file and an undelivered message."""
        dossier, now = self.rows["dossiers.Dossier"], NOW()
        citizen = Citizen(account, now - dt.timedelta(minutes=30))
        citizen.follows()
        contact = citizen.contact
        contact.name = f"Zalo {self.mark}"
        contact.save()
        link, _ = linking.link(contact, dossier=dossier, role="owner", proof="staff", now=now, by=self.centre.clerk)
        self.more["link"] = link.pk
        citizen.says("gặp cán bộ")
        citizen.says(f"CHUYỆN RIÊNG {self.mark}")
        self.keep(contact)
        row = self.keep(citizen.conversation)
        media = zalo.MediaFile(line=row.lines.last(), state="stored", content_type="text/plain", name=self.mark)
        media.sha256, media.source_url = self.mark, "https://example.vn"
        media.file.save(self.mark, ContentFile(self.mark.encode()), save=False)
        media.save()
        self.more["media"] = media.pk
        message = zalo.OutboxMessage.objects.filter(dossier=dossier).first()
        zalo.OutboxMessage.objects.filter(pk=message.pk).update(
            state="unreachable", outcome="not_linked", finished_at=now, error=f"LỖI {self.mark}"
        )
        self.keep(message)
        self._tells_many(account, contact)
        zalo.ReferralVisit.objects.create(
            code=self.mark, account=account, agency=self.agency, desk=self.centre.desk, at=now, contact=contact
        )
        zalo.ErasureRequest.objects.create(
            contact=contact, reason=f"Tại quầy {self.mark}", asked_by=self.centre.clerk, asked_at=now
        )

    def _tells_many(self, account: zalo.Account, contact: zalo.Contact) -> None:
        """A notice of this centre's that waits for approval, and one of its people."""
        notice = self.keep(
            zalo.Broadcast.objects.create(
                account=account,
                agency=self.agency,
                category="news",
                title=f"TIN {self.mark}",
                text=f"NỘI DUNG {self.mark}",
                audience={"agencies": [self.agency.pk]},
                state="submitted",
                author=self.centre.editor,
            )
        )
        zalo.BroadcastRecord.objects.create(broadcast=notice, act="Trình duyệt", at=NOW(), note=f"Ý {self.mark}")
        zalo.BroadcastRecipient.objects.create(broadcast=notice, contact=contact, at=NOW())


class ThreeCentres:
    """The world of the matrix. What was there before one's own centre was built is never one's own to change."""

    def __init__(self):
        procedure = self.procedure = people.procedure()
        province = Agency.objects.create(code="H80", kind=Agency.Kind.PROVINCE, name="UBND tỉnh Tây Ninh")
        self.foreign = Place("H24.31", "Zqngoai", 4001, procedure)
        self.sibling = Place("H80.06", "Zqcanh", 4002, procedure)
        self.account = self._account()
        self._national()
        for place in (self.foreign, self.sibling):
            self._join(place)
        self._nobodys_person()
        self.not_mine = known_rows()
        self.own = Place("H80.05", "Zqminh", 4003, procedure)
        self._join(self.own)
        for place in (self.own, self.sibling):
            Agency.objects.filter(pk=place.agency.pk).update(parent=province)
        self.not_mine = {label: rows for label, rows in known_rows(only=self.not_mine).items() if rows}
        self.users = {
            name: getattr(self.own.centre, name)
            for name in ("clerk", "handler", "leader", "supervisor", "editor", "administrator")
        }
        for name, role, title in people.FURTHER:
            self.users[name] = people.member(self.own.agency, name.replace("_", "-"), role, title)
        # Everything a centre's people may do in one person; who watches those below; who keeps every agency.
        self.users["every_role"] = people.member(self.own.agency, "moi-viec", roles.LEADER, "Kiêm mọi việc")
        self.users["every_role"].groups.set(Group.objects.filter(name__in=roles.CENTRE_ROLES))
        self.users["overseer"] = people.member(province, "giam-sat-tinh", roles.SUPERVISOR, "Giám sát tỉnh")
        Membership.objects.filter(user=self.users["overseer"]).update(sees_subordinates=True)
        self.users["province"] = people.member(province, "quan-tri-tinh", roles.PROVINCE, "Quản trị toàn tỉnh")
        self.users["nobody"] = User.objects.create_user("chua-xep", password="x", is_staff=True)
        outsider = people.member(self.own.agency, "het-han", roles.LEADER, "Đã chuyển đi")
        Membership.objects.filter(user=outsider).update(valid_to=dt.date(2026, 1, 1))
        self.users["left"] = outsider

    def _account(self) -> zalo.Account:
        agencies_served.forget()
        return zalo.Account.objects.create(
            name="Kênh chung",
            oa_id="388613280878808645",
            app_id="360846524940903967",
            app_secret="BÍ MẬT Zqngoai",
            oa_secret="BÍ MẬT Zqngoai",
            keeper=self.foreign.agency,
            grant="good",
            access_expires_at=NOW() + dt.timedelta(hours=20),
        )

    def _join(self, place: Place) -> None:
        agencies_served.forget()
        zalo.AccountAgency.objects.create(account=self.account, agency=place.agency, valid_from=START)
        place.talk(self.account)

    def _nobodys_person(self) -> None:
        """A follower nobody dealt with, what the account received, and what went wrong on it: the keeper's."""
        stranger = Citizen(self.account, NOW() - dt.timedelta(minutes=20))
        stranger.follows()
        stranger.says("chào Zqngoai nhé")
        zalo.Contact.objects.filter(user_id=stranger.user_id).update(province="Zqngoai")
        zalo.InboxEvent.objects.update(note="Zqngoai")
        now, account = NOW(), self.account
        row = {"account": account, "words": "Sự cố Zqngoai", "first_at": now, "last_at": now}
        self.national["zalo.Incident"] = zalo.Incident.objects.create(subject="webhook", **row)
        self.national["zalo.InboxEvent"] = zalo.InboxEvent.objects.first()

    def _national(self) -> None:
        """Rows that are everybody's, by label; the account's own among them: for one's own centre they are alike."""
        text = "DÙNG CHUNG"
        made = [
            DelayCause.objects.create(code="chung", name=text, words=text),
            SupplementReason.objects.create(title=text, what=text, why=text),
            Category.objects.create(code="chung", name=text),
            QuestionSet.objects.create(title=text, version=99, valid_from=dt.date(2040, 1, 1)),
            ServiceLevel.objects.create(amount=1, decision=text, valid_from=START),
            CannedAnswer.objects.create(title=text, text=text),
            FaqEntry.objects.create(question=text, answer=text),
            RoutingRule.objects.create(agency=self.foreign.agency),
            zalo.CannedAnswer.objects.create(title=text, text=text),
            zalo.Template.objects.create(account=self.account, template_id="1", name="tiep_nhan", status="ENABLE"),
            zalo.MenuItem.objects.create(account=self.account, title="Tra cứu", act="query", payload="tra cứu"),
            CalendarException.objects.create(date="2027-09-02", kind="off", name=text),
            WeekPattern.objects.create(weekday=6, opens_at="07:30", closes_at="11:30", valid_from=START),
            CatalogueImport.objects.create(file_name="chung.csv", sha256="1", started_at=NOW()),
            SweepRun.objects.create(at=NOW()),
            Field.objects.first(),
            self.procedure,
            ProcedureVersion.objects.first(),
            LegalRule.objects.filter(agency=None).first(),
            SearchSynonym.objects.create(said="DÙNG CHUNG", meant="chung"),
            self.account,
            Group.objects.get(name=roles.LEADER),
            AccessAttempt.objects.create(username="ai-do", ip_address="203.0.113.9", failures_since_start=1),
            AccessLog.objects.create(username="ai-do", ip_address="203.0.113.9"),
            PeriodicTask.objects.create(
                name="Việc mẫu", task="x", interval=IntervalSchedule.objects.create(every=1, period="days")
            ),
        ]
        self.national = {row._meta.label: row for row in made if row is not None}


def blank_page() -> bytes:
    """Return a PDF of one empty page."""
    writer, file = PdfWriter(), io.BytesIO()
    writer.add_blank_page(595, 842)
    writer.write(file)
    return file.getvalue()


def known_rows(only: dict | None = None, *, tables: set[str] | None = None) -> dict[str, dict]:
    """Return table → id → values of every row, of those in `only` when given; of these tables of the database alone."""
    from django.apps import apps

    found = {}
    for model in apps.get_models():
        if model._meta.proxy or not model._meta.managed:
            continue
        if tables is not None and model._meta.db_table not in tables:
            continue
        rows = model._base_manager.order_by()
        if only is not None:
            rows = rows.filter(pk__in=list(only.get(model._meta.label, ())))
        found[model._meta.label] = {values[0]: values for values in rows.values_list("pk", *_columns(model))}
    return found


def _columns(model) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]
