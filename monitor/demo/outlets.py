"""The four outlets: what stays the same on all their pages, and how each spells its addresses."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.demo.stories import Edition, PageFate, Story
from monitor.model import SourceKind


class Format(StrEnum):
    """How an outlet announces its articles."""

    SUMMARY_RSS = "RSS 2.0 with summaries"
    FULL_RSS = "RSS 2.0 with content:encoded"
    ATOM = "Atom 1.0"
    LISTING = "HTML listing page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Masthead:
    """An outlet before it has an address."""

    id: str
    name: str
    motto: str
    format: Format
    list_path: str  # of its feed or listing page
    article_path: str  # with {section}, {slug}, {number} and {date:%Y...}
    first_number: int
    sections: tuple[str, ...]
    promos: tuple[str, ...]  # headlines that stand beside every article, whatever it is about
    comment: str  # a reader's, under every article

    @property
    def template(self) -> str:
        """Name of the template of its article pages."""
        return f"{self.id}.html"

    def path(self, edition: Edition, number: int, published: datetime) -> str:
        """Where an article stands on this outlet's site."""
        place = self.article_path.format(
            section=edition.section.lower(), slug=edition.slug, number=number, date=published
        )
        return f"/subscribers{place}" if edition.page is PageFate.PRIVATE else place


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """An outlet that is open on loopback: what a source in a configuration needs to know."""

    id: str
    name: str
    format: Format
    home: str  # URL, ends in a slash
    url: str  # of the feed or the listing page

    @property
    def kind(self) -> SourceKind:
        """As which kind of source it is polled."""
        return SourceKind.LISTING if self.format is Format.LISTING else SourceKind.FEED


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """An edition that is out: on which path, since when."""

    story: Story
    edition: Edition
    path: str
    number: int
    published: datetime


MASTHEADS: tuple[Masthead, ...] = (
    Masthead(
        id="deccan-ledger",
        name="The Deccan Ledger",
        motto="Entered daily",
        format=Format.SUMMARY_RSS,
        list_path="/rss.xml",
        article_path="/news/{section}/{slug}-{number}",
        first_number=120931,
        sections=("Cities", "Business", "Law", "Culture"),
        promos=(
            "OpenAI in India: five questions the visit leaves open",
            "Opinion: why India should not copy another country's AI lawsuit",
            "Quiz: how well do you know your tram lines?",
        ),
        comment="OpenAI opens offices all over India, and we wait for a bus. A lawsuit, anyone?",
    ),
    Masthead(
        id="monsoon-wire",
        name="Monsoon Wire",
        motto="First with the rain",
        format=Format.ATOM,
        list_path="/atom.xml",
        article_path="/{date:%Y/%m/%d}/{slug}/",
        first_number=7001,
        sections=("Politics", "Technology", "Transport", "Sport"),
        promos=("India's OpenAI moment, in pictures", "How we check what we print"),
        comment="Thank you for leaving out the adjectives.",
    ),
    Masthead(
        id="bengaluru-byte",
        name="Bengaluru Byte",
        motto="Small bits of a large city",
        format=Format.FULL_RSS,
        list_path="/feed/",
        article_path="/{date:%Y/%m}/{slug}/",
        first_number=2401,
        sections=("AI", "Chips", "Fintech", "Makers"),
        promos=("The India lawsuit tracker, updated weekly", "Podcast: the deepfake of my uncle"),
        comment="First! Also: India deserves its own chips.",
    ),
    Masthead(
        id="capital-circular",
        name="Capital Circular",
        motto="What was decided, and by whom",
        format=Format.LISTING,
        list_path="/",
        article_path="/{section}/{slug}-{number}.html",
        first_number=484120,
        sections=("National", "Environment", "States", "Gazette"),
        promos=("OpenAI, ChatGPT and India: our reports so far", "Tenders closing this week"),
        comment="Where is the deepfake law that India was promised?",
    ),
)
