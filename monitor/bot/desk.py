"""What the chat commands ask of the application, and nothing more."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from monitor.model import Chat, Counts, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Figures for ``/status``. ``failing`` has the id and the error of each failing source."""

    started_at: datetime
    now: datetime
    sources: int
    failing: tuple[tuple[str, str], ...]
    rules: int
    counts: Counts  # since ``started_at``
    shadow: tuple[str, ...] = ()  # what each rule in shadow would have done, a line each
    troubles: tuple[str, ...] = ()  # what stands still now


class Desk(Protocol):
    """The application, as far as people in chats may reach it."""

    def chat_for(self, address: str) -> Chat | None:
        """The configured chat with this Telegram id, or None: then it is a stranger's."""
        ...

    def rules(self) -> Sequence[Rule]:
        """The live rules, in the order in which to list them."""
        ...

    def receives(self, chat: Chat, rule: Rule) -> bool:
        """Whether this rule's alerts go to this chat now."""
        ...

    def subscribe(self, chat: Chat, rule_id: str, *, on: bool) -> Awaitable[None]:
        """Turn a rule on or off for a chat; done once it is stored. Raises StoreError."""
        ...

    def welcome(self, chat: Chat) -> Awaitable[None]:
        """The chat wrote to us: if it was suspended for blocking us, it is back. StoreError."""
        ...

    def status(self) -> Status:
        """The figures of this moment."""
        ...
