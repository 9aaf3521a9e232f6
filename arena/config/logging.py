"""Structured logs: an event name as a constant phrase, facts as key-values; never prompts, addresses or e-mails."""

import logging.config
import re

import structlog
from structlog.typing import EventDict, Processor

# A one-time link is a key until it is used, and a search in the admin may hold anything.
SECRET_PATH = re.compile(r"(/setup/)[^/?\s]+")
QUERY = re.compile(r"\?.*")


def _shorten_request(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Keep the method and path of a request, without query and without one-time tokens."""
    if isinstance(event.get("request"), str):
        event["request"] = QUERY.sub("", SECRET_PATH.sub(r"\1…", event["request"]))
    return event


def _drop_browser(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Leave out what a browser says of itself: together with times it can single out a person."""
    event.pop("user_agent", None)
    return event


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    _drop_browser,
    _shorten_request,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure_logging(*, level: str, log_format: str) -> None:
    """Send everything to standard error, as readable lines or as one JSON object a line."""
    # The default traceback prints local variables where `rich` is installed, and with them prompts and cookies.
    console = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    renderer: Processor = structlog.processors.JSONRenderer() if log_format == "json" else console
    # The console renderer formats exceptions itself; JSON needs them as text.
    last: list[Processor] = [structlog.processors.format_exc_info] if log_format == "json" else []
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": SHARED,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last, renderer],
    }
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"structured": formatter},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
            "root": {"handlers": ["stderr"], "level": level},
            # Access lines carry addresses; the structured request log says what is needed without them.
            "loggers": {
                "uvicorn.access": {"level": "WARNING", "propagate": False},
                "django.server": {"level": "WARNING", "propagate": False},
                "httpx": {"level": "WARNING"},
            },
        }
    )
