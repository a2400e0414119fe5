"""A strict Bot API server on loopback, for tests.

It refuses what Telegram refuses, can be told to fail in every way Telegram and networks do, and
keeps every message it took, in order. ``running_botapi()`` runs it in a thread with its own loop;
all methods of the object it gives may be called from any thread. Alone::

    python -m tests.botapi --port 8081 --token 1:secret --chat 100
"""

import argparse
import asyncio
import itertools
import json
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from tests.botapi_wire import (
    CONFLICT,
    KINDS,
    Fault,
    Reply,
    after,
    at_once,
    first,
    gone,
    ok,
    params_of,
    read_request,
    refusal,
    write,
)
from tests.telegram_html import MAX_ENTITIES, Entity, Refused, parse, units

TOKEN = "123456:TEST-token_of-the-tests"
BOT = {"id": 123456, "is_bot": True, "first_name": "Monitor", "username": "monitor_test_bot"}
ANONYMOUS = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}

KNOWN = {
    "getMe": set(),
    "getUpdates": {"offset", "limit", "timeout", "allowed_updates"},
    "deleteWebhook": {"drop_pending_updates"},
    "setMyCommands": {"commands", "scope", "language_code"},
    "sendMessage": {
        "chat_id", "text", "parse_mode", "message_thread_id", "disable_notification",
        "link_preview_options", "reply_markup", "reply_parameters", "entities", "protect_content",
    },
    "editMessageText": {
        "chat_id", "message_id", "text", "parse_mode", "link_preview_options", "reply_markup",
        "entities",
    },
    "answerCallbackQuery": {"callback_query_id", "text", "show_alert", "url", "cache_time"},
    "getChatMember": {"chat_id", "user_id"},
    "getChat": {"chat_id"},
}  # fmt: skip


@dataclass
class Chat:
    """A chat the bot is in. ``closed`` holds topics that exist but take no messages."""

    id: int
    type: str = "private"
    topics: frozenset[int] = frozenset()
    admins: frozenset[int] = frozenset()
    blocked: bool = False
    migrated_to: int | None = None

    def json(self) -> dict[str, Any]:
        name = (
            {"first_name": f"User {self.id}"}
            if self.type == "private"
            else {"title": f"Chat {self.id}"}
        )
        return {"id": self.id, "type": self.type, **name} | (
            {"is_forum": True} if self.topics else {}
        )


@dataclass(frozen=True)
class Message:
    """A message that was taken. ``edits`` counts how often it was changed since."""

    id: int
    chat: int
    text: str  # without markup
    raw: str  # as sent
    html: bool
    entities: tuple[Entity, ...]
    topic: int | None
    silent: bool
    preview: bool
    buttons: tuple[tuple[tuple[str, str], ...], ...]  # rows of (label, callback data)
    at: float  # time.time()
    edits: int = 0


@dataclass(frozen=True)
class Answer:
    """The bot's answer to a pressed button."""

    query: str
    text: str
    alert: bool


class _Rejected(Exception):  # noqa: N818
    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.parameters = parameters


@dataclass
class _State:
    chats: dict[int, Chat] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    rates: dict[str, float] = field(default_factory=dict)
    updates: list[dict[str, Any]] = field(default_factory=list)
    queries: set[str] = field(default_factory=set)
    answers: list[Answer] = field(default_factory=list)
    commands: list[dict[str, str]] = field(default_factory=list)
    ambiguous: int = 0
    refused: int = 0
    sends: dict[int, list[float]] = field(default_factory=dict)
    per_chat: int = 0
    in_all: int = 0


class BotApi:
    """The server's state and its script; see ``running_botapi``."""

    def __init__(self, token: str = TOKEN, *, seed: int = 0) -> None:
        self.token = token
        self.url = ""
        self._state = _State()
        self._changed = threading.Condition()
        self._random = random.Random(seed)
        self._ids = itertools.count(1)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake: asyncio.Event | None = None
        self._closing: asyncio.Event | None = None
        self._poll = 0
        self._connections: set[asyncio.Task[None]] = set()

    # --- script ------------------------------------------------------------------------------

    def add_chat(self, chat: int, type: str = "private", **facts: Any) -> None:  # noqa: A002
        """Let the bot into a chat; ``topics``, ``admins`` are sets of ids."""
        with self._changed:
            facts = {k: frozenset(v) if k in ("topics", "admins") else v for k, v in facts.items()}
            self._state.chats[chat] = Chat(chat, type, **facts)

    def remove_chat(self, chat: int) -> None:
        """Forget a chat: "chat not found"."""
        with self._changed:
            del self._state.chats[chat]

    def block(self, chat: int, *, blocked: bool = True) -> None:
        """Let a chat block the bot (403), or unblock it."""
        with self._changed:
            self._state.chats[chat].blocked = blocked

    def migrate(self, chat: int, to: int) -> None:
        """Turn a group into a supergroup with another id."""
        with self._changed:
            self._state.chats[to] = Chat(to, "supergroup")
            self._state.chats[chat].migrated_to = to

    def revoke(self) -> None:
        """Make the token invalid."""
        self.token = "0:revoked"

    def fail_next(self, kind: str, **how: Any) -> None:
        """Let the next call fail; ``how`` are the fields of Fault."""
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is none of {', '.join(KINDS)}")
        with self._changed:
            self._state.faults.append(Fault(kind, **how))

    def set_fault_rate(
        self, *, ambiguous: float = 0.0, refused: float = 0.0, limited: float = 0.0
    ) -> None:
        """Let this share of sendMessage calls be cut after taking, fail with 500, or with 429.

        A refused one (500) was not taken; a client cannot know, so it counts as ambiguous for it.
        """
        with self._changed:
            self._state.rates = {"cut_after": ambiguous, "500": refused, "429": limited}

    def set_limits(self, *, per_chat: int = 0, in_all: int = 0) -> None:
        """Answer 429 to more messages than these within one second; 0 is no limit."""
        with self._changed:
            self._state.per_chat, self._state.in_all = per_chat, in_all

    # --- people --------------------------------------------------------------------------------

    def say(
        self,
        chat: int,
        text: str,
        *,
        user: int | None = None,
        anonymous: bool = False,
        topic: int | None = None,
    ) -> int:
        """Somebody (the chat's own id by default) writes to the bot; answers the update's id."""
        with self._changed:
            message = {
                "message_id": next(self._ids), "date": int(time.time()), "text": text,
                "chat": self._chat_json(chat),
                "from": ANONYMOUS if anonymous else self._user(user or chat),
            }  # fmt: skip
            if anonymous:
                message["sender_chat"] = self._chat_json(chat)
            if topic is not None:
                message |= {"message_thread_id": topic, "is_topic_message": True}
            if text.startswith("/"):
                message["entities"] = [
                    {"type": "bot_command", "offset": 0, "length": units(text.split()[0])}
                ]
            return self._queue({"message": message})

    def press(
        self,
        chat: int,
        message_id: int,
        data: str,
        *,
        user: int | None = None,
        anonymous: bool = False,
        old: bool = False,
    ) -> str:
        """Somebody presses a button; answers the query's id. ``old``: an inaccessible message."""
        with self._changed:
            query = f"q{next(self._ids)}"
            self._state.queries.add(query)
            found = next(
                (m for m in self._state.messages if (m.chat, m.id) == (chat, message_id)), None
            )
            message = {"message_id": message_id, "date": 0, "chat": self._chat_json(chat)}
            if found and not old:
                message = self._message_json(found)
            presser = ANONYMOUS if anonymous else self._user(user or chat)
            press = {
                "id": query,
                "from": presser,
                "chat_instance": str(chat),
                "data": data,
                "message": message,
            }
            self._queue({"callback_query": press})
            return query

    def inject(self, update: dict[str, Any]) -> int:
        """Queue any update, as Telegram would send it; answers its id."""
        with self._changed:
            return self._queue(update)

    # --- what happened -------------------------------------------------------------------------

    def messages(self, chat: int | None = None) -> list[Message]:
        """Every message taken, in order, of one chat or of all."""
        with self._changed:
            return [m for m in self._state.messages if chat is None or m.chat == chat]

    def answers(self) -> list[Answer]:
        """The bot's answers to presses."""
        with self._changed:
            return list(self._state.answers)

    def calls(self, method: str | None = None) -> list[tuple[str, dict[str, Any]]]:
        """Every call with its parameters, in order."""
        with self._changed:
            return [call for call in self._state.calls if method in (None, call[0])]

    def pending(self) -> int:
        """How many updates the bot has not confirmed yet."""
        with self._changed:
            return len(self._state.updates)

    @property
    def commands(self) -> list[dict[str, str]]:
        """What setMyCommands was given last."""
        with self._changed:
            return list(self._state.commands)

    @property
    def ambiguous(self) -> int:
        """How many messages were taken without the client being told."""
        with self._changed:
            return self._state.ambiguous

    @property
    def refused(self) -> int:
        """How many sendMessage calls were answered with a failure of the server (500, 502)."""
        with self._changed:
            return self._state.refused

    def wait(self, ready: Callable[["BotApi"], Any], timeout: float = 10.0) -> Any:
        """Block this thread until ``ready(self)`` is true, and answer it, or TimeoutError."""
        with self._changed:
            result = None

            def check() -> Any:
                nonlocal result
                result = ready(self)
                return result

            if not self._changed.wait_for(check, timeout):
                raise TimeoutError(f"the Bot API server saw only {self._state.calls[-8:]}")
            return result

    # --- server --------------------------------------------------------------------------------

    async def serve(self, started: Callable[[], None], port: int = 0) -> None:
        """Serve until ``close``; calls ``started`` once ``url`` is known."""
        self._loop = asyncio.get_running_loop()
        self._wake, self._closing = asyncio.Event(), asyncio.Event()
        server = await asyncio.start_server(self._connected, "127.0.0.1", port, limit=2**22)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        started()
        await self._closing.wait()
        server.close()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def close(self) -> None:
        """Stop serving; open connections are cut."""
        if self._loop and self._closing and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._closing.set)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._connections.add(task)
        try:
            while request := await read_request(reader):
                reply = await self._answer(*request, reader)
                if not await write(writer, reply, reader):
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client went away, or the server is closing
        finally:
            self._connections.discard(task)
            writer.transport.abort()

    async def _answer(
        self, path: str, kind: str, body: bytes, reader: asyncio.StreamReader
    ) -> Reply:
        token, _, method = unquote(path).removeprefix("/bot").partition("/")
        if token != self.token:
            return refusal(
                401 if ":" in token else 404, "Unauthorized" if ":" in token else "Not Found"
            )
        try:
            params = params_of(kind, body)
            return await self._call(method, params, reader)
        except _Rejected as rejected:
            return refusal(rejected.code, str(rejected), rejected.parameters)
        except UnicodeDecodeError:
            return refusal(400, "Bad Request: strings must be encoded in UTF-8")
        finally:
            with self._changed:
                self._changed.notify_all()

    async def _call(
        self, method: str, params: dict[str, Any], reader: asyncio.StreamReader
    ) -> Reply:
        if method not in KNOWN:
            raise _Rejected(404, "Not Found")
        if unknown := params.keys() - KNOWN[method]:
            raise _Rejected(400, f"Bad Request: unknown parameters {sorted(unknown)}")
        with self._changed:
            self._state.calls.append((method, params))
            fault = self._fault(method, params)
        if fault and (reply := at_once(fault)):
            with self._changed:
                self._state.refused += method == "sendMessage" and fault.kind in ("500", "502")
            return reply
        if method == "getUpdates":
            return ok(await self._get_updates(params, reader))
        with self._changed:
            reply = ok(getattr(self, f"_on_{_snake(method)}")(params))
            if fault:
                self._state.ambiguous += method == "sendMessage"
                return after(fault, reply)
            return reply

    def _fault(self, method: str, params: dict[str, Any]) -> Fault | None:
        for fault in self._state.faults:
            if fault.method == method and fault.chat in (None, _number(params.get("chat_id"))):
                fault.times -= 1
                if not fault.times:
                    self._state.faults.remove(fault)
                return fault
        draw = self._random.random() if method == "sendMessage" else 1.0
        for kind, rate in self._state.rates.items():
            draw -= rate
            if draw < 0:
                return Fault(kind)
        return None

    # --- methods -------------------------------------------------------------------------------

    def _on_get_me(self, params: dict[str, Any]) -> Any:
        return BOT | {
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    def _on_delete_webhook(self, params: dict[str, Any]) -> Any:
        if params.get("drop_pending_updates") in (True, "true"):
            self._state.updates.clear()
        return True

    def _on_set_my_commands(self, params: dict[str, Any]) -> Any:
        commands = _list(params.get("commands"))
        for command in commands:
            if not command["command"].isascii() or not 1 <= len(command["description"]) <= 256:
                raise _Rejected(400, "Bad Request: BOT_COMMAND_INVALID")
        self._state.commands = commands
        return True

    def _on_send_message(self, params: dict[str, Any]) -> Any:
        chat = self._writable(params)
        topic = _topic(chat, params)
        text, html, entities = _text(params)
        self._limit(chat)
        message = Message(
            id=next(self._ids), chat=chat.id, text=text, raw=params["text"], html=html,
            entities=entities, topic=topic, silent=_flag(params.get("disable_notification")),
            preview=not _dict(params.get("link_preview_options")).get("is_disabled", False),
            buttons=_buttons(params), at=time.time(),
        )  # fmt: skip
        self._state.messages.append(message)
        return self._message_json(message)

    def _on_edit_message_text(self, params: dict[str, Any]) -> Any:
        chat = self._writable(params)
        wanted = (chat.id, _number(params.get("message_id")))
        found = next(
            (i for i, m in enumerate(self._state.messages) if (m.chat, m.id) == wanted), None
        )
        if found is None:
            raise _Rejected(400, "Bad Request: message to edit not found")
        old = self._state.messages[found]
        text, html, entities = _text(params)
        buttons = _buttons(params)
        if (text, entities, buttons) == (old.text, old.entities, old.buttons):
            raise _Rejected(
                400,
                "Bad Request: message is not modified: specified new message content and reply"
                " markup are exactly the same as a current content and reply markup of the message",
            )
        changed = {
            "text": text,
            "raw": params["text"],
            "html": html,
            "entities": entities,
            "buttons": buttons,
        }
        self._state.messages[found] = Message(**(vars(old) | changed | {"edits": old.edits + 1}))
        return self._message_json(self._state.messages[found])

    def _on_answer_callback_query(self, params: dict[str, Any]) -> Any:
        query, text = str(params.get("callback_query_id")), params.get("text", "")
        if query not in self._state.queries:
            raise _Rejected(
                400,
                "Bad Request: query is too old and response timeout expired or query ID is invalid",
            )
        if len(text) > 200:
            raise _Rejected(400, "Bad Request: MESSAGE_TOO_LONG")
        self._state.queries.discard(query)
        self._state.answers.append(Answer(query, text, _flag(params.get("show_alert"))))
        return True

    def _on_get_chat_member(self, params: dict[str, Any]) -> Any:
        chat, user = self._find(params), _number(params.get("user_id"))
        status = "administrator" if user in chat.admins else "member"
        facts: dict[str, Any] = {"user": self._user(user or 0), "status": status}
        if status == "administrator":
            rights = (
                "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages",
                "can_manage_video_chats", "can_restrict_members", "can_promote_members",
                "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
                "can_delete_stories",
            )  # fmt: skip
            facts |= dict.fromkeys(rights, False)
        return facts

    def _on_get_chat(self, params: dict[str, Any]) -> Any:
        return self._find(params).json() | {"accent_color_id": 0, "max_reaction_count": 1}

    async def _get_updates(self, params: dict[str, Any], reader: asyncio.StreamReader) -> list[Any]:
        """Long poll: a second poll ends the first (409), a client that left ends its own."""
        offset, limit = _number(params.get("offset")) or 0, _number(params.get("limit")) or 100
        until = time.monotonic() + (_number(params.get("timeout")) or 0)
        self._poll += 1
        mine = self._poll
        assert self._wake
        self._wake.set()
        await asyncio.sleep(0)
        while True:
            with self._changed:
                self._state.updates = [u for u in self._state.updates if u["update_id"] >= offset]
                found = self._state.updates[:limit]
                self._changed.notify_all()
            if found or time.monotonic() >= until or reader.at_eof():
                return found
            self._wake.clear()
            await first(self._wake.wait(), gone(reader), within=until - time.monotonic())
            if mine != self._poll:
                raise _Rejected(409, CONFLICT)

    # --- parts ---------------------------------------------------------------------------------

    def _find(self, params: dict[str, Any]) -> Chat:
        chat = self._state.chats.get(_number(params.get("chat_id")) or 0)
        if chat is None:
            raise _Rejected(400, "Bad Request: chat not found")
        return chat

    def _writable(self, params: dict[str, Any]) -> Chat:
        chat = self._find(params)
        if chat.migrated_to is not None:
            raise _Rejected(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=chat.migrated_to,
            )
        if chat.blocked:
            raise _Rejected(403, "Forbidden: bot was blocked by the user")
        return chat

    def _limit(self, chat: Chat) -> None:
        now = time.monotonic()
        sends = self._state.sends
        for key in (0, chat.id):
            sends[key] = [at for at in sends.get(key, []) if at > now - 1.0]
        for key, most in ((0, self._state.in_all), (chat.id, self._state.per_chat)):
            if most and len(sends[key]) >= most:
                raise _Rejected(429, "Too Many Requests: retry after 1", retry_after=1)
        for key in (0, chat.id):
            sends[key].append(now)

    def _queue(self, update: dict[str, Any]) -> int:
        number = next(self._ids) + 1000
        self._state.updates.append({"update_id": number, **update})
        if self._loop and self._wake:
            self._loop.call_soon_threadsafe(self._wake.set)
        return number

    def _chat_json(self, chat: int) -> dict[str, Any]:
        return self._state.chats.get(
            chat, Chat(chat, "private" if chat > 0 else "supergroup")
        ).json()

    def _user(self, user: int) -> dict[str, Any]:
        return (
            ANONYMOUS
            if user == ANONYMOUS["id"]
            else {"id": user, "is_bot": False, "first_name": f"User {user}"}
        )

    def _message_json(self, message: Message) -> dict[str, Any]:
        facts: dict[str, Any] = {
            "message_id": message.id, "date": int(message.at), "text": message.text,
            "chat": self._chat_json(message.chat), "from": BOT,
        }  # fmt: skip
        if message.topic is not None:
            facts |= {"message_thread_id": message.topic, "is_topic_message": True}
        if message.buttons:
            rows = [[{"text": t, "callback_data": d} for t, d in row] for row in message.buttons]
            facts["reply_markup"] = {"inline_keyboard": rows}
        return facts


# --- checks ------------------------------------------------------------------------------------


def _text(params: dict[str, Any]) -> tuple[str, bool, tuple[Entity, ...]]:
    raw, mode = params.get("text", ""), params.get("parse_mode")
    if mode not in (None, "HTML"):
        raise _Rejected(400, "Bad Request: unsupported parse_mode")
    try:
        text, entities = parse(raw) if mode else (raw, [])
    except Refused as refused:
        raise _Rejected(400, f"Bad Request: {refused}") from None
    if not text.strip():
        raise _Rejected(400, "Bad Request: message text is empty")
    if units(text) > 4096:
        raise _Rejected(400, "Bad Request: message is too long")
    return text, bool(mode), tuple(entities[:MAX_ENTITIES])


def _topic(chat: Chat, params: dict[str, Any]) -> int | None:
    topic = _number(params.get("message_thread_id"))
    if topic is not None and topic not in chat.topics:
        raise _Rejected(400, "Bad Request: message thread not found")
    return topic


def _buttons(params: dict[str, Any]) -> tuple[tuple[tuple[str, str], ...], ...]:
    rows = _dict(params.get("reply_markup")).get("inline_keyboard", [])
    if sum(map(len, rows)) > 100:
        raise _Rejected(400, "Bad Request: reply markup is too long")
    return tuple(tuple(_button(button) for button in row) for row in rows)


def _button(button: dict[str, Any]) -> tuple[str, str]:
    if not button.get("text", "").strip():
        raise _Rejected(
            400, "Bad Request: can't parse inline keyboard button: Text buttons must be non-empty"
        )
    data = button.get("callback_data", "")
    if not 1 <= len(data.encode()) <= 64:
        raise _Rejected(400, "Bad Request: BUTTON_DATA_INVALID")
    return button["text"], data


def _number(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def _flag(value: Any) -> bool:
    return value in (True, "true", "True", "1")


def _dict(value: Any) -> dict[str, Any]:
    return json.loads(value) if isinstance(value, str) else (value or {})


def _list(value: Any) -> list[Any]:
    return json.loads(value) if isinstance(value, str) else list(value or [])


def _snake(method: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in method)


# --- running -----------------------------------------------------------------------------------


@contextmanager
def running_botapi(
    *, token: str = TOKEN, chats: Sequence[int] = (), port: int = 0, seed: int = 0
) -> Iterator[BotApi]:
    """The server in a thread of its own. Negative chat ids are supergroups."""
    api = BotApi(token, seed=seed)
    for chat in chats:
        api.add_chat(chat, "private" if chat > 0 else "supergroup")
    started = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(api.serve(started.set, port)), daemon=True)
    thread.start()
    try:
        if not started.wait(10):
            raise RuntimeError("the Bot API server did not start")
        yield api
    finally:
        api.close()
        thread.join(10)


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="A strict Bot API server for tests.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--chat", type=int, action="append", default=[])
    options = parser.parse_args()
    with running_botapi(token=options.token, chats=options.chat, port=options.port) as api:
        print(api.url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
