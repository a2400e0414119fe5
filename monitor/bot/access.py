"""Who may do what: chats on the list may ask, and in groups only admins may change anything."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

from telegram import Bot, Update, User
from telegram.constants import ChatMemberStatus, ChatType

ANONYMOUS_ADMIN = 1087968824
"""Telegram's account behind which the admins of a group may write; nobody else can use it."""

K = TypeVar("K")
V = TypeVar("V")

_ADMINS = (ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER)
_MOST = 1000  # so many facts are remembered, so strangers cannot fill the memory


class Admins:
    """Who administers which group, as Telegram says; each answer holds for a minute."""

    def __init__(self, bot: Bot, clock: Callable[[], float]) -> None:
        self._bot = bot
        self._known: Recent[tuple[int, int], bool] = Recent(60.0, clock)

    async def may_change(self, update: Update) -> bool:
        """Whether this update's sender may change what its chat receives.

        Asks Telegram, so it raises TelegramError where that fails: then nothing may be changed.
        """
        chat, user = update.effective_chat, update.effective_user
        if chat is None or user is None:
            return False
        if chat.type == ChatType.PRIVATE or user.id == ANONYMOUS_ADMIN:
            return True
        return await self._is_admin(chat.id, user)

    async def _is_admin(self, chat: int, user: User) -> bool:
        known = self._known.get((chat, user.id))
        if known is None:
            member = await self._bot.get_chat_member(chat, user.id)
            known = member.status in _ADMINS
            self._known.put((chat, user.id), known)
        return known


class Recent(Generic[K, V]):
    """Facts that hold for a while: the newest thousand, each for ``ttl`` seconds of ``clock``."""

    def __init__(self, ttl: float, clock: Callable[[], float]) -> None:
        self._ttl = ttl
        self._clock = clock
        self._facts: OrderedDict[K, tuple[float, V]] = OrderedDict()

    def get(self, key: K) -> V | None:
        """The fact, if it still holds."""
        if key not in self._facts:
            return None
        learned, fact = self._facts[key]
        return fact if self._clock() - learned < self._ttl else None

    def put(self, key: K, fact: V) -> None:
        """Remember a fact from now on."""
        self._facts.pop(key, None)
        self._facts[key] = (self._clock(), fact)
        if len(self._facts) > _MOST:
            self._facts.popitem(last=False)
