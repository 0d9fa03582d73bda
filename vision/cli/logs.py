"""Structured logs on standard error, without secrets."""

import logging
import re
import sys
from typing import Any

import structlog
from structlog.typing import EventDict

_LOGIN = re.compile(r"(?<=://)[^\s'\"]*@")
_TOKEN = re.compile(
    r"(?i)([?&](?:access_token|key|password|passwd|pwd|secret|sign|token)=)[^&\s'\"]+"
)


def masked(value: Any) -> Any:
    """Text without the logins and tokens of the URLs in it; other values as they are."""
    if not isinstance(value, str):
        return value
    return _TOKEN.sub(r"\1***", _LOGIN.sub("***@", value))


def mask(_logger: Any, _method: str, entry: EventDict) -> EventDict:
    """Mask every value of a log entry: no module has to remember to."""
    return {key: masked(value) for key, value in entry.items()}


def log_to(terminal: bool) -> None:
    """Log to standard error: for people on a terminal, else one JSON object a line."""
    renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False)
    if terminal:
        renderer = structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            mask,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
