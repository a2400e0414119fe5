"""What the rest of the application may ask and tell about chats: the bot's counterpart."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import structlog

from monitor import alerts
from monitor.app.clock import now
from monitor.app.reports import shadow_lines
from monitor.app.rulebook import RuleBook
from monitor.bot import Status
from monitor.errors import ChannelError
from monitor.model import Chat, Rule, SourceState
from monitor.ports import Channel, Store

log = structlog.get_logger()


class Desk:
    """Knows the chats, their choices and the figures."""

    def __init__(
        self,
        chats: Sequence[Chat],
        *,
        store: Store,
        rules: RuleBook,
        channels: Mapping[str, Channel],
        wake: Callable[[], None],
    ) -> None:
        self._configured = chats
        self._store = store
        self._rules = rules
        self._channels = channels
        self.wake = wake
        self._started_at = now()
        self._choices = dict(store.subscriptions())
        self._troubles: dict[str, str] = {}  # what stands still now, by what it is about

    # --- what the bot asks

    def chats(self) -> dict[str, Chat]:
        """The chats by name, at their current addresses (Telegram groups move)."""
        moved = self._store.moved_chats()
        return {
            c.name: replace(c, address=moved.get(c.address, c.address)) for c in self._configured
        }

    def chat_for(self, address: str) -> Chat | None:
        """The configured chat that has this address; None for strangers."""
        return next((c for c in self.chats().values() if c.address == address != ""), None)

    def rules(self) -> Sequence[Rule]:
        """The rules that alert, in the order of their files."""
        return self._rules.live(now())

    def receives(self, chat: Chat, rule: Rule) -> bool:
        """Whether the chat is told of this rule's matches."""
        return alerts.receives(chat, rule, self._choices)

    async def subscribe(self, chat: Chat, rule_id: str, *, on: bool) -> None:
        """Remember the chat's choice; it counts from the next article on."""
        await asyncio.wrap_future(self._store.subscribe(chat.name, rule_id, on=on))
        self._choices[chat.name, rule_id] = on
        log.info("subscription changed", chat=chat.name, rule=rule_id, on=on)

    async def welcome(self, chat: Chat) -> None:
        """The chat wrote to us: if it was suspended for having blocked us, it is back.

        With it, all that go to the same address (as topics of one group do).
        """
        suspended = self._store.suspended_chats()
        for name, other in self.chats().items():
            if name in suspended and other.address == chat.address:
                await asyncio.wrap_future(self._store.suspend_chat(name, None))
                log.info("chat is back", chat=name)
                self.wake()

    def status(self) -> Status:
        """The figures of ``/status``."""
        states = self._store.states()
        return Status(
            started_at=self._started_at,
            now=now(),
            sources=len(states),
            failing=tuple((s.source, s.error) for s in states if s.error),
            rules=len(self.rules()),
            counts=self._store.counts(self._started_at),
            shadow=shadow_lines(self._rules, self._store, now()),
            troubles=(*self._troubles.values(), *self._suspended(), *_drifting(states)),
        )

    def _suspended(self) -> list[str]:
        suspended = self._store.suspended_chats()
        return [f"Chat {name} gets nothing: {why}" for name, why in suspended.items()]

    # --- what polling needs

    def routing(self) -> alerts.Routing:
        """Who receives what at this moment."""
        return alerts.Routing(chats=tuple(self.chats().values()), choices=self._choices)

    async def trouble(self, about: str, text: str | None) -> None:
        """Something stands still (or, with None, goes on again): operators are told once."""
        if text is not None and about not in self._troubles:
            self._troubles[about] = text
            await self.tell_operators(text)
        elif text is None and self._troubles.pop(about, ""):
            await self.tell_operators(f"It goes on: {about}.")

    async def tell_operators(self, text: str) -> None:
        """Send a notice to every operator chat. A notice that fails is logged, not retried."""
        log.warning("notice to operators", text=text)
        for chat in self.chats().values():
            if chat.operator:
                try:
                    await self._channels[chat.channel].tell(chat, text)
                except ChannelError as error:
                    log.warning("operators were not told", chat=chat.name, error=str(error))


def _drifting(states: Sequence[SourceState]) -> list[str]:
    return [f"Source {s.source}: {s.drift}" for s in states if s.drift]
