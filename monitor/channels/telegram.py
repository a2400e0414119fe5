"""Alerts to Telegram chats, over python-telegram-bot's ``Bot``.

Telegram's answers are told apart by what the outbox must do next. The library's classes do not say
so: BadRequest and TimedOut are both NetworkErrors there, and whether a message may have been taken
is only in the exception's cause. Texts of errors never hold the token, which is part of every URL.
"""

import asyncio
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import quote

import httpx
from telegram import Bot, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest

from monitor.errors import ChannelError
from monitor.model import Alert, Chat, Priority
from monitor.render import plain, plain_lines, render_html, render_text

API = "https://api.telegram.org"

_TOKEN = re.compile(r"\d+:[\w-]+")
_UNTOLD_WAIT = timedelta(seconds=5)  # a 429 that does not say how long

# The request never left: sending again cannot make a second message.
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)
_MARKUP_REFUSED = ("can't parse", "entit", "message is too long", "message_too_long")
_TOPIC_LOST = ("message thread not found", "topic_closed", "topic_deleted", "topic_id_invalid")
_CHAT_LOST = (
    "chat not found",
    "not enough rights",
    "have no rights",
    "chat_write_forbidden",
    "need administrator rights",
    "peer_id_invalid",
    "user is deactivated",
    "group chat was deactivated",
    "chat_restricted",
)


def build_bot(
    token: str, api_base_url: str = API, timeout: timedelta = timedelta(seconds=30)
) -> Bot:
    """A Telegram bot that nothing was asked of yet; ``TelegramChannel.close`` lets go of it.

    ``api_base_url`` is where a Bot API server listens (``http://127.0.0.1:8081``); ``timeout`` is
    how long to wait for an answer. A token of the wrong form raises ChannelError with ``stop``.
    """
    if not _TOKEN.fullmatch(token):
        raise ChannelError(
            "Telegram: the bot token has the wrong form; it looks like 123456:ABC-def. Copy it from"
            " @BotFather once more.",
            stop=True,
        )
    # Without it the library warns whenever it is told to wait, from inside its own constructor.
    os.environ.setdefault("PTB_TIMEDELTA", "1")
    base = api_base_url.rstrip("/")
    return Bot(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=_http(timeout, pool=64),
        get_updates_request=_http(timeout, pool=2),
    )


def _http(timeout: timedelta, *, pool: int) -> HTTPXRequest:
    # The library's five seconds to read make doubtful sends out of slow ones.
    seconds = timeout.total_seconds()
    return HTTPXRequest(
        connection_pool_size=pool,
        read_timeout=seconds,
        write_timeout=seconds,
        connect_timeout=min(seconds, 10.0),
        pool_timeout=seconds,
    )


@dataclass(frozen=True, slots=True)
class _Draft:
    text: str
    html: bool
    topic: int | None
    silent: bool


class TelegramChannel:
    """Sends alerts and notices through one bot, which it closes in the end.

    ``clock`` tells the time (for "4 min ago"); ``limit`` is how long one send may take in all,
    since a server that answers byte by byte would never reach the bot's own timeout.
    """

    def __init__(
        self,
        bot: Bot,
        *,
        clock: Callable[[], datetime],
        limit: timedelta = timedelta(seconds=60),
    ) -> None:
        self._bot = bot
        self._clock = clock
        self._limit = limit.total_seconds()

    async def send(self, chat: Chat, alert: Alert) -> str:
        """Send an alert as HTML, silently if its priority is low; the answer is the message's id.

        Where Telegram refuses the markup it is sent once more as plain text; where the topic is
        gone, into the chat itself.
        """
        now = self._clock()
        silent = alert.priority is Priority.LOW
        draft = _Draft(render_html(alert, now), html=True, topic=chat.topic, silent=silent)
        return await self._deliver(chat, draft, lambda: render_text(alert, now))

    async def tell(self, chat: Chat, text: str) -> None:
        """Send a notice as it is, cut to Telegram's limit."""
        draft = _Draft(plain_lines(text), html=False, topic=chat.topic, silent=False)
        await self._deliver(chat, draft, lambda: draft.text)

    async def close(self) -> None:
        """Let go of the bot and its connections."""
        # A bot that was never initialised (no commands) does not shut its sender down by itself.
        await self._bot.request.shutdown()
        await self._bot.shutdown()

    async def _deliver(self, chat: Chat, draft: _Draft, as_plain: Callable[[], str]) -> str:
        while True:
            try:
                return await self._post(chat, draft)
            except BadRequest as error:
                following = _following(draft, error, as_plain)
                if following is None:
                    raise channel_error(error, chat, self._bot.token) from None
                draft = following
            except TelegramError as error:
                # The cause stays out: its text may hold the token.
                raise channel_error(error, chat, self._bot.token) from None

    async def _post(self, chat: Chat, draft: _Draft) -> str:
        try:
            async with asyncio.timeout(self._limit):
                message = await self._bot.send_message(
                    chat_id=chat.address,
                    text=draft.text,
                    parse_mode=ParseMode.HTML if draft.html else None,
                    message_thread_id=draft.topic,
                    disable_notification=draft.silent,
                    link_preview_options=LinkPreviewOptions(is_disabled=True),
                )
        except TimeoutError:
            raise ChannelError(
                f"Telegram, chat {chat.name} ({chat.address}): no whole answer within"
                f" {self._limit:g} s; the message may have arrived. It is sent again.",
                ambiguous=True,
            ) from None
        return str(message.message_id)


def _following(draft: _Draft, error: BadRequest, as_plain: Callable[[], str]) -> _Draft | None:
    """What to try after a refusal, or None; every step gives something up, so it ends."""
    if draft.topic is not None and _says(error, _TOPIC_LOST):
        return replace(draft, topic=None)
    if draft.html and _says(error, _MARKUP_REFUSED):
        return replace(draft, text=as_plain(), html=False)
    return None


def _says(error: TelegramError, phrases: tuple[str, ...]) -> bool:
    text = error.message.lower()
    return any(phrase in text for phrase in phrases)


# --- what an answer means ------------------------------------------------------------------------


def channel_error(error: TelegramError, chat: Chat, token: str) -> ChannelError:
    """What a failed send means for the delivery, the chat and the channel.

    The order matters: BadRequest is a NetworkError too.
    """
    where = f"Telegram, chat {chat.name} ({chat.address})"
    said = scrubbed(error.message, token)
    match error:
        case RetryAfter():
            return _wait(where, waiting_time(error))
        case ChatMigrated():
            text = f"{where}: the group became a supergroup; its id is now {error.new_chat_id}."
            return ChannelError(text, moved_to=str(error.new_chat_id))
        case Forbidden():
            text = f"{where}: {said}. Nothing is sent there until the bot is let in again."
            return ChannelError(text, permanent=True, chat_gone=True)
        case InvalidToken():
            return _stopped()
        case BadRequest():
            return _refused(where, said, error)
        case NetworkError():
            return _failed(where, said, error)
        case _:
            return _doubtful(where, said)


def waiting_time(error: RetryAfter) -> timedelta:
    """How long Telegram asks to wait; the library says it in seconds unless told otherwise."""
    value = error.retry_after
    return value if isinstance(value, timedelta) else timedelta(seconds=value)


def _wait(where: str, delay: timedelta) -> ChannelError:
    text = f"{where}: too many messages; Telegram asks to wait {delay.total_seconds():g} s."
    return ChannelError(text, retry_after=delay, whole_channel=True)


def _stopped() -> ChannelError:
    return ChannelError(
        "Telegram refuses the bot token: it was revoked or mistyped, or api_base_url points to"
        " something else. Get a token from @BotFather and restart.",
        whole_channel=True,
        stop=True,
    )


def _refused(where: str, said: str, error: BadRequest) -> ChannelError:
    if _says(error, _CHAT_LOST):
        text = f"{where}: {said}. Add the bot to the chat, let it write, and check the chat's id."
        return ChannelError(text, permanent=True, chat_gone=True)
    return ChannelError(f"{where}: Telegram refused the message: {said}.", permanent=True)


def _failed(where: str, said: str, error: NetworkError) -> ChannelError:
    if isinstance(error.__cause__, _NOT_SENT):
        return ChannelError(f"{where}: Telegram cannot be reached ({said}). It is tried again.")
    if error.message.startswith("Too Many Requests"):  # the library needs a number to see a limit
        return _wait(where, _UNTOLD_WAIT)
    return _doubtful(where, said)


def _doubtful(where: str, said: str) -> ChannelError:
    text = f"{where}: the answer was lost ({said}); the message may have arrived. It is sent again."
    return ChannelError(text, ambiguous=True)


def scrubbed(text: str, token: str) -> str:
    """One short line without the token, which servers and proxies like to echo with the URL."""
    for secret in (token, quote(token, safe="")):
        text = text.replace(secret, "<token>")
    return plain(text, 200).rstrip(".")
