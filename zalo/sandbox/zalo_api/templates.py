"""Approved templates: checked against their parameters, sent by phone or by user id, and read back."""

import re
from typing import Any

from zalo.sandbox.records import Account, Contact, Template
from zalo.sandbox.refusals import Refusal
from zalo.sandbox.world import World

DATE = re.compile(r"(\d{2}:\d{2}(:\d{2})? )?\d{2}/\d{2}/\d{4}")
PLACEHOLDER = re.compile(r"<([a-z0-9_]+)>")


def find(world: World, account: Account, template_id: Any) -> Template:
    """The OA's template; -109 unknown, -117 of another OA, -131 not approved, -146 disabled."""
    template = world.templates.get(str(template_id or ""))
    if template is None:
        raise Refusal(-109)
    if template.oa_id != account.id:
        raise Refusal(-117)
    if template.status == "DISABLE":
        raise Refusal(-146)
    if template.status != "ENABLE":
        raise Refusal(-131)
    return template


def check_data(template: Template, data: Any) -> dict[str, Any]:
    """The parameters when they satisfy ``listParams``; -111/-112/-1121/-1122/-1124 when they do not."""
    if data is None:
        raise Refusal(-111)
    if not isinstance(data, dict):
        raise Refusal(-112)
    for param in template.params:
        name, value = param["name"], data.get(param["name"])
        if value is None:
            if param.get("require", True):
                raise Refusal(-1122, f"Template data is missing parameter: {name}")
            continue
        text = str(value)
        if not text.strip() and not param.get("acceptNull", False):
            raise Refusal(-1122, f"Template data is missing parameter: {name}")
        if len(text) > param.get("maxLength", 30):
            raise Refusal(-1121, f"Template data exceeds the maximum length: {name}")
        if len(text) < param.get("minLength", 0):
            raise Refusal(-1124, f"Template data is invalid format: {name}")
        kind = param.get("type", "STRING")
        numeric = isinstance(value, int | float) or text.lstrip("-").isdigit()
        if (kind == "NUMBER" and not numeric) or (kind == "DATE" and text and not DATE.fullmatch(text)):
            raise Refusal(-1124, f"Template data is invalid format: {name}")
    return data


def rendered(template: Template, data: dict[str, Any]) -> dict[str, Any]:
    """What the phone shows: title, lines and buttons with the parameters filled in."""

    def fill(text: str) -> str:
        return PLACEHOLDER.sub(lambda found: str(data.get(found[1], "")), text)

    buttons = [
        {
            "title": button["title"],
            "type": {1: "oa.open.url", 2: "oa.open.phone"}.get(button.get("type", 1), "oa.open.url"),
            "payload": _button_payload(button, fill(button["content"])),
        }
        for button in template.buttons
    ]
    return {
        "title": fill(template.title),
        "text": fill(template.text),
        "buttons": buttons,
        "rating": template.rating,
        "template_id": template.id,
        "data": data,
    }


def _button_payload(button: dict[str, Any], content: str) -> dict[str, str]:
    return {"phone_code": content} if button.get("type") == 2 else {"url": content}


def check_refusals(template: Template, contact: Contact | None, *, night: bool) -> None:
    """-139 and -141 for what the person refused, -133 for a template that rests at night."""
    if contact is not None and contact.blocked:
        raise Refusal(-141)
    if contact is not None and template.tag in contact.refused_tags:
        raise Refusal(-139)
    if night and not template.night_ok:
        raise Refusal(-133)


def spend(world: World, account: Account, template: Template, price: int) -> int:
    """Count a template against the OA's and its own daily limit; returns what remains. -144, -147, -115/-321."""
    day = world.clock.local().strftime("%Y-%m-%d")
    used = world.template_use[account.id, day]
    if used >= account.template_daily_quota:
        raise Refusal(-144)
    own = world.template_use[template.id, day]
    if template.daily_limit and own >= template.daily_limit:
        raise Refusal(-147)
    if account.balance < price:
        raise Refusal(-115)
    world.count_template(account.id, template.id, world.clock.now_ms())
    return account.template_daily_quota - used - 1


def remaining(world: World, account: Account) -> int:
    day = world.clock.local().strftime("%Y-%m-%d")
    return max(0, account.template_daily_quota - world.template_use[account.id, day])


def described(template: Template) -> dict[str, Any]:
    """``data`` of GET /template/info/v2."""
    params = [
        {
            "name": param["name"],
            "require": param.get("require", True),
            "type": param.get("type", "STRING"),
            "maxLength": param.get("maxLength", 30),
            "minLength": param.get("minLength", 0),
            "acceptNull": param.get("acceptNull", False),
        }
        for param in template.params
    ]
    return {
        "templateId": int(template.id),
        "templateName": template.name,
        "status": template.status,
        "listParams": params,
        "listButtons": [
            {"type": button.get("type", 1), "title": button["title"], "content": button["content"]}
            for button in template.buttons
        ],
        "timeout": template.timeout_ms,
        "previewUrl": f"https://account.zalo.cloud/znspreview/{template.id}",
        "templateQuality": template.quality,
        "templateTag": template.tag,
        "price": str(template.price_sdt),
        "price_sdt": str(template.price_sdt),
        "price_uid": str(template.price_uid),
        "applyTemplateQuota": False,
        **({"reason": template.reason} if template.reason else {}),
    }
