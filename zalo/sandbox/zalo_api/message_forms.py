"""Reads the ``message`` of a consultation (cs) request: what is allowed, and what the phone will show."""

from typing import Any

from zalo.sandbox.records import Upload
from zalo.sandbox.refusals import Refusal, invalid
from zalo.sandbox.world import World

TEXT_LIMIT = 2000
BUTTON_LIMIT = 5
TITLE_LIMIT = 100
SUBTITLE_LIMIT = 500
PAYLOAD_LIMIT = 1000


def read_message(world: World, oa_id: str, message: Any) -> tuple[str, dict[str, Any]]:
    """Kind and content of a message; raises Refusal (-100, -201, -210, -233) for one Zalo would not send."""
    if not isinstance(message, dict) or not message:
        raise invalid("message")
    text = message.get("text", "")
    if not isinstance(text, str):
        raise invalid("message.text")
    if len(text) > TEXT_LIMIT:
        raise Refusal(-210, f"message.text exceeds {TEXT_LIMIT} characters")
    attachment = message.get("attachment")
    if attachment is None:
        if not text.strip():
            raise invalid("message.text")
        content: dict[str, Any] = {"text": text}
        quoted = message.get("quote_message_id")
        if quoted:
            content["quote"] = str(quoted)
        return "text", content
    payload = attachment.get("payload") if isinstance(attachment, dict) else None
    if not isinstance(payload, dict):
        raise invalid("message.attachment.payload")
    match attachment.get("type"):
        case "file":
            return "file", _file(world, oa_id, payload)
        case "template":
            return _template(world, oa_id, text, payload)
    raise invalid("message.attachment.type")


def _template(world: World, oa_id: str, text: str, payload: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    match payload.get("template_type"):
        case "media":
            return _media(world, oa_id, text, _elements(payload))
        case "request_user_info":
            return "request_info", _request_info(_elements(payload))
        case "list":
            elements = [_element(element) for element in _elements(payload)]
            if len(elements) > BUTTON_LIMIT:
                raise Refusal(-210, "elements exceeds the limit")
            return "list", {"text": text, "elements": elements, "buttons": read_buttons(payload.get("buttons", []))}
        case None | "button":
            if not text.strip():
                raise invalid("message.text")
            buttons = read_buttons(payload.get("buttons"))
            if not buttons:
                raise invalid("buttons")
            return "buttons", {"text": text, "buttons": buttons}
    raise Refusal(-233)


def _elements(payload: dict[str, Any]) -> list[dict[str, Any]]:
    elements = payload.get("elements")
    if not isinstance(elements, list) or not elements or not all(isinstance(element, dict) for element in elements):
        raise invalid("elements")
    return elements


def _uploaded(world: World, oa_id: str, key: Any, role: tuple[str, ...], field: str) -> Upload:
    upload = world.uploads.get(key) if isinstance(key, str) else None
    if upload is None or upload.oa_id != oa_id or upload.role not in role:
        raise invalid(field) if not isinstance(key, str) or not key else Refusal(-100)
    if upload.expires_ms <= world.clock.now_ms():
        raise Refusal(-100)
    return upload


def _file(world: World, oa_id: str, payload: dict[str, Any]) -> dict[str, Any]:
    upload = _uploaded(world, oa_id, payload.get("token"), ("file",), "token")
    return shown_file(upload)


def shown_file(upload: Upload) -> dict[str, Any]:
    """A file as the phone and the ``oa_send_file`` echo carry it; the URL is a path on this server."""
    return {
        "name": upload.name,
        "size": upload.size,
        "url": upload.path,
        "content_type": upload.content_type,
        "checksum": upload.checksum,
    }


def _media(world: World, oa_id: str, text: str, elements: list[dict[str, Any]]) -> tuple[str, dict[str, Any]]:
    if len(elements) != 1:
        raise invalid("elements")
    element = elements[0]
    kind = element.get("media_type")
    if kind not in ("image", "gif", "sticker"):
        raise invalid("media_type")
    if kind == "gif" and not (element.get("width") and element.get("height")):
        raise invalid("width, height")
    content: dict[str, Any] = {"text": text}
    if kind == "sticker":
        if not element.get("attachment_id"):
            raise invalid("attachment_id")
        content["sticker"] = str(element["attachment_id"])
    elif element.get("attachment_id"):
        upload = _uploaded(world, oa_id, element["attachment_id"], (kind,), "attachment_id")
        content |= {"url": upload.path}
    elif str(element.get("url", "")).startswith(("https://", "http://")):
        content["url"] = element["url"]
    else:
        raise invalid("url")
    return kind, content


def _request_info(elements: list[dict[str, Any]]) -> dict[str, Any]:
    if len(elements) != 1:
        raise invalid("elements")
    element = elements[0]
    title, subtitle = element.get("title"), element.get("subtitle")
    if not isinstance(title, str) or not title:
        raise invalid("title")
    if not isinstance(subtitle, str) or not subtitle:
        raise invalid("subtitle")
    if len(title) > TITLE_LIMIT or len(subtitle) > SUBTITLE_LIMIT:
        raise Refusal(-210, "title or subtitle exceeds the limit")
    if not str(element.get("image_url", "")).startswith(("https://", "http://")):
        raise invalid("image_url")
    return {"title": title, "subtitle": subtitle, "image_url": element["image_url"]}


def _element(element: dict[str, Any]) -> dict[str, Any]:
    """A row of a list; its ``default_action`` has the url beside the type."""
    title = element.get("title")
    if not isinstance(title, str) or not title:
        raise invalid("elements.title")
    if len(title) > TITLE_LIMIT or len(str(element.get("subtitle", ""))) > SUBTITLE_LIMIT:
        raise Refusal(-210, "title or subtitle exceeds the limit")
    shown = {key: str(element[key]) for key in ("title", "subtitle", "image_url") if element.get(key)}
    action = element.get("default_action")
    if action is None:
        return shown
    if not isinstance(action, dict):
        raise invalid("default_action")
    if action.get("type") == "oa.open.url":
        if not str(action.get("url", "")).startswith(("https://", "http://")):
            raise invalid("default_action.url")
        return shown | {"action": {"type": "oa.open.url", "payload": {"url": action["url"]}}}
    return shown | {"action": _button({"title": title, **action})}


def read_buttons(buttons: Any) -> list[dict[str, Any]]:
    """Up to five buttons, checked; raises Refusal (-201, -210)."""
    if not isinstance(buttons, list):
        raise invalid("buttons")
    if len(buttons) > BUTTON_LIMIT:
        raise Refusal(-210, f"buttons exceeds {BUTTON_LIMIT}")
    return [_button(button) for button in buttons]


def _button(button: Any) -> dict[str, Any]:
    if not isinstance(button, dict) or not isinstance(button.get("title"), str) or not button["title"]:
        raise invalid("buttons.title")
    if len(button["title"]) > TITLE_LIMIT:
        raise Refusal(-210, f"buttons.title exceeds {TITLE_LIMIT} characters")
    payload = button.get("payload")
    match button.get("type"):
        case "oa.open.url":
            url = payload.get("url") if isinstance(payload, dict) else None
            if not isinstance(url, str) or not url.startswith(("https://", "http://")):
                raise invalid("buttons.payload.url")
        case "oa.query.show" | "oa.query.hide":
            if not isinstance(payload, str) or not payload:
                raise invalid("buttons.payload")
            if len(payload) > PAYLOAD_LIMIT:
                raise Refusal(-210, f"buttons.payload exceeds {PAYLOAD_LIMIT} characters")
        case "oa.open.phone":
            if not isinstance(payload, dict) or not str(payload.get("phone_code", "")).isdigit():
                raise invalid("buttons.payload.phone_code")
        case "oa.open.sms":
            if not isinstance(payload, dict) or not payload.get("phone_code") or not payload.get("content"):
                raise invalid("buttons.payload")
        case _:
            raise invalid("buttons.type")
    return {"title": button["title"], "type": button["type"], "payload": payload}
