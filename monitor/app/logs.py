"""Logging: structlog in front, the standard library behind, secrets redacted at the root."""

import logging
import re
import sys
from collections.abc import Callable, Iterable, MutableMapping
from datetime import datetime
from typing import Any, TextIO

import structlog

Processor = Callable[[Any, str, MutableMapping[str, Any]], Any]

_TOKEN = re.compile(r"\b\d{5,}:[\w-]{30,}")  # Telegram's form; the token is part of its URLs
_CHATTY = ("httpx", "httpcore", "apscheduler", "telegram", "asyncio")


class Redactor:
    """Replaces every known secret, and whatever looks like a bot token, in finished log lines.

    The last step before the stream, so that messages, values and tracebacks are all covered.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = tuple(secret for secret in secrets if secret)

    def __call__(self, text: str) -> str:
        """The text with its secrets replaced."""
        for secret in self._secrets:
            text = text.replace(secret, "[secret]")
        return _TOKEN.sub("[token]", text)


class _RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """Formats any log record, then redacts the line."""

    def __init__(self, redact: Redactor, processors: list[Processor]) -> None:
        super().__init__(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *processors],
            foreign_pre_chain=[p for p in _shared() if p is not structlog.stdlib.filter_by_level],
        )
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """The line, without secrets."""
        return self._redact(super().format(record))


def configure_logging(
    level: str = "info",
    *,
    json_lines: bool = False,
    secrets: Iterable[str] = (),
    renderer: Processor | None = None,
    stream: TextIO | None = None,
) -> None:
    """Send all logging to one stream (standard error), one line an event.

    ``renderer`` replaces the look of lines; the demo uses it to tell its progress.
    """
    stream = stream or sys.stderr
    if json_lines:
        last: list[Processor] = [structlog.processors.JSONRenderer(ensure_ascii=False)]
    else:
        last = [renderer or render_line]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_RedactingFormatter(Redactor(secrets), last))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in _CHATTY:  # httpx logs every URL at INFO, and with it the token
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def render_line(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
    """A log line for people: when, how bad, where, what, and the details in words.

    ``18:51:45 warning  bbc-business: poll failed: there is no such host; next 19:01:45``
    """
    told = dict(event)
    moment, level = told.pop("timestamp", ""), told.pop("level", "info")
    where, what = told.pop("source", told.pop("chat", "")), str(told.pop("event"))
    reason = told.pop("error", None) or told.pop("reason", None)
    trace = told.pop("exception", None)
    line = f"{moment} {level:<8} {f'{where}: ' if where else ''}{what}"
    line += f": {reason}" if reason else ""
    details = "; ".join(f"{name} {_in_words(value)}" for name, value in told.items())
    line += f"; {details}" if details else ""
    return f"{line}\n{trace}" if trace else line


def _in_words(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%H:%M:%S}"
    if isinstance(value, list | tuple):
        return ", ".join(map(_in_words, value)) or "none"
    return str(value)


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=True),
        structlog.processors.format_exc_info,
    ]
