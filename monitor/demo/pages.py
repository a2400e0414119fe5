"""Pages as the outlets print them: the report among everything else that a news page carries."""

import json
from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from importlib import resources
from string import Template

from monitor.demo.feeds import INDIA, paragraphs
from monitor.demo.outlets import Format, Masthead, Printed
from monitor.demo.stories import slug_of

_BEFORE_THE_BREAK = 2  # paragraphs above the box in the middle of a page
_FEED_TYPES = {
    Format.SUMMARY_RSS: "application/rss+xml",
    Format.FULL_RSS: "application/rss+xml",
    Format.ATOM: "application/atom+xml",
}


def article_page(head: Masthead, home: str, one: Printed, others: Sequence[Printed]) -> str:
    """The page of an article; ``others`` are linked from it as related."""
    story, edition = one.story, one.edition
    shown = one.published.astimezone(INDIA)
    return _template(head.template).substitute(
        _frame(head, home),
        lang=story.lang,
        title=escape(edition.headline),
        summary=escape(edition.summary),
        byline=escape(edition.byline),
        source="Monsoon Wire" if len(story.editions) > 1 else escape(edition.byline),
        section=escape(edition.section),
        section_url=_section_url(home, edition.section),
        url=home + one.path[1:],
        number=one.number,
        published=shown.isoformat(timespec="seconds"),
        shown=f"{shown:%d %B %Y, %H:%M} hrs",
        day=f"{shown:%A, %d %B %Y}",
        caption=escape(story.caption),
        opening=paragraphs(story.paragraphs[:_BEFORE_THE_BREAK]),
        rest=paragraphs(story.paragraphs[_BEFORE_THE_BREAK:]),
        keywords=escape(", ".join(story.tags)),
        tags=", ".join(_link(f"{home}topics/{slug_of(tag) or 'more'}/", tag) for tag in story.tags),
        related=_items(_link(home + other.path[1:], other.edition.headline) for other in others),
        comment=escape(head.comment),
        json_ld=_json_ld(head, home, one),
    )


def front_page(head: Masthead, home: str, printed: Sequence[Printed]) -> str:
    """The outlet's home page, newest first; for one of them the only list of articles there is."""
    return _template("front.html").substitute(
        _frame(head, home),
        name=escape(head.name),
        motto=escape(head.motto),
        feed_link=_feed_link(head, home),
        teasers="\n".join(_teaser(home, one) for one in printed),
    )


def _frame(head: Masthead, home: str) -> dict[str, str]:
    """What every page of an outlet has around it."""
    return {
        "home": home,
        "nav": _items(_link(_section_url(home, name), name) for name in head.sections),
        "promos": _items(_link(f"{home}topics/{slug_of(text)}/", text) for text in head.promos),
    }


def _json_ld(head: Masthead, home: str, one: Printed) -> str:
    """schema.org metadata; the outlet with whole articles in its feed has them in here as well."""
    facts: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": one.edition.headline,
        "description": one.edition.summary,
        "datePublished": one.published.astimezone(INDIA).isoformat(timespec="seconds"),
        "inLanguage": one.story.lang,
        "articleSection": one.edition.section,
        "mainEntityOfPage": home + one.path[1:],
        "author": [{"@type": "Person", "name": one.edition.byline}],
        "publisher": {"@type": "Organization", "name": head.name},
    }
    if head.format is Format.FULL_RSS:
        facts["articleBody"] = "\n\n".join(one.story.paragraphs)
    return json.dumps(facts, ensure_ascii=False).replace("</", "<\\/")


def _teaser(home: str, one: Printed) -> str:
    return (
        f'<div class="teaser"><h2>{_link(home + one.path[1:], one.edition.headline)}</h2>'
        f"<p>{escape(one.edition.summary)}</p></div>"
    )


def _feed_link(head: Masthead, home: str) -> str:
    kind = _FEED_TYPES.get(head.format)
    if kind is None:
        return ""
    return f'<link rel="alternate" type="{kind}" href="{home}{head.list_path[1:]}">'


def _section_url(home: str, name: str) -> str:
    return f"{home}{slug_of(name)}/"


def _items(contents: Iterable[str]) -> str:
    return "\n".join(f"<li>{content}</li>" for content in contents)


def _link(url: str, text: str) -> str:
    return f'<a href="{escape(url)}">{escape(text)}</a>'


@cache
def _template(name: str) -> Template:
    path = resources.files("monitor.demo").joinpath("templates", name)
    return Template(path.read_text("utf-8"))
