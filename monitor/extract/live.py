"""Live blogs: the updates of a page that goes on, each apart from the others.

JSON-LD names them (``LiveBlogPosting.liveBlogUpdate``); else they are elements of one make, each
with an id, a time, and a text of its own, on a page that calls itself live: comments, teasers and
the items of a slide show look the same, so that the page's word is asked for, and most of its text
must be theirs. Where JSON-LD calls the page live, a heading will do instead of the time.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.extract.blocks import HEADINGS, Block, Outline, outline_of, weight_of
from monitor.extract.dates import parse_date
from monitor.extract.jsonld import MOST_UPDATES
from monitor.extract.known import fold
from monitor.extract.lines import is_boilerplate, without_boilerplate
from monitor.extract.metadata import Metadata
from monitor.extract.prompts import without_prompt
from monitor.extract.tokens import Hint, hint_of
from monitor.model import Page, Update

_FEWEST = 3  # elements that make a live blog by their looks alone
_ENOUGH = 0.6  # of the text of the updates shown is enough in JSON-LD
_SHARE = 0.5  # of the page's text that they must hold
_MEAN = 60  # weight that an update has at the least, on average
_LABEL = 40  # weight of a first line that may be the time or the author
_URL = re.compile(
    r"[/_-](?:live|live-?blog|live-?updates?|live-?ticker|news-?blog|news-?ticker|ticker|minute-by-minute|"
    r"en-direct|ao-vivo|en-vivo|in-diretta)(?:[/_.-]|$)",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"\blive\b(?!\s+in\b)|live-?blog|live-?ticker|news-?ticker|news-?blog|\ben direct\b|"
    r"\bao vivo\b|\ben vivo\b|minuto a minuto|\bin diretta\b|as it happened|लाइव",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"\b(?:[01]?\d|2[0-3])[:.h][0-5]\d\b")
# Names such as liveblog, live-post, LiveUpdate.
_NAMES = re.compile(
    r"[lL]ive(?:-(?:blog|post|update|event|ticker|entry)|blog|_blog|ticker|Blog|Update)"
)


def updates_of(
    tree: LexborHTMLParser, outline: Outline, meta: Metadata, url: str, text: str
) -> tuple[Update, ...]:
    """The updates of a live blog in the order of the page; none for any other page.

    JSON-LD goes before what the page shows, unless it has much less of it: its addresses are those
    that the outlet itself gives. ``text`` is what was read from the page as a whole.
    """
    shown = _shown(tree, meta, text) if _calls_itself_live(outline, url, meta) else ()
    linked = meta.linked.updates
    return linked if _weight(linked) >= _ENOUGH * _weight(shown) else shown


def may_go_live(page: Page) -> bool:
    """Whether a page calls itself live though it has no updates, or too few to be told apart."""
    return is_called_live(page.url, page.title or "")


def is_called_live(url: str, title: str) -> bool:
    """Whether an address or a headline is one that outlets give to live blogs."""
    return bool(_URL.search(url) or _TITLE.search(title))


def lead_of(page: Page) -> str:
    """What a live blog says above and between its updates."""
    told = fold("\n".join(update.text for update in page.updates))
    titles = {fold(update.title) for update in page.updates}
    lines = ((line, fold(line)) for line in page.text.split("\n"))
    return "\n".join(
        line
        for line, folded in lines
        # What has no letters is the time above an update.
        if not (folded in titles or folded in told or folded.isdigit())
    )


def _calls_itself_live(outline: Outline, url: str, meta: Metadata) -> bool:
    if meta.linked.live or is_called_live(url, meta.title or ""):
        return True
    names = "\n".join([element.names for element in outline.elements])
    return ("live" in names or "Live" in names) and _NAMES.search(names) is not None


def _shown(tree: LexborHTMLParser, meta: Metadata, text: str) -> tuple[Update, ...]:
    """The updates that the page shows, if it is a live blog by its looks."""
    best: tuple[Update, ...] = ()
    share = 1.0  # of the elements that were read
    for nodes in _groups(tree).values():
        updates = _updates(nodes, headings_do=meta.linked.live)
        if _weight(updates) > _weight(best):
            best, share = updates, min(1.0, MOST_UPDATES / len(nodes))
    needed = max(_SHARE * share * weight_of(text), _MEAN * len(best))
    return best if len(best) >= _FEWEST and _weight(best) >= needed else ()


def _updates(nodes: Sequence[LexborNode], *, headings_do: bool) -> tuple[Update, ...]:
    read = (_update(node, headings_do=headings_do) for node in _newest(nodes))
    return tuple(update for update in read if update and update.text)


def _newest(nodes: Sequence[LexborNode]) -> Sequence[LexborNode]:
    """The first of them, or the last where the page shows the oldest first."""
    if len(nodes) <= MOST_UPDATES:
        return nodes
    first, last = _time(nodes[0]), _time(nodes[-1])
    oldest_first = first is not None and last is not None and first < last
    return nodes[-MOST_UPDATES:] if oldest_first else nodes[:MOST_UPDATES]


def _time(node: LexborNode) -> datetime | None:
    time = node.css_first("time")
    return parse_date(time.attributes.get("datetime") or time.text(strip=True)) if time else None


def _weight(updates: Iterable[Update]) -> int:
    return sum(weight_of(update.text) for update in updates)


def _groups(tree: LexborHTMLParser) -> dict[tuple[str, str], list[LexborNode]]:
    """Elements with an id and a time or heading, by tag and first class name."""
    groups: dict[tuple[str, str], list[LexborNode]] = defaultdict(list)
    for node in tree.css("article[id], section[id], li[id], div[id]")[:3000]:
        names = node.attributes.get("class") or ""
        if hint_of(f"{names} {node.attributes.get('id')}") >= Hint.NONE:
            groups[node.tag or "", names.split(" ", 1)[0]].append(node)
    return {make: nodes for make, nodes in groups.items() if len(nodes) >= _FEWEST}


def _update(node: LexborNode, *, headings_do: bool) -> Update | None:
    """An element as an update; None where nothing dates it."""
    time = node.css_first("time")
    blocks = outline_of(node, links=True).blocks
    heading = next((block.text for block in blocks[:4] if block.tag in HEADINGS), "")
    clock = next((b.text for b in blocks[:4] if b.weight < _LABEL and _CLOCK.search(b.text)), "")
    if time is None and not clock and not (headings_do and heading):
        return None
    said = (time.attributes.get("datetime") or time.text(strip=True)) if time else clock
    return Update(
        anchor=node.attributes.get("id") or "",
        title=heading.replace("\n", " "),
        text="\n".join(_lines(blocks, {fold(heading), fold(clock), ""})),
        published=parse_date(said),
    )


def _lines(blocks: Sequence[Block], skipped: Collection[str]) -> Iterable[str]:
    """The text under the heading, without the labels above it: time, author, “Share”."""
    begun = False
    for block in blocks:
        text = without_prompt(without_boilerplate(block.text)).replace("\n", " ")
        label = block.weight < _LABEL and not begun and block.tag != "p"
        if label or fold(text) in skipped or is_boilerplate(text) or block.link_density > 0.8:
            continue
        begun = True
        yield text
