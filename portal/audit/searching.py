"""Who changed and who read what: one log at a time, the newest first, by place instead of count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.contrib.admin.models import LogEntry
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from dossiers import typed
from dossiers.dossier_codes import InvalidCode, normalise_code
from dossiers.lists import keyset
from dossiers.models import Agency, Dossier, DossierEvent, Membership, PersonalDataRead
from dossiers.scoping import agency_ids_of, scoped
from portal.access.models import ProviderSignIn
from portal.audit.models import Seal
from portal.audit.sealing import midnight_after


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a log as it is shown."""

    at: dt.datetime
    who: str
    what: str
    about: str
    dossier_id: int | None = None
    event_id: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One log that can be searched: how its rows belong to agencies, persons, dossiers, and how they are told."""

    title: str
    model: type[Model]
    moment: str
    person: str
    related: tuple[str, ...]
    told: Callable[..., Line]
    dossier: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for; what is None is not asked."""

    source: str
    person: str = ""
    dossier: Dossier | None = None
    agency: Agency | None = None
    first: dt.date | None = None
    last: dt.date | None = None


def _name(user) -> str:
    return (user.get_full_name() or user.get_username()) if user else "Người dân"


def _read(row: PersonalDataRead) -> Line:
    return Line(row.at, _name(row.user), f"Xem qua {row.via}", row.dossier.code if row.dossier else "", row.dossier_id)


def _event(row: DossierEvent) -> Line:
    who = _name(row.actor) if row.actor else row.actor_name or row.get_source_display()
    return Line(row.recorded_at, who, row.get_kind_display(), row.dossier.code, row.dossier_id, row.pk)


def _sign_in(row: ProviderSignIn) -> Line:
    who = _name(row.user) if row.user else row.subject or "Không rõ"
    twice = ", đã xác thực hai bước ở nơi cấp" if row.second_factor else ""
    return Line(row.at, who, f"{row.get_outcome_display()}{twice}", f"từ {row.address}" if row.address else "")


FLAGS = {1: "Thêm", 2: "Sửa", 3: "Xóa"}


def _entry(row: LogEntry) -> Line:
    model = row.content_type.model_class() if row.content_type else None
    kind = model._meta.verbose_name if model else ""
    about = f"{kind}: {row.object_repr}" if kind else row.object_repr
    return Line(row.action_time, _name(row.user), f"{FLAGS.get(row.action_flag, '')} {row.get_change_message()}", about)


SOURCES = {
    "xem": Source("Lượt xem thông tin cá nhân", PersonalDataRead, "at", "user", ("user", "dossier"), _read, "dossier"),
    "ho-so": Source("Việc trên hồ sơ", DossierEvent, "recorded_at", "actor", ("actor", "dossier"), _event, "dossier"),
    "thiet-lap": Source("Thay đổi thiết lập", LogEntry, "action_time", "user", ("user", "content_type"), _entry),
    "dang-nhap": Source("Đăng nhập qua nơi cấp", ProviderSignIn, "at", "user", ("user",), _sign_in),
}


def rows(user, asked: Asked) -> QuerySet:
    """Return the rows asked for that are of the user's agencies. Without a dossier its people's count."""
    source = SOURCES[asked.source]
    found = source.model._default_manager.select_related(*source.related).alias(day=TruncDate(source.moment))
    allowed = agency_ids_of(user)
    if allowed is not None:
        found = found.filter(_of_agencies(source, allowed))
    if asked.agency:
        found = found.filter(_of_agencies(source, frozenset({asked.agency.pk})))
    if asked.person:
        found = found.filter(**{f"{source.person}__username": asked.person})
    if asked.dossier:
        found = found.filter(**{source.dossier: asked.dossier}) if source.dossier else found.none()
    return _of_days(found, source, asked)


def _of_agencies(source: Source, ids: frozenset[int]) -> Q:
    """Return what is these agencies': their dossiers', and what their people did without one while placed there."""
    there = Membership.objects.filter(user=OuterRef(source.person), agency__in=ids, valid_from__lte=OuterRef("day"))
    people = Exists(there.filter(Q(valid_to=None) | Q(valid_to__gte=OuterRef("day"))))
    if not source.dossier:
        return Q(people)
    return Q(**{f"{source.dossier}__agency__in": ids}) | Q(people, **{f"{source.dossier}__isnull": True})


def _of_days(found: QuerySet, source: Source, asked: Asked) -> QuerySet:
    """Narrow to days; the seals know between which ids they lie, so that an old day costs no more than today."""
    seals = Seal.objects.filter(log=source.model._meta.label)
    day = dt.timedelta(days=1)
    if asked.first:
        found = found.filter(**{f"{source.moment}__gte": midnight_after(asked.first - day)})
        before = seals.filter(day__lt=asked.first - day).order_by("-number").values_list("last_id", flat=True).first()
        found = found.filter(pk__gt=before) if before is not None else found
    if asked.last:
        found = found.filter(**{f"{source.moment}__lt": midnight_after(asked.last)})
        after = seals.filter(day__gt=asked.last + day).order_by("number").values_list("first_id", flat=True).first()
        found = found.filter(pk__lt=after) if after is not None else found
    return found


NAMES = ("so", "nguoi", "ho-so", "co-quan", "tu", "den")


def question(user, data) -> tuple[Asked, dict[str, str], str]:
    """Return what is asked for, as it was typed, and a sentence when it could not be read."""
    texts = {name: str(data.get(name, "")).replace("\x00", "").strip()[:150] for name in NAMES}
    texts["so"] = texts["so"] if texts["so"] in SOURCES else "xem"
    days, error = {}, ""
    for name in ("tu", "den"):
        days[name] = typed.day(texts[name]) if texts[name] else None
        if texts[name] and days[name] is None:
            error = f"Không hiểu ngày “{texts[name]}”. Hãy ghi ngày/tháng/năm, ví dụ 01/11/2026."
    if days["tu"] and days["den"] and days["den"] < days["tu"]:
        error = "Ngày cuối trước ngày đầu. Hãy đổi lại hai ngày."
    dossier = agency = None
    if texts["ho-so"]:
        dossier = scoped(Dossier.objects.filter(code=_code(texts["ho-so"])), user).first()
        error = error or ("" if dossier else "Không có hồ sơ mang mã này trong phạm vi của bạn. Hãy kiểm tra lại mã.")
    if texts["co-quan"]:
        agency = scoped(Agency.objects.filter(code=texts["co-quan"]), user, "pk").first()
        error = error or ("" if agency else "Không có cơ quan này trong phạm vi của bạn. Hãy chọn lại.")
    asked = Asked(texts["so"], texts["nguoi"], dossier, agency, days["tu"], days["den"])
    return asked, texts, error


def _code(text: str) -> str:
    try:
        return normalise_code(text)
    except InvalidCode:
        return text[:40]


def page(user, asked: Asked, after: str) -> tuple[list[Line], str]:
    """Return a page of lines and the mark of the next, "" on the last."""
    found, following = keyset.page(rows(user, asked), keyset.NEWEST, after)
    return [SOURCES[asked.source].told(row) for row in found], following


def lines(user, asked: Asked) -> Iterator[Line]:
    """Yield every line asked for, the newest first; read as they are written out."""
    told = SOURCES[asked.source].told
    for row in rows(user, asked).order_by("-pk").iterator(chunk_size=1000):
        yield told(row)
