"""Sends what waits in the outbox: claim, compose, send, and write down how it went."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from monitor import alerts, delivery
from monitor.app.clock import now
from monitor.app.jobs import run_job
from monitor.delivery import Bucket, Policy
from monitor.errors import ChannelError, StoreError
from monitor.model import Chat, Claim, Delivery, DeliveryState
from monitor.ports import Channel, Store

log = structlog.get_logger()
T = TypeVar("T")
Tell = Callable[[str], Awaitable[None]]

_AT_ONCE = 20  # sends under way
_NAP = 0.5  # seconds between looks at the outbox when nobody wakes us
_STORE_NAP = 2.0  # seconds between tries while the database refuses


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Messages a second: in all, to one person, to one group (whose Telegram ids are negative)."""

    channel: float = 25
    chat: float = 1
    group: float = 18 / 60

    def bucket(self, chat: Chat) -> Bucket:
        """A full bucket for a chat; a few messages may go at once."""
        rate = self.group if chat.address.startswith("-") else self.chat
        return Bucket(rate, max(3.0, rate), max(3.0, rate), now())


class Sender:
    """Keeps the outbox empty: at most one message of a chat under way, so its order holds."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        *,
        policy: Policy,
        lease: timedelta,
        pace: Pace,
    ) -> None:
        self._store = store
        self._channels = channels
        self._policy = policy
        self._lease = lease
        self._pace = pace
        self._chats: dict[str, Chat] = {}
        self._buckets: dict[str, Bucket] = {}
        self._all = Bucket(pace.channel, max(5.0, pace.channel / 5), 5.0, now())
        self._hold: dict[str, float] = {}  # chat → not before, by the loop's clock
        self._channel_hold: dict[str, float] = {}  # the same for all chats of a channel
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._woken = asyncio.Event()
        self._tell: Tell | None = None

    def wake(self) -> None:
        """Look at the outbox now rather than at the next turn."""
        self._woken.set()

    def use_chats(self, chats: Mapping[str, Chat], tell: Tell | None = None) -> None:
        """The destinations by name, with their current addresses; ``tell`` reaches operators."""
        self._chats = dict(chats)
        self._tell = tell

    async def run(self) -> None:
        """Send until cancelled; no error ends it, else nobody would be told any more."""

        async def unforeseen(_: Exception) -> None:
            await asyncio.sleep(_STORE_NAP)

        while True:
            await run_job(self._round(), unforeseen)

    async def _round(self) -> None:
        try:
            started = await self._turn()
        except StoreError as error:
            log.error("sending pauses", reason=str(error))
            await asyncio.sleep(_STORE_NAP)
            return
        if not started:
            await self._rest()

    async def drain(self, until: datetime) -> bool:
        """Send all that is due, until nothing is or time is up; True if nothing is left.

        What waits for a suspended chat is left, but not waited for.
        """
        while now() < until:
            await self._turn()
            left = self._store.counts(now())
            if not self._busy and left.waiting == left.suspended:
                return not left.waiting
            await self._rest()
        return False

    async def stop(self, patience: timedelta) -> None:
        """Let the sends under way end, so that their outcome is not lost; then cut them."""
        tasks = list(self._busy.values())
        if tasks:
            await asyncio.wait(tasks, timeout=patience.total_seconds())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _rest(self) -> None:
        self._woken.clear()
        try:
            async with asyncio.timeout(_NAP):
                await self._woken.wait()
        except TimeoutError:
            pass

    async def _turn(self) -> bool:
        """Claim what may go now and start sending it; False if there was nothing."""
        room = min(_AT_ONCE - len(self._busy), int(self._all.refilled(now()).level))
        if room < 1:
            return False
        claims = await asyncio.wrap_future(
            self._store.claim(now(), lease=self._lease, limit=room, skip=self._not_now())
        )
        for claim in claims:
            self._start(claim)
        return bool(claims)

    def _not_now(self) -> frozenset[str]:
        """Chats with a message under way, on hold, or at their pace."""
        moment = now()
        paced = {name for name, bucket in self._buckets.items() if not bucket.ready(moment)}
        loop_time = asyncio.get_running_loop().time()
        held = {name for name, until in self._hold.items() if loop_time < until}
        channels = {name for name, until in self._channel_hold.items() if loop_time < until}
        of_them = {name for name, chat in self._chats.items() if chat.channel in channels}
        return frozenset(self._busy.keys() | paced | held | of_them)

    def _start(self, claim: Claim) -> None:
        name = claim.delivery.chat
        chat = self._chats.get(name)
        if chat is not None and chat.channel == "telegram":
            self._buckets[name] = self._buckets.get(name, self._pace.bucket(chat)).take(now())
            self._all = self._all.take(now())
        task = asyncio.create_task(self._job(claim, chat), name=f"send to {name}")
        self._busy[name] = task
        task.add_done_callback(lambda _: self._sent(name))

    def _sent(self, name: str) -> None:
        self._busy.pop(name, None)
        self.wake()

    async def _job(self, claim: Claim, chat: Chat | None) -> None:
        """Send one claimed delivery; whatever goes wrong stays with it."""

        async def unforeseen(error: Exception) -> None:
            unclear = ChannelError(f"internal error: {error!r}", ambiguous=True)
            await self._finish(self._after_failure(claim.delivery, unclear))

        fields = {"delivery": claim.delivery.id, "chat": claim.delivery.chat}
        with structlog.contextvars.bound_contextvars(**fields):
            await run_job(self._send(claim, chat), unforeseen)

    async def _send(self, claim: Claim, chat: Chat | None) -> None:
        after = await self._attempt(claim, chat)
        await self._finish(after)
        if after.state is DeliveryState.SENT:
            log.info("sent", attempt=after.attempt, repeated=after.ambiguous > 0)

    async def _attempt(self, claim: Claim, chat: Chat | None) -> Delivery:
        if chat is None:
            gone = "this chat is not in the configuration any more"
            log.warning("given up", reason=gone)
            return replace(claim.delivery, state=DeliveryState.DEAD, error=gone)
        channel = self._channels[chat.channel]
        try:
            ref = await channel.send(chat, alerts.compose(claim))
        except ChannelError as error:
            return await self._failed(claim.delivery, chat, error)
        return delivery.sent(claim.delivery, ref, now())

    async def _failed(self, failed: Delivery, chat: Chat, error: ChannelError) -> Delivery:
        after = self._after_failure(failed, error)
        until = asyncio.get_running_loop().time() + (after.due_at - now()).total_seconds()
        if error.whole_channel or error.stop:
            self._channel_hold[chat.channel] = until
        elif error.retry_after is not None:
            self._hold[chat.name] = until
        if error.chat_gone:
            await self._write(lambda: self._store.suspend_chat(chat.name, str(error)))
            if self._tell is not None:
                await self._tell(f"Chat {chat.name} gets nothing any more: {error}")
        if error.moved_to is not None:
            address = error.moved_to
            await self._write(lambda: self._store.move_chat(chat.address, address))
            self._chats[chat.name] = replace(chat, address=address)
        return after

    def _after_failure(self, failed: Delivery, error: ChannelError) -> Delivery:
        jitter = random.random()  # noqa: S311 - spreads retries, guards nothing
        after = delivery.failed(failed, error, now(), self._policy, jitter=jitter)
        log.warning("not sent", error=str(error), state=str(after.state), next=after.due_at)
        return after

    async def _finish(self, after: Delivery) -> None:
        if not await self._write(lambda: self._store.finish(after)):
            log.error("another worker took this delivery meanwhile; its word counts")

    async def _write(self, write: Callable[[], Future[T]]) -> T:
        """Write, again and again while the database refuses: a send whose end is not written down
        would be repeated.
        """
        while True:
            try:
                return await asyncio.wrap_future(write())
            except StoreError as error:
                log.error("the outcome of a send waits to be written", reason=str(error))
                await asyncio.sleep(_STORE_NAP)
