"""Everything stored about one address, told in the order in which it happened."""

import shlex
from collections.abc import Iterator
from datetime import datetime

from monitor.extract.explanation import repeated_by
from monitor.model import (
    Decision,
    Delivery,
    DeliveryState,
    EntryRecord,
    Firing,
    History,
    Match,
    Reason,
    Relation,
    RuleStatus,
    StoredArticle,
)

_FIELDS = {"title": "headline", "standfirst": "standfirst", "text": "text"}


def tell(url: str, history: History) -> str:
    """The answer of ``monitor why``: listed, read, related, matched, decided, sent; or why not."""
    lines = [url]
    if not (history.entries or history.article or history.failure):
        lines.append("  Never listed by any source that this database knows.")
        lines.append("  Is its outlet among `monitor sources list`, and did the last poll succeed?")
        return "\n".join(lines)
    lines += (line for entry in history.entries for line in _entry(entry, url))
    if history.failure:
        lines.append(f"  its page could not be read yet, and is tried again: {history.failure}")
    if history.article:
        if _is_update(history.article.article.url, url):
            lines.append(f"  of these, what follows is of {history.article.article.url}")
        lines += _article(history.article, history)
        lines += _matches(history)
    lines += (_decision(moment, decision) for moment, decision in history.decisions)
    lines += (_firing(firing) for firing in history.firings)
    lines += (_delivery(delivery) for delivery in history.deliveries)
    return "\n".join(lines)


def _entry(entry: EntryRecord, asked: str) -> Iterator[str]:
    yield f"  {_at(entry.seen_at)} listed by {entry.source}: {entry.title}"
    if entry.outcome == "baseline":
        how = "not read" if entry.article is None else "nobody is told"
        yield f"    {how}: it was there at the first poll of this source, so it is not news"
    if entry.note:
        yield f"    {entry.note}"
    if _is_update(entry.url, asked):
        yield f"    all of it: monitor why {shlex.quote(entry.url)}"


def _is_update(url: str, asked: str) -> bool:
    """Whether an address is a place on the page, a live blog, that was asked for as a whole."""
    return "#" in url and "#" not in asked


def _article(stored: StoredArticle, history: History) -> Iterator[str]:
    article = stored.article
    words = len(article.text.split())
    what = f"{words} words from the {article.origin}"
    yield f"  {_at(stored.read_at)} read as article {stored.id}: {what}"
    if article.note:
        yield f"    {'because ' if article.origin == 'feed' else ''}{article.note}"
    for passage in history.left_out:
        yield f"    left out: “{passage.opening}”: {repeated_by(passage)}"
    if stored.relation is Relation.NEW:
        yield f"  opened story {stored.story}"
    else:
        yield f"  joined story {stored.story}: {stored.relation} as an article read before"
    for other in history.story_articles:
        if other.id != stored.id:
            yield f"    also {other.article.outlet}: {other.article.url} ({other.relation})"


def _matches(history: History) -> Iterator[str]:
    article = history.article
    if article is None or not history.matches:
        if not any(decision.reason is Reason.BASELINE for _, decision in history.decisions):
            yield "  matched by no rule that was in force then"
        return
    for match in history.matches:
        where = ", in shadow" if match.rule.status is RuleStatus.SHADOW else ""
        yield f"  matched by rule {match.rule.id}{where}: {match.rule.query}"
        if match.filtered:
            yield f"    held back by the filter {match.filtered}"
        yield from _evidence(article, match)


def _evidence(stored: StoredArticle, match: Match) -> Iterator[str]:
    shown: set[str] = set()
    for span in match.spans:
        if span.leaf not in shown:
            shown.add(span.leaf)
            written = getattr(stored.article, span.field)[span.start : span.end]
            yield f"    {span.leaf}: “{written}” ({_FIELDS[span.field]})"


def _decision(moment: datetime, decision: Decision) -> str:
    chat = f"chat {decision.chat}" if decision.chat else "nobody"
    detail = f" ({decision.detail})" if decision.detail else ""
    return f"  {_at(moment)} {chat}, for {', '.join(decision.rules)}: {decision.reason}{detail}"


def _firing(firing: Firing) -> str:
    return f"  {_at(firing.at)} correlation {firing.correlation} came true: {firing.reason}"


def _delivery(delivery: Delivery) -> str:
    what = "" if delivery.kind == "alert" else f" ({delivery.kind})"
    line = f"  delivery {delivery.id}{what} to {delivery.chat}: {delivery.state}"
    if delivery.state is DeliveryState.SENT and delivery.sent_at:
        line += f" {_at(delivery.sent_at)}, message {delivery.ref}"
    elif delivery.state is not DeliveryState.DEAD:
        line += f", due {_at(delivery.due_at)}"
    if delivery.ambiguous:
        line += f"; {delivery.ambiguous} earlier sends may have arrived"
    return f"{line}; {delivery.error}" if delivery.error else line


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"
