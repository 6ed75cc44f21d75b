"""Structured logs: one JSON object a line outside DEBUG, with the request's id and without personal data."""

from __future__ import annotations

import logging
import logging.config
import re

import structlog

# Numbers of nine digits and more are ids and phones, text around an @ is an e-mail: no log line needs either.
PERSONAL = re.compile(r"(?<![\w.-])(?:\+?84|0)?\d{9,12}(?![\w-])|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
SECRET = re.compile(
    r"(?i)(access_token|refresh_token|secret_key|authorization|password|app_secret)([\"'=: ]+)[^\s\"',;&]+"
)


def mask(text: str) -> str:
    """Return the text with ids, phones, e-mails and secrets replaced by stars."""
    return SECRET.sub(r"\1\2***", PERSONAL.sub("***", text))


def mask_event(_logger, _name, event: dict) -> dict:
    """structlog processor: mask every string of the entry except its own frame."""
    for key, value in event.items():
        if isinstance(value, str) and key not in {"timestamp", "level", "logger", "request_id"}:
            event[key] = mask(value)
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
