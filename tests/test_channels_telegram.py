"""Every failure of Telegram, over real HTTP, as the decision the outbox needs."""

import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from telegram.error import RetryAfter, TelegramError, TimedOut
from telegram.warnings import PTBDeprecationWarning

from monitor.channels.telegram import TelegramChannel, build_bot, channel_error
from monitor.errors import ChannelError
from monitor.model import Alert, Chat, Priority, Rule, Snippet
from tests.botapi import TOKEN, BotApi, running_botapi

NOW = datetime(2026, 11, 22, 18, 4, tzinfo=UTC)
TEAM = Chat(name="team", channel="telegram", address="-100")
pytestmark = pytest.mark.anyio


def make_alert(**changes: object) -> Alert:
    plain = Alert(
        delivery=7,
        title=Snippet(text="Chipmaker Halden buys a rival", marks=((10, 16),)),
        url="https://ledger.example/halden?a=1&b=2",
        outlet="The Ledger",
        published=NOW - timedelta(minutes=6),
        read_at=NOW,
        rules=(Rule(id="deals.halden", title="Halden", query="halden"),),
        evidence=("Halden (headline)",),
        snippets=(Snippet(text="… Halden said on Sunday …", marks=((2, 8),)),),
    )
    return replace(plain, **changes)


@pytest.fixture
def api() -> Iterator[BotApi]:
    with running_botapi(chats=[-100, 5]) as running:
        yield running


@pytest.fixture
async def channel(api: BotApi) -> AsyncIterator[TelegramChannel]:
    channel = TelegramChannel(
        build_bot(TOKEN, api.url, timedelta(seconds=0.3)),
        clock=lambda: NOW,
        limit=timedelta(seconds=0.6),
    )
    yield channel
    await channel.close()


async def failure(channel: TelegramChannel, chat: Chat = TEAM) -> dict[str, object]:
    with pytest.raises(ChannelError) as caught:
        await channel.send(chat, make_alert())
    assert TOKEN not in str(caught.value)
    assert TOKEN not in repr(caught.value.__cause__)
    return {key: value for key, value in vars(caught.value).items() if value}


async def test_an_alert_arrives_with_its_markup(channel: TelegramChannel, api: BotApi) -> None:
    ref = await channel.send(TEAM, make_alert())
    (message,) = api.messages()
    assert ref == str(message.id)
    assert (message.chat, message.silent, message.preview) == (-100, False, False)
    assert message.text.startswith("Chipmaker Halden buys a rival\nThe Ledger · 22 Nov 2026")
    marked = [(e.type, message.text[e.offset : e.offset + e.length]) for e in message.entities]
    assert ("u", "Halden") in marked
    assert ("b", "Halden") in marked
    assert [e.url for e in message.entities if e.type == "a"] == [make_alert().url]


async def test_low_priority_is_silent_and_topics_are_kept(
    channel: TelegramChannel, api: BotApi
) -> None:
    api.add_chat(-200, "supergroup", topics={3})
    forum = Chat(name="forum", channel="telegram", address="-200", topic=3)
    await channel.send(forum, make_alert(priority=Priority.LOW))
    assert [(m.topic, m.silent) for m in api.messages()] == [(3, True)]


TABLE = [
    ("429", {"retry_after": 7}, {"retry_after": timedelta(seconds=7), "whole_channel": True}),
    ("429", {"retry_after": None}, {"retry_after": timedelta(seconds=5), "whole_channel": True}),
    ("429", {"retry_after": 0}, {"retry_after": timedelta(seconds=5), "whole_channel": True}),
    ("403", {}, {"permanent": True, "chat_gone": True}),
    ("migrate", {"moved_to": -1009}, {"moved_to": "-1009"}),
    ("401", {}, {"stop": True, "whole_channel": True}),
    ("404", {}, {"stop": True, "whole_channel": True}),
    ("400", {}, {"permanent": True}),
    (
        "400",
        {"description": "Bad Request: not enough rights to send text messages to the chat"},
        {"permanent": True, "chat_gone": True},
    ),
    (
        "400",
        {"description": "Bad Request: CHAT_WRITE_FORBIDDEN"},
        {"permanent": True, "chat_gone": True},
    ),
    ("500", {}, {"ambiguous": True}),
    ("502", {}, {"ambiguous": True}),
    ("502", {"description": f"<p>Cannot POST /bot{TOKEN}/sendMessage"}, {"ambiguous": True}),
    ("cut", {}, {"ambiguous": True}),
    ("cut_after", {}, {"ambiguous": True}),
    ("hang", {}, {"ambiguous": True}),
    ("hang_after", {}, {"ambiguous": True}),
    ("drip", {}, {"ambiguous": True}),
    ("500_after", {}, {"ambiguous": True}),
    ("502_after", {}, {"ambiguous": True}),
    ("garbage_after", {}, {"ambiguous": True}),
]


@pytest.mark.parametrize(("kind", "how", "expected"), TABLE)
async def test_what_each_answer_means(
    channel: TelegramChannel,
    api: BotApi,
    kind: str,
    how: dict[str, object],
    expected: dict[str, object],
) -> None:
    api.fail_next(kind, **how)
    assert await failure(channel) == expected
    assert len(api.calls("sendMessage")) == 1
    assert len(api.messages()) == api.ambiguous == kind.endswith("_after")
    await channel.send(TEAM, make_alert())  # and the channel still works


async def test_unknown_chat(channel: TelegramChannel) -> None:
    nobody = Chat(name="nobody", channel="telegram", address="-999")
    assert await failure(channel, nobody) == {"permanent": True, "chat_gone": True}


async def test_blocked_by_the_reader(channel: TelegramChannel, api: BotApi) -> None:
    api.block(5)
    reader = Chat(name="reader", channel="telegram", address="5")
    assert await failure(channel, reader) == {"permanent": True, "chat_gone": True}


async def test_a_supergroup_says_its_new_id(channel: TelegramChannel, api: BotApi) -> None:
    api.migrate(-100, -1001)
    assert await failure(channel) == {"moved_to": "-1001"}


async def test_a_revoked_token_stops_the_channel(channel: TelegramChannel, api: BotApi) -> None:
    api.revoke()
    assert await failure(channel) == {"stop": True, "whole_channel": True}


async def test_nobody_listens() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))  # bound, not listening: the connection is refused
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        channel = TelegramChannel(build_bot(TOKEN, url), clock=lambda: NOW)
        assert await failure(channel) == {}
        await channel.close()


@pytest.mark.parametrize(
    ("cause", "ambiguous"),
    [
        (httpx.ConnectTimeout("x"), False),
        (httpx.PoolTimeout("x"), False),
        (httpx.ProxyError("x"), False),
        (httpx.ReadTimeout("x"), True),
        (httpx.WriteTimeout("x"), True),
        (httpx.ReadError("x"), True),
        (httpx.RemoteProtocolError("x"), True),
        (None, True),
    ],
)
async def test_only_a_request_that_never_left_is_certain(
    cause: Exception | None, ambiguous: bool
) -> None:
    error = TimedOut()
    error.__cause__ = cause
    found = channel_error(error, TEAM, TOKEN)
    assert (found.ambiguous, found.permanent) == (ambiguous, False)


@pytest.mark.parametrize(
    "description",
    [
        "Bad Request: can't parse entities: Unclosed start tag at byte offset 3",
        "Bad Request: ENTITIES_TOO_LONG",
        "Bad Request: message is too long",
    ],
)
async def test_refused_markup_goes_as_plain_text(
    channel: TelegramChannel, api: BotApi, description: str
) -> None:
    api.fail_next("400", description=description)
    await channel.send(TEAM, make_alert())
    (message,) = api.messages()
    assert not message.html
    assert "*Halden*" in message.text
    assert make_alert().url in message.text
    assert len(api.calls("sendMessage")) == 2


async def test_plain_text_is_tried_once(channel: TelegramChannel, api: BotApi) -> None:
    api.fail_next("400", description="Bad Request: can't parse entities: x", times=2)
    assert await failure(channel) == {"permanent": True}
    assert len(api.calls("sendMessage")) == 2


async def test_a_lost_topic_goes_to_the_chat(channel: TelegramChannel, api: BotApi) -> None:
    await channel.send(replace(TEAM, topic=44), make_alert())
    assert [(m.topic, m.html) for m in api.messages()] == [(None, True)]


async def test_a_closed_topic_and_refused_markup(channel: TelegramChannel, api: BotApi) -> None:
    api.fail_next("400", description="Bad Request: TOPIC_CLOSED")
    api.fail_next("400", description="Bad Request: can't parse entities: x")
    await channel.send(replace(TEAM, topic=44), make_alert())
    assert [(m.topic, m.html) for m in api.messages()] == [(None, False)]


async def test_a_notice_is_sent_as_it_is(channel: TelegramChannel, api: BotApi) -> None:
    await channel.tell(TEAM, "rules.toml, line 3: <b> is not closed\nThe old rules stay.")
    await channel.tell(TEAM, "😀" * 5000)
    notice, long = api.messages()
    assert notice.text == "rules.toml, line 3: <b> is not closed\nThe old rules stay."
    assert not notice.html
    assert long.text == "😀" * 2047 + "…"


async def test_a_notice_that_is_refused(channel: TelegramChannel, api: BotApi) -> None:
    api.fail_next("400", description="Bad Request: message is too long")
    with pytest.raises(ChannelError) as caught:
        await channel.tell(TEAM, "hello")
    assert caught.value.permanent


async def test_messages_say_what_to_do(channel: TelegramChannel, api: BotApi) -> None:
    api.fail_next("502", description=f"<p>Cannot POST /bot{TOKEN}/sendMessage")
    with pytest.raises(ChannelError, match=r"chat team .*<token>.* may have arrived"):
        await channel.send(TEAM, make_alert())
    api.fail_next("429", retry_after=7)
    with pytest.raises(ChannelError, match="asks to wait 7 s"):
        await channel.send(TEAM, make_alert())


@pytest.mark.parametrize("token", ["", "hello", "12:with space", "12:x\n", ":", "1:2/3"])
def test_a_token_of_the_wrong_form(token: str) -> None:
    with pytest.raises(ChannelError, match="BotFather") as caught:
        build_bot(token)
    assert caught.value.stop


async def test_closing_twice_is_harmless(channel: TelegramChannel, api: BotApi) -> None:
    await channel.send(TEAM, make_alert())
    await channel.close()
    await channel.close()


async def test_the_library_may_still_speak_in_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "0")
    with pytest.warns(PTBDeprecationWarning):
        found = channel_error(RetryAfter(9), TEAM, TOKEN)
    assert found.retry_after == timedelta(seconds=9)


async def test_an_unheard_of_error_is_doubtful() -> None:
    assert channel_error(TelegramError("odd"), TEAM, TOKEN).ambiguous
