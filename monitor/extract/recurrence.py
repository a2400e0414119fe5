"""Paragraphs that an outlet repeats under unrelated headlines: which may be learned, and when.

Only a monitor sees many pages of one outlet. What stands in the text of articles that have nothing
to do with each other (a membership appeal, an author's card, a standing disclaimer) is no part of
any of them. The background that the articles about one event repeat is: so what counts is not how
many articles have a paragraph, but how many of them are about different things.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from monitor.extract.blocks import HEADINGS, Block, Outline
from monitor.extract.known import imprint
from monitor.extract.scoring import Story
from monitor.model import Passage

TOPICS = 4  # unrelated headlines that make a passage at the ends of texts recur
TOPICS_WITHIN = 8  # ... and one amid the text, where a story's background stands, too
AGE = timedelta(days=1)  # from the first sight to the last; an event fills a day's headlines
AGE_WITHIN = timedelta(days=14)

_SHORTEST, _LONG, _LONGEST = 20, 500, 1500  # weights
_FIRST, _LAST = 2, 6  # blocks at the ends of a long text
_MOST = 40  # passages of one page that are remembered
_OPENING = 160  # characters of a passage that are shown to people
_LEFT = 1 / 3  # of the text must be left, and ...
_ENOUGH = 250  # ... so much of it in weight; else nothing is left out
_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f\u1000-\u109f\u1780-\u17ff]")
_STEM = 6  # letters by which two forms of a word are taken for one


@dataclass(frozen=True, slots=True, kw_only=True)
class Sightings:
    """Where a passage has been seen at its outlet so far."""

    articles: int = 0  # of different stories
    within: int = 0  # of these, those that have it amid their text
    topics: int = 0  # of these, those whose headlines have no word in common
    age: timedelta = timedelta(0)  # from the first to the last


def recurs(seen: Sightings) -> bool:
    """Whether a passage belongs to the outlet rather than to its articles."""
    if 2 * seen.within > seen.articles:
        return seen.topics >= TOPICS_WITHIN and seen.age >= AGE_WITHIN
    return seen.topics >= TOPICS and seen.age >= AGE


def is_unrelated(title: str, others: Sequence[str], host: str) -> bool:
    """Whether a headline shares no telling word with any of the others.

    Words of fewer than four letters tell nothing, unless they are written as abbreviations (RBI,
    EU), nor does the outlet's own name.
    """
    words = _telling(title, host)
    return bool(words) and all(words.isdisjoint(_telling(other, host)) for other in others)


def _telling(title: str, host: str) -> frozenset[str]:
    return frozenset(word[:_STEM] for word in _words(title) if word not in host)


def _words(title: str) -> Iterator[str]:
    shouted = title.isupper()  # a headline all in capitals shows no abbreviations
    for written in _WORD.findall(title):
        word = written.casefold()
        if _UNSPACED.search(word):
            yield from (word[i : i + 2] for i in range(max(1, len(word) - 1)))
        elif len(word) >= 4 or (len(word) > 1 and written.isupper() and not shouted):
            yield word


def without_recurring(
    outline: Outline, story: Story, recurring: Collection[str]
) -> tuple[Story, frozenset[int]]:
    """The story without the blocks whose imprints recur, and the indexes of these.

    Nothing is left out where too little would be left: then it is the rest that is odd. Nor is a
    heading that still has text under it, nor what names the same as the page's headline.
    """
    hits = _hits(outline, story, recurring) if recurring else frozenset()
    if not hits:
        return story, hits
    weights = {i: outline.blocks[i].weight for i in story.blocks}
    left = sum(weight for i, weight in weights.items() if i not in hits)
    if left < max(_ENOUGH, _LEFT * sum(weights.values())):
        return story, frozenset()
    blocks = tuple(i for i in story.blocks if i not in hits)
    prose = story.prose * left // sum(weights.values())
    return replace(story, blocks=blocks, prose=prose), hits


def _hits(outline: Outline, story: Story, recurring: Collection[str]) -> frozenset[int]:
    found: set[int] = set()
    headlines = [block.text for block in outline.blocks if block.tag == "h1"]
    headline = frozenset(_WORD.findall(" ".join(headlines).casefold()))
    for position in range(len(story.blocks) - 1, -1, -1):
        index = story.blocks[position]
        block = outline.blocks[index]
        if block.weight > _LONGEST or imprint(block.text) not in recurring:
            continue
        if _names_one_of(headline, block.text):  # then it is about it this time
            continue
        follower = story.blocks[position + 1 : position + 2]
        if block.tag not in HEADINGS or not follower or follower[0] in found:
            found.add(index)
    return frozenset(found)


def _names_one_of(words: Collection[str], text: str) -> bool:
    """Whether a text has one of the words as a name: with a capital that no sentence asks for."""
    names = (word for word in _WORD.findall(text)[1:] if len(word) > 2 and word[0].isupper())
    return any(name.casefold() in words for name in names)


def passages_of(
    outline: Outline, story: Story, left_out: Collection[int] = ()
) -> tuple[Passage, ...]:
    """What is remembered of a page: the blocks of its text that might turn out to recur.

    ``story`` has the blocks that were left out, too: they go on being counted.
    """
    blocks, count = story.blocks, len(story.blocks)
    # Few are at the ends of a short text, or all of it would be.
    first, last = min(_FIRST, count // 8), count - max(1, min(_LAST, count // 4))
    found: dict[str, Passage] = {}
    # The ends first: what stands amid a long text is prose.
    for indexes, within in ((blocks[:first] + blocks[last:], False), (blocks[first:last], True)):
        for index in indexes:
            block = outline.blocks[index]
            if len(found) >= _MOST or not _may_recur(block, at_end=not within):
                continue
            key = imprint(block.text)
            if key not in found:
                opening = block.text[:_OPENING].replace("\n", " ").rstrip()
                left = index in left_out
                found[key] = Passage(imprint=key, opening=opening, within=within, left_out=left)
    return tuple(found.values())


def _may_recur(block: Block, *, at_end: bool) -> bool:
    if not _SHORTEST <= block.weight <= (_LONGEST if at_end else _LONG):
        return False
    if block.tag in HEADINGS and not at_end:
        return False
    return block.text.count(" ") >= 2 or not block.text.isascii()
