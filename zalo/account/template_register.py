"""The template register kept in step with Zalo, and what an editor still has to map."""

import datetime as dt
from dataclasses import asdict, dataclass

import structlog
from asgiref.sync import async_to_sync
from django.db import transaction
from django.utils import timezone

from zalo.account import tokens
from zalo.api.answers import TemplateInfo
from zalo.api.client import ZaloClient
from zalo.api.errors import ZaloError
from zalo.health import incidents
from zalo.messages import registry as messages
from zalo.messages import template_data
from zalo.models import Account, Template, TemplateUse

log = structlog.get_logger(__name__)


def sync(account: Account, *, now: dt.datetime | None = None) -> int:
    """How many templates Zalo knows for the account; ours are made equal, vanished ones marked. Raises ZaloError."""
    now = now or timezone.now()
    found = async_to_sync(_read_all)(tokens.current(account, now=now))
    with transaction.atomic():
        for info in found:
            _store(account, info, now)
        account.templates.filter(gone_at=None).exclude(template_id__in=[i.template_id for i in found]).update(
            gone_at=now
        )
    return len(found)


def sync_all(*, now: dt.datetime | None = None) -> int:
    """Templates of every connected account; an account that fails keeps its last register and gets an incident."""
    now, total = now or timezone.now(), 0
    for account in Account.objects.filter(is_active=True, grant=Account.Grant.GOOD):
        try:
            total += sync(account, now=now)
            incidents.settle(account.pk, "templates", now=now)
        except ZaloError as error:
            incidents.report(
                account.pk, "templates", f"Chưa đồng bộ được mẫu tin: {error.words}", error.advice, now=now
            )
    return total


async def _read_all(token: str) -> list[TemplateInfo]:
    found: list[TemplateInfo] = []
    async with ZaloClient(concurrency=2) as zalo:
        offset = 0
        while True:
            page = await zalo.templates(token, offset=offset, limit=100)
            for summary in page:
                found.append(await zalo.template(token, summary.template_id))
            offset += len(page)
            if len(page) < 100:
                return found


def _store(account: Account, info: TemplateInfo, now: dt.datetime) -> None:
    values = {
        "name": info.name[:200],
        "status": info.status[:20],
        "reason": info.reason[:300],
        "quality": info.quality[:20],
        "tag": info.tag[:40],
        "params": [asdict(param) for param in info.params],
        "price_phone": info.price_phone,
        "price_uid": info.price_uid,
        "preview_url": info.preview_url[:500],
        "synced_at": now,
        "gone_at": None,
    }
    if info.status == Template.Status.ENABLE:
        values["stopped_until"] = None
    Template.objects.update_or_create(account=account, template_id=info.template_id, defaults=values)


def status_changed(account_id: int, template_id: str, status: str, reason: str, *, now: dt.datetime) -> None:
    """Webhook `change_template_status`."""
    Template.objects.filter(account=account_id, template_id=template_id).update(
        status=status[:20], reason=reason[:300], stopped_until=None, synced_at=now
    )


def quality_changed(account_id: int, template_id: str, quality: str, *, now: dt.datetime) -> None:
    """Webhook `change_template_quality`; LOW is told to people before Zalo switches the template off (-146)."""
    rows = Template.objects.filter(account=account_id, template_id=template_id)
    rows.update(quality=quality[:20], synced_at=now)
    if quality.upper() == "LOW":
        words = f"Mẫu tin {template_id} có chất lượng thấp; Zalo có thể tắt mẫu."
        incidents.report(
            account_id, f"template:{template_id}", words, "Xem lại nội dung và tần suất gửi mẫu này.", now=now
        )


USUAL_PARAMS = {
    "ten_khach_hang": ("chu_ho_so", "nguoi_gui"),
    "ma_ho_so": ("so_bien_nhan", "ma_y_kien"),
    "ten_thu_tuc": ("thu_tuc",),
    "dia_diem": ("noi_nhan",),
    "noi_dung": ("tom_tat", "noi_dung", "ly_do", "loi_nhan"),
}
"""What the usual templates' parameters are filled with: the first of these the kind knows."""


def propose(account: Account) -> int:
    """How many kinds without a template got one whose name says it is theirs; the editor reviews the result."""
    templates = {template.name: template for template in account.templates.filter(gone_at=None)}
    taken = set(account.template_uses.values_list("kind", flat=True))
    proposed = []
    for kind in messages.all_kinds():
        wanted = kind.by_template and kind.slug not in taken
        template = templates.get(kind.usual_template) if wanted else None
        if template is not None:
            known = {hole.name for hole in kind.placeholders}
            mapping = {param["name"]: _filled_by(param["name"], known) for param in template.params}
            proposed.append(TemplateUse(account=account, kind=kind.slug, template=template, mapping=mapping))
    TemplateUse.objects.bulk_create(proposed, ignore_conflicts=True)
    return len(proposed)


@transaction.atomic
def use(account: Account, kind: str, template: Template | None, mapping: dict, *, now: dt.datetime) -> None:
    """Let a step go out by the template, filled so; None: by none. How it was filled before is kept for the ledger."""
    old = TemplateUse.objects.select_for_update().filter(account=account, kind=kind).first()
    if old is not None and (old.template, old.mapping) != (template, mapping):
        kept = Template.objects.select_for_update().get(pk=old.template_id)
        kept.earlier_mappings.append({"kind": kind, "mapping": old.mapping, "until": now.isoformat()})
        kept.save(update_fields=["earlier_mappings"])
    if template is None:
        TemplateUse.objects.filter(account=account, kind=kind).delete()
        return
    TemplateUse.objects.update_or_create(
        account=account, kind=kind, defaults={"template": template, "mapping": mapping, "enabled": True}
    )


def _filled_by(name: str, known: set[str]) -> str:
    return next((each for each in (*USUAL_PARAMS.get(name, ()), name) if each in known), "loi_nhan")


@dataclass(frozen=True, slots=True)
class Mapped:
    """One line of the mapping screen."""

    kind: messages.MessageKind
    use: TemplateUse | None
    faults: tuple[str, ...]


def mapping(account: Account, *, now: dt.datetime | None = None) -> list[Mapped]:
    """Every kind that may go by template, its template on this account, and what is missing."""
    now = now or timezone.now()
    uses = {use.kind: use for use in account.template_uses.filter(enabled=True).select_related("template")}
    return [
        Mapped(kind, uses.get(kind.slug), tuple(_faults(kind, uses.get(kind.slug), now)))
        for kind in messages.all_kinds()
        if kind.by_template
    ]


def _faults(kind: messages.MessageKind, use: TemplateUse | None, now: dt.datetime) -> list[str]:
    if use is None:
        return ["Chưa gắn mẫu tin nào."]
    faults = [] if use.template.is_usable(now) else [f"Mẫu đang ở trạng thái “{use.template.get_status_display()}”."]
    known = {hole.name for hole in kind.placeholders}
    filled = {use.mapping.get(param["name"]) or param["name"] for param in use.template.params}
    missing = {hole.name for hole in kind.placeholders if hole.required and not {hole.name, hole.within} & filled}
    faults += template_data.gaps(use.template, use.mapping, known)
    return faults + [f"Mẫu không có tham số cho {{{name}}}." for name in sorted(missing)]
