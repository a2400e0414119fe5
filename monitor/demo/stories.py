"""What the newsroom prints, and what the product should make of it: ``stories.toml``, typed."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any


class Fate(StrEnum):
    """What the product should make of a story."""

    ALERT = "alert"  # told exactly once, however many outlets carry it
    NO_MATCH = "no match"
    BASELINE = "baseline"  # there before the first poll: never told


class PageFate(StrEnum):
    """What happens to somebody who asks for an article's page."""

    HERE = "here"
    MISSING = "missing"  # 404
    PRIVATE = "private"  # robots.txt forbids it


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A story as one outlet prints it: its own headline and summary over the common text."""

    outlet: str  # id
    headline: str
    summary: str
    byline: str
    section: str
    slug: str
    listed: tuple[str, ...] = ("",)  # a query string for each time the feed lists it
    page: PageFate = PageFate.HERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One report, the outlets that carry it, and what should become of it."""

    id: str
    fate: Fate
    rules: tuple[str, ...]  # ids of the rules that match its articles
    why: str
    paragraphs: tuple[str, ...]
    editions: tuple[Edition, ...]
    tags: tuple[str, ...] = ()
    caption: str = ""
    lang: str = "en"
    age: timedelta = timedelta(0)  # baseline: how old when the newsroom opens

    @property
    def in_baseline(self) -> bool:
        """Whether it is printed before the newsroom opens."""
        return self.fate is Fate.BASELINE


def slug_of(headline: str) -> str:
    """The headline as it stands in an address: ``"A, b’s C"`` → ``"a-bs-c"``."""
    plain = re.sub(r"[’']", "", headline.lower())
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


@cache
def stories() -> Mapping[str, Story]:
    """All stories by id, in the order of the file."""
    text = resources.files("monitor.demo").joinpath("stories.toml").read_text("utf-8")
    return {raw["id"]: _story(raw) for raw in tomllib.loads(text)["story"]}


def expected_alerts() -> Mapping[str, tuple[str, ...]]:
    """Rule id → ids of the stories that it should alert on, each exactly once."""
    alerts: dict[str, tuple[str, ...]] = {}
    for story in stories().values():
        if story.fate is Fate.ALERT:
            for rule in story.rules:
                alerts[rule] = (*alerts.get(rule, ()), story.id)
    return alerts


def _story(raw: Mapping[str, Any]) -> Story:
    return Story(
        id=raw["id"],
        fate=Fate(raw["fate"]),
        rules=tuple(raw["rules"]),
        why=raw["why"],
        paragraphs=tuple(raw.get("text", "").strip().split("\n\n")) if "text" in raw else (),
        editions=tuple(_edition(edition) for edition in raw["edition"]),
        tags=tuple(raw["tags"]),
        caption=raw["caption"],
        lang=raw.get("lang", "en"),
        age=timedelta(hours=raw.get("age_hours", 0)),
    )


def _edition(raw: Mapping[str, Any]) -> Edition:
    return Edition(
        outlet=raw["outlet"],
        headline=raw["headline"],
        summary=raw["summary"],
        byline=raw["byline"],
        section=raw["section"],
        slug=raw.get("slug", slug_of(raw["headline"])),
        listed=tuple(raw.get("listed", ("",))),
        page=PageFate(raw.get("page", "here")),
    )
