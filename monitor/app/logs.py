"""Logging: structlog in front, the standard library behind, secrets redacted at the root."""

import logging
import re
import sys
from collections.abc import Callable, Iterable, MutableMapping
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
            foreign_pre_chain=_shared(),
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
        last = [renderer or structlog.dev.ConsoleRenderer(colors=stream.isatty())]
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


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=True),
        structlog.processors.format_exc_info,
    ]
