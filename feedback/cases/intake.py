"""Taking a case in, from any channel: checked, routed, given a code, a limit and an acknowledgement at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import IntegrityError, transaction

from dossiers.identity_numbers import InvalidPhone, normalise_phone
from dossiers.language import voice
from dossiers.models import Agency, Dossier, Unit
from dossiers.scoping import may_see
from dossiers.workflow.moving import ActError, Forbidden
from feedback.cases import events, flood, routing
from feedback.cases import files as case_files
from feedback.cases.moving import needed
from feedback.cases.routing import Certainty, Nature
from feedback.lateness import alarms, time_limits
from feedback.masking.masking import tidy
from feedback.models import STAFF_CHANNELS, Case, Category, Channel, FeedbackEvent, Kind, TransferRecord
from feedback.petitions import restricted
from feedback.states import Status

SHORTEST, LONGEST = 10, 8000
# Where a pin may stand: Viet Nam with its islands.
LATITUDES, LONGITUDES = (Decimal(7), Decimal(24)), (Decimal(102), Decimal(118))


@dataclass(slots=True)
class Sent:
    """What somebody sends. `nature` is the sender's own answer to "is this a complaint or denunciation?"."""

    kind: str
    agency: Agency
    text: str
    title: str = ""
    channel: str = Channel.WEB
    nature: str = Nature.FEEDBACK
    category: Category | None = None
    address: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    dossier_code: str = ""
    dossier_token: str = ""
    sender_name: str = ""
    phone: str = ""
    email: str = ""
    sender_address: str = ""
    may_publish: bool = False
    about: str = ""
    about_unit: Unit | None = None
    urgent: bool = False
    origin_ref: str = ""
    source_hash: str = ""
    intake_key: str = ""
    files: list = field(default_factory=list)


class MustAsk(ActError):
    """The words read like a complaint or denunciation: stop, explain (`verdict`), and let the sender decide."""

    def __init__(self, verdict: routing.Verdict):
        self.verdict = verdict
        super().__init__(routing.WHERE_TO_FILE[verdict.nature]["title"])


def receive(sent: Sent, *, now: dt.datetime, by=None, confirmed: bool = False) -> Case | TransferRecord:
    """Return the case, or the restricted record where it is a complaint or denunciation handed in all the same.

    Raises MustAsk before anything is kept when the words read like one and the sender has not been asked
    (`confirmed`). Whoever insists that strong words are mere feedback is kept sealed until a named officer has looked;
    so are doubtful words, without a question: the unit complained of must not be the first to read them.
    """
    if sent.nature in {Nature.COMPLAINT, Nature.DENUNCIATION}:
        return _take_petition(sent, sent.nature, now)
    verdict = routing.classify(f"{sent.title}\n{sent.text}")
    # Whoever is in danger is shown whom to call, not where to file.
    if verdict.stops and not confirmed and voice.read(sent.text).urgency < voice.Urgency.DANGER:
        raise MustAsk(verdict)
    if verdict.certainty in {Certainty.STRONG, Certainty.DOUBTFUL}:
        return _take_petition(sent, TransferRecord.Kind.UNCLEAR, now)
    return open_case(sent, now=now, by=by)


def open_case(sent: Sent, *, now: dt.datetime, by=None) -> Case:
    """Return the new case, routed and with its limits running, recorded and announced. Raises ActError, TooOften.

    Sent twice with one `intake_key`, it is one case. Repeating one's own open case gives a case merged into it.
    """
    _allow_channel(sent, by)
    if sent.intake_key:
        known = Case.objects.filter(intake_key=sent.intake_key).first()
        if known is not None:
            return known
    values = _checked(sent)
    checked_files = case_files.check(sent.files)
    judgement = flood.Judgement()
    if sent.channel not in STAFF_CHANNELS:
        judgement = flood.judge(
            text=values["text"],
            source_hash=sent.source_hash,
            phone=values["phone"],
            origin_ref=sent.origin_ref,
            agency_id=sent.agency.pk,
            now=now,
        )
    try:
        with transaction.atomic():
            return _write(sent, values, judgement, checked_files, now, by)
    except IntegrityError:
        # Two clicks at the same moment: the other one won.
        known = Case.objects.filter(intake_key=sent.intake_key or "-").first()
        if known is None:
            raise
        return known


def case_of_petition(record: TransferRecord, *, by, now: dt.datetime, kind: str) -> Case:
    """Return an ordinary case made of a petition found to be feedback after all (an act of feedback.petitions.acts)."""
    sent = Sent(
        kind=kind,
        agency=record.agency,
        text=record.text,
        sender_name=record.sender_name,
        phone=record.phone,
        email=record.email,
        sender_address=record.sender_address,
        origin_ref=record.origin_ref,
        channel=record.channel,
        about_unit=record.about_unit,
    )
    return _write(sent, _checked(sent), flood.Judgement(), [], now, by, since=record.received_at)


def _write(sent: Sent, values: dict, judgement: flood.Judgement, files, now: dt.datetime, by, *, since=None) -> Case:
    """Write the case; its limits run from `since`, the moment its sender let go of it, when that was before `now`."""
    urgency = voice.read(sent.text).urgency
    category = sent.category or routing.suggest_category(f"{sent.title} {values['text']}")
    way = routing.route(sent.agency, category, sent.address)
    case = Case(
        **values,
        kind=sent.kind,
        channel=sent.channel,
        category=category,
        # A repeat stays beside the case it repeats, whatever the routing says today.
        agency=judgement.same_as.agency if judgement.same_as else way.agency,
        unit=way.unit,
        urgent=sent.urgent or way.urgent or urgency >= voice.Urgency.SOON,
        about_unit=sent.about_unit,
        may_publish=sent.may_publish,
        origin_ref=sent.origin_ref[:80],
        source_hash=sent.source_hash,
        intake_key=sent.intake_key or None,
        sent_at=since or now,
        status_changed_at=now,
        created_by=by,
    )
    case.dossier, case.dossier_proved = _dossier(sent)
    for name, value in time_limits.first_limits(case, since or now).items():
        setattr(case, name, value)
    if judgement.same_as is not None:
        case.status, case.merged_into, case.clock_open = Status.MERGED, judgement.same_as, False
    elif judgement.hold_reason:
        case.status, case.hold_reason = Status.HELD, judgement.hold_reason
    case.save()
    if urgency == voice.Urgency.DANGER and case.status != Status.MERGED:
        alarms.raise_for(case, now=now)
    case_files.keep(files, case=case, now=now)
    source = FeedbackEvent.Source.STAFF if by else FeedbackEvent.Source.CITIZEN
    # Held or merged, the sender reads the same acknowledgement: the flood rules are not explained to floods.
    facts = {"status_label": Status.NEW.label}
    events.record(
        case, FeedbackEvent.Kind.RECEIVED, at=now, actor=by, source=source, to_status=case.status, facts=facts
    )
    return case


def _take_petition(sent: Sent, kind: str, now: dt.datetime) -> TransferRecord:
    values = _checked(sent)
    petition = restricted.Petition(
        kind=str(kind),
        text=f"{values['title']}\n\n{values['text']}" if sent.title.strip() else values["text"],
        about=sent.about,
        about_unit=sent.about_unit,
        sender_name=values["sender_name"],
        phone=values["phone"],
        email=values["email"],
        sender_address=values["sender_address"],
        channel=sent.channel,
        origin_ref=sent.origin_ref,
    )
    record = restricted.take(sent.agency, petition, now=now, files=case_files.check(sent.files))
    if voice.read(sent.text).urgency == voice.Urgency.DANGER:
        alarms.raise_for(record, now=now)
    return record


def _allow_channel(sent: Sent, by) -> None:
    if sent.channel in STAFF_CHANNELS:
        if by is None or not may_see(by, sent.agency.pk) or not by.has_perm("feedback.handle_case"):
            raise Forbidden("Bạn chưa được giao quyền nhập ý kiến cho cơ quan này.")


def _checked(sent: Sent) -> dict:
    """Return the plain values of the case, tidied. Raises ActError with the first thing to put right."""
    if sent.kind not in Kind.values:
        raise ActError("Hãy chọn bạn muốn hỏi đáp, phản ánh hay góp ý.")
    if not sent.agency.active:
        raise ActError("Cơ quan này không còn hoạt động. Hãy chọn cơ quan khác.")
    text = needed(tidy(sent.text), "Hãy ghi nội dung.", longest=LONGEST)
    if len(text) < SHORTEST:
        raise ActError("Nội dung ngắn quá. Hãy ghi rõ việc gì, ở đâu, khi nào.")
    title = " ".join(tidy(sent.title).split())[:200] or first_words(text)
    phone = ""
    if sent.phone.strip():
        try:
            phone = normalise_phone(sent.phone)
        except InvalidPhone as wrong:
            raise ActError(str(wrong)) from None
    latitude, longitude = _pin(sent.latitude, sent.longitude)
    return {
        "title": title,
        "text": text,
        "sender_name": " ".join(tidy(sent.sender_name).split())[:255],
        "phone": phone,
        "email": sent.email.strip()[:254],
        "sender_address": " ".join(tidy(sent.sender_address).split())[:300],
        "address": " ".join(tidy(sent.address).split())[:300],
        "latitude": latitude,
        "longitude": longitude,
    }


def _pin(latitude: Decimal | None, longitude: Decimal | None) -> tuple[Decimal | None, Decimal | None]:
    if latitude is None or longitude is None:
        return None, None
    inside = LATITUDES[0] <= latitude <= LATITUDES[1] and LONGITUDES[0] <= longitude <= LONGITUDES[1]
    if not inside:
        raise ActError("Vị trí nằm ngoài Việt Nam. Hãy bỏ vị trí và ghi địa chỉ bằng chữ.")
    return round(latitude, 5), round(longitude, 5)


def _dossier(sent: Sent) -> tuple[Dossier | None, bool]:
    """Return the dossier meant and whether the sender proved to hold it; a code that is unknown is simply no link.

    The sender is never told which: a report must not become a way to ask whether somebody's dossier exists.
    """
    if sent.dossier_token:
        found = Dossier.objects.filter(token=sent.dossier_token[:32]).first()
        if found is not None:
            return found, True
    code = sent.dossier_code.strip().upper().replace(" ", "")[:40]
    return (Dossier.objects.filter(code=code).first(), False) if code else (None, False)


def first_words(text: str, longest: int = 80) -> str:
    """Return the first line of `text`, cut at a word."""
    line = text.strip().splitlines()[0].strip()
    if len(line) <= longest:
        return line
    return line[:longest].rsplit(" ", 1)[0] + "…"
