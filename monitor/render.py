"""Turns an alert into the words of a message: Telegram's HTML, or plain text.

Both come from the same parts in the same order. Every part has its own limit in UTF-16 units (as
Telegram counts), which together stay below the limit of a message, so nothing that matters falls
off the end. Texts are cleaned and cut first and escaped last: an entity is never cut in two.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from urllib.parse import urlsplit

from monitor.model import Alert, Cause, Priority, Rule, Snippet

MESSAGE_UNITS = 4096
"""The longest text that Telegram takes, in UTF-16 units, after its markup was parsed."""

_TITLE = 300
_OUTLET = 60
_SNIPPETS = 3
_SNIPPET = 500
_ALSO = 6
_FURTHER = 4
_HEADLINE = 80
_REASON = 160  # why a correlation came true
_RULES = 500
_EVIDENCE = 500
_NOTE = 250
_URL = 200
_LONGEST_LINK = 2048
_MARKS = 20  # of one snippet; Telegram ignores entities after the hundredth of a message

# Bidirectional overrides and isolates can show one address as another; zero-width space and byte
# order mark hide text. ZWNJ and ZWJ stay: Indic and Arabic scripts and emoji need them.
_SPACES = re.compile(r"[ \t\n\r\v\f\x1c-\x1f\x85\xa0\u2028\u2029]+")
_NOT_SHOWN = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
)
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")

# strftime's %b follows the machine's language.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that is evidence (marked) or is not."""

    text: str
    mark: bool = False


# --- words ---------------------------------------------------------------------------------------


def units(text: str) -> int:
    """The length of a text in UTF-16 units."""
    return len(text) + sum(1 for char in text if char > "\uffff")


def plain(text: str, limit: int = MESSAGE_UNITS) -> str:
    """One line of text that is safe to show: no controls, at most ``limit`` UTF-16 units."""
    return cut(_clean(text).strip(), limit)


def without_controls(text: str) -> str:
    """The same words and lines, without what steers a terminal or turns the reading direction."""
    return _NOT_SHOWN.sub("", text)


def plain_lines(text: str, limit: int = MESSAGE_UNITS) -> str:
    """The same for a text of several lines, which stay apart."""
    return cut("\n".join(plain(line) for line in text.splitlines()).strip(), limit)


def cut(text: str, limit: int) -> str:
    """The beginning of a text within ``limit`` UTF-16 units; "…" stands for what is left out."""
    if len(text) <= limit and units(text) <= limit:
        return text
    end = _fitting(text, limit - 1)
    space = text.rfind(" ", max(0, end - 20), end)
    return text[: space if space > 0 else end].rstrip() + "…"


def age(then: datetime, now: datetime) -> str:
    """How long ago, in one unit: "4 min ago". A time to come (a wrong clock) is "just now"."""
    passed = now - then
    if passed < timedelta(minutes=1):
        return "just now"
    if passed < timedelta(hours=1):
        return f"{passed // timedelta(minutes=1)} min ago"
    if passed < timedelta(days=2):
        return f"{passed // timedelta(hours=1)} h ago"
    return f"{passed.days} days ago"


def clock(then: datetime) -> str:
    """A moment in UTC, for people: "22 Nov 2026 17:58 UTC"."""
    return f"{then.day} {_MONTHS[then.month - 1]} {then.year:04} {then:%H:%M} UTC"


def is_link(url: str) -> bool:
    """Whether people may be given this address to press: http(s), with a host, nothing hidden."""
    if len(url) > _LONGEST_LINK or url != _clean(url) or " " in url:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


# --- messages ------------------------------------------------------------------------------------


def render_html(alert: Alert, now: datetime) -> str:
    """The alert in Telegram's HTML, at most 4,096 UTF-16 units once its markup is parsed."""
    title = _html(headline(alert), "u")
    if is_link(alert.url):
        title = f'<a href="{escape(alert.url)}">{title}</a>'
    lead = [f"<b>{title}</b>", escape(byline(alert, now), quote=False)]
    if alert.cause:
        lead.insert(0, f"<b>{_escape_text(cause_note(alert.cause))}</b>")
    if alert.repeated:
        lead.insert(0, f"<i>{repeated_note(alert)}</i>")
    if not is_link(alert.url):
        lead.append(escape(plain(alert.url, _URL), quote=False))
    found = [_html(runs, "b") for runs in snippets(alert)]
    also = "\n".join(_further_html(alert)) if alert.cause else _also_html(alert)
    return _assemble(lead, found, also, map(_escape_text, reasons(alert)))


def render_text(alert: Alert, now: datetime) -> str:
    """The alert in plain text, with *evidence* between asterisks, at most 4,096 UTF-16 units."""
    lead = [_starred(headline(alert)), byline(alert, now), shown_url(alert.url)]
    if alert.cause:
        lead.insert(0, cause_note(alert.cause))
    if alert.repeated:
        lead.insert(0, repeated_note(alert))
    found = [_starred(runs) for runs in snippets(alert)]
    also = "\n".join(further(alert)) if alert.cause else others(alert)
    return cut(_assemble(lead, found, also, reasons(alert)), MESSAGE_UNITS)


def _assemble(lead: Iterable[str], found: Iterable[str], also: str, footer: Iterable[str]) -> str:
    """Paragraphs, an empty line between them; the empty ones left out."""
    paragraphs = ["\n".join(line for line in lead if line), *found, also, "\n".join(footer)]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def headline(alert: Alert) -> list[Run]:
    """The title as runs; never empty."""
    return _runs(alert.title, _TITLE) or [Run("(no headline)")]


def snippets(alert: Alert) -> list[list[Run]]:
    """The first snippets as runs, without the empty ones; other articles take the place of one."""
    most = _SNIPPETS - 1 if alert.cause else _SNIPPETS
    found = (_runs(snippet, _SNIPPET) for snippet in alert.snippets[:most])
    return [runs for runs in found if runs]


def byline(alert: Alert, now: datetime) -> str:
    """Outlet, time and age; the time of reading where the publisher gives none."""
    when = alert.published or alert.read_at
    said = clock(when) if alert.published else f"found {clock(when)}"
    return " · ".join(filter(None, (plain(alert.outlet, _OUTLET), said, age(when, now))))


def repeated_note(alert: Alert) -> str:
    """The mark of an alert whose earlier send may have arrived, with the id to quote."""
    return f"Possibly repeated: alert {alert.delivery} may have reached you before."


def cause_note(cause: Cause) -> str:
    """The correlation that came true, and why: "All talk of it: 6 outlets within 1 h"."""
    return f"{plain(cause.title, 120)}: {plain(cause.reason, _REASON)}"


def further(alert: Alert) -> list[str]:
    """The other articles that a correlation saw, one a line."""
    articles = alert.cause.articles[:_FURTHER] if alert.cause else ()
    return [f"• {_short(title)} – {_outlet(outlet)}" for title, outlet, _ in articles]


def _further_html(alert: Alert) -> list[str]:
    articles = alert.cause.articles[:_FURTHER] if alert.cause else ()
    return [
        f"• {_link(_short(title), url)} – {_escape_text(_outlet(outlet))}"
        for title, outlet, url in articles
    ]


def _short(title: str) -> str:
    return plain(title, _HEADLINE) or "(no headline)"


def reasons(alert: Alert) -> Iterator[str]:
    """Why this message came, one fact a line."""
    if alert.cause:
        yield f"Correlation: {plain(alert.cause.id, 80)}{_mark(alert.priority)}"
    if alert.rules:
        label = "Rule" if len(alert.rules) == 1 else "Rules"
        yield f"{label}: " + cut(", ".join(map(_rule, alert.rules)), _RULES)
    if alert.evidence:
        yield "Evidence: " + cut(
            " · ".join(plain(leaf, _URL) for leaf in alert.evidence), _EVIDENCE
        )
    if alert.from_feed:
        yield "Only the feed's text was read: " + plain(alert.from_feed, _NOTE)


def _rule(rule: Rule) -> str:
    return f"{plain(rule.title, 120)} ({plain(rule.id, 80)}{_mark(rule.priority)})"


def _mark(priority: Priority) -> str:
    return f", {priority}" if priority.rank > Priority.NORMAL.rank else ""


def others(alert: Alert) -> str:
    """The other outlets on one line, or ""."""
    names = [_outlet(outlet) for outlet, _ in alert.also[:_ALSO]]
    return _also_line(names, len(alert.also))


def _also_html(alert: Alert) -> str:
    named = [_linked(outlet, url) for outlet, url in alert.also[:_ALSO]]
    return _also_line(named, len(alert.also))


def _also_line(names: list[str], total: int) -> str:
    if not names:
        return ""
    more = f" and {total - len(names)} more" if total > len(names) else ""
    return "Also: " + ", ".join(names) + more


def _outlet(name: str) -> str:
    return plain(name, _OUTLET) or "(unnamed)"


def _linked(outlet: str, url: str) -> str:
    return _link(_outlet(outlet), url)


def _link(words: str, url: str) -> str:
    text = _escape_text(words)
    return f'<a href="{escape(url)}">{text}</a>' if is_link(url) else text


def shown_url(url: str) -> str:
    """An address in full if it is a link, else as a short harmless text."""
    return url if is_link(url) else plain(url, _URL)


# --- runs ----------------------------------------------------------------------------------------


def _html(runs: Iterable[Run], tag: str) -> str:
    return "".join(
        f"<{tag}>{_escape_text(run.text)}</{tag}>" if run.mark else _escape_text(run.text)
        for run in runs
    )


def _starred(runs: Iterable[Run]) -> str:
    return "".join(f"*{run.text}*" if run.mark else run.text for run in runs)


def _escape_text(text: str) -> str:
    return escape(text, quote=False)


def _runs(snippet: Snippet, limit: int) -> list[Run]:
    """The snippet as clean runs within ``limit`` units, without the empty ones."""
    cleaned = [Run(_clean(run.text), run.mark) for run in _split(snippet)]
    runs = _trimmed(cleaned)
    if sum(units(run.text) for run in runs) <= limit:
        return runs
    return _shortened(runs, limit)


def _split(snippet: Snippet) -> Iterator[Run]:
    position = 0
    for start, end in sorted(snippet.marks)[:_MARKS]:
        begin = max(start, position)
        if end > begin:
            yield Run(snippet.text[position:begin])
            yield Run(snippet.text[begin:end], mark=True)
            position = end
    yield Run(snippet.text[position:])


def _trimmed(runs: list[Run]) -> list[Run]:
    """Without white space at both ends or doubled where runs meet, nor runs that hold nothing."""
    kept: list[Run] = []
    for run in runs:
        after_space = not kept or kept[-1].text.endswith(" ")
        text = run.text.lstrip() if after_space else run.text
        if text:
            kept.append(Run(text, mark=run.mark and not text.isspace()))
    if kept and kept[-1].text.isspace():
        kept.pop()
    if kept:
        kept[-1] = Run(kept[-1].text.rstrip(), kept[-1].mark)
    return kept


def _shortened(runs: list[Run], limit: int) -> list[Run]:
    left = limit
    kept: list[Run] = []
    for run in runs:
        size = units(run.text)
        if size >= left:
            kept.append(Run(cut(run.text + " …", left), run.mark))
            break
        kept.append(run)
        left -= size
    return kept


def _clean(text: str) -> str:
    shown = _NOT_SHOWN.sub("", _SPACES.sub(" ", text))
    return _LONE_SURROGATE.sub("\ufffd", shown)


def _fitting(text: str, limit: int) -> int:
    """How many code points fit into ``limit`` UTF-16 units, of a text that does not fit whole."""
    end, left = 0, limit
    while left >= (width := 2 if text[end] > "\uffff" else 1):
        end += 1
        left -= width
    return end
