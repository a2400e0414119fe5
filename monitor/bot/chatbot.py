"""The bot's life: asks Telegram for updates until it is stopped or the token is revoked.

The library's own Updater is not used. It confirms updates before they are handled, so a killed
process loses a pressed button; it claims to be running after a revoked token has ended it; and it
logs tracebacks for what is one line to an operator. Here an update is confirmed by the request that
follows its handling, so it is handled at least once; every command bears that.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any, TypeVar

import structlog
from telegram import Bot, BotCommand, Update
from telegram.error import (
    Conflict,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.ext import Application

from monitor.bot.commands import Commands
from monitor.bot.desk import Desk
from monitor.bot.pages import COMMANDS
from monitor.channels.telegram import scrubbed, waiting_time

UPDATES = (Update.MESSAGE, Update.CALLBACK_QUERY)
"""The kinds of update that Telegram is asked for; nothing else reaches the bot."""

T = TypeVar("T")
log = structlog.get_logger(__name__)

_LONGEST_PAUSE = 30.0
_GRACE = 5.0  # seconds for the update in hand when stopping


class ChatBot:
    """Chat commands over a bot that somebody else closes (``TelegramChannel.close``).

    ``poll`` is how long Telegram may hold a request for updates; ``pause`` is the first wait after
    a failure, which grows to half a minute. ``clock`` counts seconds, from any moment.
    """

    def __init__(
        self,
        bot: Bot,
        desk: Desk,
        *,
        clock: Callable[[], float] = time.monotonic,
        poll: timedelta = timedelta(seconds=30),
        pause: timedelta = timedelta(seconds=1),
    ) -> None:
        self._bot = bot
        self._application = Application.builder().bot(bot).updater(None).job_queue(None).build()
        Commands(bot, desk, clock).add_to(self._application)
        self._poll = poll
        self._first_pause = self._pause = pause.total_seconds()
        self._next_update: int | None = None
        self._trouble = ""
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Whether commands are answered, or will be once Telegram can be reached again.

        False before ``start``, after ``stop``, and once Telegram has refused the token.
        """
        return self._task is not None and not self._task.done()

    async def start(self) -> None:
        """Begin in the background; waits for nothing, so an unreachable Telegram is no obstacle."""
        self._task = asyncio.create_task(self._run(), name="telegram commands")

    async def stop(self) -> None:
        """End within a few seconds, after the update in hand. Harmless if not running."""
        self._stopping.set()
        if self._task is None:
            return
        await asyncio.wait({self._task}, timeout=_GRACE)
        self._task.cancel()
        (ended,) = await asyncio.gather(self._task, return_exceptions=True)
        if isinstance(ended, Exception):
            log.error("chat commands had ended with a fault", exc_info=ended)

    # --- the loop ----------------------------------------------------------------------------

    async def _run(self) -> None:
        prepared = False
        while not self._stopping.is_set():
            try:
                if not prepared:
                    await self._prepare()
                    prepared = True
                await self._take_updates()
            except InvalidToken:
                log.error(
                    "Telegram refuses the bot token; chat commands have stopped. Get a token"
                    " from @BotFather and restart."
                )
                return
            except TelegramError as error:
                await self._unless_stopping(asyncio.sleep(self._after(error)))
            except (AttributeError, KeyError, TypeError, ValueError):
                # Telegram forgets an update after a day, so even one that never parses passes.
                self._report("Telegram sent an update that cannot be read; upgrade monitor")
                await self._unless_stopping(asyncio.sleep(self._growing_pause()))
        await self._confirm()

    async def _prepare(self) -> None:
        await self._application.initialize()
        await self._bot.delete_webhook()  # with one set, Telegram refuses to be polled
        await self._bot.set_my_commands([BotCommand(*command) for command in COMMANDS.items()])

    async def _take_updates(self) -> None:
        asking = self._bot.get_updates(
            offset=self._next_update, timeout=self._poll, allowed_updates=UPDATES
        )
        updates = await self._unless_stopping(asking)
        if updates is None:
            return
        self._recovered()
        for update in updates:
            if self._stopping.is_set():
                return
            await self._application.process_update(update)
            self._next_update = update.update_id + 1

    async def _confirm(self) -> None:
        """Tell Telegram what was handled, so that a restart does not handle it again."""
        if self._next_update is None:
            return
        with contextlib.suppress(TelegramError, TimeoutError):
            async with asyncio.timeout(2):
                await self._bot.get_updates(offset=self._next_update, limit=1, timeout=0)

    async def _unless_stopping(self, action: Coroutine[Any, Any, T]) -> T | None:
        """The action's result, or None where stopping cuts it short."""
        acting = asyncio.ensure_future(action)
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({acting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return acting.result() if acting.done() else None
        finally:
            acting.cancel()
            stopping.cancel()
            await asyncio.gather(acting, stopping, return_exceptions=True)

    # --- trouble -----------------------------------------------------------------------------

    def _after(self, error: TelegramError) -> float:
        """Say what is wrong, once, and how many seconds to wait."""
        match error:
            case RetryAfter():
                return waiting_time(error).total_seconds()
            case Conflict():
                self._report(
                    "another program answers for this Telegram bot; stop it, or chat"
                    " commands arrive at either"
                )
            case NetworkError():
                self._report("Telegram cannot be reached; chat commands wait", error)
            case _:
                self._report("Telegram refuses to give updates; chat commands wait", error)
        return self._growing_pause()

    def _growing_pause(self) -> float:
        pause = self._pause
        self._pause = min(_LONGEST_PAUSE, pause * 1.5)
        return pause

    def _report(self, trouble: str, error: TelegramError | None = None) -> None:
        """One line when the trouble begins, none while it lasts."""
        if trouble != self._trouble:
            self._trouble = trouble
            detail = {"error": scrubbed(error.message, self._bot.token)} if error else {}
            log.warning(trouble, **detail)

    def _recovered(self) -> None:
        self._pause = self._first_pause
        if self._trouble:
            self._trouble = ""
            log.info("Telegram gives updates again")
