"""The strict Bot API server itself: what it refuses, keeps and counts."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.botapi import TOKEN, BotApi, running_botapi
from tests.telegram_html import Entity, Refused, parse


@pytest.fixture
def api() -> Iterator[BotApi]:
    with running_botapi(chats=[5]) as running:
        running.add_chat(-100, "supergroup", topics={3}, admins={7})
        yield running


def call(api: BotApi, method: str, *, token: str = TOKEN, **params: Any) -> dict[str, Any]:
    answer = httpx.post(f"{api.url}/bot{token}/{method}", json=params, timeout=5)
    found = dict(answer.json())
    assert found.get("error_code", 200) == answer.status_code
    return found


def refusal(api: BotApi, method: str, **params: Any) -> str:
    answer = call(api, method, **params)
    assert not answer["ok"]
    return f"{answer['error_code']} {answer['description']}"


# --- markup --------------------------------------------------------------------------------------


def test_markup_is_read_as_telegram_does() -> None:
    text, entities = parse(
        '<b>é😀 <a href="https://a.example/?x=1&amp;y">&lt;L&gt;</a></b> &nbsp; &#65;&#x42;'
    )
    assert text == "é😀 <L> &nbsp; AB"
    assert entities == [Entity("b", 0, 7), Entity("a", 4, 3, "https://a.example/?x=1&y")]


@pytest.mark.parametrize(
    "html",
    [
        "<b>x",
        "x</b>",
        "<b><i>x</b></i>",
        "<p>x</p>",
        "<br>",
        "a < b",
        "<",
        "<b",
        "<span>x</span>",
        '<a href="x>y</a>',
        "<script>x</script>",
    ],
)
def test_markup_that_is_refused(html: str) -> None:
    with pytest.raises(Refused, match="can't parse entities"):
        parse(html)


@pytest.mark.parametrize("href", ["javascript:x", "", "ftp://a", "/x"])
def test_links_to_anything_else_are_dropped(href: str) -> None:
    assert parse(f'<a href="{href}">x</a>') == ("x", [])


# --- checks --------------------------------------------------------------------------------------

REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    ("sendMessage", {"chat_id": 9, "text": "x"}, "400 Bad Request: chat not found"),
    ("sendMessage", {"chat_id": 5, "text": ""}, "400 Bad Request: message text is empty"),
    ("sendMessage", {"chat_id": 5, "text": "<b> </b>", "parse_mode": "HTML"}, "text is empty"),
    ("sendMessage", {"chat_id": 5, "text": "<b>", "parse_mode": "HTML"}, "can't parse entities"),
    ("sendMessage", {"chat_id": 5, "text": "x", "parse_mode": "Wiki"}, "unsupported parse_mode"),
    ("sendMessage", {"chat_id": 5, "text": "😀" * 2049}, "400 Bad Request: message is too long"),
    ("sendMessage", {"chat_id": 5, "text": "x", "message_thread_id": 3}, "thread not found"),
    ("sendMessage", {"chat_id": -100, "text": "x", "message_thread_id": 4}, "thread not found"),
    ("sendMessage", {"chat_id": 5, "text": "x", "colour": "red"}, "unknown parameters"),
    ("editMessageText", {"chat_id": 5, "message_id": 99, "text": "x"}, "to edit not found"),
    ("answerCallbackQuery", {"callback_query_id": "q99"}, "query is too old"),
    ("getChatMember", {"chat_id": 9, "user_id": 7}, "400 Bad Request: chat not found"),
    ("sendSmoke", {}, "404 Not Found"),
]


@pytest.mark.parametrize(("method", "params", "said"), REFUSALS)
def test_what_is_refused(api: BotApi, method: str, params: dict[str, Any], said: str) -> None:
    assert said in refusal(api, method, **params)
    assert api.messages() == []


@pytest.mark.parametrize("data", ["", "x" * 65, "é" * 33])
def test_callback_data_has_64_bytes(api: BotApi, data: str) -> None:
    keyboard = {"inline_keyboard": [[{"text": "go", "callback_data": data}]]}
    said = refusal(api, "sendMessage", chat_id=5, text="x", reply_markup=keyboard)
    assert "BUTTON_DATA_INVALID" in said


def test_the_token_is_checked(api: BotApi) -> None:
    assert call(api, "getMe")["result"]["is_bot"]
    assert call(api, "getMe", token="1:x")["error_code"] == 401
    assert call(api, "getMe", token="x")["error_code"] == 404


def test_messages_are_kept_in_order(api: BotApi) -> None:
    for text in ("<b>one</b>", "two &amp; a half", "😀" * 2048):
        call(api, "sendMessage", chat_id=5, text=text, parse_mode="HTML")
    call(api, "sendMessage", chat_id=-100, text="<three>", message_thread_id=3)
    assert [m.text for m in api.messages(5)] == ["one", "two & a half", "😀" * 2048]
    assert [(m.text, m.topic, m.html) for m in api.messages(-100)] == [("<three>", 3, False)]


def test_edits(api: BotApi) -> None:
    sent = call(api, "sendMessage", chat_id=5, text="one")["result"]["message_id"]
    edit = {"chat_id": 5, "message_id": sent, "text": "two"}
    assert call(api, "editMessageText", **edit)["ok"]
    assert "is not modified" in refusal(api, "editMessageText", **edit)
    assert [(m.text, m.edits) for m in api.messages()] == [("two", 1)]


def test_limits(api: BotApi) -> None:
    api.set_limits(per_chat=2)
    answers = [call(api, "sendMessage", chat_id=5, text="x") for _ in range(3)]
    assert [a["ok"] for a in answers] == [True, True, False]
    assert answers[2]["parameters"] == {"retry_after": 1}
    assert call(api, "sendMessage", chat_id=-100, text="x")["ok"]
    api.set_limits(in_all=1)
    assert call(api, "sendMessage", chat_id=-100, text="x")["error_code"] == 429


# --- updates -------------------------------------------------------------------------------------


def test_updates_stay_until_confirmed(api: BotApi) -> None:
    first, second = api.say(5, "one"), api.say(5, "two")
    for _ in range(2):
        got = call(api, "getUpdates")["result"]
        assert [u["update_id"] for u in got] == [first, second]
    assert [u["message"]["text"] for u in call(api, "getUpdates", limit=1)["result"]] == ["one"]
    got = call(api, "getUpdates", offset=second)["result"]
    assert [u["message"]["text"] for u in got] == ["two"]
    assert api.pending() == 1
    assert call(api, "getUpdates", offset=second + 1)["result"] == []


def test_a_long_poll_ends_with_an_update_or_its_time(api: BotApi) -> None:
    with ThreadPoolExecutor() as pool:
        polling = pool.submit(call, api, "getUpdates", timeout=5)
        api.wait(lambda a: a.calls("getUpdates"))
        api.say(5, "hello")
        assert polling.result(2)["result"][0]["message"]["text"] == "hello"
    began = time.monotonic()
    assert call(api, "getUpdates", offset=10**6, timeout=1)["result"] == []
    assert 0.9 < time.monotonic() - began < 3


def test_two_polls_conflict(api: BotApi) -> None:
    with ThreadPoolExecutor() as pool:
        polling = pool.submit(call, api, "getUpdates", timeout=5)
        api.wait(lambda a: a.calls("getUpdates"))
        call(api, "getUpdates")
        assert polling.result(2)["error_code"] == 409


def test_a_query_is_answered_once(api: BotApi) -> None:
    query = api.press(5, 1, "data")
    assert call(api, "answerCallbackQuery", callback_query_id=query, text="yes")["ok"]
    assert "too old" in refusal(api, "answerCallbackQuery", callback_query_id=query)
    assert [(a.query, a.text) for a in api.answers()] == [(query, "yes")]


# --- faults --------------------------------------------------------------------------------------


def test_a_fault_hits_the_call_it_is_meant_for(api: BotApi) -> None:
    api.fail_next("403", chat=-100, times=2)
    assert call(api, "sendMessage", chat_id=5, text="x")["ok"]
    for _ in range(2):
        assert call(api, "sendMessage", chat_id=-100, text="x")["error_code"] == 403
    assert call(api, "sendMessage", chat_id=-100, text="x")["ok"]
    with pytest.raises(ValueError, match="none of"):
        api.fail_next("418")


@pytest.mark.parametrize("kind", ["cut", "cut_after", "hang", "hang_after"])
def test_lost_answers_are_counted_where_the_message_was_taken(api: BotApi, kind: str) -> None:
    api.fail_next(kind)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadTimeout, httpx.ReadError)):
        httpx.post(
            f"{api.url}/bot{TOKEN}/sendMessage", data={"chat_id": 5, "text": "x"}, timeout=0.3
        )
    assert len(api.messages()) == api.ambiguous == kind.endswith("_after")


def test_a_refused_message_is_not_ambiguous(api: BotApi) -> None:
    api.fail_next("cut_after")
    assert call(api, "sendMessage", chat_id=9, text="x")["error_code"] == 400
    assert api.ambiguous == 0


def test_fault_rates_repeat_with_the_seed() -> None:
    def outcomes() -> list[int]:
        with running_botapi(chats=[5], seed=4) as api:
            api.set_fault_rate(refused=0.3, limited=0.3)
            found = [call(api, "sendMessage", chat_id=5, text="x") for _ in range(20)]
            assert api.refused == [f.get("error_code") for f in found].count(500)
            return [f.get("error_code", 200) for f in found]

    assert set(first := outcomes()) == {200, 429, 500}
    assert first == outcomes()


def test_waiting_in_vain(api: BotApi) -> None:
    with pytest.raises(TimeoutError):
        api.wait(lambda a: a.messages(), timeout=0.05)
