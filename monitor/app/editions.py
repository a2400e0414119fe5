"""Updates of live blogs that were read before: whether they say something new, and to whom."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from monitor import correlations
from monitor.model import Article, Page, Reading
from monitor.pipeline import Listed, matches_of
from monitor.rules import RuleSet
from monitor.stories import new_sentences
from monitor.text import fold

_EDITIONS = 9  # of one update that are read after the first
_SAME = 0.6  # of the words that two editions of one update have in common
_SHORT = 60  # characters; “More to follow.” stands under many headlines


class Before(NamedTuple):
    """What was read in a place first."""

    article: Article
    baseline: bool  # at a first poll: nobody was told of it


def edition_keys(pair: Listed) -> tuple[str, ...]:
    """Under which the later editions of what stands in one place are counted."""
    return tuple(f"{pair.keys[0]}|{number}" for number in range(_EDITIONS))


def edition(pair: Listed, own: Page, before: Article, taken: Collection[str]) -> Listed | None:
    """What a known place says now, if that is more than it said; None if it is not.

    Where most words are still there it is the same update, and who was told of it is not told
    again. Else the page numbers its places anew with each update, and this is another one. Pages
    whose words change each time they are read are read a few times. ``taken`` are the keys of
    earlier editions.
    """
    was, now = _words(before.title, before.text), _words(own.title or "", own.text)
    if now <= was:
        return None
    words = pair.keys[-1]
    if pair.anchor is not None and len(was & now) < _SAME * min(len(was), len(now)):
        return replace(pair, keys=(words,), anchor="")
    free = next((key for key in edition_keys(pair) if key not in taken), None)
    return replace(pair, keys=(words, free)) if free else None


def whole_with(own: Page, wholes: Sequence[Before]) -> Before | None:
    """The page as it was read with a new update's very text in it; rather that of a first poll.

    A short text counts with its headline.
    """
    text = fold(own.text)
    said = [text] if len(text) >= _SHORT else [text, fold(own.title or "")]
    found = [
        whole
        for whole in wholes
        if text and whole.article.origin == "page" and _has(whole.article.text, said)
    ]
    return max(found, key=lambda whole: whole.baseline, default=None)


def _has(text: str, said: Iterable[str]) -> bool:
    words = f" {fold(text)} "
    return all(f" {each} " in words for each in said)


def was_there(update: Page, polled: datetime, now: datetime) -> bool:
    """Whether an update was on its page at a first poll already, as far as its date says."""
    return update.published is None or not polled < update.published <= now


def said_before(listed: Listed, before: Before | None, article: Article) -> Article | None:
    """What of an article was there at a first poll: all, an earlier edition, or nothing."""
    if before is None or not before.baseline:
        return None
    return article if listed.anchor is None else before.article


def without_what_was_said(
    reading: Reading, said: Article, ruleset: RuleSet, now: datetime
) -> Reading:
    """A reading without the matches for what was ``said`` at a first poll, which is no news.

    Of a later edition those matches stay that what was said did not have, and those that what is
    new would have alone.
    """
    old = {match.rule.id for match in matches_of(ruleset, said, now)}
    if old and said != reading.article:
        added = matches_of(ruleset, _added(reading.article, said), now)
        old -= {match.rule.id for match in added}
    news = tuple(match for match in reading.matches if match.rule.id not in old)
    return replace(
        reading,
        matches=news,
        watches=correlations.watching(ruleset.correlations, news),
        baseline=said == reading.article,
        old=tuple(match.rule.id for match in reading.matches if match.rule.id in old),
    )


def _added(article: Article, said: Article) -> Article:
    return replace(
        article,
        title=new_sentences(article.title, said.title),
        standfirst=new_sentences(article.standfirst, said.standfirst),
        text=new_sentences(article.text, said.text),
    )


def _words(title: str, text: str) -> frozenset[str]:
    """The words of a text, without numbers: a clock that goes on is no news."""
    return frozenset(word for word in fold(f"{title} {text}").split() if word.isalpha())
