"""One outlet's desk: what it has printed so far, and what it answers for a path."""

from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from urllib.parse import quote

from monitor.demo import feeds, pages
from monitor.demo.outlets import Format, Masthead, Outlet, Printed
from monitor.demo.stories import Edition, PageFate, Story, slug_of

_LISTED = 300  # newest articles in a feed or on a listing page
_RELATED = 4
_ROBOTS = "User-agent: *\nDisallow: /subscribers/\nDisallow: /search\n"
_PLAIN_PAGES = ("about", "contact", "privacy", "terms")
_HTML = "text/html; charset=utf-8"
_FEEDS = {
    Format.SUMMARY_RSS: (feeds.summary_rss, "application/rss+xml; charset=utf-8"),
    Format.FULL_RSS: (feeds.full_rss, "application/rss+xml; charset=utf-8"),
    Format.ATOM: (feeds.atom, "application/atom+xml"),
}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to a GET, before anything about the transport."""

    status: int
    body: bytes
    content_type: str


@dataclass(slots=True)
class Desk:
    """What an outlet has printed. ``home`` is set once it is open."""

    head: Masthead
    home: str = ""
    printed: list[Printed] = field(default_factory=list)  # newest last

    @property
    def outlet(self) -> Outlet:
        """The outlet with its addresses."""
        return Outlet(
            id=self.head.id,
            name=self.head.name,
            format=self.head.format,
            home=self.home,
            url=self.home + self.head.list_path[1:],
        )

    def print(self, story: Story, edition: Edition, now: datetime) -> Printed:
        """Put an edition on the site and into the feed."""
        number = self.head.first_number + len(self.printed)
        one = Printed(
            story=story,
            edition=edition,
            path=self.head.path(edition, number, now),
            number=number,
            published=now,
        )
        self.printed.append(one)
        return one

    def reply(self, path: str) -> Reply:
        """What the site answers for a path (without its query, which changes nothing here)."""
        if path == "/robots.txt":
            return Reply(200, _ROBOTS.encode(), "text/plain; charset=utf-8")
        if path == self.head.list_path and self.head.format in _FEEDS:
            render, kind = _FEEDS[self.head.format]
            return Reply(200, render(self.head, self.home, self._newest()).encode(), kind)
        if path == "/" or path in self._section_paths():
            return Reply(
                200, pages.front_page(self.head, self.home, self._newest()).encode(), _HTML
            )
        return self._article(path)

    def _article(self, path: str) -> Reply:
        one = next((one for one in self.printed if one.path == path), None)
        if one is None or one.edition.page is PageFate.MISSING:
            return _missing(path)
        others = [other for other in self._newest() if other is not one][:_RELATED]
        page = pages.article_page(self.head, self.home, one, others)
        return Reply(200, page.encode(), _HTML)

    def _newest(self) -> list[Printed]:
        return self.printed[: -_LISTED - 1 : -1]

    def _section_paths(self) -> frozenset[str]:
        """Sections, topics and plain pages: all of them show the front page."""
        topics = (f"topics/{slug_of(promo)}" for promo in self.head.promos)
        sections = (slug_of(name) for name in self.head.sections)
        return frozenset(f"/{name}/" for name in (*sections, *topics)) | {
            f"/{name}" for name in _PLAIN_PAGES
        }


def _missing(path: str) -> Reply:
    page = (
        "<!DOCTYPE html><html lang=en><title>Page not found</title><h1>Page not found</h1>"
        f"<p>There is nothing at {escape(quote(path))} any more. Try the front page.</p></html>"
    )
    return Reply(404, page.encode(), _HTML)
