"""The texts and buttons of the chat commands. Plain text throughout, so nothing can be injected.

A button says in its data everything that pressing it means (turn *on* or *off*, which rule, which
page to show), so it works after a restart and means the same when pressed twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from monitor.bot.desk import Status
from monitor.model import Priority, Rule
from monitor.render import MESSAGE_UNITS, age, clock, cut, plain

PAGE = 8
"""Rules on one page of ``/rules``."""

COMMANDS = {
    "rules": "see the rules, subscribe and unsubscribe",
    "status": "see how the monitor is doing",
    "help": "see what you can do here",
}

_MOST_FAILING = 10


@dataclass(frozen=True, slots=True)
class Press:
    """What a button means: turn a rule on or off, if one is set, then show ``page``."""

    page: int
    rule: str = ""  # short id
    on: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A message with its buttons."""

    text: str
    buttons: InlineKeyboardMarkup | None = None


def short_id(rule_id: str) -> str:
    """Twelve hexadecimal digits for a rule id of any length, the same in every process."""
    return blake2b(rule_id.encode(), digest_size=6).hexdigest()


def data_of(press: Press) -> str:
    """A button's data, far below the 64 bytes that Telegram takes."""
    if not press.rule:
        return f"page:{press.page}"
    return f"{'on' if press.on else 'off'}:{press.rule}:{press.page}"


def press_of(data: str) -> Press | None:
    """What the data means; None for anything that is no button of ours."""
    match data.split(":"):
        case ["page", page] if _is_page(page):
            return Press(int(page))
        case ["on" | "off" as wish, rule, page] if rule and _is_page(page):
            return Press(int(page), rule, wish == "on")
        case _:
            return None


def _is_page(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4


def rules_page(rules: Sequence[Rule], receives: Callable[[Rule], bool], number: int) -> Page:
    """One page of the rules with a button for each; a number past the end shows the last page."""
    if not rules:
        return Page("There are no live rules. An operator writes them in the rules folder.")
    pages = -(-len(rules) // PAGE)
    number = min(number, pages - 1)
    shown = rules[number * PAGE : (number + 1) * PAGE]
    received = {rule.id: receives(rule) for rule in shown}
    total = sum(map(receives, rules))
    where = f" (page {number + 1} of {pages})" if pages > 1 else ""
    come = f"{total} of {len(rules)} rules come to this chat{where}."
    lines = [f"{come} Press a button to change that.", ""]
    lines += [_rule_line(rule, on=received[rule.id]) for rule in shown]
    rows = [[_rule_button(rule, number, on=received[rule.id])] for rule in shown]
    return Page(_whole(lines), InlineKeyboardMarkup([*rows, *_turning(number, pages)]))


def _rule_line(rule: Rule, *, on: bool) -> str:
    mark = f", {rule.priority}" if rule.priority is not Priority.NORMAL else ""
    return f"{'✅' if on else '▫️'} {plain(rule.title, 120)} ({plain(rule.id, 80)}{mark})"


def _rule_button(rule: Rule, number: int, *, on: bool) -> InlineKeyboardButton:
    label = f"{'Unsubscribe' if on else 'Subscribe'}: {plain(rule.title, 40) or plain(rule.id, 40)}"
    return InlineKeyboardButton(
        label, callback_data=data_of(Press(number, short_id(rule.id), not on))
    )


def _turning(number: int, pages: int) -> list[list[InlineKeyboardButton]]:
    ways = [("‹ Previous", number - 1), ("Next ›", number + 1)]
    row = [
        InlineKeyboardButton(label, callback_data=data_of(Press(to)))
        for label, to in ways
        if 0 <= to < pages
    ]
    return [row] if row else []


def help_text(chat: str) -> str:
    """What ``/start`` and ``/help`` answer in an allowed chat."""
    commands = [f"/{name} – {what}" for name, what in COMMANDS.items()]
    lines = [
        f"This chat ({plain(chat, 60)}) gets an alert when an article matches one of its rules:"
        " once per story, with the reason.",
        "",
        *commands,
    ]
    return _whole(lines)


def stranger_text(address: str) -> str:
    """What ``/start`` answers anywhere else: how an operator lets this chat in."""
    return "\n".join(
        [
            f"This chat is not on the list. Its id is {address}.",
            "An operator lets it in by adding these lines to the configuration and restarting:",
            "",
            "[chats.NAME]",
            'channel = "telegram"',
            f"id = {address}",
            "default = true   # gets every rule that names no channel",
        ]
    )


def status_text(status: Status) -> str:
    """The figures, with the failing sources by name."""
    counts = status.counts
    up = age(status.started_at, status.now)
    lines = [
        f"Running since {clock(status.started_at)} ({up}).",
        *(f"⚠️ {plain(trouble, 300)}" for trouble in status.troubles),
        f"Sources: {status.sources} polled, {len(status.failing)} failing.",
        *(f"  {plain(id_, 60)}: {plain(error, 200)}" for id_, error in _some(status)),
        *_unnamed(len(status.failing) - _MOST_FAILING),
        f"Rules: {status.rules} live.",
        f"Articles: {counts.articles} read ({counts.from_feed} from the feed's text only),"
        f" {counts.unreadable} unreadable, {counts.matched} matched.",
        f"Folded together: {counts.same_url} same address, {counts.same_text} same text.",
        f"Alerts: {counts.sent} sent, {counts.waiting} waiting, {counts.dead} given up,"
        f" {counts.ambiguous} possibly repeated.",
        *(plain(line, 300) for line in status.shadow[:_MOST_FAILING]),
        *_unnamed(len(status.shadow) - _MOST_FAILING),
    ]
    return _whole(lines)


def _some(status: Status) -> Sequence[tuple[str, str]]:
    return status.failing[:_MOST_FAILING]


def _unnamed(count: int) -> list[str]:
    return [f"  and {count} more"] if count > 0 else []


def _whole(lines: Sequence[str]) -> str:
    return cut("\n".join(lines), MESSAGE_UNITS)
