"""Structured logs: one JSON object a line outside DEBUG, with the request's id and without personal data."""

from __future__ import annotations

import logging
import logging.config
import re

import structlog

# Numbers of nine digits and more are ids and phones, text around an @ is an e-mail: no log line needs either.
PERSONAL = re.compile(r"(?<![\w.-])(?:\+?84|0)?\d{9,12}(?![\w-])|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
OWN_FRAME = {"timestamp", "level", "logger", "request_id", "_record", "_from_structlog"}
SECRET = re.compile(
    r"(?i)(access_token|refresh_token|secret_key|authorization|password|app_secret)([\"'=: ]+)[^\s\"',;&]+"
)

# An address that carries a token is a key: whoever reads it in a log could open the page.
TOKEN = re.compile(
    r"((?:^|[\s'\"(/=])(?:h|x|nop|ket-noi|gop-y|danh-gia|hoi-dap|tep|nhan-tin|xac-nhan|thoi|thoi-nhan|mat-khau-dau/[\w-]+)/)"
    r"(?!(?:tra-ma|goi-y)/)[A-Za-z0-9_:-]{8,96}(?=[/?&\s'\"),;]|$)"
)
ONE_TIME = re.compile(r"(?i)(#\s?HS:?\s?)\d{3}\s?\d{3}\b")


def mask(text: str) -> str:
    """Return the text with ids, phones, e-mails, secrets, tokens of addresses and one-time codes replaced by stars."""
    text = ONE_TIME.sub(r"\1***", TOKEN.sub(r"\1***", text))
    return SECRET.sub(r"\1\2***", PERSONAL.sub("***", text))


def masked(value: object) -> object:
    """Return the value with every text in it masked, whatever it is made of; objects as they would be written."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {key: masked(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [masked(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float) else mask(repr(value))


def mask_event(_logger, _name, event: dict) -> dict:
    """structlog processor: mask everything of the entry except its own frame."""
    for key, value in event.items():
        if key not in OWN_FRAME:
            event[key] = masked(value)
    return event


def configure(options: dict) -> None:
    """Set logging up; `options` is settings.LOGGING: {"format": "json"|"text", "level": …}."""
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
        structlog.processors.format_exc_info,
        mask_event,
    ]
    last = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if options["format"] == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
    }
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"line": formatter},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
            "root": {"handlers": ["stderr"], "level": options["level"]},
            "loggers": {
                "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
                "axes": {"level": "WARNING"},
                "kombu": {"level": "WARNING"},
                # Their warnings quote certificates, whose subjects hold identity numbers.
                "pyhanko": {"level": "CRITICAL"},
                "pyhanko_certvalidator": {"level": "CRITICAL"},
            },
        }
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
