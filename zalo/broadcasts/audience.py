"""Whom a broadcast is for: conditions as kept in its row, in words, as a query, checked against whose people they are.

Conditions join by AND; the agencies a person dealt with and the communes they asked about are one: where they belong.
Where agencies are named, only their dossiers count.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from dossiers.lookup import delivery
from dossiers.models import Agency, Dossier, Field, Procedure, valid_on
from dossiers.scoping import agency_ids_of
from dossiers.states import State as DossierState
from dossiers.workflow.moving import ActError
from dossiers.written_dates import written_day
from zalo.broadcasts import article_targets, letters
from zalo.models import Account, AccountAgency, AreaSubscription, Broadcast, Contact, ContactLink
from zalo.people import area_wishes, belonging

Audience = dict[str, Any]
Category = Broadcast.Category
NOBODY = (
    "Chưa chọn người nhận. Hãy chọn cơ quan, xã, lĩnh vực hoặc đánh dấu “Mọi người quan tâm kênh”; chỉ gửi thư điện tử "
    "thì đánh dấu “Gửi cả thư điện tử”."
)
NOT_EVERYBODY = (
    "Chỉ cơ quan quản lý Official Account được gửi cho mọi người quan tâm. Hãy chọn cơ quan của bạn hoặc xã của bạn."
)
NOT_BY_ARTICLE = (
    "Bài gửi chung tới mọi người quan tâm OA: Zalo không cho chọn theo xã, cơ quan, lĩnh vực, thủ tục. Hãy bỏ các điều "
    "kiện ở “Ai nhận” (tuổi, giới tính, tỉnh theo hồ sơ Zalo thì chọn được), hoặc chọn gửi riêng tới từng người."
)
NOT_YOURS = "Có cơ quan hoặc xã không thuộc đơn vị của bạn. Hãy chỉ chọn đơn vị, xã của mình."
NO_RESULTS = "Nhắc nhận kết quả chỉ gửi cho người có kết quả chưa nhận. Hãy ghi số ngày ở “Có kết quả chưa nhận quá”."
WHOSE_DOSSIERS = (
    "Chọn theo hồ sơ thì chọn cả cơ quan của bạn: hồ sơ của cơ quan khác không dùng để chọn người nhận được."
)
CONDITIONS = ("agencies", "areas", "fields", "procedures", "uncollected", "since", "until")
WISHED = frozenset({Category.POWER_CUT})
"""Told only to those who asked for it."""


def contacts(broadcast: Broadcast, *, now: dt.datetime) -> QuerySet[Contact]:
    """Return whom the broadcast is for, in no order. Who said no to its kind is among them, and counted apart."""
    rows = Contact.objects.filter(account=broadcast.account_id, erased_at=None)
    asked = broadcast.audience or {}
    if broadcast.category != Category.COLLECT:
        rows = rows.filter(is_follower=True)
    if not is_chosen(asked):
        return rows.none()
    for condition in _conditions(broadcast.category, asked, now):
        rows = rows.filter(condition)
    return rows


def is_chosen(asked: Audience) -> bool:
    """Return whether anybody was named at all: nobody gets to everybody by leaving a form empty."""
    return any(asked.get(name) for name in ("everyone", "agencies", "areas", "fields", "procedures", "uncollected"))


def only_by_mail(broadcast: Broadcast) -> bool:
    """Return whether nobody on Zalo was chosen, and it goes to the mailboxes that asked for the agency's letters."""
    each = broadcast.way == Broadcast.Way.EACH and not is_chosen(broadcast.audience or {})
    return each and broadcast.by_mail and letters.can_be_mailed(broadcast)


def _conditions(category: str, asked: Audience, now: dt.datetime) -> Iterable[Q]:
    place = _place(category, asked)
    if place is not None:
        yield place
    used = Q()
    if asked.get("procedures"):
        used |= Q(procedure__in=asked["procedures"])
    if asked.get("fields"):
        used |= Q(procedure__field__in=asked["fields"])
    dossiers = Dossier.objects.filter(agency__in=asked["agencies"]) if asked.get("agencies") else Dossier.objects.all()
    if used:
        yield _with_dossiers(dossiers.filter(used))
    if asked.get("uncollected"):
        before = now - dt.timedelta(days=int(asked["uncollected"]))
        waiting = dossiers.filter(state=DossierState.RESULT_READY, state_changed_at__lt=before)
        yield _with_dossiers(waiting.exclude(delivery.NOT_FETCHED))
    if asked.get("since"):
        yield Q(followed_at__gte=_midnight(asked["since"]))
    if asked.get("until"):
        yield Q(followed_at__lt=_midnight(asked["until"]) + dt.timedelta(days=1))


def _with_dossiers(dossiers: QuerySet[Dossier]) -> Q:
    """Return who is linked to one of these dossiers, or to a person who owns or sent one."""
    of_person = Q(Exists(dossiers.filter(owner=OuterRef("applicant"))))
    of_person |= Q(Exists(dossiers.filter(submitter=OuterRef("applicant"))))
    links = ContactLink.objects.filter(Q(dossier__in=dossiers) | Q(dossier=None) & of_person, unlinked_at=None)
    return Q(pk__in=links.order_by().values("contact"))


def _place(category: str, asked: Audience) -> Q | None:
    found: Q | None = None
    if asked.get("agencies") and not asked.get("uncollected"):
        found = belonging.dealt_with(asked["agencies"])
    if asked.get("areas"):
        wished = Q(pk__in=_wishes(category, asked).order_by().values("contact"))
        found = wished if found is None else found | wished
    return found


def wishes(broadcast: Broadcast) -> QuerySet[AreaSubscription]:
    """Return the wishes in force that the broadcast answers."""
    return _wishes(broadcast.category, broadcast.audience or {})


def _wishes(category: str, asked: Audience) -> QuerySet[AreaSubscription]:
    rows = AreaSubscription.objects.filter(area__in=asked.get("areas", ()), ended_at=None)
    return rows.filter(topic=AreaSubscription.Topic.POWER_CUT) if category in WISHED else rows


def words(broadcast: Broadcast) -> list[str]:
    """Return the conditions as people read them."""
    asked = broadcast.audience or {}
    if broadcast.way == Broadcast.Way.POST:
        return ["Không ai nhận tin: chỉ đăng bài"]
    if broadcast.way == Broadcast.Way.ARTICLE and not any(asked.get(name) for name in CONDITIONS):
        target = article_targets.words(asked)
        narrowed = f"Người quan tâm Official Account có hồ sơ Zalo: {target}"
        return [narrowed if target else "Mọi người quan tâm Official Account"]
    if only_by_mail(broadcast):
        return ["Không ai trên Zalo: chỉ gửi thư điện tử cho người đã đăng ký"]
    if not is_chosen(asked):
        return ["Chưa chọn người nhận"]
    said = ["Mọi người quan tâm kênh"] if asked.get("everyone") else []
    for name, label, model in (
        ("agencies", "Đã làm việc với", Agency),
        ("fields", "Có hồ sơ thuộc lĩnh vực", Field),
        ("procedures", "Có hồ sơ thủ tục", Procedure),
    ):
        if asked.get(name):
            names = model.objects.filter(pk__in=asked[name]).values_list("name", flat=True)
            said.append(f"{label}: {', '.join(sorted(names))}")
    if asked.get("areas"):
        known = area_wishes.communes()
        said.append(f"Đăng ký nhận tin của: {', '.join(known.get(area, area) for area in asked['areas'])}")
    if asked.get("uncollected"):
        said.append(f"Có kết quả quá {asked['uncollected']} ngày chưa nhận")
    for name, label in (("since", "Quan tâm từ ngày"), ("until", "Quan tâm đến hết ngày")):
        if asked.get(name):
            said.append(f"{label} {written_day(dt.date.fromisoformat(asked[name]))}")
    return said


def check(broadcast: Broadcast, *, by) -> None:
    """Raise ActError unless somebody was named, and only people the user may speak to."""
    asked = broadcast.audience or {}
    if broadcast.way != Broadcast.Way.ARTICLE and article_targets.target_of(asked):
        raise ActError(article_targets.ONLY_BY_ARTICLE)
    if broadcast.way != Broadcast.Way.EACH:
        if any(asked.get(name) for name in CONDITIONS):
            raise ActError(NOT_BY_ARTICLE)
        asked = {"everyone": True}
    elif only_by_mail(broadcast):
        return  # the mailboxes of its own agency, which confirmed that they want its letters
    elif not is_chosen(asked):
        raise ActError(NOBODY)
    if broadcast.category in WISHED and not asked.get("areas"):
        raise ActError("Lịch cúp điện chỉ gửi cho người đã đăng ký. Hãy chọn xã, phường.")
    # It is news of a dossier: it passes whoever stopped general news, so it is for those whose result lies there.
    if broadcast.category == Category.COLLECT and not asked.get("uncollected"):
        raise ActError(NO_RESULTS)
    allowed = None if by is None else agency_ids_of(by)
    if allowed is None or broadcast.account.keeper_id in allowed:
        return
    if not asked.get("agencies") and not asked.get("areas"):
        raise ActError(NOT_EVERYBODY)
    if not asked.get("agencies") and any(asked.get(name) for name in ("fields", "procedures", "uncollected")):
        raise ActError(WHOSE_DOSSIERS)
    foreign_areas = set(asked.get("areas", ())) - area_wishes.of_agencies(allowed)
    if foreign_areas or not set(asked.get("agencies", ())) <= allowed:
        raise ActError(NOT_YOURS)


def check_speaks(account: Account, agency: Agency | None) -> None:
    """Raise ActError unless the account speaks for the agency today: its people know the agency by no other."""
    today = timezone.localdate()
    if agency is None or account.keeper_id == agency.pk:
        return
    if not AccountAgency.objects.filter(valid_on(today), account=account, agency=agency).exists():
        raise ActError(f"{account} hiện không nhắn thay {agency}. Hãy chọn kênh mà cơ quan đang dùng.")


def check_not_over(broadcast: Broadcast) -> None:
    """Raise ActError for a notice of something that is past; who prepared it wrote down its last day (`over`)."""
    last = (broadcast.audience or {}).get("over")
    if last and dt.date.fromisoformat(last) < timezone.localdate():
        raise ActError(
            f"Việc nói trong tin đã qua từ ngày {written_day(dt.date.fromisoformat(last))}. Hãy bỏ tin này, hoặc soạn "
            "tin khác."
        )


def _midnight(day: str) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(dt.date.fromisoformat(day), dt.time.min))
