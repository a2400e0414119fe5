"""Chat commands over real HTTP: who may ask, what is answered, what a button changes."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from anyio import Event, create_task_group, to_thread, wait_all_tasks_blocked
from structlog.testing import capture_logs
from telegram import Bot

from monitor.bot import ChatBot, Status
from monitor.channels.telegram import build_bot
from monitor.errors import StoreError
from monitor.model import Chat, Counts, Priority, Rule
from tests.botapi import TOKEN, Answer, BotApi, Message, running_botapi

NOW = datetime(2026, 11, 22, 18, 4, tzinfo=UTC)
OWN, GROUP, STRANGER = 5, -100, 66
ADMIN, MEMBER = 7, 8
RULES = tuple(
    Rule(id=f"pack.rule-{n:02}", title=f"Rule <{n}>", query="x", priority=Priority.NORMAL)
    for n in range(19)
)
pytestmark = pytest.mark.anyio


class Desk:
    """The application's counterpart, in memory."""

    def __init__(self) -> None:
        self.chats = {
            str(OWN): Chat(name="own", channel="telegram", address=str(OWN)),
            str(GROUP): Chat(name="team", channel="telegram", address=str(GROUP)),
        }
        self.live: Sequence[Rule] = RULES
        self.choices: dict[tuple[str, str], bool] = {}
        self.changes: list[tuple[str, str, bool]] = []
        self.welcomed: list[str] = []
        self.full = False

    def chat_for(self, address: str) -> Chat | None:
        return self.chats.get(address)

    def rules(self) -> Sequence[Rule]:
        return self.live

    def receives(self, chat: Chat, rule: Rule) -> bool:
        return self.choices.get((chat.name, rule.id), False)

    async def subscribe(self, chat: Chat, rule_id: str, *, on: bool) -> None:
        if self.full:
            raise StoreError("The disk is full.", full=True)
        self.choices[chat.name, rule_id] = on
        self.changes.append((chat.name, rule_id, on))

    async def welcome(self, chat: Chat) -> None:
        if self.full:
            raise StoreError("The disk is full.", full=True)
        self.welcomed.append(chat.name)

    def status(self) -> Status:
        return Status(
            started_at=NOW - timedelta(hours=3),
            now=NOW,
            sources=12,
            failing=(("ledger", "https://ledger.example/feed answered 404"),),
            rules=len(self.live),
            counts=Counts(articles=40, matched=3, same_text=1, sent=2, waiting=1, dead=0),
        )


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def api() -> Iterator[BotApi]:
    with running_botapi(chats=[OWN, STRANGER]) as running:
        running.add_chat(GROUP, "supergroup", admins={ADMIN}, topics={3})
        running.add_chat(-666, "group")
        yield running


@asynccontextmanager
async def talking(api: BotApi, desk: Desk, **how: Any) -> AsyncIterator[ChatBot]:
    bot = build_bot(TOKEN, api.url, timedelta(seconds=5))
    chatbot = ChatBot(bot, desk, poll=timedelta(seconds=5), pause=timedelta(milliseconds=1), **how)
    await chatbot.start()
    try:
        yield chatbot
    finally:
        await chatbot.stop()
        await close(bot)


async def close(bot: Bot) -> None:
    await bot.request.shutdown()
    await bot.shutdown()


async def until(api: BotApi, ready: Callable[[BotApi], Any]) -> Any:
    return await to_thread.run_sync(api.wait, ready)


async def heard(api: BotApi) -> None:
    """Wait until everything said so far was handled and confirmed."""
    await until(api, lambda a: a.pending() == 0 and a.calls("getUpdates"))


async def ask(api: BotApi, chat: int, text: str, **how: Any) -> list[Message]:
    """What the bot answers in that chat."""
    before = len(api.messages(chat))
    api.say(chat, text, **how)
    await heard(api)
    return api.messages(chat)[before:]


async def press(api: BotApi, message: Message, label: str, **how: Any) -> Answer:
    data = next(data for row in message.buttons for text, data in row if text == label)
    query = api.press(message.chat, message.id, data, **how)
    await heard(api)
    return next(answer for answer in api.answers() if answer.query == query)


# --- commands ------------------------------------------------------------------------------------


async def test_start_and_help_name_the_commands(api: BotApi, desk: Desk) -> None:
    async with talking(api, desk):
        (start,) = await ask(api, OWN, "/start")
        (help_,) = await ask(api, OWN, "/help")
    assert start.text == help_.text
    assert "This chat (own) gets an alert" in start.text
    for command in ("rules", "status", "help"):
        assert f"/{command} –" in start.text
        assert command in [c["command"] for c in api.commands]
    assert desk.welcomed == ["own", "own"]


async def test_status_has_the_figures(api: BotApi, desk: Desk) -> None:
    async with talking(api, desk):
        (message,) = await ask(api, GROUP, "/status@monitor_test_bot", user=MEMBER, topic=3)
    assert message.topic == 3
    assert message.text.splitlines() == [
        "Running since 22 Nov 2026 15:04 UTC (3 h ago).",
        "Sources: 12 polled, 1 failing.",
        "  ledger: https://ledger.example/feed answered 404",
        "Rules: 19 live.",
        "Articles: 40 read (0 from the feed's text only), 0 unreadable, 3 matched.",
        "Folded together: 0 same address, 1 same text.",
        "Alerts: 2 sent, 1 waiting, 0 given up, 0 possibly repeated.",
    ]


async def test_unknown_commands(api: BotApi, desk: Desk) -> None:
    async with talking(api, desk):
        (message,) = await ask(api, OWN, "/frobnicate")
        assert "/help" in message.text
        assert await ask(api, GROUP, "/frobnicate") == []
        assert await ask(api, OWN, "good morning") == []


async def test_no_rules(api: BotApi, desk: Desk) -> None:
    desk.live = ()
    async with talking(api, desk):
        (message,) = await ask(api, OWN, "/rules")
    assert "no live rules" in message.text
    assert message.buttons == ()


# --- buttons -------------------------------------------------------------------------------------


async def test_rules_are_turned_on_and_off(api: BotApi, desk: Desk) -> None:
    async with talking(api, desk):
        (message,) = await ask(api, OWN, "/rules")
        assert message.text.startswith("0 of 19 rules come to this chat (page 1 of 3).")
        assert "▫️ Rule <2> (pack.rule-02)" in message.text
        answer = await press(api, message, "Subscribe: Rule <2>")
        assert answer.text == "Subscribed: Rule <2>"
        shown = api.messages(OWN)[-1]
        assert "✅ Rule <2> (pack.rule-02)" in shown.text
        assert shown.text.startswith("1 of 19 rules come to this chat (page 1 of 3).")
        answer = await press(api, shown, "Unsubscribe: Rule <2>")
        assert answer.text == "Unsubscribed: Rule <2>"
    assert desk.changes == [("own", "pack.rule-02", True), ("own", "pack.rule-02", False)]
    assert len(api.messages(OWN)) == 1


async def test_pages_are_turned(api: BotApi, desk: Desk) -> None:
    async with talking(api, desk):
        (message,) = await ask(api, OWN, "/rules")
        await press(api, message, "Next ›")
        await press(api, api.messages(OWN)[-1], "Next ›")
        last = api.messages(OWN)[-1]
        assert "(page 3 of 3)" in last.text
        assert [row[0][0] for row in last.buttons[:-1]] == [
            f"Subscribe: Rule <{n}>" for n in (16, 17, 18)
        ]
        desk.live = RULES[:9]  # fewer rules meanwhile: the last page is the one before
        await press(api, last, "‹ Previous")
        assert "(page 2 of 2)" in api.messages(OWN)[-1].text
    assert desk.changes == []


async def test_a_button_pressed_twice_means_the_same(api: BotApi, desk: Desk) -> None:
    async with talking(api, desk):
        (message,) = await ask(api, OWN, "/rules")
        with capture_logs() as logs:
            for _ in range(2):
                answer = await press(api, message, "Subscribe: Rule <0>")
                assert answer.text == "Subscribed: Rule <0>"
        assert api.messages(OWN)[-1].edits == 1  # the second edit changed nothing
    assert desk.choices == {("own", "pack.rule-00"): True}
    assert logs == []


async def test_a_button_works_after_a_restart(api: BotApi, desk: Desk) -> None:
    async with talking(api, desk):
        (message,) = await ask(api, OWN, "/rules")
    data = message.buttons[0][0][1]
    api.press(OWN, message.id, data)  # while nobody listens
    async with talking(api, desk):
        await heard(api)
    assert desk.choices == {("own", "pack.rule-00"): True}
    assert "✅ Rule <0>" in api.messages(OWN)[-1].text


async def test_a_button_too_old_to_be_answered_still_works(api: BotApi, desk: Desk) -> None:
    async with talking(api, desk):
        (message,) = await ask(api, OWN, "/rules")
        api.fail_next(
            "400",
            method="answerCallbackQuery",
            description="Bad Request: query is too old and response timeout expired",
        )
        api.press(OWN, message.id, message.buttons[1][0][1], old=True)
        await heard(api)
    assert desk.choices == {("own", "pack.rule-01"): True}
    assert "✅ Rule <1>" in api.messages(OWN)[-1].text


async def test_a_page_that_was_deleted(api: BotApi, desk: Desk) -> None:
    async with talking(api, desk):
        (message,) = await ask(api, OWN, "/rules")
        with capture_logs() as logs:
            api.press(OWN, 9999, message.buttons[0][0][1])
            await heard(api)
    assert desk.choices == {("own", "pack.rule-00"): True}
    assert api.answers()[-1].text == "Subscribed: Rule <0>"
    assert [entry["error"] for entry in logs] == ["Message to edit not found"]


async def test_a_rule_that_is_gone(api: BotApi, desk: Desk) -> None:
    async with talking(api, desk):
        (message,) = await ask(api, OWN, "/rules")
        desk.live = RULES[1:]
        answer = await press(api, message, "Subscribe: Rule <0>")
    assert answer.text == "That rule is gone. These are the rules now."
    assert desk.changes == []


@pytest.mark.parametrize("data", ["x", "on:abc", "page:-1", "page:99999", "on::0", "page:¹"])
async def test_buttons_that_are_not_ours(api: BotApi, desk: Desk, data: str) -> None:
    async with talking(api, desk):
        (message,) = await ask(api, OWN, "/rules")
        api.press(OWN, message.id, data)
        await heard(api)
    assert "another version" in api.answers()[-1].text
    assert desk.changes == []


async def test_a_full_disk_is_told(api: BotApi, desk: Desk) -> None:
    async with talking(api, desk):
        (message,) = await ask(api, OWN, "/rules")
        desk.full = True
        with capture_logs() as logs:
            answer = await press(api, message, "Subscribe: Rule <0>")
    assert answer.text == "Nothing changed: The disk is full."
    assert [entry["event"] for entry in logs] == ["a chat that is back is still suspended"]


# --- strangers and members -----------------------------------------------------------------------


async def test_a_stranger_learns_the_id_once(api: BotApi, desk: Desk) -> None:
    clock = [0.0]
    async with talking(api, desk, clock=lambda: clock[0]):
        (message,) = await ask(api, STRANGER, "/start")
        assert await ask(api, STRANGER, "/start") == []
        clock[0] = 3601.0
        assert len(await ask(api, STRANGER, "/start now")) == 1
        assert len(await ask(api, -666, "/start@monitor_test_bot", user=MEMBER)) == 1
    assert "Its id is 66." in message.text
    assert '[chats.NAME]\nchannel = "telegram"\nid = 66' in message.text
    assert desk.welcomed == []


@pytest.mark.parametrize(
    "text",
    ["/help", "/rules", "/status", "/frobnicate", "hello", "/start@other_bot", "/starting", " "],
)
async def test_strangers_are_ignored(api: BotApi, desk: Desk, text: str) -> None:
    async with talking(api, desk):
        assert await ask(api, STRANGER, text) == []
        assert await ask(api, -666, text, user=ADMIN) == []
    assert api.calls("sendMessage") == []


@pytest.mark.parametrize("label", ["Subscribe: Rule <0>", "Next ›"])
async def test_strangers_press_in_vain(api: BotApi, desk: Desk, label: str) -> None:
    async with talking(api, desk):
        (message,) = await ask(api, OWN, "/rules")
        data = next(data for row in message.buttons for text, data in row if text == label)
        api.press(STRANGER, message.id, data)
        await heard(api)
        del desk.chats[str(OWN)]  # the operator took the chat off the list
        api.press(OWN, message.id, data)
        await heard(api)
    assert api.answers() == []
    assert api.messages(OWN) == [message]
    assert desk.changes == []


async def test_a_stranger_who_cannot_be_answered_gets_no_further(api: BotApi, desk: Desk) -> None:
    api.block(STRANGER)
    async with talking(api, desk):
        with capture_logs() as logs:
            await ask(api, STRANGER, "/start")
    assert len(api.calls("sendMessage")) == 1
    assert [entry["event"] for entry in logs] == ["an answer to a chat command did not get through"]


async def test_only_admins_change_a_group(api: BotApi, desk: Desk) -> None:
    clock = [0.0]
    async with talking(api, desk, clock=lambda: clock[0]):
        (message,) = await ask(api, GROUP, "/rules", user=MEMBER)
        refused = await press(api, message, "Subscribe: Rule <0>", user=MEMBER)
        assert refused.text == "Only admins of this group may change what it gets."
        await press(api, message, "Subscribe: Rule <1>", user=MEMBER)
        assert len(api.calls("getChatMember")) == 1  # remembered for a minute
        clock[0] = 61.0
        await press(api, message, "Subscribe: Rule <1>", user=MEMBER)
        assert len(api.calls("getChatMember")) == 2
        assert desk.changes == []
        await press(api, message, "Subscribe: Rule <2>", user=ADMIN)
        await press(api, message, "Subscribe: Rule <3>", anonymous=True)
        await press(api, api.messages(GROUP)[-1], "Next ›", user=MEMBER)
    assert desk.changes == [("team", "pack.rule-02", True), ("team", "pack.rule-03", True)]
    assert api.messages(GROUP)[-1].text.startswith("2 of 19 rules come to this chat (page 2 of 3)")


async def test_nothing_changes_while_telegram_does_not_say_who_is_admin(
    api: BotApi, desk: Desk
) -> None:
    api.fail_next("500", method="getChatMember")
    async with talking(api, desk):
        (message,) = await ask(api, GROUP, "/rules", user=ADMIN)
        answer = await press(api, message, "Subscribe: Rule <0>", user=ADMIN)
        assert answer.text.startswith("Telegram did not say")
        assert desk.changes == []
        await press(api, message, "Subscribe: Rule <0>", user=ADMIN)
    assert desk.changes == [("team", "pack.rule-00", True)]


# --- life ----------------------------------------------------------------------------------------


async def test_a_revoked_token_ends_it_with_one_line(api: BotApi, desk: Desk) -> None:
    with capture_logs() as logs:
        async with talking(api, desk) as chatbot:
            assert chatbot.running
            await until(api, lambda a: a.calls("getUpdates"))
            api.revoke()
            api.say(OWN, "/help")  # ends the long poll; the next one is refused
            await ended(chatbot)
    lines = [entry for entry in logs if entry["log_level"] == "error"]
    assert len(lines) == 1
    assert "refuses the bot token" in lines[0]["event"]
    assert "exc_info" not in lines[0]


async def ended(chatbot: ChatBot) -> None:
    task = chatbot._task
    assert task
    await task
    assert not chatbot.running


async def test_troubles_are_told_once_and_end(api: BotApi, desk: Desk) -> None:
    api.fail_next("409", method="getUpdates", times=3)
    api.fail_next("502", method="getUpdates", times=3)
    api.fail_next("429", method="getUpdates", retry_after=0)
    with capture_logs() as logs:
        async with talking(api, desk):
            (message,) = await ask(api, OWN, "/help")
            assert message
    assert [entry["event"].split(";")[0] for entry in logs] == [
        "another program answers for this Telegram bot",
        "Telegram cannot be reached",
        "Telegram gives updates again",
    ]
    assert TOKEN not in str(logs)


async def test_telegram_unreachable_at_the_start(api: BotApi, desk: Desk) -> None:
    for method in ("getMe", "deleteWebhook", "setMyCommands"):
        api.fail_next("cut", method=method, times=2)
    async with talking(api, desk) as chatbot:
        assert len(await ask(api, OWN, "/help")) == 1
        assert chatbot.running


async def test_handled_updates_are_confirmed_at_the_end(api: BotApi, desk: Desk) -> None:
    async with talking(api, desk):
        api.say(OWN, "/help")
        await until(api, lambda a: a.messages(OWN))
    assert api.pending() == 0


async def test_an_update_in_hand_is_finished_when_stopping(api: BotApi, desk: Desk) -> None:
    async with talking(api, desk):
        api.say(OWN, "/help")
        await until(api, lambda a: a.calls("sendMessage"))
    assert len(api.messages(OWN)) == 1
    assert api.pending() == 0


@pytest.mark.parametrize("unreadable", [{"message_id": "?", "chat": {}}, "text", {}])
async def test_an_update_nobody_can_read_is_no_end(
    api: BotApi, desk: Desk, unreadable: object
) -> None:
    with capture_logs() as logs:
        async with talking(api, desk) as chatbot:
            api.inject({"message": unreadable})
            await until(api, lambda a: len(a.calls("getUpdates")) > 3)
            assert chatbot.running
    assert [entry["event"] for entry in logs] == [
        "Telegram sent an update that cannot be read; upgrade monitor"
    ]


async def test_a_fault_of_our_own_is_logged_and_stops_the_update(api: BotApi, desk: Desk) -> None:
    def broken() -> Status:
        raise ZeroDivisionError

    desk.status = broken  # type: ignore[method-assign]
    with capture_logs() as logs:
        async with talking(api, desk):
            assert await ask(api, OWN, "/status") == []
            assert len(await ask(api, OWN, "/help")) == 1
    assert [entry["event"] for entry in logs] == ["a chat command failed"]


async def test_a_long_wait_is_cut_short_by_stopping(api: BotApi, desk: Desk) -> None:
    api.fail_next("429", method="getUpdates", retry_after=600)
    async with talking(api, desk):
        await until(api, lambda a: a.calls("getUpdates"))
    assert len(api.calls("getUpdates")) == 1


async def test_an_unexpected_refusal_is_no_end(api: BotApi, desk: Desk) -> None:
    api.fail_next("403", method="getUpdates", description=f"Forbidden: {TOKEN}")
    with capture_logs() as logs:
        async with talking(api, desk):
            assert len(await ask(api, OWN, "/help")) == 1
    assert logs[0]["event"].startswith("Telegram refuses to give updates")
    assert "<token>" in logs[0]["error"]


async def test_updates_behind_the_one_in_hand_wait_for_the_next_start(
    api: BotApi, desk: Desk
) -> None:
    writing, written = Event(), Event()

    async def slow(chat: Chat) -> None:
        writing.set()
        await written.wait()

    desk.welcome = slow  # type: ignore[method-assign]
    api.say(OWN, "/help")
    api.say(OWN, "/help")
    async with talking(api, desk) as chatbot, create_task_group() as tasks:
        await writing.wait()
        tasks.start_soon(chatbot.stop)
        await wait_all_tasks_blocked()
        written.set()
    assert len(api.messages(OWN)) == 1
    assert api.pending() == 1


async def test_stopping_what_never_started(api: BotApi, desk: Desk) -> None:
    bot = build_bot(TOKEN, api.url)
    chatbot = ChatBot(bot, desk)
    assert not chatbot.running
    await chatbot.stop()
    await close(bot)


async def test_failed_answer_is_no_end(api: BotApi, desk: Desk) -> None:
    api.fail_next("403", description=f"Forbidden: {TOKEN}")
    with capture_logs() as logs:
        async with talking(api, desk):
            await ask(api, OWN, "/help")
            assert len(await ask(api, OWN, "/help")) == 1
    assert "<token>" in logs[0]["error"]
