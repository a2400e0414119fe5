"""Every failure of Telegram, over real HTTP, as the decision the outbox needs."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.channels.telegram import TelegramChannel, build_bot
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
