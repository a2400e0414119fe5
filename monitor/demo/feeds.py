"""Feeds as the outlets write them: RSS 2.0 with summaries or with whole articles, and Atom 1.0."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from html import escape

from monitor.demo.outlets import Masthead, Printed

INDIA = timezone(timedelta(hours=5, minutes=30))
_RSS_SPACES = (
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
)


def paragraphs(texts: Iterable[str]) -> str:
    """Texts as HTML paragraphs, one a line."""
    return "\n".join(f"<p>{escape(text, quote=False)}</p>" for text in texts)


def summary_rss(head: Masthead, home: str, printed: Sequence[Printed]) -> str:
    """RSS with a plain summary for each article, dates in Indian time, guids that are no links."""
    items = (
        _rss_item(one, _link(home, one, query), guid=f"dl-{one.number}-{place}")
        for one in printed
        for place, query in enumerate(one.edition.listed)
    )
    return _rss(head, home, items)


def full_rss(head: Masthead, home: str, printed: Sequence[Printed]) -> str:
    """RSS with the whole article in ``content:encoded``, as a popular blog engine writes it."""
    items = (
        _rss_item(
            one,
            _link(home, one, query),
            guid=f"{home}?p={one.number}&place={place}",
            body=paragraphs(one.story.paragraphs),
        )
        for one in printed
        for place, query in enumerate(one.edition.listed)
    )
    return _rss(head, home, items)


def atom(head: Masthead, home: str, printed: Sequence[Printed]) -> str:
    """Atom with a summary for each article, and ids that survive a change of address."""
    entries = "".join(
        _atom_entry(
            one, _link(home, one, query), f"tag:{head.id}.example,2026:{one.number}-{place}"
        )
        for one in printed
        for place, query in enumerate(one.edition.listed)
    )
    updated = printed[0].published if printed else datetime(2026, 1, 1, tzinfo=INDIA)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">\n'
        f"<title>{_x(head.name)}</title><subtitle>{_x(head.motto)}</subtitle>\n"
        f'<link rel="self" href="{_x(home + head.list_path[1:])}"/><link href="{_x(home)}"/>\n'
        f"<id>tag:{head.id}.example,2026:all</id><updated>{_instant(updated)}</updated>\n"
        f"{entries}</feed>\n"
    )


def _rss(head: Masthead, home: str, items: Iterable[str]) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<rss version="2.0" {_RSS_SPACES}>\n<channel>\n'
        f"<title>{_x(head.name)}</title><link>{_x(home)}</link>\n"
        f"<description>{_x(head.motto)}</description><language>en-in</language>\n"
        f'<atom:link rel="self" href="{_x(home + head.list_path[1:])}"/>\n'
        f"{''.join(items)}</channel>\n</rss>\n"
    )


def _rss_item(one: Printed, link: str, *, guid: str, body: str = "") -> str:
    content = f"<content:encoded><![CDATA[{body}]]></content:encoded>\n" if body else ""
    return (
        f"<item>\n<title>{_x(one.edition.headline)}</title>\n<link>{_x(link)}</link>\n"
        f'<guid isPermaLink="false">{_x(guid)}</guid>\n'
        f"<pubDate>{format_datetime(one.published.astimezone(INDIA))}</pubDate>\n"
        f"<dc:creator>{_x(one.edition.byline)}</dc:creator>"
        f"<category>{_x(one.edition.section)}</category>\n"
        f"<description>{_x(paragraphs([one.edition.summary]))}</description>\n{content}</item>\n"
    )


def _atom_entry(one: Printed, link: str, id_: str) -> str:
    return (
        f"<entry><title>{_x(one.edition.headline)}</title>\n"
        f'<link rel="alternate" type="text/html" href="{_x(link)}"/>\n'
        f"<id>{_x(id_)}</id>\n"
        f"<published>{_instant(one.published)}</published>"
        f"<updated>{_instant(one.published)}</updated>\n"
        f"<author><name>{_x(one.edition.byline)}</name></author>\n"
        f'<summary type="text">{_x(one.edition.summary)}</summary></entry>\n'
    )


def _link(home: str, one: Printed, query: str) -> str:
    return home + one.path[1:] + (f"?{query}" if query else "")


def _instant(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _x(text: str) -> str:
    return escape(text)
